"""What follows an entry is done once, whatever happens to the broker and the workers.

The reaction that these stories watch routes a defect; it is real, and so are worker and broker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audits.models import Defect
from jobs.models import Job
from ledger import outbox, reactions
from ledger.models import Delivery, Entry
from ledger.recording import record
from tests import cast, towns
from tests.running import Running, wait_for

StartWorker = Callable[..., Running]


def owed(reaction: str = "jobs.route_defect") -> Any:
    return Delivery.objects.filter(reaction=reaction, done_at=None)


def messages_waiting() -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        return int(broker.llen("default"))


def raise_one() -> Defect:
    [result] = cast.push(cast.person("warden"), cast.operation("raise_defect", cast.defect_payload()))
    assert result["status"] == "applied", result
    return Defect.objects.get(pk=result["subject"]["id"])


def sweep_when_due() -> int:
    """What beat does every few seconds, once the owed work counts as lost."""
    Delivery.objects.filter(done_at=None).update(next_attempt_at=timezone.now())
    return outbox.sweep()


def routed_once(defect: Defect) -> None:
    assert Job.objects.filter(defect=defect).count() == 1
    assert Entry.objects.filter(kind="job.opened", data__defect=str(defect.pk)).count() == 1
    assert not owed().exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_and_what_it_owes_are_written_together_or_not_at_all() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(kind="defect.raised", subject=("defect", cast.new_id()))
        raise ZeroDivisionError
    assert not Entry.objects.exists() and not Delivery.objects.exists()
    assert messages_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_owed_within_moments(start_worker: StartWorker) -> None:
    towns.testford()
    start_worker()
    defect = raise_one()
    wait_for(lambda: not owed().exists(), what="the routing")
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_a_flushed_broker_loses_nothing(start_worker: StartWorker) -> None:
    towns.testford()
    defect = raise_one()
    assert messages_waiting() >= 1
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    start_worker()
    assert owed().count() == 1
    assert sweep_when_due() >= 1
    wait_for(lambda: not owed().exists(), what="the swept routing")
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_task_leaves_it_owed_and_it_is_done_once(start_worker: StartWorker) -> None:
    towns.testford()
    worker = start_worker()
    # The worker waits for this table in the middle of its transaction; then it dies there.
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("LOCK TABLE jobs_job IN ACCESS EXCLUSIVE MODE")
        defect = _raise_in_another_connection()
        wait_for(_somebody_waits_for_jobs, what="the worker in mid-task")
        worker.kill()
    assert owed().count() == 1
    assert not Job.objects.filter(defect=defect).exists()
    start_worker()
    wait_for(lambda: sweep_when_due() == 0 and not owed().exists(), what="the swept routing")
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_beat_sweeps_by_itself(start_worker: StartWorker, start_beat: Callable[..., Running]) -> None:
    towns.testford()
    defect = raise_one()
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    Delivery.objects.filter(done_at=None).update(next_attempt_at=timezone.now())
    start_worker()
    start_beat(SIGHTLINE_SWEEP_SECONDS="1")
    wait_for(lambda: not owed().exists(), what="beat's sweep")
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_doing_it_twice_does_it_once() -> None:
    towns.testford()
    defect = raise_one()
    [delivery] = owed()
    assert outbox.deliver([delivery.pk]) == 1
    assert outbox.deliver([delivery.pk]) == 0
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_fails_leaves_no_half_work_and_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    towns.testford()
    defect = raise_one()
    [delivery] = owed()
    real = reactions.by_name("jobs.route_defect")

    def fails_at_the_end(entry: Entry) -> None:
        real.run(entry)
        raise OSError("the lights went out")

    broken = reactions.Reaction(real.name, fails_at_the_end, real.queue, real.atomic, real.lease_s)
    monkeypatch.setitem(reactions._REGISTERED, real.name, broken)
    assert outbox.deliver([delivery.pk]) == 0
    delivery.refresh_from_db()
    assert not Job.objects.filter(defect=defect).exists()
    assert delivery.attempts == 1
    assert delivery.last_error == "OSError: the lights went out"
    assert delivery.next_attempt_at > timezone.now()
    monkeypatch.undo()
    assert outbox.deliver([delivery.pk]) == 1
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_is_gone_stops_nothing_else() -> None:
    towns.testford()
    defect = raise_one()
    [delivery] = owed()
    gone = Delivery.objects.create(entry=delivery.entry, reaction="jobs.dance", next_attempt_at=timezone.now())
    assert sweep_when_due() == 2
    assert outbox.deliver([gone.pk, delivery.pk]) == 1
    gone.refresh_from_db()
    assert gone.done_at is None and gone.last_error
    routed_once(defect)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_what_is_not_due_or_done() -> None:
    towns.testford()
    raise_one()
    assert outbox.sweep() == 0
    Delivery.objects.update(done_at=timezone.now(), next_attempt_at=timezone.now() - dt.timedelta(hours=1))
    assert outbox.sweep() == 0


def _raise_in_another_connection() -> Defect:
    import threading

    found: list[Defect] = []

    def run() -> None:
        found.append(raise_one())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    return found[0]


def _somebody_waits_for_jobs() -> bool:
    with connection.cursor() as sql:
        sql.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
            "WHERE relname = 'jobs_job' AND NOT granted"
        )
        return bool(sql.fetchone()[0])
