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
from routing.contracts import Basis, Contract, Decider, Demarcation, OpenJobs, RouteFailure
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
    "RouteFailure",
    "ServiceLevel",
]


class Calendar(models.Model):
    """When a service is open: its hours, less a region's bank holidays, less closures.

    A row is one edition. A change is a new row with the same code, so that a job whose clock runs on an
    older edition keeps the due time that was promised. The newest of a code is the one in use.
    """

    class Region(models.TextChoices):
        ENGLAND = "ENG", "England"
        NONE = "", "No bank holidays"

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=3, choices=Region.choices, default=Region.ENGLAND, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="routing_calendar_version"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One stretch of opening hours on one weekday, by the wall clock; see `working_time.Opening`.

    A calendar without any works Monday to Friday, 08:00 to 17:00. `season_from` and `season_until` are
    month and day as ``MM-DD``, both counted; `closes` at 00:00 means midnight at the end of the day.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday, 6 is Sunday")
    opens = models.TimeField()
    closes = models.TimeField()
    season_from = models.CharField(max_length=5, blank=True, default="")
    season_until = models.CharField(max_length=5, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="the first day they no longer hold")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "opening hours"
        ordering: ClassVar = ["season_from", "valid_from", "weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="routing_opening_hours_weekday"),
            models.CheckConstraint(
                condition=Q(closes=dt.time(0)) | Q(closes__gt=F("opens")), name="routing_opening_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(season_from="", season_until="") | (~Q(season_from="") & ~Q(season_until="")),
                name="routing_opening_hours_whole_season",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="routing_opening_hours_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{clocks.WEEKDAYS[self.weekday]} {self.opens:%H:%M} to {self.closes:%H:%M}"


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

    def not_over(self, day: dt.date) -> Self:
        """The versions that hold on the local day or will."""
        still = Q(valid_until=None) | (Q(valid_until__gt=day) & Q(valid_until__gt=F("valid_from")))
        return self.filter(still)


def _amount_is_sane(kind: str) -> Q:
    """At least 1 and not longer than about a year, on the clock of a kind of target."""
    sane = Q()
    for clock, most in clocks.MOST.items():
        sane |= Q(**{f"{kind}clock": clock, f"{kind}amount__range": (1, most)})
    return sane


class ServiceLevel(models.Model):
    """A target and its clock. A change is a new version: a job keeps the one it was opened under.

    `clock` and `amount` are for completing the work. Two more clocks may run from the same start: until
    somebody acknowledges the job, and until a danger is made safe.
    """

    class Clock(models.TextChoices):
        CLOCK_HOURS = clocks.CLOCK_HOURS, "Clock hours"
        WORKING_HOURS = clocks.WORKING_HOURS, "Working hours"
        WORKING_DAYS = clocks.WORKING_DAYS, "Working days"
        CALENDAR_DAYS = clocks.CALENDAR_DAYS, "Calendar days"

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    clock = models.CharField(max_length=20, choices=Clock.choices)
    amount = models.PositiveIntegerField(help_text="hours on the two hour clocks, days on the other two")
    acknowledge_clock = models.CharField(max_length=20, choices=Clock.choices, blank=True, default="")
    acknowledge_amount = models.PositiveIntegerField(null=True, blank=True)
    make_safe_clock = models.CharField(max_length=20, choices=Clock.choices, blank=True, default="")
    make_safe_amount = models.PositiveIntegerField(null=True, blank=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="service_levels")
    warn_before_minutes = models.PositiveIntegerField(
        default=240, help_text="a job is at risk from this long before it is due"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(
        null=True,
        blank=True,
        help_text="the first day it no longer holds; on its first day where it was withdrawn before it began",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="routing_service_level_version"),
            models.CheckConstraint(condition=Q(clock__in=clocks.CLOCKS), name="routing_service_level_clock_known"),
            # Ten years is a slip of the pen, not a target.
            models.CheckConstraint(condition=_amount_is_sane(""), name="routing_service_level_amount_sane"),
            models.CheckConstraint(
                condition=_amount_is_sane("acknowledge_") | Q(acknowledge_clock="", acknowledge_amount=None),
                name="routing_service_level_acknowledge_sane",
            ),
            models.CheckConstraint(
                condition=_amount_is_sane("make_safe_") | Q(make_safe_clock="", make_safe_amount=None),
                name="routing_service_level_make_safe_sane",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="routing_service_level_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_words(self) -> str:
        """ "24 clock hours", "20 working days"."""
        return clocks.in_words(clocks.Target(self.clock, self.amount))

    def target(self, kind: str = "complete") -> clocks.Target | None:
        """The target to `complete`, to `make_safe` or to `acknowledge`; None where it has none of that kind."""
        clock, amount = {
            "complete": (self.clock, self.amount),
            "make_safe": (self.make_safe_clock, self.make_safe_amount),
            "acknowledge": (self.acknowledge_clock, self.acknowledge_amount),
        }[kind]
        return clocks.Target(clock, amount) if clock and amount else None

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

    def with_rows(self) -> Self:
        """Fetches what is shown of a route, without a query a row."""
        return self.select_related(
            "category",
            "group",
            "land_owner",
            "area",
            "contract",
            "organisation",
            "team",
            "service_level",
            "edition__published_by",
        ).defer("area__boundary")


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
