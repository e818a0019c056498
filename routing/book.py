"""The routes as one process last read them, and the one question asked of them.

Reading every route for every defect would cost more than the decision. A
process keeps what it read until the tables' fingerprint changes: one small
query a decision, and a changed route is obeyed by the very next one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, overload
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from places.models import Hotspot
from routing import clocks, rules
from routing.calendars import work_calendar
from routing.models import Calendar, Route, ServiceLevel

if TYPE_CHECKING:
    from audits.models import Defect

# Whoever decides whose job it is has until the end of the next working day.
_NEXT_WORKING_DAY = clocks.Target(clocks.WORKING_DAYS, 1)
# Counts and sums of change times: any insert, change or delete moves one of them, and unlike a
# maximum they also move when a transaction with an earlier time commits later.
_FINGERPRINT = " UNION ALL ".join(
    [
        *(
            f"SELECT count(*), coalesce(sum(extract(epoch FROM updated_at)), 0) FROM {table}"  # noqa: S608 - our names
            for table in (
                "routing_route",
                "routing_servicelevel",
                "routing_calendar",
                "routing_openinghours",
                "routing_closure",
                "routing_contract",
            )
        ),
        # A renamed organisation changes the words of every decision for it, a closed one who may get work.
        "SELECT count(*), coalesce(sum(hashtext(concat(short_name, closed_on))), 0) FROM accounts_organisation",
        "SELECT count(*), coalesce(sum(hashtext(concat(id, starts_on, ends_on, ended_at))), 0) FROM places_hotspot",
    ]
)


@dataclass(frozen=True)
class Target:
    """When a job is due and from when it counts as at risk, both UTC, and by which edition of the calendar."""

    due_at: dt.datetime
    at_risk_at: dt.datetime
    calendar_id: int


@dataclass(frozen=True)
class Book:
    """Everything that a decision needs, without another query."""

    fingerprint: tuple[tuple[int, object], ...]
    candidates: tuple[rules.Candidate, ...]
    service_levels: dict[int, ServiceLevel]
    # By edition; and from every edition to the newest of its code.
    calendars: dict[int, clocks.WorkCalendar]
    newest_calendar: dict[int, int]
    hotspots: dict[uuid.UUID, Hotspot]

    def for_category(self, category: str, group: str) -> list[rules.Candidate]:
        """The routes that could speak of this category, in the order people read."""
        return [each for each in self.candidates if each.category in ("", category) and each.group in ("", group)]

    def facts_of(self, defect: Defect, *, area_ids: Iterable[uuid.UUID] | None, area_name: str) -> rules.Facts:
        """What a decision needs to know of a defect that was located, with its category loaded.

        ``area_ids`` are all areas that hold its point, as ``places.locating.locate`` finds them; None where
        nobody looked. Hotspots count as they were in force when the defect was received.
        """
        category, day = defect.category, council_day(defect.received_at)
        lies_in = None if area_ids is None else frozenset(area_ids)
        inside = [self.hotspots[each] for each in lies_in or () if each in self.hotspots]
        in_force = [each for each in inside if _was_in_force(each, defect.received_at, day)]
        if lies_in is not None:
            lies_in -= {each.area_id for each in inside} - {each.area_id for each in in_force}
        longest = max(in_force, key=lambda each: (each.ends_on, each.pk), default=None)
        level = self.level_in_force(category.default_service_level, day)
        return rules.Facts(
            category=category.code,
            group=category.group_id,
            land_type=defect.land_type or "unknown",
            land_owner_id=defect.land_owner_id,
            area_ids=lies_in,
            severity=defect.severity,
            category_label=category.label,
            area_name=area_name,
            hotspot=rules.InHotspot(longest.area_id, longest.area.name, longest.ends_on) if longest else None,
            default_target=(level.pk, level.in_words) if level else None,
            place=(defect.point.x, defect.point.y),
            parcel_id=defect.parcel_id,
        )

    def level_in_force(self, code: str, day: dt.date) -> ServiceLevel | None:
        """The newest version of a service level that holds on the local day."""
        held = [each for each in self.service_levels.values() if each.code == code and each.holds_on(day)]
        return max(held, key=lambda each: each.version, default=None)

    def with_target_of(self, route: rules.Candidate, day: dt.date) -> rules.Candidate:
        """The route with the version of its service level that holds on the local day, where there is one:
        a new version is followed by every route that names the level."""
        begins, ends = route.target_valid_from, route.target_valid_until
        if begins <= day and (ends is None or day < ends):
            return route
        level = self.level_in_force(self.service_levels[route.service_level_id].code, day)
        return route if level is None else replace(route, **_target_of(level))

    def speaking_of(self, category: str, group: str, day: dt.date) -> list[rules.Candidate]:
        """The routes that could speak of this category, each with its target as it stands on the local day."""
        return [self.with_target_of(each, day) for each in self.for_category(category, group)]

    def decide(self, facts: rules.Facts, at: dt.datetime, ruling: rules.Ruling | None = None) -> rules.Decision:
        """Whose job this is at the instant `at`, with the reason in words.

        ``ruling`` is what the register says of the place (``routing.register.ruling_at``); a target is halved
        in a hotspot, and the words say so.
        """
        on = council_day(at)
        speaking = self.speaking_of(facts.category, facts.group, on)
        decision = rules.decide(speaking, facts, on, ruling)
        if decision.outcome is None or facts.hotspot is None:
            return decision
        target = self.service_levels[decision.outcome.service_level_id].halved_in_words
        return replace(decision, words=f"{decision.words} {rules.uplift_in_words(facts.hotspot, target)}")

    def triage_due_at(self, at: dt.datetime) -> dt.datetime:
        """By when somebody decides what came to triage at the instant `at`: the end of the next working day."""
        first = min(self.newest_calendar, default=None)
        calendar = self.calendars[self.newest_calendar[first]] if first else clocks.WorkCalendar(zone=council_zone())
        return clocks.due_at(_NEXT_WORKING_DAY, at, calendar)

    @overload
    def target(
        self,
        service_level: ServiceLevel,
        start: dt.datetime,
        *,
        kind: Literal["complete"] = "complete",
        uplifted: bool = False,
        pauses: Sequence[clocks.Pause] = (),
        calendar_id: int | None = None,
    ) -> Target: ...

    @overload
    def target(
        self,
        service_level: ServiceLevel,
        start: dt.datetime,
        *,
        kind: str,
        uplifted: bool = False,
        pauses: Sequence[clocks.Pause] = (),
        calendar_id: int | None = None,
    ) -> Target | None: ...

    def target(
        self,
        service_level: ServiceLevel,
        start: dt.datetime,
        *,
        kind: str = "complete",
        uplifted: bool = False,
        pauses: Sequence[clocks.Pause] = (),
        calendar_id: int | None = None,
    ) -> Target | None:
        """When a clock of this service level that starts at `start` falls due.

        `kind` is ``complete``, ``make_safe`` or ``acknowledge``; None where the level has no target of that
        kind. `calendar_id` names the edition that a job's clock runs on already; without it the newest.
        Raises `clocks.NeverOpen` where the calendar has not enough open time.
        """
        target = service_level.target(kind)
        if target is None:
            return None
        if uplifted:
            target = clocks.uplifted(target)
        edition = calendar_id or self.newest_calendar[service_level.calendar_id]
        due = clocks.due_at(target, start, self.calendars[edition], pauses)
        at_risk = clocks.warn_at(due, service_level.warn_before_minutes, start)
        return Target(due_at=due, at_risk_at=at_risk, calendar_id=edition)


_read: Book | None = None


def council_zone() -> ZoneInfo:
    """The zone that the council's days are counted in (`SIGHTLINE_TIME_ZONE`)."""
    return ZoneInfo(settings.TIME_ZONE)


