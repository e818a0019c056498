"""An Environmental Visual Audit as JSON: what phones and desks are shown of it."""

from __future__ import annotations

from rest_framework import serializers

from accounts.serializers import NamedOut
from audits.models import AuditKind, AuditNoteKind, AuditState, ConcernKind, DefectStatus, Light, StreetState, Weather
from audits.revisit_serializers import CarriedOut
from audits.serializers import NumberedOut, PhotoOut, PlaceOut

COVERAGE_STATES = ["checked_nothing", "found", "walked", "not_seen"]


class AuditChecklistOut(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    version_id = serializers.UUIDField()
    title = serializers.CharField()


class WalkerOut(serializers.Serializer):
    person = NamedOut()
    sections = serializers.ListField(child=serializers.CharField(), allow_null=True)
    joined_at = serializers.DateTimeField()


class EvidenceOut(serializers.Serializer):
    summary = serializers.CharField(allow_blank=True)
    to = serializers.DateField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    photos = PhotoOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python's own."""
        return {**super().get_fields(), "from": serializers.DateField(allow_null=True)}


class RiskOut(serializers.Serializer):
    done = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class CheckInOut(serializers.Serializer):
    minutes = serializers.IntegerField()
    next_due_at = serializers.DateTimeField(allow_null=True)
    missed_at = serializers.DateTimeField(allow_null=True)
    seen = serializers.BooleanField(help_text="somebody sees to the one that was missed")


class ParticipantOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    organisation = serializers.CharField(allow_blank=True)
    consent = serializers.BooleanField()
    contact = serializers.CharField(allow_null=True, allow_blank=True, help_text="null: not for this reader")
    by = NamedOut()
    at = serializers.DateTimeField()


class PinOut(serializers.Serializer):
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    words = serializers.CharField(allow_blank=True)


class ConcernOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ConcernKind.choices)
    text = serializers.CharField(allow_blank=True)
    said_by = serializers.CharField(allow_blank=True)
    restricted = serializers.BooleanField()
    place = PlaceOut(allow_null=True)
    pins = PinOut(many=True)
    photos = PhotoOut(many=True)
    by = NamedOut()
    at = serializers.DateTimeField()


class AnswerOut(serializers.Serializer):
    id = serializers.UUIDField()
    question = serializers.CharField()
    instance = serializers.CharField(allow_blank=True)
    value = serializers.JSONField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    restricted_note = serializers.CharField(allow_null=True, allow_blank=True, help_text="null: not for this reader")
    place = PlaceOut(allow_null=True)
    photos = PhotoOut(many=True)
    by = NamedOut()
    at = serializers.DateTimeField()
    based_on = serializers.UUIDField(allow_null=True)
    stands = serializers.BooleanField(help_text="it counts for its question, or is the newest of those that differ")
    chosen = serializers.BooleanField(
        help_text="somebody said that it counts; the newest such word of a question holds"
    )
    chosen_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="it came after the sign-off")


class DiffersOut(serializers.Serializer):
    """Several people answered this question differently, and nobody has chosen yet."""

    question = serializers.CharField()
    instance = serializers.CharField(allow_blank=True)
    answers = serializers.ListField(child=serializers.UUIDField())


class StreetOut(serializers.Serializer):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=StreetState.choices)
    by_track = serializers.BooleanField()
    by = NamedOut(allow_null=True)
    at = serializers.DateTimeField()


class AuditDefectOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DefectStatus.choices)
    note = serializers.CharField(allow_blank=True)
    street_text = serializers.CharField(allow_blank=True)
    place = PlaceOut()
    answer_id = serializers.UUIDField(allow_null=True)
    photos = PhotoOut(many=True)
    late = serializers.BooleanField(help_text="it came after the sign-off")


class AuditNoteOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=AuditNoteKind.choices)
    text = serializers.CharField()
    by = NamedOut()
    at = serializers.DateTimeField()


class AuditSignedOut(serializers.Serializer):
    by = NamedOut()
    at = serializers.DateTimeField()
    hash = serializers.CharField()


class AuditMayOut(serializers.Serializer):
    """What the reader may do with it."""

    walk = serializers.BooleanField()
    reconcile = serializers.BooleanField()
    sign = serializers.BooleanField()
    read_restricted = serializers.BooleanField()


class AuditBriefOut(serializers.Serializer):
    """One row of a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=AuditKind.choices)
    state = serializers.ChoiceField(choices=AuditState.choices)
    title = serializers.CharField(allow_blank=True)
    checklist = AuditChecklistOut()
    area = NamedOut(allow_null=True)
    led_by = NamedOut()
    walkers = WalkerOut(many=True)
    revisit_of = NumberedOut(allow_null=True)
    revisit_due_on = serializers.DateField(allow_null=True)
    started_at = serializers.DateTimeField()
    walked_at = serializers.DateTimeField(allow_null=True)
    signed = AuditSignedOut(allow_null=True)
    check_in = CheckInOut(allow_null=True)


class AuditOut(AuditBriefOut):
    """All of it. `version` grows with each change, and when a photo that was on its way can be shown."""

    trigger = serializers.CharField(allow_blank=True)
    evidence = EvidenceOut()
    light = serializers.ChoiceField(choices=Light.choices, allow_blank=True)
    weather = serializers.ChoiceField(choices=Weather.choices, allow_blank=True)
    feels_safe_day = serializers.IntegerField(allow_null=True)
    feels_safe_dark = serializers.IntegerField(allow_null=True)
    risk = RiskOut()
    track_wanted = serializers.BooleanField()
    participants = ParticipantOut(many=True)
    concerns = ConcernOut(many=True)
    answers = AnswerOut(many=True)
    differs = DiffersOut(many=True)
    streets = StreetOut(many=True)
    defects = AuditDefectOut(many=True)
    notes = AuditNoteOut(many=True)
    carried = CarriedOut(many=True)
    open_items = CarriedOut(many=True)
    result = serializers.JSONField(allow_null=True)
    may = AuditMayOut()


class AuditPageOut(serializers.Serializer):
    results = AuditBriefOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class HeldAuditOut(serializers.Serializer):
    """An audit that belongs on the phone: fetch it anew where the version is another."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()


class HeldAuditsOut(serializers.Serializer):
    audits = HeldAuditOut(many=True)


class AuditPersonOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    organisation = serializers.CharField()


class AuditPeopleOut(serializers.Serializer):
    results = AuditPersonOut(many=True)


class CoverageStreetOut(serializers.Serializer):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=COVERAGE_STATES)
    by_track = serializers.BooleanField()


class CoverageOut(serializers.Serializer):
    """How much of the area's streets was seen. `percent` is null where the area has no streets, or none is named."""

    streets = CoverageStreetOut(many=True)
    seen = serializers.IntegerField()
    of = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)
