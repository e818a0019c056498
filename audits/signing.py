"""The verbs that end an audit: sign it off, and open it again where that was too early."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits.answer_words import counted as number_of
from audits.locking import change_audit, lock_audit, may_lead
from audits.models import Audit, AuditState, SignOff
from audits.results import Counted, counted
from audits.revisit_rules import default_due
from checklists.definition import Definition
from ledger.problems import Problem

_MOST_NAMED = 20
_SIGNED = ["state", "state_at", "signed_at", "signed_by", "content_hash", "result", "revisit_due_on"]


def may_reopen(person: Person) -> bool:
    """The council's managers and administrators."""
    return person.makes_rules


@transaction.atomic
def sign_audit(*, person: Person, audit_id: uuid.UUID, content_hash: str, note: str = "") -> SignOff:
    """Put one's name to an audit as one has seen it: ``content_hash`` is what its result showed.

    Keeps the result with it and says when the area is walked again. Raises ``unknown_audit``, ``not_allowed``,
    ``transition_not_allowed`` (it is still walked, given up or signed off already), ``answers_differ``,
    ``answers_missing``, and ``audit_changed`` where it is not what was seen.
    """
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_lead(audit, person):
        raise Problem("not_allowed", detail="Whoever leads the audit signs it off, or an officer or manager.")
    if audit.state != AuditState.WALKED:
        raise Problem("transition_not_allowed", detail=_NOT_YET.get(audit.state, "It is not ready to be signed off."))
    told = counted(audit)
    _refuse_what_is_open(told)
    if told.content_hash != content_hash:
        raise Problem("audit_changed", detail="Something was added or changed since you looked. Look at it again.")
    now = timezone.now()
    result, version = told.result, audit.checklist_version
    signed = SignOff.objects.create(
        audit=audit,
        by=person,
        at=now,
        note=note.strip(),
        content_hash=content_hash,
        version_hash=version.content_hash if version else "",
        result=result,
    )
    overall = result["overall"]
    audit.state, audit.state_at = AuditState.SIGNED, now
    audit.signed_at, audit.signed_by, audit.content_hash, audit.result = now, person, content_hash, result
    audit.revisit_due_on = next_visit(audit, overall["grade"])
    change_audit(
        audit,
        kind="audit.signed",
        person=person,
        at=now,
        fields=_SIGNED,
        data={
            "content_hash": content_hash,
            "version_hash": signed.version_hash,
            "grade": overall["grade"],
            "percent": overall["percent"],
            "revisit_due_on": audit.revisit_due_on.isoformat() if audit.revisit_due_on else None,
        },
    )
    return signed


def next_visit(audit: Audit, grade: str | None) -> dt.date | None:
    """By when the area is walked again: the day that somebody set for this audit, or the usual one of its grade."""
    changed = audit.revisit_days.order_by("-at", "-pk").first()
    return changed.on if changed else default_due(grade, timezone.localdate(audit.started_at))


@transaction.atomic
def reopen_audit(*, person: Person, audit_id: uuid.UUID, note: str) -> Audit:
    """Take a sign-off back, with the reason: what came late counts from now on, and it is signed off anew.

    The sign-off stays to be read. Raises ``unknown_audit``, ``not_allowed``, ``transition_not_allowed``.
    """
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_reopen(person):
        raise Problem("not_allowed", detail="A manager of the council opens a signed audit again.")
    if audit.state != AuditState.SIGNED:
        raise Problem("transition_not_allowed", detail="It is not signed off.")
    now = timezone.now()
    before = audit.content_hash
    audit.sign_offs.filter(reopened_at=None).update(reopened_at=now, reopened_by=person, reopen_note=note.strip())
    audit.state, audit.state_at = AuditState.WALKED, now
    audit.signed_at = audit.signed_by = audit.result = audit.revisit_due_on = None
    audit.content_hash = ""
    return change_audit(
        audit, kind="audit.reopened", person=person, at=now, fields=_SIGNED, data={"content_hash": before}
    )


_NOT_YET: dict[str, str] = {
    AuditState.WALKING: "It is still being walked. Finish the walk first.",
    AuditState.PAUSED: "The walk is paused. Go on with it and finish it first.",
    AuditState.SIGNED: "It is signed off already.",
    AuditState.ABANDONED: "It was given up.",
}


def _refuse_what_is_open(told: Counted) -> None:
    if told.differing:
        raise Problem(
            "answers_differ",
            detail=f"{number_of(len(told.differing), 'question')} got different answers: choose which one counts.",
            errors=_named(told.definition, told.differing, "Several people answered differently."),
        )
    if told.missing:
        raise Problem(
            "answers_missing",
            detail=f"{number_of(len(told.missing), 'question')} must be answered before the audit is signed off.",
            errors=_named(told.definition, told.missing, "This has to be answered."),
        )


def _named(definition: Definition, keys: list[tuple[str, str]], words: str) -> list[dict[str, str]]:
    return [
        {"field": code if not instance else f"{code}/{instance}", "message": f"{_label(definition, code)}: {words}"}
        for code, instance in keys[:_MOST_NAMED]
    ]


def _label(definition: Definition, code: str) -> str:
    question = definition.questions.get(code)
    return question.label if question else code
