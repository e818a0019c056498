"""Lists for crews and desks, one job with its story, and the dispatcher's decision."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, opened_earlier, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def get(role: str, path: str, *, of: dict[str, Any] | None = None) -> Any:
    return cast.client_of(cast.person(role, of=of)).get(path)


def decide(role: str, defect: Defect, body: dict[str, Any], *, of: dict[str, Any] | None = None) -> Any:
    path = f"/api/defects/{defect.pk}/route"
    return cast.client_of(cast.person(role, of=of)).post(path, body, content_type="application/json")


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_a_crew_sees_its_own_organisations_jobs_only() -> None:
    at_ems, at_housing = job_at(towns.ROAD), job_at(towns.HOUSING_LAND)

    assert numbers(get("crew", "/api/jobs")) == [at_ems.reference]
    assert numbers(get("crew", "/api/jobs", of=cast.HOUSING)) == [at_housing.reference]
    assert numbers(get("manager", "/api/jobs", of=cast.EMS)) == [at_ems.reference]
    assert sorted(numbers(get("manager", "/api/jobs"))) == [at_ems.reference, at_housing.reference]


@pytest.mark.parametrize("role", ["warden", "officer", "councillor"])
def test_who_does_no_jobs_sees_no_list(role: str) -> None:
    for path in ("/api/jobs", f"/api/jobs/{uuid.uuid4()}", "/api/triage"):
        assert get(role, path).status_code == 403


def test_nobody_sees_jobs_without_signing_in(client: Any) -> None:
    assert client.get("/api/jobs").status_code == 401


def test_a_row_holds_what_the_crew_needs_on_the_street(town: towns.Town) -> None:
    sent = photo()
    job = job_at(towns.ROAD, "LT-SHP", photos=[sent], note="By the swings", street_text="Mere Road by the alley")
    [row] = get("crew", "/api/jobs").json()["results"]

    assert row["id"] == str(job.pk)
    assert (row["category"], row["severity"], row["priority"], row["note"]) == (
        "LT-SHP",
        3,
        1,
        "By the swings",
    )
    assert row["place"] == {"longitude": -0.9, "latitude": 52.24, "accuracy_m": 6.0, "source": "gps"}
    assert (row["street_text"], row["ward"]) == (
        "Mere Road by the alley",
        {"id": str(town.castle.pk), "name": "Castle"},
    )
    assert row["hazard"] == "Needles: sharps kit and gloves."
    assert row["service_level"] == {"code": "clock-4h", "name": "Urgent, 4 hours"}
    assert (row["status"], row["breach"], row["paused"], row["assigned_to"]) == (
        "open",
        "on_time",
        None,
        None,
    )
    assert row["route_reason"] == job.route_reason
    assert [p["id"] for p in row["photos"]] == [str(sent["id"])]
    assert row["photos_missing"] == 1


def test_a_paused_row_says_why_and_since_when() -> None:
    job = job_at(towns.ROAD)
    actions.pause_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason="weather")
    [row] = get("crew", "/api/jobs?status=paused").json()["results"]

    assert row["paused"]["reason"] == "weather"
    assert row["paused"]["since"].endswith("Z")


def test_a_list_of_jobs_costs_the_same_queries_however_long() -> None:
    def asked() -> int:
        client = cast.client_of(cast.person("crew"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/jobs").status_code == 200
        return len(queries)

    job_at(towns.ROAD, photos=[photo()])
    short = asked()
    for _ in range(4):
        job_at(towns.ROAD, photos=[photo(), photo()])
    assert asked() == short


def test_late_at_risk_and_on_time_share_the_unfinished_jobs_between_them() -> None:
    late = opened_earlier(job_at(towns.ROAD, "FT-GEN"), 25)
    at_risk = opened_earlier(job_at(towns.ROAD, "FT-GEN"), 21)
    on_time = opened_earlier(job_at(towns.ROAD, "FT-GEN"), 19)

    for breach, job in (("late", late), ("at_risk", at_risk), ("on_time", on_time)):
        [row] = get("manager", f"/api/jobs?breach={breach}").json()["results"]
        assert (row["number"], row["breach"]) == (job.reference, breach)


def test_a_job_that_was_paused_in_time_is_not_late_however_long_it_rests() -> None:
    job = opened_earlier(job_at(towns.ROAD, "FT-GEN"), 30)
    Job.objects.filter(pk=job.pk).update(status="paused", paused_at=job.opened_at)

    assert numbers(get("manager", "/api/jobs?breach=late")) == []
    assert numbers(get("manager", "/api/jobs?breach=on_time")) == [job.reference]


def test_filters_narrow_and_orders_order(town: towns.Town) -> None:
    fence, tip = job_at(towns.ROAD), job_at(towns.ROAD, "FT-GEN")
    spencer = job_at(towns.IN_SPENCER)
    at_housing = job_at(towns.HOUSING_LAND)

    assert numbers(get("crew", "/api/jobs"))[0] == tip.reference
    assert numbers(get("crew", "/api/jobs?order=-age"))[0] == fence.reference
    assert numbers(get("crew", "/api/jobs?category=FT-GEN")) == [tip.reference]
    assert numbers(get("crew", f"/api/jobs?ward={town.spencer.pk}")) == [spencer.reference]
    assert numbers(get("manager", f"/api/jobs?organisation={town.housing.pk}")) == [at_housing.reference]
    assert numbers(get("crew", f"/api/jobs?organisation={town.housing.pk}")) == []
    assert numbers(get("crew", "/api/jobs?status=done,verified")) == []
    assert get("crew", "/api/jobs?status=open,paused").json()["count"] == 3


@pytest.mark.parametrize("order", ["due_at", "-age"])
def test_pages_follow_each_other_without_gap_or_repeat(order: str) -> None:
    everything = {job_at(towns.ROAD).reference for _ in range(5)}
    seen: list[str] = []
    path = f"/api/jobs?page_size=2&order={order}"
    answer = get("crew", path)
    seen += numbers(answer)
    while answer.json()["next"]:
        answer = get("crew", f"{path}&cursor={answer.json()['next']}")
        seen += numbers(answer)
    assert len(seen) == 5
    assert set(seen) == everything


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=100000", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=many", "page_size"),
        ("status=mislaid", "status"),
        ("status=open,mislaid", "status"),
        ("breach=often", "breach"),
        ("organisation=ems", "organisation"),
        ("ward=castle", "ward"),
        ("order=colour", "order"),
        ("category=" + "X" * 50, "category"),
        ("category=%00", "category"),
        ("cursor=nonsense", "cursor"),
        ("cursor=MjAyNg==", "cursor"),
        ("cursor=" + "A" * 300, "cursor"),
        ("cursor=%F0%9F%98%80", "cursor"),
        ("colour=red", "colour"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(query: str, field: str) -> None:
    answer = get("crew", f"/api/jobs?{query}")

    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_one_job_has_its_story() -> None:
    job = job_at(towns.ROAD)
    actions.accept_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now())
    answer = get("crew", f"/api/jobs/{job.pk}").json()

    assert answer["status"] == "accepted"
    kinds = [line["kind"] for line in answer["story"]]
    assert kinds == ["defect.raised", "defect.routed", "job.opened", "job.accepted"]
    assert answer["story"][-1]["actor"]["name"] == "Carl Crew"


def test_somebody_elses_job_and_a_job_that_is_none() -> None:
    job = job_at(towns.ROAD)

    theirs = get("crew", f"/api/jobs/{job.pk}", of=cast.HOUSING)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "job_not_yours")
    assert "Mere Road" not in theirs.content.decode()
    nobodys = get("crew", f"/api/jobs/{uuid.uuid4()}")
    assert (nobodys.status_code, nobodys.json()["code"]) == (404, "unknown_job")


def test_the_dispatcher_decides_what_no_route_could(town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    [waiting] = get("dispatcher", "/api/triage").json()["results"]
    assert waiting["id"] == str(defect.pk)
    assert "private land in Castle" in waiting["triage_reason"]

    body = {
        "organisation_id": str(town.ems.pk),
        "service_level": "clock-24h",
        "note": "Clear first, settle later",
    }
    answer = decide("dispatcher", defect, body)

    assert answer.status_code == 201, answer.content
    job = Job.objects.get()
    assert answer.json()["id"] == str(job.pk)
    assert (job.organisation, job.opened_by, job.route) == (town.ems, cast.person("dispatcher"), None)
    assert job.route_reason == "Given to EMS by Dina Dispatcher, 24 clock hours."
    # The clock is the service's: deciding late does not make the job less late.
    assert job.clock_started_at == defect.received_at
    assert job.due_at == defect.received_at + dt.timedelta(hours=24)
    assert job.opened_at > job.clock_started_at
    defect.refresh_from_db()
    assert (defect.status, defect.triage_reason) == ("routed", "")
    assert get("dispatcher", "/api/triage").json()["results"] == []
    assert [note.text for note in defect.notes.all()] == ["Clear first, settle later"]
    assert Entry.objects.get(kind="defect.routed").actor_id == cast.person("dispatcher").pk


def test_a_job_that_is_given_elsewhere_is_cancelled_where_it_was(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    actions.pause_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason="awaiting_owner")
    body = {"organisation_id": str(town.housing.pk), "service_level": "wd-5"}
    answer = decide("manager", job.defect, body)

    assert answer.status_code == 201, answer.content
    job.refresh_from_db()
    assert (job.status, job.paused_at) == ("cancelled", None)
    assert job.pauses.get().ended_at is not None
    assert Job.objects.unfinished().get().organisation == town.housing
    assert numbers(get("crew", "/api/jobs?status=open,paused")) == []


def test_what_was_handed_back_can_be_given_to_the_same_crew_again(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    actions.return_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason="needs_plant")
    body = {"organisation_id": str(town.ems.pk), "service_level": "wd-5"}

    assert decide("dispatcher", job.defect, body).status_code == 201
    again = decide("dispatcher", job.defect, body)
    assert (again.status_code, again.json()["code"]) == (409, "transition_not_allowed")


def test_what_is_fixed_is_given_to_nobody(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    answer = decide("dispatcher", job.defect, {"organisation_id": str(town.housing.pk), "service_level": "wd-5"})

    assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"organisation_id": str(uuid.uuid4())}, 422, "unknown_organisation", "organisation_id"),
        ({"organisation_id": "ems"}, 400, "invalid_input", "organisation_id"),
        ({"service_level": "soon"}, 422, "unknown_service_level", "service_level"),
        ({"service_level": None}, 400, "invalid_input", "service_level"),
        ({"colour": "red"}, 400, "unknown_field", "colour"),
        ({"note": "x" * 2001}, 400, "invalid_input", "note"),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    change: dict[str, Any], status: int, code: str, field: str, town: towns.Town
) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    body = {"organisation_id": str(town.ems.pk), "service_level": "wd-5", **change}
    answer = decide("dispatcher", defect, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("role", "of"), [("crew", None), ("warden", None), ("dispatcher", cast.EMS), ("manager", cast.EMS)]
)
def test_only_the_councils_desks_decide(role: str, of: dict[str, Any] | None, town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    answer = decide(role, defect, {"organisation_id": str(town.ems.pk), "service_level": "wd-5"}, of=of)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert get(role, "/api/triage", of=of).status_code == 403
    assert not Job.objects.exists()


def test_a_defect_that_is_none(town: towns.Town) -> None:
    path = f"/api/defects/{uuid.uuid4()}/route"
    body = {"organisation_id": str(town.ems.pk), "service_level": "wd-5"}
    answer = cast.client_of(cast.person("dispatcher")).post(path, body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_defect")
