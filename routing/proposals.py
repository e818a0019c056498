"""What a draft would make of the book: its routes as rows that are not stored, and what differs in words."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from ledger.problems import Problem
from places.models import LandType
from routing import book
from routing.editions import ChangeAction, DraftChange, Edition
from routing.models import Route, ServiceLevel

# What a change of a draft may say of a route, in the order in which people read a route. The words are
# for "was → will be".
FIELDS: dict[str, str] = {
    "name": "Name",
    "category": "Category",
    "group": "Group of categories",
    "land_types": "Kind of land",
    "land_owner_id": "Owner of the land",
    "area_id": "Area",
    "severities": "Severity",
    "valid_from": "Holds from",
    "valid_until": "Holds until",
    "contract_id": "Contract",
    "organisation_id": "Goes to",
    "team_id": "Team",
    "service_level": "Service level",
    "priority": "Priority",
    "position": "Position",
}
_RELATED = ("category", "group", "land_owner", "area", "contract", "organisation", "team")
_NO_NUMBER = re.compile(r"route -\d+")


@dataclass(frozen=True)
class Difference:
    """One line of "was → will be", both as people read them; "" where there was or will be nothing."""

    field: str
    label: str
    was: str
    will_be: str


def live_routes() -> list[Route]:
    """The book as it stands, with all that is shown of a route, in the order of position."""
    return with_targets_of_today(Route.objects.live().with_rows().order_by("position", "pk"))


def with_targets_of_today(routes: Iterable[Route]) -> list[Route]:
    """The routes with the version of their service level that a job would get today: a route of the book
    follows its level from version to version. Retired ones keep what they said. Nothing is stored."""
    current, today = book.current(), book.council_day(timezone.now())
    shown = list(routes)
    for route in shown:
        if route.retired_at is None:
            level = current.level_in_force(route.service_level.code, max(today, route.valid_from))
            route.service_level = level or route.service_level
    return shown


def as_fields(route: Route) -> dict[str, Any]:
    """The route's conditions and outcome as a change of a draft says them (JSON types)."""
    return {
        "name": route.name,
        "category": route.category_id,
        "group": route.group_id,
        "land_types": sorted(route.land_types, key=_land_order),
        "land_owner_id": _text(route.land_owner_id),
        "area_id": _text(route.area_id),
        "severities": sorted(route.severities),
        "valid_from": _text(route.valid_from),
        "valid_until": _text(route.valid_until),
        "contract_id": route.contract_id,
        "organisation_id": _text(route.organisation_id),
        "team_id": _text(route.team_id),
        "service_level": route.service_level.code,
        "priority": route.priority,
        "position": route.position,
    }


def proposed_routes(edition: Edition, live: Iterable[Route], today: dt.date) -> list[Route]:
    """The whole book as it would be: untouched routes as they are, changed ones as rows not stored.

    A route that ends at once is not in it. Raises ``unknown_route`` where the draft changes a route
    that is no longer in the book.
    """
    changes = {change.route_code: change for change in edition.changes.all()}
    proposed: list[Route] = []
    for route in live:
        change = changes.pop(route.code, None)
        if change is None:
            proposed.append(route)
        elif (row := proposed_route(change, route, today)) is not None:
            proposed.append(row)
    for change in changes.values():
        if change.action != ChangeAction.ADD:
            raise Problem("unknown_route", detail=f"The route {change.route_code} is not in the book any more.")
        row = proposed_route(change, None, today)
        if row is not None:
            proposed.append(row)
    return sorted(proposed, key=lambda each: (each.position, each.code))


def proposed_book(draft: Edition, live: book.Book, today: dt.date) -> book.Book:
    """The book of routes as the draft would make it, for trying. Nothing is stored.

    Its new versions have no number yet; they carry negative ones, which ``without_numbers`` takes out of
    the words of a decision. Raises ``unknown_route``.
    """
    proposed = proposed_routes(draft, live_routes(), today)
    for number, route in enumerate((each for each in proposed if each.pk is None), start=1):
        route.pk = -number
    return replace(live, candidates=tuple(book.candidates(proposed)))


def without_numbers(words: str) -> str:
    """A decision's words with "the proposed route" for a route that has no number yet."""
    return _NO_NUMBER.sub("the proposed route", words)


