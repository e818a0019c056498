"""What the manager's reads ask for and answer with."""

import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.serializers import OrganisationOut, StrictSerializer
from audits.serializers import DefectOut
from insight.hotspots import Period
from insight.rules import ON_TIME_DAYS
from jobs.defect_api import BboxField

MOST_PLACES = 200
MOST_DEFECTS = 200
# Nothing was recorded before, and nobody plans for after: other years are slips of the finger.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)


class PeriodQuery(StrictSerializer):
    """``from`` and ``to``, local days, both included; the last ON_TIME_DAYS days when left out."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's, so these two can't be written as attributes.
        return {
            **super().get_fields(),
            "from": serializers.DateField(required=False),
            "to": serializers.DateField(required=False),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("from", "to"):
            if name in attrs and not EARLIEST <= attrs[name] <= LATEST:
                raise serializers.ValidationError({name: [f"Give a day from {EARLIEST} to {LATEST}."]})
        last = attrs.get("to") or timezone.localdate()
        first = attrs.get("from") or max(EARLIEST, last - dt.timedelta(days=ON_TIME_DAYS))
        if first > last:
            raise serializers.ValidationError({"from": ["'from' is after 'to'."]})
        attrs["period"] = Period(first, last)
        return attrs


class HotspotsQuery(PeriodQuery):
    by = serializers.ChoiceField(choices=["ward", "cell"], default="ward")
    limit = serializers.IntegerField(min_value=1, max_value=MOST_PLACES, default=50)


class HotspotDefectsQuery(PeriodQuery):
    limit = serializers.IntegerField(min_value=1, max_value=MOST_DEFECTS, default=MOST_DEFECTS)


class MapQuery(StrictSerializer):
    bbox = BboxField(max_length=120)
    zoom = serializers.FloatField(min_value=0, max_value=24)


class TotalsOut(serializers.Serializer):
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    triage = serializers.IntegerField()
    done_7_days = serializers.IntegerField()


class OrganisationBacklogOut(serializers.Serializer):
    organisation = OrganisationOut()
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    on_time = serializers.IntegerField()
    returned = serializers.IntegerField(help_text="handed back and still waiting for somebody to decide")
    done_7_days = serializers.IntegerField()
    oldest_days = serializers.FloatField(allow_null=True)
    on_time_percent = serializers.FloatField(
        allow_null=True, help_text="on time ÷ (completed in 90 days + overdue and still open)"
    )


class AgeOut(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]  # the field of that name is meant
    min_h = serializers.IntegerField()
    max_h = serializers.IntegerField(allow_null=True)
    open = serializers.IntegerField()
    late = serializers.IntegerField()


class BacklogOut(serializers.Serializer):
    as_of = serializers.DateTimeField()
    totals = TotalsOut()
    organisations = OrganisationBacklogOut(many=True)
    ages = AgeOut(many=True)


class HotspotOut(serializers.Serializer):
    rank = serializers.IntegerField()
    key = serializers.CharField(help_text="a ward's id, a cell's H3 name, or `none`: outside every ward")
    name = serializers.CharField()
    open = serializers.IntegerField()
    severity_points = serializers.IntegerField()
    age_days_total = serializers.FloatField()
    score = serializers.FloatField()
    longitude = serializers.FloatField(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    boundary = serializers.DictField(allow_null=True, help_text="a GeoJSON geometry")


class HotspotsOut(serializers.Serializer):
    definition = serializers.CharField(help_text="print it beside the figure")
    as_of = serializers.DateTimeField()
    results = HotspotOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "from": serializers.DateField(), "to": serializers.DateField()}


class HotspotDefectsOut(serializers.Serializer):
    count = serializers.IntegerField(help_text="all of them; `results` holds the heaviest")
    results = DefectOut(many=True)


class MapOut(serializers.Serializer):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    shows = serializers.ChoiceField(choices=["points", "cells"])
    features = serializers.ListField(child=serializers.DictField())
