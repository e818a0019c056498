"""When a target falls due: clock hours, working hours, working days, calendar days.

Pure: no Django, no clock, so that a table of hand-worked answers can prove every case.

The four clocks (a contract names one of them for each target):

- **clock hours**: real elapsed hours. 24 clock hours over the night the clocks
  go back end at 23:00 on the wall, because that night has 25 hours.
- **working hours**: only time in which the service is open counts.
- **working days**: day 0 is the local day of receipt, whatever the hour and
  whether or not it is a working day. Count N working days after it; due at
  23:59:59 on the wall of the Nth.
- **calendar days**: day 0 as above; due at 23:59:59 of the Nth day after it.

Pauses: on the two hour clocks they are taken out second by second, overlapping
ones once. On the two day clocks a day whose *end* falls inside a pause does not
count, so a pause inside one day moves nothing. A clock that has run out does
not run on: a pause that begins at or after the due time moves nothing either.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from routing.working_time import (
    ALWAYS_OPEN,
    LONDON,
    MONDAY_TO_FRIDAY,
    WEEKDAYS,
    CountedDays,
    NeverOpen,
    Opening,
    Table,
    WorkCalendar,
)

__all__ = [
    "ALWAYS_OPEN",
    "ANY_CALENDAR",
    "CALENDAR_DAYS",
    "CLOCKS",
    "CLOCK_HOURS",
    "LONDON",
    "MONDAY_TO_FRIDAY",
    "MOST",
    "WEEKDAYS",
    "WORKING_DAYS",
    "WORKING_HOURS",
    "NeverOpen",
    "Opening",
    "Pause",
    "Target",
    "WorkCalendar",
    "days_counted",
    "due_at",
    "gross_and_net",
    "in_words",
    "merged",
    "uplifted",
    "warn_at",
]

CLOCK_HOURS: Final = "clock_hours"
WORKING_HOURS: Final = "working_hours"
WORKING_DAYS: Final = "working_days"
CALENDAR_DAYS: Final = "calendar_days"
CLOCKS: Final = (CLOCK_HOURS, WORKING_HOURS, WORKING_DAYS, CALENDAR_DAYS)
HOUR_CLOCKS: Final = (CLOCK_HOURS, WORKING_HOURS)

# Longer than about a year is a slip of the pen, not a target. A year of working hours: 366 days of 8 hours.
MOST: Final = {CLOCK_HOURS: 8784, WORKING_HOURS: 2928, WORKING_DAYS: 366, CALENDAR_DAYS: 366}
# For the clocks that ask no calendar.
ANY_CALENDAR: Final = WorkCalendar()
# A hotspot halves a target, though no crew is asked to come in less than this.
UPLIFT_FLOOR_HOURS: Final = 4

_UNIT_WORDS: Final = {
    CLOCK_HOURS: "clock hour",
    WORKING_HOURS: "working hour",
    WORKING_DAYS: "working day",
    CALENDAR_DAYS: "day",
}


@dataclass(frozen=True, slots=True)
class Target:
    """How much on which clock: hours on the two hour clocks, days on the other two.

    Raises ValueError for an unknown clock, an amount below 1 or of more than about a year.
    """

    clock: str
    amount: int

    def __post_init__(self) -> None:
        if self.clock not in CLOCKS:
            raise ValueError(f"unknown clock {self.clock!r}; know {', '.join(CLOCKS)}")
        if not 1 <= self.amount <= MOST[self.clock]:
            raise ValueError(f"a target is 1 to {in_words_of(self.clock, MOST[self.clock])}, not {self.amount}")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `started_at` up to `ended_at`; both know their zone.

    Raises ValueError for a time without a zone and for a pause that ends before it starts.
    """

    started_at: datetime
    ended_at: datetime

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError("a pause must know its time zone")
        # By UTC: two times of one zone are compared by the wall, which lies for an hour a year.
        if self.ended_at.astimezone(UTC) < self.started_at.astimezone(UTC):
            raise ValueError("a pause ends after it starts")


