"""Forms of other tools become checklists, or are refused with every fault by sheet, row and column."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.definition import check
from checklists.xlsform_in import read_xlsform
from tests.checklists.forms import YES_NO, Rows, places, repacked, workbook

HEADS = ("type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "required", "choice_filter")


def one_of_each(*rows: tuple[Any, ...]) -> Rows:
    return [HEADS, *rows]


def questions(content: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    assert content is not None
    found = {}
    for section in content["sections"]:
        for question in section["questions"]:
            found[question["code"]] = question
            found |= {inside["code"]: inside for inside in question["questions"]}
    return found


def test_a_form_keeps_its_questions_and_its_logic() -> None:
    """An officer brings the form that the county has used in ODK for years."""
    found = read_xlsform(
        workbook(
            one_of_each(
                ("begin group", "arrive", "Arriving", "Before you walk"),
                ("note", "n1", "Stay on public ground."),
                ("select_one yn", "lit", "Is it lit?", None, None, None, None, "yes"),
                ("integer", "lamps", "How many lamps are out?", None, "${lit} = 'no'", ". >= 1 and . <= 50", "1 to 50"),
                ("end group",),
                ("begin repeat", "door", "Doors"),
                ("select_multiple faults", "wrong", "What is wrong?"),
                ("text", "more", "Say more", None, "selected(${wrong}, 'lock')", None, None, "${lit} = 'yes'"),
                ("end repeat",),
                ("image", "picture", "A photo"),
            ),
            [*YES_NO, ("faults", "lock", "The lock"), ("faults", "glass", "The glass")],
            settings=[("form_title",), ("County walk",)],
        )
    )
    assert (found.faults, found.dropped, found.title) == ([], [], "County walk")
    asked = questions(found.content)
    assert [(s["code"], s["title"], s["help"]) for s in (found.content or {})["sections"]] == [
        ("arrive", "Arriving", "Before you walk"),
        ("questions", "More questions", ""),
    ]
    assert asked["lit"]["type"] == "one_of" and asked["lit"]["required"]
    assert asked["lit"]["help"] == "Stay on public ground."
    assert [choice["label"] for choice in asked["lit"]["choices"]] == ["Yes", "No"]
    assert (asked["lamps"]["type"], asked["lamps"]["least"], asked["lamps"]["most"]) == ("count", 1, 50)
    assert asked["lamps"]["relevant"] == {"question": "lit", "op": "is", "value": "no"}
    assert (asked["lamps"]["constraint"], asked["lamps"]["constraint_words"]) == (None, "1 to 50")
    assert [inside["code"] for inside in asked["door"]["questions"]] == ["wrong", "more"]
    assert asked["more"]["relevant"] == {"question": "wrong", "op": "includes", "value": "lock"}
    assert asked["more"]["required_when"] == {"question": "lit", "op": "is", "value": "yes"}
    assert asked["picture"]["type"] == "photo"
    assert check(found.content) == []


def test_a_cascade_offers_only_what_fits() -> None:
    """Two towns have a High Street: it is one choice that either of them brings."""
    found = read_xlsform(
        workbook(
            one_of_each(
                ("select_one towns", "town", "Town"),
                ("select_one streets", "street", "Street", None, None, None, None, None, "${town} = town"),
            ),
            [
                ("list_name", "name", "label", "town"),
                ("towns", "ket", "Kettering"),
                ("towns", "nor", "Northampton"),
                ("streets", "high", "High Street", "ket"),
                ("streets", "gold", "Gold Street", "ket"),
                ("streets", "high", "High Street", "nor"),
            ],
            settings=[("form_title", "allow_choice_duplicates"), ("Streets", "yes")],
        )
    )
    assert found.faults == []
    in_ket, in_nor = ({"question": "town", "op": "is", "value": town} for town in ("ket", "nor"))
    offered = {choice["code"]: choice["when"] for choice in questions(found.content)["street"]["choices"]}
    assert offered == {"high": {"any": [in_ket, in_nor]}, "gold": in_ket}


def test_what_cannot_be_kept_is_named_and_nothing_else_is_lost() -> None:
    found = read_xlsform(
        workbook(
            [
                (*HEADS, "appearance", "default"),
                ("start", "start"),
                ("text", "who-is", "Who?", None, None, None, None, None, None, None, "me"),
                ("date", "day", "Which day?", None, "regex(${who-is}, '[A-Z]+')", ". <= today()"),
                ("audio", "sound", "Sound"),
                ("text", "after", "After ${day}?", None, "${sound} != ''"),
                ("select_one yn or_other", "lit", "Lit?", None, None, None, None, None, None, "minimal"),
            ],
            YES_NO,
        )
    )
    assert found.faults == []
    asked = questions(found.content)
    assert list(asked) == ["who_is", "day", "after", "lit", "lit_other"]
    assert asked["lit_other"]["relevant"] == {"question": "lit", "op": "is", "value": "other"}
    assert asked["after"]["label"] == "After …?"
    assert [asked[code]["relevant"] for code in ("day", "after")] == [None, None]
    assert [(each.row, each.what) for each in found.dropped] == [
        (1, "appearance"),
        (2, "start"),
        (3, "who-is"),
        (3, "default"),
        (4, "relevant"),
        (4, "constraint"),
        (5, "sound"),
        (6, "after"),
        (6, "relevant"),
        (7, "lit_other"),
    ]
    lost = {(each.row, each.what): each.words for each in found.dropped}
    assert "regex()" in lost[4, "relevant"] and "regex(${who-is}" in lost[4, "relevant"]
    assert "sound, which is not kept" in lost[6, "relevant"]


def test_one_language_is_kept_and_the_others_are_named() -> None:
    found = read_xlsform(
        workbook(
            [("type", "name", "label::Polski", "label::English (en)"), ("text", "a", "Kto?", "Who?")],
            settings=[("default_language",), ("English (en)",)],
        )
    )
    assert questions(found.content)["a"]["label"] == "Who?"
    assert [(each.row, each.what) for each in found.dropped] == [(1, "label::Polski")]


def test_every_fault_is_named_with_its_row_and_column_at_once() -> None:
    """Somebody mends a form once, not fault by fault."""
    found = read_xlsform(
        workbook(
            one_of_each(
                ("text", "a", "A"),
                ("text", "a", "A again"),
                ("hologram", "b", "B"),
                ("text", "c d", "C"),
                ("select_one nowhere", "e", "E"),
                ("text", None, "No name"),
                ("text", "f", "F", None, "${a} = 'x"),
                ("text", "g", "G", None, "${unheard_of} = 'x'"),
                ("text", "h", "H", None, "a = 'x'"),
                ("text", "i", "I", None, "1 = 2"),
                ("select_one yn", "j", "J", None, None, None, None, None, "yn = yes"),
            ),
            [*YES_NO, ("yn", "yes", "Yes once more")],
        )
    )
    assert found.content is None
    assert places(found.faults) == [
        ("survey", 3, "B", "duplicate_name"),
        ("survey", 4, "A", "unknown_type"),
        ("survey", 5, "B", "bad_name"),
        ("survey", 6, "A", "unknown_list"),
        ("survey", 7, "B", "missing_name"),
        ("survey", 8, "E", "broken_formula"),
        ("survey", 9, "E", "unknown_question"),
        ("survey", 10, "E", "unknown_name"),
        ("survey", 11, "E", "never_asked"),
        ("survey", 12, "I", "unknown_name"),
        ("choices", 4, "B", "duplicate_name"),
    ]
    assert all(len(fault.words) > 15 for fault in found.faults)


def test_the_same_name_in_two_groups_is_refused() -> None:
    """XLSForm allows it; a checklist's answers go by their question's code alone."""
    found = read_xlsform(
        workbook(
            one_of_each(
                ("begin group", "one", "One"),
                ("text", "name", "Name"),
                ("end group",),
                ("begin group", "two", "Two"),
                ("text", "name", "Name"),
                ("end group",),
            )
        )
    )
    assert places(found.faults) == [("survey", 6, "B", "duplicate_name")]
    assert "row 3" in found.faults[0].words


def test_a_circle_of_questions_is_refused() -> None:
    found = read_xlsform(
        workbook(one_of_each(("text", "a", "A", None, "${b} = 'x'"), ("text", "b", "B", None, "${a} = 'x'")))
    )
    assert [(fault.sheet, fault.column, fault.code) for fault in found.faults] == [
        ("survey", "E", "circular_relevance")
    ]
    assert found.faults[0].row in {2, 3}


@pytest.mark.parametrize(
    ("rows", "choices", "expected"),
    [
        ([("select_one_from_file towns.csv", "t", "T")], YES_NO, ("survey", 2, "A")),
        ([("csv-external", "towns", None), ("text", "a", "A")], (), ("survey", 2, "A")),
        ([("text", "a", "A", None, "instance('towns')/list/item[name='x']/label = 'y'")], (), ("survey", 2, "E")),
        ([("text", "a", "A"), ("calculate", "b", None, None, None)], (), None),
    ],
)
def test_lists_from_outside_are_refused(rows: list[Any], choices: Rows, expected: Any) -> None:
    found = read_xlsform(workbook(one_of_each(*rows), choices))
    assert found.content is None
    if expected:
        assert (*expected, "external_instance") in places(found.faults)
    else:
        assert places(found.faults) == [("survey", 3, "A", "missing_calculation")]


def test_pulldata_and_a_sheet_of_external_choices_are_refused() -> None:
    heads = (*HEADS, "calculation")
    row = ("calculate", "b", None, None, None, None, None, None, None, "pulldata('towns', 'a', 'b', 'c')")
    found = read_xlsform(
        workbook([heads, row, ("text", "a", "A")], external_choices=[("list_name", "name"), ("t", "x")])
    )
    assert places(found.faults) == [
        ("survey", 2, "J", "external_instance"),
        ("external_choices", 2, "", "external_instance"),
    ]


def test_broken_cells_of_the_spreadsheet_are_named() -> None:
    """A formula of Excel's that failed, and one whose result was never saved."""
    plain = workbook(one_of_each(("text", "a", "A"), ("text", "b", "B")))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    failed, never = b'<c r="C2" t="e"><f>B9/0</f><v>#DIV/0!</v></c>', b'<c r="C3"><f>CONCAT(A1)</f></c>'
    broken = re.sub(rb'<c r="C3".*?</c>', never, re.sub(rb'<c r="C2".*?</c>', failed, sheet))
    found = read_xlsform(repacked(plain, {"xl/worksheets/sheet1.xml": broken}))
    assert places(found.faults) == [("survey", 2, "C", "broken_cell"), ("survey", 3, "C", "broken_cell")]
    assert "#DIV/0!" in found.faults[0].words


