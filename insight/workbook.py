"""Workbooks (XLSX) of any size: rows are written as they come, and no cell is ever a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What a cell of a workbook can hold (ECMA-376).
_LONGEST_CELL = 32_767


@dataclass(frozen=True)
class Sheet:
    """``rows`` under ``headings``; ``wide`` names the headings whose columns hold sentences. ``freeze`` is the
    first cell that moves."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    wide: frozenset[str] = frozenset()
    freeze: str = "B2"


def workbook(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The workbook's bytes, to be read from their beginning. Cells are texts, numbers, days or local times."""
    # Loaded when somebody asks for one: the web program would carry it all day.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for told in sheets:
        _write(book, told)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _write(book: Any, told: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(told.title)
    sheet.freeze_panes = told.freeze
    for number, heading in enumerate(told.headings, start=1):
        width = 40 if heading in told.wide else max(11, len(heading) + 3)
        sheet.column_dimensions[get_column_letter(number)].width = width
    heads = [WriteOnlyCell(sheet, value=heading) for heading in told.headings]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for cells in told.rows:
        sheet.append([_as_cell(sheet, cell) for cell in cells])


def _as_cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        value = _NOT_IN_XML.sub("", value)[:_LONGEST_CELL]
        # What openpyxl would take for a formula or for an error.
        if value[:1] in ("=", "#"):
            cell = WriteOnlyCell(sheet, value="")
            cell.value, cell.data_type = value, "s"
            return cell
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    return value
