"""Defects and their photos, and what crews saw. The walk and its answers are in files of their own."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db.models import Func, Q, Value
from django.utils import timezone

from accounts.models import Organisation, Person, Role
from audits import rules
from audits.answer_models import Answer, AnswerPhoto, Choice
from audits.booking_models import Booking, BookingState, CalendarFeed, Invitation, InvitationAnswer
from audits.campaign_models import Campaign, CampaignKind, CampaignStop, OutputKind, StopOutput, StopTask
from audits.plan_models import Action, ActionComment, Plan, Recommendation
from audits.revisit_models import Carried, CarriedPhoto, Judgement, RevisitDay
from audits.rules import DefectStatus as S
from audits.rules import SightingKind as _K
from audits.sign_models import SignOff
from audits.walk_models import (
    Audit,
    AuditKind,
    AuditNote,
    AuditNoteKind,
    AuditPhoto,
    AuditPhotoRole,
    AuditQuerySet,
    AuditState,
    Concern,
    ConcernKind,
    ConcernPhoto,
    Light,
    Participant,
    PlaceSource,
    StreetCheck,
    StreetState,
    Track,
    Walker,
    Weather,
)
from checklists.models import Category
from media.models import Photo
from places.models import Area, LandParcel, LandType

# Django looks for a room's models here.
__all__ = [
    "Action",
    "ActionComment",
    "Answer",
    "AnswerPhoto",
    "Audit",
    "AuditKind",
    "AuditNote",
    "AuditNoteKind",
    "AuditPhoto",
    "AuditPhotoRole",
    "AuditQuerySet",
    "AuditState",
    "Booking",
    "BookingState",
    "CalendarFeed",
    "Campaign",
    "CampaignKind",
    "CampaignStop",
    "Carried",
    "CarriedPhoto",
    "Choice",
    "Concern",
    "ConcernKind",
    "ConcernPhoto",
    "Defect",
    "DefectNote",
    "DefectPhoto",
    "DefectQuerySet",
    "DefectStatus",
    "Invitation",
    "InvitationAnswer",
    "Judgement",
    "Light",
    "OutputKind",
    "Participant",
    "PhotoRole",
    "PlaceSource",
    "Plan",
    "Recommendation",
    "RevisitDay",
    "Sighting",
    "SightingFor",
    "SightingKind",
    "SightingPhoto",
    "SignOff",
    "StopOutput",
    "StopTask",
    "StreetCheck",
    "StreetState",
    "Track",
    "Walker",
    "Weather",
]


class DefectStatus(models.TextChoices):
    OPEN = S.OPEN, "Open"
    ROUTED = S.ROUTED, "With a crew"
    RESOLVED = S.RESOLVED, "Fixed"
    VERIFIED = S.VERIFIED, "Fixed and checked"
    REJECTED = S.REJECTED, "Not a defect"
    DUPLICATE = S.DUPLICATE, "Known already"


class DefectQuerySet(models.QuerySet["Defect"]):
    def unresolved(self) -> "DefectQuerySet":
        """What still needs somebody: open or with a crew."""
        return self.filter(status__in=rules.UNRESOLVED)

    def in_triage(self) -> "DefectQuerySet":
        """Waits for a person to decide whose it is."""
        return self.filter(status=DefectStatus.OPEN).exclude(triage_reason="")

    def visible_to(self, person: Person) -> "DefectQuerySet":
        """Wardens, officers and the council's desks see all; an organisation's people see its own;
        a councillor sees none (only counts)."""
        if person.role == Role.COUNCILLOR:
            return self.none()
        if person.is_on_patrol_side or person.sees_all_work:
            return self
        return self.filter(Q(owner_organisation=person.organisation_id) | Q(raised_by=person.pk))

    def with_rows(self) -> "DefectQuerySet":
        """Fetches what ``defect_rows`` shows, without a query a row."""
        return self.select_related(
            "category",
            "ward",
            "raised_by",
            "owner_organisation",
            "duplicate_of",
            "possible_duplicate_of",
            "recurrence_of",
        ).prefetch_related("defect_photos__photo")


class Defect(models.Model):
    """One thing that is wrong at one place.

    Times are kept apart: ``observed_at`` and ``recorded_at`` are the phone's word, ``received_at`` is
    ours and starts the clock. ``version`` grows with each change, so that a phone can say what it saw.
    """

    id = models.UUIDField(primary_key=True)
    # Counted by the database (see the migrations), so that two receivers never give one number twice.
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("audits_defect_number"), function="nextval")
    )
    version = models.PositiveIntegerField(default=1)
    audit = models.ForeignKey(Audit, on_delete=models.SET_NULL, null=True, blank=True, related_name="defects")
    # No key: the answer that led to it may still be on its way here.
    answer_id = models.UUIDField(null=True, blank=True, help_text="the answer of an audit that it belongs to")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="defects")
    severity = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=DefectStatus.choices, default=DefectStatus.OPEN)
    note = models.TextField(blank=True, default="", max_length=2000)
    triage_reason = models.TextField(blank=True, default="")
    triage_due_at = models.DateTimeField(null=True, blank=True, help_text="by when somebody decides whose it is")
    decider = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="who decides where two organisations hand it to and fro",
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        help_text="the report that stands for both",
    )
    possible_duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="possible_duplicates",
        help_text="an open report of the same kind a few steps away; a desk says whether it is the same",
    )
    recurrence_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="recurrences",
        help_text="the one that was fixed here not long before",
    )
    recurrence_count = models.PositiveIntegerField(default=0, help_text="how often it was fixed here before")
    recurring_since = models.DateTimeField(null=True, blank=True, help_text="when the first of these was received")

    point = models.PointField(srid=4326)
    cell = models.BigIntegerField(help_text="H3 cell at resolution 9 as a signed 64-bit number")
    accuracy_m = models.FloatField(null=True)
    altitude_m = models.FloatField(null=True)
    fix_at = models.DateTimeField(null=True)
    place_source = models.CharField(max_length=8, choices=PlaceSource.choices)
    street_text = models.CharField(max_length=200, blank=True, default="")
    ward = models.ForeignKey(Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="defects")
    parcel = models.ForeignKey(LandParcel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    land_type = models.CharField(max_length=20, choices=LandType.choices, blank=True, default="")
    land_owner = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="defects")
    owner_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_defects"
    )
    people_in_photo = models.BooleanField(default=False)
    fly_tipping = models.JSONField(null=True, blank=True)
    seen_again = models.PositiveIntegerField(default=0)

    observed_at = models.DateTimeField(help_text="when the person saw it, by the phone's clock")
    recorded_at = models.DateTimeField(help_text="when it was saved on the phone, by the phone's clock")
    clock_offset_ms = models.BigIntegerField(default=0, help_text="server's clock minus the phone's")
    received_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    disputed_late_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when it was said not to be fixed, too late to open the old job again: a new clock starts here",
    )

    photos: "models.ManyToManyField[Photo, Any]" = models.ManyToManyField(
        Photo, through="DefectPhoto", related_name="defects"
    )
    objects = DefectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-received_at"]
        indexes: ClassVar = [
            models.Index(fields=["status", "received_at"], name="defect_status_received"),
            models.Index(fields=["ward", "status", "received_at"], name="defect_ward"),
            models.Index(fields=["cell", "status", "received_at"], name="defect_cell"),
            # All that the hotspots add up, so that they are read from the index alone.
            models.Index(
                fields=["received_at"],
                include=["ward", "cell", "severity", "owner_organisation", "raised_by"],
                condition=Q(status__in=[S.OPEN, S.ROUTED]),
                name="defect_hotspots",
            ),
            models.Index(fields=["raised_by", "-received_at"], name="defect_reporter"),
            models.Index(fields=["owner_organisation", "status"], name="defect_owner"),
            models.Index(fields=["received_at"], condition=~Q(triage_reason=""), name="defect_triage"),
            # The words of street and note, by which a desk finds a report.
            GinIndex(SearchVector("street_text", "note", config="simple"), name="defect_words"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=DefectStatus.values), name="defect_status_known"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="defect_severity_1_to_4"),
            models.CheckConstraint(
                condition=Q(status__in=[S.OPEN, S.REJECTED, S.DUPLICATE]) | Q(owner_organisation__isnull=False),
                name="defect_with_a_crew_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.DUPLICATE) | Q(duplicate_of__isnull=False),
                name="defect_duplicate_of_another",
            ),
            models.CheckConstraint(condition=~Q(duplicate_of=models.F("id")), name="defect_not_its_own_duplicate"),
            models.CheckConstraint(
                condition=~Q(possible_duplicate_of=models.F("id")) & ~Q(recurrence_of=models.F("id")),
                name="defect_not_beside_itself",
            ),
            models.CheckConstraint(
                condition=Q(recurrence_count=0) | Q(recurring_since__isnull=False),
                name="defect_recurring_since_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that people say: ``D-1042``."""
        return rules.reference(self.number)

    @property
    def clock_starts_at(self) -> dt.datetime:
        """When the clock of a job for it starts: at its receipt, or when it was found not to be fixed after all."""
        return self.disputed_late_at or self.received_at


