"""What is put down on a walk beside the answers: who came along, what residents said, which streets were seen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.models import Person
from audits.actions import Place, evidence_of
from audits.locking import change_audit, keep_photos, lock_audit, walker_of
from audits.models import Audit, Concern, ConcernPhoto, Participant, StreetCheck
from audits.walk_models import place_fields
from ledger.problems import Problem
from media.actions import expect_photos


@transaction.atomic(savepoint=False)
def add_participant(
    *,
    person: Person,
    audit_id: uuid.UUID,
    participant_id: uuid.UUID,
    name: str,
    consent: bool,
    at: dt.datetime,
    role: str = "",
    organisation: str = "",
    contact: str = "",
) -> Participant:
    """Put somebody down who came along. ``consent``: they may be named in the report; ``contact`` is read by
    few. Raises ``unknown_audit`` and ``audit_differs``."""
    audit = lock_audit(audit_id=audit_id, person=person)
    if Participant.objects.filter(pk=participant_id).exists():
        raise Problem("audit_differs", detail="They were put down before.", field="payload.participant_id")
    walker_of(audit, person, at)
    added = Participant.objects.create(
        id=participant_id,
        audit=audit,
        name=name.strip(),
        role=role.strip(),
        organisation_name=organisation.strip(),
        consent=consent,
        contact=contact.strip(),
        added_by=person,
        at=at,
    )
    data = {"participant": str(participant_id), "consent": consent}
    change_audit(audit, kind="audit.participant_added", person=person, at=at, data=data)
    return added


@transaction.atomic(savepoint=False)
def note_concern(
    *,
    person: Person,
    audit_id: uuid.UUID,
    concern_id: uuid.UUID,
    kind: str,
    at: dt.datetime,
    text: str = "",
    said_by: str = "",
    restricted: bool = False,
    place: Place | None = None,
    pins: list[dict[str, Any]] | None = None,
    photos: list[dict[str, Any]] | None = None,
) -> Concern:
    """Keep what a resident said, or a sheet that people drew, with the places that they pointed at.

    Raises ``unknown_audit``, ``invalid_input`` (neither words nor a photo), ``audit_differs`` and what
    `media.actions.expect_photos` raises.
    """
    if not text.strip() and not photos:
        raise Problem("invalid_input", detail="Write down what was said, or take a photo of it.", field="payload.text")
    audit = lock_audit(audit_id=audit_id, person=person)
    if Concern.objects.filter(pk=concern_id).exists():
        raise Problem("audit_differs", detail="There is a concern with this id.", field="payload.concern_id")
    walker_of(audit, person, at)
    concern = Concern.objects.create(
        id=concern_id,
        audit=audit,
        kind=kind,
        text=text.strip(),
        said_by=said_by.strip(),
        restricted=restricted,
        pins=[dict(pin) for pin in pins or []],
        by=person,
        at=at,
        **place_fields(place),
    )
    expected = expect_photos(person=person, photos=photos) if photos else []
    keep_photos([ConcernPhoto(concern=concern, photo=photo, position=i) for i, photo in enumerate(expected)])
    data = {"concern": str(concern_id), "kind": kind, "photos": evidence_of(photos or [])}
    change_audit(audit, kind="audit.concern_noted", person=person, at=at, data=data)
    return concern


@transaction.atomic(savepoint=False)
def check_street(*, person: Person, audit_id: uuid.UUID, street: str, state: str, at: dt.datetime) -> Audit:
    """Say of a street that it was walked, that nothing was found there, or that this was a mistake. The newest
    word counts. Raises ``unknown_audit``."""
    audit = lock_audit(audit_id=audit_id, person=person)
    walker_of(audit, person, at)
    StreetCheck.objects.create(audit=audit, street_name=street.strip(), state=state, by=person, at=at)
    return change_audit(audit, kind="audit.street_checked", person=person, at=at, data={"state": state})
