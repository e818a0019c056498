"""Lets pyxform read a form's sheets, and finds every fault that it names, not only the first.

pyxform stops at the first thing that is wrong. Here the row at fault is put aside and the rest read again,
so that whoever mends the form hears of all of it at once. A form with a fault is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyxform import aliases
from pyxform.builder import create_survey_element_from_dict
from pyxform.errors import PyXFormError
from pyxform.parsing.sheet_headers import process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from checklists.vocabulary import MOST_CHOICES, MOST_QUESTIONS
from checklists.xlsform_book import NoBook, Sheet, SheetFault

# A column that carries each row's number through pyxform. No colons: they would change how it reads headings.
ROW = "sightline_row"
MOST_MENDED = 25

Head = tuple[str, ...]

_CODES = (
    (r"Duplicate column header|different names for the same column", "duplicate_column"),
    (r"Missing calculation", "missing_calculation"),
    (r"must be unique|must unique|must not have any duplicate", "duplicate_name"),
    (r"with no name|must have a name", "missing_name"),
    (r"with no type", "missing_type"),
    (r"Names must begin|[Nn]ames with spaces|Names used here", "bad_name"),
    (r"List name not in|the mandatory columns", "unknown_list"),
    (r"Unmatched|'end_|'begin_|end_group|end_repeat|begin_group|begin_repeat", "unmatched_group"),
    (r"Could not find the name|no survey element named|appears more than once", "unknown_question"),
    (r"Reference variable", "broken_formula"),
    (r"external|instance|file extension|'entities'", "external_instance"),
    (r"Unknown question type", "unknown_type"),
)
_PLACE = re.compile(r"\[row : (\d+)\]\s*(?:On the '(\w+)' sheet, )?(?:the '([^']+)' value (?:'[^']*' )?is \w+\. )?")
_HEADINGS = re.compile(r"sheet: '(\w+)'.*found: '(.+?)', '(.+?)'\. ")


@dataclass(frozen=True)
class Form:
    """pyxform's tree of a form, and the sheets that it was read from."""

    tree: dict[str, Any]
    book: Mapping[str, Sheet]
    heads: Mapping[str, Mapping[Head, str]]

    def cell(self, sheet: str, row: int, head: Head) -> str:
        """The text of a cell as it stands there, "" where there is none."""
        heading = self.heads[sheet].get(head)
        at = row - 2
        return self.book[sheet].rows[at].get(heading, "") if heading and 0 <= at < len(self.book[sheet].rows) else ""

    def column(self, sheet: str, head: Head) -> str:
        """The letters of a column, "" where the sheet has none such."""
        heading = self.heads.get(sheet, {}).get(head)
        return self.book[sheet].columns.get(heading, "") if heading else ""


def read_form(book: Mapping[str, Sheet]) -> tuple[Form | None, list[SheetFault]]:
    """pyxform's reading of the sheets, and every fault that it finds. None where nothing could be read."""
    faults = list(_too_many(book))
    heads = {name: _heads(name, sheet) for name, sheet in book.items()}
    if faults:
        return None, faults
    tables = {name: [dict(row) for row in sheet.rows] for name, sheet in book.items()}
    hidden: set[str] = set()
    mended: set[tuple[str, int]] = set()
    while True:
        try:
            tree = workbook_to_json(_definition(book, tables, hidden), form_name="data", warnings=[])
        except PyXFormError as error:
            found = list(_faults_of(str(error), book, heads))
            faults += [fault for fault in found if fault not in faults]
            done = [_mend(fault, tables, heads, hidden, mended) for fault in found]
            if len(faults) >= MOST_MENDED or not all(done):
                return None, faults
        except Exception:  # it asks of what it reads that it is a form, and fails on what is not in many ways
            return None, faults or [SheetFault("survey", 0, "", "not_an_xlsform", "This can't be read as an XLSForm.")]
        else:
            return Form(tree, book, heads), faults


def last_look(form: Form) -> list[SheetFault]:
    """What pyxform still finds when it makes the form that a phone would run."""
    try:
        create_survey_element_from_dict(_plain(form.tree)).to_xml(validate=False, warnings=[])
    except PyXFormError as error:
        return list(_faults_of(str(error), form.book, form.heads))
    except Exception:
        return [SheetFault("survey", 0, "", "not_an_xlsform", "pyxform can't make a form of this.")]
    return []


def _too_many(book: Mapping[str, Sheet]) -> Iterator[SheetFault]:
    kind = _heads("survey", book["survey"]).get(("type",), "")
    questions = 0
    for number, row in enumerate(book["survey"].rows, start=2):
        said = row.get(kind, "").lower()
        questions += bool(said) and not said.startswith("end")
        if questions > MOST_QUESTIONS:
            words = f"A checklist has at most {MOST_QUESTIONS:,} questions: this is one more."
            yield SheetFault("survey", number, book["survey"].columns.get(kind, ""), "too_many_questions", words)
            break
    if "choices" not in book:
        return
    sheet = book["choices"]
    lists = _heads("choices", sheet).get(("list name",), "")
    counted: dict[str, int] = {}
    for number, row in enumerate(sheet.rows, start=2):
        name = row.get(lists, "")
        counted[name] = counted.get(name, 0) + bool(name)
        if counted[name] == MOST_CHOICES + 1:
            words = f"The list {name} has more than {MOST_CHOICES:,} choices; the first one too many is here."
            yield SheetFault("choices", number, sheet.columns.get(lists, ""), "too_many_choices", words)


