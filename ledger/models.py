"""Append-only facts, and the deliveries that background work starts from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Entry(models.Model):
    """One fact. A trigger fills transaction_id, the hashes and received_at, and refuses any change.

    ``data`` holds ids, codes and measures only, never free text or personal details: retention
    can then delete those where they live while the chain of hashes stays whole.
    """

    sequence = models.BigAutoField(primary_key=True)
    transaction_id = models.BigIntegerField(default=0, editable=False)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    at = models.DateTimeField(help_text="when it happened, as far as we know")
    received_at = models.DateTimeField(default=timezone.now, help_text="when the server wrote it down")
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, default="", editable=False)
    hash = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transaction_id", "sequence"], name="ledger_cursor"),
            models.Index(fields=["subject_kind", "subject_id", "sequence"], name="ledger_subject"),
        ]
        constraints: ClassVar = [
            # Two entries can never claim the same predecessor: the chain has no forks.
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "previous_hash"], name="ledger_chain_without_forks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject_kind} {self.subject_id}"


class Delivery(models.Model):
    """One reaction that is owed to one entry. It is done once; the sweep sees to it."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deliveries")
    reaction = models.CharField(max_length=60)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(help_text="from then on the sweep queues it again")
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at"], condition=Q(done_at=None), name="ledger_owed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "reaction"], name="ledger_one_delivery_a_reaction"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} for {self.entry_id}"
