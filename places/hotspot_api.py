"""``/api/declared-hotspots``: where work is more urgent for a while; managers declare and end."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, StrictSerializer, person_row, read_query
from places import hotspots
from places.models import Hotspot

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MANAGERS = may(Role.MANAGER, Role.ADMINISTRATOR)
_MOST = 500
STATES = ["to_come", "in_force", "ended"]


class CircleIn(StrictSerializer):
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    latitude = serializers.FloatField(min_value=-85, max_value=85)
    radius_m = serializers.FloatField(min_value=hotspots.SMALLEST_RADIUS_M, max_value=hotspots.LARGEST_RADIUS_M)


class DeclareIn(StrictSerializer):
    name = serializers.CharField(max_length=120)
    circle = CircleIn(required=False)
    cell = serializers.CharField(max_length=20, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    review_on = serializers.DateField()
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("circle" in data) == ("cell" in data):
            raise serializers.ValidationError({"circle": ["Give a circle or a cell, one of them."]})
        return data


class EndIn(StrictSerializer):
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")


class DeclaredHotspotsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=["current", "all"], default="current")


class DeclaredHotspotOut(serializers.Serializer):
    id = serializers.IntegerField()
    area_id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    review_due = serializers.BooleanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="the last day")
    review_on = serializers.DateField()
    note = serializers.CharField(allow_blank=True)
    declared_by = NamedOut()
    declared_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = NamedOut(allow_null=True)
    ended_note = serializers.CharField(allow_blank=True)
    boundary = serializers.JSONField(help_text="GeoJSON coordinates of a Polygon")


class DeclaredHotspotsOut(serializers.Serializer):
    results = DeclaredHotspotOut(many=True)


def hotspot_row(hotspot: Hotspot, today: dt.date) -> dict[str, Any]:
    """One hotspot as DeclaredHotspotOut; ``today`` is the council's local day."""
    over = hotspot.ended_at is not None or hotspot.ends_on < today
    state = "ended" if over else "to_come" if hotspot.starts_on > today else "in_force"
    return {
        "id": hotspot.pk,
        "area_id": str(hotspot.area_id),
        "name": hotspot.area.name,
        "state": state,
        "review_due": not over and hotspot.review_on <= today,
        "starts_on": hotspot.starts_on,
        "ends_on": hotspot.ends_on,
        "review_on": hotspot.review_on,
        "note": hotspot.note,
        "declared_by": person_row(hotspot.declared_by),
        "declared_at": hotspot.declared_at,
        "ended_at": hotspot.ended_at,
        "ended_by": person_row(hotspot.ended_by) if hotspot.ended_by else None,
        "ended_note": hotspot.ended_note,
        "boundary": json.loads(hotspot.area.boundary[0].geojson)["coordinates"],
    }


class DeclaredHotspotsView(APIView):
    """Hotspots in force and to come, or all, those that end first at the top; desks. Managers declare one."""

    permission_classes = (_DESKS,)

    @extend_schema(
        operation_id="list_declared_hotspots", parameters=[DeclaredHotspotsIn], responses=DeclaredHotspotsOut
    )
    def get(self, request: Request) -> Response:
        asked = read_query(DeclaredHotspotsIn, request)
        today = timezone.localdate()
        found = Hotspot.objects.select_related("area", "declared_by", "ended_by")
        if asked["state"] == "current":
            found = found.filter(ended_at=None, ends_on__gte=today).order_by("ends_on", "pk")
        else:
            found = found.order_by("-ends_on", "-pk")
        return Response({"results": [hotspot_row(each, today) for each in found[:_MOST]]})

    @extend_schema(operation_id="declare_hotspot", request=DeclareIn, responses={201: DeclaredHotspotOut})
    def post(self, request: Request) -> Response:
        form = DeclareIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = dict(form.validated_data)
        hotspot = hotspots.declare_hotspot(person=signed_in(request), boundary=_boundary(told), **told)
        return Response(hotspot_row(hotspot, timezone.localdate()), status=201)


def _boundary(told: dict[str, Any]) -> MultiPolygon:
    """Takes the ground out of what was told."""
    cell = told.pop("cell", None)
    circle = told.pop("circle", None)
    return hotspots.cell_boundary(cell) if circle is None else hotspots.Circle(**circle).boundary


class EndHotspotView(APIView):
    """End a hotspot before its last day; the council's managers."""

    permission_classes = (_MANAGERS,)

    @extend_schema(operation_id="end_hotspot", request=EndIn, responses=DeclaredHotspotOut)
    def post(self, request: Request, hotspot_id: int) -> Response:
        form = EndIn(data=request.data)
        form.is_valid(raise_exception=True)
        hotspot = hotspots.end_hotspot(
            person=signed_in(request), hotspot_id=hotspot_id, note=form.validated_data["note"]
        )
        return Response(hotspot_row(hotspot, timezone.localdate()))