def _heads(name: str, sheet: Sheet) -> dict[Head, str]:
    """Which heading of the sheet is which field, as pyxform reads headings."""
    known = {"survey": (aliases.survey_header, MultipleChoiceQuestion), "choices": (aliases.list_header, Option)}
    named, element = known.get(name, (aliases.settings_header, Option))
    fields = set(element.get_slot_names()) if name in known else set()
    double = any("::" in heading for heading in sheet.columns)
    found: dict[Head, str] = {}
    for heading in sheet.columns:
        _, tokens = process_header(heading, double, named, fields)
        found.setdefault(tokens, heading)
    return found


def _definition(book: Mapping[str, Sheet], tables: dict[str, list[dict[str, str]]], hidden: set[str]) -> DefinitionData:
    parts: dict[str, Any] = {"sheet_names": [sheet.name for sheet in book.values()]}
    for name, rows in tables.items():
        headings = [heading for heading in book[name].columns if heading not in hidden]
        if name in {"survey", "choices"}:
            headings = [*headings, ROW]
        # A table without rows is none: pyxform looks at the first one of the settings.
        parts[name] = [_numbered(row, number, headings) for number, row in enumerate(rows, start=2)] or None
        parts[f"{name}_header"] = [dict.fromkeys(headings)]
    return DefinitionData(**parts)


def _numbered(row: dict[str, str], number: int, headings: list[str]) -> dict[str, str]:
    kept = {heading: text for heading, text in row.items() if heading in headings}
    return {**kept, ROW: str(number)} if kept and ROW in headings else kept


def _faults_of(
    message: str, book: Mapping[str, Sheet], heads: Mapping[str, Mapping[Head, str]]
) -> Iterator[SheetFault]:
    """pyxform's message as faults: one message may hold a line for each choice."""
    lines = message.split("\n") if message.count("[row : ") > 1 else [message]
    for line in lines:
        code = next((code for pattern, code in _CODES if re.search(pattern, line)), "not_an_xlsform")
        headings = _HEADINGS.search(line)
        if headings:
            sheet, other, heading = headings.groups()
            words = f"{other!r} and {heading!r} are two headings of the same column: take one out."
            yield SheetFault(sheet, 1, book[sheet].columns.get(heading, ""), code, words)
            continue
        place = _PLACE.search(line)
        if place is None:
            yield SheetFault("survey", 0, "", code, _told(line))
            continue
        sheet = place[2] or ("choices" if "choices' sheet" in line else "survey")
        letters = _letters(book, heads, sheet, place[3] or _field_of(code))
        yield SheetFault(sheet, int(place[1]), letters, code, _told(line[: place.start()] + line[place.end() :]))


def _field_of(code: str) -> str:
    return {
        "missing_calculation": "calculation",
        "missing_name": "name",
        "missing_type": "type",
        "unknown_list": "type",
        "unmatched_group": "type",
        "duplicate_name": "name",
        "bad_name": "name",
    }.get(code, "")


def _letters(book: Mapping[str, Sheet], heads: Mapping[str, Mapping[Head, str]], sheet: str, field: str) -> str:
    if sheet not in book or not field:
        return ""
    found = next((heading for head, heading in heads[sheet].items() if field in (heading, "::".join(head))), None)
    named = {"calculation": ("bind", "calculate"), "relevant": ("bind", "relevant")}.get(field, (field,))
    heading = found or heads[sheet].get(named) or heads[sheet].get(("type",), "")
    return book[sheet].columns.get(heading, "")


def _told(words: str) -> str:
    """pyxform's words on one line, without where it says to read more."""
    told = " ".join(re.sub(r"Learn more:? \S+", "", words).split())
    return told[:400] or "This is not as XLSForm has it."


def _mend(
    fault: SheetFault,
    tables: dict[str, list[dict[str, str]]],
    heads: Mapping[str, Mapping[Head, str]],
    hidden: set[str],
    mended: set[tuple[str, int]],
) -> bool:
    """Put aside what is at fault, so that the rest can be read; whether that was possible."""
    rows = tables.get(fault.sheet, [])
    if fault.code == "duplicate_column" and fault.row == 1:
        twin = re.search(r"and '(.+)' are two headings", fault.words)
        heading = twin[1] if twin else ""
        known = heading not in hidden
        hidden.add(heading)
        return bool(heading) and known
    at, place = fault.row - 2, (fault.sheet, fault.row)
    if not 0 <= at < len(rows) or place in mended or fault.sheet not in {"survey", "choices"}:
        return False
    mended.add(place)
    if fault.sheet == "choices":
        rows[at] = {}
        return True
    kind, name = heads["survey"].get(("type",), "type"), heads["survey"].get(("name",), "name")
    if re.match(r"\s*(begin|end)[\s_]", rows[at].get(kind, ""), re.IGNORECASE):
        return False
    keeps = fault.code not in {"duplicate_name", "bad_name", "missing_name"} and rows[at].get(name)
    rows[at] = {kind: "text", name: str(keeps or f"set_aside_{fault.row}")}
    return True


def _plain(tree: Any) -> Any:
    """The tree without what is ours and no form's."""
    if isinstance(tree, dict):
        return {key: _plain(each) for key, each in tree.items() if key not in {ROW, "sightline"}}
    return [_plain(each) for each in tree] if isinstance(tree, list) else tree


__all__ = ["ROW", "Form", "Head", "NoBook", "last_look", "read_form"]
