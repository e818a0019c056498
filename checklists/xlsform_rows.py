"""The words of a form's rows, and what is said of them: faults, and what is left out by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checklists.xlsform_book import SheetFault
from checklists.xlsform_reading import Form, Head

RELEVANT, REQUIRED, CONSTRAINT = ("bind", "relevant"), ("bind", "required"), ("bind", "constraint")
CALCULATE, CONSTRAINT_WORDS = ("bind", "calculate"), ("bind", "jr:constraintMsg")
# What is read; every other column that holds anything is named once.
_READ: dict[str, set[Head]] = {
    "survey": {
        ("type",), ("name",), ("choice_filter",), ("parameters",), ("disabled",), ("default",), ("control", "jr:count"),
        RELEVANT, REQUIRED, CONSTRAINT, CALCULATE, ("bind", "readonly"),
    },
    "choices": {("list name",), ("name",)},
}  # fmt: skip
_WORDS: dict[str, set[Head]] = {
    "survey": {("label",), ("hint",), ("guidance_hint",), CONSTRAINT_WORDS},
    "choices": {("label",)},
}
_WHY = {
    ("control", "appearance"): "How a question looks is Sightline's own.",
    ("control",): "How a question looks is Sightline's own.",
    ("media",): "Pictures and sounds beside a question are not in the workbook: add examples in the editor.",
    ("bind", "jr:requiredMsg"): "What is said of a missing answer is Sightline's own.",
}


@dataclass(frozen=True)
class Dropped:
    """One thing of the form that the checklist doesn't have."""

    sheet: str
    row: int
    what: str
    words: str


@dataclass
class Rows:
    """A form's rows by their numbers, with what is found wrong and what is left out."""

    form: Form
    faults: list[SheetFault] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.languages = self._languages()
        self.titles: set[int] = set()

    def fault(self, row: int, code: str, words: str, head: Head = ("type",), sheet: str = "survey") -> None:
        fault = SheetFault(sheet, row, self.form.column(sheet, head), code, words)
        if fault not in self.faults:
            self.faults.append(fault)

    def drop(self, row: int, what: str, words: str, sheet: str = "survey") -> None:
        dropped = Dropped(sheet, row, what[:80], words)
        if dropped not in self.dropped:
            self.dropped.append(dropped)

    def words(self, row: int, head: Head, sheet: str = "survey") -> str:
        """A text in the form's main language, or in whichever has it."""
        for language in self.languages if row else ():
            text = self.form.cell(sheet, row, (*head, language) if language else head)
            if text:
                return text
        return ""

    def own(self, row: int, name: str) -> str:
        """A cell of one of our own columns, ``sightline::name``."""
        return self.form.cell("survey", row, ("sightline", name)) if row else ""

    def has_own(self, name: str) -> bool:
        return ("sightline", name) in self.form.heads["survey"]

    def setting(self, name: str, *head: str) -> str:
        return self.form.cell("settings", 2, head or ("sightline", name)) if "settings" in self.form.book else ""

    def said(self, row: int, what: str, text: str) -> str:
        """Words without the answers that a form puts into them."""
        if "${" not in text:
            return text
        self.drop(row, what, "An answer within the words is not put in: three dots stand there.")
        return re.sub(r"\$\{[^}]*\}", "…", text)

    def _languages(self) -> list[str]:
        """ "" (no language) first, then the form's own, then English, then the others."""
        known = {
            head[-1]
            for sheet in ("survey", "choices")
            for head in self.form.heads.get(sheet, {})
            for base in _WORDS[sheet]
            if head[:-1] == base
        }
        main = self.setting("", "default_language")
        return ["", *sorted(known, key=lambda each: (each != main, "english" not in each.lower(), each))]

    def tell_of_columns(self) -> None:
        """Name what the columns hold that a checklist doesn't: once a column, answers given beforehand each."""
        for sheet, read in _READ.items():
            for head, heading in self.form.heads.get(sheet, {}).items():
                filled = any(heading in row for row in self.form.book[sheet].rows)
                if filled and not self._is_read(sheet, head, read):
                    why = _WHY.get(head) or _WHY.get(head[:1]) or "A checklist has nothing like this column."
                    if self._is_translation(sheet, head):
                        why = "A checklist has one language; this one is left out."
                    self.drop(1, heading, why, sheet)
        heading = self.form.heads["survey"].get(("default",), "")
        for number, row in enumerate(self.form.book["survey"].rows, start=2):
            if row.get(heading):
                self.drop(number, heading, f"No answer is given beforehand, also not {row[heading][:60]!r}.")

    def _is_read(self, sheet: str, head: Head, read: set[Head]) -> bool:
        if head in read or head in _WORDS[sheet] or head[0] == "sightline" or head[0].startswith("sightline_"):
            return True
        if self._is_translation(sheet, head):
            plain = any(head[:-1] in self.form.heads[each] for each in (sheet,))
            return head[-1] == self.languages[1] and not plain
        filters = " ".join(self._filters())
        return sheet == "choices" and len(head) == 1 and re.search(rf"\b{re.escape(head[0])}\b", filters) is not None

    def _is_translation(self, sheet: str, head: Head) -> bool:
        return any(head[:-1] == base for base in _WORDS[sheet])

    def _filters(self) -> Iterator[str]:
        heading = self.form.heads["survey"].get(("choice_filter",), "")
        return (row[heading] for row in self.form.book["survey"].rows if heading in row)
