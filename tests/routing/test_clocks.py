"""When a target falls due: every answer here was worked out by hand on a calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.calendars import bank_holidays, closed_days
from routing.clocks import (
    CALENDAR_DAYS,
    CLOCK_HOURS,
    CLOCKS,
    LONDON,
    WORKING_DAYS,
    due_at,
    in_words,
    is_working_day,
)

ENGLAND = frozenset().union(*(bank_holidays("ENG", year) for year in range(2020, 2040)))


def london(text: str, fold: int = 0) -> datetime:
    """A time on a London wall clock; fold=1 is the second 01:30 of the night the clocks go back."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


CLOCK_HOUR_ANSWERS = [
    # received, hours, due on the wall, why
    ("2026-06-10T09:15:00", 24, "2026-06-11T09:15:00", "an ordinary Wednesday"),
    ("2026-06-13T23:59:59", 24, "2026-06-14T23:59:59", "a Saturday night counts like any other"),
    ("2026-12-24T18:00:00", 24, "2026-12-25T18:00:00", "Christmas does not stop a clock-hours target"),
    ("2026-12-31T22:00:00", 4, "2027-01-01T02:00:00", "over New Year"),
    ("2028-02-28T12:00:00", 24, "2028-02-29T12:00:00", "into a leap day"),
    ("2026-03-28T12:00:00", 24, "2026-03-29T13:00:00", "the night the clocks go forward has 23 hours"),
    ("2026-03-29T00:30:00", 1, "2026-03-29T02:30:00", "one hour over the gap from 01:00 to 02:00"),
    ("2026-10-24T12:00:00", 24, "2026-10-25T11:00:00", "the night the clocks go back has 25 hours"),
    ("2026-10-24T23:30:00", 4, "2026-10-25T02:30:00", "four real hours, three on the wall"),
]


@pytest.mark.parametrize(("received", "hours", "due", "why"), CLOCK_HOUR_ANSWERS)
def test_clock_hours_are_real_elapsed_hours(received: str, hours: int, due: str, why: str) -> None:
    assert due_at(CLOCK_HOURS, hours, london(received), ENGLAND) == london(due), why


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    first, second = london("2026-10-25T01:30:00"), london("2026-10-25T01:30:00", fold=1)

    assert due_at(CLOCK_HOURS, 1, first) == second.astimezone(UTC)
    assert due_at(CLOCK_HOURS, 1, second).astimezone(LONDON) == london("2026-10-25T02:30:00")


WORKING_DAY_ANSWERS = [
    # received, days, last day, why
    ("2026-06-10T00:00:00", 1, "2026-06-11", "Wednesday at midnight: day 0 is Wednesday"),
    ("2026-06-10T23:59:59", 1, "2026-06-11", "Wednesday at the last second: still day 0"),
    ("2026-06-12T09:00:00", 1, "2026-06-15", "Friday: the weekend does not count"),
    ("2026-06-13T09:00:00", 1, "2026-06-15", "Saturday: Monday is day 1"),
    ("2026-06-14T09:00:00", 1, "2026-06-15", "Sunday: Monday is day 1"),
    ("2026-06-15T09:00:00", 5, "2026-06-22", "Monday: five working days are a week"),
    ("2026-06-15T09:00:00", 20, "2026-07-13", "twenty working days are four weeks"),
    ("2026-04-02T16:00:00", 1, "2026-04-07", "Maundy Thursday: Good Friday to Easter Monday are shut"),
    ("2026-04-01T16:00:00", 3, "2026-04-08", "Wednesday before Easter: Thursday, Tuesday, Wednesday"),
    ("2026-04-04T10:00:00", 1, "2026-04-07", "Easter Saturday"),
    ("2026-05-01T10:00:00", 1, "2026-05-05", "Friday before the early May holiday"),
    ("2026-05-22T10:00:00", 2, "2026-05-27", "Friday before the spring holiday"),
    ("2026-08-28T10:00:00", 1, "2026-09-01", "Friday before the August holiday"),
    ("2026-12-24T10:00:00", 1, "2026-12-29", "Christmas Eve 2026: Boxing Day on a Saturday moves to Monday"),
    ("2026-12-24T10:00:00", 4, "2027-01-04", "29, 30, 31 December, then past New Year's Day and a weekend"),
    ("2021-12-24T10:00:00", 1, "2021-12-29", "Christmas on a Saturday: Monday and Tuesday are shut"),
    ("2027-12-24T10:00:00", 1, "2027-12-29", "the same again in 2027"),
    (
        "2022-12-23T10:00:00",
        1,
        "2022-12-28",
        "Christmas on a Sunday: Monday is Boxing Day, Tuesday its substitute",
    ),
    ("2022-06-01T10:00:00", 1, "2022-06-06", "the Jubilee: the spring holiday moved and a Friday was added"),
    ("2021-12-31T10:00:00", 1, "2022-01-04", "New Year's Day on a Saturday moves to Monday"),
    ("2026-03-27T10:00:00", 1, "2026-03-30", "over the night the clocks go forward"),
    ("2026-10-23T10:00:00", 1, "2026-10-26", "over the night the clocks go back"),
]


