"""What is to be said of a job by its clock, and when: near its due time, late, passed up, not taken on.

Pure: no Django, no clock (pass the moments).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

ACKNOWLEDGE_MISSED: Final = "acknowledge_missed"
AT_RISK: Final = "at_risk"
BREACHED: Final = "breached"
ESCALATED: Final = "escalated"

# At one instant: first that it is near, then that it is late, then who hears of that.
_ORDER: Final = {ACKNOWLEDGE_MISSED: 0, AT_RISK: 1, BREACHED: 2, ESCALATED: 3}
_LETTERS: Final = {ACKNOWLEDGE_MISSED: "a", AT_RISK: "r", BREACHED: "b", ESCALATED: "e"}


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of a ladder and how long after the due time it is reached; less than nothing is before it."""

    level: int
    after: dt.timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """What the watch reads of a job whose clock runs. ``acknowledge_due_at`` is None where the job was
    taken on, or where no time for that was agreed."""

    due_at: dt.datetime
    at_risk_at: dt.datetime
    acknowledge_due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say: what, from when it holds, and of which agreed time.

    ``key`` is the same for the same step of the same agreed time, for ever: said once, it is never said
    again.
    """

    at: dt.datetime
    what: str
    of: dt.datetime
    level: int
    key: str

    @property
    def place(self) -> tuple[dt.datetime, int, int]:
        """Steps are said in this order."""
        return self.at, _ORDER[self.what], self.level


def _step(at: dt.datetime, what: str, of: dt.datetime, level: int = 0) -> Step:
    return Step(at, what, of, level, f"{_LETTERS[what]}{level or ''}@{int(of.timestamp())}")


def steps(clock: Clock, ladder: Iterable[Rung]) -> list[Step]:
    """All that there is to say of a job by its clock, in order."""
    due_at = clock.due_at
    found = [_step(clock.at_risk_at, AT_RISK, due_at), _step(due_at, BREACHED, due_at)]
    found += [_step(due_at + rung.after, ESCALATED, due_at, rung.level) for rung in ladder]
    if clock.acknowledge_due_at is not None:
        found.append(_step(clock.acknowledge_due_at, ACKNOWLEDGE_MISSED, clock.acknowledge_due_at))
    return sorted(found, key=lambda step: step.place)


def unsaid(all_steps: Sequence[Step], said: Collection[str]) -> list[Step]:
    """The steps that were not said, in order."""
    return [step for step in all_steps if step.key not in said]


def carried_over(before: Sequence[Step], after: Sequence[Step], said: Collection[str], now: dt.datetime) -> list[str]:
    """The due time moved: the keys of the new steps (``after``) that count as said.

    What was said of the old time and holds of the new one too is not said again: a job that was late and
    still is has breached once. What the move made untrue may come true again, and is then news.
    """
    was_said = {(step.what, step.level) for step in before if step.key in said}
    return [step.key for step in after if step.at <= now and (step.what, step.level) in was_said]


def level_reached(all_steps: Sequence[Step], said: Collection[str]) -> int:
    """The highest level of the ladder that was said of the due time as it stands; 0 where none was."""
    return max((step.level for step in all_steps if step.key in said), default=0)


@dataclass(frozen=True, slots=True)
class DefaultStep:
    """A rung of the ladder of an organisation that has not made its own."""

    title: str
    role: str
    of_council: bool
    after_minutes: int


DEFAULT_LADDER: Final = (
    DefaultStep("Crew lead", "dispatcher", False, 0),
    DefaultStep("Contract manager", "manager", False, 4 * 60),
    DefaultStep("Head of service", "manager", True, 24 * 60),
)
