"""Whose job is it: a decision of the register, else the most exact route that fits.

Pure: no Django, no clock. A route has up to five conditions (what, where, whose
or which land, how bad, when); an empty condition fits everything. The answer always
comes with words, because a route that nobody can explain cannot be disputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
class InHotspot:
    """The declared hotspot in which a defect lay when it was received; `until` is its last day."""

    area_id: UUID
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a defect when it is routed.

    `area_ids` are the areas that hold the point, parents and hotspots in force included; None says
    that nobody has looked yet, which is not the same as "in no area". `severity` is the reporter's;
    routes are asked with `counted_severity`. `default_target` is the category's own service level in
    force: (id, "24 clock hours"). `place` (longitude, latitude) and `parcel_id` are for the register of decisions.
    """

    category: str
    group: str
    land_type: str = "unknown"
    land_owner_id: UUID | None = None
    area_ids: frozenset[UUID] | None = None
    severity: int = 3
    category_label: str = ""
    area_name: str = ""
    hotspot: InHotspot | None = None
    default_target: tuple[int, str] | None = None
    place: tuple[float, float] | None = None
    parcel_id: UUID | None = None

    @property
    def counted_severity(self) -> int:
        """One up in a declared hotspot; 1 is the worst there is."""
        return self.severity if self.hotspot is None else max(1, self.severity - 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One route as the rules see it. Empty text, an empty set or None fits all.

    `contract_from` and `contract_until` bound it as its own dates do. `closed_on` is the first day on
    which its organisation takes no work.
    """

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
    area_kind: str = ""
    severities: frozenset[int] = frozenset()
    team_id: UUID | None = None
    priority: int = 3
    target_valid_from: date = date.min
    target_valid_until: date | None = None
    contract_name: str = ""
    contract_from: date = date.min
    contract_until: date | None = None
    closed_on: date | None = None

    @property
    def exactness(self) -> tuple[int, int, int, int]:
        """How exact its conditions are: what, then where, then whose land, then how bad."""
        return (
            2 if self.category else 1 if self.group else 0,
            _HOW_NEAR.get(self.area_kind, 1) if self.area_id is not None else 0,
            2 if self.land_owner_id is not None else 1 if self.land_types else 0,
            1 if self.severities else 0,
        )

    def holds_on(self, day: date) -> bool:
        """Is it in force on the local day, with its contract, and can its organisation take work?"""
        return (
            _holds(self.valid_from, self.valid_until, day)
            and _holds(self.contract_from, self.contract_until, day)
            and (self.closed_on is None or day < self.closed_on)
        )


# The smaller the ground, the more exact the route: a hotspot before an estate before a ward.
_HOW_NEAR = {"hotspot": 4, "estate": 3, "sector": 3, "ward": 2, "council": 1}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on the register that holds at the place of a defect. `decided_on` is a local day."""

    number: int
    reference: str
    organisation_id: UUID
    organisation_name: str
    decided_on: date
    decided_by: str
    clear_first: bool = False
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who gets the work, by which target."""

    organisation_id: UUID
    organisation_name: str
    service_level_id: int
    team_id: UUID | None
    priority: int
    route_number: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it and why, or why nobody does.

    `route` is the route that won, `ruling` the decision on the register that did; with neither, a person
    decides. `words` is kept with the job, or shown in the triage queue. `considered` counts the routes
    that speak of this, `fitting` those that fit. `skipped` are routes that could not be evaluated:
    (route number, why).
    """

    route: Candidate | None
    words: str
    considered: int
    skipped: tuple[tuple[int, str], ...] = field(default=())
    ruling: Ruling | None = None
    outcome: Outcome | None = None
    fitting: int = 0


class CannotEvaluate(Exception):
    """A route asks for something that is not known."""


@dataclass(slots=True)
class _Sifted:
    """The routes that speak of this on the day, each in the order of exactness."""

    fitting: list[Candidate] = field(default_factory=list)
    others: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[Candidate, str]] = field(default_factory=list)

    @property
    def considered(self) -> int:
        return len(self.fitting) + len(self.others) + len(self.skipped)

    @property
    def named(self) -> tuple[tuple[int, str], ...]:
        return tuple((route.number, why) for route, why in self.skipped)


