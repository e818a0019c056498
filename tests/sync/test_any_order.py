"""A day's operations in any order, any number of times, cut into any batches, with connections that are
killed at any point: the same end, each thing done once, and nothing left in between."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import Error, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person
from audits.models import Audit, Defect
from jobs.models import Job
from ledger.models import Entry
from sync import tasks
from sync.models import Operation
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier

pytestmark = pytest.mark.django_db(transaction=True)

CREW_STEPS = ["accept_job", "start_job", "pause_job", "resume_job", "close_job"]
AFTER_STEP = ["open", "accepted", "in_progress", "paused", "in_progress", "done"]


@dataclass
class Day:
    """What two people did, in the order in which they did it, and how it has to end."""

    operations: list[dict[str, Any]]
    author: dict[str, Person]
    defects: dict[str, tuple[str, int]]
    job: Job
    job_status: str
    entries: Counter[str]


@dataclass(frozen=True)
class Plan:
    """How a day is made: for each defect how often it was seen again and whether it was amended."""

    defects: list[tuple[int, bool]]
    crew_steps: int


@dataclass(frozen=True)
class Delivery:
    """One request: the places of its operations in the day, and after how many statements that write an
    operation its connection is killed (never, where None)."""

    places: list[int]
    killed_after: int | None
    swept: bool


plans = st.builds(
    Plan,
    defects=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=3),
    crew_steps=st.integers(0, len(CREW_STEPS)),
)
# Places are taken modulo the day's length, so that one list fits every day.
deliveries = st.lists(
    st.builds(
        Delivery,
        places=st.lists(st.integers(0, 39), min_size=1, max_size=12),
        killed_after=st.none() | st.integers(0, 4),
        swept=st.booleans(),
    ),
    max_size=5,
)


def the_day(plan: Plan) -> Day:
    warden, crew = cast.person("warden"), cast.person("crew")
    job = opened_earlier(job_at(), 5)
    morning = timezone.now() - dt.timedelta(hours=4)
    done: list[dict[str, Any]] = []
    author: dict[str, Person] = {}
    ends: dict[str, tuple[str, int]] = {}

    def does(who: Person, kind: str, payload: dict[str, Any], after: str | None) -> str:
        at = (morning + dt.timedelta(minutes=len(done))).isoformat()
        times = {"observed_at": at} if kind in {"raise_defect", "confirm_defect"} else {"at": at}
        times = {"started_at": at} if kind == "start_patrol" else times
        made = cast.operation(kind, {**payload, **times}, made_at=at, after=after)
        done.append(made)
        author[made["id"]] = who
        return str(made["id"])

    patrol_id = cast.new_id()
    start = does(warden, "start_patrol", {"patrol_id": patrol_id, "kind": "patrol"}, None)
    for seen_again, amended in plan.defects:
        payload = cast.defect_payload(patrol_id=patrol_id)
        last = raised = does(warden, "raise_defect", payload, start)
        about = {"defect_id": payload["defect_id"]}
        for _ in range(seen_again):
            last = does(warden, "confirm_defect", about, last)
        if amended:
            does(warden, "amend_defect", {**about, "note": "Three panels out"}, raised)
        ends[payload["defect_id"]] = ("Three panels out" if amended else "Two panels out", seen_again)
    step: str | None = None
    for kind in CREW_STEPS[: plan.crew_steps]:
        more = {"pause_job": {"reason": "weather"}, "close_job": {"photos": [_photo()]}}.get(kind, {})
        step = does(crew, kind, {"job_id": str(job.pk), **more}, step)
    entries = Counter(
        {
            "patrol.started": 1,
            "defect.raised": len(plan.defects),
            "defect.seen_again": sum(seen for seen, _ in plan.defects),
            "defect.amended": sum(amended for _, amended in plan.defects),
        }
    )
    names = ["job.accepted", "job.started", "job.paused", "job.resumed", "job.done"]
    entries.update(names[: plan.crew_steps])
    return Day(done, author, ends, job, AFTER_STEP[plan.crew_steps], +entries)


def _photo() -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat()}


@contextlib.contextmanager
def killed(after: int | None) -> Iterator[None]:
    """The connection to the database breaks for good at the n-th write of an operation, if ever."""
    written = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal written
        if sql.startswith(('INSERT INTO "sync_operation"', 'UPDATE "sync_operation"')):
            if written == after:
                context["connection"].connection.close()
            written += 1
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count):
            yield
    except Error:
        assert after is not None
        connection.close()


def deliver(day: Day, delivery: Delivery) -> None:
    """Each person's part of it, as their own phone sends it; what comes of it nobody hears."""
    chosen = [day.operations[place % len(day.operations)] for place in delivery.places]
    for who in {person.pk: person for person in day.author.values()}.values():
        theirs = [operation for operation in chosen if day.author[operation["id"]].pk == who.pk]
        if theirs:
            with killed(delivery.killed_after):
                results = cast.push(who, *theirs)
                assert {result["status"] for result in results} <= {"applied", "repeated", "waiting"}, results
    if delivery.swept:
        tasks.apply_waiting()


