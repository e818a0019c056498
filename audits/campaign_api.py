"""``/api/campaigns``: weeks of action and High Impact Days, their worklists, and what was done."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits import campaigning
from audits.booking import plans_walks
from audits.calendar_rows import campaign_row, campaign_rows
from audits.campaign_models import Campaign, CampaignKind, OutputKind
from audits.plan_api import read_body
from ledger.problems import Problem

_ALL_BUT_COUNCILLORS = may(*(set(Role) - {Role.COUNCILLOR}))
_PLANNERS = may(Role.WARDEN, Role.OFFICER, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MOST = 200


class StopIn(StrictSerializer):
    id = serializers.UUIDField(required=False)
    area_id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    lead_id = serializers.UUIDField(required=False, allow_null=True)


class BeginCampaignIn(StrictSerializer):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=CampaignKind.choices)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    stops = StopIn(many=True, required=False, default=list)


class ChangeCampaignIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1, help_text="the one that was read")
    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(choices=CampaignKind.choices, required=False)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    stops = StopIn(many=True, required=False)


class TaskIn(StrictSerializer):
    text = serializers.CharField(max_length=300)


class TickIn(StrictSerializer):
    done = serializers.BooleanField()
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")


class OutputIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=OutputKind.choices)
    amount = serializers.DecimalField(max_digits=8, decimal_places=1, min_value=0)
    note = serializers.CharField(max_length=300, allow_blank=True, required=False, default="")

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["amount"] <= 0:
            raise serializers.ValidationError({"amount": ["Count more than nothing."]})
        if told["kind"] == OutputKind.OTHER and not told["note"].strip():
            raise serializers.ValidationError({"note": ["Say what it was."]})
        return told


class CampaignBriefOut(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CampaignKind.choices)
    note = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    areas = serializers.ListField(child=serializers.CharField())
    tasks = serializers.IntegerField()
    tasks_done = serializers.IntegerField()


class CampaignsOut(serializers.Serializer):
    may_plan = serializers.BooleanField()
    results = CampaignBriefOut(many=True)


class TaskDefectOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.CharField()
    street = serializers.CharField(allow_blank=True)


class StopTaskOut(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    defect = TaskDefectOut(allow_null=True)
    done = serializers.BooleanField()
    done_by_job = serializers.BooleanField(help_text="its job is done: nobody has to tick it off")
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = NamedOut(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class StopOutputOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=OutputKind.choices)
    amount = serializers.FloatField()
    note = serializers.CharField(allow_blank=True)
    by = NamedOut()
    at = serializers.DateTimeField()


class OutputTotalOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=OutputKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.FloatField()


class StopCoverageOut(serializers.Serializer):
    streets = serializers.IntegerField()
    checked = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True, help_text="null where no street of the area is known")


class CampaignStopOut(serializers.Serializer):
    id = serializers.UUIDField()
    area = NamedOut()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    lead = NamedOut(allow_null=True)
    tasks = StopTaskOut(many=True)
    outputs = StopOutputOut(many=True)
    totals = OutputTotalOut(many=True)
    coverage = StopCoverageOut()
    open_defects = serializers.IntegerField(help_text="open in the area, and not on the worklist yet")


class CampaignOut(CampaignBriefOut):
    may_plan = serializers.BooleanField()
    stops = CampaignStopOut(many=True)
    totals = OutputTotalOut(many=True)


class WorklistOut(serializers.Serializer):
    added = serializers.IntegerField()


class MadeOut(serializers.Serializer):
    id = serializers.UUIDField()


class CampaignsView(APIView):
    """Every campaign, the newest first; all but councillors. Those who plan begin one."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="list_campaigns", responses=CampaignsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        person = signed_in(request)
        rows = campaign_rows(Campaign.objects.all()[:_MOST])
        return Response({"may_plan": plans_walks(person), "results": rows})

    @extend_schema(operation_id="begin_campaign", request=BeginCampaignIn, responses={201: CampaignOut})
    def post(self, request: Request) -> Response:
        person = signed_in(request)
        made = campaigning.begin_campaign(person=person, **read_body(BeginCampaignIn, request))
        return Response(_row(made.pk, person), status=201)


class CampaignView(APIView):
    """One campaign with its stops; all but councillors. Those who plan change it."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="get_campaign", responses=CampaignOut)
    def get(self, request: Request, campaign_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(_row(campaign_id, signed_in(request)))

    @extend_schema(operation_id="change_campaign", request=ChangeCampaignIn, responses=CampaignOut)
    def patch(self, request: Request, campaign_id: uuid.UUID) -> Response:
        person = signed_in(request)
        changes = read_body(ChangeCampaignIn, request)
        version = changes.pop("version")
        campaigning.change_campaign(person=person, campaign_id=campaign_id, version=version, changes=changes)
        return Response(_row(campaign_id, person))


class WorklistView(APIView):
    """Put the area's open defects on the worklist; those who plan."""

    permission_classes = (_PLANNERS,)

    @extend_schema(operation_id="fill_worklist", request=None, responses=WorklistOut)
    def post(self, request: Request, stop_id: uuid.UUID) -> Response:
        return Response({"added": campaigning.fill_worklist(person=signed_in(request), stop_id=stop_id)})


class StopTasksView(APIView):
    """Something else to do at a stop; those who plan."""

    permission_classes = (_PLANNERS,)

    @extend_schema(operation_id="add_stop_task", request=TaskIn, responses={201: MadeOut})
    def post(self, request: Request, stop_id: uuid.UUID) -> Response:
        made = campaigning.add_task(person=signed_in(request), stop_id=stop_id, **read_body(TaskIn, request))
        return Response({"id": str(made.pk)}, status=201)


class StopTaskView(APIView):
    """Tick something off, or take that back; whoever works there."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="tick_stop_task", request=TickIn, responses=MadeOut)
    def post(self, request: Request, task_id: uuid.UUID) -> Response:
        ticked = campaigning.tick_task(person=signed_in(request), task_id=task_id, **read_body(TickIn, request))
        return Response({"id": str(ticked.pk)})


class StopOutputsView(APIView):
    """Count what was done; whoever works there."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="count_output", request=OutputIn, responses={201: MadeOut})
    def post(self, request: Request, stop_id: uuid.UUID) -> Response:
        made = campaigning.count_output(person=signed_in(request), stop_id=stop_id, **read_body(OutputIn, request))
        return Response({"id": str(made.pk)}, status=201)


class StopOutputView(APIView):
    """Take back what was counted wrongly."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="take_output_back", request=None, responses={204: None})
    def delete(self, request: Request, output_id: uuid.UUID) -> Response:
        campaigning.take_output_back(person=signed_in(request), output_id=output_id)
        return Response(status=204)


def _row(campaign_id: uuid.UUID, person: Person) -> dict[str, Any]:
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise Problem("unknown_campaign")
    return campaign_row(found, person)
