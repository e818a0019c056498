"""Aldermere is drawn, not looked up: the same town every time, whole and without gaps."""

from __future__ import annotations

import collections
import datetime as dt
import itertools
import json
import random
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
import shapely

from audits import rules as audit_rules
from backend.demo import basemap, history, scenes, site
from backend.demo.borough import Borough, draw_borough
from jobs import rules as job_rules
from routing.clocks import ANY_CALENDAR, CLOCK_HOURS, Pause, Target, due_at

NOW = dt.datetime(2026, 3, 31, 14, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def aldermere() -> Borough:
    return draw_borough()


@pytest.fixture(scope="module")
def placed(aldermere: Borough) -> site.Site:
    return site.aldermere(aldermere)


def test_the_same_seed_draws_the_same_town_and_another_seed_another(placed: site.Site) -> None:
    again = site.aldermere(draw_borough())
    other = site.aldermere(draw_borough(21))

    assert [p.boundary.wkb for p in again.parcels] == [p.boundary.wkb for p in placed.parcels]
    assert again.streets == placed.streets
    assert other.streets != placed.streets


def test_wards_cover_the_borough_without_gaps_or_overlaps(aldermere: Borough) -> None:
    shapes = [ward.shape for ward in aldermere.plan.wards]

    assert len(shapes) == 10
    for one, other in itertools.combinations(shapes, 2):
        assert one.intersection(other).area < 1
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes))


def test_every_shape_is_sound_and_lies_in_the_north_sea(placed: site.Site) -> None:
    sea = shapely.box(1.55, 53.27, 1.65, 53.33)

    for each in [*placed.areas, *placed.parcels]:
        assert each.boundary.is_valid, each.reference
        assert not each.boundary.is_empty, each.reference
        assert sea.contains(each.boundary), each.reference


def test_the_town_has_what_a_borough_has(aldermere: Borough, placed: site.Site) -> None:
    lands = collections.Counter(parcel.land_type for parcel in placed.parcels)

    assert len(placed.parcels) > 1500
    assert set(lands) == {
        "highway", "council_housing", "park", "council_land", "housing_association", "private", "railway",
        "watercourse", "unknown",
    }  # fmt: skip
    assert len({street.name for street in aldermere.streets}) == len(aldermere.streets) >= 150
    assert {kind for kind, _ in aldermere.buildings} >= {"house", "flats", "shop", "shed", "garages", "civic"}
    assert [area.kind for area in placed.areas].count("estate") == 5


def test_no_house_stands_on_a_road(aldermere: Borough) -> None:
    roads = shapely.union_all([parcel.shape for parcel in aldermere.parcels if parcel.land_type == "highway"])
    shapely.prepare(roads)

    assert not [kind for kind, shape in aldermere.buildings if shape.intersection(roads).area > 0.1]


def test_what_is_seen_on_a_kind_of_land_lies_on_it(placed: site.Site) -> None:
    rng = random.Random(1)

    for land, ground in itertools.groupby(
        sorted(placed.parcels, key=lambda parcel: parcel.land_type), key=lambda parcel: parcel.land_type
    ):
        shapes = shapely.union_all([parcel.boundary.buffer(1e-6) for parcel in ground])
        assert all(shapes.contains(shapely.Point(placed.spot(land, rng))) for _ in range(20)), land


def test_its_map_is_one_small_file_with_the_layers_that_the_style_reads(aldermere: Borough, tmp_path: Path) -> None:
    lines = basemap.write_lines(aldermere, tmp_path)
    made = basemap.make(aldermere, tmp_path / "aldermere.pmtiles")

    assert set(lines) == {"land", "water", "green", "building", "road", "place"}
    roads = [json.loads(line)["properties"] for line in lines["road"].read_text().splitlines()]
    assert {road["class"] for road in roads} == {"primary", "secondary", "residential", "rail", "alley"}
    assert made.read_bytes()[:7] == b"PMTiles"
    assert 50_000 < made.stat().st_size < 1_000_000


@pytest.mark.parametrize("scene", sorted(scenes.THINGS))
def test_a_drawn_photo_is_the_same_every_time_and_differs_once_it_is_fixed(scene: str) -> None:
    before, after = scenes.jpeg(scene, 7), scenes.jpeg(scene, 7, fixed=True)

    assert before.startswith(b"\xff\xd8\xff")
    assert before == scenes.jpeg(scene, 7)
    assert before != after


