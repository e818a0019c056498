"""A re-visit without a database: what can be answered of a carried thing, when the next walk is due, how much worse
"worse" is. Pure: no Django, no clock."""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum


class Outcome(StrEnum):
    """What somebody who stands before a carried thing can say of it."""

    DONE = "done"
    NOT_DONE = "not_done"
    WORSE = "worse"
    REMOVED = "removed_on_purpose"


OUTCOMES: dict[str, str] = {
    Outcome.DONE: "Done",
    Outcome.NOT_DONE: "Not done",
    Outcome.WORSE: "Worse",
    Outcome.REMOVED: "Removed on purpose",
}

# Nobody can see later why a thing is not there any more, so it has to be said.
NEEDS_WORDS: frozenset[str] = frozenset({Outcome.REMOVED})
# Said of the thing itself that somebody still has to see to it.
STILL_OPEN: frozenset[str] = frozenset({Outcome.NOT_DONE, Outcome.WORSE})

# How long after an audit the next walk is usual: 8 weeks, 3 months, 12 months (see docs/eva.md).
_RED_WEEKS, _MONTHS = 8, {"amber": 3, "green": 12}
CRITICAL = 1


def default_due(grade: str | None, day: dt.date) -> dt.date | None:
    """The day by which an area that was graded on ``day`` is walked again: red 8 weeks, amber 3 months, green
    12 months; None where nothing was graded. The last of a month stays the last of a shorter one."""
    if grade == "red":
        return day + dt.timedelta(weeks=_RED_WEEKS)
    months = _MONTHS.get(grade or "")
    return months_later(day, months) if months else None


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last: 30 November and three months is 28 or 29 February."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def state_of_due(due_on: dt.date, today: dt.date) -> str:
    """``overdue``, ``this_month`` (until the end of today's month) or ``later``."""
    if due_on < today:
        return "overdue"
    return "this_month" if (due_on.year, due_on.month) == (today.year, today.month) else "later"


def days_late(due_on: dt.date, today: dt.date) -> int:
    """How many days it is overdue; 0 while it is not."""
    return max(0, (today - due_on).days)


def worsened(*, carried: int, now: int) -> int:
    """The severity (1 critical … 4 low) of a thing found worse: one step above what was carried, however often it
    is said, and never below what it is by now."""
    return min(now, max(CRITICAL, carried - 1))


def asked_in_words(*, is_said_done: bool, owner: str) -> str:
    """The question that a carried thing puts to whoever stands before it."""
    if not is_said_done:
        return "What is it like now?"
    return f"{owner} say it is done. Is it?" if owner else "It is said to be done. Is it?"
