"""``/api/sightings``: what crews reported back, for those whom it is for."""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, OrganisationOut, StrictSerializer, organisation_row, person_row, read_query
from audits.models import PlaceSource, Sighting, SightingFor, SightingKind
from audits.serializers import NumberedOut, PhotoOut, PhotosIn, PlaceIn, PlaceOut, bare_photo_row, numbered_row

# A list that is longer is not read; what was looked into is shown for as long as anybody asks after it.
_MOST = 200
_CLOSED_SHOWN = dt.timedelta(days=90)


class ReportBackIn(StrictSerializer):
    """For report_back; ``job_id`` or ``defect_id`` say where they were at work."""

    sighting_id = serializers.UUIDField()
    to = serializers.ChoiceField(choices=SightingFor.values)
    kind = serializers.ChoiceField(choices=SightingKind.values)
    place = PlaceIn()
    at = serializers.DateTimeField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    street_text = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")
    job_id = serializers.UUIDField(required=False, allow_null=True)
    defect_id = serializers.UUIDField(required=False, allow_null=True)
    photos = PhotosIn(required=False, default=list)


class CloseSightingIn(StrictSerializer):
    sighting_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class SightingsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=["waiting", "closed"], default="waiting")


class SightingOut(serializers.Serializer):
    id = serializers.UUIDField()
    to = serializers.ChoiceField(choices=SightingFor.choices)
    kind = serializers.ChoiceField(choices=SightingKind.choices)
    words = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    place = PlaceOut()
    street_text = serializers.CharField(allow_blank=True)
    ward = NamedOut(allow_null=True)
    defect = NumberedOut(allow_null=True)
    reported_by = NamedOut()
    organisation = OrganisationOut()
    seen_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    photos = PhotoOut(many=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = NamedOut(allow_null=True)
    closed_note = serializers.CharField(allow_blank=True)
    can_close = serializers.BooleanField()


class SightingPageOut(serializers.Serializer):
    count = serializers.IntegerField()
    results = SightingOut(many=True)


class SightingsView(APIView):
    """Sightings that the caller may see, the newest first, at most 200: those that wait for a look, or
    those of 90 days that somebody has looked into."""

    permission_classes = (may(*(set(Role) - {Role.COUNCILLOR})),)

    @extend_schema(operation_id="list_sightings", parameters=[SightingsIn], responses=SightingPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(SightingsIn, request)
        person = signed_in(request)
        found = Sighting.objects.visible_to(person)
        if asked["state"] == "waiting":
            found = found.waiting().order_by("-received_at", "id")
        else:
            found = found.filter(closed_at__gte=timezone.now() - _CLOSED_SHOWN).order_by("-closed_at", "id")
        page = found.select_related(
            "ward", "defect", "reported_by__organisation", "closed_by__organisation"
        ).prefetch_related("sighting_photos__photo")[:_MOST]
        closes = person.role != Role.CREW
        rows = [{**sighting_row(each), "can_close": closes and each.closed_at is None} for each in page]
        return Response({"count": found.count(), "results": rows})


def sighting_row(sighting: Sighting) -> dict[str, Any]:
    """One sighting as SightingOut shows it, but for ``can_close``."""
    return {
        "id": str(sighting.pk),
        "to": sighting.to,
        "kind": sighting.kind,
        "words": sighting.get_kind_display(),
        "note": sighting.note,
        "place": {
            "longitude": sighting.point.x,
            "latitude": sighting.point.y,
            "accuracy_m": sighting.accuracy_m,
            "source": PlaceSource(sighting.place_source),
        },
        "street_text": sighting.street_text,
        "ward": {"id": str(sighting.ward_id), "name": sighting.ward.name} if sighting.ward else None,
        "defect": numbered_row(sighting.defect) if sighting.defect else None,
        "reported_by": person_row(sighting.reported_by),
        "organisation": organisation_row(sighting.reported_by.organisation),
        "seen_at": sighting.seen_at,
        "received_at": sighting.received_at,
        "photos": [bare_photo_row(link.photo, "evidence") for link in sighting.sighting_photos.all()],
        "closed_at": sighting.closed_at,
        "closed_by": person_row(sighting.closed_by) if sighting.closed_by else None,
        "closed_note": sighting.closed_note,
    }
