"""Files of reports: copies of what is known elsewhere, made when somebody asks for one."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from audits.models import Audit
from insight.report_rules import FileKind as K
from insight.report_rules import FileState as S


class FileKind(models.TextChoices):
    PDF = K.PDF, "Report for the partnership, as PDF"
    RESIDENT_PDF = K.RESIDENT_PDF, "Report for residents, as PDF"
    XLSX = K.XLSX, "Answers, as a workbook"


class FileState(models.TextChoices):
    WAITING = S.WAITING, "Waits for a worker"
    MAKING = S.MAKING, "Is being made"
    READY = S.READY, "Ready"
    FAILED = S.FAILED, "Could not be made"


class ReportFile(models.Model):
    """One file of an audit's report. ``done`` of ``total`` steps are behind it while it is made.

    Its bytes lie in the photo store, like all that people may fetch; after `report_rules.FILES_KEPT_DAYS` it
    is thrown away and can be made anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="report_files")
    kind = models.CharField(max_length=12, choices=FileKind.choices)
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet")
    key = models.CharField(max_length=100, blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    failure = models.CharField(max_length=300, blank=True, default="", help_text="why, in words")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "id"]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="report_file_age")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="report_file_kind_known"),
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="report_file_state_known"),
            models.CheckConstraint(
                condition=(Q(state="ready", size_bytes__isnull=False) & ~Q(key="") & ~Q(sha256=""))
                | (~Q(state="ready") & Q(key="")),
                name="report_file_ready_has_bytes",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="report_file_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.audit_id} ({self.state})"
