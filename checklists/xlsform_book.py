"""Reads a workbook that a stranger sent: its sheets as rows of text, each cell with where it stands.

Nothing is run and nothing outside of the file is opened. What may hold macros is refused, and so is what
would grow too large in memory. Values become text as pyxform makes them, so that what it says fits.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlrd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pyxform.xls2json_backends import xls_value_to_unicode, xlsx_value_to_str

LARGEST_FILE = 5 * 1024 * 1024
# All parts of an .xlsx together, as its table of contents gives them: a zip of 5 MB can hold gigabytes.
LARGEST_UNPACKED = 30 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 60_000
MOST_COLUMNS = 200
MOST_FAULTS = 200
# After so many rows without anything a sheet has ended, as pyxform has it.
_EMPTY_ROWS_AT_END = 60

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")


@dataclass(frozen=True)
class SheetFault:
    """One thing to mend, as a spreadsheet program shows the place: row from 1, column as letters ("" for all)."""

    sheet: str
    row: int
    column: str
    code: str
    words: str


@dataclass
class Sheet:
    """``columns``: heading → letters; ``rows[0]`` is row 2: heading → text, {} where nothing stands."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)


class NoBook(Exception):
    """The file can't be read as a form; ``faults`` say why and where."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(fault.words for fault in self.faults[:3]))


@dataclass(frozen=True)
class _Cell:
    """``text`` as pyxform would read it; ``error`` such as #REF!, where a spreadsheet formula failed."""

    text: str
    error: str = ""


