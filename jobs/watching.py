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
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jobs import alarms, rules
from jobs.alarms import Clock, Step
from jobs.ladders import Addressees, LadderStep, ladders_of
from jobs.models import Alarm, Job, JobStatus
from ledger.recording import Fact, as_json, record_many

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

# Locks alarms and their jobs, the earliest first; what others hold is passed over. Jobs are locked before
# alarms everywhere; here nothing is waited for, so nobody waits in a circle.
CLAIM = """
    SELECT alarm.at, alarm.due_at, alarm.said, job.id::text, job.defect_id::text, job.organisation_id, job.status,
        job.due_at, job.at_risk_at,
        CASE WHEN job.accepted_at IS NULL AND job.reopened_count = 0 THEN job.acknowledge_due_at END
    FROM jobs_alarm alarm JOIN jobs_job job ON job.id = alarm.job_id
    WHERE alarm.at < %s
    ORDER BY alarm.at, alarm.job_id
    LIMIT %s
    FOR NO KEY UPDATE OF alarm, job SKIP LOCKED
"""

# One parameter however many there are: a list of parameters would take longer to write than to run.
_SET_ALARMS = """
    INSERT INTO jobs_alarm (job_id, at, due_at, said)
    SELECT job_id, at, due_at, said
    FROM jsonb_to_recordset(%s) AS new (job_id uuid, at timestamptz, due_at timestamptz, said text[])
    ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, due_at = excluded.due_at, said = excluded.said
"""

_MARK_JOBS = """
    UPDATE jobs_job SET
        breached_at = CASE WHEN new.late THEN coalesce(jobs_job.breached_at, jobs_job.due_at)
                           ELSE jobs_job.breached_at END,
        escalated_level = new.level
    FROM jsonb_to_recordset(%s) AS new (id uuid, late bool, level int)
    WHERE jobs_job.id = new.id
"""

_ESCALATE = """
    INSERT INTO jobs_escalation (id, job_id, level, title, person_id, role, role_of_id, due_at, at, said_at, note)
    SELECT gen_random_uuid(), job_id, level, title, person_id, role, role_of_id, due_at, at, %s, ''
    FROM jsonb_to_recordset(%s) AS new (job_id uuid, level int, title text, person_id uuid, role text,
        role_of_id uuid, due_at timestamptz, at timestamptz)
    ON CONFLICT (job_id, level, due_at) DO NOTHING
"""


@dataclass(slots=True)
class _Watched:
    """What the watch knows of a locked job, and what is to be said of it now."""

    job_id: str
    defect_id: str
    organisation_id: uuid.UUID
    status: str
    clock: Clock
    said: list[str]
    ladder: tuple[LadderStep, ...] = ()
    steps: list[Step] = field(default_factory=list)
    to_say: list[Step] = field(default_factory=list)
    next_at: dt.datetime | None = None

    @property
    def clock_runs(self) -> bool:
        return self.status in rules.UNFINISHED and self.status != JobStatus.PAUSED

    def read(self, ladder: tuple[LadderStep, ...], said_of: dt.datetime, now: dt.datetime) -> None:
        """All its steps by this ladder; what was said of another due time counts where it still holds."""
        self.ladder = ladder
        rungs = [step.rung for step in ladder]
        self.steps = alarms.steps(self.clock, rungs)
        if said_of != self.clock.due_at:
            before = alarms.steps(Clock(said_of, said_of), rungs)
            carried = alarms.carried_over(before, self.steps, self.said, now)
            self.said += [key for key in carried if key not in self.said]

    def decide(self, until: dt.datetime | None) -> None:
        """What is to be said now (nothing where ``until`` is None), and when to look at it next."""
        todo = alarms.unsaid(self.steps, self.said)
        self.to_say = [step for step in todo if until is not None and step.at <= until]
        self.said += [step.key for step in self.to_say]
        later = todo[len(self.to_say) :]
        self.next_at = later[0].at if later else None

    @property
    def level(self) -> int:
        return alarms.level_reached(self.steps, self.said)


def set_alarm(job: Job, *, is_new: bool = False) -> None:
    """Put the alarm of a locked job where its clock says now. Called whenever its status, its due time or
    its organisation changed; also brings ``job.escalated_level`` up to date, to be saved by the caller.
    """
    set_alarms([job], are_new=is_new)


