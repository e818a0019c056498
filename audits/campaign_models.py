"""Weeks of action and High Impact Days: areas one after the other, what is to do there, and what was done."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Person
from places.models import Area


class CampaignKind(models.TextChoices):
    WEEK_OF_ACTION = "week_of_action", "Week of action"
    HIGH_IMPACT_DAY = "high_impact_day", "High Impact Day"


class Campaign(models.Model):
    """A run through several areas, such as five areas of one week each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=CampaignKind.choices)
    note = models.TextField(max_length=2000, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=CampaignKind.values), name="campaign_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignStop(models.Model):
    """One area of a campaign, from the local day ``starts_on`` to the end of ``ends_on``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="stops")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="campaign_stops")
    starts_on = models.DateField()
    ends_on = models.DateField()
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["starts_on", "position", "id"]
        indexes: ClassVar = [models.Index(fields=["starts_on", "ends_on"], name="campaign_stop_days")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_stop_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.area.name}, {self.starts_on:%d %B %Y}"


class StopTask(models.Model):
    """One thing on the worklist of a stop: an open defect of the area, or words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stop = models.ForeignKey(CampaignStop, on_delete=models.CASCADE, related_name="tasks")
    defect = models.ForeignKey("audits.Defect", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stop", "defect"], name="stop_task_once_a_defect"),
            models.CheckConstraint(condition=Q(defect__isnull=False) | ~Q(text=""), name="stop_task_says_what"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.defect_id)


class OutputKind(models.TextChoices):
    GRAFFITI_M2 = "graffiti_m2", "Graffiti removed (m²)"
    GARAGES_PAINTED = "garages_painted", "Garages painted"
    BAGS = "bags", "Bags of litter"
    FLY_TIPS = "fly_tips", "Fly-tips cleared"
    NEEDLES = "needles", "Needles collected"
    HOURS = "hours", "Hours given"
    OTHER = "other", "Something else"


class StopOutput(models.Model):
    """What was done at a stop, counted by somebody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stop = models.ForeignKey(CampaignStop, on_delete=models.CASCADE, related_name="outputs")
    kind = models.CharField(max_length=16, choices=OutputKind.choices)
    amount = models.DecimalField(max_digits=9, decimal_places=1)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=OutputKind.values), name="stop_output_kind_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stop_output_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_kind_display()}"
