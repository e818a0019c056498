"""Two beats, two watches, a worker that dies in mid-tick, a person at work on the job: each thing is said once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from deploy import programs
from jobs import actions
from jobs.models import Alarm, Escalation, Job
from jobs.tasks import watch as watch_task
from jobs.watching import watch
from ledger.chain import broken_links
from ledger.models import Entry
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier, photo
from tests.jobs.test_at_the_same_time import together
from tests.running import Running, wait_for
from tests.servers import Servers

pytestmark = pytest.mark.django_db(transaction=True)
StartWorker = Callable[..., Running]

# A job that is more than a day late, taken on in time: near, late, and three rungs.
ALL = ["job.at_risk", "job.breached", "job.escalated", "job.escalated", "job.escalated"]


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def late_jobs(number: int) -> list[Job]:
    """Jobs that were due two days ago and more, each an hour after the one before."""
    made = []
    for each in range(number):
        job = actions.accept_job(person=cast.person("crew"), job_id=job_at(towns.ROAD).pk, at=timezone.now())
        age = (job.due_at - timezone.now()) / dt.timedelta(hours=1)
        made.append(opened_earlier(job, hours=age + 48 + number - each))
    return made


def said(jobs: list[Job]) -> dict[str, list[str]]:
    entries = Entry.objects.filter(kind__in=set(ALL)).order_by("sequence")
    return {job.reference: [entry.kind for entry in entries if entry.subject_id == str(job.pk)] for job in jobs}


def once(jobs: list[Job]) -> dict[str, list[str]]:
    return {job.reference: ALL for job in jobs}


def test_four_watches_at_once_say_each_thing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.watching.BATCH", 2)
    jobs = late_jobs(8)
    while Alarm.objects.filter(at__lt=timezone.now()).exists():
        assert together(*[watch] * 4) == ["done"] * 4
    assert said(jobs) == once(jobs)
    assert Escalation.objects.count() == 3 * 8
    ats = list(Entry.objects.filter(kind__in=set(ALL)).order_by("sequence").values_list("at", flat=True))
    assert ats == sorted(ats)
    assert broken_links() == []


def test_two_beats_and_two_workers_say_each_thing_once(
    start_worker: StartWorker, program_env: dict[str, str], servers: Servers, tmp_path: Path
) -> None:
    jobs = late_jobs(3)
    start_worker(processes=2)
    beats = []
    try:
        for name in ("one", "two"):
            beat = programs.beat(servers.state)
            at = beat.command.index("-s") + 1
            command = [*beat.command[:at], str(tmp_path / name), *beat.command[at + 1 :]]
            env = {**program_env, "SIGHTLINE_WATCH_SECONDS": "1"}
            beats.append(Running(type(beat)(name, command), env, tmp_path / f"{name}.log"))
        wait_for(lambda: not Alarm.objects.filter(at__lt=timezone.now()).exists(), what="the watch")
        # Both have sent more than one message each before anybody is stopped.
        for beat in beats:
            beat.wait_for_line(r"jobs\.watch[\s\S]*jobs\.watch[\s\S]*jobs\.watch")
    finally:
        for beat in beats:
            beat.stop()
    assert said(jobs) == once(jobs)


def test_a_worker_that_is_killed_in_mid_tick_has_said_nothing_and_the_next_says_all(
    start_worker: StartWorker,
) -> None:
    jobs = late_jobs(2)
    worker = start_worker()
    # The tick waits for this table in the middle of its transaction; then it dies there.
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("LOCK TABLE jobs_escalation IN ACCESS EXCLUSIVE MODE")
        sent = threading.Thread(target=watch_task.delay)
        sent.start()
        sent.join()
        wait_for(_a_tick_waits, what="the tick in mid-transaction")
        worker.kill()
    assert said(jobs) == {job.reference: [] for job in jobs}
    assert Alarm.objects.filter(at__lt=timezone.now()).count() == 2
    start_worker()
    watch_task.delay()
    wait_for(lambda: not Alarm.objects.filter(at__lt=timezone.now()).exists(), what="the next tick")
    assert said(jobs) == once(jobs)


def _a_tick_waits() -> bool:
    with connection.cursor() as sql:
        sql.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
            "WHERE relname = 'jobs_escalation' AND NOT granted"
        )
        return bool(sql.fetchone()[0])


def test_a_job_that_somebody_is_just_changing_is_left_to_the_next_tick() -> None:
    """The watch waits for nobody, and nobody for it: a slow close holds up no other job's warning."""
    held, other = late_jobs(2)
    answers: list[int] = []

    def look() -> None:
        answers.append(watch())
        connection.close()

    with transaction.atomic():
        Job.objects.select_for_update().get(pk=held.pk)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(timeout=30)
        assert answers == [len(ALL)]
    assert said([held, other]) == {held.reference: [], other.reference: ALL}
    watch()
    assert said([held, other]) == once([held, other])


def test_a_close_and_a_tick_at_one_moment_end_in_one_of_the_two_orders() -> None:
    carl = cast.person("crew")
    for _ in range(5):
        [job] = late_jobs(1)
        together(
            watch,
            lambda job=job: actions.close_job(  # type: ignore[misc]
                person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()]
            ),
        )
        assert Job.objects.get(pk=job.pk).status == "done"
        kinds = said([job])[job.reference]
        assert kinds in ([], ALL)
        assert Alarm.objects.get(job=job).at is None
        watch(now=timezone.now() + dt.timedelta(days=365))
        assert said([job])[job.reference] == kinds
