"""The walk: who led it and when, and how an Environmental Visual Audit stands.

A warden's patrol is a walk without a checklist: its `state` is empty, and so is all that only an audit has.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from accounts.models import Person, Role
from audits import rules
from audits.rules import AuditState as St
from checklists.versions import ChecklistVersion
from media.models import Photo
from places.models import Area


class AuditKind(models.TextChoices):
    PATROL = "patrol", "Patrol"
    AUDIT = "audit", "Environmental Visual Audit"


class AuditState(models.TextChoices):
    WALKING = St.WALKING, "Being walked"
    PAUSED = St.PAUSED, "Paused"
    WALKED = St.WALKED, "Walked, not signed off"
    SIGNED = St.SIGNED, "Signed off"
    ABANDONED = St.ABANDONED, "Given up"


class Light(models.TextChoices):
    DAY = "day", "Daylight"
    DUSK = "dusk", "Dusk or dawn"
    DARK = "dark", "Dark"


class Weather(models.TextChoices):
    DRY = "dry", "Dry"
    WET = "wet", "Wet"


class PlaceSource(models.TextChoices):
    GPS = "gps", "By GPS"
    MAP = "map", "Picked on the map"
    STREET = "street", "Picked by street"
    PHOTO = "photo", "From the photo"


class AuditQuerySet(models.QuerySet["Audit"]):
    def evas(self) -> AuditQuerySet:
        """Environmental Visual Audits; patrols, and walks of phones that know no checklist, are none."""
        return self.exclude(state="")

    def visible_to(self, person: Person) -> AuditQuerySet:
        """An audit is the partnership's: who works on the street or at a desk sees it, but for what is
        restricted in it. Crews see those that they walk themselves, councillors read reports."""
        found = self.evas()
        if person.role == Role.COUNCILLOR:
            return found.none()
        if person.role == Role.CREW:
            return found.filter(pk__in=Walker.objects.filter(person=person.pk).values("audit"))
        return found

    def with_walk(self) -> AuditQuerySet:
        """Fetches what a row of the list shows."""
        found = self.select_related("area", "led_by", "signed_by", "checklist_version__checklist", "revisit_of")
        # A definition may have 100 kB, and no list shows it.
        return found.defer("checklist_version__content").prefetch_related("walkers__person")


class Audit(models.Model):
    """A walk: a warden's patrol, or an Environmental Visual Audit of a named area.

    `version` grows with each change of an audit. What phones tell arrives in any order, so each thing that
    can be said twice keeps when it was said (`state_at`, `led_since`, `said_at`), and the later word stands.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=AuditKind.choices, default=AuditKind.PATROL)
    area = models.ForeignKey(Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="audits")
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="audits")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=timezone.now)

    # Counted by the database (see the migrations) when an audit begins; a patrol has none.
    number = models.BigIntegerField(unique=True, null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=AuditState.choices, blank=True, default="")
    state_at = models.DateTimeField(null=True, blank=True, help_text="when what led to the state happened")
    title = models.CharField(max_length=200, blank=True, default="")
    checklist_version = models.ForeignKey(
        ChecklistVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="audits"
    )
    trigger = models.CharField(max_length=500, blank=True, default="", help_text="why here and now")
    evidence_summary = models.TextField(blank=True, default="", max_length=4000)
    evidence_from = models.DateField(null=True, blank=True)
    evidence_to = models.DateField(null=True, blank=True)
    evidence_source = models.CharField(max_length=300, blank=True, default="")
    light = models.CharField(max_length=4, choices=Light.choices, blank=True, default="")
    weather = models.CharField(max_length=3, choices=Weather.choices, blank=True, default="")
    feels_safe_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 (no) to 5 (yes)")
    feels_safe_dark = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 (no) to 5 (yes)")
    said_at = models.JSONField(default=dict, blank=True, help_text="when each of these was said, by its name")
    led_since = models.DateTimeField(null=True, blank=True)

    risk_done = models.BooleanField(default=False)
    risk_note = models.TextField(blank=True, default="", max_length=2000)
    risk_at = models.DateTimeField(null=True, blank=True)
    check_in_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True, help_text="the newest word of whoever walks")
    next_check_in_at = models.DateTimeField(null=True, blank=True, help_text="by when they say that all is well")
    check_in_missed_at = models.DateTimeField(null=True, blank=True, help_text="the time that was missed")
    check_in_told = models.PositiveSmallIntegerField(default=0, help_text="how often somebody was told of it")
    check_in_alarm_at = models.DateTimeField(null=True, blank=True, help_text="when the watch has to look next")
    track_wanted = models.BooleanField(default=False)

    walked_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(null=True, blank=True)
    revisit_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revisits")
    revisit_due_on = models.DateField(null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at"]
        indexes: ClassVar = [
            models.Index(fields=["check_in_alarm_at"], condition=~Q(check_in_alarm_at=None), name="audit_check_in"),
            models.Index(fields=["-started_at", "id"], condition=~Q(state=""), name="audit_list"),
            models.Index(fields=["area", "-started_at"], condition=~Q(state=""), name="audit_of_area"),
            models.Index(fields=["revisit_due_on"], condition=~Q(revisit_due_on=None), name="audit_revisit_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AuditKind.values), name="audit_kind_known"),
            models.CheckConstraint(condition=Q(state__in=["", *AuditState.values]), name="audit_state_known"),
            models.CheckConstraint(
                condition=Q(state="") | Q(kind="audit", checklist_version__isnull=False, number__isnull=False),
                name="audit_has_a_checklist",
            ),
            models.CheckConstraint(
                condition=~Q(state=St.SIGNED) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="audit_signed_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(revisit_of=F("id")), name="audit_not_its_own_revisit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.started_at:%d %B %Y}"

    @property
    def reference(self) -> str:
        """The number that people say: `A-0007`; empty for a patrol."""
        return rules.audit_reference(self.number) if self.number is not None else ""

    @classmethod
    def next_number(cls) -> Func:
        """The number of a new audit, as the database counts it."""
        return Func(Value("audits_audit_number"), function="nextval", output_field=models.BigIntegerField())


class Walker(models.Model):
    """Somebody who walks an audit, and which sections they took on (none named: everything)."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="walkers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="walks")
    sections = models.JSONField(null=True, blank=True, help_text="codes of sections; null: everything")
    sections_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["joined_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["audit", "person"], name="walker_once")]

    def __str__(self) -> str:
        return f"{self.person_id} walks {self.audit_id}"


class Participant(models.Model):
    """Somebody who came along, with an account or without. `contact` is restricted."""

    id = models.UUIDField(primary_key=True)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="participants")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True, default="")
    organisation_name = models.CharField(max_length=120, blank=True, default="")
    consent = models.BooleanField(default=False, help_text="may be named in the report")
    contact = models.CharField(max_length=200, blank=True, default="")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kept_at = models.DateTimeField(default=timezone.now, help_text="when it was written here")

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.name


class AuditPhotoRole(models.TextChoices):
    EVIDENCE = "evidence", "Evidence"
    SHEET = "sheet", "Sheet"


class AuditPhoto(models.Model):
    """A photo of what led here: a letter, a table of figures, a sheet that people wrote on."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="audit_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="audit_photo")
    role = models.CharField(max_length=10, choices=AuditPhotoRole.choices, default=AuditPhotoRole.EVIDENCE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=AuditPhotoRole.values), name="audit_photo_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} photo of audit {self.audit_id}"


class AuditNoteKind(models.TextChoices):
    PAUSED = "paused", "On pausing"
    HANDED_OVER = "handed_over", "On handing over"
    MISSED_CHECK_IN = "missed_check_in", "After a missed check-in"
    ABANDONED = "abandoned", "On giving it up"


class AuditNote(models.Model):
    """Words that came with a verb of the walk. The ledger holds none."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=16, choices=AuditNoteKind.choices)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AuditNoteKind.values), name="audit_note_kind_known"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ConcernKind(models.TextChoices):
    CONCERN = "concern", "What somebody said"
    PICTURE_NOW = "picture_now", "How it is, as they drew it"
    PICTURE_WISHED = "picture_wished", "How they wish it were, as they drew it"


class Concern(models.Model):
    """What a resident said on the walk, or a sheet that people drew, photographed and pinned to places."""

    id = models.UUIDField(primary_key=True)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="concerns")
    kind = models.CharField(max_length=16, choices=ConcernKind.choices)
    text = models.TextField(blank=True, default="", max_length=2000)
    said_by = models.CharField(max_length=120, blank=True, default="")
    restricted = models.BooleanField(default=False)
    point = models.PointField(srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    place_source = models.CharField(max_length=8, choices=PlaceSource.choices, blank=True, default="")
    pins = models.JSONField(default=list, blank=True, help_text="places on it: longitude, latitude, words")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kept_at = models.DateTimeField(default=timezone.now, help_text="when it was written here")
    photos: models.ManyToManyField[Photo, Any] = models.ManyToManyField(
        Photo, through="ConcernPhoto", related_name="concerns"
    )

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ConcernKind.values), name="concern_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.audit_id})"


class ConcernPhoto(models.Model):
    """A photo of what was said or drawn."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="concern_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="concern_photo")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"photo of concern {self.concern_id}"


class StreetState(models.TextChoices):
    CHECKED_NOTHING = "checked_nothing", "Checked, nothing found"
    WALKED = "walked", "Walked"
    TAKEN_BACK = "taken_back", "Not checked after all"


class StreetCheck(models.Model):
    """What somebody said of one street of the area, or what a track showed of it. Nothing is overwritten: the
    newest word counts, and a track's only where nobody said anything."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="street_checks")
    street_name = models.CharField(max_length=120)
    state = models.CharField(max_length=16, choices=StreetState.choices)
    by_track = models.BooleanField(default=False)
    # Nobody for a track: what is left of it when it is forgotten names no person's way.
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=StreetState.values), name="street_check_state_known"),
            models.UniqueConstraint(
                fields=["audit", "street_name"], condition=Q(by_track=True), name="street_walked_once_by_track"
            ),
            models.CheckConstraint(
                condition=Q(by_track=True, by=None) | Q(by_track=False, by__isnull=False),
                name="street_checked_by_somebody_or_a_track",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street_name}: {self.state}"


class Track(models.Model):
    """A stretch of the route that somebody walked, where they said that it may be kept. Forgotten after 90 days.

    What the receiver said is not kept: only the line, without bad fixes and without points that it does
    not need.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="tracks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    line = models.MultiLineStringField(srid=4326)
    length_m = models.FloatField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["from_at", "id"]
        indexes: ClassVar = [models.Index(fields=["to_at"], name="track_age")]

    def __str__(self) -> str:
        return f"{self.length_m:.0f} m of {self.audit_id}"


def place_fields(place: Any) -> dict[str, Any]:
    """`point`, `accuracy_m` and `place_source` of a row, from an `audits.actions.Place` or None."""
    if place is None:
        return {"point": None, "accuracy_m": None, "place_source": ""}
    return {
        "point": Point(place.longitude, place.latitude, srid=4326),
        "accuracy_m": place.accuracy_m,
        "place_source": place.source,
    }
