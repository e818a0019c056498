"""A week of action: five areas, one after the other, with what is to do and what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Defect, StopTask
from ledger.models import Entry
from tests import cast, towns
from tests.audits import walks
from tests.audits.test_booking import on_calendar, send
from tests.jobs.stories import defect_at

pytestmark = pytest.mark.django_db

MONDAY = timezone.localdate() - dt.timedelta(days=2)


def stop(area: Any, weeks: int = 0, **more: Any) -> dict[str, Any]:
    start = MONDAY + dt.timedelta(weeks=weeks)
    ends = start + dt.timedelta(days=6)
    return {"area_id": str(area.pk), "starts_on": start.isoformat(), "ends_on": ends.isoformat(), **more}


def kleen_sweep(**more: Any) -> dict[str, Any]:
    town = towns.testford()
    told = {
        "name": "Kleen Sweep",
        "kind": "week_of_action",
        "stops": [stop(town.castle), stop(town.spencer, 1)],
        **more,
    }
    answer = send(cast.client_of(cast.person("officer")), "campaigns", told)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def read(campaign: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cast.client_of(cast.person("officer")).get(f"/api/campaigns/{campaign['id']}").json()
    return found


def test_a_week_of_action_gets_its_worklist_from_the_open_defects() -> None:
    towns.testford()
    fence, lamp = defect_at(towns.ROAD), defect_at(towns.east_of(towns.ROAD, 300))
    defect_at(towns.IN_SPENCER)
    made = kleen_sweep()
    castle, spencer = made["stops"]
    assert (castle["open_defects"], spencer["open_defects"], castle["tasks"]) == (2, 1, [])
    client = cast.client_of(cast.person("officer"))
    assert send(client, f"stops/{castle['id']}/worklist").json() == {"added": 2}
    assert send(client, f"stops/{castle['id']}/worklist").json() == {"added": 0}
    assert send(client, f"stops/{castle['id']}/tasks", {"text": "Paint the garages"}).status_code == 201

    first, second, paint = read(made)["stops"][0]["tasks"]
    assert {first["defect"]["id"], second["defect"]["id"]} == {str(fence.pk), str(lamp.pk)}
    assert (paint["text"], paint["defect"], paint["done"]) == ("Paint the garages", None, False)

    carl = cast.client_of(cast.person("crew"))
    assert send(carl, f"stop-tasks/{paint['id']}", {"done": True, "note": "Two coats"}).status_code == 200
    # What its job has done, nobody ticks off.
    Defect.objects.filter(pk=fence.pk).update(status="resolved")
    tasks = {
        task["text"] if not task["defect"] else task["defect"]["id"]: task for task in read(made)["stops"][0]["tasks"]
    }
    assert (tasks["Paint the garages"]["done"], tasks["Paint the garages"]["done_by"]["name"]) == (True, "Carl Crew")
    assert (tasks[str(fence.pk)]["done"], tasks[str(fence.pk)]["done_by_job"]) == (True, True)
    [brief] = client.get("/api/campaigns").json()["results"]
    assert (brief["tasks"], brief["tasks_done"], brief["areas"]) == (3, 2, ["Castle", "Spencer"])
    send(carl, f"stop-tasks/{paint['id']}", {"done": False})
    assert StopTask.objects.get(pk=paint["id"]).done_at is None
    assert Entry.objects.filter(kind="campaign.task_ticked").count() == 2


def test_what_was_done_is_counted_and_can_be_taken_back() -> None:
    made = kleen_sweep()
    castle, spencer = (each["id"] for each in made["stops"])
    carl = cast.client_of(cast.person("crew"))
    for path, told in [
        (castle, {"kind": "bags", "amount": "12"}),
        (spencer, {"kind": "bags", "amount": "7.5"}),
        (castle, {"kind": "graffiti_m2", "amount": "30"}),
        (castle, {"kind": "other", "amount": "1", "note": "A bench mended"}),
    ]:
        assert send(carl, f"stops/{path}/outputs", told).status_code == 201
    found = read(made)
    assert [(each["kind"], each["amount"]) for each in found["totals"]] == [("graffiti_m2", 30.0), ("bags", 19.5)]
    [bags] = found["stops"][1]["outputs"]
    wendy = cast.client_of(cast.person("crew", of=cast.HOUSING))
    assert wendy.delete(f"/api/stop-outputs/{bags['id']}").status_code == 403
    assert carl.delete(f"/api/stop-outputs/{bags['id']}").status_code == 204
    assert read(made)["stops"][1]["totals"] == []
    for wrong in ({"kind": "bags", "amount": "0"}, {"kind": "bags", "amount": "-3"}, {"kind": "other", "amount": "2"}):
        assert send(carl, f"stops/{castle}/outputs", wrong).json()["code"] == "invalid_input"


def test_coverage_counts_the_streets_that_were_looked_at_in_its_days() -> None:
    made = kleen_sweep()
    assert read(made)["stops"][0]["coverage"] == {"streets": 1, "checked": 0, "percent": 0}
    officer = cast.person("officer")
    audit = walks.begun(officer)
    walks.done(officer, walks.of(audit, "check_street", street="Mere Road", state="checked_nothing"))
    castle, spencer = read(made)["stops"]
    assert castle["coverage"] == {"streets": 1, "checked": 1, "percent": 100}
    # Nobody knows a street there: that is no nought per cent.
    assert spencer["coverage"]["percent"] is None
    walks.done(officer, walks.of(audit, "check_street", street="Mere Road", state="taken_back"))


def test_a_campaign_is_moved_and_what_was_done_stays() -> None:
    made = kleen_sweep()
    town, client = towns.testford(), cast.client_of(cast.person("officer"))
    castle, spencer = made["stops"]
    send(client, f"stops/{castle['id']}/outputs", {"kind": "bags", "amount": "1"})
    path = f"campaigns/{made['id']}"
    lost = send(client, path, {"version": 1, "stops": [stop(town.spencer, 1, id=spencer["id"])]}, "patch")
    assert (lost.status_code, lost.json()["code"]) == (409, "transition_not_allowed")
    kept = send(
        client, path, {"version": 1, "name": "Sweep", "stops": [stop(town.castle, 2, id=castle["id"])]}, "patch"
    )
    assert (kept.json()["version"], [each["id"] for each in kept.json()["stops"]]) == (2, [castle["id"]])
    stale = send(client, path, {"version": 1, "name": "Other"}, "patch")
    assert stale.json()["code"] == "changed_meanwhile"
    backwards = stop(town.castle) | {"ends_on": "2020-01-01"}
    wrong = send(client, path, {"version": 2, "stops": [backwards]}, "patch")
    assert (wrong.json()["code"], wrong.json()["errors"][0]["field"]) == ("dates_out_of_order", "stops[0].ends_on")


def test_a_campaign_stands_on_the_calendar_and_crews_do_not_plan_one() -> None:
    made = kleen_sweep()
    found = on_calendar(cast.person("crew"))["stops"]
    assert [(each["area"]["name"], each["campaign"]["id"]) for each in found] == [
        ("Castle", made["id"]),
        ("Spencer", made["id"]),
    ]
    refused = send(cast.client_of(cast.person("crew")), "campaigns", {"name": "Mine", "kind": "high_impact_day"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert cast.client_of(cast.person("councillor")).get("/api/campaigns").status_code == 403
