"""Exposed wires in Mere Road: Carl makes them safe today, and the column is mended by its own target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect, DefectPhoto
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from news.models import NewsItem
from routing.models import ServiceLevel
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, minutes_ago, opened_earlier, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def carl() -> Person:
    return cast.person("crew")


@pytest.fixture
def two_targets() -> None:
    """Every service level says by when danger has to be gone: two clock hours."""
    ServiceLevel.objects.update(make_safe_clock="clock_hours", make_safe_amount=2, updated_at=timezone.now())


def the_two() -> tuple[Job, Job]:
    """A dangerous defect's job of making safe, and the one that finishes the work."""
    defect = defect_at(towns.ROAD, severity=1)
    return Job.objects.get(defect=defect, kind="make_safe"), Job.objects.get(defect=defect, kind="complete")


def refused(verb: Callable[..., Any], **asked: Any) -> Problem:
    with pytest.raises(Problem) as told, transaction.atomic():
        verb(**asked)
    return told.value


def statuses() -> dict[str, str]:
    return dict(Job.objects.exclude(status="cancelled").values_list("kind", "status"))


def close(person: Person, job: Job, **more: Any) -> Job:
    return actions.close_job(person=person, job_id=job.pk, at=timezone.now(), photos=[photo()], **more)


def row_of(defect: Defect) -> dict[str, Any]:
    row: dict[str, Any] = cast.client_of(cast.person("dispatcher")).get(f"/api/defects/{defect.pk}").json()
    return row


@pytest.mark.usefixtures("two_targets")
def test_danger_opens_two_jobs_with_one_clock_start_and_two_targets() -> None:
    safe, whole = the_two()

    assert safe.clock_started_at == whole.clock_started_at == safe.defect.received_at
    assert safe.due_at - safe.clock_started_at == dt.timedelta(hours=2)
    assert whole.due_at > safe.due_at
    assert (safe.organisation, safe.priority) == (whole.organisation, 1)
    opened = Entry.objects.get(kind="job.opened", subject_id=str(safe.pk))
    assert (opened.data["kind"], opened.data["beside"]) == ("make_safe", str(whole.pk))
    # The defect got one owner, once.
    assert Entry.objects.filter(kind="defect.routed").count() == 1
    row = row_of(safe.defect)
    assert (row["job"]["kind"], row["job"]["number"]) == ("make_safe", safe.reference)
    assert [(job["kind"], job["number"]) for job in row["jobs"]] == [
        ("complete", whole.reference),
        ("make_safe", safe.reference),
    ]


@pytest.mark.usefixtures("two_targets")
def test_where_there_is_no_danger_one_job_is_enough() -> None:
    assert job_at(towns.ROAD, severity=2).kind == "complete"


def test_where_the_service_level_has_no_such_target_one_job_is_enough() -> None:
    assert job_at(towns.ROAD, severity=1).kind == "complete"


@pytest.mark.usefixtures("two_targets")
def test_made_safe_resolves_nothing_and_the_finished_work_does(carl: Person) -> None:
    safe, whole = the_two()
    close(carl, safe, note="Taped and barriered")

    assert statuses() == {"make_safe": "done", "complete": "open"}
    assert Defect.objects.get().status == "routed"
    assert list(DefectPhoto.objects.values_list("role", flat=True)) == ["evidence"]
    assert Entry.objects.get(kind="job.done").data["kind"] == "make_safe"
    assert row_of(safe.defect)["job"]["number"] == whole.reference
    close(carl, whole, note="New column")

    assert statuses() == {"make_safe": "done", "complete": "done"}
    assert Defect.objects.get().status == "resolved"
    assert list(DefectPhoto.objects.order_by("pk").values_list("role", flat=True)) == ["evidence", "after"]
    actions.verify_defect(person=cast.person("warden"), defect_id=safe.defect_id, at=timezone.now())
    assert statuses() == {"make_safe": "verified", "complete": "verified"}


@pytest.mark.usefixtures("two_targets")
def test_what_is_repaired_at_once_is_safe(carl: Person) -> None:
    safe, whole = the_two()
    actions.pause_job(person=carl, job_id=safe.pk, at=minutes_ago(0), reason="no_access")
    close(carl, whole)

    assert statuses() == {"make_safe": "done", "complete": "done"}
    safe.refresh_from_db()
    assert (safe.done_by, safe.paused_at) == (carl, None)
    assert Entry.objects.get(kind="job.done", subject_id=str(safe.pk)).data["with"] == str(whole.pk)
    assert Defect.objects.get().status == "resolved"


@pytest.mark.usefixtures("two_targets")
def test_anothers_job_of_making_safe_is_not_needed_once_the_work_is_finished(town: towns.Town, carl: Person) -> None:
    safe, whole = the_two()
    given(safe, town.housing)
    close(carl, whole)

    assert sorted(Job.objects.values_list("kind", "status")) == [
        ("complete", "done"),
        ("make_safe", "cancelled"),
        ("make_safe", "cancelled"),
    ]
    assert Defect.objects.get().status == "resolved"


