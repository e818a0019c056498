"""The warden looks at what was said to be fixed: it is, or it is not and the job is open again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.models import Person
from audits import actions as audits
from audits.models import Defect
from jobs import rules
from jobs.changing import change, now_or_before
from jobs.models import Job, JobStatus
from jobs.triage import send_to_triage


@transaction.atomic
def verify_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    at: dt.datetime,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
) -> Defect:
    """It is fixed: the defect and the job that was done for it are verified.

    Raises ``unknown_defect`` and ``transition_not_allowed``.
    """
    defect = audits.lock_defect(defect_id=defect_id, person=person)
    audits.verify_defect(defect=defect, person=person, at=at, note=note, photos=photos or [])
    job = _latest_job(defect)
    if job is not None and job.status == JobStatus.DONE:
        job.status = JobStatus.VERIFIED
        job.verified_at = now_or_before(job, at)
        change(job, kind="job.verified", person=person, at=job.verified_at)
    return defect


@transaction.atomic
def dispute_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    at: dt.datetime,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
) -> Defect:
    """It is not fixed: the job that was done is open again.

    Its due time stays: for the person who waits the clock never stopped. Where no job was done for the
    defect it goes to triage, never nowhere. Raises ``unknown_defect`` and ``transition_not_allowed``.
    """
    defect = audits.lock_defect(defect_id=defect_id, person=person)
    audits.dispute_defect(defect=defect, person=person, at=at, note=note, photos=photos or [])
    job = _latest_job(defect)
    if job is not None and rules.may_become(job.status, JobStatus.OPEN):
        _reopen(job, person, at, note)
    elif job is None or job.status not in rules.UNFINISHED:
        words = "It was said to be fixed and is not, and no job is open for it."
        send_to_triage(defect=defect, reason=words, code="no_job", person=person)
    return defect


def _latest_job(defect: Defect) -> Job | None:
    return Job.objects.select_for_update(of=("self",)).filter(defect=defect).order_by("-number").first()


def _reopen(job: Job, person: Person, at: dt.datetime, note: str) -> None:
    was_done_at = job.done_at
    job.status = JobStatus.OPEN
    job.accepted_at = job.started_at = job.done_at = job.verified_at = None
    job.done_by = job.assigned_to = None
    job.done_distance_m = job.done_accuracy_m = None
    job.away_reason = ""
    job.reopened_count += 1
    job.latest_note = note.strip() or job.latest_note
    data = {
        "reopened_count": job.reopened_count,
        "was_done_at": was_done_at.isoformat() if was_done_at else None,
        "due_at": job.due_at.isoformat(),
    }
    change(job, kind="job.reopened", person=person, at=now_or_before(job, at), data=data)
