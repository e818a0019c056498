"""Two walks beside each other: better, the same or worse, with the figures. Pure: no Django, no clock.

A result is what `checklists.scoring` makes of an audit (see docs/eva.md): sections with a percentage and a grade,
the same overall, and points for the defects that were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BETTER, SAME, WORSE, UNKNOWN = "better", "same", "worse", "unknown"
# Two people who walk one street on one day differ by this much; less is no change.
SAME_WITHIN_POINTS = 5.0
# The same of the index, as a share of the greater one: wards have small ones and estates large.
SAME_WITHIN_SHARE = 0.1
GRADES = {"green": "Green", "amber": "Amber", "red": "Red"}
_RANK = {"red": 0, "amber": 1, "green": 2}
_HECTARE_M2 = 10_000


@dataclass(frozen=True)
class Side:
    """One of the two: what it is called, its result (None: not signed off), the size of its ground, and how many
    defects of which category were found."""

    name: str
    result: Mapping[str, Any] | None = None
    area_m2: float | None = None
    categories: Mapping[str, int] = field(default_factory=dict)

    @property
    def points(self) -> float | None:
        return defect_points(self.result)

    @property
    def index(self) -> float | None:
        return broken_windows(self.points, self.area_m2)


def defect_points(result: Mapping[str, Any] | None) -> float | None:
    """The points of the defects that were found: 8, 4, 2 or 1 each by severity; None without a result."""
    found = ((result or {}).get("defect_points") or {}).get("points")
    return None if found is None else float(found)


def broken_windows(points: float | None, area_m2: float | None) -> float | None:
    """The broken-window index: defect points per hectare of the area, to two decimals, so that a large area does
    not look worse for being large. None where either is not known."""
    if points is None or not area_m2:
        return None
    return round(points / (area_m2 / _HECTARE_M2), 2)


def overall(result: Mapping[str, Any] | None) -> tuple[float | None, str | None]:
    """(percent, grade) of the whole walk."""
    found = (result or {}).get("overall") or {}
    return found.get("percent"), found.get("grade")


def change(before: tuple[float | None, str | None], after: tuple[float | None, str | None]) -> str:
    """``better``, ``same``, ``worse`` or ``unknown``, of two (percent, grade): a grade's colour decides; within one
    colour a difference of less than five points is the same."""
    (percent, grade), (percent_now, grade_now) = before, after
    if grade in _RANK and grade_now in _RANK and grade != grade_now:
        return BETTER if _RANK[grade_now or ""] > _RANK[grade or ""] else WORSE
    if percent is None or percent_now is None:
        return SAME if grade in _RANK and grade == grade_now else UNKNOWN
    difference = percent_now - percent
    if abs(difference) < SAME_WITHIN_POINTS:
        return SAME
    return BETTER if difference > 0 else WORSE


def change_of_index(before: float | None, after: float | None) -> str:
    """The same of the broken-window index, where less is better and under a tenth of the greater is no change."""
    if before is None or after is None:
        return UNKNOWN
    if abs(after - before) <= SAME_WITHIN_SHARE * max(before, after):
        return SAME
    return BETTER if after < before else WORSE


def in_words(value: tuple[float | None, str | None]) -> str:
    """ "Amber, 63%", "Red", "63%" or "not graded"."""
    percent, grade = value
    parts = [GRADES.get(grade or "", ""), "" if percent is None else f"{percent:.0f}%"]
    return ", ".join(part for part in parts if part) or "not graded"


def sections(left: Side, right: Side) -> list[dict[str, Any]]:
    """Each section that either side has: ``{"code", "title", "left", "right", "change"}``, where a side is
    ``{"percent", "grade"}`` or None. The right side's order, then what only the left has."""
    mine = {each.get("code"): each for each in (left.result or {}).get("sections") or []}
    theirs = {each.get("code"): each for each in (right.result or {}).get("sections") or []}
    rows = []
    for code in [*theirs, *(code for code in mine if code not in theirs)]:
        one, other = mine.get(code), theirs.get(code)
        rows.append(
            {
                "code": code,
                "title": (other or one or {}).get("title") or code,
                "left": _brief(one),
                "right": _brief(other),
                "change": change(_graded(one), _graded(other)),
            }
        )
    return rows


