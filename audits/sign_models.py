"""Who signed off what. Each sign-off stays, also where the audit was opened again after it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person


class SignOff(models.Model):
    """Somebody put their name to an audit. ``content_hash`` is the fingerprint of what they saw: the checklist's
    version, every answer that counts, the defects and who took part (`audits.results.content_hash_of`)."""

    audit = models.ForeignKey("audits.Audit", on_delete=models.CASCADE, related_name="sign_offs")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, default="", max_length=2000)
    content_hash = models.CharField(max_length=64)
    version_hash = models.CharField(max_length=64)
    result = models.JSONField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reopen_note = models.TextField(blank=True, default="", max_length=2000)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit"], condition=Q(reopened_at=None), name="sign_off_in_force_once"),
            models.CheckConstraint(
                condition=Q(content_hash__regex="^[0-9a-f]{64}$", version_hash__regex="^[0-9a-f]{64}$"),
                name="sign_off_hashes_are_sha256",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None)
                | Q(reopened_at__isnull=False, reopened_by__isnull=False),
                name="sign_off_reopened_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} by {self.by_id}"
