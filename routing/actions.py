"""The verbs of routing: give a council the routes that it begins with."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from accounts.models import Organisation
from checklists.models import Category
from ledger.recording import record
from routing.editions import lock_book, publish_edition
from routing.library import RouteLibrary, RouteRow, read_library
from routing.models import Calendar, Route, ServiceLevel

# Contracts that began before any record here: defects that were entered later are routed too.
BEGINNING = dt.date(2000, 1, 1)
# Routes of a council's own find room between two of the library's.
_STEP = 10


@dataclass(frozen=True)
class LoadedRoutes:
    """What a load did. ``left_out`` are library rows that no organisation here serves."""

    service_levels_added: int
    routes_added: int
    routes_kept: int
    left_out: tuple[str, ...]


@transaction.atomic
def load_defaults(
    *,
    organisations: Mapping[str, Organisation],
    valid_from: dt.date = BEGINNING,
    actor: uuid.UUID | None = None,
) -> LoadedRoutes:
    """Add the library's service levels and routes that are not here yet; what is here stays as it is.

    ``organisations`` names who does what: keys of the library's `organisations` (``ems``, ``housing``,
    ``highways``, ``environmental_health``). A row whose organisation is not given is left out. Load the
    categories first. Writes ``routes.loaded`` when it added anything. Raises ValueError on a key that
    the library does not know and on a category that is not loaded.
    """
    library = read_library()
    unknown = sorted(set(organisations) - set(library.organisations))
    if unknown:
        raise ValueError(f"The library knows {', '.join(library.organisations)}, not {', '.join(unknown)}.")
    # Two loads at once would both see the same gaps.
    lock_book()
    levels_added = _add_service_levels(library, valid_from)
    levels = {each.code: each for each in ServiceLevel.objects.order_by("code", "version")}
    present = set(Route.objects.values_list("code", flat=True))
    position = Route.objects.aggregate(last=Max("position"))["last"] or 0
    wanted: list[Route] = []
    for row in library.rows:
        if row.to in organisations:
            wanted += _routes_of(row, organisations[row.to], levels, valid_from)
    new = [route for route in wanted if route.code not in present]
    edition = publish_edition(note="From the library of routes.") if new else None
    for route in new:
        position += _STEP
        route.position, route.edition = position, edition
    Route.objects.bulk_create(new)
    loaded = LoadedRoutes(
        service_levels_added=levels_added,
        routes_added=len(new),
        routes_kept=len(wanted) - len(new),
        left_out=tuple(row.code for row in library.rows if row.to not in organisations),
    )
    if loaded.routes_added or loaded.service_levels_added:
        record(
            kind="routes.loaded",
            subject=("library", "routes"),
            actor=actor,
            data={"routes_added": loaded.routes_added, "service_levels_added": loaded.service_levels_added},
        )
    return loaded


def _add_service_levels(library: RouteLibrary, valid_from: dt.date) -> int:
    editions = Calendar.objects.filter(code=library.calendar["code"]).order_by("-version")
    calendar = editions.first() or Calendar.objects.create(**library.calendar)
    present = set(ServiceLevel.objects.values_list("code", flat=True))
    missing = [each for each in library.service_levels if each["code"] not in present]
    ServiceLevel.objects.bulk_create(
        [ServiceLevel(**each, calendar=calendar, valid_from=valid_from) for each in missing]
    )
    return len(missing)


def _routes_of(
    row: RouteRow, organisation: Organisation, levels: Mapping[str, ServiceLevel], valid_from: dt.date
) -> list[Route]:
    """One route for each category of a row. Raises ValueError where one is not loaded."""
    categories = Category.objects.in_bulk(row.categories)
    missing = [code for code in row.categories if code not in categories]
    if missing:
        raise ValueError(f"Route {row.code!r} names {', '.join(missing)}; load the categories first.")
    return [
        Route(
            code=f"{row.code}-{code.lower()}",
            name=f"{categories[code].label} {row.where}",
            category=categories[code],
            land_types=list(row.land_types),
            organisation=organisation,
            service_level=levels[row.target or categories[code].default_service_level],
            priority=categories[code].severity,
            valid_from=valid_from,
        )
        for code in row.categories
    ]
