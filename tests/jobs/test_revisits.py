"""Olu walks an area again: what is open is asked about once, and what she says has its consequences, once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Action, Audit, Carried, Defect, DefectPhoto, Judgement
from audits.results import counted
from audits.revisit_serializers import carried_rows, open_item_rows
from audits.revisiting import judge_carried, open_items, still_there
from jobs import actions as jobs
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from tests import cast, towns
from tests.audits import walked
from tests.jobs.stories import minutes_ago, opened_earlier, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def first() -> Audit:
    return walked.audit(days_ago=60)


def says(outcome: str, of: Defect | Action, in_audit: Audit, **more: Any) -> Judgement:
    """Olu stands before it; what follows is done."""
    kind = "defect" if isinstance(of, Defect) else "action"
    values = {"person": cast.person("officer"), "at": timezone.now(), **more}
    judgement = judge_carried(audit_id=in_audit.pk, source_kind=kind, source_id=of.pk, outcome=outcome, **values)
    work()
    return judgement


def fixed(defect: Defect) -> Job:
    """Carl's crew says that it is done."""
    job = opened_earlier(Job.objects.get(defect=defect), 2)
    return jobs.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])


def kinds_of(defect: Defect) -> list[str]:
    entries = Entry.objects.filter(subject_kind="defect", subject_id=str(defect.pk)).order_by("sequence")
    return [entry.kind for entry in entries]


# What is carried


def test_a_revisit_carries_what_is_open_in_the_order_in_which_it_was_found(first: Audit) -> None:
    fence, bags = walked.defect(first), walked.defect(first, category="FT-GEN", place=towns.east_of(towns.ROAD, 60))
    hedge = walked.action(first)
    second = walked.revisit(first)

    rows = carried_rows(second)
    assert [row["number"] for row in rows] == [fence.reference, bags.reference, hedge.reference]
    assert {row["outcome"] for row in rows} == {""}
    assert [row["source_kind"] for row in rows] == ["defect", "defect", "action"]
    assert rows[0]["asked"] == "What is it like now?"
    assert rows[0]["found_in"] == {"id": str(first.pk), "number": first.reference}


def test_a_phone_can_begin_without_signal_by_the_rows_of_the_earlier_audit(first: Audit) -> None:
    walked.defect(first)
    walked.action(first)
    offline = open_item_rows(first)
    second = walked.revisit(first)
    assert [(row["source_kind"], row["source_id"]) for row in carried_rows(second)] == [
        (row["source_kind"], row["source_id"]) for row in offline
    ]
    assert [set(row) for row in carried_rows(second)] == [set(row) for row in offline]


def test_a_revisit_of_a_revisit_carries_what_is_still_open_once(first: Audit) -> None:
    fence = walked.defect(first)
    second = walked.revisit(first, days_ago=30, state="signed")
    says("not_done", fence, second)
    lamp = walked.defect(second, category="LI-OUT", place=towns.east_of(towns.ROAD, 80))
    third = walked.revisit(second)

    assert [row["source_id"] for row in carried_rows(third)] == [str(fence.pk), str(lamp.pk)]
    assert Carried.objects.filter(defect=fence).count() == 2, "once for each of the two re-visits"


def test_what_was_seen_fixed_dropped_or_joined_to_another_is_not_asked_again(first: Audit) -> None:
    seen, again = walked.defect(first), walked.defect(first, place=towns.east_of(towns.ROAD, 70))
    fixed(seen)
    jobs.verify_defect(person=cast.person("warden"), defect_id=seen.pk, at=timezone.now())
    walked.action(first, "Paint the garages", state="dropped")
    kept = walked.defect(first, place=towns.east_of(towns.ROAD, 75))
    Defect.objects.filter(pk=again.pk).update(status="duplicate", duplicate_of=kept)

    assert [item.id for item in open_items(first)] == [kept.pk]


def test_an_action_that_stands_for_a_defect_is_asked_about_as_the_defect(first: Audit) -> None:
    fence = walked.defect(first)
    walked.action(first, "Mend the fence", source="defect", defect=fence)
    assert [item.id for item in open_items(first)] == [fence.pk]


# What is said, and what follows


