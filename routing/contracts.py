"""Contracts with their dates, the register of decisions, who decides in the end, and routes that failed: the rows."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone


class OpenJobs(models.TextChoices):
    STAY = "stay", "Open jobs stay with the old contractor"
    MOVE = "move", "Open jobs go to whoever follows"


class Contract(models.Model):
    """An organisation works for the council from one day to another; its routes hold as long."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=120, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day")
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="follows")
    open_jobs = models.CharField(max_length=4, choices=OpenJobs.choices, default=OpenJobs.STAY)
    changed_over_at = models.DateTimeField(null=True, blank=True, help_text="when its open jobs were seen to")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-ends_on", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="routing_contract_dates_in_order"),
            models.CheckConstraint(condition=Q(open_jobs__in=["stay", "move"]), name="routing_contract_choice_known"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="routing_contract_not_after_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: dt.date) -> bool:
        """Is it in force on the local day? Its last day counts."""
        return self.starts_on <= day <= self.ends_on


class Basis(models.TextChoices):
    SETTLED = "settled", "Settled: it is theirs"
    CLEAR_FIRST = "clear_first", "Clear first, settle later"


class DemarcationQuerySet(models.QuerySet["Demarcation"]):
    def unsettled(self) -> Self:
        """Cleared first; whose bill it is was not settled yet."""
        return self.filter(basis=Basis.CLEAR_FIRST, settled_at=None)

    def standing(self, day: dt.date) -> Self:
        """Decisions that guide routing on the local day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), guides=True, superseded_by=None)


class Demarcation(models.Model):
    """Somebody decided whose work it is at a place. Later routing there uses and cites it."""

    point = models.PointField(srid=4326)
    radius_m = models.PositiveSmallIntegerField(default=25, help_text="how far around the point it holds")
    parcel = models.ForeignKey("places.LandParcel", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    group = models.ForeignKey(
        "checklists.CategoryGroup",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: everything that is found there",
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="demarcations")
    basis = models.CharField(max_length=12, choices=Basis.choices)
    defect = models.ForeignKey(
        "audits.Defect", null=True, blank=True, on_delete=models.PROTECT, related_name="demarcations"
    )
    place_text = models.CharField(max_length=200, blank=True, default="", help_text="the street or ward, in words")
    note = models.CharField(max_length=2000, blank=True, default="")
    decided_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    guides = models.BooleanField(default=True, help_text="later routing at the place uses it")
    valid_until = models.DateField(null=True, blank=True, help_text="the first day it no longer holds")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_note = models.CharField(max_length=2000, blank=True, default="")

    objects = DemarcationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["parcel"], condition=Q(guides=True, superseded_by=None), name="routing_register_parcel"
            ),
            models.Index(fields=["-decided_at", "-id"], name="routing_register_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(basis__in=["settled", "clear_first"]), name="routing_basis_known"),
            models.CheckConstraint(condition=Q(radius_m__range=(1, 500)), name="routing_register_radius_sane"),
            # "Clear first" spends somebody's money before the question is answered: it says why.
            models.CheckConstraint(condition=Q(basis="settled") | ~Q(note=""), name="routing_clear_first_says_why"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="routing_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that people say: ``R-0012``, the register's twelfth."""
        return f"R-{self.pk:04d}"

    def state(self, day: dt.date) -> str:
        """``unsettled``, ``standing``, ``this_job_only``, ``superseded`` or ``ended`` on the local day."""
        if not self.is_settled:
            return "unsettled"
        if self.superseded_by_id is not None:
            return "superseded"
        if not self.guides:
            return "this_job_only"
        return "ended" if self.valid_until is not None and self.valid_until <= day else "standing"

    @property
    def is_settled(self) -> bool:
        return self.basis == Basis.SETTLED or self.settled_at is not None


class Decider(models.Model):
    """Who decides where two organisations hand work to and fro: for an area, or for everywhere."""

    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area"], nulls_distinct=False, name="routing_one_decider_an_area"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.area_id or 'everywhere'}"


class RouteFailure(models.Model):
    """A route could not be evaluated on this local day; the council's managers were told once."""

    route = models.ForeignKey("Route", on_delete=models.CASCADE, related_name="failures")
    day = models.DateField()
    reason = models.CharField(max_length=300)
    defect = models.ForeignKey("audits.Defect", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-day", "route"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "day"], name="routing_one_failure_a_route_and_day"),
        ]

    def __str__(self) -> str:
        return f"route {self.route_id} on {self.day}: {self.reason}"
