"""What is wrong with a draft, or deserves a look: found before it is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from ledger.problems import Problem
from routing import book, overlaps, rules
from routing.editions import Edition
from routing.models import Route, ServiceLevel
from routing.overlaps import Line
from routing.proposals import live_routes, proposed_routes
from routing.rules import Candidate

_SHARED_GROUND = """
SELECT first.id, second.id FROM places_area first JOIN places_area second
ON first.id < second.id AND ST_Intersects(first.boundary, second.boundary)
    AND NOT ST_Touches(first.boundary, second.boundary)
WHERE first.id = ANY (%s::uuid[]) AND second.id = ANY (%s::uuid[])
"""


@dataclass(frozen=True)
class Finding:
    """``code`` is a problem's code where it ``stops`` the publishing; ``route_codes`` are those at fault,
    a changed one first."""

    code: str
    stops: bool
    route_codes: tuple[str, ...]
    detail: str


def stopping(found: Iterable[Finding]) -> list[Finding]:
    """Those that keep the draft from being published."""
    return [each for each in found if each.stops]


def findings(draft: Edition, today: dt.date) -> list[Finding]:
    """All findings about the routes that the draft changes, what stops it first.

    What was wrong in the book before and is not touched by the draft doesn't stop it: the list of gaps
    and overlaps shows that.
    """
    try:
        proposed = proposed_routes(draft, live_routes(), today)
    except Problem as problem:
        return [Finding(problem.code, True, (), problem.detail or problem.title)]
    touched = set(draft.changes.values_list("route_code", flat=True))
    changed = [route for route in proposed if route.code in touched]
    found = [each for route in changed for each in _about_one(route, today)]
    found += _shared_positions(changed, proposed)
    lines, areas_meet = lines_of(proposed), shared_ground(proposed)
    names = {route.code: route.name for route in proposed}
    for first, second in overlaps.twins(lines):
        if touched & {first.code, second.code}:
            found.append(_of_twins(first, second, names, touched))
    for first, second in overlaps.rivals(lines, areas_meet):
        if touched & {first.code, second.code}:
            found.append(_of_rivals(first, second, proposed, touched))
    return sorted(found, key=lambda each: not each.stops)


def overlaps_of(routes: Sequence[Route]) -> tuple[list[tuple[Line, Line]], list[tuple[Line, Line]]]:
    """Twins and rivals among these routes; see ``routing.overlaps``."""
    lines = lines_of(routes)
    return list(overlaps.twins(lines)), list(overlaps.rivals(lines, shared_ground(routes)))


def lines_of(routes: Sequence[Route]) -> list[Line]:
    """The routes as the search for overlaps sees them, each within the dates of its contract."""
    lines = []
    for route, candidate in zip(routes, book.candidates(routes), strict=True):
        begins, ends = _dates(candidate)
        lines.append(
            Line(
                code=route.code,
                exactness=candidate.exactness,
                holds_from=begins,
                holds_until=ends,
                category=candidate.category,
                group=candidate.group,
                land_types=candidate.land_types,
                land_owner_id=candidate.land_owner_id,
                area_id=candidate.area_id,
                severities=candidate.severities,
            )
        )
    return lines


def shared_ground(routes: Iterable[Route]) -> Callable[[UUID, UUID], bool]:
    """Whether two of the areas that these routes name have ground in common; an edge is no ground. One query."""
    used = {route.area_id for route in routes if route.area_id}
    if len(used) < 2:
        return lambda first, second: first == second
    with connection.cursor() as cursor:
        cursor.execute(_SHARED_GROUND, [list(used), list(used)])
        shared = {frozenset(pair) for pair in cursor.fetchall()}
    return lambda first, second: first == second or frozenset((first, second)) in shared


def _dates(candidate: Candidate) -> tuple[dt.date, dt.date | None]:
    """From when until when it can decide, its contract's dates included."""
    ends = [day for day in (candidate.valid_until, candidate.contract_until) if day is not None]
    return max(candidate.valid_from, candidate.contract_from), min(ends, default=None)


def _about_one(route: Route, today: dt.date) -> list[Finding]:
    """Dates, owner and target of one changed route."""
    found = []
    [candidate] = book.candidates([route])
    begins, ends = _dates(candidate)
    if ends is not None and ends <= begins:
        found.append(_stop("dates_out_of_order", route, "never holds: its dates and its contract's exclude each other"))
    first_day = max(begins, today)
    over = ends is not None and ends <= today
    closed = route.organisation.closed_on
    # Also one that closes later: from that day on its defects would wait for a person.
    if closed is not None and not over and (ends is None or ends > closed):
        since = "is closed since" if closed <= today else "closes on"
        words = f"goes to {route.organisation.short_name}, which {since} {rules.day_in_words(closed)}"
        found.append(_stop("organisation_closed", route, words))
    # A route follows the versions of its service level: one of them has to hold.
    levels = ServiceLevel.objects.in_force(first_day).filter(code=route.service_level.code)
    if not over and not levels.exists():
        found.append(
            _stop("target_not_in_force", route, f"names {route.service_level.name}, which is not in force then")
        )
    if over and ends is not None and ends > begins:
        found.append(
            Finding("route_over", False, (route.code,), f"“{route.name}” is over already: it decides nothing.")
        )
    return found


def _stop(code: str, route: Route, words: str) -> Finding:
    return Finding(code, True, (route.code,), f"“{route.name}” {words}.")


def _shared_positions(changed: Iterable[Route], proposed: Iterable[Route]) -> list[Finding]:
    at: dict[int, list[Route]] = {}
    for route in proposed:
        at.setdefault(route.position, []).append(route)
    return [
        Finding(
            "position_taken",
            True,
            (route.code, *(other.code for other in at[route.position] if other.code != route.code)),
            f"“{route.name}” stands at position {route.position}, where another route stands.",
        )
        for route in changed
        if len(at[route.position]) > 1
    ]


def _changed_first(first: Line, second: Line, touched: set[str]) -> tuple[str, str]:
    return (first.code, second.code) if first.code in touched else (second.code, first.code)


def _of_twins(first: Line, second: Line, names: dict[str, str], touched: set[str]) -> Finding:
    mine, other = _changed_first(first, second, touched)
    return Finding(
        "overlapping_validity",
        True,
        (mine, other),
        f"“{names[mine]}” and “{names[other]}” ask for the same and hold at the same time: "
        "end one before the other begins.",
    )


def _of_rivals(first: Line, second: Line, proposed: Sequence[Route], touched: set[str]) -> Finding:
    mine, other = _changed_first(first, second, touched)
    routes = {route.code: route for route in proposed}
    winner = min((routes[mine], routes[other]), key=lambda route: route.position)
    return Finding(
        "equally_exact",
        False,
        (mine, other),
        f"“{routes[mine].name}” and “{routes[other].name}” are equally exact and can both fit: "
        f"“{winner.name}” wins, because it stands first.",
    )
