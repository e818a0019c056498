"""What every verb of an audit needs: to hold it locked, to know who may, to write what changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError

from accounts.models import Person, Role
from audits.models import Audit, AuditNote, AuditNoteKind, AuditState, Walker
from ledger.problems import Problem
from ledger.recording import record

# Who walks audits: everybody who works at a partner of the council, but for crews and councillors.
WALKS = frozenset({Role.WARDEN, Role.OFFICER, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR})


def may_walk(audit: Audit, person: Person) -> bool:
    """Whether somebody may go on with it."""
    return person.role in WALKS and audit.state not in {AuditState.SIGNED, AuditState.ABANDONED}


def may_lead(audit: Audit, person: Person) -> bool:
    """Whether somebody decides about it: its lead, an officer, the council's managers and administrators."""
    return audit.led_by_id == person.pk or person.role == Role.OFFICER or person.makes_rules


def lock_audit(*, audit_id: uuid.UUID, person: Person | None = None) -> Audit:
    """The audit, locked until the transaction ends. Raises ``unknown_audit`` where there is none, or
    ``person`` may not see it."""
    found = Audit.objects.visible_to(person) if person is not None else Audit.objects.evas()
    audit = found.select_for_update(no_key=True).filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit", field="payload.audit_id")
    return audit


def change_audit(
    audit: Audit,
    *,
    kind: str,
    person: Person | None,
    fields: list[str] | None = None,
    at: dt.datetime | None = None,
    data: dict[str, Any] | None = None,
) -> Audit:
    """Save the fields of a locked audit with a new version and write the entry."""
    audit.version += 1
    audit.save(update_fields=[*(fields or []), "version"])
    record(
        kind=kind,
        subject=("audit", audit.pk),
        actor=person.pk if person else None,
        organisation=person.organisation_id if person else None,
        at=at,
        data=data,
    )
    return audit


def walker_of(audit: Audit, person: Person, at: dt.datetime) -> Walker:
    """Somebody as one who walks a locked audit, since the earliest time that is known of it."""
    walker, is_new = Walker.objects.get_or_create(audit=audit, person=person, defaults={"joined_at": at})
    if not is_new and at < walker.joined_at:
        walker.joined_at = at
        walker.save(update_fields=["joined_at"])
    return walker


def refuse_signed(audit: Audit) -> None:
    """Raises ``audit_signed``."""
    if audit.state == AuditState.SIGNED:
        detail = f"{audit.reference} was signed off. A manager can open it again."
        raise Problem("audit_signed", detail=detail, field="payload.audit_id")


def keep_photos(links: list[Any]) -> None:
    """Hang expected photos on a part of an audit. Raises ``photo_differs`` for one that hangs on another."""
    if not links:
        return
    try:
        type(links[0]).objects.bulk_create(links)
    except IntegrityError:  # the refusal takes the whole transaction back
        detail = "Another record has announced this photo: give it an id of its own."
        raise Problem("photo_differs", detail=detail, field="payload.photos") from None


def add_audit_note(audit: Audit, kind: AuditNoteKind, person: Person, text: str, at: dt.datetime) -> None:
    """Keep the words that came with a verb; empty ones are not kept."""
    if text.strip():
        AuditNote.objects.create(audit=audit, kind=kind, text=text.strip(), by=person, at=at)
