"""When a target falls due: every answer of clock_answers.txt was worked out by hand on a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.clocks import (
    CALENDAR_DAYS,
    CLOCK_HOURS,
    LONDON,
    MOST,
    WORKING_DAYS,
    WORKING_HOURS,
    NeverOpen,
    Opening,
    Pause,
    Target,
    WorkCalendar,
    days_counted,
    due_at,
    gross_and_net,
    in_words,
    uplifted,
    warn_at,
)
from tests.routing.clock_table import CALENDARS, Answer, answers, hours, moment

ANSWERS = answers()
ENGLAND = CALENDARS["England"]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.number)
def test_a_target_falls_due_when_the_table_says(answer: Answer) -> None:
    assert due_at(answer.target, answer.received, answer.calendar, answer.pauses) == answer.due, answer.why


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.number)
def test_counted_back_from_the_due_time_it_is_the_target_again(answer: Answer) -> None:
    clock, amount = answer.target.clock, answer.target.amount
    asked = (clock, answer.received, answer.due, answer.calendar, answer.pauses)
    if clock in (CLOCK_HOURS, WORKING_HOURS):
        assert gross_and_net(*asked)[1] == amount * HOUR
    else:
        assert days_counted(*asked) == amount


def test_the_table_is_as_long_as_it_should_be_and_numbers_each_row_once() -> None:
    numbers = [answer.number for answer in ANSWERS]

    assert len(numbers) == len(set(numbers)) >= 120
    assert all(answer.why for answer in ANSWERS)


GROSS_AND_NET = [
    # clock, start, end, pauses, gross, net, why
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [], 6, 6, "nothing was paused"),
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [(10, 12)], 6, 4, "two hours at a gate"),
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [(10, 12), (11, 13)], 6, 3, "an hour in both"),
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [(14, 18)], 6, 5, "done while it was paused"),
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [(16, 18)], 6, 6, "paused afterwards"),
    (CLOCK_HOURS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 08:00", [], 0, 0, "an end before the start is nothing"),
    (CLOCK_HOURS, "Sat 24 Oct 2026 12:00", "Sun 25 Oct 2026 12:00", [], 25, 25, "the night with an hour more"),
    (CLOCK_HOURS, "Sat 28 Mar 2026 12:00", "Sun 29 Mar 2026 12:00", [], 23, 23, "the night with an hour less"),
    (WORKING_HOURS, "Fri 12 Jun 2026 15:00", "Mon 15 Jun 2026 10:00", [], 4, 4, "two hours on each day"),
    (WORKING_HOURS, "Wed 10 Jun 2026 15:00", "Wed 10 Jun 2026 23:00", [(16, 20)], 2, 1, "it closes at 17:00"),
    (WORKING_HOURS, "Sat 13 Jun 2026 09:00", "Sun 14 Jun 2026 09:00", [], 0, 0, "nobody is there at the weekend"),
    (WORKING_DAYS, "Fri 12 Jun 2026 15:00", "Mon 15 Jun 2026 15:00", [], 72, 72, "on day clocks it is elapsed time"),
    (CALENDAR_DAYS, "Wed 10 Jun 2026 09:00", "Wed 10 Jun 2026 15:00", [(10, 12)], 6, 4, "the same with a pause"),
]


@pytest.mark.parametrize(("clock", "start", "end", "pauses", "gross", "net", "why"), GROSS_AND_NET)
def test_what_it_took_with_the_pauses_and_without(
    clock: str, start: str, end: str, pauses: list[tuple[int, int]], gross: int, net: int, why: str
) -> None:
    stood = [Pause(*(datetime(2026, 6, 10, hour, tzinfo=LONDON) for hour in each)) for each in pauses]

    assert gross_and_net(clock, moment(start), moment(end), ENGLAND, stood) == (gross * HOUR, net * HOUR), why


@pytest.mark.parametrize(
    ("clock", "amount", "halved"),
    [
        (CLOCK_HOURS, 1, 1),
        (CLOCK_HOURS, 4, 4),
        (CLOCK_HOURS, 7, 4),
        (CLOCK_HOURS, 8, 4),
        (CLOCK_HOURS, 9, 5),
        (CLOCK_HOURS, 24, 12),
        (WORKING_HOURS, 3, 3),
        (WORKING_HOURS, 16, 8),
        (WORKING_DAYS, 1, 1),
        (WORKING_DAYS, 2, 1),
        (WORKING_DAYS, 3, 2),
        (CALENDAR_DAYS, 7, 4),
    ],
)
def test_a_hotspot_halves_a_target(clock: str, amount: int, halved: int) -> None:
    assert uplifted(Target(clock, amount)) == Target(clock, halved)


def test_the_warning_comes_so_long_before_and_never_before_the_start() -> None:
    due, start = moment("Thu 11 Jun 2026 09:00"), moment("Wed 10 Jun 2026 09:00")

    assert warn_at(due, 240, start) == moment("Thu 11 Jun 2026 05:00")
    assert warn_at(due, 2880, start) == start


def test_the_warning_is_real_minutes_over_the_night_the_clocks_go_back() -> None:
    due, start = moment("Sun 25 Oct 2026 04:00"), moment("Sat 24 Oct 2026 04:00")

    assert warn_at(due, 240, start) == moment("Sun 25 Oct 2026 01:00 BST")


@pytest.mark.parametrize(
    ("clock", "amount", "says"),
    [
        (CLOCK_HOURS, 0, "1 to 8,784 clock hours, not 0"),
        (CLOCK_HOURS, 87_600, "1 to 8,784 clock hours, not 87600"),
        (WORKING_HOURS, 2929, "1 to 2,928 working hours"),
        (WORKING_DAYS, -1, "1 to 366 working days, not -1"),
        (WORKING_DAYS, 3650, "1 to 366 working days, not 3650"),
        (CALENDAR_DAYS, 367, "1 to 366 days"),
        ("moon_phases", 1, "unknown clock 'moon_phases'"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(clock: str, amount: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Target(clock, amount)


def test_the_longest_targets_are_reached() -> None:
    start = moment("Wed 10 Jun 2026 09:00")

    for clock, most in MOST.items():
        target = Target(clock, most)
        due = due_at(target, start, ENGLAND)
        assert due_at(Target(clock, most - 1), start, ENGLAND) < due
    assert due == moment("Fri 11 Jun 2027"), "366 days after 10 June 2026, a year and a day"


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 6, 10, 9)  # noqa: DTZ001 - a start without a zone is the point
    with pytest.raises(ValueError, match="time zone"):
        due_at(Target(CLOCK_HOURS, 1), naive, ENGLAND)
    with pytest.raises(ValueError, match="time zone"):
        Pause(naive, moment("Wed 10 Jun 2026 10:00"))


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Pause(moment("Wed 10 Jun 2026 10:00"), moment("Wed 10 Jun 2026 09:59"))
    with pytest.raises(ValueError, match="ends after it starts"):
        Pause(moment("Sun 25 Oct 2026 01:10 GMT"), moment("Sun 25 Oct 2026 01:50 BST"))


def test_over_the_hour_that_comes_twice_a_pause_is_measured_by_real_time() -> None:
    """By the wall this pause would end before it starts: 01:50 and then 01:10."""
    first = datetime(2026, 10, 25, 1, 50, tzinfo=LONDON, fold=0)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=LONDON, fold=1)
    received = moment("Sat 24 Oct 2026 23:00 UTC")

    due = due_at(Target(CLOCK_HOURS, 4), received, ENGLAND, [Pause(first, second)])

    assert due == datetime(2026, 10, 25, 3, 20, tzinfo=UTC), "four hours and the twenty minutes of the pause"


SHUT = WorkCalendar(
    [Opening(0, time(9), time(17))], closures={date(2026, 1, 1) + timedelta(n): "" for n in range(9999)}
)


@pytest.mark.parametrize("clock", [WORKING_HOURS, WORKING_DAYS])
@pytest.mark.parametrize("calendar", [WorkCalendar([]), SHUT])
def test_a_calendar_that_never_opens_is_refused_instead_of_counting_for_ever(
    clock: str, calendar: WorkCalendar
) -> None:
    with pytest.raises(NeverOpen, match="everything closed"):
        due_at(Target(clock, 1), moment("Mon 5 Jan 2026 09:00"), calendar)


def test_clocks_that_ask_no_opening_hours_run_where_nothing_is_open() -> None:
    start = moment("Mon 5 Jan 2026 09:00")

    assert due_at(Target(CLOCK_HOURS, 24), start, WorkCalendar([])) == moment("Tue 6 Jan 2026 09:00")
    assert due_at(Target(CALENDAR_DAYS, 1), start, WorkCalendar([])) == moment("Tue 6 Jan 2026")


def test_an_hour_a_week_is_enough_for_a_target_of_a_year() -> None:
    """The table of days grows as far as it has to."""
    mondays = WorkCalendar([Opening(0, time(9), time(10))])

    assert due_at(Target(WORKING_HOURS, 260), moment("Mon 5 Jan 2026 08:00"), mondays) == moment(
        "Mon 23 Dec 2030 10:00"
    )


def test_a_pause_longer_than_the_table_is_counted_to_its_end() -> None:
    ten_years = Pause(moment("Wed 10 Jun 2026 10:00"), moment("Tue 10 Jun 2036 10:00"))
    start = moment("Wed 10 Jun 2026 09:00")

    assert due_at(Target(WORKING_HOURS, 2), start, ENGLAND, [ten_years]) == moment("Tue 10 Jun 2036 11:00")
    assert due_at(Target(WORKING_DAYS, 1), start, ENGLAND, [ten_years]) == moment("Tue 10 Jun 2036")


def test_the_zone_is_the_calendars_own() -> None:
    auckland = WorkCalendar(zone=ZoneInfo("Pacific/Auckland"))
    late_on_wednesday_in_london = moment("Wed 10 Jun 2026 23:00")

    due = due_at(Target(WORKING_DAYS, 1), late_on_wednesday_in_london, auckland)

    assert due == datetime(2026, 6, 12, 23, 59, 59, tzinfo=ZoneInfo("Pacific/Auckland")), "Thursday there already"


def test_hours_in_the_hour_that_the_spring_night_skips_are_none() -> None:
    calendar = WorkCalendar(hours(range(7), "01:15", "01:45"))

    assert calendar.is_working_day(date(2026, 3, 28))
    total = gross_and_net(WORKING_HOURS, moment("Sun 29 Mar 2026 00:00"), moment("Sun 29 Mar 2026"), calendar)
    assert total[0] <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"),
    [(7, "08:00", "17:00"), (-1, "08:00", "17:00"), (0, "17:00", "08:00"), (0, "8:00", "")],
)
def test_opening_hours_that_make_no_sense_are_refused(weekday: int, opens: str, closes: str) -> None:
    with pytest.raises(ValueError, match=r"weekday|end after|Invalid isoformat"):
        Opening(weekday, time.fromisoformat(opens), time.fromisoformat(closes))


def test_targets_are_said_as_people_say_them() -> None:
    assert in_words(Target(CLOCK_HOURS, 24)) == "24 clock hours"
    assert in_words(Target(WORKING_HOURS, 8)) == "8 working hours"
    assert in_words(Target(WORKING_DAYS, 1)) == "1 working day"
    assert in_words(Target(CALENDAR_DAYS, 28)) == "28 days"