# ── the story ──


def ruling(at: dt.datetime, hours: int, key: str = "ems") -> history.Ruling:
    due, warning = at + dt.timedelta(hours=hours), dt.timedelta(hours=4)

    def after_pauses(pauses: Sequence[Pause]) -> tuple[dt.datetime, dt.datetime]:
        later = due_at(Target(CLOCK_HOURS, hours), at, ANY_CALENDAR, pauses)
        return later, later - warning

    return history.Ruling(
        key=key, organisation_id=uuid.UUID(int=1), team_id=None, route_id=1, service_level_id=1,
        service_level="x", service_level_version=1, due_at=due, at_risk_at=due - warning,
        words="", priority=3, after_pauses=after_pauses,
    )  # fmt: skip


def told(seed: int) -> list[history.Life]:
    rng = random.Random(seed)
    crews = {"ems": ("ems", "ems2"), "housing": ("housing",)}
    teller = history.Teller(random.Random(seed), NOW, crews)
    lives = []
    for at in history.moments(rng, NOW):
        find = history.choose_find(rng)
        received = at + dt.timedelta(seconds=30)
        seen = history.Seen(
            history.made_id(rng), find, 3, "", 1.6, 53.3, "warden", at, received, 5.0, None
        )  # fmt: skip
        fits = None if rng.random() < 0.1 else ruling(received, rng.choice((24, 72, 240)))
        by_hand = lambda when, code: ruling(when, 120, "housing")  # noqa: E731
        lives.append(teller.life(seen, fits, by_hand, {}, "no route"))
    return lives


@pytest.mark.parametrize("seed", range(4))
def test_every_life_obeys_the_rules_of_defects_and_jobs(seed: int) -> None:
    lives = told(seed)

    assert len(lives) == history.DEFECTS
    for life in lives:
        times = [fact.at for fact in life.facts]
        assert times == sorted(times)
        assert times[-1] <= NOW
        defect, jobs = audit_rules.DefectStatus.OPEN, {}
        for fact in life.facts:
            follows = DEFECT_AFTER.get(fact.kind)
            if follows and follows != defect:
                assert audit_rules.may_become(defect, follows), fact
                defect = audit_rules.DefectStatus(follows)
            after = JOB_AFTER.get(fact.kind)
            if after:
                before = jobs.get(fact.subject[1])
                assert before is None or job_rules.may_become(before, after), fact
                jobs[fact.subject[1]] = after
        assert defect == life.status
        for job in life.jobs:
            assert jobs[job.id] == job.status
            assert job.due_at > job.clock_started_at
        live = [job for job in life.jobs if job.status not in {"returned", "cancelled"}]
        assert len(live) <= 1


DEFECT_AFTER = {
    "defect.routed": "routed", "defect.triaged": "open", "defect.resolved": "resolved",
    "defect.verified": "verified", "defect.disputed": "routed", "defect.rejected": "rejected",
}  # fmt: skip
JOB_AFTER = {
    "job.opened": "open", "job.accepted": "accepted", "job.started": "in_progress", "job.paused": "paused",
    "job.done": "done", "job.verified": "verified", "job.returned": "returned", "job.reopened": "open",
    "job.resumed": "accepted",
}  # fmt: skip


def test_three_months_show_every_state_that_a_manager_has_to_deal_with() -> None:
    lives = told(1)
    jobs = [job for life in lives for job in life.jobs]

    assert {life.status for life in lives} == {"open", "routed", "resolved", "verified", "rejected"}
    assert {job.status for job in jobs} >= {"open", "accepted", "in_progress", "done", "verified", "returned"}
    assert any(job.reopened_count for job in jobs)
    assert any(job.pauses for job in jobs)
    unfinished = [job for job in jobs if job.status in job_rules.UNFINISHED]
    late = [job for job in unfinished if job.due_at < NOW]
    assert 0 < len(late) < len(unfinished)
    done = [job for job in jobs if job.done_at]
    on_time = sum(job.done_at <= job.due_at for job in done) / len(done)
    assert 0.75 < on_time < 0.97


def test_the_same_seed_tells_the_same_story() -> None:
    assert [life.facts for life in told(3)] == [life.facts for life in told(3)]
