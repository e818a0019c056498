"""The clock of a job stands still and runs again: pauses, and what they do to its due time.

What a pause is worth is `routing.clocks`' to say: on the hour clocks its seconds, on the day clocks the
days whose end it covers. A re-opened job keeps its clock and its pauses.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Person
from audits import actions as audits
from audits.models import PhotoRole
from jobs import rules
from jobs.changing import change, keep_words_and_photos, lock_job, now_or_before, require
from jobs.models import Job, JobPause, JobStatus
from ledger.problems import Problem
from routing import book, clocks

# Two phones of one crew, each with its offset put right, may still differ by as much.
_PHONES_DIFFER_BY = dt.timedelta(minutes=2)


@transaction.atomic
def pause_job(
    *,
    person: Person,
    job_id: uuid.UUID,
    at: dt.datetime,
    reason: str,
    note: str = "",
    photos: list[dict[str, Any]] | None = None,
    based_on: int | None = None,
) -> Job:
    """The clock stands still, for a coded reason (`rules.PAUSE_REASONS`) with what proves it."""
    if reason not in rules.PAUSE_REASONS:
        raise Problem("unknown_reason", field="payload.reason")
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.PAUSED, based_on=based_on)
    at = _after_earlier_pauses(job, now_or_before(job, at))
    JobPause.objects.create(job=job, reason=reason, note=note, started_at=at, started_by=person)
    job.status = JobStatus.PAUSED
    job.paused_at = at
    keep_words_and_photos(job, person, note, photos, PhotoRole.EVIDENCE, at)
    data = {"reason": reason, "photos": audits.evidence_of(photos or [])}
    return change(job, kind="job.paused", person=person, at=at, data=data)


@transaction.atomic
def resume_job(*, person: Person, job_id: uuid.UUID, at: dt.datetime, based_on: int | None = None) -> Job:
    """The clock runs again; see `end_pause` for what that does to the due time.

    Raises ``pause_ends_before_start`` where the clock was stopped later than it is said to run again.
    """
    job = lock_job(job_id=job_id, person=person)
    if job.status != JobStatus.PAUSED or job.paused_at is None:
        stale = based_on is not None and based_on != job.version
        raise Problem(
            "changed_meanwhile" if stale else "transition_not_allowed",
            detail=f"{job.reference} is not paused.",
            field="payload.job_id",
        )
    at = now_or_before(job, at)
    if at < job.paused_at - _PHONES_DIFFER_BY and not job.pauses.filter(ended_at=job.paused_at).exists():
        raise Problem(
            "pause_ends_before_start",
            detail=f"{job.reference} was paused later than that. Check the phone's clock, then resume it again.",
            field="payload.at",
        )
    paused_s = end_pause(job, at)
    job.status = rules.status_after_pause(accepted_at=job.accepted_at, started_at=job.started_at)
    data = {"paused_s": paused_s, "due_at": job.due_at.isoformat()}
    return change(job, kind="job.resumed", person=person, at=at, data=data)


def end_pause(job: Job, at: dt.datetime) -> int:
    """End the open pause of a locked job, if there is one; returns its length in seconds.

    The due time moves later by what the pauses are worth on this job's clock. It never moves forward,
    whatever a phone says, and not at all where it had passed before the pause began.
    """
    if job.paused_at is None:
        return 0
    ended_at = max(at, job.paused_at)
    length = ended_at - job.paused_at
    job.pauses.filter(ended_at=None).update(ended_at=ended_at)
    job.paused_at = None
    target = target_of(job, job.clock_started_at, pauses_of(job.pauses.all()))
    job.due_at = max(job.due_at, target.due_at)
    job.at_risk_at = max(job.at_risk_at, target.at_risk_at)
    return int(length.total_seconds())


def target_of(job: Job, start: dt.datetime, pauses: Iterable[clocks.Pause] = ()) -> book.Target:
    """When the job is due if its clock starts at `start`: by its own version of the service level, its
    own edition of the calendar, halved where it was uplifted."""
    routes, level = book.current(), job.service_level
    edition, stood_still = job.calendar_id or level.calendar_id, list(pauses)
    target = routes.target(level, start, kind=job.kind, uplifted=job.uplifted, pauses=stood_still, calendar_id=edition)
    # A make-safe job that a person opened under a level without such a target has its whole time.
    return target or routes.target(level, start, uplifted=job.uplifted, pauses=stood_still, calendar_id=edition)


def acknowledge_due_of(job: Job, start: dt.datetime) -> dt.datetime | None:
    """By when somebody has to take the job on, if its clock starts at `start`; pauses don't move it."""
    edition = job.calendar_id or job.service_level.calendar_id
    target = book.current().target(
        job.service_level, start, kind="acknowledge", uplifted=job.uplifted, calendar_id=edition
    )
    return target.due_at if target else None


def pauses_of(pauses: Iterable[JobPause], until: dt.datetime | None = None) -> list[clocks.Pause]:
    """The pauses as the clocks take them. One that is still open counts up to `until`, or not at all."""
    spans = [(each.started_at, each.ended_at or until) for each in pauses]
    return [clocks.Pause(started, max(started, ended)) for started, ended in spans if ended is not None]


def calendars_for(jobs: Iterable[Job]) -> Mapping[int, clocks.WorkCalendar]:
    """What `gross_and_net` needs to know of these jobs: nothing, and no query, where none counts open hours."""
    counts_open_hours = any(_clock_of(job) == clocks.WORKING_HOURS for job in jobs)
    return book.current().calendars if counts_open_hours else {}


def gross_and_net(
    job: Job, now: dt.datetime, calendars: Mapping[int, clocks.WorkCalendar]
) -> tuple[dt.timedelta, dt.timedelta]:
    """How long the job has taken until it was finished, or until `now`: with its pauses, and without.

    Counted on the job's clock: open hours where its target is in working hours, else elapsed time. The
    pauses are `job.pauses`, prefetched where many are shown; `calendars` come from `calendars_for`.
    """
    end = job.done_at or job.returned_at or job.cancelled_at or now
    clock, edition = _clock_of(job), job.calendar_id or job.service_level.calendar_id
    calendar = calendars[edition] if clock == clocks.WORKING_HOURS else clocks.ANY_CALENDAR
    pauses = pauses_of(job.pauses.all(), until=end)
    return clocks.gross_and_net(clock, job.clock_started_at, end, calendar, pauses)


def _clock_of(job: Job) -> str:
    target = job.service_level.target(job.kind)
    return target.clock if target else job.service_level.clock


def _after_earlier_pauses(job: Job, at: dt.datetime) -> dt.datetime:
    """No minute is taken off the clock twice, whatever a phone says."""
    ended_at = job.pauses.aggregate(last=Max("ended_at"))["last"]
    return max(at, ended_at) if ended_at else at
