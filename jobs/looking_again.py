"""The warden looks at what was said to be fixed: it is, or it is not and the job is open again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits import actions as audits
from audits.models import Defect
from jobs import rules
from jobs.changing import change, now_or_before
from jobs.models import Job, JobKind, JobStatus
from jobs.triage import send_to_triage
from routing import book


@transaction.atomic
def verify_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    at: dt.datetime,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
) -> Defect:
    """It is fixed: the defect and the jobs that were done for it are verified.

    Raises ``unknown_defect`` and ``transition_not_allowed``.
    """
    defect = audits.lock_defect(defect_id=defect_id, person=person)
    audits.verify_defect(defect=defect, person=person, at=at, note=note, photos=photos or [])
    for job in _jobs_of(defect):
        if job.status == JobStatus.DONE:
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
    """It is not fixed: the job that finished the work is open again.

    Its due time stays: for the person who waits the clock never stopped. Where no job was done for the
    defect, or it was fixed longer ago than ``SIGHTLINE_REOPEN_DAYS``, it goes to triage as a new decision,
    never nowhere. Raises ``unknown_defect`` and ``transition_not_allowed``.
    """
    defect = audits.lock_defect(defect_id=defect_id, person=person)
    fixed_at = defect.resolved_at
    is_late = fixed_at is not None and rules.is_too_late_to_reopen(fixed_at, at, days=settings.REOPEN_DAYS)
    audits.dispute_defect(
        defect=defect,
        person=person,
        at=at,
        note=note,
        photos=photos or [],
        late_at=timezone.now() if is_late else None,
    )
    jobs = _jobs_of(defect)
    done = [job for job in jobs if job.status in {JobStatus.DONE, JobStatus.VERIFIED}]
    if is_late and fixed_at is not None:
        words = rules.too_late_to_reopen(book.council_day(fixed_at), book.council_day(at), days=settings.REOPEN_DAYS)
        send_to_triage(defect=defect, reason=words, code="reopened_late", person=person)
    elif done:
        # Making safe is not what was promised to be finished: where both were done, the finishing goes on.
        _reopen(max(done, key=lambda job: (job.kind == JobKind.COMPLETE, job.number)), person, at, note)
    elif not any(job.status in rules.UNFINISHED for job in jobs):
        words = "It was said to be fixed and is not, and no job is open for it."
        send_to_triage(defect=defect, reason=words, code="no_job", person=person)
    return defect


def _jobs_of(defect: Defect) -> list[Job]:
    """Its jobs, locked, oldest first."""
    return list(Job.objects.locked().filter(defect=defect).order_by("number"))


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
