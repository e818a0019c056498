"""One table for both: what the server makes of a checklist and its answers, the phone makes too.

pwa/src/rooms/eva/questions/cases.test.ts reads the same files. docs/eva.md explains the arithmetic.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checklists.asking import faults_of_value, missing, relevant
from checklists.definition import check, fill, read
from checklists.scoring import result

CASES = Path(__file__).parent / "cases"
TABLES = {name: json.loads((CASES / f"{name}.json").read_text()) for name in ("groups", "street")}
STORIES = [(name, case) for name, table in TABLES.items() for case in table["cases"]]


def key_of(text: str) -> tuple[str, str]:
    code, _, instance = text.partition("/")
    return code, instance


def text_of(key: tuple[str, str]) -> str:
    return "/".join(key) if key[1] else key[0]


def answers_of(case: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {key_of(text): value for text, value in case["answers"].items()}


@pytest.mark.parametrize("name", TABLES)
def test_the_checklists_of_the_table_are_whole_and_without_fault(name: str) -> None:
    content = TABLES[name]["content"]
    assert fill(content) == content
    assert check(content) == []


@pytest.mark.parametrize(("name", "case"), STORIES, ids=lambda each: each["story"] if isinstance(each, dict) else each)
def test_questions_and_result_are_those_of_the_table(name: str, case: dict[str, Any]) -> None:
    definition = read(TABLES[name]["content"])
    answers = answers_of(case)
    assert sorted(map(text_of, relevant(definition, answers))) == case["relevant"]
    assert [text_of(key) for key in missing(definition, answers)] == case["missing"]
    assert result(definition, answers, case["defects"]).as_json() == case["result"]


def test_what_can_be_an_answer_is_that_of_the_table() -> None:
    questions = {**read(TABLES["street"]["content"]).questions, **read(TABLES["groups"]["content"]).questions}
    told = json.loads((CASES / "values.json").read_text())["cases"]
    assert [faults_of_value(questions[case["question"]], case["value"]) for case in told] == [
        case["faults"] for case in told
    ]


def story(name: str, words: str) -> dict[str, Any]:
    found: dict[str, Any] = next(case["result"] for case in TABLES[name]["cases"] if words in case["story"])
    return found


def test_the_figures_of_the_table_are_those_that_a_person_reckons() -> None:
    """The table was written down from the program; these were reckoned by hand."""
    # Two front doors, one passes: half of 2 points. One rear door passes, one doesn't apply: 1 of 1.
    doors = story("groups", "the mean counts once")["sections"][0]
    assert (doors["points"], doors["out_of"], doors["percent"], doors["grade"]) == (2, 3, 66.7, "red")
    # C, C- and D are below, two B- count half: (3 + 1) of 10.
    assert story("groups", "Ten stretches")["transects"]["litter"]["percent_below_b"] == 40
    # 0.5 of na, 0.25 of "A bit", nothing of z, 0.5 of drink, 0.25 of half weight, 0.5 of B-, nothing of the count.
    between = story("street", "In between")["sections"][0]
    assert (between["points"], between["out_of"]) == (1.5, 1 + 1 + 0.5 + 1 + 3)
    # Two critical and one high defect: 8 + 8 + 4.
    assert story("street", "All is bad")["defect_points"]["band"] == "C"
    assert story("street", "Twenty-one")["defect_points"] == {
        "points": 21,
        "band": "D",
        "by_severity": {"1": 2, "2": 1, "3": 0, "4": 1},
    }
    border = story("street", "border of green")["overall"]
    assert (border["percent"], border["grade"]) == (75, "green")