def given(job: Job, organisation: Any) -> None:
    body = {"action": "reroute", "job_ids": [str(job.pk)], "organisation_id": str(organisation.pk)}
    desk = cast.client_of(cast.person("dispatcher"))
    answer = desk.post("/api/jobs/bulk", body, content_type="application/json")
    assert answer.json()["refused"] == [], answer.json()


@pytest.mark.usefixtures("two_targets")
def test_the_two_can_be_with_two_organisations(town: towns.Town, carl: Person) -> None:
    safe, whole = the_two()
    given(whole, town.housing)

    defect = Defect.objects.get()
    assert defect.owner_organisation == town.housing
    close(carl, safe)
    assert Defect.objects.get().status == "routed"
    close(cast.person("crew", of=cast.HOUSING), Job.objects.get(organisation=town.housing))
    assert Defect.objects.get().status == "resolved"


@pytest.mark.usefixtures("two_targets")
def test_who_hands_one_back_hands_back_both_and_the_dispatcher_is_asked_once(carl: Person) -> None:
    dina = cast.person("dispatcher")
    safe, whole = the_two()
    assert any(item.words.startswith("Make safe by ") for item in NewsItem.objects.of(carl))
    actions.return_job(person=carl, job_id=safe.pk, at=timezone.now(), reason="not_ours")
    work()

    assert statuses() == {"make_safe": "returned", "complete": "returned"}
    assert Defect.objects.get().status == "open"
    assert Entry.objects.filter(kind="defect.triaged").count() == 1
    assert [item.kind for item in NewsItem.objects.of(dina)] == ["job_returned"]
    row = next(iter(cast.client_of(dina).get("/api/triage").json()["results"]))
    assert row["job"]["status"] == "returned"
    # Two jobs that were handed back as one are one hand-back: nobody is sent for the manager.
    assert Entry.objects.filter(kind="defect.ping_pong").count() == 0
    actions.route_by_hand(
        person=dina,
        defect_id=safe.defect_id,
        organisation_id=cast.organisation(cast.HOUSING).pk,
        service_level_code=whole.service_level.code,
    )
    assert sorted(Job.objects.unfinished().values_list("kind", flat=True)) == ["complete", "make_safe"]


@pytest.mark.usefixtures("two_targets")
def test_another_organisation_goes_on_though_the_rest_was_handed_back(town: towns.Town, carl: Person) -> None:
    safe, whole = the_two()
    given(whole, town.housing)
    actions.return_job(person=carl, job_id=safe.pk, at=timezone.now(), reason="no_access")

    assert Defect.objects.get().status == "open"
    assert statuses()["complete"] == "open"
    # Housing finishes it while the dispatcher still thinks: nothing is left to decide.
    close(cast.person("crew", of=cast.HOUSING), Job.objects.get(organisation=town.housing))
    defect = Defect.objects.get()
    assert (defect.status, defect.owner_organisation, defect.triage_reason) == ("resolved", town.housing, "")


@pytest.mark.usefixtures("two_targets")
def test_not_fixed_opens_the_job_that_finishes_the_work_again(carl: Person) -> None:
    safe, whole = the_two()
    close(carl, safe)
    close(carl, whole)
    actions.dispute_defect(person=cast.person("warden"), defect_id=safe.defect_id, at=timezone.now())

    assert statuses() == {"make_safe": "done", "complete": "open"}


def test_a_crew_that_came_to_mend_makes_safe_and_comes_back(carl: Person) -> None:
    """Nobody had asked for a job of making safe: the visit is kept as one."""
    job = opened_earlier(job_at(towns.ROAD), 3)
    actions.split_job(person=carl, job_id=job.pk, at=minutes_ago(10), photos=[photo()], note="Tree is off the wire")

    safe = Job.objects.get(kind="make_safe")
    job.refresh_from_db()
    assert (safe.status, safe.done_by, safe.organisation) == ("done", carl, job.organisation)
    assert safe.clock_started_at == job.clock_started_at
    assert (job.status, job.assigned_to, job.latest_note) == ("accepted", carl, "Tree is off the wire")
    assert Defect.objects.get().status == "routed"
    split = Entry.objects.get(kind="job.split")
    assert (split.subject_id, split.data["make_safe"]) == (str(job.pk), str(safe.pk))
    assert Entry.objects.get(kind="job.done").subject_id == str(safe.pk)
    assert "Made safe; the work that is left goes on" in [line["words"] for line in row_of(job.defect)["story"]]
    # Once is enough, and the finished work is still the crew's to close.
    problem = refused(actions.split_job, person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])
    assert (problem.code, safe.reference in str(problem.detail)) == ("transition_not_allowed", True)
    close(carl, job)
    assert Defect.objects.get().status == "resolved"


