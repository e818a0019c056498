"""Applies one operation, once, in a transaction of its own, and keeps what became of it.

Whoever calls (a push, a file of a phone that is handed in, the sweep over what waits) gets the row
of the operation with its answer. Two that apply the same operation at once: one does it, the other
is told by ``SettledMeanwhile`` or an IntegrityError and reads the row again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Person
from accounts.serializers import StrictSerializer
from audits.actions import PhoneTime
from audits.serializers import MAX_PHOTOS, PhotoIn
from ledger.problems import Problem
from media.actions import expect_photos
from sync.asked import Asked
from sync.clocks import put_right
from sync.models import Operation, OperationStatus
from sync.operations import KINDS

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


class SettledMeanwhile(Exception):
    """An operation that was refused or waiting is not any more: a copy of it was applied just now."""


@dataclass(frozen=True)
class Sent:
    """One operation whose envelope could be read, with who sent it and when it first came."""

    person: Person
    device_id: uuid.UUID
    raw: dict[str, Any]
    fields: dict[str, Any]
    digest: str
    received_at: dt.datetime
    imported_by: Person | None = None

    @property
    def id(self) -> uuid.UUID:
        found: uuid.UUID = self.fields["id"]
        return found

    @property
    def after(self) -> uuid.UUID | None:
        return self.fields.get("after")

    @property
    def phone(self) -> PhoneTime:
        return PhoneTime(made_at=self.fields["made_at"], clock_offset_ms=self.fields["clock_offset_ms"])

    def first_received(self, at: dt.datetime) -> Sent:
        """The same, which first came at ``at``."""
        return replace(self, received_at=at)

    def row(self) -> Operation:
        """What is kept of it; the status and the answer are still to be set."""
        subject_kind, subject_id = _subject_of(self.fields["payload"])
        return Operation(
            id=self.id,
            person=self.person,
            device_id=self.device_id,
            kind=self.fields["kind"],
            content_hash=self.digest,
            made_at=self.fields["made_at"],
            clock_offset_ms=self.fields["clock_offset_ms"],
            received_at=self.received_at,
            after=self.after,
            imported_by=self.imported_by,
            subject_kind=subject_kind,
            subject_id=subject_id,
        )


def read_envelope(
    raw: Any, *, person: Person, device_id: uuid.UUID, received_at: dt.datetime, imported_by: Person | None = None
) -> Sent:
    """The operation of this JSON. Raises ValidationError, which names each field at fault."""
    form = OperationIn(data=raw)
    form.is_valid(raise_exception=True)
    fields = dict(form.validated_data)
    return Sent(person, device_id, raw, fields, content_hash(fields["kind"], raw), received_at, imported_by)


def read_stored(row: Operation) -> Sent:
    """A stored operation as it was sent, by whom and when: to be tried again without its phone."""
    return read_envelope(
        json.loads(row.payload),
        person=row.person,
        device_id=row.device_id,
        received_at=row.received_at,
        imported_by=row.imported_by,
    )


def content_hash(kind: str, raw: dict[str, Any]) -> str:
    """SHA-256 of what makes two operations the same: kind, payload and when it was made.

    The clock's offset is left out: the phone measures it anew each time it sends.
    """
    same = {"kind": kind, "payload": raw["payload"], "made_at": raw["made_at"]}
    return hashlib.sha256(json.dumps(same, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def apply(sent: Sent, *, earlier: Operation | None = None, forced: bool = False) -> Operation:
    """Do what it asks, or keep it whole with the reason why not.

    ``earlier`` is its row where it is stored already, refused or waiting. ``forced``: it is tried without
    the operation that it waits for. Raises SettledMeanwhile and IntegrityError (see above), and
    whatever fails on our side, with nothing done.
    """
    row = sent.row()
    row.status = OperationStatus.APPLIED
    row.forced_at = timezone.now() if forced else earlier.forced_at if earlier else None
    try:
        with transaction.atomic():
            if earlier is not None:
                _hold(earlier)
            subject = _run(sent)
            row.answer = answer_of(str(sent.id), "applied", None, subject=subject)
            _save(row, earlier)
    except (Problem, ValidationError) as error:
        problem = error if isinstance(error, Problem) else Problem.from_validation(error.detail)
        row.status = OperationStatus.CONFLICT if problem.status == 409 else OperationStatus.REJECTED
        row.answer = answer_of(str(sent.id), row.status, problem)
        _keep(row, sent, earlier)
    return row


def keep_waiting(sent: Sent, *, earlier: Operation | None, problem: Problem | None) -> Operation:
    """Keep an operation that can't be applied yet, with its photos, so that nothing is lost with the phone.

    ``problem`` where something failed on our side. Raises as `apply`.
    """
    row = sent.row()
    row.status = OperationStatus.WAITING
    row.answer = answer_of(str(sent.id), row.status, problem)
    _keep(row, sent, earlier)
    return row


def answer_of(
    sent_id: str | None, status: str, problem: Problem | None, *, subject: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answer to one operation, as it is kept; `received_at` is added when it is given."""
    return {
        "id": sent_id,
        "status": str(status),
        "code": problem.code if problem else None,
        "detail": (problem.detail or problem.title) if problem else None,
        "errors": problem.errors if problem else [],
        "subject": subject,
    }


