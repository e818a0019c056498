"""``/api/jobs/{id}/links`` and ``/api/links``: send a contractor without an account one job, take it back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, person_row, read_query
from jobs import links
from jobs.models import JobLink

LINK_STATES = ["live", "revoked", "expired"]
_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class LinkIn(StrictSerializer):
    contact = serializers.CharField(max_length=80, help_text="the firm or the person it is for")
    reach = serializers.CharField(
        max_length=120, required=False, default="", allow_blank=True, help_text="their phone number or e-mail address"
    )


class LinkOut(serializers.Serializer):
    id = serializers.UUIDField()
    contact = serializers.CharField()
    reach = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=LINK_STATES)
    made_at = serializers.DateTimeField()
    made_by = NamedOut()
    expires_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True, help_text="when somebody first looked")
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_by = NamedOut(allow_null=True)


class NewLinkOut(LinkOut):
    url = serializers.CharField(help_text="shown this once: whoever has it can answer for the job")


class LinksOut(serializers.Serializer):
    results = LinkOut(many=True)


def link_row(link: JobLink, now: dt.datetime) -> dict[str, Any]:
    """As `LinkOut`; fetch ``made_by`` and ``revoked_by`` with it."""
    return {
        "id": str(link.pk),
        "contact": link.contact,
        "reach": link.reach,
        "state": link.state(now),
        "made_at": link.made_at,
        "made_by": person_row(link.made_by),
        "expires_at": link.expires_at,
        "opened_at": link.opened_at,
        "last_used_at": link.last_used_at,
        "revoked_at": link.revoked_at,
        "revoked_by": person_row(link.revoked_by) if link.revoked_by else None,
    }


class JobLinksView(APIView):
    """The links of a job; dispatchers and managers of the council and of its organisation."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_job_links", responses=LinksOut)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        found = links.links_of(person=signed_in(request), job_id=job_id)
        return Response({"results": [link_row(link, timezone.now()) for link in found]})

    @extend_schema(operation_id="make_job_link", request=LinkIn, responses={201: NewLinkOut})
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        form = LinkIn(data=request.data)
        form.is_valid(raise_exception=True)
        link = links.make_link(person=signed_in(request), job_id=job_id, **form.validated_data)
        url = request.build_absolute_uri(f"/l/{links.token_of(link)}")
        return Response({**link_row(link, timezone.now()), "url": url}, status=201)


class RevokeLinkView(APIView):
    """Take a link back; who may make one may."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="revoke_job_link", request=None, responses=LinkOut)
    def post(self, request: Request, link_id: uuid.UUID) -> Response:
        link = links.revoke_link(person=signed_in(request), link_id=link_id)
        return Response(link_row(link, timezone.now()))