def _graded(section: Mapping[str, Any] | None) -> tuple[float | None, str | None]:
    return (section or {}).get("percent"), (section or {}).get("grade")


def _brief(section: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if section is None:
        return None
    percent, grade = _graded(section)
    return {"percent": percent, "grade": grade}


def categories(left: Side, right: Side) -> list[dict[str, Any]]:
    """How many defects of each category both sides have, the largest difference first:
    ``{"category", "left", "right"}``."""
    rows = [
        {"category": code, "left": left.categories.get(code, 0), "right": right.categories.get(code, 0)}
        for code in {**left.categories, **right.categories}
    ]
    return sorted(rows, key=lambda row: (-abs(row["left"] - row["right"]), row["category"]))


def earlier_and_later(before: Side, after: Side) -> list[str]:
    """Two walks of one area, in sentences: the whole, what changed most, and the broken-window index."""
    was, now = overall(before.result), overall(after.result)
    verdict = change(was, now)
    said = {BETTER: "Better", WORSE: "Worse", SAME: "About the same", UNKNOWN: "Can't be compared"}[verdict]
    words = [f"{said}: {in_words(was)} in {before.name}, {in_words(now)} in {after.name}."]
    words += _moved(before, after)
    if before.index is not None and after.index is not None:
        tone = {BETTER: "better", WORSE: "worse", SAME: "about the same"}[change_of_index(before.index, after.index)]
        words.append(f"Broken-window index: {before.index:g}, then {after.index:g} points per hectare, {tone}.")
    return words


def _moved(before: Side, after: Side) -> list[str]:
    rows = sections(before, after)
    words = []
    for verdict, said in ((WORSE, "Worse"), (BETTER, "Better")):
        titles = [row["title"] for row in rows if row["change"] == verdict]
        if titles:
            words.append(f"{said} than before: {listed(titles)}.")
    return words


def problem_and_improved(problem: Side, improved: Side) -> list[str]:
    """Two areas, in sentences: how far the one is behind the other, and where it is not."""
    one, other = overall(problem.result), overall(improved.result)
    if one == (None, None) or other == (None, None):
        missing = [side.name for side in (problem, improved) if overall(side.result) == (None, None)]
        return [f"{listed(missing)} has no graded audit yet, so only what was counted can be compared."]
    words = [f"{problem.name}: {in_words(one)}. {improved.name}: {in_words(other)}."]
    rows = sections(problem, improved)
    behind = [row["title"] for row in rows if row["change"] == BETTER]
    ahead = [row["title"] for row in rows if row["change"] == WORSE]
    if behind:
        words.append(f"{problem.name} is behind in {listed(behind)}.")
    if ahead:
        words.append(f"{problem.name} is ahead in {listed(ahead)}.")
    if problem.index is not None and improved.index is not None:
        words.append(
            f"Broken-window index: {problem.index:g} points per hectare in {problem.name}, "
            f"{improved.index:g} in {improved.name}."
        )
    return words


def carried_in_words(outcomes: Iterable[str], asked: int) -> str:
    """What became of what was carried: "Of 5 things carried, 3 are done, 1 is not done, 1 is not looked at."."""
    said = {"done": "done", "not_done": "not done", "worse": "worse", "removed_on_purpose": "removed on purpose"}
    outcomes = list(outcomes)
    counts = [(outcomes.count(code), words) for code, words in said.items()]
    counts.append((asked - len(outcomes), "not looked at"))
    parts = [f"{count} {'is' if count == 1 else 'are'} {words}" for count, words in counts if count > 0]
    if asked == 0:
        return "Nothing was carried."
    things = "1 thing" if asked == 1 else f"{asked} things"
    return f"Of {things} carried, {', '.join(parts)}."


def listed(names: Sequence[str]) -> str:
    """ "Lighting", "Lighting and Signs", "Lighting, Signs and Alleys"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
