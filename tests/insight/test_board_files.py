"""The board's list as CSV and as a workbook: all of it, in its order, and nothing in it runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Person
from insight import board_export, rules
from jobs.models import Job
from tests import cast
from tests.insight.borough import Borough

pytestmark = pytest.mark.django_db

NASTY = ['=HYPERLINK("http://evil","go")', "+44 7700 900123", "-2 panels", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1"]


def fetch(ending: str, who: Person | None = None, **asked: Any) -> Any:
    answer = cast.client_of(who or cast.person("dispatcher")).get(f"/api/board/jobs.{ending}", asked)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="jobs-')
    return b"".join(answer.streaming_content)


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_workbook(content: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@pytest.fixture
def late(borough: Borough) -> list[Job]:
    """As many late jobs as there are nasty notes, and one that is not late."""
    borough.job(borough.housing, started_h=1, due_h=30)
    made = [borough.job(borough.ems, started_h=60, due_h=-30 + n) for n in range(len(NASTY))]
    for job, note in zip(made, NASTY, strict=True):
        job.defect.note, job.defect.street_text = note, "Märe, Road “9”\nrear"
        job.defect.save()
    return made


def test_both_files_hold_what_the_board_shows_in_its_order(late: list[Job]) -> None:
    shown = cast.client_of(cast.person("dispatcher")).get("/api/board", {"queue": "late"}).json()["rows"]
    expected = [row["number"] for row in shown]
    assert len(expected) == len(late)
    assert [row["Job"] for row in read_csv(fetch("csv", queue="late"))] == expected
    assert [row["Job"] for row in read_workbook(fetch("xlsx", queue="late"))] == expected


def test_text_survives_a_round_trip_and_none_of_it_is_a_formula(late: list[Job]) -> None:
    for row, note in zip(read_csv(fetch("csv", queue="late")), NASTY, strict=True):
        assert row["Note"] == f"'{note}"
        assert row["Street"] == "Märe, Road “9”\nrear"
    for cells, note in zip(read_workbook(fetch("xlsx", queue="late")), NASTY, strict=True):
        assert cells["Note"] == note
        assert cells["Street"] == "Märe, Road “9”\nrear"


def test_times_are_the_councils_own_and_numbers_are_numbers(late: list[Job]) -> None:
    local = timezone.localtime(late[0].due_at).replace(tzinfo=None, microsecond=0)
    first = read_workbook(fetch("xlsx", queue="late"))[0]
    assert abs(first["Due"] - local) < dt.timedelta(seconds=2)
    assert (first["Severity"], first["Longitude"], first["Time left"]) == (3, 1.6, "Late")
    assert read_csv(fetch("csv", queue="late"))[0]["Due"] == f"{local:%Y-%m-%d %H:%M}"


def test_filters_and_who_asks_decide_what_is_in_the_file(late: list[Job]) -> None:
    assert len(read_csv(fetch("csv", queue="all", q=late[2].reference))) == 1
    assert read_csv(fetch("csv", cast.person("dispatcher", of=cast.HOUSING), queue="late")) == []
    assert len(read_workbook(fetch("xlsx", cast.person("manager", of=cast.HOUSING), queue="all"))) == 1


def test_a_control_character_breaks_no_workbook(late: list[Job]) -> None:
    late[0].defect.note = "Bell \x07 rung"
    late[0].defect.save()
    assert read_workbook(fetch("xlsx", queue="late"))[0]["Note"] == "Bell  rung"


def test_a_file_ends_where_it_is_said_to(late: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_export, "MOST_ROWS", 3)
    assert len(read_csv(fetch("csv", queue="late"))) == 3


def test_an_empty_list_is_a_file_with_headings(borough: Borough) -> None:
    assert fetch("csv", queue="late").decode("utf-8-sig").startswith("Job,Report,What")
    assert read_workbook(fetch("xlsx", queue="late")) == []


@pytest.mark.parametrize("text", ["Mere Road", "9 Mere Road", "J-0007", "", "a=b", "1-2"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert rules.harmless(text) == text


@pytest.mark.parametrize(
    ("words", "means"),
    [("J-0007", ("J", 7)), ("d12", ("D", 12)), ("0012", ("", 12)), ("12a", None), ("Mere Road", None), ("", None)],
)
def test_a_number_is_told_from_words(words: str, means: tuple[str, int] | None) -> None:
    assert rules.reference_of(words) == means
