"""What holds of every clock, whatever the calendar, the start and the pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.clocks import (
    CALENDAR_DAYS,
    CLOCK_HOURS,
    CLOCKS,
    LONDON,
    WORKING_DAYS,
    WORKING_HOURS,
    Opening,
    Pause,
    Target,
    WorkCalendar,
    days_counted,
    due_at,
    gross_and_net,
    uplifted,
)
from tests.routing.clock_table import CALENDARS

HOUR_CLOCKS = (CLOCK_HOURS, WORKING_HOURS)
amounts = st.integers(1, 120)
clocks = st.sampled_from(CLOCKS)
targets = st.builds(Target, clocks, amounts)
calendars = st.sampled_from(list(CALENDARS.values()))
starts = st.datetimes(
    min_value=datetime(2021, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2032, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@st.composite
def started(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start, and up to five pauses around and after it: some empty, some over others, some before it."""
    start = draw(starts)
    hours = st.one_of(st.integers(-48, 24 * 30), st.floats(-2, 72, allow_nan=False))
    lengths = st.one_of(st.just(0), st.integers(0, 24 * 7), st.floats(0, 12, allow_nan=False))
    pauses = []
    for begins, length in draw(st.lists(st.tuples(hours, lengths), max_size=5)):
        began = start + timedelta(hours=begins)
        pauses.append(Pause(began, began + timedelta(hours=length)))
    return start, pauses


