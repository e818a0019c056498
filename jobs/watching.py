"""The watch: says of each job, once and in order, that it is near its due time, late, or passed up.

Each unfinished job has one alarm: the instant of the next thing to say. A tick reads the alarms that are
due from their index, so that what is not due costs nothing, however much of it there is.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobs import alarms, rules
from jobs.alarms import Clock, Step
from jobs.ladders import Addressees, LadderStep, ladders_of
from jobs.models import Alarm, Escalation, Job, JobStatus
from ledger.recording import Fact, record_many

BATCH = 500
# A tick ends after so long and leaves the rest to the next one, which goes on where it stopped.
LONGEST_TICK_S = 10.0

# One watch at a time, so that what an outage left is said in its order; the number means nothing.
_ONE_WATCH = 7_102_663_001

_KINDS = {
    alarms.ACKNOWLEDGE_MISSED: "job.acknowledge_missed",
    alarms.AT_RISK: "job.at_risk",
    alarms.BREACHED: "job.breached",
    alarms.ESCALATED: "job.escalated",
}
_SHOWN = {alarms.BREACHED, alarms.ESCALATED}

# What is read of a job with its alarm.
_READ = (
    "status",
    "defect_id",
    "organisation_id",
    "due_at",
    "at_risk_at",
    "acknowledge_due_at",
    "accepted_at",
    "reopened_count",
    "escalated_level",
)

_SET_ALARMS = """
    INSERT INTO jobs_alarm (job_id, at, due_at, said)
    SELECT job_id, at, due_at, string_to_array(said, ' ')
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[]) AS new (job_id, at, due_at, said)
    ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, due_at = excluded.due_at, said = excluded.said
"""

_MARK_JOBS = """
    UPDATE jobs_job SET
        breached_at = CASE WHEN new.late THEN coalesce(jobs_job.breached_at, jobs_job.due_at)
                           ELSE jobs_job.breached_at END,
        escalated_level = new.level
    FROM unnest(%s::uuid[], %s::bool[], %s::int[]) AS new (id, late, level)
    WHERE jobs_job.id = new.id
