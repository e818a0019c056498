"""Whose job is it: the first route that fits, and the reason in words."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.rules import Candidate, Facts, first_match

TODAY = date(2026, 6, 10)
CASTLE, ABBEY = "ward-castle", "ward-abbey"


def route(number: int, **more: Any) -> Candidate:
    told = {
        "position": number * 10,
        "name": f"Route {number}",
        "organisation_id": "ems",
        "organisation_name": "EMS",
        "service_level_id": 1,
        "target_words": "24 clock hours",
        "valid_from": date(2020, 1, 1),
    }
    return Candidate(number=number, **{**told, **more})


def fly_tip(**more: Any) -> Facts:
    told = {
        "category": "fly_tip",
        "group": "fly_tipping",
        "land_type": "council_land",
        "area_ids": frozenset({CASTLE}),
        "category_label": "Fly-tip",
        "area_name": "Castle",
    }
    return Facts(**{**told, **more})


FENCES_ON_HOUSING_LAND = route(
    7,
    name="Fences on housing land",
    category="fence",
    land_types=frozenset({"council_housing"}),
    organisation_id="housing",
    organisation_name="Housing",
    target_words="20 working days",
)
FLY_TIPS_ON_PUBLIC_LAND = route(
    3, name="Fly-tips on public land", category="fly_tip", land_types=frozenset({"highway", "council_land"})
)


def test_the_same_fence_goes_to_whoever_owns_the_land() -> None:
    on_streets = route(8, name="Fences on streets", category="fence", land_types=frozenset({"highway"}))
    fence = fly_tip(category="fence", category_label="Broken fence", land_type="council_housing")

    at_housing = first_match([on_streets, FENCES_ON_HOUSING_LAND], fence, TODAY)
    at_ems = first_match([on_streets, FENCES_ON_HOUSING_LAND], dataclasses.replace(fence, land_type="highway"), TODAY)

    assert at_housing.route == FENCES_ON_HOUSING_LAND
    assert at_ems.route == on_streets


def test_the_winner_is_explained_in_words() -> None:
    in_abbey = route(1, name="Fly-tips in Abbey", category="fly_tip", area_id=ABBEY)

    decision = first_match([FLY_TIPS_ON_PUBLIC_LAND, FENCES_ON_HOUSING_LAND, in_abbey], fly_tip(), TODAY)

    assert decision.words == (
        "Fly-tip on council land in Castle → EMS, 24 clock hours, "
        "because route 3 “Fly-tips on public land” fits first; 2 routes considered."
    )


def test_the_order_people_read_decides_not_the_order_of_the_list() -> None:
    first, second = route(5, position=1), route(4, position=2)

    assert first_match([second, first], fly_tip(), TODAY).route == first


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({}, True),
        ({"category": "fly_tip"}, True),
        ({"category": "fence"}, False),
        ({"group": "fly_tipping"}, True),
        ({"group": "graffiti"}, False),
        ({"land_types": frozenset({"council_land", "park"})}, True),
        ({"land_types": frozenset({"private"})}, False),
        ({"land_owner_id": "council"}, True),
        ({"land_owner_id": "railway"}, False),
        ({"area_id": CASTLE}, True),
        ({"area_id": ABBEY}, False),
        ({"valid_from": TODAY}, True),
        ({"valid_from": date(2026, 6, 11)}, False),
        ({"valid_until": TODAY}, False),
        ({"valid_until": date(2026, 6, 11)}, True),
    ],
)
def test_each_condition_must_fit_and_an_empty_one_always_does(more: dict[str, Any], fits: bool) -> None:
    decision = first_match([route(1, **more)], fly_tip(land_owner_id="council"), TODAY)

    assert (decision.route is not None) is fits


def test_a_contract_that_ended_hands_over_on_the_day() -> None:
    changeover = date(2026, 7, 1)
    old = route(1, organisation_name="Old firm", valid_until=changeover)
    new = route(2, organisation_name="New firm", valid_from=changeover)

    assert first_match([old, new], fly_tip(), date(2026, 6, 30)).route == old
    assert first_match([old, new], fly_tip(), changeover).route == new


def test_land_that_nobody_serves_is_said_in_words() -> None:
    decision = first_match([FLY_TIPS_ON_PUBLIC_LAND], fly_tip(land_type="private"), TODAY)

    assert decision.route is None
    assert decision.words == (
        "No route serves Fly-tip on private land in Castle: "
        "1 route for it was considered, none for this land and place."
    )
    nobody = first_match([], fly_tip(land_type="unknown", area_name=""), TODAY)
    assert nobody.words == "No route serves Fly-tip on land of unknown owner: no route names this category."


def test_a_route_that_cannot_be_evaluated_stops_nothing_and_is_named() -> None:
    nobody_looked = fly_tip(area_ids=None)
    for_castle = route(1, area_id=CASTLE)
    target_ended = route(2, target_valid_until=date(2026, 1, 1))
    malformed = route(3, valid_until="soon")
    sound = route(4)

    decision = first_match(
        [for_castle, target_ended, malformed, sound],
        nobody_looked,
        TODAY,
    )

    assert decision.route == sound
    assert [number for number, _ in decision.skipped] == [1, 2, 3]
    assert "route 1: the place has not been looked up" in decision.words
    assert "route 2: its target of 24 clock hours is not in force" in decision.words


conditions = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["", "fly_tip", "fence"]),
        "land_types": st.sampled_from([frozenset(), frozenset({"highway"}), frozenset({"council_land"})]),
        "area_id": st.sampled_from([None, CASTLE, ABBEY]),
        "position": st.integers(1, 5),
    }
)


@given(st.lists(conditions, max_size=8), st.randoms())
def test_shuffling_the_routes_never_changes_who_does_it(several: list[dict[str, Any]], random: Any) -> None:
    routes = [route(number, **each) for number, each in enumerate(several, start=1)]
    shuffled = random.sample(routes, len(routes))

    assert first_match(routes, fly_tip(), TODAY) == first_match(shuffled, fly_tip(), TODAY)


@given(st.lists(conditions, max_size=8), conditions)
def test_a_route_added_at_the_end_never_changes_an_answer(several: list[dict[str, Any]], last: dict[str, Any]) -> None:
    routes = [route(number, **each) for number, each in enumerate(several, start=1)]
    before = first_match(routes, fly_tip(), TODAY)
    after = first_match([*routes, route(99, **{**last, "position": 99})], fly_tip(), TODAY)

    if before.route is not None:
        assert after == before
