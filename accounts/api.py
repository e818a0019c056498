"""``/api/session``: who is signed in, sign in, sign out."""

from typing import Any

from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.models import Person, Role
from accounts.permissions import AnyoneAtAll
from accounts.serializers import NamedOut, OrganisationOut, StrictSerializer, organisation_row, team_row

_HOMES = {Role.WARDEN: "today", Role.OFFICER: "today", Role.CREW: "jobs", Role.DISPATCHER: "board"}


class SessionSignInScheme(SessionScheme):
    """Tells the schema that a session cookie is what signs a request."""

    target_class = "accounts.authentication.SessionSignIn"
    priority = 1


class SignInForm(StrictSerializer):
    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    device_id = serializers.UUIDField(required=False, allow_null=True)


class SessionPersonOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    username = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    organisation = OrganisationOut()
    team = NamedOut(allow_null=True)
    home = serializers.ChoiceField(choices=["today", "jobs", "backlog", "board"])


class SessionOut(serializers.Serializer):
    signed_in = serializers.BooleanField()
    person = SessionPersonOut(required=False)
    server_time = serializers.DateTimeField()


def session_row(user: Any) -> dict[str, Any]:
    """The session as the phone keeps it; see SessionOut."""
    now = timezone.now()
    if not isinstance(user, Person):
        return {"signed_in": False, "server_time": now}
    person = {
        "id": str(user.pk),
        "name": user.name,
        "username": user.username,
        "role": user.role,
        "organisation": organisation_row(user.organisation),
        "team": team_row(user.team),
        "home": _HOMES.get(Role(user.role), "backlog"),
    }
    return {"signed_in": True, "person": person, "server_time": now}


@method_decorator(csrf_protect, name="post")
class SessionView(APIView):
    """Anyone may ask who is signed in, and sign in or out."""

    permission_classes = (AnyoneAtAll,)

    @extend_schema(operation_id="get_session", responses=SessionOut)
    def get(self, request: Request) -> Response:
        get_token(request._request)
        return Response(session_row(request.user))

    @extend_schema(operation_id="sign_in", request=SignInForm, responses=SessionOut)
    def post(self, request: Request) -> Response:
        form = SignInForm(data=request.data)
        form.is_valid(raise_exception=True)
        person = actions.sign_in(
            request=request._request,
            username=form.validated_data["username"],
            password=form.validated_data["password"],
            device_id=form.validated_data.get("device_id"),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        return Response(session_row(person))

    @extend_schema(operation_id="sign_out", responses={204: None})
    def delete(self, request: Request) -> Response:
        actions.sign_out(request=request._request)
        return Response(status=204)
