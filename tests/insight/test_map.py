"""The map: each defect when near, counts from further away, and never more than it can draw."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insight import rules
from insight.hotspots import cell_key
from places.rules import cell_of
from tests import cast
from tests.insight.borough import CORNER, FAR, GREEN, Borough

ADDRESS = "/api/insight/map"
AROUND_CORNER = "1.595,53.295,1.605,53.305"
BOROUGH = "1.5,53.2,1.8,53.4"


def ask(bbox: str, zoom: float, *, role: str = "manager", **more: Any) -> dict[str, Any]:
    answer = cast.client_of(cast.person(role, **more)).get(ADDRESS, {"bbox": bbox, "zoom": str(zoom)})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_near_by_each_defect_is_a_point_that_says_whether_it_is_late(borough: Borough) -> None:
    late = borough.job(borough.ems, started_h=48, due_h=-24, severity=2).defect
    borough.job(borough.ems, started_h=2, due_h=22, severity=3)
    borough.defect(severity=1, days=1, status="rejected")
    borough.defect(severity=1, days=1, at=FAR)  # off the screen
    found = ask(AROUND_CORNER, 16)
    assert (found["type"], found["shows"]) == ("FeatureCollection", "points")
    first, second = found["features"]
    late.refresh_from_db()
    assert first == {
        "type": "Feature",
        "id": str(late.pk),
        "geometry": {"type": "Point", "coordinates": list(CORNER)},
        "properties": {
            "id": str(late.pk), "number": late.reference, "category": "ZZ-TST", "severity": 2,
            "status": "routed", "late": True,
        },
    }  # fmt: skip
    assert second["properties"]["late"] is False


def test_from_further_away_cells_carry_the_counts(borough: Borough) -> None:
    borough.job(borough.ems, started_h=48, due_h=-24, severity=2)
    borough.defect(severity=4, days=1)
    borough.defect(severity=1, days=1, at=FAR)
    found = ask(BOROUGH, 13)
    assert found["shows"] == "cells"
    by_key = {feature["id"]: feature["properties"] for feature in found["features"]}
    corner = by_key[cell_key(cell_of(*CORNER))]
    counts = {key: corner[key] for key in ("open", "late", "severity_points", "worst")}
    assert counts == {"open": 2, "late": 1, "severity_points": 5, "worst": 2}
    assert by_key[cell_key(cell_of(*FAR))]["worst"] == 1
    assert all(feature["geometry"]["type"] == "Polygon" for feature in found["features"])
    assert sum(feature["properties"]["open"] for feature in ask(BOROUGH, 3)["features"]) == 3
    assert len(ask(BOROUGH, 3)["features"]) < 3


def test_a_cell_shows_its_whole_count_wherever_the_maps_edge_runs(borough: Borough) -> None:
    for _ in range(4):
        borough.defect(severity=3, days=1)
    # The box ends just west of the point, inside its cell.
    [cell] = ask("1.5990,53.2990,1.5999,53.3010", 13)["features"]
    assert cell["properties"]["open"] == 4


def test_where_there_are_too_many_points_it_shows_cells(borough: Borough, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_POINTS", 3)
    for _ in range(3):
        borough.defect(severity=3, days=1)
    assert ask(AROUND_CORNER, 17)["shows"] == "points"
    borough.defect(severity=3, days=1)
    found = ask(AROUND_CORNER, 17)
    assert (found["shows"], found["features"][0]["properties"]["open"]) == ("cells", 4)


def test_a_councillor_sees_cells_only_and_no_small_ones(borough: Borough) -> None:
    for _ in range(3):
        borough.defect(severity=3, days=1)
    for _ in range(2):
        borough.defect(severity=3, days=1, at=GREEN)
    found = ask(BOROUGH, 18, role="councillor")
    assert found["shows"] == "cells"
    assert [feature["properties"]["open"] for feature in found["features"]] == [3]


def test_the_contractors_manager_sees_its_own_points(borough: Borough) -> None:
    borough.job(borough.ems, started_h=48, due_h=-24)
    borough.job(borough.housing, started_h=48, due_h=-24)
    assert len(ask(AROUND_CORNER, 16, of=cast.EMS)["features"]) == 1
    assert len(ask(AROUND_CORNER, 16)["features"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"zoom": "12"}, "bbox"),
        ({"bbox": BOROUGH}, "zoom"),
        ({"bbox": "north,of,the,river", "zoom": "12"}, "bbox"),
        ({"bbox": "1,2,3", "zoom": "12"}, "bbox"),
        ({"bbox": "nan,nan,nan,nan", "zoom": "12"}, "bbox"),
        ({"bbox": "2,53,1,54", "zoom": "12"}, "bbox"),
        ({"bbox": "-999,53,1,54", "zoom": "12"}, "bbox"),
        ({"bbox": "1,53,2,54" + "0" * 500, "zoom": "12"}, "bbox"),
        ({"bbox": BOROUGH, "zoom": "near"}, "zoom"),
        ({"bbox": BOROUGH, "zoom": "nan"}, "zoom"),
        ({"bbox": BOROUGH, "zoom": "99"}, "zoom"),
        ({"bbox": BOROUGH, "zoom": "12", "limit": "100000"}, "limit"),
    ],
)
def test_a_map_of_nowhere_is_refused_by_its_field(borough: Borough, query: dict[str, str], field: str) -> None:
    answer = cast.client_of(cast.person("manager")).get(ADDRESS, query)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("zoom", [17, 12])
def test_more_defects_take_no_more_queries(borough: Borough, zoom: int) -> None:
    client, query = cast.client_of(cast.person("manager")), {"bbox": AROUND_CORNER, "zoom": str(zoom)}
    borough.job(borough.ems, started_h=48, due_h=-24)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS, query)
    for _ in range(10):
        borough.job(borough.ems, started_h=48, due_h=-24)
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS, query)
    # The session, the person, the map.
    assert len(many) == len(few) <= 3, [sql["sql"] for sql in many]
