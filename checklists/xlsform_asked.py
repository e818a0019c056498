"""What a form asks, in the order of its rows: sections, questions, and the repeats that questions stand in.

The logic comes after it, in xlsform_building.py: a formula may ask for a question that stands further down.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checklists.vocabulary import CHOSEN
from checklists.xlsform_kinds import XLSFORM_TYPES, Kind, kind_of
from checklists.xlsform_logic import Known
from checklists.xlsform_reading import ROW
from checklists.xlsform_rows import Rows

# The rows and formulae of the groups within a section: they hold for every question in them.
Conditions = tuple[tuple[int, str], ...]

_MADE_BY_PYXFORM = "reserved_name_for_field_list_labels_"


@dataclass
class Item:
    """One row that becomes a question, with the notes before it and what stands inside of it."""

    element: dict[str, Any]
    row: int
    kind: Kind
    known: Known
    conditions: Conditions
    notes: list[str]
    inside: list[Item] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.element.get("name", ""))

    @property
    def made(self) -> bool:
        """pyxform made it, out of "or other": no row of the sheet is its own."""
        return not self.element.get(ROW)


@dataclass
class Part:
    """A section; row 0 where its questions stand in no group."""

    code: str
    title: str
    row: int
    element: Mapping[str, Any] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Where:
    """Where a row stands: its section (None at the top of the form), its repeat, its groups' conditions."""

    part: Part | None = None
    group: Item | None = None
    conditions: Conditions = ()


def bound(element: Mapping[str, Any], name: str) -> str:
    """One of the element's formulae, "" where it has none."""
    bind = element.get("bind")
    return str(bind.get(name) or "").strip() if isinstance(bind, dict) else ""


