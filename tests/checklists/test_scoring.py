"""Whatever is answered: a result has no order, knows no answer that was taken back, and keeps to its bounds."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.asking import faults_of_value, is_unanswered, missing, offered_defect, relevant
from checklists.checklist_library import read_checklists
from checklists.definition import Definition, Question, read
from checklists.scoring import result
from checklists.vocabulary import GROUPS
from tests.checklists.checklist_makers import checklist, question, section

LIBRARY = {entry.code: read(entry.content) for entry in read_checklists()}
_INSTANCES = ["i1", "i2", "i3"]
_FREE: dict[str, st.SearchStrategy[Any]] = {
    "scale": st.integers(1, 5),
    "count": st.integers(0, 3),
    "number": st.floats(-5, 5),
    "text": st.text(max_size=3),
    "date": st.dates().map(lambda day: day.isoformat()),
    "photo": st.integers(0, 2),
    "pin": st.just([]) | st.just([{"longitude": -0.9, "latitude": 52.2, "words": "here"}]),
    "repeat": st.builds(lambda label: {"label": label, "asset_id": None}, st.text(max_size=3)),
}


def values_of(asked: Question) -> st.SearchStrategy[Any]:
    codes = list(asked.choice_of)
    if asked.type == "many_of":
        return st.none() | st.lists(st.sampled_from(codes), unique=True, max_size=3)
    if codes:
        return st.none() | st.sampled_from(codes)
    return st.none() | _FREE["repeat" if asked.type in GROUPS else asked.type]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Definition, dict[tuple[str, str], Any]]:
    """A checklist of the library with answers to some of its questions, at some of three instances."""
    definition = LIBRARY[draw(st.sampled_from(sorted(LIBRARY)))]
    answers = {}
    for asked in definition.questions.values():
        inside = asked.group or asked.type in GROUPS
        for instance in _INSTANCES if inside else [""]:
            if draw(st.booleans()):
                answers[asked.code, instance] = draw(values_of(asked))
    return definition, answers


@given(walks(), st.randoms(use_true_random=False), st.lists(st.integers(1, 4)))
@settings(max_examples=60)
def test_a_result_does_not_depend_on_the_order_of_answers_or_defects(
    walk: tuple[Definition, dict[tuple[str, str], Any]], chance: random.Random, defects: list[int]
) -> None:
    definition, answers = walk
    rows, turned = list(answers.items()), list(defects)
    chance.shuffle(rows)
    chance.shuffle(turned)
    assert result(definition, dict(rows), turned) == result(definition, answers, defects)


@given(walks())
@settings(max_examples=60)
def test_an_answer_that_was_taken_back_equals_none(walk: tuple[Definition, dict[tuple[str, str], Any]]) -> None:
    definition, answers = walk
    questions = definition.questions
    kept = {key: value for key, value in answers.items() if not is_unanswered(questions[key[0]], value)}
    assert relevant(definition, answers) == relevant(definition, kept)
    assert missing(definition, answers) == missing(definition, kept)
    assert result(definition, answers) == result(definition, kept)


@given(walks())
@settings(max_examples=60)
def test_a_result_keeps_to_its_bounds(walk: tuple[Definition, dict[tuple[str, str], Any]]) -> None:
    definition, answers = walk
    told = result(definition, answers)
    for part in told.sections:
        assert 0 <= part.answered <= part.asked
        assert 0 <= part.points <= part.out_of
        assert (part.percent is None) == (part.out_of == 0)
        assert part.grade == "red" if part.automatic_fails else (part.grade is None) == (part.percent is None)
        assert part.because
    assert all(0 <= each.percent_below_b <= 100 for each in told.transects.values())
    if any(part.automatic_fails for part in told.sections):
        assert told.overall.grade == "red"
    assert all(not faults_of_value(definition.questions[code], value) for (code, _), value in answers.items())


def test_a_better_answer_never_makes_a_section_worse() -> None:
    definition = LIBRARY["full-eva"]
    percents = []
    for grade in ("D", "C-", "C", "B-", "B", "B+", "A"):
        answers = {("G_stretch", "s"): {"label": "1", "asset_id": None}, ("G1", "s"): grade, ("G5", ""): 1}
        percents.append(next(s for s in result(definition, answers).sections if s.code == "G").percent or 0)
    assert percents == sorted(set(percents))


def test_the_defect_that_an_answer_offers() -> None:
    definition = read(
        checklist(
            section(
                "S",
                question("door", "pass_fail", defect={"category": "CD-REA", "when": ["fail"]}),
                question(
                    "signs",
                    "many_of",
                    choices=[{"code": c, "label": c} for c in "xyz"],
                    defect={"category": "IN-ASB", "when": ["y", "z"]},
                ),
                question("feel", "scale", defect={"category": "LI-DRK", "when": ["1", "2"]}),
                question("needles", "count", defect={"category": "LT-SHP", "when": []}),
                question("plain"),
            )
        )
    )
    told = [("door", "fail"), ("door", "pass"), ("signs", ["x", "z"]), ("signs", ["x"]), ("feel", 2), ("feel", 3)]
    told += [("needles", 2), ("needles", 0), ("needles", None), ("plain", "no")]
    assert [offered_defect(definition.questions[code], value) for code, value in told] == [
        "CD-REA", None, "IN-ASB", None, "LI-DRK", None, "LT-SHP", None, None, None,
    ]  # fmt: skip
