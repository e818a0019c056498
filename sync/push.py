"""Takes in what phones send: each operation once, each answered, none lost.

Same id and same content: ``repeated`` with the first answer. Same id and other content:
``conflict``. One bad operation never blocks the next, unless that depends on it (``after``).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from accounts.models import Person
from ledger import outbox
from ledger.problems import Problem, storable
from sync import waiting
from sync.applying import (
    Sent,
    SettledMeanwhile,
    answer_of,
    apply,
    keep_waiting,
    overdue_since,
    read_envelope,
)
from sync.models import Operation, OperationStatus, is_done

log = structlog.get_logger(__name__)

MAX_OPERATIONS = 200


def apply_operations(
    *, person: Person, device_id: uuid.UUID, operations: list[Any], imported_by: Person | None = None
) -> list[dict[str, Any]]:
    """Apply in the given order, but a child after its parent; one answer for each, in the given order.

    ``person`` is whose work it is; ``imported_by`` who hands it in for them. An answer is
    ``{"id", "status", "code", "detail", "errors", "subject", "received_at"}``; see docs/sync.md.
    """
    with outbox.batched():
        return _Batch(person, device_id, operations, imported_by).answers()


class _Batch:
    """The operations of one request, and what we know of them and of what waits for them."""

    def __init__(self, person: Person, device_id: uuid.UUID, operations: list[Any], imported_by: Person | None) -> None:
        self.person = person
        now = timezone.now()
        self.operations = operations
        self.read: list[Sent | ValidationError] = []
        for raw in operations:
            try:
                envelope = read_envelope(
                    raw, person=person, device_id=device_id, received_at=now, imported_by=imported_by
                )
                self.read.append(envelope)
            except ValidationError as error:
                self.read.append(error)
        self.answered: dict[int, dict[str, Any]] = {}
        self.known: dict[uuid.UUID, Operation] = {}
        # By the id of what they wait for: places in this batch, and what was stored before.
        self.held_back: dict[uuid.UUID, list[int]] = defaultdict(list)
        self.stored_children: dict[uuid.UUID, list[Operation]] = defaultdict(list)

    def answers(self) -> list[dict[str, Any]]:
        """Apply them all; the answers in the order of the batch."""
        self._look_up()
        for index in range(len(self.read)):
            self._take_with_children(index)
        for index in [index for held in self.held_back.values() for index in held]:
            self._take_overdue(index)
        for index, sent in enumerate(self.read):
            if index not in self.answered and isinstance(sent, Sent):
                self._keep_waiting(index, sent, None)
        return [self.answered[index] for index in range(len(self.read))]

    def _look_up(self) -> None:
        """The operations of this batch, those that they wait for and those that wait for them, as stored."""
        here = {(sent.id, sent.digest) for sent in self.read if isinstance(sent, Sent)}
        ids = {sent_id for sent_id, _ in here}
        parents = {sent.after for sent in self.read if isinstance(sent, Sent) and sent.after}
        found = Operation.objects.filter(Q(pk__in=ids | parents) | Q(status=OperationStatus.WAITING, after__in=ids))
        for row in found:
            self.known[row.pk] = row
            if row.status != OperationStatus.WAITING or row.after is None or row.after not in ids:
                continue
            if (row.pk, row.content_hash) not in here:  # else it has its turn in the batch
                self.stored_children[row.after].append(row)

    def _take_with_children(self, index: int) -> None:
        """Answer this one, and at once what waited for it."""
        ready = [index]
        while ready:
            done = self._take(ready.pop(0))
            if done is not None:
                ready[:0] = self._released_by(done)

    def _take(self, index: int) -> uuid.UUID | None:
        """Answer this one, or hold it back for its parent. Returns its id when it is done now."""
        sent = self.read[index]
        if isinstance(sent, ValidationError):
            self.answered[index] = self._unreadable(index, sent)
            return None
        earlier = self.known.get(sent.id)
        if earlier is not None and self._is_settled(earlier, sent):
            self.answered[index] = _answer_again(earlier, sent)
            return None
        parent_id = self._waits_for(sent, earlier)
        if parent_id is not None:
            self.held_back[parent_id].append(index)
            return None
        return self._apply(index, sent, earlier)

    def _unreadable(self, index: int, error: ValidationError) -> dict[str, Any]:
        raw = self.operations[index]
        sent_id = raw.get("id") if isinstance(raw, dict) else None
        shown = storable(str(sent_id))[:60] if sent_id else None
        return {**answer_of(shown, "rejected", Problem.from_validation(error.detail)), "received_at": None}

    def _is_settled(self, earlier: Operation, sent: Sent) -> bool:
        """Whether the stored answer stands. What was refused can be put right and sent again under its
        id; what waits has to be the same."""
        if earlier.person_id != sent.person.pk:
            return True
        if earlier.status == OperationStatus.WAITING:
            return earlier.content_hash != sent.digest
        return earlier.status != OperationStatus.REJECTED

    def _waits_for(self, sent: Sent, earlier: Operation | None) -> uuid.UUID | None:
        """The operation that has to be applied before this one, if it isn't yet."""
        if sent.after is None or is_done(self.known.get(sent.after)):
            return None
        # What was tried once without its parent, in vain, doesn't begin to wait anew.
        tried_before = earlier is not None and earlier.forced_at is not None and earlier.content_hash == sent.digest
        return None if tried_before else sent.after

    def _apply(self, index: int, sent: Sent, earlier: Operation | None) -> uuid.UUID | None:
        if earlier is not None and earlier.content_hash == sent.digest:
            sent = sent.first_received(earlier.received_at)
        try:
            row = apply(sent, earlier=earlier)
        except (IntegrityError, SettledMeanwhile):
            # The same operation arrived twice at the same moment; the other one was first.
            twin = Operation.objects.filter(pk=sent.id).first()
            if twin is None:
                self._failed(index, sent)
                return None
            self.known[twin.pk] = twin
            self.answered[index] = _answer_again(twin, sent)
            return twin.pk if is_done(twin) else None
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            self._failed(index, sent)
            return None
        self._remember(index, row)
        return row.pk if is_done(row) else None

    def _failed(self, index: int, sent: Sent) -> None:
        """Something failed on our side: it is kept here as well as on the phone, and both try again."""
        log.exception("operation_failed", operation=str(sent.id), kind=sent.fields["kind"])
        self._keep_waiting(index, sent, Problem("server_fault"))

    def _released_by(self, done: uuid.UUID) -> list[int]:
        """Apply what waited in store for this operation. Returns the places of those in the batch that did."""
        released = self.held_back.pop(done, [])
        for child in self.stored_children.pop(done, []):
            row = waiting.apply_stored(child)
            self.known[row.pk] = row
            tried = [row, *(waiting.apply_children([row.pk]) if is_done(row) else [])]
            released += self._learn(tried)
        return released

    def _learn(self, rows: list[Operation]) -> list[int]:
        """Take note of stored operations that were tried. Returns the places of those that waited for them."""
        self.known |= {row.pk: row for row in rows}
        return [index for row in rows if is_done(row) for index in self.held_back.pop(row.pk, [])]

    def _take_overdue(self, index: int) -> None:
        """Nothing in this batch brought what it waits for. After the stated time it is tried without."""
        sent = self.read[index]
        earlier = self.known.get(sent.id) if isinstance(sent, Sent) else None
        if index in self.answered or earlier is None or earlier.status != OperationStatus.WAITING:
            return
        if earlier.received_at > overdue_since():
            return
        for released in self._learn(waiting.force(earlier)):
            self._take_with_children(released)
        row = self.known[earlier.pk]
        if row.status != OperationStatus.WAITING:
            self._remember(index, row)

    def _keep_waiting(self, index: int, sent: Sent, problem: Problem | None) -> None:
        earlier = self.known.get(sent.id)
        if earlier is not None and earlier.content_hash == sent.digest:
            sent = sent.first_received(earlier.received_at)
        if earlier is None or earlier.status != OperationStatus.WAITING:
            try:
                self._remember(index, keep_waiting(sent, earlier=earlier, problem=problem))
            except (IntegrityError, SettledMeanwhile):
                earlier = Operation.objects.get(pk=sent.id)
        if earlier is not None and index not in self.answered:
            self.known[earlier.pk] = earlier
            self.answered[index] = _answer_again(earlier, sent)
        parent = self.known.get(sent.after) if sent.after else None
        if parent is not None and parent.status in {OperationStatus.REJECTED, OperationStatus.CONFLICT}:
            self.answered[index]["detail"] = f"What it depends on was not accepted: {parent.answer['detail']}"

    def _remember(self, index: int, row: Operation) -> None:
        self.known[row.pk] = row
        self.answered[index] = {**row.answer, "received_at": row.received_at}


def _answer_again(earlier: Operation, sent: Sent) -> dict[str, Any]:
    """The answer to an operation that came before, from whichever phone."""
    if earlier.person_id != sent.person.pk or earlier.content_hash != sent.digest:
        return {**answer_of(str(earlier.pk), "conflict", Problem("operation_differs")), "received_at": None}
    answer = {**earlier.answer, "received_at": earlier.received_at}
    if is_done(earlier):
        return {**answer, "status": "repeated", "code": None, "detail": None, "errors": []}
    return answer