def overdue_since() -> dt.datetime:
    """What was received before this and still waits is tried without what it waits for."""
    return timezone.now() - dt.timedelta(seconds=settings.FORCE_WAITING_AFTER_S)


def _run(sent: Sent) -> dict[str, Any]:
    """Call the verb. Returns the subject; raises Problem and ValidationError."""
    kind = KINDS.get(sent.fields["kind"])
    if kind is None:
        detail = f"This server does not know {sent.fields['kind']!r}; it may be older."
        raise Problem("unknown_operation", detail=detail, field="kind")
    if sent.person.role not in kind.roles:
        detail = f"A {sent.person.get_role_display().lower()} can't do this."
        raise Problem("not_allowed", detail=detail, field="kind")
    form = kind.form(data=sent.fields["payload"])
    if not form.is_valid():
        raise ValidationError({"payload": form.errors})
    payload = put_right(dict(form.validated_data), sent.phone, received_at=sent.received_at)
    return kind.run(Asked(sent.person, sent.phone, sent.fields.get("based_on"), payload, sent.received_at)).row()


def _keep(row: Operation, sent: Sent, earlier: Operation | None) -> None:
    """Store an operation that is not applied, whole, and expect its photos: the phone can deliver both.

    Never over a twin that was applied meanwhile: its id makes this insert fail.
    """
    row.payload = json.dumps(sent.raw)
    with transaction.atomic():
        if earlier is not None:
            _hold(earlier)
        _save(row, earlier)
        for photo in _photos_of(sent):
            # One that another record has announced with other content stays as that one has it.
            with contextlib.suppress(Problem), transaction.atomic():
                expect_photos(person=sent.person, photos=[photo])


def _photos_of(sent: Sent) -> Iterable[dict[str, Any]]:
    """The photos that its payload announces, as far as they can be read, whatever else is wrong with it."""
    announced = sent.fields["payload"].get("photos")
    for raw in announced[:MAX_PHOTOS] if isinstance(announced, list) else []:
        form = PhotoIn(data=raw)
        if form.is_valid():
            payload = put_right({"photos": [form.validated_data]}, sent.phone, received_at=sent.received_at)
            yield payload["photos"][0]


def _hold(earlier: Operation) -> None:
    """Lock the row of an operation that is tried again. Raises SettledMeanwhile."""
    held = Operation.objects.select_for_update().filter(pk=earlier.pk).first()
    if held is None or held.status not in {OperationStatus.REJECTED, OperationStatus.WAITING}:
        raise SettledMeanwhile


def _save(row: Operation, earlier: Operation | None) -> None:
    row.save(force_insert=earlier is None, force_update=earlier is not None)


def _subject_of(payload: dict[str, Any]) -> tuple[str, uuid.UUID | None]:
    """What an operation is about, as its payload says: ``("defect", id)``, or ``("", None)``."""
    for kind in ("job", "defect", "audit", "patrol"):
        try:
            return kind, uuid.UUID(str(payload[f"{kind}_id"]))
        except (KeyError, ValueError):
            continue
    return "", None
