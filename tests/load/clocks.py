"""How many due times one core works out in a second."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING

from routing.bank_holidays import bank_holidays
from routing.clocks import WORKING_DAYS, WORKING_HOURS, Pause, Target, WorkCalendar, due_at
from tests.load.figures import Figure

if TYPE_CHECKING:
    from tests.load.parts import Bench

_COUNT = 200_000
_ROUNDS = 5
# Receipts all over two years, at every hour, so that no table is looked up at one place only.
_FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_STARTS = [_FIRST + dt.timedelta(hours=7.3 * number) for number in range(2400)]
_AMOUNTS = (1, 3, 5, 7, 10, 20)


def clocks(_bench: Bench) -> list[Figure]:
    """Working days, working days with two pauses, and working hours; England's calendar."""
    plain = [(start, ()) for start in _STARTS]
    paused = [(start, _two_pauses(start)) for start in _STARTS]
    return [
        Figure("clocks.working_days", _a_second(WORKING_DAYS, plain), "/s a core", 100_000, at_most=False),
        Figure("clocks.working_days_two_pauses", _a_second(WORKING_DAYS, paused), "/s a core", 30_000, at_most=False),
        Figure("clocks.working_hours", _a_second(WORKING_HOURS, plain), "/s a core", 100_000, at_most=False),
    ]


def _two_pauses(start: dt.datetime) -> tuple[Pause, ...]:
    hour = dt.timedelta(hours=1)
    return Pause(start + 2 * hour, start + 20 * hour), Pause(start + 50 * hour, start + 120 * hour)


def _a_second(clock: str, received: Sequence[tuple[dt.datetime, tuple[Pause, ...]]]) -> float:
    """The best of a few rounds: what else the machine did is not the clock's fault."""
    england = WorkCalendar(bank_holidays=bank_holidays)
    targets = [Target(clock, amount) for amount in _AMOUNTS]
    asked = list(islice(zip(cycle(received), cycle(targets), strict=False), _COUNT))
    best = 0.0
    for _ in range(_ROUNDS):
        began = time.process_time()
        for (start, pauses), target in asked:
            due_at(target, start, england, pauses)
        best = max(best, _COUNT / (time.process_time() - began))
    return best
