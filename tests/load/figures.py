"""A measured figure beside its goal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``at_most`` says which way the goal points."""

    name: str
    value: float
    unit: str
    goal: float
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def line(self) -> str:
        sign = "<=" if self.at_most else ">="
        verdict = "ok" if self.is_met else "MISS"
        return f"{self.name} {self.value:.1f} {self.unit} goal {sign} {self.goal:g} {verdict}"


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the others do not exceed (nearest rank)."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]
