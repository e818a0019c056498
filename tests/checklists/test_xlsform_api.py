"""An officer brings a form in and takes one out; what has a fault leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from checklists.models import Checklist, ChecklistVersion
from tests.cast import EMS, client_of, person
from tests.checklists.forms import YES_NO, workbook

pytestmark = pytest.mark.django_db

HEADS = ("type", "name", "label", "relevant", "sightline::defect")
GOOD = workbook([HEADS, ("select_one yn", "lit", "Lit?"), ("text", "why", "Why not?", "${lit} = 'no'")], YES_NO)
BAD = workbook([HEADS, ("text", "why", "Why?", "${lit} = 'no'")])


def send(client: Client, data: bytes, name: str = "county walk.xlsx", **more: Any) -> Any:
    return client.post("/api/checklists/import", {"file": SimpleUploadedFile(name, data), **more})


@pytest.fixture
def officer() -> Client:
    return client_of(person("officer"))


def test_a_form_is_looked_at_first_and_then_becomes_a_draft(officer: Client) -> None:
    looked = send(officer, GOOD)
    assert looked.status_code == 200
    told = looked.json()
    assert (told["title"], told["faults"], told["dropped"], told["code"]) == ("county walk", [], [], None)
    assert [q["code"] for q in told["content"]["sections"][0]["questions"]] == ["lit", "why"]
    assert not Checklist.objects.exists()

    kept = send(officer, GOOD, dry="false").json()
    draft = ChecklistVersion.objects.get()
    assert kept["code"] == draft.checklist_id == "county-walk"
    assert (draft.state, draft.source, draft.content) == ("draft", "xlsform", told["content"])
    assert officer.get("/api/checklists/county-walk/versions/1").json()["source"] == "xlsform"


def test_a_form_with_a_fault_is_refused_and_nothing_is_kept(officer: Client) -> None:
    told = send(officer, BAD, dry="false").json()
    assert told["content"] is None and told["code"] is None
    assert [(f["sheet"], f["row"], f["column"], f["code"]) for f in told["faults"]] == [
        ("survey", 2, "D", "unknown_question")
    ]
    assert not Checklist.objects.exists()
    unreadable = send(officer, b"not a workbook", dry="false").json()
    assert [(f["row"], f["column"], f["code"]) for f in unreadable["faults"]] == [(None, None, "not_a_workbook")]
    assert not Checklist.objects.exists()


def test_a_defect_of_an_unknown_category_is_named_by_its_cell(officer: Client) -> None:
    told = send(officer, workbook([HEADS, ("text", "why", "Why?", None, "XX-NIL")])).json()
    assert [(f["row"], f["column"], f["code"]) for f in told["faults"]] == [(2, "E", "unknown_category")]


def test_a_form_edited_in_a_spreadsheet_becomes_the_next_draft(officer: Client) -> None:
    """Out, a change in a spreadsheet program, and in again: the same checklist, its draft."""
    code = send(officer, GOOD, dry="false").json()["code"]
    out = officer.get(f"/api/checklists/{code}/versions/1/xlsform")
    assert out.status_code == 200 and out["Content-Disposition"] == f'attachment; filename="{code}-1.xlsx"'
    first = ChecklistVersion.objects.get()
    again = send(officer, out.content, dry="false", code=code, based_on=first.content_hash).json()
    assert again["faults"] == [] and again["code"] == code
    assert ChecklistVersion.objects.get().content == first.content

    other = workbook([HEADS, ("text", "why", "Why?")])
    stale = send(officer, other, dry="false", code=code, based_on="0" * 64)
    assert stale.status_code == 409 and stale.json()["code"] == "draft_out_of_date"
    half = send(officer, GOOD, dry="false", code=code)
    assert half.status_code == 400 and half.json()["code"] == "invalid_input"


def test_the_librarys_checklists_are_handed_out_and_a_draft_with_faults_is_not(officer: Client) -> None:
    call_command("load_categories", verbosity=0)
    call_command("load_checklists", verbosity=0)
    for code in Checklist.objects.values_list("code", flat=True):
        assert officer.get(f"/api/checklists/{code}/versions/1/xlsform").content.startswith(b"PK")
    begun = officer.post("/api/checklists", {"title": "Empty"}, content_type="application/json").json()
    refused = officer.get(f"/api/checklists/{begun['code']}/versions/1/xlsform")
    assert refused.status_code == 422 and refused.json()["code"] == "checklist_faults"
    missing = officer.get("/api/checklists/empty/versions/9/xlsform")
    assert missing.status_code == 404 and missing.json()["code"] == "unknown_checklist"


def test_who_may_bring_a_form_in(officer: Client) -> None:
    for role in ("warden", "crew", "dispatcher", "councillor"):
        assert send(client_of(person(role)), GOOD).status_code == 403
    assert send(client_of(person("manager", of=EMS)), GOOD).status_code == 403
    too_large = send(officer, b"PK\x03\x04" + b"0" * 7_000_000)
    assert too_large.status_code == 413 and too_large.json()["code"] == "body_too_large"
    empty = officer.post("/api/checklists/import", {})
    assert empty.status_code == 400 and empty.json()["errors"][0]["field"] == "file"
