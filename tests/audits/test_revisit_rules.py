"""When a walk is due again, and how much worse "worse" is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.revisit_rules import asked_in_words, days_late, default_due, months_later, state_of_due, worsened

DAY = dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("grade", "due"),
    [
        ("red", dt.date(2026, 5, 26)),
        ("amber", dt.date(2026, 6, 30)),
        ("green", dt.date(2027, 3, 31)),
        (None, None),
        ("", None),
    ],
)
def test_a_worse_grade_is_walked_again_sooner(grade: str | None, due: dt.date | None) -> None:
    assert default_due(grade, DAY) == due


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2028, 2, 29), 12, dt.date(2029, 2, 28)),
        (dt.date(2026, 1, 15), 12, dt.date(2027, 1, 15)),
    ],
)
def test_the_last_of_a_month_stays_the_last_of_a_shorter_one(day: dt.date, months: int, later: dt.date) -> None:
    assert months_later(day, months) == later


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)), st.integers(1, 36))
def test_some_months_later_is_always_in_that_month(day: dt.date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).month != later.month


@pytest.mark.parametrize(
    ("due", "state", "late"),
    [
        (dt.date(2026, 3, 30), "overdue", 1),
        (dt.date(2025, 3, 31), "overdue", 365),
        (dt.date(2026, 3, 31), "this_month", 0),
        (dt.date(2026, 4, 1), "later", 0),
        (dt.date(2027, 3, 31), "later", 0),
    ],
)
def test_what_is_due_is_overdue_this_month_or_later(due: dt.date, state: str, late: int) -> None:
    assert (state_of_due(due, DAY), days_late(due, DAY)) == (state, late)


@pytest.mark.parametrize(
    ("carried", "now", "severity"),
    [(3, 3, 2), (3, 2, 2), (3, 1, 1), (1, 1, 1), (4, 4, 3), (2, 4, 1)],
)
def test_worse_is_one_step_above_what_was_carried(carried: int, now: int, severity: int) -> None:
    assert worsened(carried=carried, now=now) == severity


@given(st.integers(1, 4), st.integers(1, 4))
def test_saying_worse_twice_is_still_one_step_and_never_a_step_down(carried: int, now: int) -> None:
    once = worsened(carried=carried, now=now)
    assert worsened(carried=carried, now=once) == once
    assert 1 <= once <= now


def test_what_is_said_to_be_done_is_asked_as_that() -> None:
    assert asked_in_words(is_said_done=True, owner="EMS") == "EMS say it is done. Is it?"
    assert asked_in_words(is_said_done=True, owner="") == "It is said to be done. Is it?"
    assert asked_in_words(is_said_done=False, owner="EMS") == "What is it like now?"
