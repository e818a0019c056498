"""Applies what phones send: each operation once, each in its own transaction, each answered.

Same id and same content: ``repeated`` with the first answer. Same id and other content:
``conflict``. One bad operation never blocks the next, unless that depends on it (``after``).
"""

import hashlib
import json
import uuid
from typing import Any

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Person
from accounts.serializers import StrictSerializer
from audits.actions import PhoneTime
from ledger import outbox
from ledger.problems import Problem, storable
from sync.models import Operation, OperationStatus
from sync.operations import KINDS, Asked

log = structlog.get_logger(__name__)

MAX_OPERATIONS = 200
# A phone whose clock was lost starts in 1970, or in the year that it was made.
_CENTURY_MS = 100 * 366 * 24 * 3600 * 1000


class OperationIn(StrictSerializer):
    """The envelope of one operation; the payload is read by the form of its kind."""

    id = serializers.UUIDField()
    kind = serializers.CharField(max_length=30)
    made_at = serializers.DateTimeField()
    clock_offset_ms = serializers.IntegerField(min_value=-_CENTURY_MS, max_value=_CENTURY_MS)
    based_on = serializers.IntegerField(min_value=0, max_value=2**31, required=False, allow_null=True)
    after = serializers.UUIDField(required=False, allow_null=True)
    payload = serializers.DictField()


def apply_operations(*, person: Person, device_id: uuid.UUID, operations: list[Any]) -> list[dict[str, Any]]:
    """Apply in the given order; one answer for each, in the same order.

    An answer is ``{"id", "status", "code", "detail", "errors", "subject", "received_at"}``; see docs/sync.md.
    """
    known = _known(operations)
    answers = []
    with outbox.batched():
        for raw in operations:
            answers.append(_answer_one(person, device_id, raw, known))
    return answers


def _known(operations: list[Any]) -> dict[uuid.UUID, Operation]:
    """The operations of this batch and those they wait for that we have seen before."""
    ids = set()
    for raw in operations:
        for name in ("id", "after"):
            try:
                ids.add(uuid.UUID(str(raw[name])))
            except (ValueError, KeyError, TypeError):
                continue
    return Operation.objects.in_bulk(ids)


def _answer_one(person: Person, device_id: uuid.UUID, raw: Any, known: dict[uuid.UUID, Operation]) -> dict[str, Any]:
    form = OperationIn(data=raw)
    if not form.is_valid():
        sent_id = raw.get("id") if isinstance(raw, dict) else None
        return _answer(
            storable(str(sent_id))[:60] if sent_id else None, "rejected", _as_problem(ValidationError(form.errors))
        )
    sent = form.validated_data
    digest = content_hash(sent["kind"], raw)
    earlier = known.get(sent["id"])
    if earlier is not None and (earlier.status != OperationStatus.REJECTED or earlier.person_id != person.pk):
        return _answer_again(earlier, person, digest)
    if _must_wait(sent.get("after"), known):
        return _waiting(str(sent["id"]), known.get(sent["after"]))
    try:
        operation, answer = _apply(person, device_id, sent, raw, digest, earlier is not None)
    except (IntegrityError, _AppliedMeanwhile):
        # The same operation arrived twice at the same moment; the other one was first.
        twin = Operation.objects.filter(pk=sent["id"]).first()
        if twin is None:
            log.exception("operation_failed", operation=str(sent["id"]), kind=sent["kind"])
            return _answer(str(sent["id"]), "waiting", Problem("server_fault"))
        known[twin.pk] = twin
        return _answer_again(twin, person, digest)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("operation_failed", operation=str(sent["id"]), kind=sent["kind"])
        return _answer(str(sent["id"]), "waiting", Problem("server_fault"))
    known[operation.pk] = operation
    return answer


class _AppliedMeanwhile(Exception):
    """An operation that was rejected before is not any more: a copy of it was applied just now."""


def _waiting(sent_id: str, parent: Operation | None) -> dict[str, Any]:
    """It keeps waiting, since a rejected parent may yet be sent again; but says what it waits for."""
    answer = _answer(sent_id, "waiting", None)
    if parent is not None:
        answer["detail"] = f"What it depends on was not accepted: {parent.answer['detail']}"
    return answer


