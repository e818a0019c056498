"""The editions of the book of routes, the draft of the next one, and its trials against the past.

Routes are never changed in place. A draft holds what somebody proposes; publishing it makes a new
edition, in which each changed route has a new version. The version before stays for the jobs that
name it.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> Edition | None:
        """The edition that decides now; None before the first was published."""
        return self.filter(state=EditionState.PUBLISHED).order_by("-number").first()


class EditionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


class Edition(models.Model):
    """One state of the whole book of routes; a draft is the edition that may come next.

    ``number`` is given when it is published. ``version`` grows with each change of the draft, so that
    somebody who publishes can say what they saw. ``based_on`` is the edition that the draft began from.
    """

    number = models.PositiveIntegerField(null=True, unique=True)
    state = models.CharField(max_length=10, choices=EditionState.choices, default=EditionState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    note = models.TextField(max_length=2000, blank=True, default="")
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=EditionState.values), name="routing_edition_state_known"),
            # Two drafts would be two books that nobody has read together.
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="routing_one_draft"),
            models.CheckConstraint(
                condition=Q(state="published", number__isnull=False, published_at__isnull=False)
                | Q(~Q(state="published"), number=None, published_at=None),
                name="routing_edition_number_when_published",
            ),
        ]

    def __str__(self) -> str:
        return f"Edition {self.number}" if self.number else f"{self.get_state_display()} {self.pk}"


# Whoever changes the book waits for whoever changes it now; any number that no other lock uses will do.
_LOCK = 7_240_002


def lock_book() -> None:
    """Until the end of the transaction nobody else loads routes, begins a draft or publishes one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def next_number() -> int:
    """The number of the edition that is published next; whoever uses it holds the book's lock."""
    newest = Edition.objects.current()
    return newest.number + 1 if newest and newest.number else 1


def publish_edition(*, note: str) -> Edition:
    """An edition that needed no draft, such as the library's first routes; whoever adds them holds the lock."""
    return Edition.objects.create(
        state=EditionState.PUBLISHED, number=next_number(), note=note, published_at=timezone.now()
    )


class ChangeAction(models.TextChoices):
    ADD = "add", "New route"
    CHANGE = "change", "Changed"
    END = "end", "Ended"


class DraftChange(models.Model):
    """What a draft does with one route. ``fields`` are the route's whole new conditions and outcome
    (see routing/drafting.py), or for an end only ``valid_until``: null takes the route out at once."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="changes")
    action = models.CharField(max_length=6, choices=ChangeAction.choices)
    route_code = models.SlugField(max_length=80)
    fields = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    changed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(action__in=ChangeAction.values), name="routing_draft_action_known"),
            models.UniqueConstraint(fields=["edition", "route_code"], name="routing_one_change_a_route"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.route_code}"


class DryRunState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class DryRun(models.Model):
    """A draft tried against the defects of the last days. It changes nothing but its own row.

    ``draft_version`` is the version of the draft that was tried; ``as_of`` the local day on which both
    books are read; ``received_since`` bounds the defects. ``result`` holds counts and rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="dry_runs")
    draft_version = models.PositiveIntegerField()
    as_of = models.DateField()
    received_since = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DryRunState.choices, default=DryRunState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    failure = models.CharField(max_length=300, blank=True, default="")
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now, help_text="when the worker last wrote how far it is")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=DryRunState.values), name="routing_dry_run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.total}"