def set_alarms(jobs: Sequence[Job], *, are_new: bool = False) -> None:
    """`set_alarm` for many locked jobs, with three queries for all."""
    of_all = {job.pk: _of_job(job) for job in jobs}
    silent = [pk for pk, each in of_all.items() if not each.clock_runs]
    if silent:
        Alarm.objects.filter(job__in=silent, at__isnull=False).update(at=None)
    running = [job for job in jobs if of_all[job.pk].clock_runs]
    if not running:
        return
    now = timezone.now()
    known = {} if are_new else Alarm.objects.in_bulk([job.pk for job in running])
    ladders = ladders_of(job.organisation_id for job in running)
    for job in running:
        each, alarm = of_all[job.pk], known.get(job.pk)
        each.said = list(alarm.said) if alarm else []
        each.read(ladders[job.organisation_id], alarm.due_at if alarm else job.due_at, now)
        each.decide(None)
        job.escalated_level = each.level
    _save([of_all[job.pk] for job in running])


def _of_job(job: Job) -> _Watched:
    # After a re-open nobody waits for the first answer any more.
    waits = job.accepted_at is None and job.reopened_count == 0
    clock = Clock(job.due_at, job.at_risk_at, job.acknowledge_due_at if waits else None)
    return _Watched(str(job.pk), str(job.defect_id), job.organisation_id, job.status, clock, [])


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
        sql.execute(CLAIM, [now, BATCH])
        claimed = sql.fetchall()
    if not claimed:
        return _Batch(0, 0)
    # What lies beyond a full batch comes later than all of it: its turn is after the next claim.
    until = claimed[-1][0] if len(claimed) == BATCH else now
    watched = []
    for _, said_of, said, job_id, defect_id, organisation_id, status, *clock in claimed:
        each = _Watched(job_id, defect_id, organisation_id, status, Clock(*clock), said)
        watched.append((each, said_of))
    ladders = ladders_of(each.organisation_id for each, _ in watched)
    for each, said_of in watched:
        if each.clock_runs:
            each.read(ladders[each.organisation_id], said_of, now)
            each.decide(until)
    _tell([each for each, _ in watched if each.to_say], now)
    _save([each for each, _ in watched])
    return _Batch(len(claimed), sum(len(each.to_say) for each, _ in watched))


def _tell(watched: Sequence[_Watched], now: dt.datetime) -> None:
    """Write it down, in the order in which it came about over all jobs."""
    said = [(step, each) for each in watched for step in each.to_say]
    said.sort(key=lambda pair: (pair[0].place, pair[1].job_id))
    addressees = Addressees() if any(step.what == alarms.ESCALATED for step, _ in said) else None
    facts, passed_up = [], []
    for step, each in said:
        data: dict[str, Any] = {"defect": each.defect_id, "due_at": each.clock.due_at.isoformat()}
        # ``at`` is when it came true; how late it is said stands beside it.
        data["fired_late_s"] = round((now - step.at).total_seconds(), 1)
        if step.what == alarms.ACKNOWLEDGE_MISSED:
            data["acknowledge_due_at"] = step.of.isoformat()
        if step.what == alarms.ESCALATED and addressees is not None:
            row = _escalation(each, step, addressees)
            passed_up.append(row)
            data |= {name: row[name] for name in ("level", "role")}
            data |= {"person": row["person_id"], "role_of": row["role_of_id"]}
        facts.append(Fact(_KINDS[step.what], ("job", each.job_id), None, each.organisation_id, data, step.at))
    with connection.cursor() as sql:
        if passed_up:
            sql.execute(_ESCALATE, [now, as_json(passed_up)])
        marked = [_mark(each) for each in watched if any(step.what in _SHOWN for step in each.to_say)]
        if marked:
            sql.execute(_MARK_JOBS, [as_json(marked)])
    record_many(facts)


def _escalation(each: _Watched, step: Step, addressees: Addressees) -> dict[str, Any]:
    [rung] = [rung for rung in each.ladder if rung.level == step.level]
    who = addressees.of(rung, each.organisation_id)
    return {
        "job_id": each.job_id,
        "level": step.level,
        "title": rung.title,
        "person_id": who.person_id,
        "role": who.role,
        "role_of_id": who.organisation_id,
        "due_at": each.clock.due_at,
        "at": step.at,
    }


def _mark(each: _Watched) -> dict[str, Any]:
    """What the lists show of a job: since when it is late, and how far up it was passed."""
    late = any(step.what == alarms.BREACHED for step in each.to_say)
    return {"id": each.job_id, "late": late, "level": each.level}


def _save(watched: Sequence[_Watched]) -> None:
    rows = [
        {"job_id": each.job_id, "at": each.next_at, "due_at": each.clock.due_at, "said": each.said} for each in watched
    ]
    with connection.cursor() as sql:
        sql.execute(_SET_ALARMS, [as_json(rows)])
