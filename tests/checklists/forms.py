"""Workbooks as an officer would make them, built for a story."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]

YES_NO = (("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No"))


def workbook(survey: Rows, choices: Rows = (), **sheets: Rows) -> bytes:
    """An .xlsx whose sheets are these rows, the first of each its headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"survey": survey, "choices": choices, **sheets}.items():
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The same workbook with these parts put in, as a program that is not Excel might write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changed:
                new.writestr(part, old.read(part.filename))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


def places(faults: Sequence[Any]) -> list[tuple[str, int, str, str]]:
    """Where each fault stands and its code."""
    return [(fault.sheet, fault.row, fault.column, fault.code) for fault in faults]
