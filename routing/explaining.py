"""Why a target falls due when it does: day by day, in the words of somebody who counts on a calendar.

Pure: no Django, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from routing.clocks import (
    CALENDAR_DAYS,
    CLOCK_HOURS,
    WORKING_HOURS,
    Pause,
    Target,
    WorkCalendar,
    due_at,
    in_words,
    merged,
)
from routing.working_time import ONE_DAY

# A year of days would hide what matters; so many are told at the beginning and at the end.
_TOLD_AT_FIRST, _TOLD_AT_LAST = 40, 10


@dataclass(frozen=True, slots=True)
class Line:
    """What one day (or a stretch of days left out, `day` None) had to do with it."""

    day: date | None
    words: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """When it is due (UTC), in one sentence and day by day."""

    due_at: datetime
    words: str
    lines: tuple[Line, ...]


def explain(target: Target, start: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> Explanation:
    """Count it out. Raises what `due_at` raises."""
    due = due_at(target, start, calendar, pauses)
    count = _DayCount if target.clock not in (CLOCK_HOURS, WORKING_HOURS) else _HourCount
    counter = count(target, start.astimezone(UTC), due, calendar, merged(pauses, start))
    first, last = calendar.day_of(start), calendar.day_of(due)
    days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
    lines = [counter.line(day) for day in days]
    words = f"{in_words(target)} from {_moment(start, calendar)}: due {_moment(due, calendar)}."
    return Explanation(due, words, tuple(_shortened(lines)))


def _shortened(lines: list[Line]) -> list[Line]:
    left_out = len(lines) - _TOLD_AT_FIRST - _TOLD_AT_LAST
    if left_out <= 1:
        return lines
    between = Line(None, f"{left_out} more days, counted in the same way.", counts=False)
    return [*lines[:_TOLD_AT_FIRST], between, *lines[-_TOLD_AT_LAST:]]


@dataclass(slots=True)
class _DayCount:
    """Working days and calendar days."""

    target: Target
    start: datetime
    due: datetime
    calendar: WorkCalendar
    stood_still: list[tuple[datetime, datetime]]
    counted: int = 0

    def line(self, day: date) -> Line:
        if day == self.calendar.day_of(self.start):
            return Line(day, "Received. The day of receipt is day 0.", counts=False)
        if self.target.clock != CALENDAR_DAYS and not self.calendar.is_working_day(day):
            return Line(day, _shut(day, self.calendar), counts=False)
        end = self.calendar.end_of(day)
        if any(stopped < end < went_on for stopped, went_on in self.stood_still):
            return Line(day, "The clock stood still at the end of this day: it does not count.", counts=False)
        self.counted += 1
        due = ", due at its end" if end == self.due else ""
        return Line(day, f"Day {self.counted}{due}.", counts=True)


@dataclass(slots=True)
class _HourCount:
    """Clock hours and working hours."""

    target: Target
    start: datetime
    due: datetime
    calendar: WorkCalendar
    stood_still: list[tuple[datetime, datetime]]
    counted: timedelta = timedelta(0)

    def line(self, day: date) -> Line:
        midnight = datetime.combine(day, datetime.min.time(), self.calendar.zone).astimezone(UTC)
        next_midnight = datetime.combine(day + ONE_DAY, datetime.min.time(), self.calendar.zone).astimezone(UTC)
        is_clock = self.target.clock == CLOCK_HOURS
        stretches = [(midnight, next_midnight)] if is_clock else self.calendar.hours_on(day)
        if not stretches:
            return Line(day, _shut(day, self.calendar), counts=False)
        whole = [(max(opens, self.start), min(closes, self.due)) for opens, closes in stretches]
        spans = [(opens, closes) for opens, closes in whole if opens < closes]
        paused = sum((_common(span, pause) for span in spans for pause in self.stood_still), timedelta(0))
        here = sum((closes - opens for opens, closes in spans), timedelta(0)) - paused
        self.counted += here
        words = [] if is_clock else [f"Open {_listed(stretches, self.calendar)}."]
        if paused:
            words.append(f"The clock stood still for {_length(paused)}.")
        words.append(f"{_length(here)} counted, {_length(self.counted)} in all." if here else "Nothing counted.")
        if is_clock and next_midnight - midnight != ONE_DAY:
            hours = (next_midnight - midnight) // timedelta(hours=1)
            words.append(f"The clocks change in this night: the day has {hours} hours.")
        return Line(day, " ".join(words), counts=bool(here))


def _common(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), timedelta(0))


def _shut(day: date, calendar: WorkCalendar) -> str:
    why = calendar.shut_because(day)
    if why is None:
        return "Not open on this day."
    return f"Shut: {why}." if why else "Shut."


def _listed(stretches: list[tuple[datetime, datetime]], calendar: WorkCalendar) -> str:
    at = [f"{_time(opens, calendar)} to {_time(closes, calendar)}" for opens, closes in stretches]
    return " and ".join(at)


def _time(moment: datetime, calendar: WorkCalendar) -> str:
    return f"{moment.astimezone(calendar.zone):%H:%M}"


def _moment(moment: datetime, calendar: WorkCalendar) -> str:
    local = moment.astimezone(calendar.zone)
    seconds = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local:%A} {local.day} {local:%B %Y} at {seconds}"


def _length(span: timedelta) -> str:
    """ "2 h", "1 h 30 min", "59 min 59 s"."""
    seconds = int(span.total_seconds())
    parts = [(seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 h"
