"""A defect's or a job's story, read from the ledger, in words."""

from typing import Any

from accounts.models import Organisation, Person
from audits.plan_rules import STATE_WORDS, TERM_WORDS
from audits.rules import FIELD_WORDS
from ledger.models import Entry

# Kinds that people want to read; the others (defect.located, photo.ready …) are for machines.
_WORDS: dict[str, str] = {
    "defect.raised": "Seen and recorded",
    "defect.seen_again": "Seen again",
    "defect.amended": "Report changed: {fields}",
    "defect.evidence_added": "Further evidence added",
    "defect.merged": "Joined to another report of the same thing",
    "defect.possible_duplicate": "May be the same as another open report close by",
    "defect.told_apart": "Looked at beside the other report: they are two",
    "defect.recurred": "It was fixed here before: it has come back",
    "defect.routed": "Sent to {organisation}",
    "defect.triaged": "Waits for a dispatcher: {reason}",
    "defect.resolved": "Fixed",
    "defect.verified": "Checked on site: fixed",
    "defect.disputed": "Checked on site: not fixed",
    "defect.rejected": "Closed without work: {reason}",
    "job.opened": "Job opened, clock started",
    "job.accepted": "Job accepted",
    "job.started": "Work started",
    "job.paused": "Clock paused: {reason}",
    "job.resumed": "Clock runs again",
    "job.done": "Job closed with an after photo",
    "job.returned": "Handed back: {reason}",
    "job.verified": "Job checked",
    "job.reopened": "Job opened again, clock goes on",
    "job.split": "Made safe; the work that is left goes on",
    "job.rerouted": "The desk sent the job elsewhere",
    "job.assigned": "The desk said who does it",
    "job.deferred": "Put off by the desk; the due time stays",
    "job.change_undone": "The desk took its change back",
    "job.cancelled": "Job cancelled",
    "job.clock_moved": "Clock starts earlier: somebody had reported it before",
    "job.at_risk": "Due soon and not done",
    "job.breached": "Late: the due time passed",
    "job.escalated": "Passed up the ladder, level {level}",
    "job.acknowledge_missed": "Not taken on by the agreed time",
    "plan.submitted": "Plan submitted for approval",
    "plan.approved": "Plan approved by the partnership",
    "plan.returned": "Plan returned to be changed",
    "action.added": "Proposed",
    "action.changed": "Changed: {fields}",
    "action.progressed": "{state}",
    "action.commented": "Comment written",
    "action.due_soon": "Reminder sent: due within a week",
    "action.overdue": "Its due day passed: reminder sent",
    "photo.received": "Photo received",
    "photo.original_viewed": "Original photo opened",
}

_REASONS: dict[str, str] = {
    "no_route": "no route fits",
    "reopened_late": "not fixed, long after it was said to be",
    "no_job": "said to be fixed and is not",
    "not_ours": "not ours",
    "no_access": "no access",
    "needs_plant": "needs plant",
    "hazardous": "hazardous",
    "not_found": "nothing found there",
    "awaiting_owner": "waiting for the owner",
    "awaiting_parts": "waiting for parts",
    "unsafe": "not safe to work",
    "weather": "weather",
    "removed_on_purpose": "it was removed on purpose",
}


def story(subjects: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """``[{"at", "received_at", "kind", "words", "actor": {"id", "name"} | None}]``, oldest first.

    ``subjects`` are (kind, id) pairs: the defect, its jobs and its photos. Three queries.
    """
    entries = [
        entry
        for kind in {kind for kind, _ in subjects}
        for entry in Entry.objects.filter(
            subject_kind=kind, subject_id__in=[str(pk) for k, pk in subjects if k == kind], kind__in=_WORDS
        )
    ]
    entries.sort(key=lambda entry: entry.sequence)
    people = Person.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    organisations = {str(o.pk): o.short_name for o in Organisation.objects.all()}
    return [_row(entry, people, organisations) for entry in entries]


def _changed(data: dict[str, Any]) -> str:
    """What an amendment put right, in words."""
    words = [FIELD_WORDS.get(field) or TERM_WORDS.get(field, field) for field in data.get("fields", [])]
    added = len(data.get("photos", []))
    if added:
        words.append("1 photo added" if added == 1 else f"{added} photos added")
    return ", ".join(words)


def _row(entry: Entry, people: dict[Any, Person], organisations: dict[str, str]) -> dict[str, Any]:
    reason = str(entry.data.get("reason", ""))
    words = _WORDS[entry.kind].format(
        organisation=organisations.get(str(entry.data.get("organisation")), "its owner"),
        reason=_REASONS.get(reason, reason.replace("_", " ") or "see the note"),
        fields=_changed(entry.data),
        level=entry.data.get("level", ""),
        state=STATE_WORDS.get(str(entry.data.get("state", "")), "Said how it goes")
        + (", seen at a re-visit" if entry.data.get("revisit") else ""),
    )
    actor = people.get(entry.actor_id) if entry.actor_id else None
    return {
        "at": entry.at,
        "received_at": entry.received_at,
        "kind": entry.kind,
        "words": words,
        "actor": {"id": str(actor.pk), "name": actor.name} if actor else None,
    }
