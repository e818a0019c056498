"""The signed link by which a contractor without an account does one job."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Person


class JobLink(models.Model):
    """An address for one job, for whoever holds it, until it expires or is revoked.

    ``person`` stands in the history for whoever used it: it has the contact's name, is of the job's
    organisation and can never sign in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="links")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="job_link")
    contact = models.CharField(max_length=80, help_text="the firm or the person that it was made for")
    reach = models.CharField(max_length=120, blank=True, default="", help_text="their phone number or e-mail address")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when it was first opened")
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="jobs_link_expires_later"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="jobs_link_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"link for {self.contact} to {self.job_id}"

    def state(self, now: dt.datetime) -> str:
        """`live`, `revoked` or `expired` at this instant."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if now < self.expires_at else "expired"


class LinkAnswer(models.Model):
    """A form of the link's page that was sent in: the same form a second time changes nothing."""

    link = models.ForeignKey(JobLink, on_delete=models.CASCADE, related_name="answers")
    form_id = models.UUIDField()
    verb = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "form_id"], name="jobs_link_form_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.link_id}"
