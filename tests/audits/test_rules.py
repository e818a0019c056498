"""When a phone's words are believable, and what time they mean."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits import rules

LONDON = ZoneInfo("Europe/London")
CENTURY_MS = 100 * 366 * 24 * 3600 * 1000
moments = st.datetimes(timezones=st.sampled_from([dt.UTC, LONDON]))
offsets = st.integers(min_value=-CENTURY_MS, max_value=CENTURY_MS)


@given(at=moments, offset=offsets, now=moments)
def test_every_time_and_offset_has_an_answer(at: dt.datetime, offset: int, now: dt.datetime) -> None:
    now = max(now, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).replace(year=2026, day=1)
    assert rules.honest_time(at, clock_offset_ms=offset, now=now) <= now
    assert rules.honest_time(at, clock_offset_ms=offset, now=now) >= now - rules.OLDEST


@pytest.mark.parametrize(
    ("minutes", "doubtful", "stands_at"),
    [
        (0, False, 0),
        (-90, False, -90),
        (10, False, 0),
        (11, True, 0),
        (-366 * 1440, False, -366 * 1440),
        (-367 * 1440, True, 0),
    ],
)
def test_what_is_believed_and_where_it_stands(minutes: int, doubtful: bool, stands_at: int) -> None:
    now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    at = now + dt.timedelta(minutes=minutes)
    assert rules.is_doubtful(at, clock_offset_ms=0, now=now) is doubtful
    assert rules.honest_time(at, clock_offset_ms=0, now=now) == now + dt.timedelta(minutes=stands_at)


def test_an_offset_over_the_night_that_the_clocks_change_is_not_an_hour_out() -> None:
    """A phone that runs two days behind, read in London's time on each side of 25 October 2026."""
    now = dt.datetime(2026, 10, 26, 12, tzinfo=dt.UTC)
    two_days = dt.timedelta(days=2)
    told = (now - two_days).astimezone(LONDON)
    offset_ms = int(two_days.total_seconds() * 1000)
    assert rules.honest_time(told, clock_offset_ms=offset_ms, now=now + two_days) == now
