"""The eight checklists that Sightline brings: whole, in our own words, and of the standard form."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from checklists.checklist_library import read_checklists
from checklists.definition import check, read
from checklists.drawings import drawings, words_of
from checklists.library import LibraryNotGood, read_library
from checklists.models import Category
from checklists.versions import ChecklistVersion
from checklists.vocabulary import KINDS
from tests.cast import client_of, person

LIBRARY = {entry.code: entry.content for entry in read_checklists()}

# What the app asks by itself, and docs/eva.md says where.
ASKED_BY_THE_APP = {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "I3", "J1", "J3", "J4", "J6"}


def test_there_is_one_of_each_kind() -> None:
    assert sorted(content["kind"] for content in LIBRARY.values()) == sorted(set(KINDS) - {"other"})


@pytest.mark.parametrize("code", LIBRARY)
def test_every_checklist_names_categories_that_there_are(code: str) -> None:
    categories = {category.code for category in read_library().categories}
    assert check(LIBRARY[code], categories) == []


@pytest.mark.parametrize("code", LIBRARY)
def test_a_failed_answer_of_a_check_offers_a_defect_or_weighs(code: str) -> None:
    """A question that neither scores, offers a defect nor explains another would be work for nothing."""
    idle = [
        question.code
        for question in read(LIBRARY[code]).questions.values()
        if question.type == "pass_fail" and not question.weight and question.defect is None
    ]
    assert idle == []


def test_the_full_audit_asks_every_question_of_the_standard_form(shared_data: Path) -> None:
    form = json.loads((shared_data.parent / "domain/eva_checklist_and_defect_categories.json").read_text())
    standard = {question[0] for section in form["checklist"].values() for question in section}
    asked = {code.split("_")[0] for code in read(LIBRARY["full-eva"]).questions}
    assert len(standard) == 56
    assert standard - asked == ASKED_BY_THE_APP


def test_front_and_rear_doors_are_a_pair_and_either_fails_the_audit() -> None:
    for code, (front, rear) in {"full-eva": ("E1", "E2"), "communal-block": ("front", "rear")}.items():
        questions = read(LIBRARY[code]).questions
        assert questions[front].group == questions[rear].group != ""
        for door, category in ((front, "CD-FRT"), (rear, "CD-REA")):
            asked = questions[door]
            assert asked.required and asked.choice_of["fail"].fails
            assert asked.defect and (asked.defect.category, asked.defect.when) == (category, ("fail",))


def test_what_residents_must_not_read_is_restricted() -> None:
    questions = read(LIBRARY["full-eva"]).questions
    assert {code for code, each in questions.items() if each.restricted} == {
        "E8_address",
        "F1",
        "F1_note",
        "G10_plates",
    }


@pytest.mark.django_db
def test_the_command_needs_the_categories_and_then_publishes_all() -> None:
    Category.objects.all().delete()
    with pytest.raises(CommandError, match="Are the categories loaded"):
        call_command("load_checklists", stdout=StringIO())
    assert not ChecklistVersion.objects.exists()
    call_command("load_categories", stdout=StringIO())
    out = StringIO()
    call_command("load_checklists", stdout=out)
    call_command("load_checklists", stdout=out)
    call_command("load_checklists", check=True, stdout=out)
    said = out.getvalue()
    assert "8 published, 0 unchanged" in said
    assert "0 published, 8 unchanged" in said
    assert "The library is good: 8 checklists." in said
    assert ChecklistVersion.objects.filter(state="published", source="library").count() == 8


def test_a_file_that_is_wrong_is_named_with_its_line_and_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("title: One\nsections:\n  - code: S\n    title: [\n")
    (tmp_path / "two.yaml").write_text("title: Two\nsections: []\n")
    (tmp_path / "three.yaml").write_bytes(b"title: \xff\n")
    with pytest.raises(LibraryNotGood) as caught:
        read_checklists(tmp_path)
    told = [str(error) for error in caught.value.errors]
    assert any(line.startswith("one.yaml:5:") for line in told)
    assert "two.yaml:1: sections: Add a section with at least one question." in told
    assert "three.yaml:1: the file is not in UTF-8" in told
    with pytest.raises(LibraryNotGood, match="there is no checklist in it"):
        read_checklists(tmp_path / "nothing")


def test_every_example_is_a_drawing_of_the_library_and_says_what_it_shows() -> None:
    named = {
        (example.picture, example.words)
        for content in LIBRARY.values()
        for question in read(content).questions.values()
        for example in question.examples
    }
    assert {picture for picture, _ in named} == set(drawings())
    assert {(picture, words_of(picture)) for picture, _ in named} == named


@pytest.mark.django_db
def test_the_drawings_are_served_to_whoever_is_signed_in() -> None:
    client = client_of(person("warden"))
    answer = client.get("/api/checklists/pictures/boundary")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")
    assert client.get("/api/checklists/pictures/secrets").json()["code"] == "not_found"


def test_no_drawing_holds_anything_but_shapes() -> None:
    """They are shown as pictures; a script or an address from outside has no place in one."""
    for svg in drawings().values():
        assert not re.search(rb"<script|<foreignObject|\bon\w+=|href|url\(|@import", svg)
