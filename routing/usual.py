"""What happens next, in the words that a warden reads before sending."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from checklists.models import Category
from routing import book, clocks
from routing.models import ServiceLevel
from routing.rules import Candidate

_LAND = {
    "highway": "streets",
    "park": "parks",
    "council_land": "council land",
    "council_housing": "housing land",
    "housing_association": "housing-association land",
    "private": "private land",
    "railway": "railway land",
    "watercourse": "streams",
    "unknown": "land of unknown owner",
}
NOBODY = "A dispatcher decides who does it."


def what_next() -> dict[str, str]:
    """By category code: "Goes to EMS on streets and council land, to Housing on housing land. Due
    within 24 hours of sending." By the routes in force today, whatever their area. Two queries when
    no route changed.
    """
    routes = book.current()
    today = book.council_day(timezone.now())
    words = {}
    for code, group in Category.objects.in_use().values_list("code", "group_id"):
        held = [
            each
            for each in routes.speaking_of(code, group, today)
            if each.valid_from <= today and (each.valid_until is None or today < each.valid_until)
        ]
        words[code] = _words(held, routes.service_levels)
    return words


def _words(routes: list[Candidate], levels: dict[int, ServiceLevel]) -> str:
    if not routes:
        return NOBODY
    lands: dict[str, list[str]] = {}
    for route in routes:
        known = lands.setdefault(route.organisation_name, [])
        known += [_LAND.get(land, land) for land in _LAND if land in route.land_types and _LAND[land] not in known]
    goes = ", ".join(f"to {name} on {_listed(where)}" if where else f"to {name}" for name, where in lands.items())
    dues = list(dict.fromkeys(_due(levels[route.service_level_id]) for route in routes))
    return f"Goes {goes}. Due {_listed(dues, 'or')}."


def _due(level: ServiceLevel) -> str:
    if level.clock == clocks.CLOCK_HOURS:
        return f"within {level.amount} hours of sending"
    if level.clock == clocks.WORKING_HOURS:
        return f"within {level.in_words} of sending"
    if level.amount == 1:
        return "by the end of the next working day" if level.clock == clocks.WORKING_DAYS else "by tomorrow night"
    return f"within {level.in_words}"


def _listed(items: Iterable[str], word: str = "and") -> str:
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last
