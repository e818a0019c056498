"""The second job that one defect can need: make it safe now, while the work waits for its own target."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import Person
from jobs import rules
from jobs.models import Job, JobKind, JobStatus
from jobs.pausing import target_of
from jobs.watching import set_alarm
from ledger.recording import record

# As for the severity of a defect: 1 is the worst, and the most urgent.
DANGEROUS = 1
_ASKED_FOR = sorted({*rules.UNFINISHED, JobStatus.DONE, JobStatus.VERIFIED})


def open_beside(job: Job, *, severity: int) -> Job | None:
    """Open the job of making it safe beside a new one that finishes the work, where there is danger
    (``severity``, after any uplift), the service level has such a target, and nobody made it safe yet.

    It is the same organisation's, with the same clock start and the target for making safe.
    """
    if severity != DANGEROUS or job.kind != JobKind.COMPLETE or job.service_level.target("make_safe") is None:
        return None
    if Job.objects.filter(defect=job.defect_id, kind=JobKind.MAKE_SAFE, status__in=_ASKED_FOR).exists():
        return None
    safe = _beside(job, reason=job.route_reason)
    safe.save(force_insert=True)
    set_alarm(safe, is_new=True)
    record(
        kind="job.opened",
        subject=("job", safe.pk),
        actor=safe.opened_by_id,
        organisation=safe.organisation_id,
        data={
            "defect": str(safe.defect_id),
            "kind": safe.kind,
            "beside": str(job.pk),
            "route": safe.route_id,
            "service_level": job.service_level.code,
            "service_level_version": job.service_level.version,
            "clock_started_at": safe.clock_started_at.isoformat(),
            "due_at": safe.due_at.isoformat(),
        },
    )
    return safe


def made_safe_on_the_way(job: Job, *, person: Person, at: dt.datetime) -> Job:
    """A job of making safe that was never asked for, done by a crew that had come to finish the work; not
    saved yet."""
    safe = _beside(job, reason=f"Made safe by {person.name} on the way to {job.reference}.")
    safe.status = JobStatus.DONE
    safe.opened_at, safe.opened_by = min(at, job.opened_at), person
    safe.accepted_at, safe.started_at = job.accepted_at or at, job.started_at or at
    safe.done_at, safe.done_by, safe.assigned_to = at, person, person
    return safe


def _beside(job: Job, *, reason: str) -> Job:
    """The same work's other half, with its own target; the whole time where the level has none."""
    safe = Job(
        kind=JobKind.MAKE_SAFE,
        defect=job.defect,
        organisation_id=job.organisation_id,
        team_id=job.team_id,
        route_id=job.route_id,
        route_reason=reason,
        service_level=job.service_level,
        calendar_id=job.calendar_id,
        uplifted=job.uplifted,
        priority=DANGEROUS,
        clock_started_at=job.clock_started_at,
        opened_at=timezone.now(),
        opened_by_id=job.opened_by_id,
    )
    target = target_of(safe, safe.clock_started_at)
    safe.due_at = safe.gross_due_at = target.due_at
    safe.at_risk_at = target.at_risk_at
    return safe