@pytest.mark.parametrize(("received", "days", "last_day", "why"), WORKING_DAY_ANSWERS)
def test_working_days_end_with_the_nth_working_day(received: str, days: int, last_day: str, why: str) -> None:
    assert due_at(WORKING_DAYS, days, london(received), ENGLAND) == london(f"{last_day}T23:59:59"), why


CALENDAR_DAY_ANSWERS = [
    ("2026-06-10T09:00:00", 1, "2026-06-11", "tomorrow"),
    ("2026-12-24T09:00:00", 1, "2026-12-25", "holidays count"),
    ("2026-06-10T09:00:00", 28, "2026-07-08", "four weeks"),
    ("2028-02-01T09:00:00", 28, "2028-02-29", "into a leap day"),
    ("2026-10-24T09:00:00", 1, "2026-10-25", "the long day ends at its own midnight"),
]


@pytest.mark.parametrize(("received", "days", "last_day", "why"), CALENDAR_DAY_ANSWERS)
def test_calendar_days_count_every_day(received: str, days: int, last_day: str, why: str) -> None:
    assert due_at(CALENDAR_DAYS, days, london(received), ENGLAND) == london(f"{last_day}T23:59:59"), why


def test_day_zero_is_the_day_in_london_not_in_utc() -> None:
    half_past_midnight_on_friday = datetime(2026, 6, 11, 23, 30, tzinfo=UTC)

    assert due_at(WORKING_DAYS, 1, half_past_midnight_on_friday, ENGLAND) == london("2026-06-15T23:59:59")


def test_a_local_closure_is_not_a_working_day() -> None:
    depot_shut = closed_days("ENG", frozenset({date(2026, 6, 11)}), 2026)

    assert due_at(WORKING_DAYS, 1, london("2026-06-10T09:00:00"), depot_shut) == london("2026-06-12T23:59:59")


def test_a_calendar_without_region_knows_weekends_only() -> None:
    assert due_at(WORKING_DAYS, 1, london("2026-12-24T09:00:00"), closed_days("", frozenset(), 2026)) == london(
        "2026-12-25T23:59:59"
    )


@pytest.mark.parametrize(
    ("clock", "amount", "start"),
    [
        (CLOCK_HOURS, 0, london("2026-06-10T09:00:00")),
        (WORKING_DAYS, -1, london("2026-06-10T09:00:00")),
        ("moon_phases", 1, london("2026-06-10T09:00:00")),
        (CLOCK_HOURS, 1, datetime(2026, 6, 10, 9)),  # noqa: DTZ001 - a start without a zone is the point
    ],
)
def test_a_target_that_makes_no_sense_is_refused(clock: str, amount: int, start: datetime) -> None:
    with pytest.raises(ValueError, match=r"target|clock"):
        due_at(clock, amount, start)


def test_a_calendar_that_never_opens_is_refused_instead_of_counting_for_ever() -> None:
    shut = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(5000))

    with pytest.raises(ValueError, match="everything closed"):
        due_at(WORKING_DAYS, 1, london("2026-01-05T09:00:00"), shut)


def test_targets_are_said_as_people_say_them() -> None:
    assert in_words(CLOCK_HOURS, 24) == "24 clock hours"
    assert in_words(WORKING_DAYS, 1) == "1 working day"
    assert in_words(CALENDAR_DAYS, 28) == "28 days"


starts = st.datetimes(
    min_value=datetime(2021, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2036, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(clock=st.sampled_from(CLOCKS), amount=st.integers(1, 200), start=starts)
def test_more_never_means_earlier_and_due_is_after_the_start(clock: str, amount: int, start: datetime) -> None:
    due = due_at(clock, amount, start, ENGLAND)

    assert start < due < due_at(clock, amount + 1, start, ENGLAND)


@given(clock=st.sampled_from(CLOCKS), amount=st.integers(1, 60), start=starts)
def test_the_zone_that_the_start_is_written_in_does_not_matter(clock: str, amount: int, start: datetime) -> None:
    expected = due_at(clock, amount, start, ENGLAND)

    assert due_at(clock, amount, start.astimezone(LONDON), ENGLAND) == expected
    assert due_at(clock, amount, start.astimezone(ZoneInfo("Pacific/Auckland")), ENGLAND) == expected


@given(amount=st.integers(1, 60), start=starts)
def test_counting_back_from_due_gives_the_target(amount: int, start: datetime) -> None:
    last_day = due_at(WORKING_DAYS, amount, start, ENGLAND).astimezone(LONDON).date()
    day_zero = start.astimezone(LONDON).date()
    days_between = [day_zero + timedelta(days=n) for n in range(1, (last_day - day_zero).days + 1)]

    assert sum(is_working_day(day, ENGLAND) for day in days_between) == amount
    assert is_working_day(last_day, ENGLAND)


@given(
    amount=st.integers(1, 60),
    start=starts,
    shut=st.sets(st.dates(date(2021, 1, 1), date(2037, 1, 1)), max_size=30),
)
def test_closing_days_never_brings_a_due_time_forward(amount: int, start: datetime, shut: set[date]) -> None:
    assert due_at(WORKING_DAYS, amount, start, ENGLAND | shut) >= due_at(WORKING_DAYS, amount, start, ENGLAND)
