"""Checklists and their versions: a published one is never changed, so that an audit keeps what it began with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists.definition import Definition, read


class Checklist(models.Model):
    """A checklist under the name by which people choose it. ``title`` is its newest published version's."""

    code = models.SlugField(max_length=60, primary_key=True)
    title = models.CharField(max_length=500)
    retired = models.BooleanField(default=False, help_text="no new walk can begin with it")

    class Meta:
        ordering: ClassVar = ["title", "code"]

    def __str__(self) -> str:
        return self.title


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    REPLACED = "replaced", "Replaced"


class VersionSource(models.TextChoices):
    LIBRARY = "library", "The library"
    EDITOR = "editor", "The editor"
    XLSFORM = "xlsform", "An XLSForm"


class ChecklistVersionQuerySet(models.QuerySet["ChecklistVersion"]):
    def offered(self) -> ChecklistVersionQuerySet:
        """What a walk can begin with: the published version of each checklist that isn't retired."""
        return self.filter(state=VersionState.PUBLISHED, checklist__retired=False)

    def without_content(self) -> ChecklistVersionQuerySet:
        """For lists: a content may have 100 kB."""
        return self.defer("content")


class ChecklistVersion(models.Model):
    """One version of a checklist: a draft, the published one, or one that was published before.

    ``content`` is what definition.py reads; ``content_hash`` the SHA-256 of its canonical form. A trigger
    refuses every change of what was published but for its state, from published to replaced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=8, choices=VersionSource.choices)
    note = models.CharField(max_length=2000, blank=True, default="", help_text="what changed, as its publisher says")
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = ChecklistVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["checklist", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_number_once"),
            models.UniqueConstraint(fields=["checklist"], condition=Q(state="draft"), name="checklist_one_draft"),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state="published"), name="checklist_one_published"
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="checklist_version_state_known"),
            models.CheckConstraint(condition=Q(source__in=VersionSource.values), name="checklist_version_source_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="checklist_version_number_from_1"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | Q(~Q(state="draft"), published_at__isnull=False),
                name="checklist_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist_id} {self.number}"

    @property
    def title(self) -> str:
        """As the content has it; a draft may have none yet."""
        title: Any = self.content.get("title") if isinstance(self.content, dict) else None
        return title if isinstance(title, str) else ""

    def definition(self) -> Definition:
        """What the content says. Raises DefinitionNotGood for a draft that has faults.

        Read once a process for each content; where it was, a deferred ``content`` is not fetched.
        """
        return _definition(_ByHash(self.content_hash, self))


@dataclass(frozen=True)
class _ByHash:
    """A version that equals every other with the same content."""

    content_hash: str
    version: ChecklistVersion = field(compare=False)


@lru_cache(maxsize=64)
def _definition(told: _ByHash) -> Definition:
    return read(told.version.content)
