"""The gate is locked: Carl stops the clock, goes back when it opens, and the books still add up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audits.models import DefectPhoto
from jobs import actions
from jobs.models import Job, JobPause
from jobs.pausing import calendars_for, gross_and_net, target_of
from jobs.serializers import job_rows
from ledger.models import Entry
from ledger.problems import Problem
from routing.clocks import LONDON
from tests import cast, towns
from tests.jobs.stories import job_at, minutes_ago, opened_earlier, photo

pytestmark = pytest.mark.django_db

# What a test itself may take on a busy machine.
A_MOMENT = dt.timedelta(seconds=40)
HOUR = dt.timedelta(hours=1)
# A fly-tip on the road has 24 clock hours, a damaged fence 20 working days, a lock 5.
FLY_TIP, FENCE = "FT-GEN", "FN-DAM"


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def carl() -> Any:
    return cast.person("crew")


@pytest.fixture
def fly_tip() -> Job:
    """24 clock hours, opened five hours ago."""
    return opened_earlier(job_at(towns.ROAD, FLY_TIP), 5)


def fence_of(day: str) -> Job:
    """20 working days, received at ten on a day of the past."""
    job = job_at(towns.ROAD, FENCE)
    job.clock_started_at = job.opened_at = london(f"{day}T10:00")
    target = target_of(job, job.clock_started_at)
    job.due_at = job.gross_due_at = target.due_at
    job.at_risk_at = target.at_risk_at
    job.save()
    return job


def london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def paused(job: Job, carl: Any, stopped: dt.datetime, went_on: dt.datetime, reason: str = "no_access") -> Job:
    actions.pause_job(person=carl, job_id=job.pk, at=stopped, reason=reason)
    actions.resume_job(person=carl, job_id=job.pk, at=went_on)
    job.refresh_from_db()
    return job


def test_on_clock_hours_the_due_time_moves_by_as_long_as_the_clock_stood(carl: Any, fly_tip: Job) -> None:
    due, risk = fly_tip.due_at, fly_tip.at_risk_at
    actions.start_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(240))
    actions.pause_job(
        person=carl,
        job_id=fly_tip.pk,
        at=minutes_ago(180),
        reason="no_access",
        note="Gate locked",
        photos=[photo()],
    )
    fly_tip.refresh_from_db()
    assert (fly_tip.status, fly_tip.due_at) == ("paused", due)

    began = fly_tip.paused_at
    resumed_at = minutes_ago(60)
    actions.resume_job(person=carl, job_id=fly_tip.pk, at=resumed_at)

    fly_tip.refresh_from_db()
    assert (fly_tip.status, fly_tip.paused_at) == ("in_progress", None)
    assert fly_tip.due_at == due + (resumed_at - began)  # type: ignore[operator]
    assert fly_tip.at_risk_at == risk + (resumed_at - began)  # type: ignore[operator]
    assert fly_tip.gross_due_at == due
    pause = JobPause.objects.get()
    assert (pause.reason, pause.note, pause.started_at, pause.ended_at) == (
        "no_access",
        "Gate locked",
        began,
        resumed_at,
    )
    told = Entry.objects.get(kind="job.resumed", subject_id=str(fly_tip.pk)).data
    assert told["paused_s"] == pytest.approx(7200, abs=40)
    assert told["due_at"] == fly_tip.due_at.isoformat()
    assert DefectPhoto.objects.get().role == "evidence"


def test_on_working_days_a_pause_inside_one_day_moves_nothing(carl: Any) -> None:
    job = fence_of("2026-06-01")
    due = job.due_at

    job = paused(job, carl, london("2026-06-03T09:00"), london("2026-06-03T15:00"))

    assert job.due_at == due == london("2026-06-29T23:59:59")


def test_on_working_days_a_weekend_behind_a_locked_gate_is_one_working_day(carl: Any) -> None:
    job = fence_of("2026-06-01")

    job = paused(job, carl, london("2026-06-05T16:00"), london("2026-06-08T10:00"))

    assert (job.due_at, job.gross_due_at) == (london("2026-06-30T23:59:59"), london("2026-06-29T23:59:59"))


def test_a_second_pause_adds_to_the_first(carl: Any) -> None:
    job = fence_of("2026-06-01")
    job = paused(job, carl, london("2026-06-05T16:00"), london("2026-06-08T10:00"))

    job = paused(job, carl, london("2026-06-09T16:00"), london("2026-06-11T10:00"), "awaiting_parts")

    assert job.due_at == london("2026-07-02T23:59:59"), "Friday, Tuesday and Wednesday do not count"


def test_a_pause_after_the_due_time_heals_no_breach(carl: Any) -> None:
    job = fence_of("2026-06-01")

    job = paused(job, carl, london("2026-07-06T09:00"), london("2026-07-20T09:00"))

    assert job.due_at == london("2026-06-29T23:59:59")
    assert job.breach(london("2026-07-20T09:00")) == "late"


def test_a_pause_that_would_end_before_it_starts_is_refused_and_changes_nothing(carl: Any, fly_tip: Job) -> None:
    actions.pause_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(10), reason="weather")
    before = Job.objects.values().get(pk=fly_tip.pk)

    with pytest.raises(Problem) as refused, transaction.atomic():
        actions.resume_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(60))

    assert (refused.value.code, refused.value.errors[0]["field"]) == ("pause_ends_before_start", "payload.at")
    assert Job.objects.values().get(pk=fly_tip.pk) == before
    assert JobPause.objects.get().ended_at is None
    assert not Entry.objects.filter(kind="job.resumed").exists()


def test_the_phone_of_a_mate_may_be_a_minute_behind(carl: Any, fly_tip: Job) -> None:
    due = fly_tip.due_at
    actions.pause_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(10), reason="weather")
    actions.resume_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(11))

    fly_tip.refresh_from_db()
    pause = JobPause.objects.get()
    assert (fly_tip.status, fly_tip.due_at, pause.ended_at) == ("open", due, pause.started_at)


def test_closing_a_paused_job_ends_the_pause_too(carl: Any, fly_tip: Job) -> None:
    actions.pause_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(120), reason="awaiting_parts")
    actions.close_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(60), photos=[photo()])

    fly_tip.refresh_from_db()
    assert (fly_tip.status, fly_tip.paused_at) == ("done", None)
    assert fly_tip.due_at - fly_tip.gross_due_at == pytest.approx(HOUR, abs=A_MOMENT)


def test_two_pauses_never_take_the_same_minutes_off_the_clock(carl: Any, fly_tip: Job) -> None:
    paused(fly_tip, carl, minutes_ago(120), minutes_ago(60), "weather")
    job = paused(fly_tip, carl, minutes_ago(110), minutes_ago(30))

    assert job.due_at - job.gross_due_at == pytest.approx(1.5 * HOUR, abs=A_MOMENT)
    first, second = JobPause.objects.all()
    assert second.started_at == first.ended_at


def test_a_pause_that_lay_inside_an_earlier_one_takes_nothing(carl: Any, fly_tip: Job) -> None:
    job = paused(fly_tip, carl, minutes_ago(120), minutes_ago(60))
    due = job.due_at

    job = paused(job, carl, minutes_ago(110), minutes_ago(80))

    assert (job.due_at, job.status) == (due, "open")


def test_a_job_that_is_opened_again_keeps_its_clock_and_its_pauses(carl: Any, fly_tip: Job) -> None:
    job = paused(fly_tip, carl, minutes_ago(240), minutes_ago(180))
    due = job.due_at
    actions.close_job(person=carl, job_id=job.pk, at=minutes_ago(120), photos=[photo()])
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=minutes_ago(60))

    job.refresh_from_db()
    assert (job.status, job.due_at, job.done_at) == ("open", due, None)

    job = paused(job, carl, minutes_ago(30), minutes_ago(10))
    assert job.due_at - due == pytest.approx(dt.timedelta(minutes=20), abs=A_MOMENT)


def test_opened_again_after_its_breach_it_stays_late_whatever_is_paused(carl: Any) -> None:
    job = opened_earlier(job_at(towns.ROAD, FLY_TIP), 30)
    due = job.due_at
    actions.close_job(person=carl, job_id=job.pk, at=minutes_ago(60), photos=[photo()])
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=minutes_ago(30))

    job = paused(job, carl, minutes_ago(20), minutes_ago(5))

    assert (job.due_at, job.breach(minutes_ago(0))) == (due, "late")


def test_what_it_took_is_told_with_and_without_the_pauses(carl: Any, fly_tip: Job) -> None:
    paused(fly_tip, carl, minutes_ago(240), minutes_ago(120))
    actions.pause_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(60), reason="weather")
    now = minutes_ago(0)

    job = Job.objects.get(pk=fly_tip.pk)
    gross, net = gross_and_net(job, now, calendars_for([job]))

    assert gross == pytest.approx(5 * HOUR, abs=A_MOMENT), "received five hours ago"
    assert net == pytest.approx(2 * HOUR, abs=A_MOMENT), "two hours behind a gate and one in the rain are off"


def test_a_crews_list_tells_gross_and_net(carl: Any, fly_tip: Job) -> None:
    paused(fly_tip, carl, minutes_ago(240), minutes_ago(120))
    actions.close_job(person=carl, job_id=fly_tip.pk, at=minutes_ago(60), photos=[photo()])

    [row] = cast.client_of(carl).get("/api/jobs?status=done").json()["results"]

    assert (row["gross_s"], row["net_s"]) == (pytest.approx(4 * 3600, abs=40), pytest.approx(2 * 3600, abs=40))
    assert (row["uplifted"], row["acknowledge_due_at"]) == (False, None)


def test_on_working_hours_only_open_time_is_told_and_a_longer_list_asks_nothing_more() -> None:
    """Received on Friday at ten, done on Monday at ten: seven open hours and two."""
    job = fence_of("2026-06-05")
    level = job.service_level
    level.pk, level.code, level.clock, level.amount = None, "wh-20", "working_hours", 20
    level.save()
    crew = cast.person("crew")
    Job.objects.update(service_level=level, status="done", done_at=london("2026-06-08T10:00"), done_by=crew)
    more = [job_at(towns.ROAD, FLY_TIP) for _ in range(3)]
    asked = Job.objects.with_rows()

    with CaptureQueriesContext(connection) as for_one:
        [row] = job_rows(asked.filter(pk=job.pk), crew, minutes_ago(0))
    Job.objects.filter(pk__in=[each.pk for each in more]).update(service_level=level)
    with CaptureQueriesContext(connection) as for_four:
        rows = job_rows(asked, crew, minutes_ago(0))

    assert (row["gross_s"], row["net_s"]) == (9 * 3600, 9 * 3600)
    assert (len(rows), len(for_four)) == (4, len(for_one))