def decide(candidates: Iterable[Candidate], facts: Facts, on: date, ruling: Ruling | None = None) -> Decision:
    """Whose job this is on the local day `on`.

    A `ruling` of the register comes before every route. Otherwise the most exact of the routes that fit
    decides (`Candidate.exactness`), and of equally exact ones the first by position. `valid_from` counts,
    `valid_until` is the first day that does not.

    A route that cannot be evaluated never hides another. Where it would have been more exact than the one
    that wins, or nothing else fits, nobody can say that the winner is right: a person decides.
    """
    sifted = _sift(candidates, facts, on)
    if ruling is not None:
        return _by_ruling(ruling, sifted, facts, on)
    if not sifted.fitting:
        return Decision(None, _why_not(facts, sifted), sifted.considered, sifted.named)
    winner = sifted.fitting[0]
    exacter = [(route, why) for route, why in sifted.skipped if route.exactness > winner.exactness]
    if exacter:
        words = _why_uncertain(facts, winner, exacter)
        return Decision(None, words, sifted.considered, sifted.named, fitting=len(sifted.fitting))
    return Decision(
        winner,
        _why(winner, facts, sifted),
        sifted.considered,
        sifted.named,
        outcome=_outcome_of(winner),
        fitting=len(sifted.fitting),
    )


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The most exact first; equally exact ones by position."""
    return sorted(candidates, key=lambda each: ([-step for step in each.exactness], each.position, each.number))


def _sift(candidates: Iterable[Candidate], facts: Facts, on: date) -> _Sifted:
    sifted = _Sifted()
    for route in in_order(candidates):
        try:
            if not _about(route, facts, on):
                continue
            if _fits_place(route, facts):
                _can_take_it(route, on)
                sifted.fitting.append(route)
            else:
                sifted.others.append(route)
        except CannotEvaluate as reason:
            sifted.skipped.append((route, str(reason)))
        except (TypeError, ValueError, AttributeError) as error:
            sifted.skipped.append((route, f"it is not well formed ({error})"))
    return sifted


def _about(route: Candidate, facts: Facts, on: date) -> bool:
    """Does the route speak of this category on this day at all?"""
    if route.category and route.category != facts.category:
        return False
    if route.group and route.group != facts.group:
        return False
    return _holds(route.valid_from, route.valid_until, on) and _holds(route.contract_from, route.contract_until, on)


def _fits_place(route: Candidate, facts: Facts) -> bool:
    """Are the land, its owner, the severity and the area what the route asks for? What is unknown is asked last."""
    if route.land_types and facts.land_type not in route.land_types:
        return False
    if route.land_owner_id is not None and route.land_owner_id != facts.land_owner_id:
        return False
    if route.severities and facts.counted_severity not in route.severities:
        return False
    if route.area_id is not None:
        if facts.area_ids is None:
            raise CannotEvaluate("the place has not been looked up")
        if route.area_id not in facts.area_ids:
            return False
    return True


def _can_take_it(route: Candidate, on: date) -> None:
    """A job without a target would have no clock, and one at a closed organisation nobody to do it."""
    if route.closed_on is not None and route.closed_on <= on:
        raise CannotEvaluate(f"{route.organisation_name} takes no work since {day_in_words(route.closed_on)}")
    if not _holds(route.target_valid_from, route.target_valid_until, on):
        raise CannotEvaluate(f"its target of {route.target_words} is not in force")


def _holds(valid_from: date, valid_until: date | None, on: date) -> bool:
    return valid_from <= on and (valid_until is None or on < valid_until)


def _outcome_of(route: Candidate) -> Outcome:
    return Outcome(
        organisation_id=route.organisation_id,
        organisation_name=route.organisation_name,
        service_level_id=route.service_level_id,
        team_id=route.team_id,
        priority=route.priority,
        route_number=route.number,
    )


# ── the register ─────────────────────────────────────────────────────────────


def _by_ruling(ruling: Ruling, sifted: _Sifted, facts: Facts, on: date) -> Decision:
    """The decision at this place holds; the target is that of the organisation's own route where it has one."""
    told = Decision(None, "", sifted.considered, sifted.named, fitting=len(sifted.fitting))
    to = f"{ruling_in_words(ruling)} gives {subject(facts)} to {ruling.organisation_name}"
    if ruling.closed_on is not None and ruling.closed_on <= on:
        return replace(told, words=f"{to}, which takes no work since {day_in_words(ruling.closed_on)}.")
    route = route_of(ruling.organisation_id, sifted.fitting, sifted.others)
    target = (route.service_level_id, route.target_words) if route else facts.default_target
    if target is None:
        return replace(told, words=f"{to}, and no target for it is in force.")
    service_level_id, target_words = target
    outcome = Outcome(
        organisation_id=ruling.organisation_id,
        organisation_name=ruling.organisation_name,
        service_level_id=service_level_id,
        team_id=route.team_id if route else None,
        priority=route.priority if route else facts.severity,
        route_number=route.number if route else None,
    )
    words = f"{subject(facts)} → {ruling.organisation_name}, {target_words}, by {_decided(ruling)}."
    return replace(told, words=words, ruling=ruling, outcome=outcome)


