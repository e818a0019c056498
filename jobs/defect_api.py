"""``/api/defects``: defects with their jobs, near a place, filtered, and one with its story."""

import uuid
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits.models import Defect, DefectStatus
from audits.nearby import maybe_same, tell_apart
from audits.rules import UNRESOLVED
from audits.serializers import DefectOut
from audits.story import story
from jobs.defects import defect_rows
from jobs.merging import merge_defects
from jobs.models import Job
from ledger.problems import Problem

MAX_PAGE = 200
_MOST_NEARBY = 50
_SEES_DEFECTS = may(*(set(Role) - {Role.COUNCILLOR}))


class StoryOut(serializers.Serializer):
    at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    kind = serializers.CharField()
    words = serializers.CharField()
    actor = NamedOut(allow_null=True)


class DefectStoryOut(DefectOut):
    story = StoryOut(many=True)
    maybe_same = DefectOut(many=True, help_text="open reports that may be of the same thing, for a desk to decide")


class DefectPageOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    results = DefectOut(many=True)


class NearbyIn(StrictSerializer):
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    radius_m = serializers.FloatField(min_value=1, max_value=2000, default=100)


class BboxField(serializers.CharField):
    """``west,south,east,north`` in degrees, as a polygon."""

    def to_internal_value(self, data: Any) -> Polygon:  # type: ignore[override]
        text = super().to_internal_value(data)
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise serializers.ValidationError("Give four numbers: west,south,east,north.") from None
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise serializers.ValidationError("Give west,south,east,north in degrees, west and south first.")
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = 4326
        return box


class MergeIn(StrictSerializer):
    into = serializers.UUIDField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class DifferentIn(StrictSerializer):
    other = serializers.UUIDField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class DefectsIn(StrictSerializer):
    maybe_same = serializers.BooleanField(
        required=False, help_text="true: open ones that lie beside an open one of the same kind, and nobody has decided"
    )
    came_back = serializers.BooleanField(
        required=False, help_text="true: those like which something was fixed at the place not long before"
    )
    status = serializers.ChoiceField(choices=DefectStatus.values, required=False)
    category = serializers.CharField(max_length=12, required=False)
    raised_by = serializers.ChoiceField(choices=["me"], required=False)
    bbox = BboxField(max_length=120, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50)
    cursor = serializers.IntegerField(min_value=1, max_value=2**62, required=False)


class NearbyView(APIView):
    """Open defects around a place, nearest first: everyone but councillors, each what they may see."""

    permission_classes = (_SEES_DEFECTS,)

    @extend_schema(operation_id="list_defects_nearby", parameters=[NearbyIn], responses=DefectPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(NearbyIn, request)
        here = Point(asked["longitude"], asked["latitude"], srid=4326)
        # A degree of latitude is 111 km; the box keeps to the index, the distance is on the spheroid.
        reach = asked["radius_m"] / 111_000 * 2
        near = (
            Defect.objects.visible_to(signed_in(request))  # type: ignore[misc]  # the annotation is unknown to it
            .unresolved()
            .filter(point__bboverlaps=here.buffer(reach))
            .annotate(distance=Distance("point", here, spheroid=True))
            .filter(distance__lte=D(m=asked["radius_m"]))
            .with_rows()
            .order_by("distance")[:_MOST_NEARBY]
        )
        found = list(near)
        rows = defect_rows(found, signed_in(request))
        for row, defect in zip(rows, found, strict=True):
            row["distance_m"] = round(defect.distance.m, 1)  # type: ignore[attr-defined]
        return Response({"next": None, "results": rows})


class DefectsView(APIView):
    """Defects that the caller may see, newest first, by cursor."""

    permission_classes = (_SEES_DEFECTS,)

    @extend_schema(operation_id="list_defects", parameters=[DefectsIn], responses=DefectPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(DefectsIn, request)
        found = Defect.objects.visible_to(signed_in(request)).with_rows().order_by("-number")
        for name in ("status", "category"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        if asked.get("maybe_same"):
            found = found.unresolved().filter(possible_duplicate_of__status__in=sorted(UNRESOLVED))
        if asked.get("came_back"):
            found = found.filter(recurrence_count__gt=0)
        if "raised_by" in asked:
            found = found.filter(raised_by=signed_in(request).pk)
        if "bbox" in asked:
            found = found.filter(point__coveredby=asked["bbox"])
        if "cursor" in asked:
            found = found.filter(number__lt=asked["cursor"])
        page = list(found[: asked["page_size"] + 1])
        more = len(page) > asked["page_size"]
        page = page[: asked["page_size"]]
        rows = defect_rows(page, signed_in(request))
        return Response({"next": str(page[-1].number) if more else None, "results": rows})


class DefectView(APIView):
    """One defect with its story, for whoever may see it."""

    permission_classes = (_SEES_DEFECTS,)

    @extend_schema(operation_id="get_defect", responses=DefectStoryOut)
    def get(self, request: Request, defect_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        defect = Defect.objects.visible_to(signed_in(request)).with_rows().filter(pk=defect_id).first()
        if defect is None:
            raise Problem("unknown_defect")
        # A crew sees its own; whether two are one is for the desks that see both.
        beside = maybe_same(defect) if signed_in(request).sees_all_work else []
        row, *others = defect_rows([defect, *beside], signed_in(request))
        return Response({**row, "story": defect_story(defect), "maybe_same": others})


class MergeView(APIView):
    """Say of a report that it is the same as another, which then stands for both; the council's desks."""

    permission_classes = (may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR),)

    @extend_schema(operation_id="merge_defect", request=MergeIn, responses=DefectOut)
    def post(self, request: Request, defect_id: uuid.UUID) -> Response:
        form = MergeIn(data=request.data)
        form.is_valid(raise_exception=True)
        merged = merge_defects(
            person=signed_in(request),
            defect_id=defect_id,
            into_id=form.validated_data["into"],
            note=form.validated_data["note"],
        )
        [row] = defect_rows(Defect.objects.with_rows().filter(pk=merged.pk), signed_in(request))
        return Response(row)


class DifferentView(APIView):
    """Say of two reports that were taken for one that they are two; the council's desks."""

    permission_classes = (may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR),)

    @extend_schema(operation_id="tell_defects_apart", request=DifferentIn, responses=DefectOut)
    def post(self, request: Request, defect_id: uuid.UUID) -> Response:
        form = DifferentIn(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        tell_apart(person=signed_in(request), defect_id=defect_id, from_id=asked["other"], note=asked["note"])
        [row] = defect_rows(Defect.objects.with_rows().filter(pk=defect_id), signed_in(request))
        return Response(row)


def job_story(job: Job, person: Person) -> list[dict[str, Any]]:
    """The story of a job's defect; of the job alone where the defect went on to somebody else."""
    if Defect.objects.visible_to(person).filter(pk=job.defect_id).exists():
        return defect_story(job.defect)
    return story([("job", str(job.pk))])


def defect_story(defect: Defect) -> list[dict[str, Any]]:
    """The story of a defect, its jobs and its photos; see ``audits.story``."""
    jobs = Job.objects.filter(defect=defect).values_list("pk", flat=True)
    photos = defect.defect_photos.values_list("photo_id", flat=True)
    return story(
        [
            ("defect", str(defect.pk)),
            *(("job", str(pk)) for pk in jobs),
            *(("photo", str(pk)) for pk in photos),
        ]
    )
