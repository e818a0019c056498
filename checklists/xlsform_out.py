"""A checklist becomes an XLSForm that other tools take, and that reads back as the same checklist.

What XLSForm can't say stands in columns of our own: ``sightline::…`` on the sheet of questions, and
``sightline_…`` on that of choices, where a heading with colons would break other tools.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from checklists.definition import content_hash
from checklists.vocabulary import BUILT_IN, CHOSEN
from checklists.xlsform_kinds import XLSFORM_TYPES
from checklists.xlsform_logic import formula_of

_SURVEY = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "choice_filter",
    "parameters", "sightline::type", "sightline::code", "sightline::weight", "sightline::unit", "sightline::least",
    "sightline::most", "sightline::restricted", "sightline::required_when", "sightline::defect",
    "sightline::defect_when", "sightline::asset_kind", "sightline::examples", "sightline::scored",
)  # fmt: skip
_CHOICES = (
    "list_name", "name", "label", "only_when",
    "sightline_points", "sightline_fails", "sightline_when", "sightline_given",
)  # fmt: skip
_SETTINGS = (
    "form_title", "form_id", "version", "sightline::purpose", "sightline::kind", "sightline::green_from",
    "sightline::amber_from",
)  # fmt: skip
# What XML, and so a workbook, can't hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = dict[str, Any]


def write_xlsform(content: Mapping[str, Any], *, code: str, version: int) -> bytes:
    """The .xlsx of a checklist's content (one that ``definition.check`` finds nothing wrong with)."""
    types = dict(_types(content["sections"]))
    survey: list[Row] = []
    choices: list[Row] = []
    for section in content["sections"]:
        survey += _section(section, types)
        for question in _all(section["questions"]):
            choices += _choices(question, types)
    settings = {
        "form_title": content["title"],
        "form_id": code,
        "version": f"{version}-{content_hash(content)[:8]}",
        "sightline::purpose": content["purpose"],
        "sightline::kind": content["kind"],
        **{f"sightline::{key}": value for key, value in content["grading"].items()},
    }
    book = Workbook(write_only=True)
    for name, heads, rows in (
        ("survey", _SURVEY, survey),
        ("choices", _CHOICES, choices),
        ("settings", _SETTINGS, [settings]),
    ):
        _write(book, name, heads, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, name: str, heads: tuple[str, ...], rows: list[Row]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for at, head in enumerate(heads):
        sheet.column_dimensions[chr(ord("A") + at)].width = 46 if head in {"label", "hint", "form_title"} else 18
    bold = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_cell(sheet, row.get(head)) for head in heads])


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, bool) or value is None or value == "":
        return {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=_NO_XML.sub("\ufffd", value))
    cell.data_type = "s"  # a label that begins with = is no formula
    return cell


def _types(sections: list[Any]) -> Iterator[tuple[str, str]]:
    for section in sections:
        yield from ((question["code"], question["type"]) for question in _all(section["questions"]))


def _all(questions: list[Any]) -> Iterator[Any]:
    for question in questions:
        yield question
        yield from question["questions"]


def _section(section: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Row]:
    # Formulae name questions: a group may not be called as one of them is.
    name = section["code"]
    while name in types or name == "meta":
        name = f"section_{name}"
    yield {
        "type": "begin_group",
        "name": name,
        "label": section["title"],
        "hint": section["help"],
        "relevant": _formula(section["relevant"], types),
        "sightline::code": section["code"] if name != section["code"] else None,
        "sightline::scored": section["scored"],
    }
    for question in section["questions"]:
        yield from _question(question, types)
    yield {"type": "end_group", "name": name}


def _question(question: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Row]:
    kind, code = question["type"], question["code"]
    base = XLSFORM_TYPES[kind]
    when, required = question["required_when"], question["required"]
    yield {
        "type": f"{base} {code}" if kind in CHOSEN else base,
        "name": code,
        "label": question["label"],
        "hint": question["help"],
        "required": True if required else _formula(when, types),
        "relevant": _formula(question["relevant"], types),
        "constraint": _constraint(question, types),
        "constraint_message": question["constraint_words"],
        "choice_filter": _filter(question, types),
        "parameters": "start=1 end=5 step=1" if kind == "scale" else None,
        "sightline::type": kind,
        "sightline::weight": question["weight"],
        "sightline::unit": question["unit"],
        "sightline::least": question["least"],
        "sightline::most": question["most"],
        "sightline::restricted": question["restricted"] or None,
        "sightline::required_when": _formula(when, types) if required else None,
        "sightline::defect": question["defect"]["category"] if question["defect"] else None,
        "sightline::defect_when": " ".join(question["defect"]["when"]) if question["defect"] else None,
        "sightline::asset_kind": question["asset_kind"],
        "sightline::examples": json.dumps(question["examples"], ensure_ascii=False) if question["examples"] else None,
    }
    if kind in {"repeat", "assets"}:
        for inside in question["questions"]:
            yield from _question(inside, types)
        yield {"type": "end_repeat", "name": code}


def _formula(rule: Mapping[str, Any] | None, types: Mapping[str, str]) -> str | None:
    return None if rule is None else formula_of(rule, types)


def _constraint(question: Mapping[str, Any], types: Mapping[str, str]) -> str | None:
    limits = [
        f". {sign} {question[key]}" for sign, key in ((">=", "least"), ("<=", "most")) if question[key] is not None
    ]
    rule = question["constraint"]
    if rule is None:
        return " and ".join(limits) or None
    formula = formula_of(rule, types, question["code"])
    if limits and {"all", "any"} & set(rule):
        formula = f"({formula})"
    return " and ".join([*limits, formula])


def _simple(when: Mapping[str, Any], types: Mapping[str, str]) -> str | None:
    """The question, where a choice is offered for one answer of it."""
    is_one = when.get("op") == "is" and isinstance(when["value"], str) and types.get(when["question"]) != "many_of"
    return str(when["question"]) if is_one else None


def _filter(question: Mapping[str, Any], types: Mapping[str, str]) -> str | None:
    """``choice_filter``, where every rule of the choices is about one and the same answer."""
    asked = {_simple(choice["when"], types) for choice in question["choices"] if choice["when"] is not None}
    if len(asked) != 1 or None in asked or question["type"] in BUILT_IN:
        return None
    return f"only_when = '' or ${{{next(iter(asked))}}} = only_when"


def _choices(question: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Row]:
    kind, own = question["type"], question["choices"]
    if kind not in CHOSEN:
        return
    filtered = _filter(question, types) is not None
    for choice in own:
        when = choice["when"]
        yield {
            "list_name": question["code"],
            "name": choice["code"],
            "label": choice["label"],
            "only_when": when["value"] if filtered and when else None,
            "sightline_points": choice["points"],
            "sightline_fails": choice["fails"] or None,
            "sightline_when": None if filtered else _formula(when, types),
            "sightline_given": True if kind in BUILT_IN else None,
        }
    given = {choice["code"] for choice in own}
    for code, label, points in BUILT_IN.get(kind, ()):
        if code not in given:
            yield {"list_name": question["code"], "name": code, "label": label, "sightline_points": points}
