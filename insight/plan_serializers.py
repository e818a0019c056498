"""Action plans as they are read: each action with the job that works on it, and what may be done with it now."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import NamedOut, OrganisationOut, StrictSerializer
from audits.plan_models import ActionSource, ActionState, Attribute, CostBand, PlanState
from audits.plan_serializers import RecommendationOut

MAX_PAGE = 200


class YesField(serializers.BooleanField):
    """``true``, ``1`` or ``yes`` in an address; also the other way round."""

    def to_internal_value(self, data: Any) -> bool:
        return bool(super().to_internal_value(data))


class ActionsQuery(StrictSerializer):
    state = serializers.ChoiceField(choices=["overdue", "due", "open", "done", "all"], default="open")
    organisation = serializers.UUIDField(required=False)
    area = serializers.UUIDField(required=False)
    mine = YesField(default=False, help_text="mine, or my organisation's with nobody named")
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=100)
    cursor = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0, help_text="`next` of the last page")


class PlanAuditOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    area = NamedOut(allow_null=True)
    started_at = serializers.DateTimeField()


class PlanJobOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    organisation = NamedOut()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    breach = serializers.ChoiceField(choices=["late", "at_risk", "on_time"])


class PlanDefectOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    category = serializers.CharField()
    street_text = serializers.CharField(allow_blank=True)


class MayOut(serializers.Serializer):
    change = serializers.BooleanField()
    comment = serializers.BooleanField()
    progress = serializers.ListField(child=serializers.ChoiceField(choices=ActionState.choices))


class ActionOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    audit = PlanAuditOut()
    position = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    source = serializers.ChoiceField(choices=ActionSource.choices)  # type: ignore[assignment]
    source_words = serializers.CharField(allow_blank=True, help_text="what it comes from, as people say it")
    defect = PlanDefectOut(allow_null=True)
    job = PlanJobOut(allow_null=True, help_text="that works on its defect")
    attribute = serializers.ChoiceField(choices=Attribute.choices, allow_blank=True)
    attribute_words = serializers.CharField(allow_blank=True)
    owner = OrganisationOut(allow_null=True, help_text="named, or the one that has its defect now")
    owner_named = serializers.BooleanField(help_text="somebody named the owner; else it follows the defect")
    owner_person = NamedOut(allow_null=True)
    due_on = serializers.DateField(allow_null=True, help_text="named; else it follows the job")
    due_by = serializers.DateField(allow_null=True, help_text="the day that counts")
    cost_band = serializers.ChoiceField(choices=CostBand.choices)
    cost_words = serializers.CharField()
    funding = serializers.CharField(allow_blank=True)
    builds = serializers.BooleanField()
    maintenance_owner = serializers.CharField(allow_blank=True)
    maintenance_years = serializers.IntegerField(allow_null=True)
    no_maintenance_reason = serializers.CharField(allow_blank=True)
    lacks = serializers.ListField(
        child=serializers.CharField(), help_text="what it needs before the plan can be approved, in words"
    )
    state = serializers.ChoiceField(choices=ActionState.choices, help_text="done, too, where its job is done")
    overdue = serializers.BooleanField()
    progress_note = serializers.CharField(allow_blank=True)
    done_on = serializers.DateField(allow_null=True)
    comments = serializers.IntegerField()
    may = MayOut()


class ActionCommentOut(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=ActionState.choices, allow_blank=True, help_text="said with this state")


class ActionStepOut(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    words = serializers.CharField()


class ActionPageOut(ActionOut):
    today = serializers.DateField(help_text="the council's day by which overdue is counted")
    story = ActionStepOut(many=True)
    thread = ActionCommentOut(many=True)


class ActionCountsOut(serializers.Serializer):
    overdue = serializers.IntegerField()
    due = serializers.IntegerField()
    open = serializers.IntegerField()
    done = serializers.IntegerField()


class ActionOwnerOut(NamedOut):
    short_name = serializers.CharField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()


class ActionsOut(serializers.Serializer):
    today = serializers.DateField(help_text="the council's day by which overdue is counted")
    due_within_days = serializers.IntegerField()
    counts = ActionCountsOut()
    organisations = ActionOwnerOut(many=True)
    next = serializers.IntegerField(allow_null=True)
    results = ActionOut(many=True)


class PlanMayOut(serializers.Serializer):
    write = serializers.BooleanField()
    submit = serializers.BooleanField()
    decide = serializers.BooleanField()
    recommend = serializers.BooleanField()


class PlanOut(serializers.Serializer):
    audit = PlanAuditOut()
    begun = serializers.BooleanField()
    whole = serializers.BooleanField(help_text="false: only what is the reader's organisation's")
    state = serializers.ChoiceField(choices=PlanState.choices)
    version = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    submitted_by = serializers.CharField(allow_blank=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    today = serializers.DateField()
    counts = ActionCountsOut()
    actions = ActionOut(many=True)
    recommendations = RecommendationOut(many=True)
    may = PlanMayOut()


class ProposalOut(serializers.Serializer):
    source = serializers.ChoiceField(choices=ActionSource.choices)  # type: ignore[assignment]
    source_id = serializers.UUIDField()
    number = serializers.CharField(allow_blank=True, help_text="of the defect")
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    words = serializers.CharField(help_text="why it is proposed")
    attribute = serializers.ChoiceField(choices=Attribute.choices, allow_blank=True)
    severity = serializers.IntegerField(allow_null=True)
    owner = OrganisationOut(allow_null=True)
    job = PlanJobOut(allow_null=True)


class ProposalsOut(serializers.Serializer):
    results = ProposalOut(many=True)