def test_a_heading_that_stands_twice_is_named() -> None:
    found = read_xlsform(workbook([("type", "name", "label", "label"), ("text", "a", "A", "B")]))
    assert places(found.faults) == [("survey", 1, "D", "duplicate_column")]


def test_too_many_questions_and_choices_are_named_at_the_first_one_too_many() -> None:
    survey = [HEADS, *(("text", f"q{number}", "Q") for number in range(2001))]
    choices = [("list_name", "name", "label"), *(("many", f"c{number}", "C") for number in range(10_001))]
    found = read_xlsform(workbook(survey, choices))
    assert places(found.faults) == [
        ("survey", 2002, "A", "too_many_questions"),
        ("choices", 10_002, "A", "too_many_choices"),
    ]
    # A long list that many questions use is as long for each of them.
    survey = [HEADS, *(("select_one many", f"q{number}", "Q") for number in range(8))]
    found = read_xlsform(workbook(survey, choices[:9001]))
    assert {fault.code for fault in found.faults} == {"too_many_choices"} and found.faults[0].row == 7


def test_a_list_of_ten_thousand_is_taken() -> None:
    choices = [("list_name", "name", "label"), *(("many", f"c{number}", "C") for number in range(10_000))]
    found = read_xlsform(workbook([HEADS, ("select_one many", "q", "Q")], choices))
    assert found.faults == [] and len(questions(found.content)["q"]["choices"]) == 10_000


