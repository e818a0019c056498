"""What a re-visit carries from earlier audits, what was said of it, and changed days of re-visits."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from audits.revisit_rules import CRITICAL, OUTCOMES
from audits.revisit_rules import Outcome as _O
from media.models import Photo

# Plain text, so that migrations need no code of ours.
_OUTCOMES = sorted(outcome.value for outcome in _O)
_DEFECT, _ACTION = "defect", "action"


class CarriedKind(models.TextChoices):
    DEFECT = _DEFECT, "A defect"
    ACTION = _ACTION, "An action of the plan"


class Outcome(models.TextChoices):
    """The words are revisit_rules'."""

    DONE = _O.DONE, OUTCOMES[_O.DONE]
    NOT_DONE = _O.NOT_DONE, OUTCOMES[_O.NOT_DONE]
    WORSE = _O.WORSE, OUTCOMES[_O.WORSE]
    REMOVED_ON_PURPOSE = _O.REMOVED, OUTCOMES[_O.REMOVED]


class Carried(models.Model):
    """A defect or an action of an earlier audit that a re-visit asks about.

    ``outcome``, ``note``, ``by`` and ``at`` are what was said of it last; `Judgement` keeps all that was said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey("audits.Audit", on_delete=models.CASCADE, related_name="carried")
    source_kind = models.CharField(max_length=6, choices=CarriedKind.choices)
    defect = models.ForeignKey("audits.Defect", on_delete=models.PROTECT, null=True, blank=True, related_name="carried")
    action = models.ForeignKey("audits.Action", on_delete=models.CASCADE, null=True, blank=True, related_name="carried")
    position = models.PositiveIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the defect's when it was carried: worse is one step above this"
    )
    was_said_done = models.BooleanField(default=False, help_text="when it was carried, somebody had said it is done")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default="")
    note = models.TextField(blank=True, default="", max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(source_kind=_DEFECT, defect__isnull=False, action=None)
                | Q(source_kind=_ACTION, action__isnull=False, defect=None),
                name="carried_of_one_source",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", at=None, by=None)
                | Q(outcome__in=_OUTCOMES, at__isnull=False, by__isnull=False),
                name="carried_judged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__range=(CRITICAL, 4)), name="carried_severity_1_to_4"
            ),
            models.UniqueConstraint(fields=["audit", "defect"], name="carried_defect_once"),
            models.UniqueConstraint(fields=["audit", "action"], name="carried_action_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.defect_id or self.action_id} in {self.audit_id}"

    @property
    def source_id(self) -> uuid.UUID:
        """Of the defect or the action."""
        return self.defect_id or self.action_id  # type: ignore[return-value]  # the constraint holds one of them


class Judgement(models.Model):
    """What one person said of a carried thing at one time. Never changed: who says something else says it anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    carried = models.ForeignKey(Carried, on_delete=models.CASCADE, related_name="judgements")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    note = models.TextField(blank=True, default="", max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    photos: models.ManyToManyField[Photo, Any] = models.ManyToManyField(
        Photo, through="CarriedPhoto", related_name="judgements"
    )

    class Meta:
        ordering: ClassVar = ["at", "received_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=_OUTCOMES), name="judgement_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.by_id}"


class CarriedPhoto(models.Model):
    """A photo of how a carried thing is now."""

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="carried_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="carried_photo")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return f"photo {self.photo_id} of {self.judgement_id}"


class RevisitDay(models.Model):
    """Somebody put the re-visit of an audit on another day, and said why. The newest holds."""

    audit = models.ForeignKey("audits.Audit", on_delete=models.CASCADE, related_name="revisit_days")
    was = models.DateField(null=True, blank=True)
    on = models.DateField()
    note = models.CharField(max_length=500)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.audit_id} on {self.on}"
