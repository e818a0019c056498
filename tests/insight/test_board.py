"""A dispatcher's board: which jobs stand in which queue, who sees whose, and pages that lose none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from insight import queues
from jobs.models import Job, JobPause
from tests import cast
from tests.insight.borough import FAR, Borough

pytestmark = pytest.mark.django_db


def board(who: Person | None = None, **asked: Any) -> dict[str, Any]:
    answer = cast.client_of(who or cast.person("dispatcher")).get("/api/board", asked)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    return [row["number"] for row in found["rows"]]


def counted(found: dict[str, Any]) -> dict[str, int]:
    return {queue["key"]: queue["count"] for queue in found["queues"]}


def later_today(borough: Borough) -> float:
    """Half of the hours that are left of the council's day, so that a test holds at any time of it."""
    midnight = timezone.localtime(borough.now).replace(hour=0, minute=0, second=0, microsecond=0)
    return ((midnight + dt.timedelta(days=1)) - borough.now).total_seconds() / 7200


@pytest.fixture
def work(borough: Borough) -> dict[str, Job]:
    """One job for each queue; EMS has most of them, Housing the last."""
    ems, housing = borough.ems, borough.housing
    soon = later_today(borough)
    made = {
        "late": borough.job(ems, started_h=30, due_h=-6),
        "very_late": borough.job(ems, started_h=90, due_h=-60, status="in_progress", accepted_at=borough.ago(80)),
        "at_risk": borough.job(ems, started_h=22, due_h=2, at_risk_h=-2, status="accepted", escalated_level=1),
        "today": borough.job(ems, started_h=2, due_h=soon, at_risk_h=soon / 2),
        "later": borough.job(ems, started_h=2, due_h=50, at=FAR),
        "paused": borough.job(ems, started_h=100, due_h=-10, status="paused", paused_h=50),
        "returned": borough.job(ems, started_h=60, due_h=-36, status="returned"),
        "done": borough.job(ems, started_h=50, due_h=-26, status="done", done_h=0),
        "done_before": borough.job(ems, started_h=80, due_h=-26, status="done", done_h=40),
        "cancelled": borough.job(ems, started_h=5, due_h=19, status="cancelled"),
        "housing": borough.job(housing, started_h=10, due_h=70),
    }
    JobPause.objects.create(
        job=made["paused"], reason="no_access", started_at=borough.ago(50), started_by=borough.crew_of(ems)
    )
    return made


def test_each_job_stands_in_the_queue_of_its_state_and_its_time(work: dict[str, Job]) -> None:
    expected = {
        "at_risk": ["at_risk"],
        "late": ["very_late", "late"],
        "today": ["today"],
        "later": ["later", "housing"],
        "paused": ["paused"],
        "unacknowledged": ["late", "today", "later", "housing"],
        "escalated": ["at_risk"],
        "returned": ["returned"],
        "done": ["done"],
        "all": ["very_late", "paused", "late", "at_risk", "today", "later", "housing"],
    }
    for queue, names in expected.items():
        found = board(queue=queue)
        assert numbers(found) == [work[name].reference for name in names], queue
        assert counted(found) == {key: len(value) for key, value in expected.items()}


def test_a_board_opens_on_what_can_still_be_saved_then_on_what_is_late(work: dict[str, Job]) -> None:
    assert board()["queue"] == "at_risk"
    Job.objects.filter(pk=work["at_risk"].pk).delete()
    assert board()["queue"] == "late"
    Job.objects.filter(due_at__lt=timezone.now()).delete()
    assert board()["queue"] == "today"
    Job.objects.all().delete()
    assert (board()["queue"], board()["rows"]) == ("all", [])


def test_a_row_says_what_a_dispatcher_needs(work: dict[str, Job], borough: Borough) -> None:
    [row] = board(queue="paused")["rows"]
    job = work["paused"]
    assert row["id"] == str(job.pk)
    assert (row["status"], row["breach"]) == ("paused", "on_time")  # it stood still 40 hours before its time
    assert row["paused"]["reason"] == "no_access"
    assert row["organisation"]["short_name"] == "EMS"
    assert row["ward"] == {"id": str(borough.quay.pk), "name": "Quay"}
    assert row["defect_number"] == job.defect.reference
    assert (row["longitude"], row["latitude"]) == (1.6, 53.3)
    assert row["picture"] is None


def test_an_organisations_desk_sees_its_own_work_alone(work: dict[str, Job]) -> None:
    ems = board(cast.person("dispatcher", of=cast.EMS), queue="later")
    housing = board(cast.person("manager", of=cast.HOUSING), queue="later")
    assert numbers(ems) == [work["later"].reference]
    assert numbers(housing) == [work["housing"].reference]
    assert counted(housing)["all"] == 1
    assert (ems["triage"], housing["triage"]) == (None, None)
    # Another's work is no answer to a filter either.
    theirs = board(
        cast.person("dispatcher", of=cast.EMS), queue="all", organisation=str(work["housing"].organisation_id)
    )
    assert theirs["rows"] == []
    assert board()["triage"]["count"] == 1


@pytest.mark.parametrize("role", ["warden", "officer", "crew", "councillor"])
def test_who_dispatches_nothing_has_no_board(role: str) -> None:
    for path in ("board", "board/changes?since=x", "board/crews", "board/jobs.csv", "board/jobs.xlsx"):
        assert cast.client_of(cast.person(role)).get(f"/api/{path}").status_code == 403


