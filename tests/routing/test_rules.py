"""Whose job is it: the most exact route that fits, and the reason in words."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.rules import Candidate, Facts, InHotspot, Ruling, decide

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

    at_housing = decide([on_streets, FENCES_ON_HOUSING_LAND], fence, TODAY)
    at_ems = decide([on_streets, FENCES_ON_HOUSING_LAND], dataclasses.replace(fence, land_type="highway"), TODAY)

    assert at_housing.route == FENCES_ON_HOUSING_LAND
    assert at_ems.route == on_streets


def test_the_winner_is_explained_in_words() -> None:
    in_abbey = route(1, name="Fly-tips in Abbey", category="fly_tip", area_id=ABBEY, area_kind="ward")

    decision = decide([FLY_TIPS_ON_PUBLIC_LAND, FENCES_ON_HOUSING_LAND, in_abbey], fly_tip(), TODAY)

    assert decision.words == (
        "Fly-tip on council land in Castle → EMS, 24 clock hours, "
        "because route 3 “Fly-tips on public land” is the only one that fits; 1 other considered."
    )


def test_a_more_exact_route_wins_whatever_its_position() -> None:
    """The worked example of docs/routing-and-sla.md."""
    anything = route(1, position=1, name="Anything on council land", land_types=frozenset({"council_land"}))
    in_castle = route(
        14,
        position=900,
        name="Fly-tips on council land in Castle",
        category="fly_tip",
        area_id=CASTLE,
        area_kind="ward",
        land_types=frozenset({"council_land"}),
    )

    decision = decide([anything, FLY_TIPS_ON_PUBLIC_LAND, in_castle, FENCES_ON_HOUSING_LAND], fly_tip(), TODAY)

    assert decision.words == (
        "Fly-tip on council land in Castle → EMS, 24 clock hours, because route 14 "
        "“Fly-tips on council land in Castle” is the most exact of 3 that fit; 2 others considered."
    )


# What a route asks for, from the least exact to the most: each beats all that stand before it.
LADDER: list[dict[str, Any]] = [
    {},
    {"severities": frozenset({3})},
    {"land_types": frozenset({"council_land"})},
    {"land_owner_id": "council"},
    {"area_id": CASTLE, "area_kind": "ward"},
    {"area_id": CASTLE, "area_kind": "ward", "land_owner_id": "council"},
    {"area_id": CASTLE, "area_kind": "estate"},
    {"area_id": CASTLE, "area_kind": "hotspot"},
    {"group": "fly_tipping"},
    {"group": "fly_tipping", "area_id": CASTLE, "area_kind": "hotspot", "land_owner_id": "council"},
    {"category": "fly_tip"},
    {"category": "fly_tip", "severities": frozenset({3})},
    {"category": "fly_tip", "area_id": CASTLE, "area_kind": "hotspot", "land_owner_id": "council"},
]


@pytest.mark.parametrize("rung", range(1, len(LADDER)))
def test_what_comes_before_where_and_where_before_whose_land(rung: int) -> None:
    routes = [route(number, position=number, **asked) for number, asked in enumerate(LADDER[: rung + 1], start=1)]

    decision = decide(routes, fly_tip(land_owner_id="council"), TODAY)

    assert decision.route == routes[rung]
    assert decision.fitting == rung + 1


def test_of_equally_exact_routes_the_first_by_position_wins_and_the_words_say_so() -> None:
    first, second = route(5, position=1), route(4, position=2)

    decision = decide([second, first], fly_tip(), TODAY)

    assert decision.route == first
    assert "route 5 “Route 5” comes first of 2 that fit equally exactly; 1 other considered." in decision.words


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
        ({"severities": frozenset({2, 3})}, True),
        ({"severities": frozenset({1})}, False),
        ({"contract_from": TODAY}, True),
        ({"contract_from": date(2026, 6, 11)}, False),
        ({"contract_until": TODAY}, False),
        ({"valid_from": TODAY}, True),
        ({"valid_from": date(2026, 6, 11)}, False),
        ({"valid_until": TODAY}, False),
        ({"valid_until": date(2026, 6, 11)}, True),
    ],
)
def test_each_condition_must_fit_and_an_empty_one_always_does(more: dict[str, Any], fits: bool) -> None:
    decision = decide([route(1, **more)], fly_tip(land_owner_id="council"), TODAY)

    assert (decision.route is not None) is fits


def test_a_contract_that_ended_hands_over_on_the_day() -> None:
    changeover = date(2026, 7, 1)
    old = route(1, organisation_name="Old firm", valid_until=changeover)
    new = route(2, organisation_name="New firm", valid_from=changeover)

    assert decide([old, new], fly_tip(), date(2026, 6, 30)).route == old
    assert decide([old, new], fly_tip(), changeover).route == new


def test_land_that_nobody_serves_is_said_in_words() -> None:
    decision = decide([FLY_TIPS_ON_PUBLIC_LAND], fly_tip(land_type="private"), TODAY)

    assert decision.route is None
    assert decision.words == (
        "No route serves Fly-tip on private land in Castle: "
        "1 route for it was considered, none for this land and place."
    )
    nobody = decide([], fly_tip(land_type="unknown", area_name=""), TODAY)
    assert nobody.words == "No route serves Fly-tip on land of unknown owner: no route names this category."


def test_a_route_that_cannot_be_evaluated_hides_no_other_of_its_kind() -> None:
    target_ended = route(2, target_valid_until=date(2026, 1, 1))
    malformed = route(3, valid_until="soon")
    sound = route(4)

    decision = decide([target_ended, malformed, sound], fly_tip(), TODAY)

    assert decision.route == sound
    assert [number for number, _ in decision.skipped] == [2, 3]
    assert "route 2: its target of 24 clock hours is not in force" in decision.words


def test_where_a_more_exact_route_cannot_be_evaluated_a_person_decides() -> None:
    nobody_looked = fly_tip(area_ids=None)
    for_castle = route(1, name="For Castle", area_id=CASTLE, area_kind="ward")

    decision = decide([for_castle, route(4, name="Anything")], nobody_looked, TODAY)

    assert (decision.route, decision.outcome) == (None, None)
    assert decision.skipped == ((1, "the place has not been looked up"),)
    assert decision.words == (
        "Fly-tip on council land in Castle would go to EMS by route 4 “Anything”, but a more exact route could not "
        "be evaluated (route 1 “For Castle”: the place has not been looked up). A person decides."
    )


def test_a_route_that_does_not_fit_anyway_is_not_missed() -> None:
    """It asks for an area that nobody looked up, and for land that this is not."""
    parks = route(1, area_id=CASTLE, area_kind="ward", land_types=frozenset({"park"}))

    decision = decide([parks, route(4)], fly_tip(area_ids=None), TODAY)

    assert decision.route is not None
    assert decision.skipped == ()


def test_a_closed_organisation_gets_nothing() -> None:
    closed = route(1, category="fly_tip", organisation_name="Old firm", closed_on=TODAY)

    alone = decide([closed], fly_tip(), TODAY)
    beside = decide([closed, route(2)], fly_tip(), TODAY)
    the_day_before = decide([closed], fly_tip(), date(2026, 6, 9))

    assert (alone.outcome, beside.outcome) == (None, None)
    assert "Old firm takes no work since 10 June 2026" in alone.words
    assert "Old firm takes no work since 10 June 2026" in beside.words
    assert the_day_before.route == closed


HOT = InHotspot("hotspot-mere-road", "Mere Road", date(2027, 3, 31))


def test_in_a_hotspot_a_report_counts_one_severity_up() -> None:
    worst = route(1, severities=frozenset({1}), organisation_name="Night crew")

    assert decide([worst, route(2)], fly_tip(severity=2), TODAY).route == route(2)
    assert decide([worst, route(2)], fly_tip(severity=2, hotspot=HOT), TODAY).route == worst
    assert fly_tip(severity=1, hotspot=HOT).counted_severity == 1


# ── the register ─────────────────────────────────────────────────────────────

RULING = Ruling(12, "R-0012", "housing", "Housing", date(2026, 3, 3), "Mo Manager")


def test_a_decision_at_the_place_comes_before_every_route_and_is_cited() -> None:
    of_housing = route(
        8, organisation_id="housing", organisation_name="Housing", target_words="2 working days", service_level_id=5
    )

    decision = decide([FLY_TIPS_ON_PUBLIC_LAND, of_housing], fly_tip(), TODAY, RULING)

    assert decision.ruling == RULING
    assert decision.outcome is not None
    assert (decision.outcome.organisation_id, decision.outcome.service_level_id) == ("housing", 5)
    assert decision.words == (
        "Fly-tip on council land in Castle → Housing, 2 working days, by decision R-0012 of 3 March 2026 by Mo Manager."
    )


def test_without_a_route_of_theirs_the_categorys_own_target_holds() -> None:
    decision = decide([FLY_TIPS_ON_PUBLIC_LAND], fly_tip(default_target=(9, "5 working days")), TODAY, RULING)

    assert decision.outcome is not None
    assert decision.outcome.service_level_id == 9
    assert "→ Housing, 5 working days, by decision R-0012" in decision.words


@pytest.mark.parametrize(
    ("ruling", "reason"),
    [
        (RULING, "gives Fly-tip on council land in Castle to Housing, and no target for it is in force"),
        (dataclasses.replace(RULING, closed_on=TODAY), "to Housing, which takes no work since 10 June 2026"),
    ],
)
def test_a_decision_that_cannot_be_followed_goes_before_a_person(ruling: Ruling, reason: str) -> None:
    decision = decide([FLY_TIPS_ON_PUBLIC_LAND], fly_tip(), TODAY, ruling)

    assert decision.outcome is None
    assert reason in decision.words


# ── for all books ────────────────────────────────────────────────────────────

conditions = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["", "fly_tip", "fence"]),
        "land_types": st.sampled_from([frozenset(), frozenset({"highway"}), frozenset({"council_land"})]),
        "area_id": st.sampled_from([None, CASTLE, ABBEY]),
        "area_kind": st.sampled_from(["ward", "estate", "hotspot"]),
        "severities": st.sampled_from([frozenset(), frozenset({1}), frozenset({3})]),
        "closed_on": st.sampled_from([None, None, None, TODAY]),
        "position": st.integers(1, 5),
    }
)
books = st.lists(conditions, max_size=8)


def the_book(several: list[dict[str, Any]]) -> list[Candidate]:
    return [route(number, **each) for number, each in enumerate(several, start=1)]


@given(books, st.randoms())
def test_shuffling_the_routes_never_changes_who_does_it(several: list[dict[str, Any]], random: Any) -> None:
    routes = the_book(several)
    shuffled = random.sample(routes, len(routes))

    assert decide(routes, fly_tip(), TODAY) == decide(shuffled, fly_tip(), TODAY)


NOTHING_ASKED: dict[str, Any] = {
    "category": "",
    "area_id": None,
    "land_types": frozenset(),
    "severities": frozenset(),
}


@given(books, conditions, st.sets(st.sampled_from(sorted(NOTHING_ASKED)), min_size=1))
def test_adding_a_less_exact_route_never_changes_the_winner(
    several: list[dict[str, Any]], more: dict[str, Any], forgotten: set[str]
) -> None:
    """Neither any that asks for less, nor one that asks for the same less something, which fits for sure."""
    routes = the_book([*several, {}])
    before = decide(routes, fly_tip(), TODAY)
    if before.route is None:
        return
    weaker = dataclasses.replace(before.route, number=98, position=0, **{k: NOTHING_ASKED[k] for k in forgotten})
    for added in (weaker, route(99, **{**more, "position": 0})):
        if added.exactness < before.route.exactness:
            assert decide([*routes, added], fly_tip(), TODAY).route == before.route


@given(books)
def test_the_winner_fits_and_no_route_that_fits_is_more_exact(several: list[dict[str, Any]]) -> None:
    routes = the_book(several)
    decision = decide(routes, fly_tip(), TODAY)
    alone = [each for each in routes if decide([each], fly_tip(), TODAY).route]

    if decision.route is not None:
        assert decision.route in alone
        assert decision.route.exactness == max(each.exactness for each in alone)
    else:
        missed = {number for number, _ in decision.skipped}
        best = max((each.exactness for each in alone), default=(-1,))
        assert not alone or any(each.exactness > best for each in routes if each.number in missed)
