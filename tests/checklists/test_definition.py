"""What a checklist may be made of: each fault is named with its place, and no JSON breaks the check."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.asking import Asking, relevant
from checklists.definition import DefinitionNotGood, check, content_hash, fill, read
from checklists.vocabulary import BUILT_IN, CHOSEN, MOST_RULE_DEPTH, OPS, QUESTION_TYPES
from tests.checklists.checklist_makers import asks, checklist, question, section


def deep(rule: dict[str, Any], times: int) -> dict[str, Any]:
    for _ in range(times):
        rule = {"not": rule}
    return rule


A, B = question("a"), question("b")
REPEAT = question("each", "repeat", questions=[question("inside", "grade")])

FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("sections", "no_questions", checklist(section("S"))),
    ("title", "empty_words", {**checklist(section("S", A)), "title": " "}),
    ("kind", "unknown_kind", checklist(section("S", A), kind="street")),
    ("grading", "bad_grading", checklist(section("S", A), grading={"green_from": 40, "amber_from": 60})),
    ("author", "unknown_field", checklist(section("S", A), author="me")),
    ("sections[0].title", "empty_words", checklist({**section("S", A), "title": ""})),
    ("sections[1].code", "duplicate_code", checklist(section("S", A), section("S", B))),
    ("sections[1].questions[0].code", "duplicate_code", checklist(section("S", A), section("T", A))),
    ("sections[0].questions[0].code", "bad_code", checklist(section("S", question("1st")))),
    ("sections[0].questions[0].type", "unknown_type", checklist(section("S", question("a", "essay")))),
    ("sections[0].questions[0].required", "wrong_type", checklist(section("S", question("a", required="yes")))),
    ("sections[0].questions[0].choices", "no_choices", checklist(section("S", question("a", "one_of")))),
    (
        "sections[0].questions[0].choices[0].code",
        "bad_choice",
        checklist(section("S", question("a", "pass_fail", choices=[{"code": "maybe", "label": "Maybe"}]))),
    ),
    (
        "sections[0].questions[0].choices[1].code",
        "duplicate_code",
        checklist(section("S", question("a", "one_of", choices=[{"code": "x", "label": "X"}] * 2))),
    ),
    (
        "sections[0].questions[0].choices[0].points",
        "bad_points",
        checklist(section("S", question("a", "pass_fail", choices=[{"code": "pass", "points": 2}]))),
    ),
    ("sections[0].questions[0].weight", "cannot_score", checklist(section("S", question("a", "text", weight=1)))),
    ("sections[0].questions[0].least", "bad_limits", checklist(section("S", question("a", "number", least=2, most=1)))),
    ("sections[0].questions[0].questions", "not_a_group", checklist(section("S", question("a", questions=[B])))),
    ("sections[0].questions[0].questions", "no_questions", checklist(section("S", question("a", "repeat")))),
    (
        "sections[0].questions[0].questions[0]",
        "nested_too_deep",
        checklist(section("S", question("a", "repeat", questions=[REPEAT]))),
    ),
    (
        "sections[0].questions[0].asset_kind",
        "unknown_asset_kind",
        checklist(section("S", question("a", "assets", asset_kind="tree", questions=[B]))),
    ),
    (
        "sections[0].questions[0].defect.category",
        "unknown_category",
        checklist(section("S", question("a", defect={"category": "ZZ-ZZZ", "when": ["no"]}))),
    ),
    (
        "sections[0].questions[0].defect.when[0]",
        "bad_choice",
        checklist(section("S", question("a", defect={"category": "FN-DAM", "when": ["fail"]}))),
    ),
    (
        "sections[0].questions[0].relevant.question",
        "unknown_question",
        checklist(section("S", question("a", relevant=asks("gone")))),
    ),
    (
        "sections[0].questions[0].relevant.all[1].value",
        "bad_value",
        checklist(section("S", question("a", relevant={"all": [asks("b"), asks("b", "is", "perhaps")]}), B)),
    ),
    (
        "sections[0].questions[0].relevant.op",
        "bad_rule",
        checklist(section("S", question("a", relevant=asks("b", "above", "no")), B)),
    ),
    (
        "sections[0].questions[1].relevant.question",
        "out_of_reach",
        checklist(section("S", REPEAT, question("a", relevant=asks("inside", "is", "D")))),
    ),
    (
        "sections[0].questions[0].relevant.any",
        "bad_rule",
        checklist(section("S", question("a", relevant={"any": []}))),
    ),
    (
        f"sections[0].questions[0].relevant{'.not' * MOST_RULE_DEPTH}",
        "too_deep",
        checklist(section("S", question("a", relevant=deep(asks("b"), 500)), B)),
    ),
    (
        "sections[0].questions[0].relevant",
        "circular_relevance",
        checklist(section("S", question("a", relevant=asks("b")), question("b", relevant=asks("a")))),
    ),
    (
        "sections[0].questions[0].relevant",
        "circular_relevance",
        checklist(section("S", question("a", relevant=asks("a", "answered")))),
    ),
]


@pytest.mark.parametrize(("path", "code", "content"), FAULTS, ids=lambda each: each if isinstance(each, str) else "")
def test_each_fault_is_named_with_its_place_and_alone(path: str, code: str, content: dict[str, Any]) -> None:
    found = check(content, {"FN-DAM"})
    assert [(fault.path, fault.code) for fault in found] == [(path, code)]
    assert found[0].words.endswith((".", "+ -"))


def test_a_section_that_depends_on_its_own_question_is_a_circle_too() -> None:
    content = checklist(section("S", A, relevant=asks("a")))
    assert [fault.code for fault in check(content)] == ["circular_relevance"]


def test_too_much_is_named_once_and_not_read_to_its_end() -> None:
    many = [{"code": f"c{number}", "label": "?"} for number in range(10_001)]
    content = checklist(section("S", question("a", "one_of", choices=many)))
    assert [(fault.code, fault.path) for fault in check(content)] == [
        ("too_many_choices", "sections[0].questions[0].choices")
    ]
    long = checklist(section("S", *[question(f"q{number}") for number in range(2_001)]))
    assert "too_many_questions" in {fault.code for fault in check(long)}


def test_what_has_faults_is_not_read() -> None:
    with pytest.raises(DefinitionNotGood, match="title: Give the checklist a title"):
        read({**checklist(section("S", A)), "title": ""})


def test_a_short_file_is_filled_and_a_whole_one_left_as_it_is() -> None:
    content = checklist(section("S", question("a", "pass_fail", choices=[{"code": "fail", "fails": True}])))
    assert content["sections"][0]["questions"][0]["choices"] == [
        {"code": "fail", "label": "Fail", "points": 0.0, "fails": True, "when": None}
    ]
    assert fill(content) == content
    choices = read(content).questions["a"].choices
    assert [(choice.code, choice.points, choice.fails) for choice in choices] == [
        ("pass", 1, False),
        ("fail", 0, True),
        ("na", None, False),
    ]


def test_the_hash_is_that_of_the_content_and_not_of_how_it_is_written() -> None:
    content = checklist(section("S", question("a", weight=2)))
    turned = dict(reversed(content.items()))
    turned["sections"][0]["questions"][0]["weight"] = 2.0
    assert content_hash(turned) == content_hash(content)
    assert content_hash({**content, "title": "Spencer"}) != content_hash(content)


# Names of the fields among other text, so that what is made comes close to a checklist.
_names = st.sampled_from(
    [
        "title",
        "kind",
        "sections",
        "code",
        "questions",
        "type",
        "relevant",
        "all",
        "any",
        "not",
        "question",
        "op",
        "value",
        "choices",
        "when",
        "defect",
        "grading",
        "green_from",
        "amber_from",
        "weight",
        "least",
        "most",
        "examples",
        "picture",
        "required",
        "asset_kind",
        "category",
    ]
)
_words = st.sampled_from([*QUESTION_TYPES, *OPS, "a", "b", "yes", "", "\0", "\ud83d"])
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | _words | st.text(max_size=5)
_json = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=6), max_leaves=40
)


@given(_json)
@settings(max_examples=300)
def test_no_json_breaks_the_check(content: Any) -> None:
    check(content)
    check(fill(content), {"FN-DAM"})


@given(_json, _json, _json)
def test_no_json_in_the_place_of_a_question_breaks_the_check(told: Any, rule: Any, choices: Any) -> None:
    content = checklist(section("S", A, question("b", "one_of", relevant=rule, choices=choices)))
    content["sections"].append(told)
    content["sections"][0]["questions"].append(told)
    check(content)
    check(fill(content))


_codes = st.sampled_from(["a", "b", "c", "d", "e"])
_tests = st.builds(asks, _codes, st.sampled_from(["is", "is_not", "answered"]), st.sampled_from(["yes", "no"]))
_rules = st.recursive(
    _tests,
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=6,
)
_answers = st.dictionaries(_codes, st.sampled_from(["yes", "no", "partly", None]))


@given(st.fixed_dictionaries(dict.fromkeys("abcde", st.none() | _rules)), _answers)
def test_relevance_ends_for_every_rule_also_where_they_run_in_a_circle(
    rules: dict[str, Any], told: dict[str, Any]
) -> None:
    """A circle is refused, so it is put in behind the check's back."""
    plain = read(checklist(section("S", *[question(code) for code in "abcde"])))
    asked = tuple(dataclasses.replace(each, relevant=rules[each.code]) for each in plain.sections[0].questions)
    definition = dataclasses.replace(plain, sections=(dataclasses.replace(plain.sections[0], questions=asked),))
    found = relevant(definition, {(code, ""): value for code, value in told.items()})
    assert found <= {(code, "") for code in "abcde"}
    assert {(code, "") for code in "abcde" if rules[code] is None} <= found


@given(st.lists(st.tuples(_codes, _rules), max_size=5), _answers)
def test_a_question_is_asked_exactly_where_its_rule_holds_of_what_counts(
    rules: list[tuple[str, Any]], told: dict[str, Any]
) -> None:
    content = checklist(
        section("S", *[question(code, relevant=dict(rules).get(code)) for code in "abcde"]),
    )
    if check(content):
        return
    definition = read(content)
    asking = Asking(definition, {(code, ""): value for code, value in told.items()})
    for code, each in definition.questions.items():
        assert ((code, "") in asking.asked) == (each.relevant is None or asking.holds(each.relevant, ""))


def test_a_chain_as_long_as_the_longest_checklist_is_read() -> None:
    chain = [question(f"q{n}", relevant=asks(f"q{n + 1}", "is_not")) for n in range(1_999)]
    definition = read(checklist(section("S", *chain, question("q1999"))))
    assert len(relevant(definition, {})) == 2_000


def test_every_type_that_has_choices_of_its_own_is_one_that_is_chosen() -> None:
    assert set(BUILT_IN) < CHOSEN < set(QUESTION_TYPES)