def council_day(at: dt.datetime) -> dt.date:
    """The local day of an instant."""
    return at.astimezone(council_zone()).date()


def current() -> Book:
    """The book as it stands now: one query when nothing changed, six when it did."""
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
    editions = list(Calendar.objects.prefetch_related("opening_hours", "closures").order_by("version"))
    newest = {each.code: each.pk for each in editions}
    zone = council_zone()
    routes = Route.objects.live().select_related(
        "organisation", "category", "group", "service_level", "area", "contract"
    )
    return Book(
        fingerprint=fingerprint,
        candidates=tuple(candidates(routes.order_by("position", "id"))),
        service_levels={each.pk: each for each in ServiceLevel.objects.all()},
        calendars={
            each.pk: work_calendar(each.region, each.opening_hours.all(), each.closures.all(), zone)
            for each in editions
        },
        newest_calendar={each.pk: newest[each.code] for each in editions},
        hotspots={each.area_id: each for each in Hotspot.objects.select_related("area")},
    )


def _was_in_force(hotspot: Hotspot, at: dt.datetime, day: dt.date) -> bool:
    """Did it hold at this instant, whose local day is `day`? What ended before its last day ended at an instant."""
    if not hotspot.starts_on <= day <= hotspot.ends_on:
        return False
    return hotspot.ended_at is None or at < hotspot.ended_at


def candidates(routes: Iterable[Route]) -> Iterable[rules.Candidate]:
    """The rules' view of the routes (with organisation, category, group, service level, area, contract loaded)."""
    for route in routes:
        contract = route.contract
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
            **_target_of(route.service_level),
            priority=route.priority,
            severities=frozenset(route.severities),
            area_kind=route.area.kind if route.area else "",
            contract_name=contract.name if contract else "",
            contract_from=contract.starts_on if contract else dt.date.min,
            contract_until=contract.ends_on + dt.timedelta(days=1) if contract else None,
            closed_on=route.organisation.closed_on,
        )


def _target_of(level: ServiceLevel) -> dict[str, Any]:
    """The fields of a candidate that speak of its target."""
    return {
        "service_level_id": level.pk,
        "target_words": level.in_words,
        "target_valid_from": level.valid_from,
        "target_valid_until": level.valid_until,
    }
