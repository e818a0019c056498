"""Lone working: whoever walks says now and then that all is well, and who doesn't is looked for.

The server holds the timer, so a phone without signal or battery is missed like a silent one. This is a
reminder to colleagues and no certified device.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits.locking import add_audit_note, change_audit, lock_audit, may_lead, walker_of
from audits.models import Audit, AuditNoteKind, AuditState
from ledger.problems import Problem

# What a phone without signal brings late is given this long to bring the newer word behind it, too.
GRACE = dt.timedelta(minutes=2)
# Somebody is told again so long after, until a person says that they see to it; after an hour more seldom.
AGAIN_AFTER = dt.timedelta(minutes=10)
LATER_AGAIN_AFTER = dt.timedelta(hours=1)
_OFTEN = 6
_BATCH = 100
_TIMER = ["check_in_minutes", "checked_in_at", "next_check_in_at", "check_in_alarm_at"]
_MISS = ["check_in_missed_at", "check_in_told"]


def set_timer(audit: Audit, *, minutes: int | None, at: dt.datetime, due_from: dt.datetime) -> None:
    """Start the timer of a new audit: due ``minutes`` after ``due_from``. None: without one."""
    audit.check_in_minutes = minutes
    audit.checked_in_at = at if minutes else None
    due = due_from + dt.timedelta(minutes=minutes) if minutes else None
    audit.next_check_in_at = audit.check_in_alarm_at = due


def stop_timer(audit: Audit, *, at: dt.datetime) -> list[str]:
    """Whoever walks is back, as said at ``at``; returns the fields that changed. A newer word stays."""
    if audit.checked_in_at and at < audit.checked_in_at:
        return []
    audit.checked_in_at = at
    audit.check_in_minutes = None
    audit.next_check_in_at = audit.check_in_alarm_at = audit.check_in_missed_at = None
    audit.check_in_told = 0
    return [*_TIMER, *_MISS]


@transaction.atomic(savepoint=False)
def check_in(*, person: Person, audit_id: uuid.UUID, at: dt.datetime, minutes: int | None) -> Audit:
    """All is well at ``at``; the next word is due ``minutes`` later, or none is (None). A word that comes after
    a newer one changes nothing. Raises ``unknown_audit``."""
    audit = lock_audit(audit_id=audit_id, person=person)
    walker_of(audit, person, at)
    missed = audit.check_in_missed_at is not None
    counts = audit.checked_in_at is None or at > audit.checked_in_at
    fields: list[str] = []
    if counts and minutes is None:
        fields = stop_timer(audit, at=at)
    elif counts and minutes is not None:
        fields = _go_on(audit, at=at, minutes=minutes, now=timezone.now())
    data = {"minutes": minutes, "counts": counts, "missed": missed and audit.check_in_missed_at is None}
    return change_audit(audit, kind="audit.checked_in", person=person, at=at, fields=fields, data=data)


def _go_on(audit: Audit, *, at: dt.datetime, minutes: int, now: dt.datetime) -> list[str]:
    audit.check_in_minutes, audit.checked_in_at = minutes, at
    audit.next_check_in_at = due = at + dt.timedelta(minutes=minutes)
    if audit.check_in_missed_at is not None and due <= now:
        # They said it before, and are late with the next word: nobody has reason to stop looking.
        return _TIMER
    audit.check_in_alarm_at = max(due, now + GRACE)
    audit.check_in_missed_at, audit.check_in_told = None, 0
    return [*_TIMER, *_MISS]


@transaction.atomic
def see_check_in(*, person: Person, audit_id: uuid.UUID, note: str = "") -> Audit:
    """Somebody sees to a missed check-in: nobody else is told any more, until the next one. Raises
    ``unknown_audit``, ``not_allowed`` and ``transition_not_allowed`` (nothing is missed, or somebody does)."""
    audit = lock_audit(audit_id=audit_id, person=person)
    of_the_lead = person.organisation_id == audit.led_by.organisation_id
    if not (may_lead(audit, person) or person.sees_all_work or of_the_lead):
        raise Problem("not_allowed", detail="The lead's own organisation or the council's desk sees to this.")
    if audit.check_in_missed_at is None or audit.check_in_alarm_at is None:
        raise Problem("transition_not_allowed", detail="No check-in is missed, or somebody has seen to it.")
    now = timezone.now()
    due_at = audit.check_in_missed_at
    audit.check_in_alarm_at = None
    add_audit_note(audit, AuditNoteKind.MISSED_CHECK_IN, person, note, now)
    return change_audit(
        audit,
        kind="audit.check_in_seen",
        person=person,
        at=now,
        fields=["check_in_alarm_at"],
        data={"due_at": due_at.isoformat()},
    )


def watch_check_ins(now: dt.datetime | None = None) -> int:
    """Say of each audit, once, that its check-in was missed, and again while nobody answers; returns how often
    something was said. Safe to run twice at a time; after an outage each due time is said once."""
    now = now or timezone.now()
    said = 0
    while True:
        with transaction.atomic():
            due = Audit.objects.evas().filter(check_in_alarm_at__lte=now).order_by("check_in_alarm_at", "id")
            batch = list(due.select_for_update(no_key=True, skip_locked=True)[:_BATCH])
            for audit in batch:
                said += _say(audit, now)
        if len(batch) < _BATCH:
            return said


def _say(audit: Audit, now: dt.datetime) -> bool:
    """Of a locked audit whose alarm is due."""
    if audit.state not in {AuditState.WALKING, AuditState.PAUSED} or audit.next_check_in_at is None:
        audit.check_in_alarm_at = None
        audit.save(update_fields=["check_in_alarm_at"])
        return False
    is_first = audit.check_in_missed_at is None
    due_at = audit.check_in_missed_at or audit.next_check_in_at
    audit.check_in_missed_at = due_at
    audit.check_in_told += 1
    audit.check_in_alarm_at = now + (AGAIN_AFTER if audit.check_in_told < _OFTEN else LATER_AGAIN_AFTER)
    change_audit(
        audit,
        kind="audit.check_in_missed" if is_first else "audit.check_in_unanswered",
        person=None,
        fields=["check_in_alarm_at", *_MISS],
        data={
            "due_at": due_at.isoformat(),
            "said_late_s": max(0, round((now - due_at).total_seconds())),
            "times": audit.check_in_told,
        },
    )
    return True
