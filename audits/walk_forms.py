"""What phones send of an Environmental Visual Audit: the forms of its operations. docs/sync.md lists them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import StrictSerializer
from audits.models import ConcernKind, Light, StreetState, Weather
from audits.revisit_models import CarriedKind, Outcome
from audits.serializers import Number, PhotosIn, PlaceIn

MOST_PINS = 50
# One fix a second for more than an hour; a phone sends a longer walk in several stretches.
MOST_POINTS = 5000
MOST_SECTIONS = 100
SHORTEST_CHECK_IN_MINUTES = 5
LONGEST_CHECK_IN_MINUTES = 240


def optional_words(longest: int) -> serializers.CharField:
    """Text that may be left out."""
    return serializers.CharField(max_length=longest, allow_blank=True, required=False, default="")


def _check_in_minutes() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=SHORTEST_CHECK_IN_MINUTES,
        max_value=LONGEST_CHECK_IN_MINUTES,
        required=False,
        allow_null=True,
        default=None,
    )


class EvidenceIn(StrictSerializer):
    """What led here: figures or complaints, of which days, and from whom."""

    summary = optional_words(4000)
    to = serializers.DateField(required=False, allow_null=True, default=None)
    source = optional_words(300)  # type: ignore[assignment]

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python's own."""
        return {**super().get_fields(), "from": serializers.DateField(required=False, allow_null=True, default=None)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get("to")
        if first and last and last < first:
            raise serializers.ValidationError({"to": ["The last day is before the first."]})
        return attrs


class RiskIn(StrictSerializer):
    done = serializers.BooleanField()
    note = optional_words(2000)


class OfAuditIn(StrictSerializer):
    """What each of them says: of which audit, and when it happened."""

    audit_id = serializers.UUIDField()
    at = serializers.DateTimeField()


class BeginAuditIn(StrictSerializer):
    audit_id = serializers.UUIDField()
    checklist = serializers.CharField(max_length=60)
    checklist_version = serializers.IntegerField(min_value=1, max_value=1_000_000)
    area_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    title = optional_words(200)
    started_at = serializers.DateTimeField()
    trigger = optional_words(500)
    evidence = EvidenceIn(required=False, allow_null=True, default=None)
    light = serializers.ChoiceField(choices=Light.choices, allow_blank=True, required=False, default="")
    weather = serializers.ChoiceField(choices=Weather.choices, allow_blank=True, required=False, default="")
    risk = RiskIn()
    check_in_minutes = _check_in_minutes()
    track_wanted = serializers.BooleanField(required=False, default=False)
    revisit_of = serializers.UUIDField(required=False, allow_null=True, default=None)
    booking_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    photos = PhotosIn(required=False, default=list)


class JoinAuditIn(OfAuditIn):
    sections = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_SECTIONS,
        required=False,
        allow_null=True,
        default=None,
    )


class SetAuditIn(OfAuditIn):
    """What is left out stays as it is."""

    light = serializers.ChoiceField(choices=Light.choices, required=False)
    weather = serializers.ChoiceField(choices=Weather.choices, required=False)
    feels_safe_day = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    feels_safe_dark = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    evidence = EvidenceIn(required=False)
    title = serializers.CharField(max_length=200, required=False)


class AnswerQuestionIn(OfAuditIn):
    answer_id = serializers.UUIDField()
    question = serializers.CharField(max_length=64)
    # Made by the phone; never words, for the ledger names it.
    instance = serializers.RegexField(r"^[A-Za-z0-9_-]*$", max_length=64, allow_blank=True, required=False, default="")
    # Read by the question's type, which the checklist's version says.
    value = serializers.JSONField(allow_null=True)
    note = optional_words(2000)
    restricted_note = optional_words(2000)
    place = PlaceIn(required=False, allow_null=True, default=None)
    based_on = serializers.UUIDField(required=False, allow_null=True, default=None)
    photos = PhotosIn(required=False, default=list)


class ChooseAnswerIn(OfAuditIn):
    answer_id = serializers.UUIDField()
    note = optional_words(2000)


class AddParticipantIn(OfAuditIn):
    participant_id = serializers.UUIDField()
    name = serializers.CharField(max_length=120)
    role = optional_words(120)
    organisation = optional_words(120)
    consent = serializers.BooleanField()
    contact = optional_words(200)


class PinIn(StrictSerializer):
    longitude = Number(min_value=-180, max_value=180)
    latitude = Number(min_value=-90, max_value=90)
    words = optional_words(200)


class NoteConcernIn(OfAuditIn):
    concern_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ConcernKind.choices)
    text = optional_words(2000)
    said_by = optional_words(120)
    restricted = serializers.BooleanField(required=False, default=False)
    place = PlaceIn(required=False, allow_null=True, default=None)
    pins = serializers.ListField(child=PinIn(), max_length=MOST_PINS, required=False, default=list)
    photos = PhotosIn(required=False, default=list)


class CheckStreetIn(OfAuditIn):
    street = serializers.CharField(max_length=120)
    state = serializers.ChoiceField(choices=StreetState.choices)


class FixIn(serializers.ListField):
    """One fix: longitude, latitude, accuracy in metres, seconds since 1970 by the phone's clock."""

    child = Number(min_value=-180, max_value=100_000_000_000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=4, max_length=4, **kwargs)


class AddTrackIn(StrictSerializer):
    track_id = serializers.UUIDField()
    audit_id = serializers.UUIDField()
    points = serializers.ListField(child=FixIn(), min_length=1, max_length=MOST_POINTS)


class CheckInIn(OfAuditIn):
    """All is well; `minutes` until the next word, null: finished."""

    minutes = _check_in_minutes()


class PauseAuditIn(OfAuditIn):
    note = optional_words(2000)


class ResumeAuditIn(OfAuditIn):
    pass


class HandOverAuditIn(OfAuditIn):
    to_person_id = serializers.UUIDField()
    note = optional_words(2000)


class FinishAuditIn(OfAuditIn):
    pass


class JudgeCarriedIn(OfAuditIn):
    """Of a re-visit: what became of an open defect or an action of an earlier audit."""

    source_kind = serializers.ChoiceField(choices=CarriedKind.choices)
    source_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = optional_words(2000)
    photos = PhotosIn(required=False, default=list)
