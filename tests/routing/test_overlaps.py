"""Two routes that speak of the same thing: twins, which are a mistake, and rivals, which may be meant."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.overlaps import Line, at_the_same_time, rivals, twins

CASTLE, ESTATE, ALLEY = (UUID(int=number) for number in (1, 2, 3))
EMS, HOUSING = UUID(int=11), UUID(int=12)
JANUARY, JULY, DECEMBER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 1)


def line(code: str, **more: Any) -> Line:
    """A route for fly-tips, from January on."""
    told: dict[str, Any] = {"exactness": (2, 0, 1, 0), "holds_from": JANUARY, "category": "FT-GEN"}
    return Line(code=code, **{**told, **more})


def never(first: UUID, second: UUID) -> bool:
    return False


def always(first: UUID, second: UUID) -> bool:
    return True


def test_the_old_and_the_new_contract_meet_only_where_their_dates_do() -> None:
    old = line("old", holds_until=JULY)

    assert list(twins([old, line("new", holds_from=JULY)])) == []
    too_early = line("new", holds_from=date(2026, 6, 30))
    assert list(twins([old, too_early])) == [(old, too_early)]


@pytest.mark.parametrize(
    "other",
    [
        {"category": "FN-DAM"},
        {"land_types": frozenset({"park"})},
        {"land_owner_id": EMS},
        {"area_id": CASTLE},
        {"severities": frozenset({1})},
    ],
)
def test_twins_ask_for_exactly_the_same(other: dict[str, Any]) -> None:
    assert list(twins([line("one"), line("two", **other)])) == []
    assert len(list(twins([line("one", **other), line("two", **other)]))) == 1


def test_parks_and_streets_against_parks_and_council_land_are_rivals_where_both_fit() -> None:
    streets = line("streets", land_types=frozenset({"park", "highway"}))
    council = line("council", land_types=frozenset({"park", "council_land"}))
    railway = line("railway", land_types=frozenset({"railway"}))

    assert list(rivals([streets, council, railway], never)) == [(streets, council)]


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        # A more exact route is no rival: the rules know which of the two wins.
        ({"exactness": (2, 2, 1, 0)}, {"exactness": (2, 0, 1, 0)}, False),
        ({"land_owner_id": EMS}, {"land_owner_id": HOUSING}, False),
        ({"land_owner_id": EMS, "land_types": frozenset({"park"})}, {"land_owner_id": EMS}, True),
        ({"severities": frozenset({1, 2})}, {"severities": frozenset({2, 3})}, True),
        ({"severities": frozenset({1, 2})}, {"severities": frozenset({3, 4})}, False),
        (
            {"holds_until": JULY, "severities": frozenset({1})},
            {"holds_from": JULY, "severities": frozenset({1, 2})},
            False,
        ),
        ({"category": "FN-DAM"}, {"land_types": frozenset({"park"})}, False),
    ],
)
def test_rivals_can_both_fit_one_defect(first: dict[str, Any], second: dict[str, Any], meet: bool) -> None:
    pair = [line("first", **first), line("second", **second)]

    assert bool(list(rivals(pair, never))) is meet


def test_two_areas_are_rivals_where_they_have_ground_in_common() -> None:
    pair = [line("estate", area_id=ESTATE), line("alley", area_id=ALLEY)]

    assert list(rivals(pair, never)) == []
    assert list(rivals(pair, always)) == [tuple(pair)]


days = st.dates(JANUARY, DECEMBER)


@given(days, st.none() | days, days, st.none() | days, days)
def test_two_that_hold_at_the_same_time_share_a_day(
    begin: date, end: date | None, other_begin: date, other_end: date | None, day: date
) -> None:
    first, second = (
        line("1", holds_from=begin, holds_until=end),
        line("2", holds_from=other_begin, holds_until=other_end),
    )

    def holds(each: Line) -> bool:
        return each.holds_from <= day and (each.holds_until is None or day < each.holds_until)

    if holds(first) and holds(second):
        assert at_the_same_time(first, second)
    assert at_the_same_time(first, second) == at_the_same_time(second, first)
