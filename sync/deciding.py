"""The verb of a desk that looks at two versions: the first stays, or the later one is taken."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from ledger.problems import PROBLEMS, Problem
from ledger.recording import record
from sync import conflicts
from sync.models import Decision, Operation, OperationStatus
from sync.taking import about, take


@transaction.atomic
def decide_conflict(*, person: Person, operation_id: uuid.UUID, decision: str, note: str = "") -> Operation:
    """Decide an open conflict, once. ``keep``: what was applied first stays. ``take``: what was sent later is
    applied in its sender's name, as far as the rules let it.

    Raises ``unknown_conflict``, ``not_allowed`` (the desk of another organisation), ``changed_meanwhile``
    (somebody decided before) and what `sync.taking.take` raises.
    """
    seen = conflicts.conflicts_for(person, "any").filter(pk=operation_id)
    operation = seen.select_for_update(of=("self",)).first()
    if operation is None or not (operation.status == OperationStatus.CONFLICT or operation.decision):
        raise Problem("unknown_conflict")
    if operation.decision:
        by = operation.decided_by.name if operation.decided_by else "Somebody"
        raise Problem("changed_meanwhile", detail=f"{by} has decided this already.")
    found = about(operation)
    defect = found[0] if found else None
    if not conflicts.may_decide(person, defect):
        raise Problem("not_allowed", detail="The council's desk decides this one: another organisation has it now.")
    operation.decision, operation.decision_note = Decision(decision), note.strip()
    operation.decided_by, operation.decided_at = person, timezone.now()
    if decision == Decision.TAKE:
        subject = take(operation, conflicts.payload_of(operation), found)
        operation.status = OperationStatus.APPLIED
        operation.answer = {
            **operation.answer,
            "status": "applied",
            "code": None,
            "detail": None,
            "errors": [],
            "subject": subject.row(),
        }
    else:
        operation.answer = {**operation.answer, "code": "conflict_kept", "detail": _kept_words(person, note)}
    operation.save(
        update_fields=["status", "answer", "decision", "decision_note", "decided_by", "decided_at"],
    )
    record(
        kind="conflict.decided",
        subject=("operation", operation.pk),
        actor=person.pk,
        organisation=operation.person.organisation_id,
        data={
            "kind": operation.kind,
            "decision": decision,
            "person": str(operation.person_id),
            "defect": str(defect.pk) if defect else None,
            "job": str(operation.subject_id) if operation.subject_kind == "job" else None,
        },
    )
    return operation


def _kept_words(person: Person, note: str) -> str:
    words = f"{PROBLEMS['conflict_kept'][1]}: {person.name}."
    return f"{words} “{note.strip()}”" if note.strip() else words