def content_hash(kind: str, raw: dict[str, Any]) -> str:
    """SHA-256 of what makes two operations the same: kind, payload and when it was made.

    The clock's offset is left out: the phone measures it anew each time it sends.
    """
    same = {"kind": kind, "payload": raw["payload"], "made_at": raw["made_at"]}
    return hashlib.sha256(json.dumps(same, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _must_wait(after: uuid.UUID | None, known: dict[uuid.UUID, Operation]) -> bool:
    if after is None:
        return False
    parent = known.get(after)
    return parent is None or parent.status != OperationStatus.APPLIED


def _answer_again(earlier: Operation, person: Person, digest: str) -> dict[str, Any]:
    if earlier.person_id != person.pk or earlier.content_hash != digest:
        return _answer(str(earlier.pk), "conflict", Problem("operation_differs"))
    answer = {**earlier.answer, "received_at": earlier.received_at}
    return {**answer, "status": "repeated"} if earlier.status == OperationStatus.APPLIED else answer


def _apply(
    person: Person, device_id: uuid.UUID, sent: dict[str, Any], raw: dict[str, Any], digest: str, rejected_before: bool
) -> tuple[Operation, dict[str, Any]]:
    subject_kind, subject_id = _subject_of(sent["payload"])
    row = Operation(
        id=sent["id"],
        person=person,
        device_id=device_id,
        kind=sent["kind"],
        content_hash=digest,
        made_at=sent["made_at"],
        clock_offset_ms=sent["clock_offset_ms"],
        status=OperationStatus.APPLIED,
        after=sent.get("after"),
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
    try:
        with transaction.atomic():
            if rejected_before:
                _hold_rejected(row.pk)
            subject = _run(person, sent)
            row.answer = {**_answer(str(sent["id"]), "applied", None), "subject": subject}
            # An operation that was rejected before may be tried again under its own id.
            row.save(force_insert=not rejected_before, force_update=rejected_before)
    except (Problem, ValidationError) as error:
        problem = _as_problem(error)
        row.status = OperationStatus.CONFLICT if problem.status == 409 else OperationStatus.REJECTED
        row.answer = _answer(str(sent["id"]), row.status.value, problem)
        row.payload = json.dumps(raw)
        # Never over a twin that was applied meanwhile: its id makes this insert fail.
        with transaction.atomic():
            if rejected_before:
                _hold_rejected(row.pk)
            row.save(force_insert=not rejected_before, force_update=rejected_before)
    return row, {**row.answer, "received_at": row.received_at}


def _subject_of(payload: dict[str, Any]) -> tuple[str, uuid.UUID | None]:
    """What an operation is about, as its payload says: ``("defect", id)``, or ``("", None)``."""
    for kind in ("job", "defect", "patrol"):
        try:
            return kind, uuid.UUID(str(payload[f"{kind}_id"]))
        except (KeyError, ValueError):
            continue
    return "", None


def _hold_rejected(operation_id: uuid.UUID) -> None:
    """Lock the row of an operation that is tried again. Raises _AppliedMeanwhile."""
    if Operation.objects.select_for_update().get(pk=operation_id).status != OperationStatus.REJECTED:
        raise _AppliedMeanwhile


def _run(person: Person, sent: dict[str, Any]) -> dict[str, Any]:
    kind = KINDS.get(sent["kind"])
    if kind is None:
        raise Problem(
            "unknown_operation", detail=f"This server does not know {sent['kind']!r}; it may be older.", field="kind"
        )
    if person.role not in kind.roles:
        raise Problem("not_allowed", detail=f"A {person.get_role_display().lower()} can't do this.", field="kind")
    form = kind.form(data=sent["payload"])
    if not form.is_valid():
        raise ValidationError({"payload": form.errors})
    phone = PhoneTime(made_at=sent["made_at"], clock_offset_ms=sent["clock_offset_ms"])
    return kind.run(Asked(person, phone, sent.get("based_on"), dict(form.validated_data))).row()


def _as_problem(error: Problem | ValidationError) -> Problem:
    return error if isinstance(error, Problem) else Problem.from_validation(error.detail)


def _answer(sent_id: str | None, status: str, problem: Problem | None) -> dict[str, Any]:
    return {
        "id": sent_id,
        "status": status,
        "code": problem.code if problem else None,
        "detail": (problem.detail or problem.title) if problem else None,
        "errors": problem.errors if problem else [],
        "subject": None,
        "received_at": None,
    }