def proposed_route(change: DraftChange, was: Route | None, today: dt.date) -> Route | None:
    """The row that publishing would add for one change, not stored; None where the route ends at once."""
    if change.action == ChangeAction.END:
        if was is None or change.fields.get("valid_until") is None:
            return None
        fields = {**as_fields(was), "valid_until": change.fields["valid_until"]}
    else:
        fields = dict(change.fields)
    code = fields.pop("service_level")
    valid_from = dt.date.fromisoformat(fields.pop("valid_from"))
    until = fields.pop("valid_until")
    # Ids are kept as text in a change; a row that is not stored has to hold them as what they are.
    for name in ("land_owner_id", "area_id", "organisation_id", "team_id"):
        fields[name] = uuid.UUID(fields[name]) if fields[name] else None
    for name in ("category", "group"):
        fields[f"{name}_id"] = fields.pop(name)
    route = Route(
        **fields,
        code=change.route_code,
        version=was.version + 1 if was else 1,
        valid_from=valid_from,
        valid_until=dt.date.fromisoformat(until) if until else None,
        service_level=service_level_for(code, max(valid_from, today), was),
    )
    for name in _RELATED:
        # What stays as it was is at hand: a long draft would ask the database for each again.
        if was is not None and getattr(was, f"{name}_id") == getattr(route, f"{name}_id"):
            setattr(route, name, getattr(was, name))
    return route


def service_level_for(code: str, day: dt.date, was: Route | None = None) -> ServiceLevel:
    """The version of a service level that a route which begins to hold on ``day`` names.

    That in force, or the newest where none is: the check then says that its target isn't in force.
    Raises ``unknown_service_level`` where no version has this code.
    """
    if was is not None and was.service_level.code == code and was.service_level.holds_on(day):
        return was.service_level
    found = (
        ServiceLevel.objects.in_force(day).filter(code=code).first()
        or ServiceLevel.objects.filter(code=code).order_by("-version").first()
    )
    if found is None:
        raise Problem("unknown_service_level", field="fields.service_level")
    return found


def differences(was: Route | None, will_be: Route | None) -> list[Difference]:
    """What a reader has to know of a change, field by field. None stands for "not in the book"."""
    before = in_words(was) if was else {}
    after = in_words(will_be) if will_be else {}
    return [
        Difference(name, label, before.get(name, ""), after.get(name, ""))
        for name, label in FIELDS.items()
        if before.get(name, "") != after.get(name, "")
    ]


def in_words(route: Route) -> dict[str, str]:
    """Each field of a route as a person reads it; a condition that is left out says so."""
    return {
        "name": route.name,
        "category": route.category.label if route.category else "",
        "group": route.group.label if route.group else ("" if route.category else "any category"),
        "land_types": ", ".join(LandType(each).label for each in sorted(route.land_types, key=_land_order))
        or "any land",
        "land_owner_id": route.land_owner.short_name if route.land_owner else "any owner",
        "area_id": f"{route.area.name} ({route.area.get_kind_display().lower()})" if route.area else "anywhere",
        "severities": ", ".join(str(each) for each in sorted(route.severities)) or "any severity",
        "valid_from": _day(route.valid_from),
        "valid_until": _last_day(route.valid_until),
        "contract_id": str(route.contract) if route.contract else "no contract",
        "organisation_id": route.organisation.short_name,
        "team_id": route.team.name if route.team else "the whole organisation",
        "service_level": _target(route.service_level),
        "priority": str(route.priority),
        "position": str(route.position),
    }


def summary(route: Route) -> str:
    """ "Fly-tip on Park, Other council land in Castle → EMS, 24 clock hours"."""
    told = in_words(route)
    land = told["land_types"].lower()
    what = told["category"] or capfirst(told["group"])
    where = f" in {route.area.name}" if route.area else ""
    owner = f" of {route.land_owner.short_name}" if route.land_owner else ""
    worst = f", severity {told['severities']}" if route.severities else ""
    return f"{what} on {land}{owner}{where}{worst} → {route.organisation.short_name}, {route.service_level.in_words}"


def _target(level: ServiceLevel) -> str:
    """ "Next working day: 1 working day", and "5 working days" where its name says it already."""
    return level.name if level.name == level.in_words else f"{level.name}: {level.in_words}"


def _land_order(land: str) -> int:
    return LandType.values.index(land) if land in LandType.values else len(LandType.values)


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _last_day(until: dt.date | None) -> str:
    """A person reads the last day on which it holds; the book keeps the first on which it doesn't."""
    if until is None:
        return "open end"
    last = until - dt.timedelta(days=1)
    return f"{_day(last)}, its last day"
