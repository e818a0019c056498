"""The verbs of a walk: begin, join, put right, pause, go on, hand over, finish, give up.

Each runs in one transaction, changes the rows and writes one ledger entry. What phones tell arrives in any
order: a verb that says something anew holds against what was said before it *happened*, not before it came,
so that an audit ends the same whoever's phone finds signal first. All is kept in the ledger.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from audits import rules
from audits.actions import evidence_of
from audits.booking import keep_walk
from audits.checking_in import set_timer, stop_timer
from audits.locking import (
    WALKS,
    add_audit_note,
    change_audit,
    keep_photos,
    lock_audit,
    may_lead,
    refuse_signed,
    walker_of,
)
from audits.models import Audit, AuditKind, AuditNoteKind, AuditPhoto, AuditPhotoRole, AuditState, Walker
from audits.revisiting import carry
from checklists.versions import ChecklistVersion, VersionState
from ledger.problems import Problem
from ledger.recording import record
from media.actions import expect_photos
from places.models import Area

_EVIDENCE = ("summary", "from", "to", "source")


@transaction.atomic(savepoint=False)
def begin_audit(
    *,
    person: Person,
    audit_id: uuid.UUID,
    checklist: str,
    checklist_version: int,
    started_at: dt.datetime,
    risk: dict[str, Any],
    area_id: uuid.UUID | None = None,
    title: str = "",
    trigger: str = "",
    evidence: dict[str, Any] | None = None,
    light: str = "",
    weather: str = "",
    check_in_minutes: int | None = None,
    track_wanted: bool = False,
    revisit_of: uuid.UUID | None = None,
    booking_id: uuid.UUID | None = None,
    photos: list[dict[str, Any]] | None = None,
    received_at: dt.datetime | None = None,
) -> Audit:
    """Begin an audit by a published version of a checklist, which it keeps. ``photos`` show the evidence.

    The check-in timer starts when this is received. Raises ``risk_check_needed``, ``unknown_checklist``,
    ``unknown_area``, ``unknown_audit`` (the one that is visited again), ``audit_differs`` and what
    `media.actions.expect_photos` raises.
    """
    if not risk["done"]:
        detail = "Look at the risks of this walk first, and say that you did."
        raise Problem("risk_check_needed", detail=detail, field="payload.risk.done")
    version = _version(checklist, checklist_version)
    area = _area(area_id)
    earlier = _earlier(revisit_of, person)
    received = received_at or timezone.now()
    told = evidence or {}
    audit = Audit(
        id=audit_id,
        kind=AuditKind.AUDIT,
        number=Audit.next_number(),
        state=AuditState.WALKING,
        area=area,
        led_by=person,
        started_at=started_at,
        received_at=received,
        title=title.strip() or (area.name if area else version.checklist.title),
        checklist_version=version,
        trigger=trigger,
        evidence_summary=told.get("summary", ""),
        evidence_from=told.get("from"),
        evidence_to=told.get("to"),
        evidence_source=told.get("source", ""),
        light=light,
        weather=weather,
        risk_done=True,
        risk_note=risk.get("note", ""),
        risk_at=started_at,
        track_wanted=track_wanted,
        revisit_of=earlier,
    )
    set_timer(audit, minutes=check_in_minutes, at=started_at, due_from=received)
    try:
        with transaction.atomic():
            audit.save(force_insert=True)
    except IntegrityError:
        raise Problem("audit_differs", detail="This audit was begun before.", field="payload.audit_id") from None
    audit.refresh_from_db(fields=["number"])
    walker_of(audit, person, started_at)
    _keep_evidence(audit, person, photos or [])
    carry(audit)
    keep_walk(audit, booking_id)
    record(
        kind="audit.begun",
        subject=("audit", audit.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=started_at,
        data={
            "checklist": version.checklist_id,
            "version": version.number,
            "area": str(area_id) if area_id else None,
            "revisit_of": str(revisit_of) if revisit_of else None,
            "booking": str(booking_id) if booking_id else None,
            "check_in_minutes": check_in_minutes,
            "photos": evidence_of(photos or []),
        },
    )
    return audit


def _version(code: str, number: int) -> ChecklistVersion:
    """The version that somebody began with, also when a newer one was published meanwhile."""
    known = ChecklistVersion.objects.select_related("checklist").exclude(state=VersionState.DRAFT)
    version = known.filter(checklist=code, number=number).first()
    if version is None:
        detail = f"There is no version {number} of the checklist {code!r}."
        raise Problem("unknown_checklist", detail=detail, field="payload.checklist_version")
    return version


def _area(area_id: uuid.UUID | None) -> Area | None:
    if area_id is None:
        return None
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise Problem("unknown_area", field="payload.area_id")
    return area


def _earlier(audit_id: uuid.UUID | None, person: Person) -> Audit | None:
    if audit_id is None:
        return None
    earlier = Audit.objects.visible_to(person).filter(pk=audit_id).first()
    if earlier is None:
        raise Problem(
            "unknown_audit", detail="The audit that is visited again is not known.", field="payload.revisit_of"
        )
    return earlier


def _keep_evidence(audit: Audit, person: Person, photos: list[dict[str, Any]]) -> None:
    keep_photos(
        [
            AuditPhoto(audit=audit, photo=photo, role=AuditPhotoRole.EVIDENCE, position=i)
            for i, photo in enumerate(expect_photos(person=person, photos=photos) if photos else [])
        ]
    )


@transaction.atomic(savepoint=False)
def join_audit(*, person: Person, audit_id: uuid.UUID, sections: list[str] | None, at: dt.datetime) -> Audit:
    """Walk an audit too: these sections, or everything. Said again, the later word holds. Raises ``unknown_audit``."""
    audit = lock_audit(audit_id=audit_id, person=person)
    walker = walker_of(audit, person, at)
    if walker.sections_at is None or at > walker.sections_at:
        walker.sections, walker.sections_at, walker.left_at = sections, at, None
        walker.save(update_fields=["sections", "sections_at", "left_at"])
    return change_audit(audit, kind="audit.joined", person=person, at=at, data={"sections": sections})


@transaction.atomic(savepoint=False)
def set_audit(*, person: Person, audit_id: uuid.UUID, at: dt.datetime, changes: dict[str, Any]) -> Audit:
    """Put right what holds for the whole walk. ``changes`` holds those of ``light``, ``weather``,
    ``feels_safe_day``, ``feels_safe_dark``, ``title`` and ``evidence`` that are said anew.

    Raises ``unknown_audit``, ``invalid_input`` (nothing is said) and ``audit_signed``.
    """
    if not changes:
        raise Problem("invalid_input", detail="There is nothing to change.", field="payload")
    audit = lock_audit(audit_id=audit_id, person=person)
    refuse_signed(audit)
    walker_of(audit, person, at)
    fields = ["said_at"]
    # The person's id decides between two of one instant, whichever comes first.
    word = [at.isoformat(), str(person.pk)]
    for name in sorted(changes):
        if audit.said_at.get(name, ["", ""]) >= word:
            continue
        audit.said_at[name] = word
        if name == "evidence":
            for part in _EVIDENCE:
                setattr(audit, f"evidence_{part}", changes["evidence"][part])
            fields += [f"evidence_{part}" for part in _EVIDENCE]
        else:
            setattr(audit, name, changes[name])
            fields.append(name)
    data = {"fields": sorted(changes)}
    return change_audit(audit, kind="audit.changed", person=person, at=at, fields=fields, data=data)


@transaction.atomic(savepoint=False)
def pause_audit(*, person: Person, audit_id: uuid.UUID, at: dt.datetime, note: str = "") -> Audit:
    """Stop for now. Raises ``unknown_audit`` and ``not_allowed``."""
    audit = _lock_walked_by(audit_id, person)
    add_audit_note(audit, AuditNoteKind.PAUSED, person, note, at)
    return _move(audit, AuditState.PAUSED, kind="audit.paused", person=person, at=at)


@transaction.atomic(savepoint=False)
def resume_audit(*, person: Person, audit_id: uuid.UUID, at: dt.datetime) -> Audit:
    """Go on, also after it was finished. Raises ``unknown_audit`` and ``not_allowed``."""
    audit = _lock_walked_by(audit_id, person)
    return _move(audit, AuditState.WALKING, kind="audit.resumed", person=person, at=at)


@transaction.atomic(savepoint=False)
def finish_audit(*, person: Person, audit_id: uuid.UUID, at: dt.datetime) -> Audit:
    """The walk is over, and so is the check-in timer. What is still on phones is taken all the same.
    Raises ``unknown_audit`` and ``not_allowed``."""
    audit = _lock_walked_by(audit_id, person)
    fields = stop_timer(audit, at=at)
    return _move(audit, AuditState.WALKED, kind="audit.walked", person=person, at=at, fields=fields)


def _lock_walked_by(audit_id: uuid.UUID, person: Person) -> Audit:
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_lead(audit, person) and not Walker.objects.filter(audit=audit, person=person).exists():
        raise Problem("not_allowed", detail=f"You don't walk {audit.reference}: join it first.")
    return audit


def _move(
    audit: Audit, state: AuditState, *, kind: str, person: Person, at: dt.datetime, fields: list[str] | None = None
) -> Audit:
    """The latest of these words holds; what was signed off or given up stays so."""
    counts = rules.word_counts(audit.state, audit.state_at, state, at)
    changed = list(fields or [])
    if counts:
        audit.state, audit.state_at = state, at
        audit.walked_at = audit.ended_at = max(at, audit.started_at) if state == AuditState.WALKED else None
        changed += ["state", "state_at", "walked_at", "ended_at"]
    return change_audit(audit, kind=kind, person=person, at=at, fields=changed, data={"counts": counts})


@transaction.atomic(savepoint=False)
def hand_over_audit(
    *, person: Person, audit_id: uuid.UUID, to_person_id: uuid.UUID, at: dt.datetime, note: str = ""
) -> Audit:
    """A colleague leads from now on. Raises ``unknown_audit``, ``not_allowed``, ``audit_signed`` and
    ``unknown_person`` (nobody, or somebody who can't walk audits)."""
    audit = _lock_walked_by(audit_id, person)
    refuse_signed(audit)
    to = Person.objects.filter(pk=to_person_id, is_active=True, role__in=WALKS).first()
    if to is None:
        detail = "There is nobody of this name who can lead an audit."
        raise Problem("unknown_person", detail=detail, field="payload.to_person_id")
    walker_of(audit, to, at)
    add_audit_note(audit, AuditNoteKind.HANDED_OVER, person, note, at)
    counts = audit.led_since is None or (at, str(to.pk)) > (audit.led_since, str(audit.led_by_id))
    if counts:
        audit.led_by, audit.led_since = to, at
    data = {"to": str(to.pk), "counts": counts}
    fields = ["led_by", "led_since"]
    return change_audit(audit, kind="audit.handed_over", person=person, at=at, fields=fields, data=data)


@transaction.atomic
def abandon_audit(*, person: Person, audit_id: uuid.UUID, note: str) -> Audit:
    """Give an audit up: it is kept, with the reason, and shown to be so. Raises ``unknown_audit``,
    ``not_allowed``, ``audit_signed`` and ``transition_not_allowed`` (given up before)."""
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_lead(audit, person):
        raise Problem("not_allowed", detail="Its lead, an officer or a manager of the council gives an audit up.")
    refuse_signed(audit)
    if audit.state == AuditState.ABANDONED:
        raise Problem("transition_not_allowed", detail=f"{audit.reference} was given up before.")
    now = timezone.now()
    add_audit_note(audit, AuditNoteKind.ABANDONED, person, note, now)
    audit.state, audit.state_at, audit.ended_at = AuditState.ABANDONED, now, now
    fields = ["state", "state_at", "ended_at", *stop_timer(audit, at=now)]
    return change_audit(audit, kind="audit.abandoned", person=person, at=now, fields=fields)
