"""When a service is open: weeks of opening hours, seasons, closed days, in one zone.

Pure: no Django, no clock. A `WorkCalendar` works out the days of a few years once and is then only
looked up: a due time costs two or three array reads, whatever the length of its target.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
END_OF_DAY: Final = time(23, 59, 59)
ONE_DAY: Final = timedelta(days=1)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MIDNIGHT: Final = time(0, 0)
# How many years a table begins with, and how many at most: a calendar that has not opened by then never will.
_YEARS_AT_FIRST: Final = 3
_MOST_YEARS: Final = 24
_LAST_YEAR: Final = 9998

MonthDay = tuple[int, int]


class NeverOpen(ValueError):
    """The calendar has no open hours left to count, for as long as anybody can look ahead."""


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One stretch of opening hours on one weekday (0 is Monday), by the wall clock.

    `closes` at 00:00 means midnight at the end of the day. A `season` is its first and last day as
    (month, day), both counted; it may run over New Year. `valid_from` counts, `valid_until` is the
    first day on which the hours no longer hold. Raises ValueError where it closes before it opens.
    """

    weekday: int
    opens: time
    closes: time
    season: tuple[MonthDay, MonthDay] | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 (Monday) to 6 (Sunday)")
        if self.closes != _MIDNIGHT and self.closes <= self.opens:
            raise ValueError("opening hours end after they begin; hours over midnight are two rows")

    def holds_on(self, day: date) -> bool:
        """Is the day inside the dates and the season of these hours? (Whatever weekday it is.)"""
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_until is not None and day >= self.valid_until:
            return False
        if self.season is None:
            return True
        first, last = self.season
        month_day = (day.month, day.day)
        if first <= last:
            return first <= month_day <= last
        return month_day >= first or month_day <= last


def overlap(one: Opening, other: Opening) -> str:
    """Why two rows of hours can't stand together, as a sentence; empty where they can.

    A day belongs to one season at most, and its hours don't lie over each other.
    """
    if not _share_dates(one, other) or bool(one.season) != bool(other.season):
        return ""
    if one.season is not None and other.season is not None and one.season != other.season:
        return "Two seasons overlap." if _days_of(one.season) & _days_of(other.season) else ""
    if one.weekday != other.weekday:
        return ""
    ends = [each.closes if each.closes != _MIDNIGHT else time.max for each in (one, other)]
    return "Two opening hours overlap." if one.opens < ends[1] and other.opens < ends[0] else ""


def _share_dates(one: Opening, other: Opening) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins < min(one.valid_until or date.max, other.valid_until or date.max)


@cache
def _days_of(season: tuple[MonthDay, MonthDay]) -> frozenset[date]:
    """The days of a season, in a leap year."""
    row = Opening(0, _MIDNIGHT, _MIDNIGHT, season)
    days = (date(2024, 1, 1) + ONE_DAY * number for number in range(366))
    return frozenset(day for day in days if row.holds_on(day))


# A calendar that names no hours of its own.
MONDAY_TO_FRIDAY: Final = tuple(Opening(weekday, time(8), time(17)) for weekday in range(5))
ALWAYS_OPEN: Final = tuple(Opening(weekday, _MIDNIGHT, _MIDNIGHT) for weekday in range(7))


