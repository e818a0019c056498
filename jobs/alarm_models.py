"""The next thing to say of each unfinished job, who hears of it, and what was passed up to whom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Person, Role


class Alarm(models.Model):
    """When the watch has to look at a job next. One row a job, for as long as there is the job.

    ``at`` is empty while nothing is to be said: the clock stands still, the work is done, or all was
    said. ``said`` are the steps (`jobs.alarms.Step.key`) that were said of ``due_at`` and still hold.
    """

    job = models.OneToOneField("jobs.Job", on_delete=models.CASCADE, primary_key=True, related_name="alarm")
    at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text="the due time that `said` is about")
    said = ArrayField(models.CharField(max_length=24), default=list)

    class Meta:
        indexes: ClassVar = [
            # All that a tick reads: a million jobs that are not due yet lie beyond its first page.
            models.Index(fields=["at", "job"], condition=Q(at__isnull=False), name="jobs_alarm_due"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} at {self.at}"


class EscalationStep(models.Model):
    """A rung of an organisation's ladder: who hears of its late jobs, and how long after the due time.

    Where no person is named, or that person has left, everybody of ``role`` hears of it: at the council
    where ``of_council``, else at the organisation.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ladder")
    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80, help_text="as people call it: contract manager")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    of_council = models.BooleanField(default=False)
    after_minutes = models.IntegerField(help_text="after the due time; less than 0 is before it")

    class Meta:
        ordering: ClassVar = ["organisation", "level"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "level"], name="jobs_one_step_a_level"),
            models.CheckConstraint(condition=Q(level__range=(1, 9)), name="jobs_step_level_1_to_9"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="jobs_step_role_known"),
            # A month either way; more is a slip of the pen.
            models.CheckConstraint(condition=Q(after_minutes__range=(-44640, 44640)), name="jobs_step_within_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.title}"


class Escalation(models.Model):
    """A late job was passed up a ladder. It is open until somebody has seen it or the job is finished."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    role_of = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(help_text="the due time that it is about")
    at = models.DateTimeField(help_text="when the ladder wanted it said")
    said_at = models.DateTimeField(help_text="when it was said")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["-at"], condition=Q(seen_at=None), name="jobs_escalation_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "level", "due_at"], name="jobs_escalated_once"),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__gte=F("said_at"), seen_by__isnull=False),
                name="jobs_escalation_seen_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"level {self.level} of {self.job_id}"
