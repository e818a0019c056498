"""The manager opens the backlog: every figure can be counted by hand."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.insight.borough import Borough

ADDRESS = "/api/insight/backlog"


def ask(role: str, **more: Any) -> dict[str, Any]:
    answer = cast.client_of(cast.person(role, **more)).get(ADDRESS)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def fill(borough: Borough) -> None:
    """EMS: 5 open (2 late, 1 at risk, 1 paused before it was late), 4 done. Housing: 1 open, 1 back."""
    ems, housing = borough.ems, borough.housing
    borough.job(ems, started_h=2, due_h=22)
    borough.job(ems, started_h=22, due_h=2, status="accepted")  # at risk for the last two hours
    borough.job(ems, started_h=30, due_h=-6, status="in_progress")  # late
    borough.job(ems, started_h=24 * 30, due_h=-24 * 29)  # late for a month
    borough.job(ems, started_h=100, due_h=-10, status="paused", paused_h=50)  # stands still 40 h before due
    borough.job(ems, started_h=50, due_h=-26, status="done", done_h=30)  # in time
    borough.job(ems, started_h=50, due_h=-26, status="verified", done_h=10)  # 16 h late
    borough.job(ems, started_h=24 * 20, due_h=-24 * 19, status="done", done_h=24 * 19.5)  # in time, not this week
    borough.job(ems, started_h=24 * 200, due_h=-24 * 190, status="done", done_h=24 * 195)  # too long ago
    borough.job(ems, started_h=5, due_h=19, status="cancelled")
    borough.job(housing, started_h=10, due_h=14)
    borough.job(housing, started_h=60, due_h=-36, status="returned")
    borough.defect(severity=3, days=1, triage_reason="No route fits")
    borough.defect(severity=3, days=0.01)  # still on its way to a route


def test_the_manager_sees_whose_work_is_late_and_how_old_it_is(borough: Borough) -> None:
    fill(borough)
    found = ask("manager")
    assert found["totals"] == {"open": 6, "late": 2, "at_risk": 1, "triage": 2, "done_7_days": 2}
    ems, housing = found["organisations"]
    assert ems["organisation"]["short_name"] == "EMS"
    assert {key: ems[key] for key in ("open", "late", "at_risk", "on_time", "returned", "done_7_days")} == {
        "open": 5, "late": 2, "at_risk": 1, "on_time": 2, "returned": 0, "done_7_days": 2,
    }  # fmt: skip
    assert ems["oldest_days"] == 30
    assert ems["on_time_percent"] == 40.0  # 2 in time ÷ (3 completed in 90 days + 2 overdue and open)
    assert {key: housing[key] for key in ("open", "late", "on_time", "returned", "on_time_percent")} == {
        "open": 1, "late": 0, "on_time": 1, "returned": 1, "on_time_percent": None,
    }  # fmt: skip
    assert [(age["label"], age["open"], age["late"]) for age in found["ages"]] == [
        ("under 1 day", 3, 0),
        ("1 to 3 days", 1, 1),
        ("3 to 7 days", 1, 0),
        ("1 to 4 weeks", 0, 0),
        ("over 4 weeks", 1, 1),
    ]


def test_the_figures_agree_with_what_each_job_says_of_itself(borough: Borough) -> None:
    from jobs.models import Job

    fill(borough)
    found = ask("manager")
    said = [job.breach(borough.now) for job in Job.objects.unfinished()]
    assert found["totals"]["late"] == said.count("late") == Job.objects.late(borough.now).count()
    assert found["totals"]["at_risk"] == said.count("at_risk") == Job.objects.at_risk(borough.now).count()


def test_a_hand_back_that_got_a_new_owner_is_not_waiting_any_more(borough: Borough) -> None:
    back = borough.job(borough.housing, started_h=60, due_h=-36, status="returned")
    assert ask("manager")["organisations"][0]["returned"] == 1
    back.defect.status, back.defect.triage_reason = "routed", ""
    back.defect.save()
    assert all(row["returned"] == 0 for row in ask("manager")["organisations"])


def test_an_empty_borough_has_noughts_and_no_percentages(borough: Borough) -> None:
    found = ask("manager")
    assert found["totals"] == {"open": 0, "late": 0, "at_risk": 0, "triage": 0, "done_7_days": 0}
    assert found["organisations"] == []
    assert [age["open"] for age in found["ages"]] == [0, 0, 0, 0, 0]


def test_the_contractors_manager_sees_its_own_work_only(borough: Borough) -> None:
    fill(borough)
    found = ask("manager", of=cast.EMS)
    assert [row["organisation"]["short_name"] for row in found["organisations"]] == ["EMS"]
    assert found["totals"] == {"open": 5, "late": 2, "at_risk": 1, "triage": 0, "done_7_days": 2}
    assert sum(age["open"] for age in found["ages"]) == 5


@pytest.mark.parametrize("role", ["dispatcher", "councillor", "administrator"])
def test_these_see_the_whole_councils_counts(borough: Borough, role: str) -> None:
    fill(borough)
    assert ask(role)["totals"]["open"] == 6


@pytest.mark.parametrize("role", ["warden", "officer", "crew"])
@pytest.mark.parametrize("address", [ADDRESS, "/api/insight/hotspots", "/api/insight/map?bbox=1,53,2,54&zoom=12"])
def test_others_are_told_that_it_is_not_theirs(borough: Borough, role: str, address: str) -> None:
    answer = cast.client_of(cast.person(role)).get(address)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_nobody_gets_in_without_signing_in(borough: Borough, client: Any) -> None:
    assert client.get(ADDRESS).json()["code"] == "sign_in_needed"


def test_a_parameter_that_is_not_known_is_named(borough: Borough) -> None:
    answer = cast.client_of(cast.person("manager")).get(f"{ADDRESS}?ward=Quay")
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_field"
    assert answer.json()["errors"][0]["field"] == "ward"


def test_ten_times_the_work_takes_no_more_queries(borough: Borough) -> None:
    client = cast.client_of(cast.person("manager"))
    fill(borough)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(ADDRESS)
    for _ in range(9):
        fill(borough)
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS)
    # Two for the session and the person, six for the figures.
    assert len(many) == len(few) <= 8, [query["sql"] for query in many]
