"""What a dispatch board shows, as CSV and as a workbook: every row of the filters, not only the first page."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import IO, Any

from django.utils import timezone

from accounts.models import Person
from audits import rules as defect_rules
from checklists.models import Category
from insight import rules
from insight.board import Row, breach_of, listed, opens_on, with_numbers
from insight.queues import Moment, counts, reported
from insight.workbook import XLSX, Sheet
from insight.workbook import workbook as book_of
from jobs import rules as job_rules
from jobs.models import JobStatus
from jobs.rules import PAUSE_REASONS, RETURN_REASONS

__all__ = ["HEADINGS", "MOST_ROWS", "XLSX", "csv_lines", "file_name", "rows", "workbook"]

# A workbook beyond this is slow to open; narrower filters make two of it.
MOST_ROWS = 50_000
_AT_ONCE = 2000
_DUE_WORDS = {"late": "Late", "at_risk": "At risk", "on_time": "On time"}

HEADINGS = (
    *("Job", "Report", "What", "Severity", "Street", "Ward", "Organisation", "Team", "Given to", "State", "Due"),
    *("Time left", "Planned for", "Received", "Done", "Paused since", "Why", "Target", "Escalated", "Fixed before"),
    *("Note", "Longitude", "Latitude"),
)


def file_name(asked: Row, now: dt.datetime, ending: str) -> str:
    """``jobs-late-2026-11-22-1405.csv``, by the council's clock."""
    queue = asked.get("queue", "first")
    return f"jobs-{queue}-{timezone.localtime(now):%Y-%m-%d-%H%M}.{ending}"


def rows(person: Person, asked: Row, now: dt.datetime) -> Iterator[list[Any]]:
    """The cells of each job under `HEADINGS`: texts, numbers, local times and days; at most `MOST_ROWS`.

    Read in portions as they are taken, so that a long list is never held whole.
    """
    when = Moment.at(now)
    asked = with_numbers(asked)
    defects = reported(asked)
    queue = asked.get("queue") or opens_on(counts(person, asked, when, defects))
    labels = dict(Category.objects.values_list("code", "label"))
    found = listed(person, asked, queue, when, defects)[:MOST_ROWS]
    return (_cells(row, labels, now) for row in found.iterator(chunk_size=_AT_ONCE))


def _cells(row: Row, labels: dict[str, str], now: dt.datetime) -> list[Any]:
    reasons = {**PAUSE_REASONS, **RETURN_REASONS}
    why = row["open_pause__reason"] or (row["returned_reason"] if row["status"] == JobStatus.RETURNED else "")
    return [
        job_rules.reference(row["number"]),
        defect_rules.reference(row["defect__number"]),
        labels.get(row["defect__category_id"], row["defect__category_id"]),
        row["defect__severity"],
        row["defect__street_text"],
        row["defect__ward__name"] or "",
        row["organisation__short_name"],
        row["team__name"] or "",
        row["assigned_to__name"] or "",
        JobStatus(row["status"]).label,
        _local(row["due_at"]),
        _DUE_WORDS[breach_of(row, now)],
        row["planned_for"],
        _local(row["clock_started_at"]),
        _local(row["done_at"]),
        _local(row["paused_at"]),
        reasons.get(why, why),
        row["service_level__name"],
        row["escalated_level"] or None,
        row["defect__recurrence_count"] or None,
        row["defect__note"],
        round(row["defect__point"].x, 6),
        round(row["defect__point"].y, 6),
    ]


def _local(at: dt.datetime | None) -> dt.datetime | None:
    """The council's own clock, without a zone: spreadsheets know none."""
    return timezone.localtime(at).replace(tzinfo=None, microsecond=0) if at else None


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(found: Iterator[list[Any]]) -> Iterator[bytes]:
    """The file in portions. What looks like a formula is made harmless (`rules.harmless`)."""
    write = csv.writer(_Line()).writerow
    yield b"\xef\xbb\xbf" + str(write(HEADINGS)).encode()
    portion: list[str] = []
    for cells in found:
        portion.append(str(write([_as_text(cell) for cell in cells])))
        if len(portion) == _AT_ONCE:
            yield "".join(portion).encode()
            portion = []
    yield "".join(portion).encode()


def _as_text(cell: Any) -> Any:
    if isinstance(cell, str):
        return rules.harmless(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return "" if cell is None else cell


def workbook(found: Iterator[list[Any]]) -> IO[bytes]:
    """The workbook's bytes, to be read from their beginning."""
    return book_of([Sheet("Jobs", HEADINGS, found, wide=frozenset({"Note"}))])