"""


@dataclass(slots=True)
class _Watched:
    """A locked job, what was said of it, and what is to be said now."""

    job: Job
    said: list[str]
    ladder: tuple[LadderStep, ...]
    to_say: list[Step] = field(default_factory=list)
    next_at: dt.datetime | None = None


def set_alarm(job: Job, *, is_new: bool = False) -> None:
    """Put the alarm of a locked job where its clock says now. Called whenever its status, its due time or
    its organisation changed; also brings ``job.escalated_level`` up to date, to be saved by the caller.
    """
    set_alarms([job], are_new=is_new)


def set_alarms(jobs: Sequence[Job], *, are_new: bool = False) -> None:
    """`set_alarm` for many locked jobs, with three queries for all."""
    silent = [job for job in jobs if not _clock_runs(job)]
    if silent:
        Alarm.objects.filter(job__in=[job.pk for job in silent], at__isnull=False).update(at=None)
    running = [job for job in jobs if _clock_runs(job)]
    if not running:
        return
    now = timezone.now()
    known = {} if are_new else Alarm.objects.in_bulk([job.pk for job in running])
    ladders = ladders_of(job.organisation_id for job in running)
    watched = []
    for job in running:
        each = _watched(job, known.get(job.pk), ladders[job.organisation_id], now)
        todo = alarms.unsaid(_steps(each), each.said)
        each.next_at = todo[0].at if todo else None
        job.escalated_level = alarms.level_reached(_steps(each), each.said)
        watched.append(each)
    _save(watched)


def watch(*, now: dt.datetime | None = None) -> int:
    """Say what is due, the earliest first; returns how many things were said.

    Safe beside another watch: only one speaks at a time, and what it says is committed with the alarms
    that it moved on. A job that somebody is just changing is left to the next tick.
    """
    began, said = time.monotonic(), 0
    while time.monotonic() - began < LONGEST_TICK_S:
        more = _say_a_batch(now or timezone.now())
        said += more.said
        if more.claimed < BATCH:
            break
    return said


def follow_ladder(*, organisation_id: uuid.UUID) -> int:
    """The ladder changed: put the alarms of the organisation's running jobs where it wants them, some at a
    time; returns how many jobs. Running it twice changes nothing."""
    running = Job.objects.unfinished().exclude(status=JobStatus.PAUSED).filter(organisation=organisation_id)
    followed, last = 0, None
    while True:
        with transaction.atomic():
            page = running.select_for_update(no_key=True).order_by("pk")
            jobs = list((page.filter(pk__gt=last) if last else page)[:BATCH])
            set_alarms(jobs)
        if not jobs:
            return followed
        followed, last = followed + len(jobs), jobs[-1].pk


@dataclass(frozen=True, slots=True)
class _Batch:
    claimed: int
    said: int


@transaction.atomic
def _say_a_batch(now: dt.datetime) -> _Batch:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_WATCH])
        [is_ours] = sql.fetchone()
    if not is_ours:
        return _Batch(0, 0)
    claimed = list(due_alarms(now)[:BATCH])
    if not claimed:
        return _Batch(0, 0)
    # What lies beyond a full batch comes later than all of it: its turn is after the next claim.
    horizon = claimed[-1].at if len(claimed) == BATCH else now
    ladders = ladders_of(alarm.job.organisation_id for alarm in claimed)
    watched = []
    for alarm in claimed:
        each = _watched(alarm.job, alarm, ladders[alarm.job.organisation_id], now)
        _decide(each, horizon or now)
        watched.append(each)
    speaking = [each for each in watched if each.to_say]
    _tell(speaking, now)
    _mark(speaking)
    _save(watched)
    return _Batch(len(claimed), sum(len(each.to_say) for each in speaking))


def due_alarms(now: dt.datetime) -> QuerySet[Alarm]:
    """Alarms before ``now``, locked with their jobs, the earliest first; what others hold is passed over.

    Jobs are locked before alarms everywhere; here nothing is waited for, so nobody waits in a circle.
    """
    return (
        Alarm.objects.select_for_update(skip_locked=True, no_key=True, of=("self", "job"))
        .select_related("job")
        .only("at", "due_at", "said", *(f"job__{name}" for name in _READ))
        .filter(at__lt=now)
        .order_by("at", "job")
    )


def _clock_runs(job: Job) -> bool:
    return job.status in rules.UNFINISHED and job.status != JobStatus.PAUSED


def _watched(job: Job, alarm: Alarm | None, ladder: tuple[LadderStep, ...], now: dt.datetime) -> _Watched:
    """The job with what was said of it, of its due time as it stands now."""
    each = _Watched(job, list(alarm.said) if alarm else [], ladder)
    if alarm is not None and alarm.due_at != job.due_at:
        rungs = [step.rung for step in ladder]
        before = alarms.steps(Clock(alarm.due_at, alarm.due_at), rungs)
        after = alarms.steps(Clock(job.due_at, job.at_risk_at), rungs)
        each.said += [key for key in alarms.carried_over(before, after, each.said, now) if key not in each.said]
    return each


def _steps(each: _Watched) -> list[Step]:
    job = each.job
    # After a re-open nobody waits for the first answer any more.
    waits = job.accepted_at is None and job.reopened_count == 0
    clock = Clock(job.due_at, job.at_risk_at, job.acknowledge_due_at if waits else None)
    return alarms.steps(clock, [step.rung for step in each.ladder])


def _decide(each: _Watched, horizon: dt.datetime) -> None:
    """What to say of it now, and when to look at it next. A job that is finished or paused is silent."""
    if not _clock_runs(each.job):
        return
    todo = alarms.unsaid(_steps(each), each.said)
    each.to_say = [step for step in todo if step.at <= horizon]
    each.said += [step.key for step in each.to_say]
    later = todo[len(each.to_say) :]
    each.next_at = later[0].at if later else None


def _tell(watched: Sequence[_Watched], now: dt.datetime) -> None:
    """Write it down, in the order in which it came about over all jobs."""
    said = [(step, each) for each in watched for step in each.to_say]
    said.sort(key=lambda pair: (pair[0].place, pair[1].job.pk))
    addressees = Addressees() if any(step.what == alarms.ESCALATED for step, _ in said) else None
    facts, escalations = [], []
    for step, each in said:
        fact = _fact(each.job, step, now)
        if step.what == alarms.ESCALATED and addressees is not None:
            escalation = _escalation(each, step, addressees, now)
            escalations.append(escalation)
            fact.data.update(
                level=step.level,
                person=str(escalation.person_id) if escalation.person_id else None,
                role=escalation.role,
                role_of=str(escalation.role_of_id),
            )
        facts.append(fact)
    Escalation.objects.bulk_create(escalations, ignore_conflicts=True)
    record_many(facts)


def _fact(job: Job, step: Step, now: dt.datetime) -> Fact:
    """``at`` is when it came true; how late it is said stands beside it."""
    data = {
        "defect": str(job.defect_id),
        "due_at": job.due_at.isoformat(),
        "fired_late_s": round((now - step.at).total_seconds(), 1),
    }
    if step.what == alarms.ACKNOWLEDGE_MISSED:
        data["acknowledge_due_at"] = step.of.isoformat()
    return Fact(_KINDS[step.what], ("job", job.pk), organisation=job.organisation_id, at=step.at, data=data)


def _escalation(each: _Watched, step: Step, addressees: Addressees, now: dt.datetime) -> Escalation:
    job = each.job
    [rung] = [rung for rung in each.ladder if rung.level == step.level]
    who = addressees.of(rung, job.organisation_id)
    return Escalation(
        job=job,
        level=step.level,
        title=rung.title,
        person_id=who.person_id,
        role=who.role,
        role_of_id=who.organisation_id,
        due_at=job.due_at,
        at=step.at,
        said_at=now,
    )


def _mark(watched: Sequence[_Watched]) -> None:
    """What the lists show of a job: since when it is late, and how far up it was passed."""
    marked = [each for each in watched if any(step.what in _SHOWN for step in each.to_say)]
    if not marked:
        return
    with connection.cursor() as sql:
        sql.execute(
            _MARK_JOBS,
            [
                [each.job.pk for each in marked],
                [any(step.what == alarms.BREACHED for step in each.to_say) for each in marked],
                [alarms.level_reached(_steps(each), each.said) for each in marked],
            ],
        )


def _save(watched: Sequence[_Watched]) -> None:
    with connection.cursor() as sql:
        sql.execute(
            _SET_ALARMS,
            [
                [each.job.pk for each in watched],
                [each.next_at for each in watched],
                [each.job.due_at for each in watched],
                [" ".join(each.said) for each in watched],
            ],
        )
