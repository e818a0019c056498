"""Who serves which category on which land: the book as a table, with its holes and its overlaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count

from audits.models import Defect
from checklists.models import Category
from places.models import LandType
from routing import book
from routing.book import Book
from routing.rules import Candidate, Facts

# Holes are weighed by what was found in them in this time.
COUNTED_DAYS = 90


@dataclass
class Cell:
    """Who gets a category on one kind of land.

    ``state`` is "served", "some_places" (only in some areas, of some owners or of some severities) or
    "nobody". ``routes`` are the numbers of the routes that speak of it; ``received`` counts the defects of
    the last 90 days.
    """

    land_type: str
    state: str = "nobody"
    organisations: list[str] = field(default_factory=list)
    target: str = ""
    routes: list[int] = field(default_factory=list)
    received: int = 0


@dataclass
class Row:
    category: Category
    cells: list[Cell]


def coverage(at: dt.datetime, received_since: dt.datetime) -> list[Row]:
    """A row for each category in use, a cell for each kind of land, by the book on the local day of ``at``.

    Three queries when no route changed, whatever the number of routes.
    """
    routes = book.current()
    received = {
        (category, land): count
        for category, land, count in Defect.objects.filter(received_at__gte=received_since)
        .values_list("category_id", "land_type")
        .annotate(count=Count("id"))
        .order_by()
    }
    return [
        Row(category, [_cell(routes, category, land, at, received) for land in LandType.values])
        for category in Category.objects.in_use().select_related("group")
    ]


def _cell(routes: Book, category: Category, land: str, at: dt.datetime, received: dict[tuple[str, str], int]) -> Cell:
    day = book.council_day(at)
    cell = Cell(land, received=received.get((category.code, land), 0))
    speaking = [each for each in routes.for_category(category.code, category.group_id) if _could_fit(each, land, day)]
    facts = Facts(
        category=category.code,
        group=category.group_id,
        land_type=land,
        area_ids=frozenset(),
        severity=category.severity,
    )
    # The rules themselves say who gets it where nothing but the land is known.
    winner = routes.decide(facts, at).route
    somewhere = [each for each in speaking if each.land_owner_id or each.area_id or each.severities]
    if winner is not None:
        cell.state, cell.target = "served", winner.target_words
        speaking = [winner, *(each for each in somewhere if each.number != winner.number)]
    elif speaking:
        cell.state = "some_places"
    cell.routes = [each.number for each in speaking]
    cell.organisations = list(dict.fromkeys(each.organisation_name for each in speaking))
    return cell


def _could_fit(route: Candidate, land: str, day: dt.date) -> bool:
    """Does it hold on the day and speak of this land, wherever, whosever and however bad?"""
    if route.land_types and land not in route.land_types:
        return False
    ends = [until for until in (route.valid_until, route.contract_until) if until is not None]
    return max(route.valid_from, route.contract_from) <= day and (not ends or day < min(ends))
