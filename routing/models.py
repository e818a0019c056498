"""Routes, service levels and the calendars that their clocks run on."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Deferrable, F, Q, When
from django.utils import timezone

from routing import clocks
from routing.contracts import Basis, Contract, Decider, Demarcation, OpenJobs
from routing.editions import DraftChange, DryRun, Edition

__all__ = [
    "Basis",
    "Calendar",
    "Closure",
    "Contract",
    "Decider",
    "Demarcation",
    "DraftChange",
    "DryRun",
    "Edition",
    "OpenJobs",
    "Route",
    "ServiceLevel",
]


class Calendar(models.Model):
    """Which days are worked: Monday to Friday, less a region's bank holidays, less closures."""

    class Region(models.TextChoices):
        ENGLAND = "ENG", "England"
        NONE = "", "No bank holidays"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=3, choices=Region.choices, default=Region.ENGLAND, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """A day on which the service is shut though it is no bank holiday."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="closures")
    date = models.DateField()
    name = models.CharField(max_length=80)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "date"], name="routing_one_closure_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class ServiceLevelQuerySet(models.QuerySet["ServiceLevel"]):
    def in_force(self, day: dt.date) -> Self:
        """The versions that hold on the local day; the newest of each code first."""
        held = self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)
        return held.order_by("code", "-version")


class ServiceLevel(models.Model):
    """A target and its clock. A change is a new version: a job keeps the one it was opened under."""

    class Clock(models.TextChoices):
        CLOCK_HOURS = clocks.CLOCK_HOURS, "Clock hours"
        WORKING_DAYS = clocks.WORKING_DAYS, "Working days"
        CALENDAR_DAYS = clocks.CALENDAR_DAYS, "Calendar days"

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    clock = models.CharField(max_length=20, choices=Clock.choices)
    amount = models.PositiveIntegerField(help_text="hours on clock hours, days on the other clocks")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="service_levels")
    warn_before_minutes = models.PositiveIntegerField(
        default=240, help_text="a job is at risk from this long before it is due"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="the first day it no longer holds")
    updated_at = models.DateTimeField(auto_now=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="routing_service_level_version"),
            models.CheckConstraint(condition=Q(clock__in=clocks.CLOCKS), name="routing_service_level_clock_known"),
            # A year of hours or ten years of days is a slip of the pen, not a target.
            models.CheckConstraint(
                condition=Q(clock=clocks.CLOCK_HOURS, amount__range=(1, 8784))
                | Q(clock__in=[clocks.WORKING_DAYS, clocks.CALENDAR_DAYS], amount__range=(1, 366)),
                name="routing_service_level_amount_sane",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="routing_service_level_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_words(self) -> str:
        """ "24 clock hours", "20 working days"."""
        return clocks.in_words(self.clock, self.amount)

    @property
    def halved_in_words(self) -> str:
        """The target as it is in a declared hotspot: "12 clock hours"."""
        return clocks.in_words(clocks.uplifted(clocks.Target(self.clock, self.amount)))

    def holds_on(self, day: dt.date) -> bool:
        """Is this version in force on the local day?"""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class RouteQuerySet(models.QuerySet["Route"]):
    def live(self) -> Self:
        """The newest version of each route that is still in the book; what decides reads these only."""
        return self.filter(retired_at=None)


class Route(models.Model):
    """What × whose land × where × when → who does it, by which target.

    The most exact that fits decides, and of equally exact ones the first by `position`. An empty
    condition fits everything.

    A row is one version of the route `code` and is never changed: publishing a draft retires it
    (`retired_at`) and adds the next one. Jobs keep pointing at the version that decided for them.
    """

    code = models.SlugField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="routes")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="since when a newer version or none holds")
    retired_by = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="retired_routes"
    )
    position = models.PositiveIntegerField(help_text="decides between equally exact routes, the lowest first")
    name = models.CharField(max_length=120)

    category = models.ForeignKey(
        "checklists.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "checklists.CategoryGroup", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    land_types = ArrayField(
        models.CharField(max_length=24), default=list, blank=True, help_text="empty: any land, also unknown"
    )
    land_owner = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    severities = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="empty: any; 1 is the worst"
    )
    contract = models.ForeignKey(
        "Contract",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="routes",
        help_text="the route holds only while the contract does",
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="the first day it no longer holds")

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="routes")
    team = models.ForeignKey("accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service_level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="routes")
    priority = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(4)], help_text="1 is the most urgent"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    # A retired version keeps its position for the record and leaves the place to the next one.
    live_position = models.GeneratedField(
        expression=Case(When(retired_at=None, then="position")),
        output_field=models.PositiveIntegerField(null=True),
        db_persist=True,
    )

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="routing_route_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(retired_at=None), name="routing_one_live_version_a_route"
            ),
            # Two routes at one position would leave the order to chance; deferred so that a
            # transaction may swap them.
            models.UniqueConstraint(
                fields=["live_position"], name="routing_one_route_a_position", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="routing_route_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, 4)), name="routing_route_priority_1_to_4"),
            models.CheckConstraint(condition=Q(category=None) | Q(group=None), name="routing_route_category_or_group"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"
