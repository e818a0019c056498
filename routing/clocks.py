"""When a target falls due: clock hours, working days, calendar days.

Pure: no Django, no clock. Closed days are passed in as a set of dates and the
zone as a `tzinfo`, so a table of hand-worked answers can prove every case.

The three clocks (a contract names one of them for each target):

- **clock hours**: real elapsed hours. 24 clock hours over the night the clocks
  go back end at 23:00 on the wall, because that night has 25 hours.
- **working days**: day 0 is the local day of receipt, whatever the hour and
  whether or not it is a working day. Count N working days after it (Monday to
  Friday, not a closed day); due at the end of the Nth.
- **calendar days**: day 0 as above; due at the end of the Nth day after it.

"The end of the day" is 23:59:59 on the wall. A contract that means the close
of business says so in hours, and needs opening times of its own.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

CLOCK_HOURS: Final = "clock_hours"
WORKING_DAYS: Final = "working_days"
CALENDAR_DAYS: Final = "calendar_days"
CLOCKS: Final = (CLOCK_HOURS, WORKING_DAYS, CALENDAR_DAYS)

LONDON: Final = ZoneInfo("Europe/London")
END_OF_DAY: Final = time(23, 59, 59)
SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)
# A calendar in which nothing is ever open would count for ever.
LONGEST_SEARCH_DAYS: Final = 4000


def is_working_day(day: date, closed: AbstractSet[date]) -> bool:
    """Monday to Friday, and not one of the calendar's closed days."""
    return day.weekday() < SATURDAY and day not in closed


def nth_working_day(day_zero: date, amount: int, closed: AbstractSet[date]) -> date:
    """The `amount`th working day after `day_zero`, which itself never counts.

    Raises ValueError when the calendar has no such day within about ten years.
    """
    day = day_zero
    left = amount
    for _ in range(LONGEST_SEARCH_DAYS):
        day += ONE_DAY
        if is_working_day(day, closed):
            left -= 1
            if left == 0:
                return day
    raise ValueError(f"no {amount} working days after {day_zero}: is everything closed?")


def due_at(
    clock: str,
    amount: int,
    start: datetime,
    closed: AbstractSet[date] = frozenset(),
    tz: tzinfo = LONDON,
) -> datetime:
    """When a target of `amount` on `clock`, started at `start`, falls due.

    `amount` is in hours for `clock_hours` and in days otherwise; `start` must
    know its zone (any zone; the answer is the same). Returns UTC.
    Raises ValueError for a naive start, an amount below 1 or an unknown clock.
    """
    if start.tzinfo is None:
        raise ValueError("the start of a clock must know its time zone")
    if amount < 1:
        raise ValueError("a target is at least 1")
    if clock == CLOCK_HOURS:
        return start.astimezone(UTC) + timedelta(hours=amount)
    day_zero = start.astimezone(tz).date()
    if clock == WORKING_DAYS:
        last_day = nth_working_day(day_zero, amount, closed)
    elif clock == CALENDAR_DAYS:
        last_day = day_zero + timedelta(days=amount)
    else:
        raise ValueError(f"unknown clock {clock!r}; know {', '.join(CLOCKS)}")
    return datetime.combine(last_day, END_OF_DAY, tz).astimezone(UTC)


def in_words(clock: str, amount: int) -> str:
    """The target as a person says it: "24 clock hours", "1 working day"."""
    unit = {CLOCK_HOURS: "clock hour", WORKING_DAYS: "working day", CALENDAR_DAYS: "day"}[clock]
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