def route_of(organisation_id: UUID, *by_preference: list[Candidate]) -> Candidate | None:
    """The organisation's most exact route: of those that fit the place, else of those for the category."""
    for routes in by_preference:
        for route in routes:
            if route.organisation_id == organisation_id:
                return route
    return None


def ruling_in_words(ruling: Ruling) -> str:
    """ "Decision R-0012 of 3 March 2026 by Mo Manager"."""
    return f"Decision {ruling.reference} of {day_in_words(ruling.decided_on)} by {ruling.decided_by}"


def _decided(ruling: Ruling) -> str:
    words = ruling_in_words(ruling)
    words = words[0].lower() + words[1:]
    return f"{words}: clear first, settle later" if ruling.clear_first else words


def day_in_words(day: date) -> str:
    """ "3 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def uplift_in_words(hotspot: InHotspot, target: str) -> str:
    """What a hotspot changes: "In the hotspot “Mere Road” until 31 March 2026: …"."""
    return f"In the hotspot “{hotspot.name}” until {day_in_words(hotspot.until)}: one severity up, halved to {target}."


# ── in words ─────────────────────────────────────────────────────────────────


def subject(facts: Facts) -> str:
    """ "Fly-tip on council land in Castle"."""
    land = LAND_IN_WORDS.get(facts.land_type, facts.land_type)
    where = f" in {facts.area_name}" if facts.area_name else ""
    return f"{facts.category_label or facts.category} on {land}{where}"


def _why(route: Candidate, facts: Facts, sifted: _Sifted) -> str:
    equal = sum(each.exactness == route.exactness for each in sifted.fitting)
    if len(sifted.fitting) == 1:
        because = "is the only one that fits"
    elif equal > 1:
        because = f"comes first of {equal} that fit equally exactly"
    else:
        because = f"is the most exact of {len(sifted.fitting)} that fit"
    return (
        f"{subject(facts)} → {route.organisation_name}, {route.target_words}, "
        f"because route {route.number} “{route.name}” {because}; {_others(sifted.considered - 1)} considered."
        f"{_left_out(route, sifted)}"
    )


def _others(count: int) -> str:
    return "no other" if count == 0 else "1 other" if count == 1 else f"{count} others"


def _left_out(winner: Candidate, sifted: _Sifted) -> str:
    """Routes as exact as the winner that could not be evaluated; less exact ones would change nothing."""
    listed = [f"route {route.number}: {why}" for route, why in sifted.skipped if route.exactness == winner.exactness]
    return f" Left out because they could not be evaluated: {'; '.join(listed)}." if listed else ""


def _why_uncertain(facts: Facts, winner: Candidate, exacter: list[tuple[Candidate, str]]) -> str:
    listed = "; ".join(f"route {route.number} “{route.name}”: {why}" for route, why in exacter)
    return (
        f"{subject(facts)} would go to {winner.organisation_name} by route {winner.number} “{winner.name}”, "
        f"but a more exact route could not be evaluated ({listed}). A person decides."
    )


def _why_not(facts: Facts, sifted: _Sifted) -> str:
    said = f"No route serves {subject(facts)}: "
    unread = "; ".join(f"route {route.number}: {why}" for route, why in sifted.skipped)
    unread = f" Left out because they could not be evaluated: {unread}." if unread else ""
    if sifted.considered == 0:
        return f"{said}no route names this category."
    counted = "1 route for it was" if sifted.considered == 1 else f"{sifted.considered} routes for it were"
    return f"{said}{counted} considered, none for this land and place.{unread}"
