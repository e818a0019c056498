"""What people answered on a walk. Nothing is overwritten: see `audits.standing` for what counts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from audits.walk_models import Audit, PlaceSource
from media.models import Photo


class Answer(models.Model):
    """One answer of one person to one question. `instance` names the repeat it belongs to, "" outside of one.

    `value` is as the question's type has it (docs/checklists.md); null takes back what they said before.
    `answered_at` is the phone's time put right and orders a person's own answers; `kept_at` is when it was
    written here, under the lock of its audit: what was written after a sign-off came late.
    """

    id = models.UUIDField(primary_key=True)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=64)
    instance = models.CharField(max_length=64, blank=True, default="")
    value = models.JSONField(null=True)
    note = models.TextField(blank=True, default="", max_length=2000)
    restricted_note = models.TextField(blank=True, default="", max_length=2000)
    restricted = models.BooleanField(default=False, help_text="the question's answers are for some roles only")
    point = models.PointField(srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    place_source = models.CharField(max_length=8, choices=PlaceSource.choices, blank=True, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(default=timezone.now)
    # No key: the answer that somebody saw may still be on its way here.
    based_on = models.UUIDField(null=True, blank=True, help_text="the answer that they saw when they gave this one")
    photos: models.ManyToManyField[Photo, Any] = models.ManyToManyField(
        Photo, through="AnswerPhoto", related_name="answers"
    )

    class Meta:
        ordering: ClassVar = ["answered_at", "id"]
        indexes: ClassVar = [models.Index(fields=["audit", "question", "instance"], name="answer_to_question")]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(question=""), name="answer_to_a_question")]

    def __str__(self) -> str:
        return f"{self.question} {self.instance}".strip()

    def is_late(self, audit: Audit) -> bool:
        """Whether it came after the sign-off of its audit, and so counts in nothing that was signed."""
        return audit.signed_at is not None and self.kept_at > audit.signed_at


class AnswerPhoto(models.Model):
    """A photo that belongs to an answer."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="answer_photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="answer_photo")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"photo of answer {self.answer_id}"


class Choice(models.Model):
    """Somebody said which of several people's answers counts. The others stay, and are shown beside it."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="choices")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="choices")
    note = models.TextField(blank=True, default="", max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.answer_id} was chosen"
