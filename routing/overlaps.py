"""Where two routes speak of the same thing: pure, no Django, no clock.

Two kinds, because they are different mistakes:

- **twins** ask for exactly the same and hold at the same time. Only chance made one of them win;
  a draft with twins is not published.
- **rivals** are equally exact, hold at the same time and can both fit one defect, though they ask
  for different things (parks and streets; parks and council land). Their position decides. That may
  be meant, so they are listed, not refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One route, as far as it decides when it speaks. Empty text, an empty set or None fits all.

    ``holds_from`` counts, ``holds_until`` is the first day on which it no longer holds; both are
    narrowed by its contract. ``exactness`` are the ranks that the rules compare.
    """

    code: str
    exactness: tuple[int, ...]
    holds_from: date
    holds_until: date | None = None
    category: str = ""
    group: str = ""
    land_types: frozenset[str] = frozenset()
    land_owner_id: UUID | None = None
    area_id: UUID | None = None
    severities: frozenset[int] = frozenset()

    @property
    def asks_for(self) -> tuple[object, ...]:
        """All its conditions but the dates."""
        return (self.category, self.group, self.land_types, self.land_owner_id, self.area_id, self.severities)


def twins(lines: Iterable[Line]) -> Iterator[tuple[Line, Line]]:
    """Pairs that ask for the same and hold at the same time, in the order given."""
    alike: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        alike[line.asks_for].append(line)
    for several in alike.values():
        for first, second in combinations(several, 2):
            if at_the_same_time(first, second):
                yield first, second


def rivals(lines: Iterable[Line], areas_meet: Callable[[UUID, UUID], bool]) -> Iterator[tuple[Line, Line]]:
    """Pairs that are equally exact and can both fit, but are no twins.

    ``areas_meet`` says whether two different areas have ground in common; it is asked last.
    """
    alike: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        # Equally exact routes name a category both, or a group both, or neither.
        alike[line.exactness, line.category, line.group].append(line)
    for several in alike.values():
        for first, second in combinations(several, 2):
            if first.asks_for != second.asks_for and _both_can_fit(first, second, areas_meet):
                yield first, second


def at_the_same_time(first: Line, second: Line) -> bool:
    """Is there a day on which both hold?"""
    begins = max(first.holds_from, second.holds_from)
    return all(each.holds_until is None or begins < each.holds_until for each in (first, second))


def _both_can_fit(first: Line, second: Line, areas_meet: Callable[[UUID, UUID], bool]) -> bool:
    if not at_the_same_time(first, second):
        return False
    if not _meet(first.land_types, second.land_types) or not _meet(first.severities, second.severities):
        return False
    if None not in (first.land_owner_id, second.land_owner_id) and first.land_owner_id != second.land_owner_id:
        return False
    if first.area_id is None or second.area_id is None or first.area_id == second.area_id:
        return True
    return areas_meet(first.area_id, second.area_id)


def _meet(first: frozenset[object], second: frozenset[object]) -> bool:
    return not first or not second or not first.isdisjoint(second)
