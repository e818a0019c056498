"""England's bank holidays. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays in one year, by name.

    Substitute days are included (a Christmas on a Saturday is also shut on the Tuesday after).
    Source: the `holidays` library, which follows the Government's published list.
    """
    return MappingProxyType(dict(holidays.country_holidays("GB", subdiv="ENG", years=year)))
