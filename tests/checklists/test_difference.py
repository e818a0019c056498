"""A change of a running checklist is told so that people can follow it: what is new, gone, changed or elsewhere."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checklists.checklist_library import read_checklists
from checklists.difference import difference
from checklists.rule_words import rule_in_words
from tests.checklists.checklist_makers import asks, checklist, question, section

GATES = question("gates", "assets", asset_kind="alley_gate", questions=[question("locked"), question("sound")])
BEFORE = checklist(
    section("A", question("a1", label="Paths clear?"), question("a2"), GATES),
    section("B", question("b1"), question("b2"), question("b3")),
    title="Street check",
)


def changed() -> dict[str, Any]:
    return copy.deepcopy(BEFORE)


def told(after: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.path, change.kind) for change in difference(BEFORE, after)]


def words(after: dict[str, Any]) -> list[str]:
    return [change.words for change in difference(BEFORE, after)]


def test_nothing_changed() -> None:
    assert told(changed()) == []


def test_a_new_question_and_one_that_is_not_asked_any_more() -> None:
    after = changed()
    after["sections"][0]["questions"][1] = checklist(section("X", question("a3")))["sections"][0]["questions"][0]
    assert told(after) == [("sections/A/questions/a3", "added"), ("sections/A/questions/a2", "removed")]
    assert words(after) == ["“a3 a3?” is new.", "“a2 a2?” is not asked any more."]


def test_a_rule_is_told_in_words() -> None:
    after = changed()
    after["sections"][1]["questions"][0]["relevant"] = {
        "all": [asks("a1"), {"any": [asks("a2"), asks("a2", "is", "no")]}]
    }
    assert words(after) == [
        "“b1 b1?”: when it is asked is now “a1 Paths clear? is yes and (a2 a2? is yes or a2 a2? is no)” "
        "instead of “always”."
    ]


def test_a_question_that_went_to_another_section_is_moved_and_the_others_are_not() -> None:
    after = changed()
    after["sections"][1]["questions"].insert(0, after["sections"][0]["questions"].pop(0))
    assert told(after) == [("sections/B/questions/a1", "moved")]
    assert words(after) == ["“a1 Paths clear?” stands elsewhere in B."]


def test_one_that_went_to_the_end_is_moved_alone() -> None:
    after = changed()
    after["sections"][1]["questions"].append(after["sections"][1]["questions"].pop(0))
    assert told(after) == [("sections/B/questions/b1", "moved")]
    after["sections"].reverse()
    assert [path for path, kind in told(after) if kind == "moved"] in (
        ["sections/B", "sections/B/questions/b1"],
        ["sections/B/questions/b1", "sections/A"],
    )


def test_choices_inside_of_a_group_and_what_fails_by_itself() -> None:
    after = changed()
    after["sections"][0]["questions"][2]["questions"][0]["choices"] = [
        {"code": "no", "label": "No", "points": 0, "fails": True, "when": None}
    ]
    assert words(after) == ["“locked locked?”, choice “No”: whether it fails by itself is now “yes” instead of “no”."]


def test_a_section_comes_and_goes_with_its_questions() -> None:
    after = checklist(BEFORE["sections"][0], section("C", question("c1")), title="Street check")
    assert told(after) == [
        ("sections/C", "added"),
        ("sections/C/questions/c1", "added"),
        ("sections/B", "removed"),
        ("sections/B/questions/b1", "removed"),
        ("sections/B/questions/b2", "removed"),
        ("sections/B/questions/b3", "removed"),
    ]


def test_the_borders_of_grades_and_the_title() -> None:
    after = {**changed(), "title": "Estate check", "grading": {"green_from": 85, "amber_from": 50}}
    assert words(after) == [
        "The title is now “Estate check” instead of “Street check”.",
        "Green begins at 85% instead of 80%.",
    ]


def test_a_rule_that_is_none_is_told_too() -> None:
    assert rule_in_words({"all": []}, {}) == "a rule that can't be read"
    assert rule_in_words({"not": asks("a", "answered")}, {"a": "A Lamps"}) == "not (A Lamps is answered)"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "sections", "questions", "choices", "type", "label"]), inner)
    ),
    max_leaves=20,
)


@given(_json, _json)
def test_no_two_contents_break_it_and_one_never_differs_from_itself(before: Any, after: Any) -> None:
    difference(before, after)
    assert difference(before, before) == []


@given(st.sampled_from(read_checklists()), st.randoms(use_true_random=False))
def test_every_question_of_the_library_that_is_gone_or_elsewhere_is_named(entry: Any, chance: random.Random) -> None:
    after = copy.deepcopy(entry.content)
    part = chance.choice(after["sections"])["questions"]
    chance.shuffle(part)
    gone = part.pop()
    codes = {gone["code"], *(each["code"] for each in gone["questions"])}
    changes = difference(entry.content, after)
    assert {change.path.rsplit("/", 1)[1] for change in changes if change.kind == "removed"} >= codes
    assert {change.kind for change in changes} <= {"removed", "moved"}
