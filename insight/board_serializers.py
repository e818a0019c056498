"""What the dispatch board asks for and answers with."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import NamedOut, StrictSerializer
from insight import rules

MAX_PAGE = 200
FIRST_PAGE = 50


class TeamField(serializers.CharField):
    """A team's id, or `none`: given to no team and nobody."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        return text if text == rules.NOBODYS else serializers.UUIDField().run_validation(text)


class BoardFilters(StrictSerializer):
    """Which jobs. What is left out leaves nothing out."""

    queue = serializers.ChoiceField(choices=[(each.key, each.label) for each in rules.QUEUES], required=False)
    organisation = serializers.UUIDField(required=False)
    ward = serializers.UUIDField(required=False)
    category = serializers.CharField(max_length=12, required=False)
    breach = serializers.ChoiceField(choices=["late", "at_risk", "on_time"], required=False)
    kind = serializers.ChoiceField(choices=["complete", "make_safe"], required=False)
    team = TeamField(required=False)
    q = serializers.CharField(
        max_length=80, required=False, help_text="a job's or a defect's number, or how words of it begin"
    )
    order = serializers.ChoiceField(choices=["due_at", "-age"], default="due_at")


class BoardQuery(BoardFilters):
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=FIRST_PAGE)
    cursor = serializers.CharField(max_length=200, required=False)


class BoardChangesQuery(StrictSerializer):
    since = serializers.CharField(max_length=80, help_text="`cursor` of the board or of the last answer")


class QueueOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the field of that name is meant
    count = serializers.IntegerField()
    more = serializers.BooleanField(help_text="there are more than that")


class BoardPauseOut(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()


class BoardPictureOut(serializers.Serializer):
    thumbnail = serializers.CharField()
    state = serializers.CharField()


class BoardOrganisationOut(NamedOut):
    short_name = serializers.CharField()


class BoardRowOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    kind = serializers.CharField()
    breach = serializers.CharField()
    priority = serializers.IntegerField()
    organisation = BoardOrganisationOut()
    team = NamedOut(allow_null=True)
    assigned_to = NamedOut(allow_null=True)
    service_level = serializers.CharField()
    due_at = serializers.DateTimeField()
    at_risk_at = serializers.DateTimeField()
    clock_started_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    paused = BoardPauseOut(allow_null=True)
    planned_for = serializers.DateField(allow_null=True)
    reopened_count = serializers.IntegerField()
    recurrences = serializers.IntegerField(help_text="how often it was fixed here before")
    escalated_level = serializers.IntegerField()
    returned_reason = serializers.CharField(allow_blank=True)
    defect_id = serializers.UUIDField()
    defect_number = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    street_text = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    ward = NamedOut(allow_null=True)
    hazard = serializers.CharField(allow_null=True)
    picture = BoardPictureOut(allow_null=True)


class BoardOut(serializers.Serializer):
    as_of = serializers.DateTimeField()
    cursor = serializers.CharField(help_text="for `changes`")
    queue = serializers.CharField(help_text="the one that the rows are of")
    queues = QueueOut(many=True)
    triage = QueueOut(allow_null=True, help_text="for those who decide whose a report is")
    next = serializers.CharField(allow_null=True)
    rows = BoardRowOut(many=True)


class BoardChangesOut(serializers.Serializer):
    cursor = serializers.CharField()
    all = serializers.BooleanField(help_text="too much changed to list it: read the board anew")
    changed = serializers.ListField(child=serializers.CharField(), help_text="ids of jobs and of defects")


class CrewPersonOut(NamedOut):
    team = serializers.CharField(allow_blank=True)


class CrewsOut(BoardOrganisationOut):
    teams = NamedOut(many=True)
    people = CrewPersonOut(many=True)


class AllCrewsOut(serializers.Serializer):
    organisations = CrewsOut(many=True)
