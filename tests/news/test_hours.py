"""When messages go: quiet hours, the digest's hour, both clock changes, and how often a failed one is tried."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news import hours
from news.hours import Hours
from news.topics import Channel

LONDON = ZoneInfo("Europe/London")
NIGHT = Hours(dt.time(22), dt.time(7))
NOON = Hours(dt.time(12), dt.time(13, 30))


def at(text: str) -> dt.datetime:
    """A local time of London, as UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("kept", "now", "goes"),
    [
        (Hours(), "2026-01-05T03:00", "2026-01-05T03:00"),
        (NIGHT, "2026-01-05T21:59", "2026-01-05T21:59"),
        (NIGHT, "2026-01-05T22:00", "2026-01-06T07:00"),
        (NIGHT, "2026-01-06T00:30", "2026-01-06T07:00"),
        (NIGHT, "2026-01-06T06:59", "2026-01-06T07:00"),
        (NIGHT, "2026-01-06T07:00", "2026-01-06T07:00"),
        (NOON, "2026-01-05T12:00", "2026-01-05T13:30"),
        (NOON, "2026-01-05T13:30", "2026-01-05T13:30"),
        (NOON, "2026-01-05T11:59", "2026-01-05T11:59"),
        # The nights in which the clocks change: seven in the morning is seven in the morning.
        (NIGHT, "2026-03-28T23:00", "2026-03-29T07:00"),
        (NIGHT, "2026-10-24T23:00", "2026-10-25T07:00"),
        (Hours(dt.time(23, 59), dt.time(0, 1)), "2026-12-31T23:59", "2027-01-01T00:01"),
    ],
)
def test_a_push_message_waits_for_the_end_of_the_quiet_hours(kept: Hours, now: str, goes: str) -> None:
    assert hours.goes_at("job_opened", Channel.PUSH, kept, at(now), LONDON) == at(goes)


@pytest.mark.parametrize(
    ("hour", "now", "goes"),
    [
        (7, "2026-01-05T06:59", "2026-01-05T07:00"),
        (7, "2026-01-05T07:00", "2026-01-06T07:00"),
        (7, "2026-03-28T12:00", "2026-03-29T07:00"),
        (7, "2026-10-24T12:00", "2026-10-25T07:00"),
        (0, "2026-12-31T23:00", "2027-01-01T00:00"),
        (23, "2026-06-01T22:00", "2026-06-01T23:00"),
    ],
)
def test_an_e_mail_comes_with_the_next_digest_whatever_the_quiet_hours_are(hour: int, now: str, goes: str) -> None:
    for kept in (Hours(digest_hour=hour), Hours(dt.time(5), dt.time(9), digest_hour=hour)):
        assert hours.goes_at("job_opened", Channel.EMAIL, kept, at(now), LONDON) == at(goes)


@pytest.mark.parametrize("channel", [Channel.PUSH, Channel.EMAIL])
def test_an_escalation_goes_at_once_unless_the_person_said_otherwise(channel: Channel) -> None:
    asleep = Hours(dt.time(22), dt.time(7), urgent_passes=False)
    midnight = at("2026-01-05T00:00")
    assert hours.goes_at("job_escalated", channel, NIGHT, midnight, LONDON) == midnight
    assert hours.goes_at("job_escalated", channel, asleep, midnight, LONDON) == at("2026-01-05T07:00")


def test_a_failed_message_is_tried_seven_times_more_over_a_day_and_then_given_up() -> None:
    now = at("2026-01-05T10:00")
    waits = []
    for tries in range(1, 9):
        again = hours.next_try(tries, now)
        waits.append(None if again is None else int((again - now).total_seconds() / 60))
    assert waits == [1, 5, 15, 60, 180, 360, 720, None]


def test_it_waits_longer_where_the_other_side_asks_for_it_and_never_more_than_a_day() -> None:
    now = at("2026-01-05T10:00")
    assert hours.next_try(1, now, not_before_s=600) == now + dt.timedelta(minutes=10)
    assert hours.next_try(1, now, not_before_s=10**9) == now + dt.timedelta(days=1)


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
start_of_2026 = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: start_of_2026 + dt.timedelta(minutes=minutes))


@given(start=times, end=times, now=moments)
def test_no_message_goes_in_quiet_hours_and_none_waits_more_than_a_day(
    start: dt.time, end: dt.time, now: dt.datetime
) -> None:
    kept = Hours(start, end) if start != end else Hours()
    goes = hours.after_quiet(kept, now, LONDON)
    assert now <= goes <= now + dt.timedelta(hours=26)
    assert goes == now or goes.astimezone(LONDON).time() == end or not hours.is_quiet(kept, goes, LONDON)
