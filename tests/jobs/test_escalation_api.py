"""What was passed up is listed until somebody has seen it; ladders are read by desks and changed by the council."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jobs import actions
from jobs.models import Alarm, Escalation, Job
from jobs.watching import watch
from ledger.models import Entry
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def late() -> Job:
    """A job of EMS that is late by more than a day, and was passed up three times."""
    cast.person("dispatcher", of=cast.EMS)
    job = opened_earlier(job_at(towns.ROAD), hours=24 * 90)
    watch()
    return job


def desk(role: str, **more: Any) -> Client:
    return cast.client_of(cast.person(role, **more))


def test_the_one_it_is_meant_for_finds_it_says_what_is_done_and_it_is_seen(late: Job) -> None:
    mo = desk("manager")
    listed = mo.get("/api/escalations").json()
    assert [row["title"] for row in listed["results"]] == ["Head of service", "Contract manager", "Crew lead"]
    # EMS has no manager of its own here: the council's hear of that step too.
    assert (listed["open"], listed["mine"]) == (3, 2)
    first = mo.get("/api/escalations?mine=true").json()["results"][0]
    assert (first["job"]["number"], first["level"], first["is_mine"]) == (late.reference, 3, True)

    for _ in range(2):
        seen = mo.post(
            f"/api/escalations/{first['id']}/seen", {"note": "Foreman called"}, content_type="application/json"
        )
        assert (seen.status_code, seen.json()["note"]) == (200, "Foreman called")
    assert Entry.objects.filter(kind="escalation.seen").count() == 1
    assert mo.get("/api/escalations").json()["open"] == 2
    assert [row["id"] for row in mo.get("/api/escalations?state=seen").json()["results"]] == [first["id"]]


def test_each_desk_sees_its_own_jobs_and_no_others(late: Job) -> None:
    assert desk("dispatcher", of=cast.EMS).get("/api/escalations").json()["open"] == 3
    housing = desk("dispatcher", of=cast.HOUSING)
    assert housing.get("/api/escalations").json() == {"results": [], "open": 0, "mine": 0}
    theirs = Escalation.objects.first()
    assert theirs is not None
    for unknown in (theirs.pk, uuid.uuid4()):
        answer = housing.post(f"/api/escalations/{unknown}/seen", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_escalation")
    assert not Escalation.objects.filter(seen_at__isnull=False).exists()


def test_what_is_done_waits_for_nobody_any_more(late: Job) -> None:
    actions.close_job(person=cast.person("crew"), job_id=late.pk, at=timezone.now(), photos=[photo()])
    mo = desk("manager")
    assert mo.get("/api/escalations").json()["open"] == 0
    assert len(mo.get("/api/escalations?state=all").json()["results"]) == 3


def test_the_job_row_says_since_when_it_is_late_and_how_far_up_it_is(late: Job) -> None:
    row = desk("manager").get(f"/api/jobs/{late.pk}").json()
    assert (row["escalated_level"], dt.datetime.fromisoformat(row["breached_at"])) == (3, late.due_at)
    told = [step["words"] for step in row["story"]]
    assert told[-5:] == [
        "Due soon and not done",
        "Late: the due time passed",
        *(f"Passed up the ladder, level {level}" for level in (1, 2, 3)),
    ]


def step(**more: Any) -> dict[str, Any]:
    return {"title": "Contract manager", "role": "manager", "of_council": True, "after_minutes": 60, **more}


def put(client: Client, organisation_id: Any, *steps: dict[str, Any]) -> Any:
    return client.put(f"/api/ladders/{organisation_id}", {"steps": list(steps)}, content_type="application/json")


def test_a_ladder_is_changed_and_taken_back_to_the_usual_one(town: towns.Town) -> None:
    mo, manager = desk("manager"), cast.person("manager")
    job = job_at(towns.ROAD)
    usual = mo.get(f"/api/ladders/{town.ems.pk}").json()
    assert (usual["is_own"], [each["after_minutes"] for each in usual["steps"]]) == (False, [0, 240, 1440])

    changed = put(mo, town.ems.pk, step(after_minutes=-6000, person_id=str(manager.pk)), step(title="Director"))
    assert changed.status_code == 200, changed.content
    assert [(each["level"], each["person"] and each["person"]["name"]) for each in changed.json()["steps"]] == [
        (1, "Mo Manager"),
        (2, None),
    ]
    work()
    assert Alarm.objects.get(job=job).at == job.due_at - dt.timedelta(minutes=6000)

    assert put(mo, town.ems.pk).json()["is_own"] is False
    work()
    assert Alarm.objects.get(job=job).at == job.at_risk_at
    assert Entry.objects.filter(kind="ladder.changed", organisation_id=town.ems.pk).count() == 2


@pytest.mark.parametrize(
    ("steps", "code", "field"),
    [
        ([step(after_minutes=60), step(after_minutes=30)], "invalid_input", "steps.1.after_minutes"),
        ([step(after_minutes=50_000)], "invalid_input", "steps.0.after_minutes"),
        ([step(role="emperor")], "invalid_input", "steps.0.role"),
        ([step(person_id=str(uuid.uuid4()))], "unknown_person", "steps.0.person_id"),
        ([step()] * 10, "invalid_input", "steps"),
        ([step(colour="red")], "unknown_field", "steps.0.colour"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(
    town: towns.Town, steps: list[dict[str, Any]], code: str, field: str
) -> None:
    answer = put(desk("manager"), town.ems.pk, *steps)
    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert not town.ems.ladder.exists()


def test_only_the_councils_managers_change_a_ladder_and_a_stranger_is_no_step(town: towns.Town) -> None:
    for client in (desk("dispatcher"), desk("manager", of=cast.EMS), desk("dispatcher", of=cast.EMS)):
        answer = put(client, town.ems.pk, step())
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    theirs = cast.person("manager", of=cast.HOUSING)
    assert put(desk("manager"), town.ems.pk, step(person_id=str(theirs.pk))).json()["code"] == "invalid_input"
    gone = cast.person("manager", of=cast.EMS, username="gone", is_active=False)
    assert put(desk("manager"), town.ems.pk, step(person_id=str(gone.pk))).json()["code"] == "invalid_input"
    assert not town.ems.ladder.exists()
    # They read their own ladder, and no other's.
    assert desk("manager", of=cast.EMS).get(f"/api/ladders/{town.ems.pk}").status_code == 200
    assert desk("manager", of=cast.EMS).get(f"/api/ladders/{town.housing.pk}").status_code == 403
    assert len(desk("manager", of=cast.EMS).get("/api/ladders").json()["results"]) == 1
