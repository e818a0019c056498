"""The result of an audit: points, percent and grade of each section and of all, with the arithmetic in words.

Pure. pwa/src/rooms/eva/questions/scoring.ts is its twin; tests/checklists/cases holds both to the same results.
docs/eva.md explains it to people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from checklists.asking import Answers, Asking
from checklists.definition import Choice, Definition, Grading, Question, Section
from checklists.vocabulary import GRADES, GROUPS, LEAST_SCALE, MOST_SCALE, SCORED

# Points of a defect by its severity, and up to how many the bands reach (Wolverhampton's estates' grading).
DEFECT_POINTS = {1: 8, 2: 4, 3: 2, 4: 1}
_BANDS = ((3, "A"), (10, "B"), (20, "C"))
_LOWEST_BAND = "D"
# NI195: what is worse than B- is below the standard, B- is half below it.
_HALF_BELOW = "B-"
_BELOW = frozenset(GRADES[GRADES.index(_HALF_BELOW) + 1 :])


@dataclass(frozen=True)
class SectionResult:
    """``points`` of ``out_of``; ``percent`` and ``grade`` are None where nothing was scored."""

    code: str
    title: str
    points: float
    out_of: float
    percent: float | None
    grade: str | None
    because: list[str]
    automatic_fails: list[str]
    answered: int
    asked: int


@dataclass(frozen=True)
class Overall:
    percent: float | None
    grade: str | None
    because: list[str]


@dataclass(frozen=True)
class Transects:
    """Of one grade question in a group: how many stretches were graded, and how many percent are below B."""

    label: str
    graded: int
    percent_below_b: float
    words: str


@dataclass(frozen=True)
class DefectPoints:
    points: int
    band: str
    by_severity: dict[str, int]


@dataclass(frozen=True)
class Result:
    sections: list[SectionResult]
    overall: Overall
    transects: dict[str, Transects]
    defect_points: DefectPoints

    def as_json(self) -> dict[str, Any]:
        """``{"sections": […], "overall": …, "transects": {code: …}, "defect_points": …}``"""
        return asdict(self)


def result(definition: Definition, answers: Answers, defects: Sequence[int] = ()) -> Result:
    """The result of these answers and of defects of these severities (1 is the worst).

    It doesn't depend on the order of either; an answer that was taken back counts as none. A section of which
    nothing is asked is left out.
    """
    asking = Asking(definition, answers)
    codes = {code for code, _ in asking.asked}
    sections = [
        _section(section, definition.grading, asking)
        for section in definition.sections
        if any(question.code in codes for question in section.all_questions())
    ]
    return Result(
        sections=sections,
        overall=_overall(definition.grading, sections),
        transects=_transects(definition, asking),
        defect_points=_defect_points(defects),
    )


def _section(section: Section, grading: Grading, asking: Asking) -> SectionResult:
    points = out_of = 0.0
    fails: list[str] = []
    failed_words: list[str] = []
    answered = asked = 0
    for question in section.all_questions():
        keys = [key for key in asking.keys_of(question) if key in asking.asked]
        asked += len(keys)
        answered += sum(asking.is_answered(key) for key in keys)
        if not section.scored or question.type in GROUPS:
            continue
        given = [(key[1], asking.live[key]) for key in keys if key in asking.live]
        mean = _mean([worth for _, value in given if (worth := worth_of(question, value)) is not None])
        if mean is not None and question.weight:
            points += question.weight * mean
            out_of += question.weight
        failed = [instance for instance, value in given if _fails(question, value)]
        if failed:
            fails.append(question.code)
            failed_words.append(_failed_words(question, failed, asking))
    # Rounded first, so that whoever checks the arithmetic that is shown comes to the percent that is shown.
    points, out_of = _rounded(points, 100), _rounded(out_of, 100)
    percent = _percent(points, out_of)
    return SectionResult(
        code=section.code,
        title=section.title,
        points=points,
        out_of=out_of,
        percent=percent,
        grade="red" if fails else _grade(percent, grading),
        because=_because(points, out_of, grading, failed_words) if section.scored else ["This section is not scored."],
        automatic_fails=fails,
        answered=answered,
        asked=asked,
    )


def _overall(grading: Grading, sections: Sequence[SectionResult]) -> Overall:
    points = _rounded(_sum([section.points for section in sections]), 100)
    out_of = _rounded(_sum([section.out_of for section in sections]), 100)
    failed = [f"Automatic fail in {section.title}." for section in sections if section.automatic_fails]
    percent = _percent(points, out_of)
    return Overall(
        percent=percent,
        grade="red" if failed else _grade(percent, grading),
        because=_because(points, out_of, grading, failed),
    )


def worth_of(question: Question, value: Any) -> float | None:
    """What an answer is worth, from 0 to 1; None where it isn't scored, such as "not applicable".

    Of several choices the lowest counts: one bad sign is one. A count is worth 1 where nothing was found.
    """
    if question.type not in SCORED:
        return None
    if question.type == "scale":
        return float((value - LEAST_SCALE) / (MOST_SCALE - LEAST_SCALE))
    if question.type == "count":
        return 0.0 if value else 1.0
    return min((choice.points for choice in _chosen(question, value) if choice.points is not None), default=None)


def _fails(question: Question, value: Any) -> bool:
    return any(choice.fails for choice in _chosen(question, value))


def _chosen(question: Question, value: Any) -> list[Choice]:
    codes = value if isinstance(value, list) else [value]
    return [choice for choice in question.choices if choice.code in codes]


def _mean(worths: Sequence[float]) -> float | None:
    """A question that is asked of many counts once: by the mean, added up from the lowest, so in one order."""
    return _sum(sorted(worths)) / len(worths) if worths else None


def _sum(numbers: Sequence[float]) -> float:
    """One after the other, as JavaScript adds; Python's own sum may add more exactly."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def _percent(points: float, out_of: float) -> float | None:
    return _rounded(100 * points / out_of, 10) if out_of else None