GOOD = workbook([HEADS, ("text", "a", "A")])
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_workbook"),
        (b"type,name,label\ntext,a,A\n", "not_a_workbook"),
        (b"PK\x03\x04 and then nothing", "not_a_workbook"),
        (GOOD[: len(GOOD) // 2], "not_a_workbook"),
        (_OLE, "not_a_workbook"),
        (_OLE + "_VBA_PROJECT_CUR".encode("utf-16-le"), "macros"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (repacked(GOOD, {"xl/vbaProject.bin": b"Sub Auto_Open()"}), "macros"),
        (repacked(GOOD, {"xl/macrosheets/sheet9.xml": b"<x/>"}), "macros"),
        (repacked(GOOD, {"xl/workbook.xml": ENTITIES}), "not_a_workbook"),
        (repacked(GOOD, {"xl/worksheets/sheet1.xml": b"<worksheet"}), "not_a_workbook"),
        (b"PK\x03\x04" + b"0" * 6_000_000, "file_too_large"),
        (workbook([("a", "b")], (), settings=[("form_title",), ("x",)]), "not_an_xlsform"),
    ],
)
def test_what_is_no_form_is_refused_in_words(data: bytes, code: str) -> None:
    found = read_xlsform(data)
    assert [fault.code for fault in found.faults][:1] == [code]
    assert found.content is None and len(found.faults[0].words) > 15


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked() -> None:
    bomb = repacked(GOOD, {"xl/media/big.xml": b"0" * 40_000_000})
    assert len(bomb) < 100_000
    assert [fault.code for fault in read_xlsform(bomb).faults] == ["file_too_large"]


def test_a_workbook_without_a_survey_is_refused() -> None:
    found = read_xlsform(workbook([], YES_NO, settings=[("form_title",), ("x",)]))
    assert [fault.code for fault in found.faults] == ["no_survey"]


_CELLS = st.sampled_from(
    ["text", "select_one yn", "begin group", "end group", "begin repeat", "end repeat", "calculate", "note", "a", "b",
     "${a}", "${a} = 'x'", "'", "yes", "or_other", "range", "=1+1", "\u2028", "x" * 600, "start", "image", 3, True,
     None]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=9, max_size=9), max_size=8))
