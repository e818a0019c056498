"""The route of a walk, as far as it may be kept, and which streets were seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audits.models import StreetCheck, Track
from audits.track_rules import SIMPLIFIED_TO_M, Fix, length_m, lines_of
from audits.tracks import forget_tracks
from places.models import Street
from tests import cast, towns
from tests.audits import walks

# Where a degree is this long in Testford.
EAST_M, NORTH_M = 68_200.0, 111_320.0
START = 1_780_000_000.0


def fix(east_m: float, north_m: float = 0.0, second: float = 0.0, accuracy_m: float = 6.0) -> Fix:
    return Fix(-0.9 + east_m / EAST_M, 52.24 + north_m / NORTH_M, accuracy_m, START + second)


def walk(metres: int, step: int = 5) -> list[Fix]:
    """A straight walk to the east, a fix every five metres."""
    return [fix(east, second=east) for east in range(0, metres + 1, step)]


def test_a_straight_walk_is_kept_as_two_points() -> None:
    [line] = lines_of(walk(200))
    assert len(line) == 2
    assert length_m(line) == pytest.approx(200, abs=2)


def test_a_corner_stays() -> None:
    round_it = [*walk(100), *(fix(100, north, 100 + north) for north in range(5, 101, 5))]
    [line] = lines_of(round_it)
    assert len(line) == 3 and length_m(line) == pytest.approx(200, abs=3)


def test_bad_fixes_and_jumps_are_thrown_away() -> None:
    wild = [fix(50, 400, 50.5), fix(55, 0, 55.5, accuracy_m=31), Fix(0.0, 0.0, 5.0, START + 60)]
    assert lines_of([*walk(200), *wild]) == lines_of(walk(200))


def test_where_the_phone_was_silent_nothing_is_drawn() -> None:
    after = [fix(1000 + east, second=900 + east) for east in range(0, 101, 5)]
    lines = lines_of([*walk(100), *after])
    assert [round(length_m(line), -1) for line in lines] == [100, 100]


def test_a_first_fix_that_was_wrong_does_not_hide_the_walk() -> None:
    [line] = lines_of([fix(5000, second=-2), *walk(200)])
    assert length_m(line) == pytest.approx(200, abs=20)


def test_standing_still_is_no_walk() -> None:
    assert lines_of([fix(0, second=s) for s in range(50)]) == []
    assert lines_of([]) == []


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=2, max_size=60))
def test_the_line_that_is_kept_stays_near_the_way(steps: list[tuple[float, float]]) -> None:
    east = north = 0.0
    fixes = [fix(0)]
    for second, (across, up) in enumerate(steps, start=1):
        east, north = east + across, north + up
        fixes.append(fix(east, north, second))
    for line in lines_of(fixes):
        for longitude, latitude in line:
            metres = [
                ((longitude - f.longitude) * EAST_M) ** 2 + ((latitude - f.latitude) * NORTH_M) ** 2 for f in fixes
            ]
            assert min(metres) ** 0.5 < SIMPLIFIED_TO_M


# ── Kept, shown, forgotten ───────────────────────────────────────────────────


def sent(fixes: list[Fix], **more: Any) -> dict[str, Any]:
    """As a phone sends it: the walk ended just now."""
    ended = max(f.at_s for f in fixes)
    now = timezone.now().timestamp()
    points = [[f.longitude, f.latitude, f.accuracy_m, f.at_s - ended + now] for f in fixes]
    return {"track_id": cast.new_id(), "points": points, **more}


def street(name: str, *east_m: float, north_m: float = 0.0) -> None:
    for east in east_m:
        point = f"SRID=4326;POINT({-0.9 + east / EAST_M} {52.24 + north_m / NORTH_M})"
        Street.objects.create(name=name, point=point)


@pytest.fixture
def streets() -> None:
    """Mere Road begins where the walk begins; Long Road is half walked, Far Lane is elsewhere."""
    towns.testford()
    street("Long Road", 50, 150, 500)
    street("Half Road", 100, 600, 900)
    street("Far Lane", 0, north_m=600)


@pytest.mark.django_db
@pytest.mark.usefixtures("streets")
def test_the_route_says_which_streets_were_walked_and_is_forgotten_after_90_days() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, track_wanted=True)
    walks.done(warden, walks.of(audit, "add_track", **sent(walk(200))))
    track = Track.objects.get()
    assert track.length_m == pytest.approx(200, abs=2)
    assert len(track.line[0]) == 2, "the fixes themselves are not kept"
    rows = {row["name"]: (row["state"], row["by_track"], row["by"]) for row in walks.seen_by(warden, audit)["streets"]}
    assert rows == {"Long Road": ("walked", True, None), "Mere Road": ("walked", True, None)}

    assert forget_tracks(timezone.now() + dt.timedelta(days=89)) == 0
    assert forget_tracks(timezone.now() + dt.timedelta(days=91)) == 1
    assert not Track.objects.exists()
    left = StreetCheck.objects.values_list("street_name", "by", "at")
    assert {(by, at) for _, by, at in left} == {(None, audit.started_at)}, "neither who nor when"


@pytest.mark.django_db
def test_no_route_is_kept_where_nobody_wants_it() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden)
    operation = walks.of(audit, "add_track", **sent(walk(200)))
    assert walks.refused(warden, operation) == ("track_not_wanted", "payload.audit_id")
    assert not Track.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "points", [[], [[1, 2, 3]], [[1, 2, 3, "now"]], [[None, 1, 2, 3]], "all", [[1, 2, 3, 4]] * 5001]
)
def test_a_track_that_is_none_is_refused(points: Any) -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, track_wanted=True)
    operation = walks.of(audit, "add_track", track_id=cast.new_id(), points=points)
    assert walks.refused(warden, operation)[0] == "invalid_input"


@pytest.mark.django_db
def test_a_track_without_one_good_fix_is_taken_and_leaves_nothing() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, track_wanted=True)
    bad = [fix(east, second=east, accuracy_m=80) for east in range(0, 100, 5)]
    walks.done(warden, walks.of(audit, "add_track", **sent(bad)))
    absurd = [[400, 52.2, 5, 9e10], [-0.9, 52.24, 5, 0], [-0.9, 52.24, -1, 1]]
    walks.done(warden, walks.of(audit, "add_track", track_id=cast.new_id(), points=absurd))
    assert not Track.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("streets")
def test_coverage_counts_what_was_found_what_was_not_and_what_was_walked() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    audit = walks.begun(warden, track_wanted=True)

    def coverage() -> dict[str, Any]:
        found: dict[str, Any] = cast.client_of(officer).get(f"/api/audits/{audit.pk}/coverage").json()
        return found

    assert (coverage()["seen"], coverage()["of"], coverage()["percent"]) == (0, 4, 0)
    walks.done(warden, walks.of(audit, "add_track", **sent(walk(200))))
    walks.done(warden, walks.of(audit, "check_street", 5, street="Far Lane", state="checked_nothing"))
    walks.done(officer, walks.answer(audit, "S1", "fail", place=towns.ROAD))
    shown = {row["name"]: row["state"] for row in coverage()["streets"]}
    assert shown == {
        "Far Lane": "checked_nothing",
        "Half Road": "not_seen",
        "Long Road": "walked",
        "Mere Road": "found",
    }
    assert coverage()["percent"] == 75
    walks.done(officer, walks.of(audit, "check_street", 1, street="Far Lane", state="taken_back"))
    walks.done(warden, walks.of(audit, "check_street", 3, street="Far Lane", state="walked"))
    assert coverage()["percent"] == 50, "the newest word counts, not the one that came last"


@pytest.mark.django_db
def test_an_audit_of_no_area_has_no_coverage() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, area_id=None)
    found = cast.client_of(warden).get(f"/api/audits/{audit.pk}/coverage").json()
    assert found == {"streets": [], "seen": 0, "of": 0, "percent": None}