def send_until_settled(day: Day, backwards: bool) -> None:
    """As phones do: what was not answered with a yes is sent again."""
    left = list(reversed(day.operations)) if backwards else list(day.operations)
    for _ in range(3):
        for who in {person.pk: person for person in day.author.values()}.values():
            theirs = [operation for operation in left if day.author[operation["id"]].pk == who.pk]
            answers = cast.push(who, *theirs) if theirs else []
            settled = {answer["id"] for answer in answers if answer["status"] in {"applied", "repeated"}}
            left = [operation for operation in left if operation["id"] not in settled]
    assert left == []


def assert_it_ended_as_it_was_done(day: Day) -> None:
    ids = [operation["id"] for operation in day.operations]
    rows = Operation.objects.filter(pk__in=ids)
    assert Counter(row.status for row in rows) == {"applied": len(ids)}
    assert {row.payload for row in rows} == {""}
    found = Defect.objects.filter(pk__in=day.defects)
    assert {str(d.pk): (d.note, d.seen_again) for d in found} == day.defects
    patrol_id = day.operations[0]["payload"]["patrol_id"]
    assert {d.audit_id for d in found} == {Audit.objects.get(pk=patrol_id).pk}
    job = Job.objects.get(pk=day.job.pk)
    assert job.status == day.job_status
    about = [*day.defects, patrol_id, str(job.pk)]
    told = Counter(Entry.objects.filter(subject_id__in=about, kind__in=day.entries).values_list("kind", flat=True))
    assert told == day.entries, "each thing once in the ledger"


@given(plan=plans, sent=deliveries, backwards=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_way_a_day_arrives_it_ends_the_same(plan: Plan, sent: list[Delivery], backwards: bool) -> None:
    towns.testford()
    day = the_day(plan)
    for delivery in sent:
        deliver(day, delivery)
    send_until_settled(day, backwards)
    assert_it_ended_as_it_was_done(day)
    again = {who.pk: cast.push(who, *_of(day, who)) for who in day.author.values()}
    assert {result["status"] for results in again.values() for result in results} == {"repeated"}
    assert_it_ended_as_it_was_done(day)


def _of(day: Day, who: Person) -> list[dict[str, Any]]:
    return [operation for operation in day.operations if day.author[operation["id"]].pk == who.pk]


@given(plan=plans, sent=deliveries, lost=st.sets(st.integers(0, 39), min_size=1, max_size=4))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_waits_for_ever_for_what_was_lost_with_a_phone(
    plan: Plan, sent: list[Delivery], lost: set[int]
) -> None:
    """Some operations never come. Every other one ends applied, refused or in conflict, and is kept."""
    towns.testford()
    day = the_day(plan)
    gone = {day.operations[place % len(day.operations)]["id"] for place in lost}
    here = [operation for operation in day.operations if operation["id"] not in gone]
    for delivery in sent:
        places = [p for p in delivery.places if day.operations[p % len(day.operations)]["id"] not in gone]
        deliver(day, Delivery(places, delivery.killed_after, delivery.swept))
    for operation in here:
        cast.push(day.author[operation["id"]], operation)
    Operation.objects.filter(status="waiting").update(received_at=timezone.now() - dt.timedelta(hours=2))
    tasks.apply_waiting()
    rows = {str(row.pk): row for row in Operation.objects.filter(pk__in=[op["id"] for op in day.operations])}
    assert set(rows) == {operation["id"] for operation in here}
    assert {row.status for row in rows.values()} <= {"applied", "conflict", "rejected"}
    for operation in here:
        if rows[operation["id"]].status != "applied":
            assert operation["id"] in rows[operation["id"]].payload
    about = [*day.defects, day.operations[0]["payload"]["patrol_id"], str(day.job.pk)]
    told = Counter(Entry.objects.filter(subject_id__in=about, kind__in=day.entries).values_list("kind", flat=True))
    assert told <= day.entries, "nothing twice in the ledger"
