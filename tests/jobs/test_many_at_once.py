"""Dina changes many jobs at once and takes it back; each job says what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect, DefectNote
from jobs import actions
from jobs.models import BulkChange, Job, JobPause
from ledger.models import Entry
from routing import book
from routing.book import council_day
from tests import cast, towns
from tests.jobs.stories import job_at, minutes_ago, opened_earlier, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def dina() -> Person:
    return cast.person("dispatcher")


@pytest.fixture
def housing() -> Any:
    return cast.organisation(cast.HOUSING)


def ask(somebody: Person, action: str, jobs: list[Job], **more: Any) -> Any:
    body = {"action": action, "job_ids": [str(job.pk) for job in jobs], **more}
    return cast.client_of(somebody).post("/api/jobs/bulk", body, content_type="application/json")


def undo(somebody: Person, answer: Any) -> Any:
    path = f"/api/jobs/bulk/{answer.json()['id']}/undo"
    return cast.client_of(somebody).post(path, {}, content_type="application/json")


def three_jobs() -> list[Job]:
    """Three jobs at EMS, two hours old, apart from each other."""
    return [opened_earlier(job_at(towns.east_of(towns.ROAD, 200 * n)), 2) for n in range(3)]


def kinds_of(job: Job) -> list[str]:
    return list(Entry.objects.filter(subject_id=str(job.pk)).order_by("sequence").values_list("kind", flat=True))


def test_jobs_are_given_to_somebody_else_and_their_clock_goes_on(dina: Person, housing: Any) -> None:
    jobs = three_jobs()
    answer = ask(dina, "reroute", jobs, organisation_id=str(housing.pk), note="Their land since June")

    assert answer.status_code == 200, answer.content
    assert answer.json()["refused"] == []
    assert {row["id"] for row in answer.json()["done"]} == {str(job.pk) for job in jobs}
    for row in answer.json()["done"]:
        old, new = Job.objects.get(pk=row["id"]), Job.objects.get(pk=row["new"]["id"])
        assert (old.status, new.status, new.organisation_id) == ("cancelled", "open", housing.pk)
        assert (new.clock_started_at, new.service_level) == (old.clock_started_at, old.service_level)
        assert new.due_at == book.current().target(old.service_level, old.clock_started_at).due_at
        assert old.reference in new.route_reason
        assert kinds_of(old)[-1] == "job.rerouted"
        assert kinds_of(new) == ["job.opened"]
        assert new.defect.owner_organisation_id == housing.pk
    assert DefectNote.objects.filter(text="Their land since June").count() == 3


def test_what_cant_be_changed_is_refused_with_words_and_the_rest_is_done(dina: Person, housing: Any) -> None:
    first, second, third = three_jobs()
    actions.close_job(person=cast.person("crew"), job_id=second.pk, at=timezone.now(), photos=[photo()])
    nobody_knows = Job(id=uuid.uuid4(), number=9999)
    asked = [first, second, third, nobody_knows]
    answer = ask(dina, "reroute", asked, organisation_id=str(housing.pk)).json()

    assert {row["id"] for row in answer["done"]} == {str(first.pk), str(third.pk)}
    refused = {row["id"]: row for row in answer["refused"]}
    assert refused[str(second.pk)]["code"] == "transition_not_allowed"
    assert f"{second.reference} is “Done” by now" in refused[str(second.pk)]["detail"]
    assert (refused[str(nobody_knows.pk)]["code"], refused[str(nobody_knows.pk)]["number"]) == ("unknown_job", None)
    second.refresh_from_db()
    assert second.status == "done"
    # A second time there is nothing left to give away.
    assert {row["code"] for row in ask(dina, "reroute", asked, organisation_id=str(housing.pk)).json()["refused"]} == {
        "transition_not_allowed",
        "unknown_job",
    }


def test_a_version_that_has_moved_on_is_refused(dina: Person) -> None:
    first, second, _ = three_jobs()
    seen = {str(first.pk): first.version, str(second.pk): second.version}
    actions.accept_job(person=cast.person("crew"), job_id=first.pk, at=timezone.now())
    until = (council_day(timezone.now()) + dt.timedelta(days=3)).isoformat()
    answer = ask(dina, "defer", [first, second], until=until, versions=seen).json()

    assert [row["id"] for row in answer["done"]] == [str(second.pk)]
    assert [(row["id"], row["code"]) for row in answer["refused"]] == [(str(first.pk), "changed_meanwhile")]


def test_putting_off_moves_no_due_time(dina: Person) -> None:
    jobs = three_jobs()
    day = council_day(timezone.now()) + dt.timedelta(days=3)
    ask(dina, "defer", jobs, until=day.isoformat(), note="After the market")

    for job in jobs:
        due_at = job.due_at
        job.refresh_from_db()
        assert (job.planned_for, job.due_at, job.latest_note) == (day, due_at, "After the market")
        assert kinds_of(job)[-1] == "job.deferred"
    row = cast.client_of(dina).get(f"/api/jobs/{jobs[0].pk}").json()
    assert row["planned_for"] == day.isoformat()
    ask(dina, "defer", jobs, until=None)
    assert set(Job.objects.values_list("planned_for", flat=True)) == {None}


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_is_over_or_years_away_is_refused(dina: Person, days: int) -> None:
    jobs = three_jobs()
    until = (council_day(timezone.now()) + dt.timedelta(days=days)).isoformat()
    answer = ask(dina, "defer", jobs, until=until)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["errors"][0]["field"] == "until"
    assert BulkChange.objects.count() == 0


def test_a_contractors_desk_assigns_its_own_jobs_and_no_others() -> None:
    ours, theirs = job_at(towns.ROAD), job_at(towns.HOUSING_LAND)
    desk, carl = cast.person("manager", of=cast.EMS), cast.person("crew")
    north = cast.team("North", cast.EMS)
    answer = ask(desk, "assign", [ours, theirs], team_id=str(north.pk), person_id=str(carl.pk)).json()

    assert [row["id"] for row in answer["done"]] == [str(ours.pk)]
    assert [(row["id"], row["code"]) for row in answer["refused"]] == [(str(theirs.pk), "job_not_yours")]
    ours.refresh_from_db()
    assert (ours.team, ours.assigned_to, ours.status) == (north, carl, "open")
    assert Entry.objects.get(kind="job.assigned").data["person"] == str(carl.pk)
    refused = ask(desk, "reroute", [ours], organisation_id=str(cast.organisation(cast.HOUSING).pk))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_nobody_is_given_work_of_another_organisation(dina: Person) -> None:
    at_ems, at_housing = job_at(towns.ROAD), job_at(towns.HOUSING_LAND)
    carl = cast.person("crew")
    answer = ask(dina, "assign", [at_ems, at_housing], person_id=str(carl.pk)).json()

    assert [row["id"] for row in answer["done"]] == [str(at_ems.pk)]
    assert [row["code"] for row in answer["refused"]] == ["not_of_organisation"]
    # Neither to somebody who does no work outside.
    warden = cast.person("warden")
    assert ask(dina, "assign", [at_ems], person_id=str(warden.pk)).json()["code"] == "not_of_organisation"


@pytest.mark.parametrize(
    ("action", "more", "code"),
    [
        ("reroute", {}, "unknown_organisation"),
        ("reroute", {"organisation_id": str(uuid.uuid4())}, "unknown_organisation"),
        ("assign", {}, "invalid_input"),
        ("assign", {"team_id": str(uuid.uuid4())}, "not_of_organisation"),
        ("defer", {}, "invalid_input"),
        ("defer", {"until": "soon"}, "invalid_input"),
        ("burn", {}, "invalid_input"),
        ("defer", {"until": None, "versions": {"first": 1}}, "invalid_input"),
        ("defer", {"until": None, "colour": "red"}, "unknown_field"),
    ],
)
def test_what_makes_no_sense_changes_nothing(dina: Person, action: str, more: dict[str, Any], code: str) -> None:
    jobs = three_jobs()
    answer = ask(dina, action, jobs, **more)

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == code
    assert BulkChange.objects.count() == 0
    assert {job.version for job in Job.objects.all()} == {1}


def test_more_than_five_hundred_are_refused(dina: Person) -> None:
    many = [Job(id=uuid.uuid4()) for _ in range(501)]
    assert ask(dina, "defer", many, until=None).json()["code"] == "invalid_input"
    assert ask(dina, "defer", [], until=None).json()["code"] == "invalid_input"


def test_nothing_is_given_to_an_organisation_that_takes_no_work_any_more(dina: Person, housing: Any) -> None:
    housing.closed_on = council_day(timezone.now())
    housing.save()
    answer = ask(dina, "reroute", three_jobs(), organisation_id=str(housing.pk))

    assert (answer.status_code, answer.json()["code"]) == (422, "organisation_closed")
    assert Job.objects.unfinished().exclude(organisation=housing).count() == 3


def test_a_target_that_is_not_in_force_is_refused(dina: Person, housing: Any) -> None:
    answer = ask(dina, "reroute", three_jobs(), organisation_id=str(housing.pk), service_level="tomorrow")
    assert answer.json()["code"] == "unknown_service_level"


def test_an_undo_puts_everything_back_as_it_was(dina: Person, housing: Any) -> None:
    first, second, third = three_jobs()
    carl = cast.person("crew")
    actions.accept_job(person=carl, job_id=first.pk, at=minutes_ago(30))
    actions.pause_job(person=carl, job_id=second.pk, at=minutes_ago(20), reason="weather")
    before = {job.pk: Job.objects.values().get(pk=job.pk) for job in (first, second, third)}
    answer = ask(dina, "reroute", [first, second, third], organisation_id=str(housing.pk))
    undone = undo(dina, answer).json()

    assert (len(undone["done"]), undone["refused"]) == (3, [])
    for job in (first, second, third):
        now = Job.objects.values().get(pk=job.pk)
        assert now.pop("version") > before[job.pk].pop("version")
        assert now == before[job.pk]
        assert kinds_of(job)[-2:] == ["job.rerouted", "job.change_undone"]
    assert JobPause.objects.get().ended_at is None
    assert set(Defect.objects.values_list("status", "owner_organisation")) == {("routed", first.organisation_id)}
    given = Job.objects.filter(organisation=housing)
    assert set(given.values_list("status", flat=True)) == {"cancelled"}
    told = Entry.objects.get(kind="jobs.bulk_undone")
    assert (told.subject_id, told.data) == (answer.json()["id"], {"action": "reroute", "undone": 3, "refused": 0})
    # The crew goes on where it was.
    actions.resume_job(person=carl, job_id=second.pk, at=timezone.now())
    second.refresh_from_db()
    assert second.due_at - before[second.pk]["due_at"] >= dt.timedelta(minutes=19)


def test_an_undo_leaves_alone_what_somebody_changed_since(dina: Person, housing: Any) -> None:
    first, second, third = three_jobs()
    answer = ask(dina, "reroute", [first, second, third], organisation_id=str(housing.pk))
    taken = Job.objects.get(pk=next(r for r in answer.json()["done"] if r["id"] == str(second.pk))["new"]["id"])
    actions.accept_job(person=cast.person("crew", of=cast.HOUSING), job_id=taken.pk, at=timezone.now())
    undone = undo(dina, answer).json()

    assert {row["id"] for row in undone["done"]} == {str(first.pk), str(third.pk)}
    [left] = undone["refused"]
    assert (left["id"], left["code"]) == (str(second.pk), "changed_meanwhile")
    assert left["detail"] == f"{taken.reference} is “Accepted” and was changed since. It stays as it is."
    second.refresh_from_db()
    taken.refresh_from_db()
    assert (second.status, taken.status) == ("cancelled", "accepted")
    # Asked again, it changes nothing more.
    versions = list(Job.objects.order_by("pk").values_list("version", flat=True))
    assert {row["id"] for row in undo(dina, answer).json()["done"]} == {str(first.pk), str(third.pk)}
    assert list(Job.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_an_assignment_and_a_deferral_are_taken_back(dina: Person) -> None:
    jobs = three_jobs()
    carl, north = cast.person("crew"), cast.team("North", cast.EMS)
    day = council_day(timezone.now()) + dt.timedelta(days=3)
    ask(dina, "defer", jobs, until=day.isoformat(), note="After the market")
    answer = ask(dina, "assign", jobs, team_id=str(north.pk), person_id=str(carl.pk), note="Carl knows the gate")
    undo(dina, answer)

    for job in Job.objects.all():
        assert (job.team, job.assigned_to, job.planned_for) == (None, None, day)
        assert job.latest_note == "After the market"


def test_a_change_can_be_taken_back_for_a_quarter_of_an_hour(dina: Person) -> None:
    answer = ask(dina, "defer", three_jobs(), until=council_day(timezone.now()).isoformat())
    made = dt.datetime.fromisoformat(answer.json()["undo_until"]) - dt.timedelta(minutes=15)
    assert abs(timezone.now() - made) < dt.timedelta(minutes=1)
    BulkChange.objects.update(made_at=minutes_ago(16))
    late = undo(dina, answer)

    assert (late.status_code, late.json()["code"]) == (409, "undo_too_late")
    assert None not in Job.objects.values_list("planned_for", flat=True)


def test_another_desk_can_neither_see_nor_undo_it(dina: Person) -> None:
    jobs = three_jobs()
    answer = ask(dina, "defer", jobs, until=council_day(timezone.now()).isoformat())

    assert undo(cast.person("manager", of=cast.EMS), answer).json()["code"] == "unknown_bulk_change"
    assert undo(cast.person("manager"), answer).status_code == 200
