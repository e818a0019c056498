"""The verbs of service levels and calendars: a new version of one, a new edition of the other.

Nothing that a job was promised changes by them. A job points at the version of its service level and at
the edition of its calendar; both stay as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.allowed import require_rule_maker
from accounts.models import Person
from ledger.problems import Problem
from ledger.recording import record
from routing import book, clocks
from routing.bank_holidays import bank_holidays
from routing.calendars import opening
from routing.models import Calendar, Closure, OpeningHours, ServiceLevel
from routing.working_time import Opening, no_holidays, overlap

# Any number that no other lock uses.
_LOCK = 7_240_003
# How far ahead a calendar has to be open at least once a year.
_YEARS_AHEAD = 5


@dataclass(frozen=True)
class WantedLevel:
    """A version of a service level as it was asked for. `acknowledge` and `make_safe` are None where the
    level has no such target; each target is ``{"clock", "amount"}``."""

    code: str
    name: str
    complete: Mapping[str, Any]
    acknowledge: Mapping[str, Any] | None
    make_safe: Mapping[str, Any] | None
    calendar: str
    warn_before_minutes: int
    valid_from: dt.date


@transaction.atomic
def change_service_level(*, person: Person, wanted: WantedLevel, based_on: int | None = None) -> ServiceLevel:
    """A new version of a service level, or its first. The version before it ends where the new one begins.

    A version that has not begun yet is withdrawn by a newer one. ``based_on`` is the version that the person
    saw, 0 for none.

    Raises ``not_allowed``, ``changed_meanwhile``, ``code_taken``, ``unknown_calendar``,
    ``target_out_of_range``, ``calendar_never_open`` and ``dates_out_of_order``; then nothing is changed.
    """
    _refuse_others(person)
    calendar = Calendar.objects.filter(code=wanted.calendar).order_by("-version").first()
    if calendar is None:
        raise Problem("unknown_calendar", field="calendar")
    level = ServiceLevel(
        code=wanted.code,
        name=wanted.name,
        calendar=calendar,
        warn_before_minutes=wanted.warn_before_minutes,
        valid_from=wanted.valid_from,
        **_checked_target(wanted.complete, "", "amount"),
        **_checked_target(wanted.acknowledge, "acknowledge_", "acknowledge.amount"),
        **_checked_target(wanted.make_safe, "make_safe_", "make_safe.amount"),
    )
    _lock()
    _refuse_never_due([level], book.current().calendars[calendar.pk], "calendar")
    earlier = list(ServiceLevel.objects.filter(code=wanted.code).order_by("version"))
    _refuse_stale(earlier[-1].version if earlier else 0, based_on)
    today = book.council_day(timezone.now())
    if earlier:
        _end_earlier(earlier, level, today)
    level.version = earlier[-1].version + 1 if earlier else 1
    level.save()
    record(
        kind="service_level.changed",
        subject=("service_level", level.code),
        actor=person.pk,
        data={"code": level.code, "version": level.version, "valid_from": level.valid_from.isoformat()},
    )
    return level


def _checked_target(told: Mapping[str, Any] | None, kind: str, field: str) -> dict[str, Any]:
    """A target as columns of a service level. Raises ``target_out_of_range``."""
    if told is None:
        return {f"{kind}clock": "", f"{kind}amount": None}
    try:
        target = clocks.Target(told["clock"], told["amount"])
    except ValueError:
        most = clocks.in_words_of(told["clock"], clocks.MOST[told["clock"]])
        raise Problem("target_out_of_range", detail=f"A target is 1 to {most}.", field=field) from None
    return {f"{kind}clock": target.clock, f"{kind}amount": target.amount}


def _end_earlier(earlier: Sequence[ServiceLevel], new: ServiceLevel, today: dt.date) -> None:
    """End the version in force where the new one begins; withdraw what has not begun. No two versions hold at
    once, and none is changed for days that have passed."""
    if new.valid_from < today:
        raise Problem(
            "dates_out_of_order",
            detail="A new version holds from today at the earliest: what is past was promised.",
            field="valid_from",
        )
    begun = [each for each in earlier if each.valid_from <= today]
    if begun and begun[-1].valid_from >= new.valid_from:
        raise Problem(
            "dates_out_of_order",
            detail=f"Version {begun[-1].version} began on {new.valid_from:%-d %B %Y}: let this one begin later.",
            field="valid_from",
        )
    for version in earlier:
        if version.valid_from > today:
            version.valid_until = version.valid_from
        elif version is begun[-1] and (version.valid_until is None or version.valid_until > today):
            version.valid_until = new.valid_from
        else:
            continue
        version.save(update_fields=["valid_until", "updated_at"])


@dataclass(frozen=True)
class WantedCalendar:
    """An edition of a calendar as it was asked for. ``hours`` are fields of OpeningHours (none: Monday to
    Friday, 08:00 to 17:00), ``closures`` are ``{"date", "name"}``."""

    code: str
    name: str
    region: str
    hours: Sequence[Mapping[str, Any]]
    closures: Sequence[Mapping[str, Any]]


@transaction.atomic
def add_calendar(*, person: Person, wanted: WantedCalendar) -> Calendar:
    """A calendar that was not there. Raises ``code_taken`` and what `change_calendar` raises."""
    _refuse_others(person)
    _lock()
    if Calendar.objects.filter(code=wanted.code).exists():
        raise Problem("code_taken", detail="There is a calendar with this code. Choose another.", field="code")
    return _write_calendar(person, wanted, version=1)


@transaction.atomic
def change_calendar(*, person: Person, wanted: WantedCalendar, based_on: int | None = None) -> Calendar:
    """A new edition of a calendar: jobs that are received from now on go by it. ``based_on`` is the edition
    that the person saw.

    Raises ``not_allowed``, ``unknown_calendar``, ``changed_meanwhile``, ``dates_out_of_order``,
    ``hours_overlap`` and ``calendar_never_open``; then nothing is changed.
    """
    _refuse_others(person)
    _lock()
    newest = Calendar.objects.filter(code=wanted.code).order_by("-version").first()
    if newest is None:
        raise Problem("unknown_calendar", field="code")
    _refuse_stale(newest.version, based_on)
    return _write_calendar(person, wanted, version=newest.version + 1)


def _write_calendar(person: Person, wanted: WantedCalendar, *, version: int) -> Calendar:
    hours = [OpeningHours(**each) for each in wanted.hours]
    openings = _checked_hours(hours)
    closures = {each["date"]: each["name"] for each in wanted.closures}
    if len(closures) < len(wanted.closures):
        raise Problem("invalid_input", detail="A day is named twice among the closures.", field="closures")
    work_calendar = clocks.WorkCalendar(
        openings or None,
        closures=closures,
        bank_holidays=bank_holidays if wanted.region else no_holidays,
        zone=book.council_zone(),
    )
    _refuse_never_open(work_calendar)
    in_use = ServiceLevel.objects.filter(calendar__code=wanted.code).not_over(book.council_day(timezone.now()))
    _refuse_never_due(in_use, work_calendar, "hours")
    calendar = Calendar.objects.create(code=wanted.code, version=version, name=wanted.name, region=wanted.region)
    for each in hours:
        each.calendar = calendar
    OpeningHours.objects.bulk_create(hours)
    Closure.objects.bulk_create([Closure(calendar=calendar, date=day, name=name) for day, name in closures.items()])
    record(
        kind="calendar.changed",
        subject=("calendar", calendar.code),
        actor=person.pk,
        data={"code": calendar.code, "version": version},
    )
    return calendar


def _checked_hours(hours: Sequence[OpeningHours]) -> list[Opening]:
    openings: list[Opening] = []
    for index, row in enumerate(hours):
        field = f"hours[{index}]"
        if row.valid_from and row.valid_until and row.valid_until <= row.valid_from:
            raise Problem("dates_out_of_order", detail="These hours would end before they begin.", field=field)
        if bool(row.season_from) != bool(row.season_until):
            raise Problem("invalid_input", detail="A season has a first and a last day.", field=field)
        try:
            openings.append(opening(row))
        except ValueError as error:
            raise Problem("dates_out_of_order", detail=f"{str(error).capitalize()}.", field=field) from None
        for other, known in enumerate(openings[:-1]):
            if why := overlap(known, openings[-1]):
                raise Problem(
                    "hours_overlap", detail=f"{why} Compare row {other + 1} with row {index + 1}.", field=field
                )
    return openings


def _refuse_never_open(calendar: clocks.WorkCalendar) -> None:
    """Each of the next years has to have an open day."""
    now = timezone.now()
    for year in range(_YEARS_AHEAD):
        start = now + dt.timedelta(days=365 * year)
        try:
            due = clocks.due_at(clocks.Target(clocks.WORKING_DAYS, 1), start, calendar)
        except clocks.NeverOpen:
            due = start + dt.timedelta(days=366)
        if due - start > dt.timedelta(days=365):
            words = f"It would not be open on any day in the year from {calendar.day_of(start):%-d %B %Y}."
            raise Problem("calendar_never_open", detail=f"{words} Give it opening hours.", field="hours")


def _refuse_never_due(levels: Sequence[ServiceLevel] | Any, calendar: clocks.WorkCalendar, field: str) -> None:
    """Each target has to be reached, however seldom the calendar is open."""
    for level in levels:
        for kind in ("complete", "make_safe", "acknowledge"):
            target = level.target(kind)
            try:
                if target is not None:
                    clocks.due_at(target, timezone.now(), calendar)
            except clocks.NeverOpen:
                words = f"“{level.name}” would never fall due: {clocks.in_words(target)} do not come together."  # type: ignore[arg-type]
                raise Problem("calendar_never_open", detail=words, field=field) from None


def _refuse_others(person: Person) -> None:
    """A contractor's managers would set their own deadlines."""
    require_rule_maker(person, "The council's managers and administrators change targets and calendars.")


def _refuse_stale(version: int, based_on: int | None) -> None:
    if based_on is None or based_on == version:
        return
    if based_on == 0:
        raise Problem("code_taken", detail="There is one with this code. Choose another, or change that.", field="code")
    raise Problem("changed_meanwhile", detail=f"Version {version} is there by now. Look at it first.", field="based_on")


def _lock() -> None:
    """One change of targets at a time: two would both be the next version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
