"""``/api/conflicts``: what was sent and could not be applied, beside what stands; and what a desk decides."""

from __future__ import annotations

import uuid

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits.serializers import PhotoOut
from ledger.problems import Problem
from sync import waiting
from sync.conflicts import conflict_row, conflicts_for, look_around
from sync.deciding import decide_conflict
from sync.models import Decision, Operation, OperationStatus, is_done

MAX_PAGE = 100
STATES = ["open", "decided", "refused"]
_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class ConflictsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=STATES, default="open")
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50)
    cursor = serializers.UUIDField(required=False)


class DecideIn(StrictSerializer):
    decision = serializers.ChoiceField(choices=Decision.values)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class FactOut(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class VersionOut(serializers.Serializer):
    title = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    facts = FactOut(many=True)
    photos = PhotoOut(many=True)


class AboutOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["defect", "job"])
    id = serializers.UUIDField()
    number = serializers.CharField()


class DecidedOut(serializers.Serializer):
    decision = serializers.ChoiceField(choices=Decision.values)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class ConflictOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)
    made_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    person = NamedOut()
    organisation = serializers.CharField()
    imported_by = serializers.CharField(allow_null=True)
    subject = AboutOut(allow_null=True)
    category = serializers.CharField(allow_null=True)
    street_text = serializers.CharField(allow_blank=True)
    theirs = VersionOut()
    ours = VersionOut()
    can_take = serializers.BooleanField()
    take_does = serializers.CharField(allow_null=True)
    can_decide = serializers.BooleanField()
    decided = DecidedOut(allow_null=True)


class ConflictPageOut(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.UUIDField(allow_null=True)
    results = ConflictOut(many=True)


class ConflictsView(APIView):
    """Conflicts and refusals of the people whose work the caller sees; desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_conflicts", parameters=[ConflictsIn], responses=ConflictPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(ConflictsIn, request)
        found = conflicts_for(signed_in(request), asked["state"])
        page = found
        if "cursor" in asked:
            after = found.filter(pk=asked["cursor"]).first()
            if after is None:
                raise Problem("bad_cursor", field="cursor")
            page = page.filter(_beyond(after, asked["state"]))
        operations = list(page[: asked["page_size"] + 1])
        more = len(operations) > asked["page_size"]
        operations = operations[: asked["page_size"]]
        around = look_around(operations)
        return Response(
            {
                "count": found.count(),
                "next": str(operations[-1].pk) if more else None,
                "results": [conflict_row(operation, around, signed_in(request)) for operation in operations],
            }
        )


def _beyond(after: Operation, state: str) -> Q:
    """What comes after this one, in the order of ``conflicts_for``."""
    if state == "open":
        return Q(received_at__gt=after.received_at) | Q(received_at=after.received_at, pk__gt=after.pk)
    column = "decided_at" if state == "decided" else "received_at"
    moment = getattr(after, column)
    return Q(**{f"{column}__lt": moment}) | Q(**{column: moment}, pk__lt=after.pk)


class ConflictView(APIView):
    """One of them, with both versions; desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="get_conflict", responses=ConflictOut)
    def get(self, request: Request, operation_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(_row(request, operation_id))


class DecideView(APIView):
    """Say which version goes on: the council's desks, and that of the organisation that has the job."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="decide_conflict", request=DecideIn, responses=ConflictOut)
    def post(self, request: Request, operation_id: uuid.UUID) -> Response:
        form = DecideIn(data=request.data)
        form.is_valid(raise_exception=True)
        decided = decide_conflict(person=signed_in(request), operation_id=operation_id, **form.validated_data)
        if is_done(decided):
            waiting.apply_children([decided.pk])
        return Response(_row(request, operation_id))


def _row(request: Request, operation_id: uuid.UUID) -> dict[str, object]:
    reader = signed_in(request)
    shown = Q(status__in=[OperationStatus.CONFLICT, OperationStatus.REJECTED]) | ~Q(decision="")
    operation = conflicts_for(reader, "any").filter(shown, pk=operation_id).first()
    if operation is None:
        raise Problem("unknown_conflict")
    return conflict_row(operation, look_around([operation]), reader)
