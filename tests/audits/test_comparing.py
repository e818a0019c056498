"""Two walks beside each other: better, the same or worse, with the figures."""

from __future__ import annotations

from typing import Any

import pytest

from audits import comparing
from audits.comparing import Side


def result(percent: float | None, grade: str | None, points: int = 10, **sections: tuple[float | None, str]) -> Any:
    return {
        "overall": {"percent": percent, "grade": grade},
        "sections": [
            {"code": code, "title": code.title(), "percent": value, "grade": colour}
            for code, (value, colour) in sections.items()
        ],
        "defect_points": {"points": points},
    }


MARCH = Side("A-0001 (March 2024)", result(42, "red", 48, lighting=(30, "red"), signs=(90, "green")), 40_000)
JULY = Side("A-0002 (July 2024)", result(71, "amber", 12, lighting=(85, "green"), signs=(60, "amber")), 40_000)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ((42, "red"), (71, "amber"), "better"),
        ((71, "amber"), (42, "red"), "worse"),
        # An automatic fail makes a section red though its points went up.
        ((60, "amber"), (75, "red"), "worse"),
        ((60, "amber"), (64.9, "amber"), "same"),
        ((60, "amber"), (65, "amber"), "better"),
        ((60, "amber"), (55, "amber"), "worse"),
        ((None, "red"), (None, "red"), "same"),
        ((None, None), (80, "green"), "unknown"),
        ((80, "green"), (None, None), "unknown"),
        ((60, None), (80, None), "better"),
    ],
)
def test_a_grade_decides_and_within_one_a_difference_that_two_walkers_would_not_make(
    before: tuple[Any, Any], after: tuple[Any, Any], change: str
) -> None:
    assert comparing.change(before, after) == change


def test_the_index_is_points_per_hectare_so_that_a_large_area_does_not_look_worse() -> None:
    assert comparing.broken_windows(48, 40_000) == 12.0
    assert comparing.broken_windows(48, 400_000) == 1.2
    assert comparing.broken_windows(0, 40_000) == 0
    assert comparing.broken_windows(None, 40_000) is None
    assert comparing.broken_windows(48, None) is None
    assert [comparing.change_of_index(*pair) for pair in ((12, 3), (3, 12), (3, 3.2), (None, 3))] == [
        "better",
        "worse",
        "same",
        "unknown",
    ]


def test_two_walks_of_one_area_are_told_in_sentences() -> None:
    assert comparing.earlier_and_later(MARCH, JULY) == [
        "Better: Red, 42% in A-0001 (March 2024), Amber, 71% in A-0002 (July 2024).",
        "Worse than before: Signs.",
        "Better than before: Lighting.",
        "Broken-window index: 12, then 3 points per hectare, better.",
    ]


def test_a_problem_area_is_told_beside_an_improved_one() -> None:
    problem, improved = Side("Kingsfold", MARCH.result, 40_000), Side("Spencer", JULY.result, 40_000)
    assert comparing.problem_and_improved(problem, improved) == [
        "Kingsfold: Red, 42%. Spencer: Amber, 71%.",
        "Kingsfold is behind in Lighting.",
        "Kingsfold is ahead in Signs.",
        "Broken-window index: 12 points per hectare in Kingsfold, 3 in Spencer.",
    ]


def test_an_area_without_an_audit_is_said_to_have_none() -> None:
    [words] = comparing.problem_and_improved(Side("Kingsfold"), Side("Spencer", JULY.result, 40_000))
    assert words == "Kingsfold has no graded audit yet, so only what was counted can be compared."


def test_sections_that_only_one_side_has_are_shown_and_not_judged() -> None:
    left = Side("1", result(50, "amber", lighting=(50, "amber"), doors=(20, "red")))
    right = Side("2", result(50, "amber", lighting=(50, "amber"), parks=(90, "green")))
    rows = comparing.sections(left, right)
    assert [(row["code"], row["change"]) for row in rows] == [
        ("lighting", "same"),
        ("parks", "unknown"),
        ("doors", "unknown"),
    ]
    assert rows[1]["left"] is None and rows[2]["right"] is None


def test_kinds_of_defects_are_listed_by_how_far_they_are_apart() -> None:
    left, right = Side("1", categories={"Fly-tip": 9, "Graffiti": 2}), Side("2", categories={"Fly-tip": 1, "Lamp": 3})
    assert [(row["category"], row["left"], row["right"]) for row in comparing.categories(left, right)] == [
        ("Fly-tip", 9, 1),
        ("Lamp", 0, 3),
        ("Graffiti", 2, 0),
    ]


@pytest.mark.parametrize(
    ("outcomes", "asked", "words"),
    [
        ([], 0, "Nothing was carried."),
        (["done"], 1, "Of 1 thing carried, 1 is done."),
        (
            ["done", "done", "worse", "removed_on_purpose"],
            6,
            "Of 6 things carried, 2 are done, 1 is worse, 1 is removed on purpose, 2 are not looked at.",
        ),
    ],
)
def test_what_became_of_what_was_carried_is_counted(outcomes: list[str], asked: int, words: str) -> None:
    assert comparing.carried_in_words(outcomes, asked) == words


@pytest.mark.parametrize("broken", [None, {}, {"overall": None, "sections": None, "defect_points": None}])
def test_a_walk_without_a_result_is_compared_without_a_fall(broken: Any) -> None:
    side = Side("A-0001", broken, 10_000)
    assert comparing.earlier_and_later(side, JULY)[0].startswith("Can't be compared: not graded in A-0001")
    assert side.index is None and comparing.sections(side, JULY)[0]["left"] is None
