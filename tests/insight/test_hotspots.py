"""Where is it worst? Wards and cells in order, each with the defects behind its figure."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.severity import POINTS
from insight import rules
from insight.hotspots import cell_key
from places.rules import cell_of
from tests import cast
from tests.insight.borough import CORNER, FAR, GREEN, OUTSIDE, Borough

ADDRESS = "/api/insight/hotspots"


def ask(query: str = "", *, role: str = "manager", **more: Any) -> dict[str, Any]:
    answer = cast.client_of(cast.person(role, **more)).get(f"{ADDRESS}{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def fill(borough: Borough) -> None:
    """Quay: a critical one of 14 days and two low new ones. Hill: two medium ones of 28 days, one fixed."""
    borough.defect(severity=1, days=14)  # 8 points, weighs 12
    borough.defect(severity=4, days=0, at=GREEN)  # 1
    borough.defect(severity=4, days=0, at=GREEN)  # 1
    borough.defect(severity=3, days=28, at=FAR)  # 2 points, weighs 4
    borough.defect(severity=3, days=28, at=FAR)  # 4
    borough.defect(severity=1, days=28, at=FAR, status="rejected")
    borough.defect(severity=1, days=28, at=FAR, status="resolved", owner_organisation=borough.ems)


def test_wards_are_ranked_by_points_that_grow_with_age(borough: Borough) -> None:
    fill(borough)
    found = ask()
    quay, hill = found["results"]
    assert (quay["rank"], quay["name"], quay["key"]) == (1, "Quay", str(borough.quay.pk))
    assert (quay["open"], quay["severity_points"], quay["score"]) == (3, 10, 14.0)
    assert quay["age_days_total"] == 14.0
    assert (hill["rank"], hill["name"], hill["open"], hill["severity_points"]) == (2, "Hill", 2, 4)
    assert (hill["score"], hill["age_days_total"]) == (8.0, 56.0)
    assert quay["boundary"]["type"] == "MultiPolygon"
    assert 1.58 < quay["longitude"] < 1.63
    assert 53.28 < quay["latitude"] < 53.32
    assert "still open" in found["definition"]


def test_cells_are_equal_places_named_by_the_nearest_street(borough: Borough) -> None:
    fill(borough)
    corner, far, green = ask("?by=cell")["results"]
    assert corner["key"] == cell_key(cell_of(*CORNER))
    assert (corner["name"], corner["open"], corner["score"]) == ("Around Mill Lane", 1, 12.0)
    assert (far["name"], far["open"], far["score"]) == (f"Cell {far['key']}", 2, 8.0)
    assert (green["open"], green["score"]) == (2, 2.0)
    ring = corner["boundary"]["coordinates"][0]
    assert corner["boundary"]["type"] == "Polygon"
    assert len(ring) == 7
    assert ring[0] == ring[-1]
    assert abs(corner["longitude"] - CORNER[0]) < 0.005


@pytest.mark.parametrize("by", ["ward", "cell"])
def test_every_figure_opens_exactly_the_defects_that_it_counts(borough: Borough, by: str) -> None:
    fill(borough)
    borough.defect(severity=2, days=3, at=OUTSIDE)
    client = cast.client_of(cast.person("manager"))
    for row in ask(f"?by={by}")["results"]:
        behind = client.get(f"{ADDRESS}/{by}/{row['key']}/defects").json()
        assert behind["count"] == len(behind["results"]) == row["open"]
        assert sum(POINTS[defect["severity"]] for defect in behind["results"]) == row["severity_points"]
        weights = [
            rules.weight(
                POINTS[defect["severity"]],
                rules.age_days(dt.datetime.fromisoformat(defect["received_at"]), borough.now),
            )
            for defect in behind["results"]
        ]
        assert sum(weights) == pytest.approx(row["score"], abs=0.06)
        assert weights == sorted(weights, reverse=True)


def test_what_lies_in_no_ward_is_counted_and_said_to_be_outside(borough: Borough) -> None:
    borough.defect(severity=2, days=3, at=OUTSIDE)
    [row] = ask()["results"]
    assert (row["key"], row["name"], row["open"], row["boundary"], row["longitude"]) == (
        "none", "Outside every ward", 1, None, None,
    )  # fmt: skip


def test_the_period_counts_whole_local_days_at_both_ends(borough: Borough) -> None:
    london = ZoneInfo("Europe/London")
    # In summer local midnight is 23:00 UTC of the day before.
    first = dt.datetime(2026, 6, 10, 0, 0, tzinfo=london)
    last = dt.datetime(2026, 6, 11, 23, 59, 59, tzinfo=london)
    for received in (first - dt.timedelta(seconds=1), first, last, last + dt.timedelta(seconds=1)):
        borough.defect(severity=4, days=0, received_at=received)
    [row] = ask("?from=2026-06-10&to=2026-06-11")["results"]
    assert row["open"] == 2
    client = cast.client_of(cast.person("manager"))
    behind = client.get(f"{ADDRESS}/ward/{row['key']}/defects?from=2026-06-10&to=2026-06-11").json()
    assert behind["count"] == 2


def test_without_a_period_it_looks_back_ninety_days(borough: Borough) -> None:
    borough.defect(severity=4, days=80)
    borough.defect(severity=4, days=100)
    found = ask()
    assert found["results"][0]["open"] == 1
    first, last = dt.date.fromisoformat(found["from"]), dt.date.fromisoformat(found["to"])
    assert (last - first).days == 90
    assert ask(f"?from={last - dt.timedelta(days=200)}")["results"][0]["open"] == 2


def test_the_list_stops_at_the_limit_with_the_worst_on_it(borough: Borough) -> None:
    fill(borough)
    [row] = ask("?by=cell&limit=1")["results"]
    assert row["score"] == 12.0


def test_a_councillor_gets_no_cell_that_could_point_at_one_household(borough: Borough) -> None:
    fill(borough)
    borough.defect(severity=4, days=0, at=GREEN)
    found = ask("?by=cell", role="councillor")
    assert [(row["rank"], row["open"]) for row in found["results"]] == [(1, 3)]
    assert "fewer than 3" in found["definition"]
    assert len(ask("?by=ward", role="councillor")["results"]) == 2
    client = cast.client_of(cast.person("councillor"))
    answer = client.get(f"{ADDRESS}/ward/{borough.quay.pk}/defects")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_contractors_manager_sees_its_own_defects_in_list_and_figure(borough: Borough) -> None:
    fill(borough)
    borough.job(borough.ems, started_h=24, due_h=5)
    [row] = ask(of=cast.EMS)["results"]
    assert (row["name"], row["open"]) == ("Quay", 1)
    client = cast.client_of(cast.person("manager", of=cast.EMS))
    behind = client.get(f"{ADDRESS}/ward/{borough.quay.pk}/defects").json()
    assert behind["count"] == 1
    assert behind["results"][0]["job"]["organisation"]["short_name"] == "EMS"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=100000", "limit"),
        ("?limit=0", "limit"),
        ("?limit=many", "limit"),
        ("?by=street", "by"),
        ("?from=yesterday", "from"),
        ("?to=2026-13-45", "to"),
        ("?from=2026-02-02&to=2026-02-01", "from"),
        ("?from=0001-01-01", "from"),
        ("?to=9999-12-31", "to"),
        ("?to=0001-01-01", "to"),
        ("?colour=red", "colour"),
        ("?page_size=100000", "page_size"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_its_field(borough: Borough, query: str, field: str) -> None:
    answer = cast.client_of(cast.person("manager")).get(f"{ADDRESS}{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "path",
    [
        "ward/quay", "ward/00000000-0000-0000-0000-000000000000", "cell/none", "cell/zzz", "cell/8919",
        "cell/ffffffffffffffffffffffff", "cell/-1", "cell/0x891941b2c67ffff",
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_not_found(borough: Borough, path: str) -> None:
    answer = cast.client_of(cast.person("manager")).get(f"{ADDRESS}/{path}/defects")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("by", "most"), [("ward", 4), ("cell", 4)])
def test_more_defects_take_no_more_queries(borough: Borough, by: str, most: int) -> None:
    client = cast.client_of(cast.person("manager"))
    fill(borough)
    with CaptureQueriesContext(connection) as few:
        client.get(f"{ADDRESS}?by={by}")
    for step in range(20):
        borough.defect(severity=3, days=1, at=(1.59 + step * 0.004, 53.3))
    with CaptureQueriesContext(connection) as many:
        client.get(f"{ADDRESS}?by={by}")
    assert len(many) == len(few) <= most, [query["sql"] for query in many]


def test_a_longer_list_of_defects_takes_no_more_queries(borough: Borough) -> None:
    client, address = cast.client_of(cast.person("manager")), f"{ADDRESS}/ward/{borough.quay.pk}/defects"
    borough.job(borough.ems, started_h=24, due_h=5)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        borough.job(borough.ems, started_h=24, due_h=5)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).json()["count"] == 11
    assert len(many) == len(few), [query["sql"] for query in many]
