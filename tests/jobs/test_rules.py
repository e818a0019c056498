"""The life of a job is one dict; late and at risk are one comparison each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules import (
    TRANSITIONS,
    UNFINISHED,
    JobStatus,
    believable_time,
    breach,
    may_become,
    moment_of_judgement,
    status_after_pause,
)
from places.rules import distance_m

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_every_status_has_its_line_in_the_dict() -> None:
    assert set(TRANSITIONS) == set(JobStatus)


def test_every_job_can_come_to_an_end_and_every_status_can_be_reached() -> None:
    reached = {JobStatus.OPEN}
    for _ in JobStatus:
        reached |= {after for status in reached for after in TRANSITIONS[status]}
    assert reached == set(JobStatus)
    for status in UNFINISHED:
        assert {JobStatus.DONE, JobStatus.RETURNED, JobStatus.CANCELLED} <= TRANSITIONS[status]


@pytest.mark.parametrize("ended", [JobStatus.RETURNED, JobStatus.CANCELLED])
def test_what_was_handed_back_or_cancelled_stays_so(ended: JobStatus) -> None:
    assert not any(may_become(ended, status) for status in JobStatus)


def test_only_what_was_done_can_be_verified_or_opened_again() -> None:
    assert [s for s in JobStatus if may_become(s, "verified")] == [JobStatus.DONE]
    assert [s for s in JobStatus if may_become(s, "open")] == [
        JobStatus.PAUSED,
        JobStatus.DONE,
        JobStatus.VERIFIED,
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON - 5 * HOUR, "on_time"),
        (NOON - 4 * HOUR, "at_risk"),
        (NOON, "at_risk"),
        (NOON + timedelta(microseconds=1), "late"),
    ],
)
def test_a_job_due_at_noon_with_four_hours_of_warning(moment: datetime, expected: str) -> None:
    assert breach(status="open", due_at=NOON, at_risk_at=NOON - 4 * HOUR, moment=moment) == expected


def test_what_is_done_in_the_last_hour_is_on_time_and_stays_so() -> None:
    moment = moment_of_judgement(now=NOON + 100 * HOUR, done_at=NOON - HOUR)
    assert breach(status="done", due_at=NOON, at_risk_at=NOON - 4 * HOUR, moment=moment) == "on_time"


def test_a_paused_job_is_judged_where_its_clock_stopped() -> None:
    moment = moment_of_judgement(now=NOON + 100 * HOUR, paused_at=NOON - 5 * HOUR)
    assert breach(status="paused", due_at=NOON, at_risk_at=NOON - 4 * HOUR, moment=moment) == "on_time"


def test_a_job_goes_on_where_it_had_got_to() -> None:
    assert status_after_pause(accepted_at=None, started_at=None) == "open"
    assert status_after_pause(accepted_at=NOON, started_at=None) == "accepted"
    assert status_after_pause(accepted_at=NOON, started_at=NOON) == "in_progress"


times = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(at=times, opened_at=times, life=st.timedeltas(timedelta(0), timedelta(days=90)))
def test_no_phone_finishes_a_job_before_it_was_opened_or_in_the_future(
    at: datetime, opened_at: datetime, life: timedelta
) -> None:
    now = opened_at + life
    assert opened_at <= believable_time(at, opened_at=opened_at, now=now) <= now


def test_distances_are_in_metres() -> None:
    assert distance_m(-0.9, 52.24, -0.9, 52.24) == 0
    # One minute of latitude is a nautical mile.
    assert distance_m(-0.9, 52.0, -0.9, 52.0 + 1 / 60) == pytest.approx(1853, abs=2)
    assert distance_m(-0.9, 52.24, -0.8985, 52.24) == pytest.approx(102.1, abs=0.5)
