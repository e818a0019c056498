"""In a declared hotspot, while it holds: one severity up, half the time, and the words say until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from places.hotspots import Circle, declare_hotspot, end_hotspot
from places.models import Hotspot
from places.rules import cell_of
from routing.models import Route, ServiceLevel
from tests import cast, towns
from tests.jobs.stories import job_at

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def declared(starts_in: int = 0, days: int = 30, around: dict[str, Any] = towns.ROAD) -> Hotspot:
    """Mere Road, 100 m around, from so many days from now."""
    first = timezone.localdate() + starts_in * DAY
    return declare_hotspot(
        person=cast.person("manager"),
        name="Mere Road",
        boundary=Circle(around["longitude"], around["latitude"], 100).boundary,
        starts_on=first,
        ends_on=first + days * DAY,
        review_on=first + days // 2 * DAY,
        note="Three tips a week",
    )


def test_a_fly_tip_in_the_hotspot_is_due_in_12_clock_hours_and_says_why() -> None:
    hotspot = declared()
    job = job_at(towns.ROAD, "FT-GEN", severity=3)

    assert job.due_at - job.clock_started_at == dt.timedelta(hours=12)
    assert (job.uplifted, job.priority) == (True, Job.objects.get(pk=job.pk).defect.severity - 1)
    until = f"{hotspot.ends_on.day} {hotspot.ends_on:%B %Y}"
    assert job.route_reason.endswith(
        f"In the hotspot “Mere Road” until {until}: one severity up, halved to 12 clock hours."
    )
    assert Entry.objects.get(kind="job.opened").data["uplifted"] is True


@pytest.mark.parametrize("place", [towns.HOUSING_LAND, towns.IN_SPENCER])
def test_beside_the_hotspot_nothing_changes(place: dict[str, Any]) -> None:
    declared()
    job = job_at(place, "FT-GEN")

    assert job.due_at - job.clock_started_at == dt.timedelta(hours=24)
    assert not job.uplifted


@pytest.mark.parametrize(("starts_in", "days"), [(1, 30), (-31, 30)])
def test_a_hotspot_holds_on_its_days_only(starts_in: int, days: int) -> None:
    declared(starts_in, days)

    assert not job_at(towns.ROAD, "FT-GEN").uplifted


@pytest.mark.parametrize(("starts_in", "days"), [(0, 30), (-30, 30), (0, 0)])
def test_its_first_and_its_last_day_count(starts_in: int, days: int) -> None:
    declared(starts_in, days)

    assert job_at(towns.ROAD, "FT-GEN").uplifted


def test_what_was_received_while_it_held_stays_uplifted_whoever_gets_it_later(town: towns.Town) -> None:
    hotspot = declared()
    job = job_at(towns.ROAD, "FT-GEN")
    end_hotspot(person=cast.person("manager"), hotspot_id=hotspot.pk, note="It is quiet now")

    moved = actions.route_by_hand(
        person=cast.person("manager"),
        defect_id=job.defect_id,
        organisation_id=town.housing.pk,
        service_level_code=job.service_level.code,
    )

    assert (moved.uplifted, moved.due_at) == (True, job.due_at)
    assert not job_at({**towns.ROAD, "longitude": -0.9001}, "FT-GEN").uplifted
    assert Entry.objects.filter(kind="hotspot.ended", subject_id=hotspot.pk).count() == 1


def test_a_route_for_a_hotspot_decides_there_only_while_the_hotspot_holds(town: towns.Town) -> None:
    hotspot = declared()
    Route.objects.create(
        code="mere-road",
        position=5,
        name="Fly-tips on Mere Road",
        category_id="FT-GEN",
        area=hotspot.area,
        organisation=town.housing,
        service_level=ServiceLevel.objects.get(code="clock-24h"),
        valid_from=dt.date(2000, 1, 1),
    )
    assert job_at(towns.ROAD, "FT-GEN").organisation == town.housing

    end_hotspot(person=cast.person("manager"), hotspot_id=hotspot.pk)

    assert job_at({**towns.ROAD, "longitude": -0.9001}, "FT-GEN").organisation == town.ems


def test_a_severity_of_a_route_is_asked_one_up(town: towns.Town) -> None:
    route = Route.objects.get(code="fences-on-streets-and-council-land-fn-dam")
    Route.objects.create(
        code="worst-fences",
        position=6,
        name="The worst fences",
        category_id="FN-DAM",
        severities=[1],
        land_types=route.land_types,
        organisation=town.housing,
        service_level=route.service_level,
        valid_from=dt.date(2000, 1, 1),
    )
    assert job_at(towns.ROAD, severity=2).organisation == town.ems

    declared()

    assert job_at({**towns.ROAD, "longitude": -0.9001}, severity=2).organisation == town.housing


# ── from a desk ──────────────────────────────────────────────────────────────


def body(**more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    circle = {"longitude": -0.9, "latitude": 52.24, "radius_m": 150}
    dates = {"starts_on": today, "ends_on": today + 60 * DAY, "review_on": today + 30 * DAY}
    return {"name": "Mere Road", "circle": circle, **{k: v.isoformat() for k, v in dates.items()}, **more}


def test_a_manager_declares_one_and_ends_it_and_a_dispatcher_reads() -> None:
    mo, dina = (cast.client_of(cast.person(role)) for role in ("manager", "dispatcher"))

    made = mo.post("/api/declared-hotspots", body(), content_type="application/json")

    assert made.status_code == 201, made.content
    [row] = dina.get("/api/declared-hotspots").json()["results"]
    assert (row["name"], row["state"], row["review_due"]) == ("Mere Road", "in_force", False)
    refused = dina.post("/api/declared-hotspots", body(name="Mine"), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    end = f"/api/declared-hotspots/{row['id']}/end"
    assert mo.post(end, {"note": "Done"}, content_type="application/json").json()["state"] == "ended"
    assert mo.post(end, {}, content_type="application/json").json()["code"] == "hotspot_ended"
    assert dina.get("/api/declared-hotspots").json()["results"] == []
    assert len(dina.get("/api/declared-hotspots?state=all").json()["results"]) == 1


def test_a_cell_of_the_ranking_can_be_declared() -> None:
    told = body(cell=f"{cell_of(-0.9, 52.24) & (2**64 - 1):x}")
    del told["circle"]

    answer = cast.client_of(cast.person("manager")).post(
        "/api/declared-hotspots", told, content_type="application/json"
    )

    assert answer.status_code == 201, answer.content
    assert Hotspot.objects.get().area.boundary.covers(Point(-0.9, 52.24, srid=4326))


def test_a_review_that_is_due_is_marked() -> None:
    declared(starts_in=-20, days=30)

    [row] = cast.client_of(cast.person("manager")).get("/api/declared-hotspots").json()["results"]

    assert row["review_due"] is True


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"ends_on": "2020-01-01"}, "dates_out_of_order"),
        ({"ends_on": "2099-01-01"}, "dates_out_of_order"),
        ({"review_on": "2099-01-01"}, "dates_out_of_order"),
        ({"circle": {"longitude": -0.9, "latitude": 52.24, "radius_m": 3}}, "invalid_input"),
        ({"cell": "891941a8b0bffff"}, "invalid_input"),
        ({"name": ""}, "invalid_input"),
    ],
)
def test_a_hotspot_that_makes_no_sense_is_refused(told: dict[str, Any], code: str) -> None:
    answer = cast.client_of(cast.person("manager")).post(
        "/api/declared-hotspots", body(**told), content_type="application/json"
    )

    assert answer.json()["code"] == code
    assert not Hotspot.objects.exists()


def test_a_drawn_circle_has_its_radius_on_the_ground() -> None:
    ring = Circle(-0.9, 52.24, 100).boundary
    assert ring.transform(27700, clone=True).area == pytest.approx(31_416, rel=0.01)
