"""A draft is tried against what was received: who would have got it, and by when. Nothing is changed by that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Defect
from jobs import dry_run
from jobs.models import Job
from ledger.models import Delivery, Entry
from places.models import Area, AreaKind, Hotspot
from routing import register
from routing.editions import DryRun
from tests import cast, running, towns
from tests.jobs.stories import defect_at, work
from tests.routing.drafts import FENCES_ON_ROADS, FLY_TIPS_ON_ROADS, Desk, fields_of


@pytest.fixture
def town(db: None) -> towns.Town:
    return towns.testford()


@pytest.fixture
def desk(town: towns.Town) -> Desk:
    mine = Desk()
    mine.begin()
    return mine


def result_of(desk: Desk, asked: dict[str, Any], query: str = "") -> dict[str, Any]:
    return desk.call("get", f"/api/dry-runs/{asked['id']}{query}")


def tried(desk: Desk, query: str = "", **more: Any) -> dict[str, Any]:
    """The draft, tried by the worker."""
    asked = desk.try_it(**more)
    assert (asked["state"], asked["is_current"]) == ("waiting", True)
    work()
    return result_of(desk, asked, query)


def untouched() -> list[Any]:
    """All that a trial must leave alone."""
    return [
        list(Job.objects.order_by("pk").values()),
        list(Defect.objects.order_by("pk").values()),
        Entry.objects.exclude(kind="routes.tried").count(),
    ]


def test_fences_to_housing_shows_who_would_have_got_them(desk: Desk, town: towns.Town) -> None:
    fences = [defect_at(towns.ROAD), defect_at(towns.IN_SPENCER)]
    defect_at(towns.HOUSING_LAND)
    defect_at(towns.ROAD, "FT-GEN")
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)))
    before = untouched()

    told = tried(desk)

    assert (told["state"], told["done"], told["total"]) == ("done", 4, 4)
    counts = told["counts"]
    assert (counts["considered"], counts["same"], counts["elsewhere"], counts["other_time"]) == (4, 2, 2, 0)
    assert told["moves"] == [{"was": "EMS", "would": "Housing", "count": 2}]
    assert [row["defect"]["reference"] for row in told["rows"]] == [each.reference for each in reversed(fences)]
    row = told["rows"][0]
    assert (row["was"]["organisation"], row["would"]["organisation"]) == ("EMS", "Housing")
    assert row["was"]["due_at"] == row["would"]["due_at"]
    # What was, is told as the job tells it; what would be has no number yet.
    assert row["was"]["words"] == Job.objects.get(defect=fences[1]).route_reason
    assert (
        "because the proposed route “Damaged or leaning fence or wall on streets and council land”"
        in row["would"]["words"]
    )
    assert untouched() == before


def test_a_shorter_target_shows_what_would_be_due_earlier(desk: Desk) -> None:
    defect = defect_at(towns.ROAD, "FT-GEN")
    desk.change(FLY_TIPS_ON_ROADS, fields_of(FLY_TIPS_ON_ROADS, service_level="clock-4h"))

    told = tried(desk, "?kind=other_time")

    counts = told["counts"]
    assert (counts["elsewhere"], counts["other_time"], counts["earlier"], counts["later"]) == (0, 1, 1, 0)
    [row] = told["rows"]
    was, would = (dt.datetime.fromisoformat(row[side]["due_at"]) for side in ("was", "would"))
    # As it really is due, and counted from the same receipt.
    assert was == Job.objects.get(defect=defect).due_at
    assert was - would == dt.timedelta(hours=20)


def test_ending_a_route_shows_what_a_person_would_have_to_decide(desk: Desk) -> None:
    defect_at(towns.ROAD)
    desk.end(FENCES_ON_ROADS)

    told = tried(desk)

    assert (told["counts"]["elsewhere"], told["counts"]["to_nobody"]) == (1, 1)
    assert told["moves"] == [{"was": "EMS", "would": None, "count": 1}]
    assert told["rows"][0]["would"]["organisation"] is None
    assert "No route serves" in told["rows"][0]["would"]["words"]


def test_a_gap_that_is_closed_shows_who_would_have_had_it(desk: Desk, town: towns.Town) -> None:
    defect_at(towns.PRIVATE_LAND)
    fields = fields_of(FENCES_ON_ROADS, name="Private fences", land_types=["private"])
    del fields["position"]
    desk.add(fields)

    told = tried(desk)

    assert (told["counts"]["elsewhere"], told["counts"]["from_nobody"]) == (1, 1)
    assert told["rows"][0]["was"]["organisation"] is None


def test_another_team_is_neither_elsewhere_nor_another_time(desk: Desk) -> None:
    defect_at(towns.ROAD)
    team = cast.team("North", cast.EMS)
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, team_id=str(team.pk)))

    counts = tried(desk)["counts"]

    assert (counts["elsewhere"], counts["other_time"], counts["otherwise"]) == (0, 0, 1)


def test_a_change_that_holds_from_july_is_tried_as_of_july(desk: Desk, town: towns.Town) -> None:
    defect_at(towns.ROAD)
    july = (timezone.now().date() + dt.timedelta(days=60)).isoformat()
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk), valid_from=july))

    later, today = tried(desk), tried(desk, as_of=timezone.now().date().isoformat())

    assert (later["as_of"], later["counts"]["elsewhere"]) == (july, 1)
    # Today the changed route would not hold yet: nobody would have it.
    assert (today["counts"]["elsewhere"], today["counts"]["to_nobody"]) == (1, 1)


def test_a_day_that_nobody_plans_for_is_refused(desk: Desk) -> None:
    desk.end(FENCES_ON_ROADS)

    assert desk.try_it(status=400, as_of="0001-01-01")["code"] == "invalid_input"
    assert not DryRun.objects.exists()


def test_an_area_of_a_new_route_is_looked_up_for_each_defect(desk: Desk, town: towns.Town) -> None:
    in_castle = defect_at(towns.ROAD)
    defect_at(towns.IN_SPENCER)
    fields = fields_of(FENCES_ON_ROADS, name="Fences in Castle", area_id=str(town.castle.pk))
    del fields["position"]
    desk.add({**fields, "organisation_id": str(town.housing.pk)})

    told = tried(desk)

    assert [row["defect"]["id"] for row in told["rows"]] == [str(in_castle.pk)]


def test_a_decision_of_the_register_goes_before_the_draft_as_before_the_book(desk: Desk, town: towns.Town) -> None:
    here = defect_at(towns.ROAD)
    there = defect_at(towns.IN_SPENCER)
    register.write_decision(
        defect=here,
        organisation=town.ems,
        person=cast.person("manager"),
        basis="settled",
        note="EMS sweeps this corner.",
        guides=True,
    )
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)))

    told = tried(desk)

    assert [row["defect"]["id"] for row in told["rows"]] == [str(there.pk)]


def test_a_hotspot_halves_the_time_in_a_trial_too(desk: Desk, town: towns.Town) -> None:
    today = timezone.now().date()
    area = Area.objects.create(
        kind=AreaKind.HOTSPOT, name="Mere Road", source="test", reference="h1", boundary=town.castle.boundary
    )
    Hotspot.objects.create(
        area=area,
        starts_on=today - dt.timedelta(days=1),
        ends_on=today + dt.timedelta(days=9),
        review_on=today + dt.timedelta(days=5),
        declared_by=cast.person("manager"),
    )
    defect = defect_at(towns.ROAD, "FT-GEN")
    desk.change(FLY_TIPS_ON_ROADS, fields_of(FLY_TIPS_ON_ROADS, service_level="clock-4h"))

    [row] = tried(desk, "?kind=other_time")["rows"]

    was, would = (dt.datetime.fromisoformat(row[side]["due_at"]) - defect.received_at for side in ("was", "would"))
    assert (was, would) == (dt.timedelta(hours=12), dt.timedelta(hours=4))
    assert "hotspot “Mere Road”" in row["was"]["words"]


def test_what_was_received_longer_ago_is_left_alone(desk: Desk, town: towns.Town) -> None:
    defect_at(towns.ROAD)
    Defect.objects.update(received_at=F("received_at") - dt.timedelta(days=91))
    desk.end(FENCES_ON_ROADS)

    told = tried(desk)

    assert (told["state"], told["total"], told["counts"]["considered"]) == ("done", 0, 0)


def test_a_trial_of_a_draft_that_was_changed_since_says_so(desk: Desk, town: towns.Town) -> None:
    defect_at(towns.ROAD)
    desk.end(FENCES_ON_ROADS)
    asked = desk.try_it()
    desk.end(FLY_TIPS_ON_ROADS)
    work()

    told = result_of(desk, asked)

    assert (told["state"], told["is_current"]) == ("failed", False)
    assert "changed before the trial began" in told["failure"]
    assert told["counts"] is None
    assert desk.read()["dry_run"]["is_current"] is False


def test_a_second_delivery_of_the_same_trial_changes_nothing(desk: Desk) -> None:
    defect_at(towns.ROAD)
    desk.end(FENCES_ON_ROADS)
    told = tried(desk)
    ended = DryRun.objects.get(pk=told["id"]).ended_at

    dry_run.dry_run(dry_run_id=DryRun.objects.get().pk)

    assert DryRun.objects.get().ended_at == ended


def test_rows_come_in_pages_and_the_counts_tell_of_all(
    desk: Desk, town: towns.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "ROWS_KEPT", 60)
    pattern = defect_at(towns.ROAD)
    copies = []
    for _ in range(70):
        copy = Defect.objects.get(pk=pattern.pk)
        copy.pk, copy.number, copy._state.adding = cast.new_id(), Defect._meta.get_field("number").get_default(), True
        copies.append(copy)
    Defect.objects.bulk_create(copies)
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)))

    first = tried(desk)
    second = result_of(desk, first, f"?offset={first['next_offset']}")

    assert (first["counts"]["elsewhere"], first["kept"], len(first["rows"]), first["next_offset"]) == (71, 60, 50, 50)
    assert (len(second["rows"]), second["next_offset"]) == (10, None)


def test_a_thousand_defects_take_few_queries(desk: Desk, town: towns.Town) -> None:
    pattern = defect_at(towns.ROAD)
    copies = []
    for _ in range(999):
        copy = Defect.objects.get(pk=pattern.pk)
        copy.pk, copy.number, copy._state.adding = cast.new_id(), Defect._meta.get_field("number").get_default(), True
        copies.append(copy)
    Defect.objects.bulk_create(copies)
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)))
    asked = desk.try_it()
    Delivery.objects.update(done_at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        dry_run.dry_run(dry_run_id=DryRun.objects.get(pk=asked["id"]).pk)

    assert result_of(desk, asked)["counts"]["elsewhere"] == 1000
    assert len(queries) < 60, "\n".join(query["sql"][:120] for query in queries)


def test_only_the_councils_desks_see_a_trial(desk: Desk) -> None:
    defect_at(towns.ROAD)
    desk.end(FENCES_ON_ROADS)
    told = tried(desk)

    contractor = Desk(cast.person("manager", of=cast.EMS))
    assert contractor.call("get", f"/api/dry-runs/{told['id']}", status=403)["code"] == "not_allowed"
    assert Desk(cast.person("dispatcher")).call("get", f"/api/dry-runs/{told['id']}")["state"] == "done"
    missing = f"/api/dry-runs/{cast.new_id()}"
    assert desk.call("get", missing, status=404)["code"] == "unknown_dry_run"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_tries_it_and_says_how_far_it_is(start_worker: Callable[..., running.Running]) -> None:
    town = towns.testford()
    desk = Desk()
    desk.begin()
    defect_at(towns.ROAD)
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, organisation_id=str(town.housing.pk)))
    asked = desk.try_it()
    start_worker()

    running.wait_for(lambda: result_of(desk, asked)["state"] == "done", seconds=60, what="the end of the trial")

    told = result_of(desk, asked)
    assert told["counts"]["elsewhere"] == 1
    assert Delivery.objects.filter(reaction="jobs.dry_run", done_at=None).count() == 0
