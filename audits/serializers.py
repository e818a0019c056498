"""Defects, patrols and photos as JSON: what phones send and what they are shown."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from accounts.models import Person
from accounts.serializers import NamedOut, StrictSerializer, person_row
from audits import rules
from audits.actions import Place
from audits.models import AuditKind, Defect, DefectPhoto, DefectStatus, PhotoRole, PlaceSource
from media.models import Photo

MAX_PHOTOS = 10
PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif"]


class Number(serializers.FloatField):
    """A number of JSON's own: neither a text that looks like one nor yes or no."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class PlaceIn(StrictSerializer):
    longitude = Number(min_value=-180, max_value=180)
    latitude = Number(min_value=-90, max_value=90)
    accuracy_m = Number(min_value=0, max_value=100_000, required=False, allow_null=True)
    altitude_m = Number(min_value=-1000, max_value=20_000, required=False, allow_null=True)
    fix_at = serializers.DateTimeField(required=False, allow_null=True)
    source = serializers.ChoiceField(choices=PlaceSource.values)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["longitude"] == 0 and attrs["latitude"] == 0:
            raise serializers.ValidationError({"latitude": ["0, 0 is what a phone says when it has no fix."]})
        return attrs


def place_of(data: dict[str, Any]) -> Place:
    """The validated place as the actions take it."""
    return Place(**data)


class PhotoIn(StrictSerializer):
    id = serializers.UUIDField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    size_bytes = serializers.IntegerField(min_value=1, max_value=100_000_000)
    content_type = serializers.ChoiceField(choices=PHOTO_TYPES)
    taken_at = serializers.DateTimeField()
    place = PlaceIn(required=False, allow_null=True)


class PhotosIn(serializers.ListField):
    child = PhotoIn()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PHOTOS, **kwargs)


class FlyTippingIn(StrictSerializer):
    waste_type = serializers.CharField(max_length=60, required=False, allow_blank=True)
    size = serializers.CharField(max_length=60, required=False, allow_blank=True)
    land_type = serializers.CharField(max_length=60, required=False, allow_blank=True)


class StartPatrolIn(StrictSerializer):
    patrol_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AuditKind.values)
    started_at = serializers.DateTimeField()
    area_id = serializers.UUIDField(required=False, allow_null=True)


class EndPatrolIn(StrictSerializer):
    patrol_id = serializers.UUIDField()
    ended_at = serializers.DateTimeField()


class RaiseDefectIn(StrictSerializer):
    defect_id = serializers.UUIDField()
    category = serializers.CharField(max_length=12)
    severity = serializers.IntegerField(min_value=1, max_value=4)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    observed_at = serializers.DateTimeField()
    place = PlaceIn()
    street_text = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")
    people_in_photo = serializers.BooleanField(required=False, default=False)
    patrol_id = serializers.UUIDField(required=False, allow_null=True)
    # Of an audit that patrol_id names: the answer that it belongs to, here already or still on its way.
    answer_id = serializers.UUIDField(required=False, allow_null=True)
    photos = PhotosIn(required=False, default=list)
    fly_tipping = FlyTippingIn(required=False, allow_null=True)


class ConfirmDefectIn(StrictSerializer):
    defect_id = serializers.UUIDField()
    observed_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    photos = PhotosIn(required=False, default=list)


class AmendDefectIn(StrictSerializer):
    """What is left out stays as it is."""

    defect_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    severity = serializers.IntegerField(min_value=1, max_value=4, required=False)
    street_text = serializers.CharField(max_length=200, allow_blank=True, required=False)
    photos = PhotosIn(required=False, default=list)


class LookAgainIn(StrictSerializer):
    """For verify_defect and dispute_defect."""

    defect_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    photos = PhotosIn(required=False, default=list)


class PlaceOut(serializers.Serializer):
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    accuracy_m = serializers.FloatField(allow_null=True)
    source = serializers.ChoiceField(choices=PlaceSource.choices)  # type: ignore[assignment]


class PhotoOut(serializers.Serializer):
    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=PhotoRole.choices)
    state = serializers.ChoiceField(choices=["expected", "received", "ready", "unshowable", "refused"])
    taken_at = serializers.DateTimeField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    thumbnail = serializers.CharField()
    view = serializers.CharField()


class DefectJobOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=[("complete", "Finish the work"), ("make_safe", "Make safe")])
    organisation = NamedOut()
    status = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    planned_for = serializers.DateField(allow_null=True)
    returned_reason = serializers.CharField(allow_blank=True)


class NumberedOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()


class RecurrenceOut(serializers.Serializer):
    """It was fixed here before: which one it was, and how often this is now (2: for the second time)."""

    of = NumberedOut()
    fixed_at = serializers.DateTimeField(allow_null=True)
    times = serializers.IntegerField()
    in_days = serializers.IntegerField(help_text="from the first of them to this one")


class DefectOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DefectStatus.choices)
    note = serializers.CharField(allow_blank=True)
    place = PlaceOut()
    street_text = serializers.CharField(allow_blank=True)
    ward = NamedOut(allow_null=True)
    land_type = serializers.CharField(allow_null=True)
    observed_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    raised_by = NamedOut()
    mine = serializers.BooleanField()
    photos = PhotoOut(many=True)
    photos_missing = serializers.IntegerField()
    people_in_photo = serializers.BooleanField()
    triage_reason = serializers.CharField(allow_null=True)
    seen_again = serializers.IntegerField()
    duplicate_of = NumberedOut(allow_null=True)
    possible_duplicate = NumberedOut(allow_null=True)
    recurrence = RecurrenceOut(allow_null=True)
    job = DefectJobOut(allow_null=True)
    jobs = DefectJobOut(many=True)
    distance_m = serializers.FloatField(required=False)


def photo_row(link: DefectPhoto) -> dict[str, Any]:
    """One photo of a defect as PhotoOut shows it."""
    return bare_photo_row(link.photo, link.role)


def bare_photo_row(photo: Photo, role: str) -> dict[str, Any]:
    """The same of a photo that may hang on no defect (yet)."""
    return {
        "id": str(photo.pk),
        "role": role,
        "state": photo.state,
        "taken_at": photo.taken_at,
        "width": photo.width,
        "height": photo.height,
        "thumbnail": f"/api/photos/{photo.pk}/thumbnail",
        "view": f"/api/photos/{photo.pk}/view",
    }


def photos_missing(rows: Iterable[dict[str, Any]]) -> int:
    """How many announced photos are still on somebody's phone."""
    return sum(row["state"] == "expected" for row in rows)


def defect_row(defect: Defect, person: Person) -> dict[str, Any]:
    """One defect as DefectOut shows it; ``job`` and ``jobs`` are filled in by the jobs room.

    Fetch the defect by ``Defect.objects.with_rows()``.
    """
    photos = [photo_row(link) for link in defect.defect_photos.all()]
    return {
        "id": str(defect.pk),
        "number": defect.reference,
        "version": defect.version,
        "category": defect.category_id,
        "severity": defect.severity,
        "status": defect.status,
        "note": defect.note,
        "place": place_row(defect),
        "street_text": defect.street_text,
        "ward": {"id": str(defect.ward_id), "name": defect.ward.name} if defect.ward else None,
        "land_type": defect.land_type or None,
        "observed_at": defect.observed_at,
        "recorded_at": defect.recorded_at,
        "received_at": defect.received_at,
        "raised_by": person_row(defect.raised_by),
        "mine": defect.raised_by_id == person.pk,
        "photos": photos,
        "photos_missing": photos_missing(photos),
        "people_in_photo": defect.people_in_photo,
        "triage_reason": defect.triage_reason or None,
        "seen_again": defect.seen_again,
        "duplicate_of": numbered_row(defect.duplicate_of) if defect.duplicate_of else None,
        "possible_duplicate": _possible_duplicate_row(defect),
        "recurrence": recurrence_row(defect),
        "job": None,
        "jobs": [],
    }


def _possible_duplicate_row(defect: Defect) -> dict[str, Any] | None:
    """The open report that may be the same, as long as both still need somebody."""
    other = defect.possible_duplicate_of
    if other is None or not {defect.status, other.status} <= rules.UNRESOLVED:
        return None
    return numbered_row(other)


def recurrence_row(defect: Defect) -> dict[str, Any] | None:
    """As RecurrenceOut; None where nothing like it was fixed here before."""
    before = defect.recurrence_of
    if before is None or defect.recurring_since is None:
        return None
    return {
        "of": numbered_row(before),
        "fixed_at": before.resolved_at,
        "times": defect.recurrence_count + 1,
        "in_days": rules.days_between(defect.recurring_since, defect.received_at),
    }


def numbered_row(defect: Defect) -> dict[str, Any]:
    """``{"id", "number"}``: a defect by the number that people say."""
    return {"id": str(defect.pk), "number": defect.reference}


def place_row(defect: Defect) -> dict[str, Any]:
    """Where the defect lies, as PlaceOut shows it."""
    return {
        "longitude": defect.point.x,
        "latitude": defect.point.y,
        "accuracy_m": defect.accuracy_m,
        "source": defect.place_source,
    }


def defect_rows(defects: Iterable[Defect], person: Person) -> list[dict[str, Any]]:
    """Rows of many defects, without their jobs; see ``jobs.defects.defect_rows`` for both."""
    return [defect_row(defect, person) for defect in defects]
