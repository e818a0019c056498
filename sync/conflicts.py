"""Two versions of one thing, side by side: what somebody sent, and what stands. Reads only.

What a phone sent is kept as text and may hold anything, so each value is looked at before it is shown.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.models import Person
from accounts.serializers import person_row
from audits import rules as audit_rules
from audits.models import Audit, Defect, DefectStatus
from audits.serializers import bare_photo_row, photo_row
from checklists.severity import SEVERITIES
from jobs.models import Job
from jobs.rules import PAUSE_REASONS, RETURN_REASONS, UNFINISHED
from ledger.models import Entry
from ledger.problems import storable
from media.models import Photo
from sync.audit_operations import AUDIT_KINDS
from sync.models import Operation, OperationStatus
from sync.taking import live_like, what_take_does

# What each kind did, after the person's name and before the number.
SAID: dict[str, str] = {
    "start_patrol": "started a patrol",
    "end_patrol": "ended a patrol",
    "raise_defect": "reported",
    "confirm_defect": "saw again",
    "amend_defect": "changed",
    "verify_defect": "says it is fixed:",
    "dispute_defect": "says it is not fixed:",
    "accept_job": "accepted",
    "start_job": "started",
    "pause_job": "paused",
    "resume_job": "resumed",
    "close_job": "closed",
    "split_job": "made safe",
    "return_job": "handed back",
    "report_back": "told wardens or police what was seen at",
    "close_sighting": "looked into what a crew saw",
    "begin_audit": "began an audit",
    "join_audit": "walks an audit too",
    "set_audit": "put an audit right",
    "answer_question": "answered a question of an audit",
    "choose_answer": "decided between answers of an audit",
    "add_participant": "put down who came along on an audit",
    "note_concern": "noted what somebody said on an audit",
    "check_street": "looked at a street on an audit",
    "add_track": "sent a stretch of an audit's route",
    "check_in": "said that all is well on an audit",
    "pause_audit": "paused an audit",
    "resume_audit": "went on with an audit",
    "hand_over_audit": "handed an audit over",
    "finish_audit": "finished an audit",
    "judge_carried": "judged on a re-visit what was open",
}
# What a crew tells wardens or police is not for its own desk, applied or not.
_FOR_THE_COUNCIL_ALONE = ("report_back", "close_sighting", *AUDIT_KINDS)
_SEVERITY = {each.value: each.label for each in SEVERITIES}
_REASONS = {**PAUSE_REASONS, **RETURN_REASONS}
_LONGEST = 2000


def conflicts_for(person: Person, state: str) -> QuerySet[Operation]:
    """The conflicts that a desk may see: ``open`` (oldest first), ``decided`` or ``refused`` (newest first);
    with ``any`` every operation, unordered.

    The council's desks see all, others those of their own people.
    """
    found = Operation.objects.select_related("person__organisation", "decided_by", "imported_by")
    if not person.sees_all_work:
        found = found.filter(person__organisation=person.organisation_id).exclude(kind__in=_FOR_THE_COUNCIL_ALONE)
    if state == "open":
        return found.filter(status=OperationStatus.CONFLICT, decision="").order_by("received_at", "pk")
    if state == "refused":
        return found.filter(status=OperationStatus.REJECTED).order_by("-received_at", "-pk")
    if state == "any":
        return found
    return found.exclude(decision="").order_by("-decided_at", "-pk")


def payload_of(operation: Operation) -> dict[str, Any]:
    """What was sent, as far as it can be read."""
    try:
        raw = json.loads(operation.payload or "{}")
    except ValueError:
        return {}
    payload = raw.get("payload") if isinstance(raw, dict) else None
    return payload if isinstance(payload, dict) else {}


@dataclass(frozen=True)
class Around:
    """Everything that a page of operations is about, fetched with one query a kind of thing."""

    jobs: dict[uuid.UUID, Job]
    defects: dict[uuid.UUID, Defect]
    live: dict[uuid.UUID, list[Job]]
    entries: dict[str, list[Entry]]
    photos: dict[str, Photo]
    audits: dict[uuid.UUID, Audit] = field(default_factory=dict)
    actors: dict[Any, Person] = field(default_factory=dict)


def look_around(operations: Iterable[Operation]) -> Around:
    """Fetch the jobs, defects, photos and ledger entries that these operations are about."""
    operations = list(operations)
    about = {
        kind: {o.subject_id for o in operations if o.subject_kind == kind and o.subject_id is not None}
        for kind in ("job", "defect", "audit")
    }
    jobs = Job.objects.select_related("organisation", "done_by").in_bulk(about["job"])
    defect_ids = {*about["defect"], *(job.defect_id for job in jobs.values())}
    defects = {d.pk: d for d in Defect.objects.with_rows().prefetch_related("notes__person").filter(pk__in=defect_ids)}
    for _ in range(5):  # a chain of merges; longer ones are shown by their number only
        merged = {d.duplicate_of_id for d in defects.values() if d.duplicate_of_id} - set(defects)
        if not merged:
            break
        found = Defect.objects.with_rows().prefetch_related("notes__person").filter(pk__in=merged)
        defects |= {d.pk: d for d in found}
    live: dict[uuid.UUID, list[Job]] = {}
    unfinished = Job.objects.filter(defect__in=defects, status__in=UNFINISHED)
    for each in unfinished.select_related("organisation", "opened_by").order_by("number"):
        live.setdefault(each.defect_id, []).append(each)
    entries: dict[str, list[Entry]] = {}
    subjects = Q(subject_kind="defect", subject_id__in=[str(pk) for pk in defects]) | Q(
        subject_kind="job", subject_id__in=[str(pk) for pk in jobs]
    )
    for entry in Entry.objects.filter(subjects).order_by("sequence"):
        entries.setdefault(entry.subject_id, []).append(entry)
    actors = Person.objects.in_bulk({e.actor_id for each in entries.values() for e in each if e.actor_id})
    photo_ids = {pk for o in operations for pk in announced_ids(payload_of(o))}
    photos = {str(pk): photo for pk, photo in Photo.objects.in_bulk(photo_ids).items()}
    return Around(jobs, defects, live, entries, photos, Audit.objects.evas().in_bulk(about["audit"]), actors)


def announced_ids(payload: dict[str, Any]) -> list[uuid.UUID]:
    """The ids of the photos that a payload announces; what is no id is left out."""
    found = []
    photos = payload.get("photos")
    for photo in photos if isinstance(photos, list) else []:
        try:
            found.append(uuid.UUID(str(photo["id"])))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def conflict_row(operation: Operation, around: Around, reader: Person) -> dict[str, Any]:
    """One conflict as ConflictOut shows it."""
    job = around.jobs.get(operation.subject_id) if operation.subject_id else None
    defect_id = job.defect_id if job else operation.subject_id
    defect = around.defects.get(defect_id) if defect_id else None
    payload = _shown_to(reader, operation)
    is_open = operation.status == OperationStatus.CONFLICT and not operation.decision
    stands = _standing(defect, around) if defect else None
    live = live_like(job, around.live.get(stands.pk, [])) if stands else None
    take = what_take_does(operation, payload, defect, stands, live) if is_open else None
    answer = operation.answer if isinstance(operation.answer, dict) else {}
    return {
        "id": str(operation.pk),
        "kind": operation.kind,
        "state": "decided" if operation.decision else "open" if is_open else "refused",
        "code": answer.get("code"),
        "detail": answer.get("detail"),
        "made_at": operation.made_at,
        "received_at": operation.received_at,
        "person": person_row(operation.person),
        "organisation": operation.person.organisation.short_name,
        "imported_by": operation.imported_by.name if operation.imported_by else None,
        "subject": _subject_row(job, defect),
        "category": defect.category_id if defect else _text(payload.get("category"))[:12] or None,
        "street_text": defect.street_text if defect else _text(payload.get("street_text"))[:200],
        "theirs": _theirs(operation, payload, job, defect, around),
        "ours": _ours(operation, job, defect, around),
        "can_take": take is not None,
        "take_does": take,
        "can_decide": is_open and may_decide(reader, defect),
        "decided": _decided_row(operation),
    }


def _shown_to(reader: Person, operation: Operation) -> dict[str, Any]:
    """What was sent, as far as this reader may read it: words and photos of an audit may be restricted, and
    what was not applied doesn't say whether they are."""
    payload = payload_of(operation)
    reads = audit_rules.may_read_restricted(reader.role, is_council=reader.organisation.is_council)
    if operation.kind in AUDIT_KINDS and not reads:
        return {name: payload[name] for name in ("at", "started_at") if name in payload}
    return payload


