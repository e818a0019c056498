"""Our checklists leave as forms that other tools take, and come back as they were."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from checklists.checklist_library import read_checklists
from checklists.definition import check, fill
from checklists.vocabulary import ASSET_KINDS, BUILT_IN
from checklists.xlsform_in import read_xlsform
from checklists.xlsform_out import write_xlsform

LIBRARY = {entry.code: entry.content for entry in read_checklists()}


@pytest.mark.parametrize("code", sorted(LIBRARY))
def test_every_checklist_of_the_library_comes_back_the_same(code: str) -> None:
    written = write_xlsform(LIBRARY[code], code=code, version=1)
    found = read_xlsform(written)
    assert (found.faults, found.dropped) == ([], [])
    assert found.content == LIBRARY[code]


def test_what_we_write_other_tools_take() -> None:
    """pyxform makes of it the form that ODK's phones run, with our relevance in it."""
    converted = convert(io.BytesIO(write_xlsform(LIBRARY["full-eva"], code="full-eva", version=3)))
    assert "<h:title>" in converted.xform and "relevant=" in converted.xform
    assert converted.xform.count("<bind ") > 50


def test_words_that_look_like_formulae_stay_words() -> None:
    """Nothing that somebody wrote in the editor is run by a spreadsheet program."""
    content = fill(
        {
            "title": "=1+1",
            "sections": [
                {"code": "a", "title": "+A", "questions": [{"code": "q", "label": "=HYPERLINK(A1)", "type": "text"}]}
            ],
        }
    )
    written = write_xlsform(content, code="x", version=1)
    sheet = load_workbook(io.BytesIO(written))["survey"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "n"}
    assert read_xlsform(written).content == content


# ── any checklist at all ─────────────────────────────────────────────────────
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12).filter(
    lambda text: "${" not in text and "\ufffe" not in text and "\uffff" not in text
)
_CHOICE_CODES = st.lists(st.sampled_from(["a", "b-1", "C.2", "d_3", "5"]), min_size=1, max_size=4, unique=True)
_POINTS = st.none() | st.sampled_from([0, 0.25, 1])


@st.composite
def _question(draw: st.DrawFn, code: str, asked: list[dict[str, Any]], group: bool = False) -> dict[str, Any]:
    kinds = [
        "pass_fail",
        "yes_no",
        "one_of",
        "many_of",
        "scale",
        "grade",
        "count",
        "number",
        "text",
        "date",
        "photo",
        "pin",
    ]
    kind = draw(st.sampled_from(kinds if group else [*kinds, "repeat", "assets"]))
    question: dict[str, Any] = {"code": code, "type": kind, "label": draw(_WORDS), "help": draw(st.just("") | _WORDS)}
    question["required"] = draw(st.booleans())
    question["restricted"] = draw(st.booleans())
    if kind in {"one_of", "many_of"}:
        question["choices"] = [
            {"code": each, "label": draw(_WORDS), "points": draw(_POINTS), "fails": draw(st.booleans())}
            for each in draw(_CHOICE_CODES)
        ]
        question["weight"] = draw(st.sampled_from([0, 1, 2.5]))
    if kind in BUILT_IN and draw(st.booleans()):
        given_code = draw(st.sampled_from([each[0] for each in BUILT_IN[kind]]))
        question["choices"] = [{"code": given_code, "points": draw(_POINTS), "fails": draw(st.booleans())}]
    if kind in {"count", "number"}:
        question |= {"least": draw(st.none() | st.integers(-5, 5)), "most": draw(st.none() | st.integers(6, 99))}
        question["unit"] = draw(st.just("") | _WORDS)
    if kind == "assets":
        question["asset_kind"] = draw(st.sampled_from(ASSET_KINDS))
    if kind in {"repeat", "assets"}:
        inside: list[dict[str, Any]] = []
        for number in range(draw(st.integers(1, 2))):
            inside.append(draw(_question(f"{code}_{number}", [*asked, *inside], group=True)))
        question["questions"] = inside
    rules = _rules(asked)
    if rules is not None:
        question["relevant"] = draw(st.none() | rules)
        question["required_when"] = draw(st.none() | rules)
        question["constraint"] = draw(st.none() | rules)
        for choice in question.get("choices", []):
            choice["when"] = draw(st.none() | rules)
    return question


def _rules(asked: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]] | None:
    leaves: list[dict[str, Any]] = []
    for each in asked:
        code, kind = each["code"], each["type"]
        leaves.append({"question": code, "op": "answered"})
        if kind == "many_of":
            leaves.append({"question": code, "op": "includes", "value": each["choices"][0]["code"]})
        if kind in {"one_of", "many_of"}:
            leaves.append({"question": code, "op": "is", "value": each["choices"][0]["code"]})
        if kind == "grade":
            leaves.append({"question": code, "op": "below", "value": "B-"})
        if kind in {"count", "number", "photo", "pin", "repeat", "assets", "scale"}:
            leaves.append({"question": code, "op": "at_least", "value": 2})
        if kind == "text":
            leaves.append({"question": code, "op": "is_not", "value": "it's"})
    if not leaves:
        return None
    some = st.sampled_from(leaves)
    return (
        some | st.lists(some, min_size=2, max_size=3).map(lambda parts: {"any": parts}) | some.map(lambda r: {"not": r})
    )


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    sections = []
    asked: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, 2))):
        questions = []
        for number in range(draw(st.integers(1, 4))):
            questions.append(draw(_question(f"q{at}_{number}", asked)))
            asked = [*asked, questions[-1]]
        # A section may be called as a question is.
        code = draw(st.sampled_from([f"s{at}", f"q{at}_0"]))
        sections.append({"code": code, "title": draw(_WORDS), "scored": draw(st.booleans()), "questions": questions})
    grading = {"green_from": draw(st.integers(60, 100)), "amber_from": draw(st.integers(0, 60))}
    filled: dict[str, Any] = fill({"title": draw(_WORDS), "sections": sections, "grading": grading})
    return filled


@settings(max_examples=60, deadline=None)
@given(contents())
def test_any_checklist_comes_back_the_same(content: dict[str, Any]) -> None:
    assert check(content) == []
    found = read_xlsform(write_xlsform(content, code="any", version=1))
    assert (found.faults, found.dropped) == ([], [])
    assert found.content == content
