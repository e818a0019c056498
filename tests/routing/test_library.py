"""The routes and targets that a council begins with, and how the database guards them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from checklists.models import Category
from checklists.rules import SERVICE_LEVELS
from ledger.models import Entry
from places.models import LandType
from routing import book, clocks, usual
from routing.actions import load_defaults
from routing.library import read_library
from routing.models import Calendar, Closure, Route, ServiceLevel
from routing.rules import LAND_IN_WORDS, Facts
from tests import cast, towns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def test_every_target_that_a_category_names_has_its_clock() -> None:
    held = {each.code: each for each in ServiceLevel.objects.all()}

    assert set(held) == set(SERVICE_LEVELS)
    for code, words in SERVICE_LEVELS.items():
        assert held[code].in_words == words.replace("28 calendar days", "28 days")


def test_the_library_names_known_land_and_serves_no_category_twice_on_one_kind_of_land() -> None:
    served = set()
    for row in read_library().rows:
        assert set(row.land_types) <= set(LandType.values)
        for category in row.categories:
            for land in row.land_types:
                assert (category, land) not in served, f"{category} on {land} is served twice"
                served.add((category, land))
    assert set(LAND_IN_WORDS) == set(LandType.values)


def test_fly_tips_on_every_kind_of_public_land_are_due_in_24_clock_hours() -> None:
    route = Route.objects.get(category="FT-GEN")

    assert set(route.land_types) == {"highway", "park", "council_land", "council_housing"}
    assert (route.service_level.clock, route.service_level.amount) == (clocks.CLOCK_HOURS, 24)


def test_loading_again_adds_nothing_and_keeps_what_the_council_changed(town: towns.Town) -> None:
    mine = Route.objects.get(category="FT-GEN")
    mine.organisation = town.housing
    mine.save()
    before = Route.objects.count()

    again = load_defaults(organisations={"ems": town.ems, "housing": town.housing})

    assert (again.routes_added, again.service_levels_added, again.routes_kept) == (0, 0, before)
    assert Route.objects.count() == before
    assert Route.objects.get(category="FT-GEN").organisation == town.housing
    assert Entry.objects.filter(kind="routes.loaded").count() == 1


def test_rows_that_nobody_serves_are_left_out_and_can_be_added_later(town: towns.Town) -> None:
    left_out = load_defaults(organisations={"ems": town.ems, "housing": town.housing}).left_out
    assert "roads-and-lamps-on-the-highway" in left_out
    assert not Route.objects.filter(category="LI-OUT", land_types__contains=["highway"]).exists()

    loaded = load_defaults(organisations={"highways": town.council})

    assert Route.objects.get(category="LI-OUT", land_types__contains=["highway"]).organisation == town.council
    assert loaded.routes_added == 9
    assert len(set(Route.objects.values_list("position", flat=True))) == Route.objects.count()


def test_a_key_that_the_library_does_not_know_is_refused(town: towns.Town) -> None:
    with pytest.raises(ValueError, match="not street_wizards"):
        load_defaults(organisations={"street_wizards": town.ems})


def test_routes_need_their_categories(town: towns.Town) -> None:
    Route.objects.all().delete()
    Category.objects.filter(pk="FT-GEN").delete()

    with pytest.raises(ValueError, match="load the categories first"):
        load_defaults(organisations={"ems": town.ems})


def test_an_operator_loads_them_by_command(town: towns.Town) -> None:
    Route.objects.all().delete()
    said = io.StringIO()
    call_command("load_routes", "ems=EMS", "housing=Testford Homes", stdout=said)

    assert f"{Route.objects.count()} routes and 0 service levels added" in said.getvalue()
    assert "Left out, nobody was named for it: vehicles-on-public-land" in said.getvalue()
    for wrong in ("ems", "ems=", "ems=Nobody", "wizards=EMS"):
        with pytest.raises(CommandError):
            call_command("load_routes", wrong, stdout=io.StringIO())


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": dt.date(2026, 1, 2), "valid_until": dt.date(2026, 1, 2)},
        {"valid_from": dt.date(2026, 1, 2), "valid_until": dt.date(2025, 1, 1)},
        {"priority": 0},
        {"priority": 5},
        {"group_id": "fly-tipping"},
    ],
)
def test_the_database_refuses_a_route_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.filter(category="FT-GEN").update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": 10 * 366 * 24},
        {"clock": "moon_phases"},
        {"clock": "working_days", "amount": 3660},
        {"valid_until": dt.date(1999, 1, 1)},
    ],
)
def test_the_database_refuses_a_target_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLevel.objects.filter(code="clock-24h").update(**wrong)


def test_two_routes_never_share_a_position_but_may_swap_theirs() -> None:
    first, second = Route.objects.all()[:2]
    with transaction.atomic():
        first.position, second.position = second.position, first.position
        first.save()
        second.save()
    assert list(Route.objects.all()[:2]) == [second, first]


def test_a_closure_of_the_service_moves_the_next_due_time() -> None:
    level = ServiceLevel.objects.get(code="wd-1")
    wednesday = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)
    assert book.current().target(level, wednesday).due_at == dt.datetime(2026, 6, 11, 22, 59, 59, tzinfo=dt.UTC)

    Closure.objects.create(calendar=Calendar.objects.get(), date=dt.date(2026, 6, 11), name="Depot move")

    target = book.current().target(level, wednesday)
    assert target.due_at == dt.datetime(2026, 6, 12, 22, 59, 59, tzinfo=dt.UTC)
    assert target.due_at - target.at_risk_at == dt.timedelta(hours=8)


def test_a_target_shorter_than_its_warning_is_at_risk_from_the_start() -> None:
    level = ServiceLevel.objects.get(code="clock-2h")
    level.warn_before_minutes = 600
    level.save()
    start = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)

    assert book.current().target(level, start).at_risk_at == start


def test_asking_again_costs_one_query_until_something_changes(town: towns.Town) -> None:
    facts = Facts(category="FT-GEN", group="fly-tipping", land_type="park")
    now = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)
    book.decide(facts, now)

    with CaptureQueriesContext(connection) as queries:
        assert book.decide(facts, now).route is not None
    assert len(queries) == 1

    route = Route.objects.get(category="FT-GEN")
    for change in (lambda: route.save(), lambda: cast.organisation(cast.EMS).save(), route.delete):
        change()
        decision = book.decide(facts, now)
    assert decision.route is None


def test_a_renamed_organisation_is_named_by_its_new_name(town: towns.Town) -> None:
    facts = Facts(category="FT-GEN", group="fly-tipping", land_type="park")
    now = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)
    assert "→ EMS" in book.decide(facts, now).words
    town.ems.short_name = "Veridian"
    town.ems.save()

    assert "→ Veridian" in book.decide(facts, now).words


def test_the_phone_says_what_happens_next() -> None:
    words = usual.what_next()

    assert set(words) == set(Category.objects.in_use().values_list("code", flat=True))
    assert words["FT-GEN"] == (
        "Goes to EMS on streets, parks, council land and housing land. Due within 24 hours of sending."
    )
    assert words["GR-OFF"] == (
        "Goes to Housing on housing land, to EMS on streets, parks and council land. Due within 24 hours of sending."
    )
    assert words["CD-FRT"] == "Goes to Housing on housing land. Due by the end of the next working day."
    assert words["FN-DAM"].endswith("Due within 20 working days.")
    assert words["OT-OTH"] == "A dispatcher decides who does it."


def test_a_route_that_has_ended_is_not_promised_to_the_phone() -> None:
    route = Route.objects.get(category="FT-GEN")
    route.valid_until = dt.date(2020, 1, 1)
    route.save()

    assert usual.what_next()["FT-GEN"] == "A dispatcher decides who does it."
