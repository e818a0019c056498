"""A re-visit: what it carries from earlier audits, what is said of each thing, and when the next walk is due.

What follows from a judgement for the defect's job and for the action is done by a reaction
(``jobs.follow_revisit``), so that a walk is never held up by the work that it looks at.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Person
from audits.actions import evidence_of
from audits.amending import standing_for
from audits.locking import change_audit, lock_audit, may_lead, walker_of
from audits.models import (
    Action,
    Audit,
    Carried,
    CarriedPhoto,
    Defect,
    DefectPhoto,
    DefectStatus,
    Judgement,
    PhotoRole,
    RevisitDay,
)
from audits.plan_rules import OPEN as OPEN_ACTION
from audits.plan_rules import ActionState
from audits.revisit_models import CarriedKind
from audits.revisit_rules import NEEDS_WORDS, STILL_OPEN, Outcome, default_due
from audits.rules import UNRESOLVED
from ledger.problems import Problem
from media.actions import expect_photos

__all__ = ["OpenItem", "carry", "chain_of", "change_day", "default_due", "judge_carried", "open_items", "still_there"]

# As long as people made it; a ring would be a fault of ours.
_LONGEST_CHAIN = 50
# What is not asked about any more: seen fixed, no defect, or gone into another report (which is asked about).
_ASKED = frozenset({DefectStatus.OPEN, DefectStatus.ROUTED, DefectStatus.RESOLVED})


@dataclass(frozen=True)
class OpenItem:
    """Something of an earlier audit that a re-visit asks about: a defect or an action, the other is None."""

    defect: Defect | None = None
    action: Action | None = None

    @property
    def kind(self) -> str:
        return CarriedKind.DEFECT if self.defect else CarriedKind.ACTION

    @property
    def id(self) -> uuid.UUID:
        found = self.defect or self.action
        if found is None:
            raise ValueError("An open item is a defect or an action.")
        return found.pk

    @property
    def is_said_done(self) -> bool:
        """Whether somebody who was to do it says that it is done; nobody of the audit has looked."""
        if self.defect is not None:
            return self.defect.status == DefectStatus.RESOLVED
        return self.action is not None and self.action.state == ActionState.DONE


def chain_of(audit: Audit) -> list[Audit]:
    """The audit, the one that it re-visits, the one that that re-visits …: newest first."""
    found = [audit]
    while len(found) < _LONGEST_CHAIN and found[-1].revisit_of is not None:
        earlier = found[-1].revisit_of
        if earlier in found:
            break
        found.append(earlier)
    return found


def open_items(audit: Audit) -> list[OpenItem]:
    """What is still open of an audit and of those that it re-visits, each thing once, in the order in which it
    was found.

    Defects that nobody has seen fixed: open, with a crew, or said to be fixed. One that was joined to another
    report is asked about as that one. Then the actions of their plans that are not done, or are said to be and
    no re-visit has seen it; an action that stands for a defect is asked about as the defect.
    """
    ids = [each.pk for each in chain_of(audit)]
    defects = _open_defects(ids)
    return [*(OpenItem(defect=each) for each in defects), *(OpenItem(action=each) for each in _open_actions(ids))]


def _open_defects(audit_ids: list[uuid.UUID]) -> list[Defect]:
    theirs = (
        Q(audit__in=audit_ids)
        | Q(pk__in=Carried.objects.filter(audit__in=audit_ids, defect__isnull=False).values("defect"))
        | Q(pk__in=Action.objects.filter(plan__audit__in=audit_ids, defect__isnull=False).values("defect"))
    )
    kept: dict[uuid.UUID, Defect] = {}
    for defect in Defect.objects.with_rows().filter(theirs).order_by("number"):
        standing = standing_for(defect)
        if standing.status in _ASKED:
            kept.setdefault(standing.pk, standing)
    return list(kept.values())


def _open_actions(audit_ids: list[uuid.UUID]) -> Iterable[Action]:
    seen_done = Judgement.objects.filter(carried__action=OuterRef("pk"), outcome=Outcome.DONE)
    open_ones = Q(state__in=sorted(OPEN_ACTION)) | Q(state=ActionState.DONE) & ~Exists(seen_done)
    return (
        Action.objects.filter(open_ones, plan__audit__in=audit_ids, defect=None)
        .select_related("plan__audit", "owner_organisation", "owner_person")
        .order_by("number")
    )


def still_there(audit: Audit) -> list[Defect]:
    """The defects of earlier audits that a re-visit found again: not done, worse, or not looked at and nobody says
    that they are fixed. They count in its result as new ones do: an area is no better for having been walked."""
    again = Q(outcome__in=sorted(STILL_OPEN)) | Q(outcome="", defect__status__in=sorted(UNRESOLVED))
    found = Carried.objects.filter(again, audit=audit, defect__isnull=False).select_related("defect")
    return [each.defect for each in found if each.defect is not None]


def carry(audit: Audit) -> list[Carried]:
    """Write down what a new re-visit asks about; nothing for an audit that re-visits none. Called once, in the
    transaction that begins it."""
    if audit.revisit_of is None:
        return []
    return Carried.objects.bulk_create(
        [_carried(audit, item, position) for position, item in enumerate(open_items(audit.revisit_of), start=1)]
    )


def _carried(audit: Audit, item: OpenItem, position: int) -> Carried:
    return Carried(
        audit=audit,
        source_kind=item.kind,
        defect=item.defect,
        action=item.action,
        position=position,
        severity=item.defect.severity if item.defect else None,
        was_said_done=item.is_said_done,
    )


@transaction.atomic
def judge_carried(
    *,
    person: Person,
    audit_id: uuid.UUID,
    source_kind: str,
    source_id: uuid.UUID,
    outcome: str,
    at: dt.datetime,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
) -> Judgement:
    """Somebody stands before a carried thing and says: done, not done, worse, removed on purpose.

    Everything that is said is kept. Of several words the one that was said last holds, not the one that came
    last: a phone may have been offline. ``photos`` show how it is now; a defect's hang on the defect too.

    Raises ``unknown_audit``, ``not_carried`` (the thing is none of those that it re-visits), ``invalid_input``
    (removed on purpose, and no word why), ``photo_differs`` and what `media.actions.expect_photos` raises.
    """
    note = note.strip()
    if outcome in NEEDS_WORDS and not note:
        raise Problem("invalid_input", detail="Say why it was removed, and who decided it.", field="payload.note")
    audit = lock_audit(audit_id=audit_id, person=person)
    walker_of(audit, person, at)
    carried = _lock_carried(audit, source_kind, source_id)
    judgement = Judgement.objects.create(carried=carried, outcome=outcome, note=note, by=person, at=at)
    _keep_photos(judgement, carried, person, photos or [])
    if carried.at is None or at >= carried.at:
        carried.outcome, carried.note, carried.by, carried.at = outcome, note, person, at
        carried.save(update_fields=["outcome", "note", "by", "at"])
    change_audit(
        audit,
        kind="carried.judged",
        person=person,
        at=at,
        data={
            "judgement": str(judgement.pk),
            "source_kind": source_kind,
            "source": str(source_id),
            "outcome": outcome,
            "photos": evidence_of(photos or []),
        },
    )
    return judgement


def _lock_carried(audit: Audit, source_kind: str, source_id: uuid.UUID) -> Carried:
    """The thing that a locked audit carries, locked. One that the phone carried by what it knew without signal, and
    the server did not (it was settled meanwhile), is carried now."""
    locked = Carried.objects.select_for_update(of=("self",)).select_related("defect", "action")
    source = {source_kind: source_id}
    found = locked.filter(audit=audit, **source).first()
    if found is None:
        item = _settled_meanwhile(audit, source_kind, source_id)
        position = Carried.objects.filter(audit=audit).count() + 1
        Carried.objects.bulk_create([_carried(audit, item, position)], ignore_conflicts=True)
        found = locked.get(audit=audit, **source)
    return found


def _settled_meanwhile(audit: Audit, source_kind: str, source_id: uuid.UUID) -> OpenItem:
    """A thing of the audits that this one re-visits, whatever its state by now. Raises ``not_carried``."""
    earlier = [each.pk for each in chain_of(audit)[1:]]
    if source_kind == CarriedKind.DEFECT:
        of_chain = Q(audit__in=earlier) | Q(carried__audit__in=earlier) | Q(plan_actions__plan__audit__in=earlier)
        defect = Defect.objects.filter(of_chain, pk=source_id).first()
        if defect is None:
            defect = Defect.objects.filter(pk=source_id, duplicates__audit__in=earlier).first()
        if defect is not None:
            return OpenItem(defect=defect)
    elif action := Action.objects.filter(pk=source_id, plan__audit__in=earlier).first():
        return OpenItem(action=action)
    raise Problem("not_carried", field="payload.source_id")


def _keep_photos(judgement: Judgement, carried: Carried, person: Person, photos: list[dict[str, Any]]) -> None:
    if not photos:
        return
    expected = expect_photos(person=person, photos=photos)
    role = PhotoRole.AFTER if judgement.outcome == Outcome.DONE else PhotoRole.SEEN_AGAIN
    try:
        CarriedPhoto.objects.bulk_create(
            [CarriedPhoto(judgement=judgement, photo=photo, position=i) for i, photo in enumerate(expected)]
        )
        if carried.defect is not None:
            shown = standing_for(carried.defect)
            DefectPhoto.objects.bulk_create(
                [DefectPhoto(defect=shown, photo=photo, role=role, position=i) for i, photo in enumerate(expected)]
            )
    except IntegrityError:  # the refusal takes the whole transaction back
        detail = "Another record has announced this photo: give it an id of its own."
        raise Problem("photo_differs", detail=detail, field="payload.photos") from None


@transaction.atomic
def change_day(*, person: Person, audit_id: uuid.UUID, on: dt.date, note: str) -> Audit:
    """Put the re-visit of an audit on another day, with the reason.

    Raises ``unknown_audit``, ``not_allowed`` (neither who led it, an officer, nor the council's managers) and
    ``invalid_input`` (a day that is past, or no reason).
    """
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_lead(audit, person):
        raise Problem("not_allowed", detail="Whoever led it, officers and the council's managers set the day.")
    if on < timezone.localdate():
        raise Problem("invalid_input", detail="That day is past.", field="on")
    if not note.strip():
        raise Problem("invalid_input", detail="Say why on that day.", field="note")
    day = RevisitDay.objects.create(audit=audit, was=audit.revisit_due_on, on=on, note=note.strip(), by=person)
    audit.revisit_due_on = on
    data = {"was": day.was.isoformat() if day.was else None, "on": on.isoformat()}
    return change_audit(audit, kind="audit.revisit_due_changed", person=person, fields=["revisit_due_on"], data=data)