def due_at(target: Target, start: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> datetime:
    """When a clock that was started at `start` runs out, UTC.

    `start` must know its zone (any zone; the answer is the same). Raises ValueError for a naive start
    and `NeverOpen` (a ValueError) for a calendar that has not enough open time to count.
    """
    start = _in_utc(start)
    stood_still = merged(pauses, start) if pauses else []
    if target.clock == CLOCK_HOURS:
        due = start + timedelta(hours=target.amount)
        for stopped, went_on in stood_still:
            if stopped >= due:
                break
            due += went_on - stopped
        return due
    day_zero = calendar.day_of(start)
    table = calendar.table_from(day_zero)
    while True:
        if target.clock == WORKING_HOURS:
            found = _due_in_open_hours(table, timedelta(hours=target.amount), start, stood_still)
        else:
            days = table.working_days if target.clock == WORKING_DAYS else table.all_days
            first = days.up_to[day_zero.toordinal() - table.first_day]
            found = _due_in_days(days, first, target.amount, stood_still)
        if found is not None:
            return found
        table = calendar.longer(table)


def _due_in_days(
    days: CountedDays, first: int, amount: int, stood_still: list[tuple[datetime, datetime]]
) -> datetime | None:
    """The end of the `amount`th counted day from `days.ends[first]` on; None beyond the table."""
    last = first + amount - 1
    for stopped, went_on in stood_still:
        skipped_from = max(bisect_right(days.ends, stopped), first)
        if skipped_from > last:
            break
        last += max(bisect_left(days.ends, went_on) - skipped_from, 0)
    return days.ends[last] if last < len(days.ends) else None


def _due_in_open_hours(
    table: Table, amount: timedelta, start: datetime, stood_still: list[tuple[datetime, datetime]]
) -> datetime | None:
    """The instant at which `amount` of open, unpaused time has gone by; None beyond the table."""
    hours = table.hours
    due = hours.before(start) + amount
    for stopped, went_on in stood_still:
        stopped_at = hours.before(stopped)
        if stopped_at >= due:
            break
        due += hours.before(went_on) - stopped_at
    return hours.moment_at(due)


def merged(pauses: Iterable[Pause], start: datetime) -> list[tuple[datetime, datetime]]:
    """The pauses after `start` in order, overlapping ones as one, empty ones left out; UTC."""
    start = _in_utc(start)
    spans = sorted((max(each.started_at.astimezone(UTC), start), each.ended_at.astimezone(UTC)) for each in pauses)
    whole: list[tuple[datetime, datetime]] = []
    for stopped, went_on in spans:
        if went_on <= stopped:
            continue
        if whole and stopped <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], went_on))
        else:
            whole.append((stopped, went_on))
    return whole


def warn_at(due: datetime, warn_before_minutes: int, start: datetime) -> datetime:
    """From when a job counts as at risk, UTC: so long before it is due, though not before it began."""
    return max(_in_utc(start), _in_utc(due) - timedelta(minutes=warn_before_minutes))


def uplifted(target: Target) -> Target:
    """The target in a declared hotspot: half of it, rounded up to whole hours or days.

    Hour clocks are not cut below 4 hours; a target that is shorter already stays as it is.
    """
    half = (target.amount + 1) // 2
    if target.clock in HOUR_CLOCKS:
        half = max(half, min(UPLIFT_FLOOR_HOURS, target.amount))
    return Target(target.clock, half)


def gross_and_net(
    clock: str, start: datetime, end: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> tuple[timedelta, timedelta]:
    """How long it took from `start` to `end`: with the pauses, and without them.

    On the working-hours clock only open time counts; on the others it is real elapsed time (count days
    with `days_counted`). An end before the start is nothing.
    """
    start, end = _in_utc(start), max(_in_utc(end), _in_utc(start))
    spans = [(stopped, min(went_on, end)) for stopped, went_on in merged(pauses, start) if stopped < end]
    if clock != WORKING_HOURS:
        gross = end - start
        return gross, gross - sum((went_on - stopped for stopped, went_on in spans), timedelta(0))
    table = calendar.table_from(calendar.day_of(start))
    while table.all_days.ends[-1] < end:
        table = calendar.longer(table)
    before = table.hours.before
    gross = before(end) - before(start)
    return gross, gross - sum((before(went_on) - before(stopped) for stopped, went_on in spans), timedelta(0))


def days_counted(
    clock: str, start: datetime, end: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> int:
    """How many days a day clock has counted from `start` up to the end of `end`'s local day."""
    start, end = _in_utc(start), _in_utc(end)
    day_zero, last_day = calendar.day_of(start), calendar.day_of(end)
    table = calendar.table_from(day_zero)
    while table.all_days.ends[-1] < end:
        table = calendar.longer(table)
    days = table.working_days if clock == WORKING_DAYS else table.all_days
    first, last = (days.up_to[day.toordinal() - table.first_day] for day in (day_zero, last_day))
    skipped = 0
    for stopped, went_on in merged(pauses, start):
        skipped_from = max(bisect_right(days.ends, stopped), first)
        skipped += max(min(bisect_left(days.ends, went_on), last) - skipped_from, 0)
    return max(last - first, 0) - skipped


def in_words(target: Target) -> str:
    """The target as a person says it: "24 clock hours", "1 working day"."""
    return in_words_of(target.clock, target.amount)


def in_words_of(clock: str, amount: int) -> str:
    """`in_words` of an amount that may be no target, for a sentence that says so."""
    return f"{amount:,} {_UNIT_WORDS[clock]}{'' if amount == 1 else 's'}"


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock must know the time zone of its times")
    return moment.astimezone(UTC)
