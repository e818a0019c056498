"""What files of a report there are, and the words that a report grades by. Pure: no Django, no clock."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum


class FileKind(StrEnum):
    PDF = "pdf"
    RESIDENT_PDF = "resident_pdf"
    XLSX = "xlsx"


class FileState(StrEnum):
    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class Reader(StrEnum):
    """For whom a report is written."""

    PARTNERSHIP = "partnership"
    RESIDENTS = "residents"


SUFFIXES: dict[str, str] = {FileKind.PDF: "pdf", FileKind.RESIDENT_PDF: "pdf", FileKind.XLSX: "xlsx"}

# A file is a copy: whoever needs it later has it, or makes it anew.
FILES_KEPT_DAYS = 30
# Somebody who taps twice gets the file that is on its way.
SAME_FILE_WITHIN = dt.timedelta(minutes=10)

GRADES: dict[str, str] = {"green": "Green", "amber": "Amber", "red": "Red"}
GRADE_MEANS: dict[str, str] = {
    "green": "The area is in good order.",
    "amber": "Some things need doing.",
    "red": "Much needs doing, and soon.",
}
VERDICTS: dict[str, str] = {"better": "Better", "same": "About the same", "worse": "Worse"}


def file_name(*, number: str, area: str, kind: str, day: dt.date) -> str:
    """``A-0007-kings-field-report-2026-11-22.pdf``: letters and digits only, so that every system takes it."""
    what = {FileKind.PDF: "report", FileKind.RESIDENT_PDF: "for-residents", FileKind.XLSX: "answers"}[FileKind(kind)]
    place = re.sub(r"[^a-z0-9]+", "-", area.lower()).strip("-")[:40].rstrip("-")
    parts = [number, place, what, f"{day:%Y-%m-%d}"]
    return "-".join(part for part in parts if part) + f".{SUFFIXES[kind]}"


# What these name is for officers: who deals or sleeps where, and whose home is easy to break into.
KEPT_FOR_OFFICERS: frozenset[str] = frozenset({"IN-ASB", "TH-OPP"})