def read_book(data: bytes) -> dict[str, Sheet]:
    """The sheets of a form by their names in small letters. Raises NoBook with every fault of the cells."""
    if len(data) > LARGEST_FILE:
        raise _refusal("file_too_large", f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    if data.startswith(_ZIP):
        _look_into_zip(data)
        sheets = _tables(data, _xlsx_sheets)
    elif data.startswith(_OLE):
        _look_into_ole(data)
        sheets = _tables(data, _xls_sheets)
    else:
        raise _refusal("not_a_workbook", "This is no Excel workbook: save the form as .xlsx and send that.")
    return sheets


def _refusal(code: str, words: str) -> NoBook:
    return NoBook([SheetFault("", 0, "", code, words)])


def _look_into_zip(data: bytes) -> None:
    """Macros and size, from the table of contents, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            kinds = archive.read("[Content_Types].xml") if _small(archive, "[Content_Types].xml") else b""
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _refusal("not_a_workbook", "The file is damaged: save the form anew as .xlsx.") from error
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names) or b"macroEnabled" in kinds:
        raise _refusal("macros", "The workbook holds macros. Save it as .xlsx, without them, and send that.")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        size = f"{unpacked / 1024 / 1024:,.0f} MB in {len(parts):,} parts"
        raise _refusal("file_too_large", f"Unpacked the workbook is too large ({size}): take out what is no form.")


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return archive.getinfo(name).file_size < 1024 * 1024


def _look_into_ole(data: bytes) -> None:
    """The names of an old workbook's streams stand in its directory in UTF-16."""
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise _refusal("macros", "The workbook holds macros. Save it as .xlsx, without them, and send that.")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _refusal("locked", "The workbook is locked with a password: take that off first.")


def _tables(data: bytes, reading: Any) -> dict[str, Sheet]:
    faults: list[SheetFault] = []
    sheets: dict[str, Sheet] = {}
    try:
        for name, rows in reading(data):
            sheets[name.lower()] = _sheet(name, rows, faults)
    except NoBook:
        raise
    except Exception as error:  # what these readers raise for a damaged file has no end
        raise _refusal("not_a_workbook", "The workbook can't be read: save the form anew as .xlsx.") from error
    if len(sheets) == 1:
        # As pyxform has it: a workbook of one sheet is the survey, whatever it is called.
        sheets = {"survey": next(iter(sheets.values()))}
    if "survey" not in sheets:
        raise _refusal("no_survey", "There is no sheet 'survey': a form has its questions there.")
    if faults:
        raise NoBook(faults[:MOST_FAULTS])
    return sheets


def _wanted(names: Sequence[str]) -> list[str]:
    return list(names) if len(names) == 1 else [name for name in names if name.lower() in _SHEETS]


def _xlsx_sheets(data: bytes) -> Iterator[tuple[str, Iterable[Sequence[_Cell]]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a workbook has beside its cells, which nobody reads here
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulae = load_workbook(io.BytesIO(data), read_only=True, data_only=False) if _has_formulae(data) else None
        for name in _wanted(book.sheetnames):
            sheet = book[name]
            sheet.reset_dimensions()  # what a file says of its size may be wrong
            width = _width(next(sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS), ()))
            values = sheet.iter_rows(max_col=width)
            if formulae is None:
                yield name, ([_xlsx_cell(cell, None) for cell in row] for row in values)
            else:
                beside = formulae[name]
                beside.reset_dimensions()
                pairs = zip(values, beside.iter_rows(max_col=width), strict=False)
                yield name, ([_xlsx_cell(*both) for both in zip(row, other, strict=False)] for row, other in pairs)


def _width(headings: Sequence[Any]) -> int:
    """How many columns have a heading, or stand before one that has."""
    return max((at for at, cell in enumerate(headings, start=1) if cell.value is not None), default=1)


def _has_formulae(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(b"<f" in archive.read(name).replace(b"<family", b"") for name in sheets)


def _xlsx_cell(cell: Any, formula: Any) -> _Cell:
    if cell.data_type == "e":
        return _Cell("", error=str(cell.value))
    if cell.value is None and formula is not None and formula.data_type == "f":
        return _Cell("", error="a formula without a result")
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    return _Cell("" if value is None else xlsx_value_to_str(value).strip())


def _xls_sheets(data: bytes) -> Iterator[tuple[str, Iterable[Sequence[_Cell]]]]:
    with open("/dev/null", "w") as nowhere:
        book = xlrd.open_workbook(file_contents=data, logfile=nowhere)
    for name in _wanted(book.sheet_names()):
        sheet = book.sheet_by_name(name)
        rows = (sheet.row(number) for number in range(sheet.nrows))
        yield name, ([_xls_cell(cell, book.datemode) for cell in row[:MOST_COLUMNS]] for row in rows)


def _xls_cell(cell: Any, datemode: int) -> _Cell:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return _Cell("", error=xlrd.error_text_from_code.get(cell.value, "an error"))
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK} or cell.value == "":
        return _Cell("")
    return _Cell(str(xls_value_to_unicode(cell.value, cell.ctype, datemode)).strip())


def _sheet(name: str, rows: Iterable[Sequence[_Cell]], faults: list[SheetFault]) -> Sheet:
    sheet = Sheet(name)
    heads: list[str] = []
    empty = 0
    for number, cells in enumerate(rows, start=1):
        if number == 1:
            heads = _headings(name, cells, sheet, faults)
            continue
        if number > MOST_ROWS:
            raise NoBook([SheetFault(name, number, "", "too_many_rows", f"A sheet has at most {MOST_ROWS:,} rows.")])
        row = {}
        for at, (head, cell) in enumerate(zip(heads, cells, strict=False), start=1):
            if head and cell.error and len(faults) < MOST_FAULTS:
                words = f"{cell.error} stands where the column {head!r} needs a value: mend the formula of the cell."
                faults.append(SheetFault(name, number, get_column_letter(at), "broken_cell", words))
            elif head and cell.text:
                row[head] = cell.text
        empty = 0 if row else empty + 1
        if empty > _EMPTY_ROWS_AT_END:
            break
        sheet.rows.append(row)
    while sheet.rows and not sheet.rows[-1]:
        sheet.rows.pop()
    return sheet


def _headings(name: str, cells: Sequence[_Cell], sheet: Sheet, faults: list[SheetFault]) -> list[str]:
    heads: list[str] = []
    for at, cell in enumerate(cells, start=1):
        head = " ".join(cell.text.split())
        letters = get_column_letter(at)
        if head and head in sheet.columns:
            words = f"The heading {head!r} stands twice, here and in column {sheet.columns[head]}: take one out."
            faults.append(SheetFault(name, 1, letters, "duplicate_column", words))
            head = ""
        elif head:
            sheet.columns[head] = letters
        heads.append(head)
    return heads
