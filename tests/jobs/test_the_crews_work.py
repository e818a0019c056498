"""Carl from EMS works through a job; Hetty from Housing may not touch it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.actions import Place
from audits.models import Defect, DefectPhoto
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from tests import cast, towns
from tests.jobs.stories import job_at, minutes_ago, opened_earlier, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def carl() -> Any:
    return cast.person("crew")


@pytest.fixture
def job() -> Job:
    """A job at EMS, opened five hours ago."""
    return opened_earlier(job_at(towns.ROAD), 5)


def entry(job: Job, kind: str) -> Entry:
    return Entry.objects.get(kind=kind, subject_id=str(job.pk))


def refused(verb: Callable[..., Any], **asked: Any) -> Problem:
    with pytest.raises(Problem) as told, transaction.atomic():
        verb(**asked)
    return told.value


def test_accept_start_and_close_with_a_photo(carl: Any, job: Job) -> None:
    actions.accept_job(person=carl, job_id=job.pk, at=minutes_ago(60))
    actions.start_job(person=carl, job_id=job.pk, at=minutes_ago(30))
    proof = photo()
    actions.close_job(person=carl, job_id=job.pk, at=minutes_ago(1), note="New panels fitted", photos=[proof])

    job.refresh_from_db()
    assert (job.status, job.done_by, job.assigned_to, job.version) == ("done", carl, carl, 4)
    assert job.accepted_at < job.started_at < job.done_at  # type: ignore[operator]
    assert job.latest_note == "New panels fitted"
    defect = Defect.objects.get()
    assert (defect.status, defect.resolved_at) == ("resolved", job.done_at)
    assert list(DefectPhoto.objects.values_list("photo_id", "role")) == [(proof["id"], "after")]
    kinds = Entry.objects.filter(subject_id=str(job.pk)).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["job.opened", "job.accepted", "job.started", "job.done"]
    done = entry(job, "job.done")
    assert done.data["on_time"] is True
    assert "New panels" not in str(done.data)
    assert done.actor_id == carl.pk


def test_closing_without_a_photo_is_refused_and_changes_nothing(carl: Any, job: Job) -> None:
    problem = refused(actions.close_job, person=carl, job_id=job.pk, at=timezone.now(), photos=[])

    assert (problem.code, problem.status) == ("after_photo_required", 422)
    job.refresh_from_db()
    assert (job.status, job.version) == ("open", 1)


def test_how_far_away_it_was_closed_is_kept(carl: Any, job: Job) -> None:
    place = Place(longitude=-0.9, latitude=52.241, source="gps", accuracy_m=8.0)
    why = " I could not get closer "
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()], place=place, away_reason=why)

    assert entry(job, "job.done").data["distance_m"] == pytest.approx(111.2, abs=0.5)
    assert entry(job, "job.done").data["accuracy_m"] == 8.0
    assert "closer" not in str(entry(job, "job.done").data), "the ledger holds no free text"
    job.refresh_from_db()
    assert (job.done_distance_m, job.done_accuracy_m) == (pytest.approx(111.2, abs=0.5), 8.0)
    assert job.away_reason == "I could not get closer"


def test_a_job_that_was_not_done_after_all_forgets_from_where_it_was_closed(carl: Any, job: Job) -> None:
    place = Place(longitude=-0.9, latitude=52.241, source="gps", accuracy_m=8.0)
    actions.close_job(
        person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()], place=place, away_reason="I had left"
    )
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=timezone.now())
    job.refresh_from_db()
    assert (job.status, job.done_distance_m, job.done_accuracy_m, job.away_reason) == ("open", None, None, "")


def test_another_organisations_crew_may_not_touch_it(job: Job) -> None:
    hetty = cast.person("crew", of=cast.HOUSING)
    now = timezone.now()
    for verb, more in VERBS:
        problem = refused(verb, person=hetty, job_id=job.pk, at=now, **more)
        assert (problem.code, problem.status) == ("job_not_yours", 403)
    job.refresh_from_db()
    assert (job.status, job.version) == ("open", 1)


VERBS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (actions.accept_job, {}),
    (actions.start_job, {}),
    (actions.pause_job, {"reason": "weather"}),
    (actions.resume_job, {}),
    (actions.close_job, {"photos": [{"id": str(uuid.uuid4())}]}),
    (actions.return_job, {"reason": "not_ours"}),
]


@pytest.mark.parametrize(("verb", "more"), VERBS)
def test_a_job_that_nobody_knows_and_a_role_that_does_no_work(
    verb: Callable[..., Any], more: dict[str, Any], carl: Any, job: Job
) -> None:
    now = timezone.now()
    assert refused(verb, person=carl, job_id=uuid.uuid4(), at=now, **more).code == "unknown_job"
    assert refused(verb, person=cast.person("warden"), job_id=job.pk, at=now, **more).code == "not_allowed"


@pytest.mark.parametrize("verb", [actions.pause_job, actions.return_job])
def test_a_reason_that_is_not_ours_is_refused(verb: Callable[..., Any], carl: Any, job: Job) -> None:
    assert refused(verb, person=carl, job_id=job.pk, at=timezone.now(), reason="tea").code == "unknown_reason"


def test_handing_back_puts_it_before_a_dispatcher_with_the_reason(carl: Any, job: Job) -> None:
    actions.return_job(
        person=carl,
        job_id=job.pk,
        at=timezone.now(),
        reason="not_ours",
        note="It is the school's fence",
        photos=[],
    )

    job.refresh_from_db()
    assert (job.status, job.returned_reason) == ("returned", "not_ours")
    defect = Defect.objects.get()
    assert (defect.status, defect.owner_organisation) == ("open", None)
    assert defect.triage_reason == "EMS handed it back: not ours. “It is the school's fence”"
    assert list(Defect.objects.in_triage()) == [defect]
    assert entry(job, "job.returned").data["reason"] == "not_ours"


def test_closing_twice_is_refused(carl: Any, job: Job) -> None:
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])
    problem = refused(actions.close_job, person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])

    assert (problem.code, problem.status) == ("transition_not_allowed", 409)
    assert DefectPhoto.objects.count() == 1


def test_a_close_that_met_a_re_route_is_a_conflict_for_a_person(carl: Any, job: Job, town: towns.Town) -> None:
    seen_on_the_phone = job.version
    actions.route_by_hand(
        person=cast.person("dispatcher"),
        defect_id=job.defect_id,
        organisation_id=town.housing.pk,
        service_level_code="wd-5",
    )
    sent = {"job_id": str(job.pk), "at": timezone.now().isoformat(), "note": "", "photos": [photo()]}
    [result] = cast.push(carl, cast.operation("close_job", sent, based_on=seen_on_the_phone))

    assert (result["status"], result["code"]) == ("conflict", "changed_meanwhile")
    assert Job.objects.get(status="open").organisation == town.housing


def test_a_change_that_does_not_stand_in_the_way_is_no_conflict(carl: Any, job: Job) -> None:
    seen_on_the_phone = job.version
    actions.accept_job(person=carl, job_id=job.pk, at=timezone.now())
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()], based_on=seen_on_the_phone)

    job.refresh_from_db()
    assert job.status == "done"


def test_a_phone_with_a_wrong_clock_cannot_finish_before_the_job_existed(carl: Any, job: Job) -> None:
    actions.close_job(person=carl, job_id=job.pk, at=minutes_ago(60 * 24 * 30), photos=[photo()])

    job.refresh_from_db()
    assert job.done_at == job.opened_at


def test_the_database_itself_refuses_what_the_rules_refuse(job: Job) -> None:
    for wrong in (
        {"status": "mislaid"},
        {"status": "done"},
        {"status": "paused"},
        {"status": "returned"},
        {"priority": 5},
        {"due_at": job.clock_started_at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**wrong)
    second = Job(**{f.attname: getattr(job, f.attname) for f in Job._meta.concrete_fields})
    second.pk, second.number = uuid.uuid4(), job.number + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)