def may_decide(reader: Person, defect: Defect | None) -> bool:
    """The council's desks, and the desk of the organisation that has the defect."""
    return reader.sees_all_work or (defect is not None and defect.owner_organisation_id == reader.organisation_id)


def _subject_row(job: Job | None, defect: Defect | None) -> dict[str, Any] | None:
    if job is not None:
        return {"kind": "job", "id": str(job.pk), "number": job.reference}
    if defect is not None:
        return {"kind": "defect", "id": str(defect.pk), "number": defect.reference}
    return None


def _decided_row(operation: Operation) -> dict[str, Any] | None:
    if not operation.decision:
        return None
    return {
        "decision": operation.decision,
        "at": operation.decided_at,
        "by": operation.decided_by.name if operation.decided_by else "",
        "note": operation.decision_note,
    }


def _text(value: Any) -> str:
    """A value of a payload as text that can be shown: nothing for what is neither text nor number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value))[:_LONGEST]


def _facts(**values: str) -> list[dict[str, str]]:
    """The facts that are there, in the order in which both sides show them."""
    labels = {
        "state": "State",
        "with_whom": "With",
        "reason": "Reason",
        "note": "Note",
        "severity": "Severity",
        "street": "Street",
        "photos": "Photos",
    }
    return [{"label": label, "value": values[name]} for name, label in labels.items() if values.get(name)]


def _counted(photos: list[dict[str, Any]], announced: int) -> str:
    missing = announced - sum(photo["state"] != "expected" for photo in photos)
    if not announced:
        return ""
    return f"{announced}" if missing <= 0 else f"{announced}, {missing} of them still on the phone"


def _theirs(
    operation: Operation, payload: dict[str, Any], job: Job | None, defect: Defect | None, around: Around
) -> dict[str, Any]:
    severity = payload.get("severity")
    reason = _text(payload.get("reason"))
    ids = [str(pk) for pk in announced_ids(payload)]
    photos = [
        bare_photo_row(around.photos[pk], "after" if operation.kind == "close_job" else "evidence")
        for pk in ids
        if pk in around.photos
    ]
    audit = around.audits.get(operation.subject_id) if operation.subject_id else None
    number = next((each.reference for each in (job, defect, audit) if each is not None), "")
    return {
        "title": f"{operation.person.name} {SAID.get(operation.kind, 'sent something')} {number}".strip(),
        "at": _when(operation, payload),
        "by": operation.person.name,
        "facts": _facts(
            reason=_REASONS.get(reason, reason),
            note=_text(payload.get("note")),
            severity=(_SEVERITY.get(severity) if isinstance(severity, int) else "") or _text(severity),
            street=_text(payload.get("street_text")),
            photos=_counted(photos, len(ids)),
        ),
        "photos": photos,
    }


def _when(operation: Operation, payload: dict[str, Any]) -> dt.datetime:
    """When they did it, by the phone with its clock put right; never after it was received."""
    for name in ("at", "observed_at", "started_at", "ended_at"):
        try:
            at = parse_datetime(str(payload.get(name) or ""))
        except ValueError:
            continue
        if at is not None and at.tzinfo is not None:
            break
    else:
        at = operation.made_at
    return audit_rules.honest_time(at, clock_offset_ms=operation.clock_offset_ms, now=operation.received_at)


def _ours(operation: Operation, job: Job | None, defect: Defect | None, around: Around) -> dict[str, Any]:
    """What stands now, and who made it so."""
    if defect is None:
        return {"title": "Nothing of ours to compare with", "at": None, "by": None, "facts": [], "photos": []}
    title, at, by, stands = _who_made_it_so(operation, job, defect, around)
    live = live_like(job, around.live.get(stands.pk, []))
    # After a close the photos of the finished work are what to compare; else those of the report.
    wanted = {"after"} if job is not None and stands.resolved_at else {"before", "evidence", "after"}
    links = [link for link in stands.defect_photos.all() if link.role in wanted]
    photos = [photo_row(link) for link in links]
    newest = next((note.text for note in reversed(list(stands.notes.all())) if note.person.name == by), "")
    return {
        "title": title,
        "at": at,
        "by": by,
        "facts": _facts(
            state=(job.get_status_display() if job and job.defect_id == stands.pk and not live else "")
            or stands.get_status_display(),
            with_whom=f"{live.organisation.short_name}, {live.reference}" if live else "",
            note=(newest or job.latest_note) if job is not None else stands.note,
            severity=_SEVERITY.get(stands.severity, ""),
            street=stands.street_text,
            photos=_counted(photos, len(photos)),
        ),
        "photos": photos,
    }


def _who_made_it_so(
    operation: Operation, job: Job | None, defect: Defect, around: Around
) -> tuple[str, dt.datetime | None, str | None, Defect]:
    """A title, when, by whom, and the defect that stands."""
    stands = _standing(defect, around)
    if stands is not defect:
        at, by = _last(around, defect.pk, {"defect.merged"})
        return f"{defect.reference} was joined to {stands.reference}", at, by, stands
    live = live_like(job, around.live.get(defect.pk, []))
    if job is not None:
        if job.done_by is not None and job.done_at is not None:
            return f"{job.reference} was closed", job.done_at, job.done_by.name, defect
        if live is not None and live.pk != job.pk:
            by = live.opened_by.name if live.opened_by else None
            return f"Given to {live.organisation.short_name} as {live.reference}", live.opened_at, by, defect
        at, by = _last(
            around,
            job.pk,
            {"job.cancelled", "job.rerouted", "job.returned", "job.paused", "job.started", "job.accepted"},
        )
        return f"{job.reference} is “{job.get_status_display()}”", at, by, defect
    changed = {"defect.amended"} if operation.kind == "amend_defect" and stands.resolved_at is None else set()
    at, by = _last(around, defect.pk, changed or {"defect.resolved", "defect.verified", "defect.disputed"})
    title = f"{defect.reference} was changed" if changed else f"{defect.reference} is “{defect.get_status_display()}”"
    return title, at, by, defect


def _standing(defect: Defect, around: Around) -> Defect:
    """The defect itself, or the one that it was joined to."""
    while defect.status == DefectStatus.DUPLICATE and defect.duplicate_of_id in around.defects:
        defect = around.defects[defect.duplicate_of_id]
    return defect


def _last(around: Around, subject: uuid.UUID, kinds: set[str]) -> tuple[dt.datetime | None, str | None]:
    """When the newest entry of these kinds was made, and by whom."""
    for entry in reversed(around.entries.get(str(subject), [])):
        if entry.kind in kinds:
            actor = around.actors.get(entry.actor_id)
            return entry.at, actor.name if actor else None
    return None, None
