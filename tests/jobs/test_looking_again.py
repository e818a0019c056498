"""The warden looks at what was said to be fixed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def done() -> Job:
    job = opened_earlier(job_at(towns.ROAD), 2)
    return actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])


def test_it_is_fixed(done: Job) -> None:
    warden = cast.person("warden")
    actions.verify_defect(person=warden, defect_id=done.defect_id, at=timezone.now(), note="Looks good")

    done.refresh_from_db()
    assert done.status == "verified"
    assert done.verified_at is not None
    assert Defect.objects.get().status == "verified"
    assert Entry.objects.get(kind="job.verified").actor_id == warden.pk


@pytest.mark.parametrize("looked_before", [False, True])
def test_it_is_not_fixed_and_the_clock_goes_on(done: Job, looked_before: bool) -> None:
    warden, due = cast.person("warden"), done.due_at
    if looked_before:
        actions.verify_defect(person=warden, defect_id=done.defect_id, at=timezone.now())
    actions.dispute_defect(
        person=warden, defect_id=done.defect_id, at=timezone.now(), note="Still open", photos=[photo()]
    )

    done.refresh_from_db()
    assert (done.status, done.due_at, done.done_at, done.done_by) == ("open", due, None, None)
    assert (done.reopened_count, done.latest_note) == (1, "Still open")
    defect = Defect.objects.get()
    assert (defect.status, defect.owner_organisation_id) == ("routed", done.organisation_id)
    assert Entry.objects.get(kind="job.reopened").data["was_done_at"]


def test_the_crew_can_close_it_again(done: Job) -> None:
    actions.dispute_defect(person=cast.person("warden"), defect_id=done.defect_id, at=timezone.now())
    actions.close_job(person=cast.person("crew"), job_id=done.pk, at=timezone.now(), photos=[photo()])

    done.refresh_from_db()
    assert (done.status, done.reopened_count) == ("done", 1)


def test_what_nobody_said_is_fixed_can_be_neither_verified_nor_disputed() -> None:
    job = job_at(towns.ROAD)
    for verb in (actions.verify_defect, actions.dispute_defect):
        with pytest.raises(Problem) as told:
            verb(person=cast.person("warden"), defect_id=job.defect_id, at=timezone.now())
        assert told.value.code == "transition_not_allowed"


def test_a_dispute_without_a_job_to_open_waits_for_a_person(done: Job) -> None:
    Job.objects.update(status="cancelled")
    actions.dispute_defect(person=cast.person("warden"), defect_id=done.defect_id, at=timezone.now())

    assert Defect.objects.in_triage().get().pk == done.defect_id


def test_both_come_from_the_wardens_phone(done: Job) -> None:
    looked = {"defect_id": str(done.defect_id), "at": timezone.now().isoformat(), "note": "", "photos": []}
    disputed, closed, verified = (
        cast.push(cast.person("warden"), cast.operation("dispute_defect", looked))[0],
        actions.close_job(person=cast.person("crew"), job_id=done.pk, at=timezone.now(), photos=[photo()]),
        cast.push(cast.person("warden"), cast.operation("verify_defect", looked))[0],
    )
    assert (disputed["status"], closed.status, verified["status"]) == ("applied", "done", "applied")
    assert Job.objects.get().status == "verified"