def test_every_filter_leaves_exactly_what_fits_and_the_counts_follow(work: dict[str, Job], borough: Borough) -> None:
    team = cast.team("North", cast.EMS)
    Job.objects.filter(pk=work["later"].pk).update(team=team, kind="make_safe")
    work["late"].defect.street_text, work["late"].defect.note = "Mill Lane", "Sofa behind the substation"
    work["late"].defect.save()
    later = work["later"].reference
    expected: dict[tuple[str, str], list[str]] = {
        ("organisation", str(borough.housing.pk)): ["housing"],
        ("ward", str(borough.hill.pk)): ["later"],
        ("category", "ZZ-NOT"): [],
        ("breach", "late"): ["very_late", "late"],
        ("breach", "at_risk"): ["at_risk"],
        ("kind", "make_safe"): ["later"],
        ("team", str(team.pk)): ["later"],
        ("q", "mill sub"): ["late"],
        ("q", "SOFA"): ["late"],
        ("q", "sofa harbour"): [],
        ("q", later): ["later"],
    }
    for (name, value), names in expected.items():
        found = board(queue="all", **{name: value})
        assert numbers(found) == [work[each].reference for each in names], (name, value)
        assert counted(found)["all"] == len(names), (name, value)
    assert later not in numbers(board(queue="all", team="none"))


def test_a_number_finds_its_job_in_whatever_queue_it_stands(work: dict[str, Job]) -> None:
    done = work["done_before"]
    for words in (done.reference, done.reference.lower(), f"j-{done.number}", done.defect.reference):
        assert numbers(board(queue="late", q=words)) == [done.reference], words
    assert done.reference in numbers(board(q=str(done.number)))
    assert numbers(board(q="J-999999999999")) == []
    assert board(cast.person("dispatcher", of=cast.HOUSING), q=done.reference)["rows"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue": "urgent"}, {"breach": "soon"}, {"order": "random"}, {"team": "north"}, {"page_size": 500},
        {"ward": "Castle"}, {"kind": "other"}, {"qeue": "late"}, {"cursor": "no"}, {"q": "x" * 81},
    ],
)  # fmt: skip
def test_what_a_board_can_not_read_is_named(wrong: dict[str, Any]) -> None:
    answer = cast.client_of(cast.person("dispatcher")).get("/api/board", {"queue": "all", **wrong})
    assert answer.status_code == 400
    assert answer.json()["code"] in {"invalid_input", "unknown_field", "bad_cursor"}


@pytest.mark.parametrize(("queue", "status"), [("later", "open"), ("done", "done")])
def test_pages_lose_no_job_though_all_are_due_at_one_instant(borough: Borough, queue: str, status: str) -> None:
    """Working days end at one second for everybody; the same with what was done in one go."""
    made = {
        borough.job(borough.ems, started_h=1, due_h=60, status=status, done_h=0 if status == "done" else None).reference
        for _ in range(11)
    }
    seen: list[str] = []
    asked: dict[str, Any] = {"queue": queue, "page_size": 3}
    while True:
        page = board(**asked)
        seen += numbers(page)
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 11
    assert set(seen) == made


def test_the_oldest_stand_first_where_asked(work: dict[str, Job]) -> None:
    ages = [row["opened_at"] for row in board(queue="all", order="-age")["rows"]]
    assert ages == sorted(ages)
    page = board(queue="all", order="-age", page_size=2)
    further = board(queue="all", order="-age", page_size=50, cursor=page["next"])
    assert [*numbers(page), *numbers(further)] == numbers(board(queue="all", order="-age"))
    # A place in one order is no place in the other.
    answer = cast.client_of(cast.person("dispatcher")).get("/api/board", {"cursor": page["next"], "queue": "all"})
    assert answer.json()["code"] == "bad_cursor"


def test_a_count_says_where_it_stopped(work: dict[str, Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "MOST_COUNTED", 3)
    everything = next(queue for queue in board(queue="late")["queues"] if queue["key"] == "all")
    assert (everything["count"], everything["more"]) == (3, True)
    monkeypatch.setattr(queues, "MOST_COUNTED", 1000)
    monkeypatch.setattr(queues, "LOOKED_AT", 4)
    ward = board(queue="all", ward=str(work["later"].defect.ward_id))
    found = next(queue for queue in ward["queues"] if queue["key"] == "all")
    assert (found["count"], found["more"]) == (0, True)  # it looked at the first few of the queue and says so
    assert numbers(ward) == [work["later"].reference]


def test_a_board_takes_a_handful_of_queries_whatever_its_size(work: dict[str, Job], borough: Borough) -> None:
    client = cast.client_of(cast.person("dispatcher"))
    for _ in range(30):
        borough.job(borough.ems, started_h=20, due_h=-1)
    asked_with: list[dict[str, Any]] = [
        {},
        {"queue": "late"},
        {"queue": "all", "q": "12"},
        {"q": "sofa", "ward": borough.hill.pk},
    ]
    for asked in asked_with:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/board", asked).status_code == 200
        assert len(queries) <= 8, [query["sql"][:90] for query in queries]


def test_whom_work_can_be_given_to(work: dict[str, Job]) -> None:
    cast.team("North", cast.EMS)
    council = cast.client_of(cast.person("dispatcher")).get("/api/board/crews").json()["organisations"]
    ems = next(row for row in council if row["short_name"] == "EMS")
    assert [team["name"] for team in ems["teams"]] == ["North"]
    assert [one["name"] for one in ems["people"]] == ["Carl Crew"]
    own = cast.client_of(cast.person("dispatcher", of=cast.HOUSING)).get("/api/board/crews").json()["organisations"]
    assert [row["short_name"] for row in own] == ["Housing"]