def no_holidays(_year: int) -> Mapping[date, str]:
    """The bank holidays of a calendar that keeps none."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The days that a day clock counts, in order.

    `ends` holds the last second of each (UTC); `up_to[n]` is how many of them there are up to and
    including the nth day of the table.
    """

    ends: list[datetime]
    up_to: list[int]


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The open stretches, in order (UTC), and how much open time there was at the end of each."""

    opens: list[datetime]
    closes: list[datetime]
    elapsed: list[timedelta]

    def before(self, moment: datetime) -> timedelta:
        """How much open time lies before an instant."""
        index = bisect_right(self.opens, moment) - 1
        if index < 0:
            return timedelta(0)
        return self.elapsed[index] - max(self.closes[index] - moment, timedelta(0))

    def moment_at(self, open_time: timedelta) -> datetime | None:
        """The first instant at which that much open time has gone by; None beyond the table."""
        index = bisect_left(self.elapsed, open_time)
        if index == len(self.elapsed):
            return None
        return self.closes[index] - (self.elapsed[index] - open_time)


@dataclass(frozen=True, slots=True)
class Table:
    """Some whole years of a calendar, worked out."""

    first_day: int
    years: int
    all_days: CountedDays
    working_days: CountedDays
    hours: OpenHours


class WorkCalendar:
    """When a service is open. Nothing of it changes after it was made.

    openings: hours by weekday; None stands for Monday to Friday, 08:00 to 17:00. While a season lasts
        its hours are the whole week: a weekday that the season does not name is shut.
    closures: days on which the service is shut, and why.
    bank_holidays: from a year to its bank holidays, and what they are called.

    A day with no open hours is no working day.
    """

    def __init__(
        self,
        openings: Iterable[Opening] | None = None,
        *,
        closures: Mapping[date, str] = MappingProxyType({}),
        bank_holidays: Callable[[int], Mapping[date, str]] = no_holidays,
        zone: tzinfo = LONDON,
    ) -> None:
        self.openings = MONDAY_TO_FRIDAY if openings is None else tuple(sorted(openings, key=_by_time))
        self.zone = zone
        self._closures = dict(closures)
        self._bank_holidays = bank_holidays
        self._tables: dict[int, Table] = {}

    def day_of(self, moment: datetime) -> date:
        """The local day of an instant."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of a local day, UTC."""
        return datetime.combine(day, END_OF_DAY, self.zone).astimezone(UTC)

    def shut_because(self, day: date) -> str | None:
        """The closure or bank holiday on a day, by name; None where it is neither."""
        closure = self._closures.get(day)
        return closure if closure is not None else self._bank_holidays(day.year).get(day)

    def hours_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open stretches of a local day as (opens, closes) in UTC; empty where it is shut."""
        return self._ordinary_hours(day) if self.shut_because(day) is None else []

    def is_working_day(self, day: date) -> bool:
        """Is the service open at all on this local day?"""
        return bool(self.hours_on(day))

    def table_from(self, day: date) -> Table:
        """A table whose first year is that of the day."""
        return self._tables.get(day.year) or self._make_table(day.year, _YEARS_AT_FIRST)

    def longer(self, table: Table) -> Table:
        """The same table with twice as many years. Raises NeverOpen where looking on is of no use."""
        first_year = date.fromordinal(table.first_day).year
        if table.years >= _MOST_YEARS:
            raise NeverOpen(f"nothing is open long enough after {first_year}: is everything closed?")
        return self._make_table(first_year, table.years * 2)

    def _ordinary_hours(self, day: date) -> list[tuple[datetime, datetime]]:
        held = [each for each in self.openings if each.holds_on(day)]
        if any(each.season for each in held):
            held = [each for each in held if each.season]
        stretches = [self._stretch(day, each) for each in held if each.weekday == day.weekday()]
        # Hours that lie wholly in the hour that the spring night skips are none.
        return [(opens, closes) for opens, closes in stretches if opens < closes]

    def _stretch(self, day: date, opening: Opening) -> tuple[datetime, datetime]:
        last_day = day + ONE_DAY if opening.closes == _MIDNIGHT else day
        opens = datetime.combine(day, opening.opens, self.zone).astimezone(UTC)
        return opens, datetime.combine(last_day, opening.closes, self.zone).astimezone(UTC)

    def _make_table(self, first_year: int, years: int) -> Table:
        if first_year + years > _LAST_YEAR:
            raise ValueError(f"no calendar reaches from {first_year} over {years} years")
        first, last = date(first_year, 1, 1).toordinal(), date(first_year + years, 1, 1).toordinal()
        all_days = CountedDays([], list(range(1, last - first + 1)))
        working_days = CountedDays([], [])
        hours = OpenHours([], [], [])
        open_time = timedelta(0)
        for ordinal in range(first, last):
            day = date.fromordinal(ordinal)
            end = self.end_of(day)
            all_days.ends.append(end)
            stretches = self.hours_on(day)
            if stretches:
                working_days.ends.append(end)
            working_days.up_to.append(len(working_days.ends))
            for opens, closes in stretches:
                open_time += closes - opens
                hours.opens.append(opens)
                hours.closes.append(closes)
                hours.elapsed.append(open_time)
        table = Table(first, years, all_days, working_days, hours)
        # Two threads may both work it out; they find the same.
        self._tables[first_year] = table
        return table


def _by_time(opening: Opening) -> tuple[int, time]:
    return opening.weekday, opening.opens
