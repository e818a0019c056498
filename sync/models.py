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


class Operation(models.Model):
    """One operation of one phone, kept with its answer, so that sending it again does it once.

    ``payload`` is kept only where the operation was not applied: nothing that a person recorded is
    lost, and a dispatcher can look at both versions.
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

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=OperationStatus.values), name="operation_status_known"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=~Q(status=OperationStatus.APPLIED), name="operation_not_applied"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.status}"
