"""The verbs of a crew: accept, start, pause, resume, close with a photo, hand back.

Each runs in one transaction, changes the rows and writes one ledger entry for the job (and, through
the audits room, one for the defect). ``at`` is when the person did it, by their phone with its
offset put right; ``based_on`` is the version of the job that they saw.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.models import Organisation, Person
from audits import actions as audits
from audits.models import PhotoRole
from jobs import rules
from jobs.changing import change, keep_words_and_photos, lock_job, lock_unfinished, now_or_before, require
from jobs.deciding import decide_defect, route_by_hand, settle
from jobs.finishing import close_for_them, close_job, split_job
from jobs.looking_again import dispute_defect, verify_defect
from jobs.merging import merge_defects
from jobs.models import Job, JobStatus
from jobs.opening import cancel_job, open_job, route_defect
from jobs.pausing import end_pause, pause_job, resume_job
from jobs.triage import send_to_triage
from ledger.problems import Problem

__all__ = [
    "accept_job",
    "cancel_job",
    "close_for_them",
    "close_job",
    "decide_defect",
    "dispute_defect",
    "merge_defects",
    "open_job",
    "pause_job",
    "resume_job",
    "return_job",
    "route_by_hand",
    "route_defect",
    "settle",
    "split_job",
    "start_job",
    "verify_defect",
]


@transaction.atomic
def accept_job(*, person: Person, job_id: uuid.UUID, at: dt.datetime, based_on: int | None = None) -> Job:
    """The crew takes it on; it is that person's from now."""
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.ACCEPTED, based_on=based_on)
    if job.status == JobStatus.PAUSED:
        raise Problem("transition_not_allowed", detail=f"{job.reference} is paused: resume it.", field="payload.job_id")
    at = now_or_before(job, at)
    job.status = JobStatus.ACCEPTED
    job.accepted_at = at
    job.assigned_to = person
    return change(job, kind="job.accepted", person=person, at=at)


@transaction.atomic
def start_job(*, person: Person, job_id: uuid.UUID, at: dt.datetime, based_on: int | None = None) -> Job:
    """Work begins. Starting a job that nobody accepted accepts it; starting a paused one resumes it."""
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.IN_PROGRESS, based_on=based_on)
    at = now_or_before(job, at)
    paused_s = end_pause(job, at)
    job.status = JobStatus.IN_PROGRESS
    job.accepted_at = job.accepted_at or at
    job.started_at = at
    job.assigned_to = person
    return change(job, kind="job.started", person=person, at=at, data={"paused_s": paused_s})


@transaction.atomic
def return_job(
    *,
    person: Person,
    job_id: uuid.UUID,
    at: dt.datetime,
    reason: str,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
    suggested_organisation_id: uuid.UUID | None = None,
    based_on: int | None = None,
) -> Job:
    """Hand it back with a reason (`rules.RETURN_REASONS`); a dispatcher decides what happens next.

    ``suggested_organisation_id``: whose the crew thinks it is, where it is not theirs. At the second "not ours"
    one named person decides (`jobs.triage`). Raises ``unknown_organisation`` too.
    """
    if reason not in rules.RETURN_REASONS:
        raise Problem("unknown_reason", field="payload.reason")
    suggested = _suggested(suggested_organisation_id)
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.RETURNED, based_on=based_on)
    at = now_or_before(job, at)
    paused_s = end_pause(job, at)
    job.status = JobStatus.RETURNED
    job.returned_at, job.returned_reason, job.suggested_organisation = at, reason, suggested
    keep_words_and_photos(job, person, note, photos, PhotoRole.EVIDENCE, at)
    words = f"{job.organisation.short_name} handed it back: {rules.RETURN_REASONS[reason].lower()}."
    if suggested is not None:
        words = f"{words} They think that it is {suggested.short_name}'s."
    if note.strip():
        words = f"{words} “{note.strip()}”"
    data = {
        "reason": reason,
        "suggested": str(suggested.pk) if suggested else None,
        "paused_s": paused_s,
        "photos": audits.evidence_of(photos or []),
    }
    # Saved first: how often it was handed back is counted from the jobs.
    change(job, kind="job.returned", person=person, at=at, data=data)
    _return_the_other(job, person)
    send_to_triage(defect=job.defect, reason=words, code=reason, person=person)
    return job


def _suggested(organisation_id: uuid.UUID | None) -> Organisation | None:
    if organisation_id is None:
        return None
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise Problem("unknown_organisation", field="payload.suggested_organisation_id")
    return organisation


def _return_the_other(job: Job, person: Person) -> None:
    """Who hands a defect back hands back both jobs of it, as one: whose it is, is one question. Another
    organisation goes on with what it has."""
    others = [other for other in lock_unfinished(job.defect) if other.pk != job.pk]
    for other in (other for other in others if other.organisation_id == job.organisation_id):
        at = job.returned_at or other.opened_at
        data = {"reason": job.returned_reason, "paused_s": end_pause(other, at), "photos": [], "with": str(job.pk)}
        other.status = JobStatus.RETURNED
        other.returned_at, other.returned_reason = at, job.returned_reason
        change(other, kind="job.returned", person=person, at=at, data=data)
