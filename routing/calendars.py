"""The calendars of the database as the clocks read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from routing.bank_holidays import bank_holidays
from routing.clocks import Opening, WorkCalendar
from routing.models import Closure, OpeningHours
from routing.working_time import MonthDay, no_holidays


@lru_cache(maxsize=64)
def _work_calendar(
    region: str, openings: tuple[Opening, ...], closures: tuple[tuple[date, str], ...], zone: ZoneInfo
) -> WorkCalendar:
    return WorkCalendar(
        openings or None,
        closures=dict(closures),
        bank_holidays=bank_holidays if region else no_holidays,
        zone=zone,
    )


def work_calendar(
    region: str, opening_hours: Iterable[OpeningHours], closures: Iterable[Closure], zone: ZoneInfo
) -> WorkCalendar:
    """The calendar that these rows make. Equal rows give one and the same, with the days it has worked out."""
    days = sorted((each.date, each.name) for each in closures)
    return _work_calendar(region, tuple(map(opening, opening_hours)), tuple(days), zone)


def opening(row: OpeningHours) -> Opening:
    """A row of opening hours as the clocks read it. Raises ValueError where it makes no sense."""
    season = (month_day(row.season_from), month_day(row.season_until)) if row.season_from else None
    return Opening(row.weekday, row.opens, row.closes, season, row.valid_from, row.valid_until)


def month_day(text: str) -> MonthDay:
    """``"03-31"`` as (3, 31). Raises ValueError where no year has such a day."""
    # Of a leap year, so that a season may end with February.
    day = date.fromisoformat(f"2024-{text}")
    return day.month, day.day
