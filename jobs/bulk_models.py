"""What a desk changed in many jobs at once, kept so that it can be taken back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person


class BulkAction(models.TextChoices):
    REROUTE = "reroute", "Given to somebody else"
    ASSIGN = "assign", "Assigned"
    DEFER = "defer", "Put off"


class BulkChange(models.Model):
    """One change that a desk made to many jobs at once, kept so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=10, choices=BulkAction.choices)
    note = models.TextField(blank=True, default="", max_length=2000)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(action__in=BulkAction.values), name="bulk_action_known"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="bulk_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} at {self.made_at:%d %B %H:%M}"


class BulkChangedJob(models.Model):
    """A job that a bulk change changed: what it was, and at which version the change left it."""

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="changed")
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="+")
    new_job = models.ForeignKey(
        "jobs.Job", on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="after a re-route"
    )
    version = models.PositiveIntegerField(help_text="of the job after the change")
    was = models.JSONField(help_text="the fields of the job before")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "job"], name="bulk_changed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job} in {self.change}"
