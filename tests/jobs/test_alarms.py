"""What is to be said of a job by its clock: a table of steps, and what a moved due time changes."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.alarms import (
    ACKNOWLEDGE_MISSED,
    AT_RISK,
    BREACHED,
    ESCALATED,
    Clock,
    Rung,
    carried_over,
    level_reached,
    steps,
    unsaid,
)

DUE = dt.datetime(2026, 6, 10, 17, 0, tzinfo=dt.UTC)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


LADDER = [Rung(1, hours(0)), Rung(2, hours(4)), Rung(3, hours(24))]


def clock(due_at: dt.datetime = DUE, acknowledge_due_at: dt.datetime | None = None) -> Clock:
    return Clock(due_at, due_at - hours(4), acknowledge_due_at)


def told(*, ladder: list[Rung] = LADDER, **more: dt.datetime) -> list[tuple[str, float]]:
    """What is said, and how many hours after the due time."""
    found = steps(clock(**more), ladder)
    return [(f"{step.what} {step.level or ''}".strip(), (step.at - DUE) / hours(1)) for step in found]


def test_near_then_late_then_up_the_ladder() -> None:
    assert told() == [("at_risk", -4), ("breached", 0), ("escalated 1", 0), ("escalated 2", 4), ("escalated 3", 24)]


def test_a_rung_before_the_due_time_and_a_missed_answer_come_in_their_place() -> None:
    early = [Rung(1, hours(-6)), Rung(2, hours(1))]
    assert told(ladder=early, acknowledge_due_at=DUE - hours(8)) == [
        ("acknowledge_missed", -8),
        ("escalated 1", -6),
        ("at_risk", -4),
        ("breached", 0),
        ("escalated 2", 1),
    ]


def test_without_a_ladder_nobody_hears_of_it_but_it_is_late_all_the_same() -> None:
    assert told(ladder=[]) == [("at_risk", -4), ("breached", 0)]


def said_until(moment: dt.datetime, of: Clock) -> list[str]:
    return [step.key for step in steps(of, LADDER) if step.at <= moment]


@pytest.mark.parametrize(
    ("now", "moved_by", "again"),
    [
        # Late by six hours, and still by four after a pause of two: nothing is said again.
        (6, 2, [(ESCALATED, 3)]),
        # Late by six hours; the pause covers eight: it is not late any more, and may be once more.
        (6, 8, [(BREACHED, 0), (ESCALATED, 1), (ESCALATED, 2), (ESCALATED, 3)]),
        # Near its due time; a week of grace makes even that untrue.
        (-1, 168, [(AT_RISK, 0), (BREACHED, 0), (ESCALATED, 1), (ESCALATED, 2), (ESCALATED, 3)]),
        # An earlier report was joined: late two hours earlier than was known, and said already.
        (1, -2, [(ESCALATED, 2), (ESCALATED, 3)]),
        # On time until now, and late by the earlier report: all of that is news.
        (-5, -6, [(AT_RISK, 0), (BREACHED, 0), (ESCALATED, 1), (ESCALATED, 2), (ESCALATED, 3)]),
    ],
)
def test_what_is_said_again_after_the_due_time_moved(now: float, moved_by: float, again: list[tuple[str, int]]) -> None:
    moment = DUE + hours(now)
    before, after = clock(), clock(DUE + hours(moved_by))
    said = said_until(moment, before)
    said += carried_over(steps(before, LADDER), steps(after, LADDER), said, moment)
    assert [(step.what, step.level) for step in unsaid(steps(after, LADDER), said)] == again


def test_a_due_time_that_moves_there_and_back_says_nothing_twice() -> None:
    moment = DUE + hours(1)
    said = said_until(moment, clock())
    there = clock(DUE + hours(48))
    said += carried_over(steps(clock(), LADDER), steps(there, LADDER), said, moment)
    said += carried_over(steps(there, LADDER), steps(clock(), LADDER), said, moment)
    assert [(step.what, step.level) for step in unsaid(steps(clock(), LADDER), said)] == [
        (ESCALATED, 2),
        (ESCALATED, 3),
    ]
    assert level_reached(steps(clock(), LADDER), said) == 1
    assert level_reached(steps(there, LADDER), said) == 0


def test_the_time_for_an_answer_is_its_own_and_moves_with_no_due_time() -> None:
    answer_by = DUE - hours(8)
    before, after = clock(acknowledge_due_at=answer_by), clock(DUE + hours(5), answer_by)
    said = said_until(DUE, before)
    assert ACKNOWLEDGE_MISSED not in {step.what for step in unsaid(steps(after, LADDER), said)}


minutes = st.integers(min_value=-50_000, max_value=50_000)
ladders = st.lists(minutes, max_size=9).map(
    lambda after: [Rung(level, dt.timedelta(minutes=each)) for level, each in enumerate(sorted(after), start=1)]
)


@given(ladder=ladders, looks=st.lists(minutes, min_size=1, max_size=8))
def test_however_the_watch_looks_each_step_is_said_once_and_in_order(ladder: list[Rung], looks: list[int]) -> None:
    """Every few seconds, or after a month: the same things are said, in the same order."""
    everything = steps(clock(), ladder)
    said: list[str] = []
    for look in sorted(looks):
        moment = DUE + dt.timedelta(minutes=look)
        said += [step.key for step in unsaid(everything, said) if step.at <= moment]
    last = DUE + dt.timedelta(minutes=max(looks))
    assert said == [step.key for step in everything if step.at <= last]
    assert len(set(said)) == len(said)


@given(ladder=ladders, now=minutes, moves=st.lists(minutes, max_size=5))
def test_no_move_of_the_due_time_makes_the_watch_say_a_key_twice(
    ladder: list[Rung], now: int, moves: list[int]
) -> None:
    moment, of, said = DUE + dt.timedelta(minutes=now), clock(), list[str]()
    told_keys: list[str] = []
    for move in [0, *moves]:
        after = clock(DUE + dt.timedelta(minutes=move))
        said += [key for key in carried_over(steps(of, ladder), steps(after, ladder), said, moment) if key not in said]
        of = after
        now_said = [step.key for step in unsaid(steps(of, ladder), said) if step.at <= moment]
        said += now_said
        told_keys += now_said
    assert len(set(told_keys)) == len(told_keys)