def test_no_sheet_breaks_the_reader(rows: list[list[Any]]) -> None:
    """Whatever stands in the cells: a checklist without faults, or faults with words."""
    found = read_xlsform(workbook([HEADS, *rows], YES_NO))
    if found.content is None:
        assert found.faults and all(fault.words for fault in found.faults)
    else:
        assert not found.faults and check(found.content) == []


# Row and column of what is wrong, as a person finds it; none where the form is taken.
REAL = {
    "bad_calc.xlsx": [("survey", 2, "D", "broken_formula")],
    "calculate_without_calculation.xls": [("survey", 34, "A", "missing_calculation")],
    "cascading_select_test_equivalent.xls": [],
    "choice_filter_test.xlsx": [],
    "duplicate_columns.xlsx": [("survey", 1, "E", "duplicate_column")],
    "field-list.xlsx": [],
    "or_other.xlsx": [("survey", 3, "D", "unknown_name")],
    "repeat_date_test.xls": [],
    "tutorial.xls": [],
    "unknown_question_type.xls": [
        ("survey", 1, "J", "duplicate_column"),
        ("survey", 2, "A", "unknown_type"),
        ("survey", 3, "A", "unknown_type"),
        ("survey", 52, "A", "unknown_type"),
    ],
    "widgets.xls": [],
}


@pytest.mark.parametrize("name", sorted(REAL))
def test_real_forms_are_taken_or_refused_by_the_row(name: str, shared_data: Path) -> None:
    file = shared_data / "xlsform" / name
    if not file.is_file():
        pytest.skip(f"{name} is not among the shared data")
    found = read_xlsform(file.read_bytes(), frozenset())
    assert places(found.faults) == REAL[name]
    assert (found.content is None) == bool(REAL[name])
    if found.content is not None:
        assert check(found.content, frozenset()) == []


def test_the_tutorial_keeps_its_logic(shared_data: Path) -> None:
    file = shared_data / "xlsform" / "tutorial.xls"
    if not file.is_file():
        pytest.skip("tutorial.xls is not among the shared data")
    asked = questions(read_xlsform(file.read_bytes()).content)
    assert asked["age_in_months"]["relevant"] == {"question": "older_than_five", "op": "is", "value": "no"}
    assert asked["age_in_months"]["most"] == 72 and asked["age_in_years"]["least"] == 5
