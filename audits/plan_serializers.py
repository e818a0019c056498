"""What is sent to change an action plan, and the short answers to that. Plans are read with their jobs: see
insight/plan_serializers.py."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import NamedOut, StrictSerializer
from audits.plan_models import ActionSource, ActionState, Attribute, CostBand, PlanState

LONGEST_UPKEEP_YEARS = 60
# What people may say of an action; that it is agreed is said by approval.
STEPS = [(state, words) for state, words in ActionState.choices if state != ActionState.AGREED]


class _TermsIn(StrictSerializer):
    detail = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    attribute = serializers.ChoiceField(choices=Attribute.choices, allow_blank=True, required=False)
    owner_organisation_id = serializers.UUIDField(allow_null=True, required=False)
    owner_person_id = serializers.UUIDField(allow_null=True, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)
    cost_band = serializers.ChoiceField(choices=CostBand.choices, required=False)
    funding = serializers.CharField(max_length=200, allow_blank=True, required=False)
    builds = serializers.BooleanField(required=False)
    maintenance_owner = serializers.CharField(max_length=200, allow_blank=True, required=False)
    maintenance_years = serializers.IntegerField(
        min_value=1, max_value=LONGEST_UPKEEP_YEARS, allow_null=True, required=False
    )
    no_maintenance_reason = serializers.CharField(max_length=500, allow_blank=True, required=False)


class AddActionIn(_TermsIn):
    """``id`` may be made by the sender: sent twice it is one action."""

    id = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200)
    source = serializers.ChoiceField(choices=ActionSource.choices, default=ActionSource.FREE)  # type: ignore[assignment]
    source_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="the defect's, the answer's or the concern's"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["source"] != ActionSource.FREE and not attrs.get("source_id"):
            raise serializers.ValidationError({"source_id": ["Name what it comes from."]})
        return attrs


class ChangeActionIn(_TermsIn):
    """What is left out stays as it is. ``version``: the one that was seen."""

    version = serializers.IntegerField(min_value=1, required=False)
    title = serializers.CharField(max_length=200, required=False)
    position = serializers.IntegerField(min_value=0, max_value=100_000, required=False)


class ProgressIn(StrictSerializer):
    state = serializers.ChoiceField(choices=STEPS)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class CommentIn(StrictSerializer):
    text = serializers.CharField(max_length=2000)


class RecommendIn(StrictSerializer):
    attribute = serializers.ChoiceField(choices=Attribute.choices)
    text = serializers.CharField(max_length=2000)


class BeginPlanIn(StrictSerializer):
    """Nothing to say: the plan begins empty."""


class PlanNoteIn(StrictSerializer):
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class DecidePlanIn(PlanNoteIn):
    version = serializers.IntegerField(min_value=1, required=False, help_text="of the plan that was read")


class ActionWrittenOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ActionState.choices)


class PlanWrittenOut(serializers.Serializer):
    audit_id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PlanState.choices)


class CommentWrittenOut(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()


class PlanOwnerOut(NamedOut):
    short_name = serializers.CharField()
    people = NamedOut(many=True)


class PlanOwnersOut(serializers.Serializer):
    organisations = PlanOwnerOut(many=True)


class RecommendationOut(serializers.Serializer):
    id = serializers.UUIDField()
    attribute = serializers.ChoiceField(choices=Attribute.choices)
    attribute_words = serializers.CharField()
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class RecommendationsOut(serializers.Serializer):
    may_recommend = serializers.BooleanField()
    results = RecommendationOut(many=True)
