"""An XLSForm becomes a checklist: what it asks, its logic, and by name whatever can't be kept.

``read_xlsform`` writes nothing: it gives the content, or the faults with sheet, row and column. Where there is
a fault there is no content, so that nothing is ever half imported. docs/xlsform.md is the guide to it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from checklists import definition
from checklists.xlsform_asked import Asked
from checklists.xlsform_book import MOST_FAULTS, NoBook, Sheet, SheetFault, read_book
from checklists.xlsform_building import Building
from checklists.xlsform_reading import Form, last_look, read_form
from checklists.xlsform_rows import Dropped, Rows


@dataclass
class Imported:
    """``content`` is None where there are faults; ``dropped`` is what the form has and the checklist has not."""

    title: str = ""
    content: dict[str, Any] | None = None
    faults: list[SheetFault] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def read_xlsform(data: bytes, categories: Collection[str] | None = None, title: str = "") -> Imported:
    """What the workbook asks. Never raises, on any bytes.

    ``categories`` are the codes of the category library; ``title`` is for a form that has none.
    """
    try:
        book = read_book(data)
    except NoBook as refused:
        return Imported(faults=refused.faults)
    faults = _outside(book)
    form, found = read_form(book)
    faults += found
    if form is None:
        return Imported(faults=_in_order(faults))
    return _imported(form, faults, categories, title)


def _imported(form: Form, faults: list[SheetFault], categories: Collection[str] | None, title: str) -> Imported:
    rows = Rows(form)
    building = Building(rows, Asked(rows))
    content = building.content(title.strip() or "Untitled form")
    rows.tell_of_columns()
    faults = _in_order([*faults, *rows.faults])
    if not faults:
        wrong = definition.check(content, None if categories is None else frozenset(categories))
        faults = _in_order([building.located(fault) for fault in wrong]) or last_look(form)
    dropped = sorted(rows.dropped, key=lambda each: (each.sheet != "survey", each.row))
    return Imported(content["title"], None if faults else content, faults[:MOST_FAULTS], dropped)


def _outside(book: dict[str, Sheet]) -> list[SheetFault]:
    """Sheets that bring lists from elsewhere."""
    words = "Lists from outside of the form can't be kept: put the choices on the sheet 'choices'."
    return [
        SheetFault(book[name].name, 2, "", "external_instance", words)
        for name in ("external_choices", "entities")
        if name in book and book[name].rows
    ]


def _in_order(faults: list[SheetFault]) -> list[SheetFault]:
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.sheet != "survey", fault.sheet, fault.row))
