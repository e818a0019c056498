"""What phones have asked for, and what we answered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person


class OperationStatus(models.TextChoices):
    APPLIED = "applied", "Applied"
    CONFLICT = "conflict", "Conflict"
    REJECTED = "rejected", "Rejected"
    WAITING = "waiting", "Waiting for another"


class Decision(models.TextChoices):
    KEEP = "keep", "What was applied first stays"
    TAKE = "take", "What came later is taken"


class Operation(models.Model):
    """One operation of one phone, kept with its answer, so that sending it again does it once.

    ``payload`` is the whole operation as it was sent, kept only while it is not applied: nothing that
    a person recorded is lost, and a dispatcher can look at both versions. ``received_at`` is when it
    first came, whatever has become of it since.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="operations")
    device_id = models.UUIDField()
    kind = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    clock_offset_ms = models.BigIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=OperationStatus.choices)
    answer = models.JSONField()
    # As text: the database's JSON type can't hold every text that a phone can send (a NUL, for one).
    payload = models.TextField(blank=True, default="")
    after = models.UUIDField(null=True, blank=True, help_text="the operation that has to be applied before this one")
    forced_at = models.DateTimeField(null=True, blank=True, help_text="when it was tried without what it waits for")
    imported_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imported_operations",
        db_index=False,  # nearly always empty, and each operation of a push would pay for it
        help_text="who handed in the file of a phone that could not send it itself",
    )
    # What it is about, by its payload: whether or not that exists, and whatever became of the operation.
    subject_kind = models.CharField(max_length=10, blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    # A conflict is decided by a person at a desk, once.
    decision = models.CharField(max_length=4, blank=True, default="", choices=Decision.choices)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_operations", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=OperationStatus.values), name="operation_status_known"),
            models.CheckConstraint(condition=Q(decision__in=["", *Decision.values]), name="operation_decision_known"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=~Q(status=OperationStatus.APPLIED), name="operation_not_applied"
            ),
            models.Index(fields=["after"], condition=Q(status=OperationStatus.WAITING), name="operation_waits_for"),
            models.Index(fields=["subject_id"], name="operation_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.status}"


def is_done(operation: Operation | None) -> bool:
    """Whether what waits for this operation can go on: it was applied, or a person decided to take it."""
    return operation is not None and (
        operation.status == OperationStatus.APPLIED or operation.decision == Decision.TAKE
    )
