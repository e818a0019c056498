"""The routes as one process last read them, and the one question asked of them.

Reading every route for every defect would cost more than the decision. A
process keeps what it read until the tables' fingerprint changes: one small
query a decision, and a changed route is obeyed by the very next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from routing import clocks, rules
from routing.calendars import closed_days
from routing.models import Calendar, Closure, Route, ServiceLevel

# Counts and sums of change times: any insert, change or delete moves one of them, and unlike a
# maximum they also move when a transaction with an earlier time commits later.
_FINGERPRINT = " UNION ALL ".join(
    [
        *(
            f"SELECT count(*), coalesce(sum(extract(epoch FROM updated_at)), 0) FROM {table}"  # noqa: S608 - our names
            for table in ("routing_route", "routing_servicelevel", "routing_calendar", "routing_closure")
        ),
        # A renamed organisation changes the words of every decision for it.
        "SELECT count(*), coalesce(sum(hashtext(short_name)), 0) FROM accounts_organisation",
    ]
)


@dataclass(frozen=True)
class Target:
    """When a job is due and from when it counts as at risk, both UTC."""

    due_at: dt.datetime
    at_risk_at: dt.datetime


@dataclass(frozen=True)
class Book:
    """Everything that a decision needs, without another query."""

    fingerprint: tuple[tuple[int, object], ...]
    candidates: tuple[rules.Candidate, ...]
    service_levels: dict[int, ServiceLevel]
    calendars: dict[int, Calendar]
    closures: dict[int, frozenset[dt.date]]

    def for_category(self, category: str, group: str) -> list[rules.Candidate]:
        """The routes that could speak of this category, in the order people read."""
        return [each for each in self.candidates if each.category in ("", category) and each.group in ("", group)]

    def decide(self, facts: rules.Facts, at: dt.datetime) -> rules.Decision:
        """Whose job this is at the instant `at`, with the reason in words."""
        return rules.first_match(self.for_category(facts.category, facts.group), facts, council_day(at))

    def target(self, service_level: ServiceLevel, start: dt.datetime) -> Target:
        """When a clock of this service level that starts at `start` falls due."""
        calendar = self.calendars[service_level.calendar_id]
        zone = council_zone()
        closed = closed_days(calendar.region, self.closures.get(calendar.pk, frozenset()), start.astimezone(zone).year)
        due = clocks.due_at(service_level.clock, service_level.amount, start, closed, zone)
        warn = due - dt.timedelta(minutes=service_level.warn_before_minutes)
        return Target(due_at=due, at_risk_at=max(start, warn))


_read: Book | None = None


def council_zone() -> ZoneInfo:
    """The zone that the council's days are counted in (`SIGHTLINE_TIME_ZONE`)."""
    return ZoneInfo(settings.TIME_ZONE)


def council_day(at: dt.datetime) -> dt.date:
    """The local day of an instant."""
    return at.astimezone(council_zone()).date()


def current() -> Book:
    """The book as it stands now: one query when nothing changed, five when it did."""
    global _read
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT)
        fingerprint = tuple(cursor.fetchall())
    if _read is None or _read.fingerprint != fingerprint:
        _read = _read_book(fingerprint)
    return _read


def decide(facts: rules.Facts, at: dt.datetime) -> rules.Decision:
    """Whose job this is at the instant `at`, by the book as it stands now."""
    return current().decide(facts, at)


def _read_book(fingerprint: tuple[tuple[int, object], ...]) -> Book:
    closures: dict[int, set[dt.date]] = {}
    for calendar_id, day in Closure.objects.values_list("calendar_id", "date"):
        closures.setdefault(calendar_id, set()).add(day)
    routes = Route.objects.live().select_related("organisation", "category", "group", "service_level")
    return Book(
        fingerprint=fingerprint,
        candidates=tuple(candidates(routes.order_by("position", "id"))),
        service_levels={each.pk: each for each in ServiceLevel.objects.all()},
        calendars={each.pk: each for each in Calendar.objects.all()},
        closures={calendar_id: frozenset(days) for calendar_id, days in closures.items()},
    )


def candidates(routes: Iterable[Route]) -> Iterable[rules.Candidate]:
    """The rules' view of the routes (with organisation, category, group, service level loaded)."""
    for route in routes:
        yield rules.Candidate(
            number=route.pk,
            position=route.position,
            name=route.name,
            category=route.category.code if route.category else "",
            group=route.group.code if route.group else "",
            land_types=frozenset(route.land_types),
            land_owner_id=route.land_owner_id,
            area_id=route.area_id,
            valid_from=route.valid_from,
            valid_until=route.valid_until,
            organisation_id=route.organisation_id,
            organisation_name=route.organisation.short_name,
            team_id=route.team_id,
            service_level_id=route.service_level_id,
            target_words=route.service_level.in_words,
            target_valid_from=route.service_level.valid_from,
            target_valid_until=route.service_level.valid_until,
            priority=route.priority,
        )