@given(targets, calendars, started())
def test_a_pause_never_brings_a_due_time_forward(
    target: Target, calendar: WorkCalendar, told: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = told
    due = due_at(target, start, calendar)

    assert start < due
    for count in range(1, len(pauses) + 1):
        before, due = due, due_at(target, start, calendar, pauses[:count])
        assert due >= before


@given(clocks, amounts, st.integers(1, 40), calendars, started())
def test_more_is_never_due_earlier(
    clock: str, amount: int, more: int, calendar: WorkCalendar, told: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = told

    assert due_at(Target(clock, amount), start, calendar, pauses) < due_at(
        Target(clock, amount + more), start, calendar, pauses
    )


@given(targets, calendars, started(), st.floats(0, 400))
def test_what_starts_later_is_never_due_earlier(
    target: Target, calendar: WorkCalendar, told: tuple[datetime, list[Pause]], hours: float
) -> None:
    start, pauses = told

    assert due_at(target, start + timedelta(hours=hours), calendar, pauses) >= due_at(target, start, calendar, pauses)


@given(targets, calendars, started())
def test_from_the_start_to_due_counted_back_is_the_target(
    target: Target, calendar: WorkCalendar, told: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = told
    due = due_at(target, start, calendar, pauses)
    asked = (target.clock, start, due, calendar, pauses)

    if target.clock in HOUR_CLOCKS:
        assert gross_and_net(*asked)[1] == timedelta(hours=target.amount)
        a_second_less = gross_and_net(target.clock, start, due - timedelta(seconds=1), calendar, pauses)[1]
        assert a_second_less < timedelta(hours=target.amount), "and it was not there before"
    else:
        assert days_counted(*asked) == target.amount
        assert due.astimezone(LONDON).time() == time(23, 59, 59)


@given(targets, calendars, started())
def test_it_does_not_matter_in_which_zone_times_are_written(
    target: Target, calendar: WorkCalendar, told: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = told
    expected = due_at(target, start, calendar, pauses)

    for zone in (LONDON, ZoneInfo("Pacific/Auckland")):
        there = [Pause(each.started_at.astimezone(zone), each.ended_at.astimezone(zone)) for each in pauses]
        assert due_at(target, start.astimezone(zone), calendar, there) == expected


@given(targets, calendars, started(), st.randoms(use_true_random=False))
def test_the_order_of_pauses_and_saying_one_twice_do_not_matter(
    target: Target, calendar: WorkCalendar, told: tuple[datetime, list[Pause]], dice: object
) -> None:
    start, pauses = told
    shuffled = pauses + pauses[:1]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    assert due_at(target, start, calendar, shuffled) == due_at(target, start, calendar, pauses)


@given(amounts, started())
def test_where_it_is_always_open_working_hours_are_clock_hours(amount: int, told: tuple[datetime, list[Pause]]) -> None:
    start, pauses = told
    always = CALENDARS["Always"]

    assert due_at(Target(WORKING_HOURS, amount), start, always, pauses) == due_at(
        Target(CLOCK_HOURS, amount), start, always, pauses
    )


@given(amounts, started())
def test_where_every_day_is_worked_working_days_are_calendar_days(
    amount: int, told: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = told
    always = CALENDARS["Always"]

    assert due_at(Target(WORKING_DAYS, amount), start, always, pauses) == due_at(
        Target(CALENDAR_DAYS, amount), start, always, pauses
    )


@given(amounts, calendars, starts)
def test_working_hours_are_due_while_it_is_open(amount: int, calendar: WorkCalendar, start: datetime) -> None:
    due = due_at(Target(WORKING_HOURS, amount), start, calendar)

    # The midnight that closes a day is already the next day's.
    days = {calendar.day_of(due), calendar.day_of(due - timedelta(seconds=1))}
    assert any(opens < due <= closes for day in days for opens, closes in calendar.hours_on(day))


@given(
    st.sampled_from((WORKING_HOURS, WORKING_DAYS)),
    amounts,
    starts,
    st.sets(st.dates(date(2021, 1, 1), date(2033, 1, 1)), max_size=30),
)
@settings(max_examples=25)
def test_closing_days_never_brings_a_due_time_forward(
    clock: str, amount: int, start: datetime, shut: set[date]
) -> None:
    target = Target(clock, amount)
    more_closed = WorkCalendar(closures=dict.fromkeys(shut, "Stocktaking"))

    assert due_at(target, start, more_closed) >= due_at(target, start, WorkCalendar())


@given(targets)
def test_a_hotspot_makes_no_target_longer_and_none_shorter_than_half(target: Target) -> None:
    halved = uplifted(target)

    assert halved.clock == target.clock
    assert target.amount / 2 <= halved.amount <= target.amount
    if target.clock in HOUR_CLOCKS:
        assert halved.amount >= min(4, target.amount)


def counted_the_slow_way(target: Target, start: datetime, calendar: WorkCalendar, pauses: list[Pause]) -> datetime:
    """Minute by minute, day by day: nothing clever, only the words of the rule."""
    if target.clock in HOUR_CLOCKS:
        moment, left = start, target.amount * 60
        while left:
            here = calendar.hours_on(calendar.day_of(moment))
            is_open = target.clock == CLOCK_HOURS or any(opens <= moment < closes for opens, closes in here)
            left -= is_open and not any(each.started_at <= moment < each.ended_at for each in pauses)
            moment += timedelta(minutes=1)
        return moment
    day, left = calendar.day_of(start), target.amount
    while left:
        day += timedelta(days=1)
        end = calendar.end_of(day)
        worked = target.clock == CALENDAR_DAYS or calendar.is_working_day(day)
        left -= worked and not any(each.started_at < end < each.ended_at for each in pauses)
    return calendar.end_of(day)


whole_minutes = starts.map(lambda at: at.replace(second=0, microsecond=0))
few_pauses = st.lists(st.tuples(st.integers(-600, 6000), st.integers(0, 3000)), max_size=4)


@given(st.builds(Target, clocks, st.integers(1, 6)), calendars, whole_minutes, few_pauses)
@settings(max_examples=60, deadline=None)
def test_the_quick_way_is_the_slow_way(
    target: Target, calendar: WorkCalendar, start: datetime, told: list[tuple[int, int]]
) -> None:
    began = [(start + timedelta(minutes=first), timedelta(minutes=length)) for first, length in told]
    pauses = [Pause(at, at + length) for at, length in began]

    assert due_at(target, start, calendar, pauses) == counted_the_slow_way(target, start, calendar, pauses)


@given(st.integers(0, 6), st.integers(0, 22), st.integers(1, 23), amounts, starts)
@example(6, 1, 1, 55, datetime(2021, 3, 1, tzinfo=UTC))
@settings(max_examples=25)
def test_one_open_stretch_a_week_is_enough(weekday: int, opens: int, length: int, amount: int, start: datetime) -> None:
    closes = time(opens + length) if opens + length < 24 else time(0)
    weekly = WorkCalendar([Opening(weekday, time(opens), closes)])

    due = due_at(Target(WORKING_DAYS, amount), start, weekly)

    assert due.astimezone(LONDON).weekday() == weekday
    # The hour that the clocks skip in spring can be all of a Sunday's opening.
    springs = due.year - start.year + 1
    assert amount - 1 <= (due - start).days / 7 <= amount + 1 + springs
