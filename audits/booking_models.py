"""Walks that are planned: when and where, who comes, and the calendar that somebody subscribed to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from audits.campaign_models import Campaign
from audits.walk_models import Audit
from checklists.versions import Checklist
from places.models import Area


class BookingState(models.TextChoices):
    BOOKED = "booked", "Booked"
    WALKED = "walked", "Begun or walked"
    CANCELLED = "cancelled", "Called off"


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, person: Person) -> BookingQuerySet:
        """Wardens, officers and the council's desks see all; others what they lead or are invited to."""
        if person.is_on_patrol_side or person.sees_all_work:
            return self
        invited = Invitation.objects.filter(person=person.pk, withdrawn_at=None).values("booking")
        return self.filter(Q(lead=person.pk) | Q(pk__in=invited))

    def with_rows(self) -> BookingQuerySet:
        """Fetches what a row of the calendar shows."""
        found = self.select_related("area", "checklist", "lead", "campaign", "audit", "revisit_of")
        return found.prefetch_related("invitations__person")


class Booking(models.Model):
    """A walk on the calendar. ``version`` grows with each change: it is the SEQUENCE of its iCalendar event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="bookings")
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="bookings")
    revisit_of = models.ForeignKey(Audit, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    audit = models.OneToOneField(
        Audit, on_delete=models.SET_NULL, null=True, blank=True, related_name="booking", help_text="the walk it became"
    )
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    meet_at = models.CharField(max_length=300)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(max_length=2000, blank=True, default="")
    state = models.CharField(max_length=10, choices=BookingState.choices, default=BookingState.BOOKED)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_note = models.CharField(max_length=500, blank=True, default="")

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="booking_calendar")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(condition=Q(minutes__range=(15, 1440)), name="booking_lasts_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.area.name}, {self.starts_at:%d %B %Y}"


class InvitationAnswer(models.TextChoices):
    YES = "yes", "Comes"
    NO = "no", "Can't come"
    MAYBE = "maybe", "Perhaps"


class Invitation(models.Model):
    """Somebody who is asked to come, with an account or by e-mail alone. ``mailed_version`` is the booking's
    version that they last had by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    organisation_name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=120, blank=True, default="")
    answer = models.CharField(max_length=5, choices=InvitationAnswer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="no longer asked to come")
    mailed_version = models.PositiveIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer__in=["", *InvitationAnswer.values]), name="invitation_answer_known"
            ),
            models.UniqueConstraint(fields=["booking", "person"], name="invitation_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where the invitation goes: a person's own address, which may have changed since."""
        return self.person.email if self.person else self.email


class CalendarFeed(models.Model):
    """One person's calendar for a calendar program, by a secret address that can be taken back. Only the
    secret's hash is kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
