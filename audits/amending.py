"""Putting a report right: its words, its severity, photos that were forgotten; and joining two reports of one thing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.models import Person
from audits import rules
from audits.actions import add_note, announce_photos, change_defect, evidence_of, lock_defect
from audits.models import Defect, DefectStatus, PhotoRole
from ledger.models import Entry
from ledger.problems import Problem

# A chain of merges is as long as people made it; a ring would be a fault of ours.
_LONGEST_CHAIN = 50


@transaction.atomic
def amend_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    at: dt.datetime,
    changes: dict[str, Any],
    photos: list[dict[str, Any]] | None = None,
    based_on: int | None = None,
) -> Defect:
    """Put a report right. ``changes`` holds those of ``note``, ``severity`` and ``street_text`` that are new;
    ``based_on`` is the version that the person saw. The words as they were are kept as a note.

    Raises ``unknown_defect``, ``not_allowed`` (it is neither theirs nor do they see all work),
    ``invalid_input`` (nothing is new), ``defect_merged``, and ``changed_meanwhile``: it is finished, or
    somebody else changed the same thing since.
    """
    defect = lock_defect(defect_id=defect_id, person=person)
    if defect.raised_by_id != person.pk and not person.sees_all_work:
        raise Problem("not_allowed", detail=f"{defect.reference} is somebody else's report: see it again instead.")
    if not changes and not photos:
        raise Problem("invalid_input", detail="There is nothing to change.", field="payload")
    _refuse_merged(defect)
    if defect.status not in rules.UNRESOLVED:
        raise Problem(
            "changed_meanwhile",
            detail=f"{defect.reference} is “{defect.get_status_display()}” by now; it can't be changed any more.",
            field="payload.defect_id",
        )
    _refuse_overtaken(defect, person, set(changes), based_on)
    return write_amendment(defect=defect, person=person, at=at, changes=changes, photos=photos or [])


def write_amendment(
    *, defect: Defect, person: Person, at: dt.datetime, changes: dict[str, Any], photos: list[dict[str, Any]]
) -> Defect:
    """Change a locked defect, whoever may: see `amend_defect`. Raises what ``announce_photos`` raises."""
    data: dict[str, Any] = {
        "fields": sorted(changes),
        "version": defect.version + 1,
        "photos": evidence_of(photos),
    }
    if "severity" in changes:
        data["severity"] = {"was": defect.severity, "is": changes["severity"]}
    if defect.note.strip() and changes.get("note", defect.note) != defect.note:
        add_note(defect=defect, person=defect.raised_by, text=f"Before it was changed: {defect.note}"[:2000], at=at)
    for field, value in changes.items():
        setattr(defect, field, value)
    announce_photos(defect=defect, photos=photos, role=PhotoRole.BEFORE, person=person)
    return change_defect(defect, kind="defect.amended", person=person, at=at, data=data, fields=sorted(changes))


@transaction.atomic
def add_evidence(*, defect: Defect, person: Person, at: dt.datetime, note: str, photos: list[dict[str, Any]]) -> Defect:
    """Keep somebody's words and photos with a locked defect, and change nothing else of it.

    Raises what ``announce_photos`` raises.
    """
    add_note(defect=defect, person=person, text=note, at=at)
    announce_photos(defect=defect, photos=photos, role=PhotoRole.EVIDENCE, person=person)
    data = {"photos": evidence_of(photos)}
    return change_defect(defect, kind="defect.evidence_added", person=person, at=at, data=data, fields=[])


def _refuse_merged(defect: Defect) -> None:
    if defect.status == DefectStatus.DUPLICATE:
        kept = standing_for(defect)
        raise Problem(
            "defect_merged",
            detail=f"{defect.reference} is the same as {kept.reference} and was joined to it.",
            field="payload.defect_id",
        )


def _refuse_overtaken(defect: Defect, person: Person, fields: set[str], based_on: int | None) -> None:
    """Somebody else changed one of these fields since ``based_on``. One's own changes follow each other."""
    if based_on is None or based_on >= defect.version or not fields:
        return
    since = Entry.objects.filter(subject_kind="defect", subject_id=str(defect.pk), kind="defect.amended")
    for entry in since.exclude(actor_id=person.pk):
        overtaken = sorted(fields & set(entry.data.get("fields", [])))
        if overtaken and entry.data.get("version", 0) > based_on:
            words = ", ".join(rules.FIELD_WORDS[field] for field in overtaken)
            raise Problem(
                "changed_meanwhile",
                detail=f"Somebody else changed it meanwhile: {words}.",
                field=f"payload.{overtaken[0]}",
            )


def standing_for(defect: Defect) -> Defect:
    """The report that a merged one lives on in; itself where it was never merged."""
    for _ in range(_LONGEST_CHAIN):
        if defect.status != DefectStatus.DUPLICATE or defect.duplicate_of is None:
            break
        defect = defect.duplicate_of
    return defect


def joined_to(defect: Defect) -> list[Defect]:
    """The reports that this one stands for, also those that were joined to one of them."""
    found: list[Defect] = []
    newest = [defect.pk]
    while newest and len(found) < _LONGEST_CHAIN:
        same = list(Defect.objects.filter(duplicate_of__in=newest, status=DefectStatus.DUPLICATE))
        found += same
        newest = [each.pk for each in same]
    return found


def merge_defect(*, defect: Defect, into: Defect, person: Person, note: str, at: dt.datetime) -> Defect:
    """Say of a locked defect that it is the same as another locked one, which then stands for both.

    Raises ``defect_merged`` (the other was itself merged) and ``transition_not_allowed`` (one of them is
    finished). The jobs room cancels what was open for it: see ``jobs.merging``.
    """
    if into.status == DefectStatus.DUPLICATE:
        kept = standing_for(into)
        raise Problem(
            "defect_merged",
            detail=f"{into.reference} was itself joined to {kept.reference}: choose {kept.reference}.",
            field="into",
        )
    for one in (defect, into):
        if one.status not in rules.UNRESOLVED:
            raise Problem(
                "transition_not_allowed",
                detail=f"{one.reference} is “{one.get_status_display()}”: only open reports can be joined.",
            )
    add_note(defect=defect, person=person, text=note, at=at)
    defect.status = DefectStatus.DUPLICATE
    defect.duplicate_of = into
    defect.triage_reason = ""
    defect.possible_duplicate_of = None
    if into.possible_duplicate_of_id == defect.pk:
        into.possible_duplicate_of = None
    # What was taken for the one that goes may be the one that stays.
    Defect.objects.filter(possible_duplicate_of=defect.pk).exclude(pk=into.pk).update(possible_duplicate_of=into.pk)
    into.seen_again += 1 + defect.seen_again
    change_defect(
        into,
        kind="defect.seen_again",
        person=person,
        at=at,
        data={"merged": str(defect.pk), "photos": []},
        fields=["seen_again", "possible_duplicate_of"],
    )
    return change_defect(
        defect,
        kind="defect.merged",
        person=person,
        at=at,
        data={"into": str(into.pk)},
        fields=["status", "duplicate_of", "triage_reason", "possible_duplicate_of"],
    )
