"""The watch on real jobs: each thing is said once, in order, and never of a job whose clock stands still."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Defect
from jobs import actions
from jobs.changing import change
from jobs.ladders import LadderStep, change_ladder
from jobs.models import Alarm, Escalation, Job
from jobs.watching import set_alarm, watch
from ledger.models import Entry
from ledger.problems import Problem
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier, photo, work

pytestmark = pytest.mark.django_db

WATCHED = ["job.acknowledge_missed", "job.at_risk", "job.breached", "job.escalated"]


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def watch_at(job: Job, after: float) -> int:
    """Look so many hours after the job was due when it was opened."""
    return watch(now=job.gross_due_at + hours(after))


def told(job: Job) -> list[str]:
    """What the watch said of it, in the order in which it was said."""
    found = Entry.objects.filter(subject_kind="job", subject_id=str(job.pk), kind__in=WATCHED).order_by("sequence")
    return [f"{entry.kind.removeprefix('job.')} {entry.data.get('level', '')}".strip() for entry in found]


def accepted(job: Job) -> Job:
    return actions.accept_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now())


def step(level: int, after_minutes: int, person: Person | None = None, **more: object) -> LadderStep:
    about = {"title": f"Rung {level}", "role": "manager", "of_council": True, **more}
    return LadderStep(level=level, person=person, after_minutes=after_minutes, **about)  # type: ignore[arg-type]


def ladder(*steps: LadderStep) -> None:
    change_ladder(person=cast.person("manager"), organisation_id=cast.organisation(cast.EMS).pk, steps=steps)
    work()


def test_a_job_is_told_of_once_at_each_step() -> None:
    job = accepted(job_at(towns.ROAD))
    assert watch_at(job, -100) == 0
    for after, newly in [
        (-1, ["at_risk"]),
        (-0.5, []),
        (1, ["breached", "escalated 1"]),
        (2, []),
        (5, ["escalated 2"]),
        (25, ["escalated 3"]),
        (999, []),
    ]:
        before = told(job)
        assert watch_at(job, after) == len(newly)
        assert told(job) == before + newly
    job.refresh_from_db()
    assert (job.breached_at, job.escalated_level) == (job.due_at, 3)
    assert Alarm.objects.get(job=job).at is None


def answer_wanted(job: Job, hours_before_due: float) -> Job:
    """The same job, under a service level that also wants to know by when somebody takes it on."""
    job.acknowledge_due_at = job.due_at - hours(hours_before_due)
    set_alarm(job)
    job.save()
    return job


def test_a_job_that_nobody_takes_on_in_time_is_told_of_before_it_is_near() -> None:
    job = answer_wanted(job_at(towns.ROAD), 100)
    watch_at(job, -99)
    assert told(job) == ["acknowledge_missed"]
    data = Entry.objects.get(kind="job.acknowledge_missed").data
    assert (data["acknowledge_due_at"], data["due_at"]) == (job.acknowledge_due_at.isoformat(), job.due_at.isoformat())
    watch_at(accepted(job), 1)
    assert told(job) == ["acknowledge_missed", "at_risk", "breached", "escalated 1"]


def test_a_job_that_was_taken_on_in_time_misses_no_answer_also_after_it_is_opened_again() -> None:
    carl, wendy = cast.person("crew"), cast.person("warden")
    job = accepted(answer_wanted(job_at(towns.ROAD), 100))
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])
    actions.dispute_defect(person=wendy, defect_id=job.defect_id, at=timezone.now())
    watch_at(job, 1)
    assert told(job) == ["at_risk", "breached", "escalated 1"]


def test_the_ledger_keeps_when_it_came_true_and_how_late_it_was_said() -> None:
    job = accepted(job_at(towns.ROAD))
    watch_at(job, 3)
    breached = Entry.objects.get(kind="job.breached")
    assert breached.at == job.due_at
    assert breached.organisation_id == job.organisation_id
    assert breached.data == {
        "defect": str(job.defect_id),
        "due_at": job.due_at.isoformat(),
        "fired_late_s": 3 * 3600.0,
    }


def test_after_an_outage_all_is_said_in_the_order_in_which_it_came_about() -> None:
    """Three jobs, due an hour apart; nobody looked for two days."""
    jobs = [accepted(opened_earlier(job_at(towns.ROAD), hours=number)) for number in (2, 1, 0)]
    watch_at(jobs[2], 48)
    entries = Entry.objects.filter(kind__in=WATCHED).order_by("sequence")
    assert len(entries) == 3 * 5
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    for job in jobs:
        assert told(job) == ["at_risk", "breached", "escalated 1", "escalated 2", "escalated 3"]


def test_more_than_a_batch_is_said_in_order_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.watching.BATCH", 2)
    jobs = [accepted(opened_earlier(job_at(towns.ROAD), hours=number)) for number in (9, 7, 5, 3, 1)]
    assert watch_at(jobs[0], 100) == 5 * 5
    ats = list(Entry.objects.filter(kind__in=WATCHED).order_by("sequence").values_list("at", flat=True))
    assert ats == sorted(ats)


def test_a_paused_job_is_silent_and_its_clock_goes_on_where_it_stopped() -> None:
    carl = cast.person("crew")
    job = opened_earlier(job_at(towns.ROAD), hours=1)
    actions.pause_job(person=carl, job_id=job.pk, at=timezone.now(), reason="no_access", photos=[photo()])
    assert watch_at(job, 999) == 0
    assert Alarm.objects.get(job=job).at is None

    resumed = actions.resume_job(person=carl, job_id=job.pk, at=timezone.now())
    assert Alarm.objects.get(job=job).at == resumed.at_risk_at
    watch_at(resumed, 1)
    assert told(job) == ["at_risk", "breached", "escalated 1"]


def test_a_job_that_is_late_and_still_late_after_a_pause_has_breached_once() -> None:
    carl = cast.person("crew")
    job = opened_earlier(accepted(job_at(towns.ROAD)), hours=24 * 60)
    watch()
    breached_at = Job.objects.get(pk=job.pk).breached_at
    said = told(job)
    assert said == ["at_risk", "breached", "escalated 1", "escalated 2", "escalated 3"]

    hour_ago = timezone.now() - hours(1)
    actions.pause_job(person=carl, job_id=job.pk, at=hour_ago, reason="weather", photos=[photo()])
    resumed = actions.resume_job(person=carl, job_id=job.pk, at=timezone.now())
    assert resumed.due_at > job.due_at
    watch()
    assert told(job) == said
    assert Job.objects.get(pk=job.pk).breached_at == breached_at


def test_a_due_time_that_moves_out_of_reach_keeps_the_breach_and_may_be_missed_anew() -> None:
    job = opened_earlier(accepted(job_at(towns.ROAD)), hours=24 * 60)
    watch()
    job = Job.objects.get(pk=job.pk)
    first_breach, said = job.breached_at, told(job)
    job.due_at = timezone.now() + hours(48)
    job.at_risk_at = timezone.now() + hours(44)
    change(job, kind="job.clock_moved", person=None, at=timezone.now())
    assert Job.objects.get(pk=job.pk).escalated_level == 0
    watch()
    assert told(job) == said
    watch(now=job.due_at + hours(1))
    assert told(job) == [*said, "at_risk", "breached", "escalated 1"]
    assert Job.objects.get(pk=job.pk).breached_at == first_breach
    assert Entry.objects.filter(kind="job.breached").values("data__due_at").distinct().count() == 2


def test_an_earlier_report_that_is_joined_brings_the_alarm_forward() -> None:
    first, second = job_at(towns.ROAD, note="first"), job_at(towns.ROAD, note="second")
    earlier = first.defect
    Defect.objects.filter(pk=earlier.pk).update(received_at=earlier.received_at - hours(24 * 90))
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=earlier.pk, into_id=second.defect_id)
    second.refresh_from_db()
    assert Alarm.objects.get(job=second).at == second.at_risk_at
    watch()
    assert "breached" in told(second)
    assert told(first) == []


def test_what_is_done_handed_back_or_given_to_others_is_silent(town: towns.Town) -> None:
    carl, dina = cast.person("crew"), cast.person("dispatcher")
    done, returned, moved = (job_at(towns.ROAD) for _ in range(3))
    actions.close_job(person=carl, job_id=done.pk, at=timezone.now(), photos=[photo()])
    actions.return_job(person=carl, job_id=returned.pk, at=timezone.now(), reason="not_ours")
    theirs = actions.route_by_hand(
        person=dina, defect_id=moved.defect_id, organisation_id=town.housing.pk, service_level_code="wd-5"
    )
    watch(now=timezone.now() + hours(24 * 365))
    assert [told(job) for job in (done, returned, moved)] == [[], [], []]
    assert told(theirs)[-1] == "escalated 3"


def test_a_job_that_was_late_and_is_opened_again_has_breached_once() -> None:
    carl, wendy = cast.person("crew"), cast.person("warden")
    job = opened_earlier(accepted(job_at(towns.ROAD)), hours=24 * 60)
    watch()
    said = told(job)
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])
    actions.dispute_defect(person=wendy, defect_id=job.defect_id, at=timezone.now())
    watch()
    assert told(job) == said


def test_a_job_that_was_done_on_time_and_is_opened_again_after_its_due_time_breaches_then() -> None:
    carl, wendy = cast.person("crew"), cast.person("warden")
    job = job_at(towns.ROAD)
    actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()])
    done = opened_earlier(Job.objects.get(pk=job.pk), hours=24 * 60)
    assert watch() == 0
    actions.dispute_defect(person=wendy, defect_id=done.defect_id, at=timezone.now())
    watch()
    assert told(job) == ["at_risk", "breached", "escalated 1", "escalated 2", "escalated 3"]


def test_a_phone_that_comes_back_with_an_earlier_close_ends_it_though_the_breach_was_said() -> None:
    """The ledger keeps what was said then; whether the job was on time goes by when it was done."""
    job = opened_earlier(accepted(job_at(towns.ROAD)), hours=24 * 60)
    watch()
    closed_at = job.due_at - hours(1)
    done = actions.close_job(person=cast.person("crew"), job_id=job.pk, at=closed_at, photos=[photo()])
    assert done.breach(timezone.now()) == "on_time"
    assert Entry.objects.get(kind="job.done").data["on_time"] is True
    assert watch() == 0


def test_the_ladder_of_the_organisation_says_who_hears_of_it() -> None:
    mo = cast.person("manager")
    ladder(step(1, -60, mo), step(2, 30))
    job = accepted(job_at(towns.ROAD))
    watch_at(job, 1)
    assert told(job) == ["at_risk", "escalated 1", "breached", "escalated 2"]
    first, second = Escalation.objects.order_by("level")
    assert (first.person, first.title, first.at) == (mo, "Rung 1", job.due_at - hours(1))
    assert (second.person, second.role, second.role_of) == (None, "manager", mo.organisation)
    data = Entry.objects.get(kind="job.escalated", data__level=1).data
    assert (data["person"], data["role"], data["role_of"]) == (str(mo.pk), "manager", str(mo.organisation_id))


@pytest.mark.parametrize("how", ["left", "moved away"])
def test_a_step_whose_person_left_falls_to_everybody_of_its_role(how: str) -> None:
    mia = cast.person("manager", username="mia")
    ladder(step(1, 0, mia))
    job = accepted(job_at(towns.ROAD))
    if how == "left":
        Person.objects.filter(pk=mia.pk).update(is_active=False)
    else:
        Person.objects.filter(pk=mia.pk).update(organisation=cast.organisation(cast.HOUSING))
    cast.person("manager")
    watch_at(job, 1)
    found = Escalation.objects.get()
    assert (found.person, found.role, found.role_of.short_name) == (None, "manager", "Council")


def test_where_nobody_holds_the_role_the_councils_managers_hear_of_it() -> None:
    ladder(step(1, 0, role="dispatcher", of_council=False))
    cast.person("dispatcher", of=cast.EMS, username="eddie", is_active=False)
    job = accepted(job_at(towns.ROAD))
    watch_at(job, 1)
    found = Escalation.objects.get()
    assert (found.role, found.role_of.short_name) == ("manager", "Council")


def test_jobs_that_are_open_follow_a_ladder_that_changed() -> None:
    job = accepted(job_at(towns.ROAD))
    assert Alarm.objects.get(job=job).at == job.at_risk_at
    ladder(step(1, -100 * 60), step(2, 10))
    assert Alarm.objects.get(job=job).at == job.due_at - hours(100)
    watch_at(job, 1)
    assert told(job) == ["escalated 1", "at_risk", "breached", "escalated 2"]

    # A rung that was climbed is not climbed again, a new one above it is.
    ladder(step(1, -100 * 60), step(2, 10), step(3, 120))
    watch_at(job, 3)
    assert told(job) == ["escalated 1", "at_risk", "breached", "escalated 2", "escalated 3"]


def test_a_ladder_of_another_organisation_changes_nothing_here(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    change_ladder(person=cast.person("manager"), organisation_id=town.housing.pk, steps=[step(1, -100 * 60)])
    work()
    assert Alarm.objects.get(job=job).at == job.at_risk_at


@pytest.mark.parametrize(
    ("role", "steps", "code"),
    [
        ("dispatcher", [(1, 0)], "not_allowed"),
        ("manager", [(1, 60), (2, 30)], "invalid_input"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_and_nothing_changed(
    role: str, steps: list[tuple[int, int]], code: str
) -> None:
    ladder(step(1, 5))
    with pytest.raises(Problem) as refused:
        change_ladder(
            person=cast.person(role),
            organisation_id=cast.organisation(cast.EMS).pk,
            steps=[step(level, after) for level, after in steps],
        )
    assert refused.value.code == code
    assert Organisation.objects.get(short_name="EMS").ladder.get().after_minutes == 5
    assert Entry.objects.filter(kind="ladder.changed").count() == 1