@pytest.mark.usefixtures("two_targets")
@pytest.mark.parametrize("named", ["make_safe", "complete"])
def test_made_safe_closes_the_job_that_asked_for_it(carl: Person, named: str) -> None:
    the_two()
    job = Job.objects.get(kind=named)
    sent = cast.operation(
        "split_job",
        {
            "job_id": str(job.pk),
            "at": timezone.now().isoformat(),
            "make_safe": True,
            "note": "Fenced off",
            "photos": [photo_of_a_phone()],
        },
        based_on=job.version,
    )
    [result] = cast.push(carl, sent)

    assert (result["status"], result["subject"]["number"]) == ("applied", job.reference)
    assert statuses()["make_safe"] == "done"
    assert statuses()["complete"] in {"open", "accepted"}
    assert Defect.objects.get().status == "routed"
    [again] = cast.push(carl, sent)
    assert again["status"] == "repeated"
    assert Job.objects.count() == 2


def photo_of_a_phone() -> dict[str, Any]:
    told = photo()
    return {**told, "id": str(told["id"]), "taken_at": told["taken_at"].isoformat()}


def test_made_safe_needs_a_photo_that_shows_it(carl: Person) -> None:
    job = job_at(towns.ROAD)
    problem = refused(actions.split_job, person=carl, job_id=job.pk, at=timezone.now(), photos=[])

    assert (problem.code, problem.detail) == ("after_photo_required", "Take a photo that shows that it is safe now.")
    assert Job.objects.get().version == 1


def test_closing_twice_is_refused_and_changes_nothing(carl: Person) -> None:
    job = job_at(towns.ROAD)
    close(carl, job)
    done = Job.objects.values().get()
    problem = refused(actions.close_job, person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])

    assert problem.code == "transition_not_allowed"
    assert Job.objects.values().get() == done
    assert DefectPhoto.objects.count() == 1


@pytest.mark.usefixtures("two_targets")
def test_the_database_holds_one_unfinished_job_of_a_kind() -> None:
    safe, _ = the_two()
    safe.pk, safe.number = None, safe.number + 100
    with pytest.raises(IntegrityError, match="job_one_unfinished_of_a_kind"), transaction.atomic():
        safe.save(force_insert=True)


@pytest.mark.usefixtures("two_targets")
def test_a_merge_takes_both_jobs_away_and_moves_both_clocks(carl: Person) -> None:
    first, second = defect_at(towns.ROAD, severity=1), defect_at(towns.ROAD, severity=1)
    Defect.objects.filter(pk=first.pk).update(received_at=minutes_ago(60))
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=first.pk, into_id=second.pk)

    assert set(Job.objects.filter(defect=first).values_list("status", flat=True)) == {"cancelled"}
    started = {job.kind: job.clock_started_at for job in Job.objects.filter(defect=second)}
    assert started["make_safe"] == started["complete"] == Defect.objects.get(pk=first.pk).received_at


@pytest.mark.usefixtures("two_targets")
def test_the_crews_phone_holds_both_and_the_wardens_sees_the_one_that_matters(carl: Person) -> None:
    safe, whole = the_two()
    crew = cast.client_of(carl).get("/api/sync/changes").json()
    assert {row["number"]: row["kind"] for row in crew["jobs"]} == {
        safe.reference: "make_safe",
        whole.reference: "complete",
    }
    close(carl, safe)
    later = cast.client_of(carl).get("/api/sync/changes").json()
    assert {row["number"]: row["status"] for row in later["jobs"]} == {safe.reference: "done", whole.reference: "open"}
    warden = cast.client_of(cast.person("warden")).get("/api/sync/changes").json()
    assert warden["defects"][0]["job"]["number"] == whole.reference


@pytest.mark.usefixtures("two_targets")
def test_a_late_close_of_making_safe_is_taken_as_making_safe(town: towns.Town, carl: Person) -> None:
    """Carl made it safe without signal while the desk gave that job to Housing."""
    safe, _ = the_two()
    seen = safe.version
    given(safe, town.housing)
    payload = {"job_id": str(safe.pk), "at": timezone.now().isoformat(), "photos": [photo_of_a_phone()]}
    sent = cast.operation("close_job", payload, based_on=seen)
    [result] = cast.push(carl, sent)
    assert (result["status"], result["code"]) == ("conflict", "changed_meanwhile")

    dina = cast.client_of(cast.person("dispatcher"))
    shown = dina.get(f"/api/conflicts/{sent['id']}").json()
    theirs = Job.objects.get(organisation=town.housing, status="open")
    assert theirs.reference in shown["take_does"]
    assert "is made safe; the work that is left goes on" in shown["take_does"]
    answer = dina.post(f"/api/conflicts/{sent['id']}/decide", {"decision": "take"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    work()
    assert statuses() == {"make_safe": "done", "complete": "open"}
    assert Defect.objects.get().status == "routed"
