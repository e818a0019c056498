"""``/api/jobs/bulk``: one change of many jobs, and taking it back; desks."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import StrictSerializer
from jobs.bulk import MOST_JOBS, Outcome, change_jobs
from jobs.models import BulkAction
from jobs.undoing import UNDO_WITHIN, undo_change

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class BulkIn(StrictSerializer):
    """What an action doesn't ask for is left out."""

    action = serializers.ChoiceField(choices=BulkAction.choices)
    job_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_JOBS)
    organisation_id = serializers.UUIDField(required=False)
    service_level = serializers.CharField(max_length=40, required=False)
    team_id = serializers.UUIDField(required=False, allow_null=True)
    person_id = serializers.UUIDField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    versions = serializers.DictField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        help_text="by job: the version that the desk saw; one that has moved on is refused",
    )

    def validate_versions(self, value: dict[str, int]) -> dict[uuid.UUID, int]:
        """The keys as ids."""
        try:
            return {uuid.UUID(key): version for key, version in value.items()}
        except ValueError:
            raise serializers.ValidationError("Each key is the id of a job.") from None


class NewJobOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()


class BulkDoneOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    new = NewJobOut(allow_null=True, help_text="the job that takes its place, after a re-route")


class BulkRefusedOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class BulkOut(serializers.Serializer):
    id = serializers.UUIDField()
    action = serializers.ChoiceField(choices=BulkAction.choices)
    undo_until = serializers.DateTimeField()
    done = BulkDoneOut(many=True)
    refused = BulkRefusedOut(many=True)


class UndoIn(StrictSerializer):
    pass


class BulkView(APIView):
    """Re-route (the council's desks), assign or put off up to 500 jobs; each desk its own organisation's."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="change_jobs", request=BulkIn, responses=BulkOut)
    def post(self, request: Request) -> Response:
        form = BulkIn(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        outcome = change_jobs(
            person=signed_in(request),
            action=asked.pop("action"),
            job_ids=asked.pop("job_ids"),
            versions=asked.pop("versions", None),
            asked=asked,
        )
        return Response(_row(outcome))


class BulkUndoView(APIView):
    """Take a bulk change back within 15 minutes, each job as far as nobody changed it since."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="undo_change_of_jobs", request=UndoIn, responses=BulkOut)
    def post(self, request: Request, change_id: uuid.UUID) -> Response:
        UndoIn(data=request.data).is_valid(raise_exception=True)
        return Response(_row(undo_change(person=signed_in(request), change_id=change_id)))


def _row(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": str(outcome.change.pk),
        "action": outcome.change.action,
        "undo_until": outcome.change.made_at + UNDO_WITHIN,
        "done": outcome.done,
        "refused": outcome.refused,
    }
