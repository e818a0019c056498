"""Closed days of a calendar: England's bank holidays and the service's own closures."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

YEARS_AHEAD = 3


@lru_cache(maxsize=64)
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """The bank holidays of a region (`ENG`, or empty for none) in one year.

    Substitute days are included (a Christmas on a Saturday is also shut on the Monday after).
    Source: the `holidays` library, which follows the Government's published list.
    """
    if not region:
        return frozenset()
    return frozenset(holidays.country_holidays("GB", subdiv=region, years=year))


def closed_days(region: str, closures: frozenset[date], year: int) -> frozenset[date]:
    """Every closed day that a target started in `year` can meet."""
    days: frozenset[date] = closures
    for each in range(year, year + YEARS_AHEAD):
        days |= bank_holidays(region, each)
    return days
