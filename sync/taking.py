"""Taking the later of two versions after all, as far as the rules let it; and saying first what that does."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import uuid_utils

from audits import actions as audits
from audits import rules
from audits.actions import PhoneTime
from audits.amending import add_evidence, standing_for, write_amendment
from audits.models import Defect, DefectStatus
from audits.serializers import place_of
from jobs.actions import close_for_them
from jobs.defects import that_matters
from jobs.models import Job, JobKind
from ledger.problems import Problem
from sync.asked import Asked, Subject
from sync.clocks import put_right
from sync.models import Operation
from sync.operations import KINDS

LONGEST_NOTE = 2000


def what_take_does(
    operation: Operation, payload: dict[str, Any], defect: Defect | None, stands: Defect | None, live: Job | None
) -> str | None:
    """What a desk's "take" would do, in words; None where nothing can be taken.

    ``stands`` is the defect itself, or the one that it was joined to; ``live`` is the job open for that.
    """
    who = operation.person.name
    if operation.kind == "raise_defect" and operation.answer.get("code") == "defect_differs":
        return "It is recorded as a report of its own, with a new number."
    if defect is None or stands is None:
        return None
    if operation.kind == "close_job" and live is not None and payload.get("photos"):
        then = "counts as fixed" if live.kind == JobKind.COMPLETE else "is made safe; the work that is left goes on"
        return (
            f"{live.reference}, which is open with {live.organisation.short_name}, is closed as done by {who}, "
            f"with these photos and words. {stands.reference} {then}."
        )
    adds = bool(payload.get("photos") or str(payload.get("note") or "").strip())
    if operation.kind == "amend_defect" and stands.status in rules.UNRESOLVED and (adds or stands.pk == defect.pk):
        if stands.pk != defect.pk:
            return f"{stands.reference}, which stands for both, gets these words and photos. What it says now stays."
        return f"{stands.reference} is changed as {who} asked. The words that it has now are kept on record."
    if adds:
        return f"These words and photos are added to {stands.reference} as further evidence. Nothing else changes."
    return None


def live_like(job: Job | None, live: list[Job]) -> Job | None:
    """Of the jobs that are open for a defect, the one that stands where the named job stood: of its kind.
    Where no job is named, the one that is due first."""
    if job is not None:
        return next((each for each in live if each.kind == job.kind), None)
    return that_matters(live)


def about(operation: Operation) -> tuple[Defect, Subject] | None:
    """The defect that an operation is about, and what to answer; None where we don't know it."""
    if operation.subject_id is None:
        return None
    if operation.subject_kind == "job":
        job = Job.objects.select_related("defect").filter(pk=operation.subject_id).first()
        return (job.defect, Subject("job", job.pk, job.reference)) if job else None
    if operation.subject_kind != "defect":
        return None
    defect = Defect.objects.filter(pk=operation.subject_id).first()
    return (defect, Subject("defect", defect.pk, defect.reference)) if defect else None


def take(operation: Operation, payload: dict[str, Any], found: tuple[Defect, Subject] | None) -> Subject:
    """Apply what was sent, in its sender's name. In the caller's transaction. ``found``: what `about` says.

    Raises ``transition_not_allowed`` where nothing can be taken, ``invalid_input`` where what was sent can't
    be read any more, and what the verbs raise.
    """
    form = KINDS[operation.kind].form(data=payload) if operation.kind in KINDS else None
    if form is None or not form.is_valid():
        raise Problem("invalid_input", detail="What was sent can't be read by this server any more.")
    phone = PhoneTime(made_at=operation.made_at, clock_offset_ms=operation.clock_offset_ms)
    sent = put_right(dict(form.validated_data), phone, received_at=operation.received_at)
    asked = Asked(operation.person, phone, None, sent, operation.received_at)
    if operation.kind == "raise_defect" and operation.answer.get("code") == "defect_differs":
        return _raise_anew(asked)
    if found is None:
        raise Problem("transition_not_allowed", detail="There is nothing that it could be taken for.")
    defect, subject = found
    stands = _lock_standing(defect)
    named = Job.objects.get(pk=subject.id) if subject.kind == "job" else None
    live = live_like(named, list(Job.objects.filter(defect=stands).unfinished().select_related("organisation")))
    if what_take_does(operation, payload, defect, stands, live) is None:
        raise Problem("transition_not_allowed", detail="There is nothing in it that could be taken.")
    _apply_to(stands, operation.kind, asked, joined=stands.pk != defect.pk, live=live)
    return subject


def _apply_to(stands: Defect, kind: str, asked: Asked, *, joined: bool, live: Job | None) -> None:
    person, sent = asked.person, asked.payload
    told = sent.get("at") or sent.get("observed_at") or asked.phone.made_at
    at = asked.phone.honest(told, now=asked.received_at)
    note, photos = sent.get("note") or "", sent.get("photos") or []
    if kind == "close_job" and live is not None and photos:
        place = place_of(sent["place"]) if sent.get("place") else None
        close_for_them(defect=stands, person=person, at=at, note=note, photos=photos, place=place, kind=live.kind)
    elif kind == "amend_defect" and stands.status in rules.UNRESOLVED:
        changes = {name: sent[name] for name in rules.FIELD_WORDS if name in sent}
        if joined:
            # The other report's words are somebody else's: these follow them.
            changes = {"note": _both(stands.note, note)} if note.strip() else {}
        write_amendment(defect=stands, person=person, at=at, changes=changes, photos=photos)
    else:
        add_evidence(defect=stands, person=person, at=at, note=note, photos=photos)


def _both(words: str, more: str) -> str:
    return f"{words.strip()}\n{more.strip()}".strip()[:LONGEST_NOTE]


def _lock_standing(defect: Defect) -> Defect:
    """The defect, or the one that it lives on in, locked. It may be joined on while we wait."""
    locked = audits.lock_defect(defect_id=standing_for(defect).pk)
    while locked.status == DefectStatus.DUPLICATE:
        locked = audits.lock_defect(defect_id=standing_for(locked).pk)
    return locked


def _raise_anew(asked: Asked) -> Subject:
    """A report whose id was taken by another one gets an id of its own."""
    payload = {**asked.payload, "defect_id": uuid.UUID(str(uuid_utils.uuid7()))}
    return KINDS["raise_defect"].run(replace(asked, payload=payload))
