"""What a person was told."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person


class NewsKind(models.TextChoices):
    JOB_OPENED = "job_opened", "A job for you"
    JOB_REOPENED = "job_reopened", "A job is open again"
    JOB_RETURNED = "job_returned", "A job was handed back"
    DEFECT_TRIAGED = "defect_triaged", "Somebody has to decide"
    DEFECT_RESOLVED = "defect_resolved", "Fixed"
    DEFECT_MERGED = "defect_merged", "Two reports of one thing"
    CONFLICT_DECIDED = "conflict_decided", "The desk has decided"


class NewsQuerySet(models.QuerySet["NewsItem"]):
    def of(self, person: Person) -> Self:
        """A person's own news, newest first."""
        return self.filter(person=person.pk).order_by("-created_at", "-id")

    def unread(self) -> Self:
        return self.filter(read_at=None)


class NewsItem(models.Model):
    """One message to one person about one entry of the ledger: an event is told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="news")
    kind = models.CharField(max_length=20, choices=NewsKind.choices)
    words = models.CharField(max_length=300)
    defect_id = models.UUIDField(null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    entry_id = models.BigIntegerField(help_text="the sequence of the ledger entry that it tells of")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="news_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="news_unread"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=NewsKind.values), name="news_kind_known"),
            models.UniqueConstraint(fields=["person", "entry_id"], name="news_told_once"),
        ]

    def __str__(self) -> str:
        return self.words