def _grade(percent: float | None, grading: Grading) -> str | None:
    if percent is None:
        return None
    if percent >= grading.green_from:
        return "green"
    return "amber" if percent >= grading.amber_from else "red"


def _because(points: float, out_of: float, grading: Grading, failed: Sequence[str]) -> list[str]:
    """The arithmetic as people check it."""
    percent = _percent(points, out_of)
    if percent is None:
        return [*failed, "Nothing that has points was answered."]
    noun = "point is" if out_of == 1 else "points are"
    sum_of_points = f"{_plain(points)} of {_plain(out_of)} {noun} {_plain(percent)}%."
    grade = _grade(percent, grading)
    words = {
        "green": f"Green is from {_plain(grading.green_from)}%.",
        "amber": f"Amber is from {_plain(grading.amber_from)}%, green from {_plain(grading.green_from)}%.",
        "red": f"Amber is from {_plain(grading.amber_from)}%: less is red.",
    }
    return [*failed, sum_of_points, words[str(grade)]]


def _failed_words(question: Question, failed: Sequence[str], asking: Asking) -> str:
    names = [_name_of(question, instance, asking) for instance in failed if instance]
    where = f" ({', '.join(sorted(names))})" if names else ""
    return f"Automatic fail: {question.label}{where}"


def _name_of(question: Question, instance: str, asking: Asking) -> str:
    value = asking.live.get((question.group, instance))
    label = value.get("label") if isinstance(value, dict) else None
    return label or instance


def _transects(definition: Definition, asking: Asking) -> dict[str, Transects]:
    found = {}
    for question in definition.questions.values():
        if question.type == "grade" and question.group:
            given = [asking.live[key] for key in asking.keys_of(question) if key in asking.live]
            graded = [grade for grade in given if grade in GRADES]
            if graded:
                found[question.code] = _below(question.label, graded)
    return found


def _below(label: str, graded: Sequence[str]) -> Transects:
    """The share of stretches below grade B, B- counted half (Defra's NI195)."""
    below = sum(grade in _BELOW for grade in graded)
    half = sum(grade == _HALF_BELOW for grade in graded)
    percent = _rounded(100 * (below + half / 2) / len(graded), 10)
    noun = "stretch" if len(graded) == 1 else "stretches"
    words = f"{below} of {len(graded)} {noun} below B-, {half} at B- counted half: {_plain(percent)}% below standard."
    return Transects(label, len(graded), percent, words)


def _defect_points(defects: Sequence[int]) -> DefectPoints:
    counts = {severity: sum(each == severity for each in defects) for severity in DEFECT_POINTS}
    points = sum(DEFECT_POINTS[severity] * count for severity, count in counts.items())
    band = next((band for most, band in _BANDS if points <= most), _LOWEST_BAND)
    return DefectPoints(points, band, {str(severity): count for severity, count in counts.items()})


def _rounded(number: float, parts: int) -> float:
    """To a tenth (10) or a hundredth (100), halves up: as JavaScript can do it the same way."""
    return math.floor(number * parts + 0.5) / parts


def _plain(number: float) -> str:
    """At most two places, none that are 0."""
    return f"{_rounded(number, 100):.2f}".rstrip("0").rstrip(".")