def test_what_was_fixed_meanwhile_is_asked_as_done_and_verified_when_it_is(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    second = walked.revisit(first)
    [row] = carried_rows(second)
    assert (row["said_done"], row["asked"]) == (True, "EMS say it is done. Is it?")
    assert len(row["photos_after"]) == 1

    says("done", fence, second, photos=[photo()])
    fence.refresh_from_db()
    job.refresh_from_db()
    assert (fence.status, job.status) == ("verified", "verified")
    [row] = carried_rows(second)
    assert (row["outcome"], row["said_done"], len(row["photos"])) == ("done", True, 1)
    assert len(row["photos_after"]) == 1, "the crew's photo, not the one of the re-visit"
    assert DefectPhoto.objects.filter(defect=fence, role="after").count() == 2


def test_not_done_disputes_the_job_and_opens_it_again_exactly_once(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    second = walked.revisit(first)
    says("not_done", fence, second, note="Two panels still out")
    says("not_done", fence, second, person=cast.person("warden"), note="I see the same")

    fence.refresh_from_db()
    job.refresh_from_db()
    assert (fence.status, job.status, job.reopened_count) == ("routed", "open", 1)
    assert job.latest_note == "Two panels still out"
    assert kinds_of(fence).count("defect.disputed") == 1
    assert kinds_of(fence)[-1] == "defect.seen_again"
    assert Entry.objects.filter(kind="job.reopened").count() == 1


def test_not_done_long_after_it_was_said_to_be_done_is_a_new_decision(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    long_ago = timezone.now() - dt.timedelta(days=90)
    Defect.objects.filter(pk=fence.pk).update(resolved_at=long_ago)
    says("not_done", fence, walked.revisit(first))

    job.refresh_from_db()
    fence.refresh_from_db()
    assert (job.status, fence.status) == ("done", "open")
    assert "fixed" in fence.triage_reason
    assert Defect.objects.in_triage().get().pk == fence.pk


def test_an_open_job_is_closed_by_the_photo_that_shows_it_done(first: Audit) -> None:
    fence = walked.defect(first)
    says("done", fence, walked.revisit(first), photos=[photo()])
    fence.refresh_from_db()
    job = Job.objects.get(defect=fence)
    assert (fence.status, job.status, job.done_by) == ("verified", "verified", cast.person("officer"))


def test_done_without_a_photo_leaves_an_open_job_to_its_crew(first: Audit) -> None:
    fence = walked.defect(first)
    says("done", fence, walked.revisit(first), note="Looks new")
    fence.refresh_from_db()
    assert (fence.status, Job.objects.get(defect=fence).status) == ("routed", "open")
    assert fence.notes.get().text == "Looks new"
    assert kinds_of(fence)[-1] == "defect.evidence_added"


def test_worse_raises_the_severity_by_one_step_for_the_desk_to_see(first: Audit) -> None:
    fence = walked.defect(first, severity=3)
    second = walked.revisit(first)
    says("worse", fence, second, note="Now all of it")
    says("worse", fence, second, person=cast.person("warden"))

    fence.refresh_from_db()
    assert fence.severity == 2
    [entry] = Entry.objects.filter(kind="defect.amended", subject_id=str(fence.pk))
    assert entry.data["severity"] == {"was": 3, "is": 2}


def test_worse_of_what_was_said_to_be_done_disputes_it_too(first: Audit) -> None:
    fence = walked.defect(first, severity=2)
    job = fixed(fence)
    says("worse", fence, walked.revisit(first))
    fence.refresh_from_db()
    job.refresh_from_db()
    assert (fence.severity, fence.status, job.status) == (1, "routed", "open")


def test_removed_on_purpose_ends_the_work_with_its_reason(first: Audit) -> None:
    bench = walked.defect(first)
    second = walked.revisit(first)
    with pytest.raises(Problem) as told:
        says("removed_on_purpose", bench, second)
    assert (told.value.code, told.value.errors[0]["field"]) == ("invalid_input", "payload.note")
    assert Judgement.objects.count() == 0

    says("removed_on_purpose", bench, second, note="Taken out in March, by the tenants' wish")
    bench.refresh_from_db()
    assert (bench.status, Job.objects.get(defect=bench).status) == ("rejected", "cancelled")
    assert bench.notes.get().text == "Taken out in March, by the tenants' wish"
    assert open_items(second) == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("done", "done"), ("not_done", "not_done"), ("worse", "not_done"), ("removed_on_purpose", "removed_on_purpose")],
)
def test_an_action_gets_the_state_that_was_seen_with_its_reason(first: Audit, outcome: str, state: str) -> None:
    hedge = walked.action(first)
    says(outcome, hedge, walked.revisit(first), note="As agreed with the residents")
    hedge.refresh_from_db()
    assert (hedge.state, hedge.progress_note) == (state, "As agreed with the residents")
    assert (hedge.done_on is not None) == (state == "done")


def test_an_action_that_its_owner_calls_done_is_asked_until_somebody_has_seen_it(first: Audit) -> None:
    hedge = walked.action(first, state="done")
    second = walked.revisit(first, days_ago=30, state="signed")
    assert [row["said_done"] for row in carried_rows(second)] == [True]
    says("done", hedge, second)
    assert open_items(second) == []


def test_what_is_still_there_counts_in_the_result_of_the_revisit(first: Audit) -> None:
    fence, gate, lamp = (walked.defect(first, place=towns.east_of(towns.ROAD, metres)) for metres in (0, 60, 120))
    second = walked.revisit(first)
    says("done", fence, second, photos=[photo()])
    says("worse", gate, second)
    assert {each.pk for each in still_there(second)} == {gate.pk, lamp.pk}, "nobody looked at the lamp"
    fixed(lamp)
    assert [each.pk for each in still_there(second)] == [gate.pk]
    gate.refresh_from_db()
    assert counted(second).result["defect_points"]["by_severity"][str(gate.severity)] == 1


# Phones that were offline


def test_the_word_that_was_said_last_holds_though_it_came_first(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    second = walked.revisit(first, days_ago=1)
    says("not_done", fence, second, at=minutes_ago(5))
    says("done", fence, second, at=minutes_ago(50), person=cast.person("warden"), note="Looked fine at noon")

    job.refresh_from_db()
    assert (job.status, job.reopened_count) == ("open", 1)
    [row] = carried_rows(second)
    assert (row["outcome"], row["differs"]) == ("not_done", True)
    assert [(each["by"]["name"], each["outcome"]) for each in row["judged"]] == [
        ("Wendy Warden", "done"),
        ("Olu Officer", "not_done"),
    ]


def test_what_was_settled_while_the_phone_was_offline_can_still_be_judged(first: Audit) -> None:
    """The phone carried it by what it knew; the server found nothing open any more when the re-visit began."""
    fence = walked.defect(first)
    fixed(fence)
    jobs.verify_defect(person=cast.person("warden"), defect_id=fence.pk, at=timezone.now())
    second = walked.revisit(first)
    assert carried_rows(second) == []

    says("not_done", fence, second, note="It fell down again")
    fence.refresh_from_db()
    assert fence.status == "routed"
    [row] = carried_rows(second)
    assert (row["outcome"], row["note"]) == ("not_done", "It fell down again")


def test_a_thing_of_another_area_is_not_carried(first: Audit, town: towns.Town) -> None:
    elsewhere = walked.defect(walked.audit(town.spencer), place=towns.IN_SPENCER)
    with pytest.raises(Problem) as told:
        says("done", elsewhere, walked.revisit(first))
    assert told.value.code == "not_carried"
    with pytest.raises(Problem) as told:
        judge_carried(
            person=cast.person("officer"),
            audit_id=uuid.UUID(cast.new_id()),
            source_kind="defect",
            source_id=elsewhere.pk,
            outcome="done",
            at=timezone.now(),
        )
    assert told.value.code == "unknown_audit"


def test_a_reaction_that_runs_twice_does_nothing_twice(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    said = says("not_done", fence, walked.revisit(first))
    from jobs.revisits import follow_judgement

    follow_judgement(judgement_id=said.pk)
    job.refresh_from_db()
    assert (job.status, job.reopened_count) == ("open", 1)


# From the phone to the job


def test_a_warden_begins_a_revisit_on_the_phone_and_judges_what_it_carries(first: Audit) -> None:
    fence = walked.defect(first)
    job = fixed(fence)
    warden = cast.person("warden")
    audit_id, now = cast.new_id(), timezone.now().isoformat()
    begun = {
        "audit_id": audit_id,
        "checklist": "estate-walk",
        "checklist_version": 1,
        "started_at": now,
        "area_id": str(first.area_id),
        "risk": {"done": True},
        "revisit_of": str(first.pk),
    }
    said = {
        "audit_id": audit_id,
        "source_kind": "defect",
        "source_id": str(fence.pk),
        "outcome": "not_done",
        "note": "Still two panels out",
        "at": now,
        "photos": [{**photo(), "id": cast.new_id(), "taken_at": now}],
    }
    judged = cast.operation("judge_carried", said)
    results = cast.push(warden, cast.operation("begin_audit", begun), judged, judged)
    assert [result["status"] for result in results] == ["applied", "applied", "repeated"], results
    work()

    job.refresh_from_db()
    assert (job.status, job.reopened_count) == ("open", 1)
    told = cast.client_of(warden).get(f"/api/audits/{audit_id}").json()
    [row] = told["carried"]
    assert (row["outcome"], row["note"], row["by"]["name"]) == ("not_done", "Still two panels out", "Wendy Warden")
    assert len(row["photos"]) == 1
    assert told["revisit_of"] == {"id": str(first.pk), "number": first.reference}
    [entry] = Entry.objects.filter(kind="carried.judged")
    assert (entry.subject_kind, entry.subject_id, entry.data["outcome"]) == ("audit", audit_id, "not_done")


def test_the_phone_is_told_when_something_happens_to_what_is_carried(first: Audit) -> None:
    fence = walked.defect(first)
    second = walked.revisit(first, led_by=cast.person("warden"))

    def version() -> int:
        held = cast.client_of(cast.person("warden")).get("/api/audits/mine").json()["audits"]
        return next(row["version"] for row in held if row["id"] == str(second.pk))

    before = version()
    fixed(fence)
    after_repair = version()
    says("not_done", fence, second)
    assert before < after_repair < version()