class PhotoRole(models.TextChoices):
    BEFORE = "before", "Before"
    AFTER = "after", "After"
    SEEN_AGAIN = "seen_again", "Seen again"
    EVIDENCE = "evidence", "Evidence"


class DefectPhoto(models.Model):
    """A photo of a defect, and what it shows."""

    defect = models.ForeignKey(Defect, on_delete=models.CASCADE, related_name="defect_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="defect_photo")
    role = models.CharField(max_length=12, choices=PhotoRole.choices)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=PhotoRole.values), name="defect_photo_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} photo of {self.defect_id}"


class DefectNote(models.Model):
    """Words that somebody added later: with a closing, a hand-back, a second sighting."""

    defect = models.ForeignKey(Defect, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class SightingKind(models.TextChoices):
    """What a crew may have seen that is not its work: the words are audits.rules'."""

    NEEDLES = _K.NEEDLES, rules.SIGHTING_KINDS[_K.NEEDLES]
    DRUG_AREA = _K.DRUG_AREA, rules.SIGHTING_KINDS[_K.DRUG_AREA]
    ROUGH_SLEEPING = _K.ROUGH_SLEEPING, rules.SIGHTING_KINDS[_K.ROUGH_SLEEPING]
    SUSPICIOUS = _K.SUSPICIOUS, rules.SIGHTING_KINDS[_K.SUSPICIOUS]
    OTHER = _K.OTHER, rules.SIGHTING_KINDS[_K.OTHER]


class SightingFor(models.TextChoices):
    WARDENS = "wardens", "Wardens"
    POLICE = "police", "Police"


class SightingQuerySet(models.QuerySet["Sighting"]):
    def visible_to(self, person: Person) -> "SightingQuerySet":
        """Officers and the council's desks see all, wardens what is for wardens, and whoever reported
        something that. Nobody else: it may be about people who can be known by where they are."""
        if person.sees_all_work or person.role == Role.OFFICER:
            return self
        own = Q(reported_by=person.pk)
        return self.filter(own | Q(to=SightingFor.WARDENS)) if person.role == Role.WARDEN else self.filter(own)

    def waiting(self) -> "SightingQuerySet":
        """Nobody has looked into it yet."""
        return self.filter(closed_at=None)


class Sighting(models.Model):
    """What a crew saw at its work and tells wardens or police: needles, a drug area. No work order."""

    id = models.UUIDField(primary_key=True)
    to = models.CharField(max_length=10, choices=SightingFor.choices)
    kind = models.CharField(max_length=20, choices=SightingKind.choices)
    note = models.TextField(blank=True, default="", max_length=2000)
    point = models.PointField(srid=4326)
    accuracy_m = models.FloatField(null=True)
    place_source = models.CharField(max_length=8, choices=PlaceSource.choices)
    street_text = models.CharField(max_length=200, blank=True, default="")
    ward = models.ForeignKey(Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    defect = models.ForeignKey(
        Defect,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sightings",
        help_text="whose job they were at",
    )
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sightings")
    seen_at = models.DateTimeField(help_text="when they saw it, by the phone's clock put right")
    received_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_note = models.TextField(blank=True, default="", max_length=2000)

    photos: "models.ManyToManyField[Photo, Any]" = models.ManyToManyField(
        Photo, through="SightingPhoto", related_name="sightings"
    )
    objects = SightingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-received_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "id"], condition=Q(closed_at=None), name="sighting_waiting"),
            models.Index(fields=["-closed_at", "id"], condition=Q(closed_at__isnull=False), name="sighting_closed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to__in=SightingFor.values), name="sighting_for_known"),
            models.CheckConstraint(condition=Q(kind__in=SightingKind.values), name="sighting_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="sighting_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, for {self.get_to_display().lower()}"


class SightingPhoto(models.Model):
    """A photo of a sighting; never one of a defect, which more people may see."""

    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="sighting_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="sighting_photo")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"photo of sighting {self.sighting_id}"
