"""Whose job is it: the first route, in the order people read, that fits.

Pure: no Django, no clock. A route has up to four conditions (what, whose or
which land, where, when); an empty condition fits everything. The answer always
comes with words, because a route that nobody can explain cannot be disputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

LAND_IN_WORDS = {
    "highway": "the highway",
    "council_housing": "council housing land",
    "park": "a park",
    "council_land": "council land",
    "housing_association": "housing-association land",
    "private": "private land",
    "railway": "railway land",
    "watercourse": "a watercourse",
    "unknown": "land of unknown owner",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a defect when it is routed.

    `area_ids` are the areas that hold the point, parents included; None says
    that nobody has looked yet, which is not the same as "in no area".
    """

    category: str
    group: str
    land_type: str = "unknown"
    land_owner_id: UUID | None = None
    area_ids: frozenset[UUID] | None = None
    severity: int = 3
    category_label: str = ""
    area_name: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One route as the rules see it. Empty text, an empty set or None fits all."""

    number: int
    position: int
    name: str
    organisation_id: UUID
    organisation_name: str
    service_level_id: int
    target_words: str
    valid_from: date
    valid_until: date | None = None
    category: str = ""
    group: str = ""
    land_types: frozenset[str] = frozenset()
    land_owner_id: UUID | None = None
    area_id: UUID | None = None
    team_id: UUID | None = None
    priority: int = 3
    target_valid_from: date = date.min
    target_valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The route that won, or None and why nobody serves this.

    `words` is kept with the job, or shown in the triage queue. `skipped` are
    routes that could not be evaluated: (route number, why).
    """

    route: Candidate | None
    words: str
    considered: int
    skipped: tuple[tuple[int, str], ...] = field(default=())


class CannotEvaluate(Exception):
    """A route asks for something that is not known."""


def first_match(candidates: Iterable[Candidate], facts: Facts, on: date) -> Decision:
    """The first candidate by position that fits `facts` on the local day `on`.

    `valid_from` counts, `valid_until` is the first day the route no longer
    holds. A route that cannot be evaluated is skipped and named; it never
    hides the routes after it.
    """
    skipped: list[tuple[int, str]] = []
    considered = 0
    for route in sorted(candidates, key=lambda each: (each.position, each.number)):
        try:
            if not _about(route, facts, on):
                continue
            considered += 1
            if _fits_place(route, facts):
                _has_target(route, on)
                words = _why(route, facts, considered, skipped)
                return Decision(route, words, considered, tuple(skipped))
        except CannotEvaluate as reason:
            skipped.append((route.number, str(reason)))
        except (TypeError, ValueError, AttributeError) as error:
            skipped.append((route.number, f"it is not well formed ({error})"))
    return Decision(None, _why_not(facts, considered, skipped), considered, tuple(skipped))


def _about(route: Candidate, facts: Facts, on: date) -> bool:
    """Does the route speak of this category on this day at all?"""
    if route.category and route.category != facts.category:
        return False
    if route.group and route.group != facts.group:
        return False
    return _holds(route.valid_from, route.valid_until, on)


def _fits_place(route: Candidate, facts: Facts) -> bool:
    """Is the land, its owner and the area what the route asks for?"""
    if route.land_types and facts.land_type not in route.land_types:
        return False
    if route.land_owner_id is not None and route.land_owner_id != facts.land_owner_id:
        return False
    if route.area_id is not None:
        if facts.area_ids is None:
            raise CannotEvaluate("the place has not been looked up")
        if route.area_id not in facts.area_ids:
            return False
    return True


def _has_target(route: Candidate, on: date) -> None:
    """A route without a target in force would open a job without a clock."""
    if not _holds(route.target_valid_from, route.target_valid_until, on):
        raise CannotEvaluate(f"its target of {route.target_words} is not in force")


def _holds(valid_from: date, valid_until: date | None, on: date) -> bool:
    return valid_from <= on and (valid_until is None or on < valid_until)


def _subject(facts: Facts) -> str:
    land = LAND_IN_WORDS.get(facts.land_type, facts.land_type)
    where = f" in {facts.area_name}" if facts.area_name else ""
    return f"{facts.category_label or facts.category} on {land}{where}"


def _unread(skipped: list[tuple[int, str]]) -> str:
    if not skipped:
        return ""
    listed = "; ".join(f"route {number}: {why}" for number, why in skipped)
    return f" Left out because they could not be evaluated: {listed}."


def _why(route: Candidate, facts: Facts, considered: int, skipped: list[tuple[int, str]]) -> str:
    counted = "1 route considered" if considered == 1 else f"{considered} routes considered"
    return (
        f"{_subject(facts)} → {route.organisation_name}, {route.target_words}, "
        f"because route {route.number} “{route.name}” fits first; {counted}."
        f"{_unread(skipped)}"
    )


def _why_not(facts: Facts, considered: int, skipped: list[tuple[int, str]]) -> str:
    if considered == 0:
        return f"No route serves {_subject(facts)}: no route names this category.{_unread(skipped)}"
    counted = "1 route for it was" if considered == 1 else f"{considered} routes for it were"
    return f"No route serves {_subject(facts)}: {counted} considered, none for this land and place.{_unread(skipped)}"
