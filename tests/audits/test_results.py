"""What an audit comes to, and who may put their name to it when."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from audits.models import Answer, Audit, Participant, RevisitDay, SignOff
from audits.results import Counted, counted
from ledger.models import Entry
from tests import cast
from tests.insight import audited
from tests.insight.audited import Walked

pytestmark = pytest.mark.django_db


@pytest.fixture
def walked() -> Walked:
    """Olu the officer and Wendy the warden walked the estate; everything is answered."""
    found = audited.begun("estate-walk")
    found.answer_all()
    return found


def now_counted(walked: Walked) -> Counted:
    return counted(Audit.objects.get(pk=walked.audit.pk))


def result_of(walked: Walked, person: Person | None = None) -> dict[str, Any]:
    answer = cast.client_of(person or walked.officer).get(f"/api/audits/{walked.audit.pk}/result")
    assert answer.status_code == 200, answer.content
    shown: dict[str, Any] = answer.json()
    return shown


def sign(walked: Walked, person: Person | None = None, **more: Any) -> Any:
    """As the screen does: look at the result, then sign what was seen."""
    sent = {"content_hash": result_of(walked)["content_hash"], "note": "Seen by all", **more}
    client = cast.client_of(person or walked.officer)
    return client.post(f"/api/audits/{walked.audit.pk}/sign", sent, content_type="application/json")


def test_the_result_shows_its_arithmetic(walked: Walked) -> None:
    shown = result_of(walked)
    section = next(each for each in shown["sections"] if each["code"] == "S")
    scored = [line for line in section["lines"] if line["points"] is not None]
    assert sum(line["points"] for line in scored) == pytest.approx(section["points"])
    assert sum(line["weight"] for line in scored) == pytest.approx(section["out_of"])
    assert section["percent"] == pytest.approx(100 * section["points"] / section["out_of"], abs=0.06)
    assert any("points are" in words for words in section["because"])


def test_signing_keeps_who_when_and_what(walked: Walked) -> None:
    defect = walked.defect("FN-DAM")
    answer = sign(walked)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    audit = Audit.objects.get(pk=walked.audit.pk)
    assert (audit.state, audit.signed_by, audit.content_hash) == ("signed", walked.officer, shown["content_hash"])
    assert audit.result is not None and audit.result["overall"] == shown["overall"]
    assert shown["signed"]["by"]["name"] == "Olu Officer" and shown["signed"]["note"] == "Seen by all"
    # Red is walked again in eight weeks, amber in three months, green in twelve.
    assert audit.revisit_due_on is not None and audit.revisit_due_on > timezone.localdate()
    entry = Entry.objects.get(kind="audit.signed")
    version = audit.checklist_version
    assert version is not None
    assert (entry.data["content_hash"], entry.data["version_hash"]) == (audit.content_hash, version.content_hash)
    assert "Seen by all" not in str(entry.data) and str(defect.pk) not in str(entry.data)


@pytest.mark.parametrize(
    "change",
    ["another answer", "a note", "a restricted note", "a defect", "who took part", "somebody else's same answer first"],
)
def test_the_fingerprint_changes_with_what_it_stands_for(walked: Walked, change: str) -> None:
    before = now_counted(walked).content_hash
    assert now_counted(walked).content_hash == before, "and with nothing else"
    row = walked.answers["S1", ""]
    if change == "another answer":
        walked.answer("S1", "fail")
    elif change == "a note":
        Answer.objects.filter(pk=row.pk).update(note="Step 3 is loose")
    elif change == "a restricted note":
        Answer.objects.filter(pk=row.pk).update(restricted_note="Needles below it")
    elif change == "a defect":
        walked.defect("FN-DAM")
    elif change == "who took part":
        Participant.objects.create(
            id=uuid.uuid4(), audit=walked.audit, name="Pauline Person", added_by=walked.officer, at=timezone.now()
        )
    else:
        Answer.objects.filter(pk=row.pk).update(by=walked.warden)
    assert now_counted(walked).content_hash != before


def test_who_saw_something_else_does_not_sign(walked: Walked) -> None:
    seen = result_of(walked)["content_hash"]
    walked.answer("S1", "fail", by=walked.officer)
    answer = sign(walked, content_hash=seen)
    assert (answer.status_code, answer.json()["code"]) == (409, "audit_changed")
    assert Audit.objects.get(pk=walked.audit.pk).state == "walked"
    assert not SignOff.objects.exists() and not Entry.objects.filter(kind="audit.signed").exists()


def test_what_two_answered_differently_is_chosen_before_it_is_signed(walked: Walked) -> None:
    wendys = walked.answer("S2", "fail", by=walked.warden)
    assert [one["question"] for one in result_of(walked)["differs"]] == ["S2"]
    answer = sign(walked)
    assert (answer.status_code, answer.json()["code"]) == (409, "answers_differ")
    assert answer.json()["errors"][0]["field"] == "S2"
    walked.choose(wendys)
    shown = result_of(walked)
    assert shown["differs"] == []
    line = next(line for section in shown["sections"] for line in section["lines"] if line["question"] == "S2")
    assert (line["answer"], line["points"]) == ("Fail", 0)
    assert sign(walked).status_code == 200


def test_what_has_to_be_answered_is_named(walked: Walked) -> None:
    walked.answer("S1", None)
    assert [one["question"] for one in result_of(walked)["missing"]] == ["S1"]
    answer = sign(walked)
    assert (answer.status_code, answer.json()["code"]) == (409, "answers_missing")
    assert "Paths, steps and ramps" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("state", ["walking", "paused", "abandoned"])
def test_a_walk_that_is_not_finished_is_not_signed(walked: Walked, state: str) -> None:
    Audit.objects.filter(pk=walked.audit.pk).update(state=state)
    answer = sign(walked)
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")


def test_signing_twice_changes_nothing(walked: Walked) -> None:
    assert sign(walked).status_code == 200
    assert sign(walked, walked.manager).status_code == 409
    assert SignOff.objects.get().by == walked.officer


@pytest.mark.parametrize(("role", "allowed"), [("manager", True), ("warden", False), ("dispatcher", False)])
def test_who_leads_it_signs_it_or_an_officer_or_a_manager(walked: Walked, role: str, allowed: bool) -> None:
    answer = sign(walked, cast.person(role))
    assert answer.status_code == (200 if allowed else 403)
    assert SignOff.objects.exists() is allowed


def test_an_answer_that_comes_after_the_signature_counts_in_nothing(walked: Walked) -> None:
    assert sign(walked).status_code == 200
    before = result_of(walked)
    walked.answer("S4", "fail")  # would be an automatic fail
    walked.defect("CD-REA")
    after = result_of(walked)
    assert after["late_answers"] == 1
    assert {**after, "late_answers": 0} == before


def test_a_manager_opens_it_again_and_what_came_late_counts(walked: Walked) -> None:
    assert sign(walked).status_code == 200
    walked.answer("S4", "fail")
    path = f"/api/audits/{walked.audit.pk}/reopen"
    refused = cast.client_of(walked.officer).post(path, {"note": "A door"}, content_type="application/json")
    assert refused.status_code == 403
    opened = cast.client_of(walked.manager).post(path, {"note": "A door"}, content_type="application/json")
    assert opened.status_code == 200, opened.content
    assert (opened.json()["state"], opened.json()["signed"]) == ("walked", None)
    assert opened.json()["overall"]["grade"] == "red", "the late answer is an automatic fail"
    assert SignOff.objects.get().reopen_note == "A door"
    assert Entry.objects.filter(kind="audit.reopened").count() == 1
    assert sign(walked, walked.manager).status_code == 200
    assert SignOff.objects.filter(reopened_at=None).count() == 1 and SignOff.objects.count() == 2


def test_a_day_that_somebody_set_for_the_next_visit_stays(walked: Walked) -> None:
    day = timezone.localdate().replace(day=28)
    RevisitDay.objects.create(audit=walked.audit, on=day, note="School fair", by=walked.manager)
    assert sign(walked).json()["revisit_due_on"] == day.isoformat()


def test_better_or_worse_than_last_time(walked: Walked) -> None:
    assert sign(walked).status_code == 200
    again = audited.begun("estate-walk", started_at=timezone.now())
    again.answer_all()
    assert result_of(again)["compared"]["change"] == "same"
    again.answer("S4", "fail")
    shown = result_of(again)
    assert shown["compared"]["audit"]["id"] == str(walked.audit.pk)
    assert shown["compared"]["change"] == "worse"
    by_code = {section["code"]: section["compared"]["change"] for section in shown["sections"]}
    assert by_code["S"] == "worse" and by_code["C"] == "same"


def test_restricted_answers_are_shown_to_who_may_read_them() -> None:
    walked = audited.begun("full-eva")
    walked.answer_all()

    def codes(person: Person) -> set[str]:
        return {line["question"] for section in result_of(walked, person)["sections"] for line in section["lines"]}

    assert "F1" in codes(walked.officer) and "F1" in codes(walked.manager)
    assert "F1" not in codes(walked.warden)
    assert "B1" in codes(walked.warden)


def test_a_councillor_reads_no_result_and_a_crew_only_of_its_own_walks(walked: Walked) -> None:
    path = f"/api/audits/{walked.audit.pk}/result"
    assert cast.client_of(cast.person("councillor")).get(path).status_code == 403
    assert cast.client_of(cast.person("crew")).get(path).status_code == 404