class Asked:
    """What a form asks: ``known`` by the form's names, ``calculations`` as (row, formula), ``lost`` names."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.parts: list[Part] = []
        self.known: dict[str, Known] = {}
        self.calculations: dict[str, tuple[int, str]] = {}
        self.lost: set[str] = set()
        self.groups: set[str] = set()
        self._at: dict[str, int] = {}
        self._codes: set[str] = set()
        self._notes: list[str] = []
        self._walk(rows.form.tree.get("children") or [], _Where())
        self._end_section()
        self._forget_empty()

    def _walk(self, children: list[dict[str, Any]], where: _Where) -> None:
        row = 0
        loose: Part | None = None
        for element in children:
            row = int(element.get(ROW) or 0) or row
            kind, name = element.get("type"), str(element.get("name", ""))
            if kind == "group" and (name != "meta" or element.get(ROW)):
                self.groups.add(name)
                loose = None
                self._group(element, row, where)
                continue
            if kind == "group" or name.startswith(_MADE_BY_PYXFORM):
                continue
            inner = where
            if where.part is None:
                loose = loose or self._loose()
                inner = replace(where, part=loose)
            if kind in {"repeat", "loop"}:
                self._repeat(element, row, inner)
            else:
                self._question(element, row, inner)

    def _loose(self) -> Part:
        """Questions outside of any group are a section too."""
        self._end_section()
        title = "More questions" if self.parts else "Questions"
        self.parts.append(Part(_fresh("questions", {part.code for part in self.parts}), title, 0))
        return self.parts[-1]

    def _end_section(self) -> None:
        """Notes after a section's last question are its own; before the first section they wait for it."""
        if self.parts:
            self.parts[-1].notes += self._notes
            self._notes = []

    def _forget_empty(self) -> None:
        for part in list(self.parts):
            if not part.items and (not part.row or part.element.get("children")):
                self.parts.remove(part)
                if part.row:
                    self.rows.drop(part.row, part.title, "Nothing is left to ask in this group: it is no section.")

    def _group(self, element: dict[str, Any], row: int, where: _Where) -> None:
        name, formula = str(element.get("name", "")), bound(element, "relevant")
        if where.part is None:
            self._end_section()
            code = self.rows.own(row, "code") or code_of(name)
            title = self.rows.words(row, ("label",)) or name.replace("_", " ")
            title = self.rows.said(row, name, title)
            part = Part(_fresh(code, {part.code for part in self.parts}), title, row, element)
            self.parts.append(part)
            self._walk(element.get("children") or [], replace(where, part=part))
            return
        if self.rows.words(row, ("label",)):
            self.rows.drop(row, name, "A group within a section has no heading of its own; its questions stay.")
        conditions = (*where.conditions, (row, formula)) if formula else where.conditions
        self._walk(element.get("children") or [], replace(where, conditions=conditions))

    def _repeat(self, element: dict[str, Any], row: int, where: _Where) -> None:
        if element.get("type") == "loop":
            self.rows.fault(row, "not_asked", "A loop over a list can't be kept: write a repeat.")
        elif where.group is not None:
            self.rows.fault(row, "nested_too_deep", "A repeat can't stand inside a repeat: take one of them out.")
        else:
            if self.rows.form.cell("survey", row, ("control", "jr:count")):
                words = "How many there are is not set beforehand: people add as many as they find."
                self.rows.drop(row, "repeat_count", words)
            item = self._item(element, row, Kind("repeat"), where)
            if item is not None:
                self._walk(element.get("children") or [], _Where(where.part, item))
                item.notes += self._notes
                self._notes = []

    def _question(self, element: dict[str, Any], row: int, where: _Where) -> None:
        kind, name = kind_of(element), str(element.get("name", ""))
        if kind.type == "unknown":
            self.rows.fault(row, "unknown_type", f"There is no type of question {element.get('type')!r}.")
        elif kind.type == "external":
            words = "Its list is in a file of its own: put the choices on the sheet 'choices'."
            self.rows.fault(row, "external_instance", words)
        elif kind.type == "note":
            self._note(element, row)
        elif kind.type == "calculation":
            self.calculations[name] = (row, bound(element, "calculate"))
            if not element.get(ROW):
                return  # pyxform's own, for how often a repeat is asked
            self.rows.drop(row, name, "A calculation has no answer of its own: formulae that use it read it in place.")
        elif not kind.type:
            self.rows.drop(row, name, kind.words)
            self.lost.add(name)
        elif self._item(element, row, kind, where) is not None:
            if kind.words:
                self.rows.drop(row, name, kind.words)
            if bound(element, "calculate"):
                self.rows.drop(row, name, "Its answer is not calculated: people give it.")

    def _note(self, element: Mapping[str, Any], row: int) -> None:
        """A note's words become help: of the question after it, or of the section."""
        name = str(element.get("name", ""))
        self.lost.add(name)
        if bound(element, "relevant"):
            self.rows.drop(row, name, "The words of a note stay, for everybody: its condition does not.")
        text = "\n".join(filter(None, (self.rows.words(row, head) for head in (("label",), ("hint",)))))
        if text:
            self._notes.append(self.rows.said(row, name, text))

    def _item(self, element: dict[str, Any], row: int, kind: Kind, where: _Where) -> Item | None:
        name = str(element.get("name", ""))
        if name in self._at:
            words = f"The name {name} stands twice, here and in row {self._at[name]}: each question has its own."
            self.rows.fault(row, "duplicate_name", words, ("name",))
            return None
        self._at[name] = row
        kind = self._exact(kind, row) if element.get(ROW) else kind
        if not element.get(ROW):
            self.rows.drop(row, name, "“Or other” became a choice, and a question for what the other is.")
        code = _fresh(code_of(name), self._codes)
        if code != name:
            self.rows.drop(row, name, f"It is called {code} here: a code has letters, digits and _.")
        self._codes.add(code)
        renamed, codes = _choice_codes(element, kind)
        known = Known(code, kind.type, where.group.known.code if where.group else "", codes, renamed)
        item = Item(element, row, kind, known, where.conditions, self._notes)
        self._notes = []
        self.known[name] = known
        holder = where.group.inside if where.group else where.part.items if where.part else []
        holder.append(item)
        return item

    def _exact(self, kind: Kind, row: int) -> Kind:
        """The type that a form of ours says beside XLSForm's."""
        said = self.rows.own(row, "type")
        if not said or said == kind.type:
            return kind
        if XLSFORM_TYPES.get(said) != XLSFORM_TYPES[kind.type]:
            words = f"{said!r} does not fit the type in this row: leave the cell empty."
            self.rows.fault(row, "wrong_type", words, ("sightline", "type"))
            return kind
        return Kind(said)


def code_of(name: str) -> str:
    """A name of the form as a code: letters, digits and _, a letter first."""
    code = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_")
    return code if re.match(r"[A-Za-z]", code) else f"q_{code}"


def choice_code_of(name: str) -> str:
    """A choice's name as a code."""
    return re.sub(r"[^A-Za-z0-9_.+-]", "_", name) or "_"


def _choice_codes(element: Mapping[str, Any], kind: Kind) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the choices are called here by their names in the form, and all their codes."""
    if kind.type not in CHOSEN:
        return {}, ()
    if not element.get("choices"):
        return {}, ("OK",)
    names = dict.fromkeys(str(choice.get("name", "")) for choice in element["choices"])
    renamed = {name: choice_code_of(name) for name in names if choice_code_of(name) != name}
    return renamed, tuple(renamed.get(name, name) for name in names)


def _fresh(code: str, taken: Collection[str]) -> str:
    number, found = 2, code
    while found in taken:
        found, number = f"{code}_{number}", number + 1
    return found
