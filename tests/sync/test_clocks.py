"""A phone whose clock is wrong: what it tells is put right, and the receipt is the server's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from audits import rules
from audits.models import Defect
from jobs.models import Job, JobPause
from media.models import Photo
from tests import cast, towns
from tests.jobs.stories import job_at, opened_earlier, work

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 10, 12, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(seconds=5)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


class WrongPhone:
    """A phone whose clock is off by so much, and which knows it from the server's answers."""

    def __init__(self, ahead: dt.timedelta) -> None:
        self.ahead = ahead

    def says(self, at: dt.datetime) -> str:
        return (at + self.ahead).isoformat()

    def operation(self, kind: str, payload: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
        offset_ms = -int(self.ahead.total_seconds() * 1000)
        return cast.operation(kind, payload, made_at=self.says(at), clock_offset_ms=offset_ms)

    def photo(self, at: dt.datetime, **more: Any) -> dict[str, Any]:
        photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
        return {**photo, "taken_at": self.says(at), **more}


@pytest.mark.parametrize("days", [2, -2, 400])
def test_a_phone_days_wrong_gives_an_honest_clock_start_and_honest_times(days: int) -> None:
    phone, seen_at = WrongPhone(dt.timedelta(days=days)), timezone.now() - dt.timedelta(minutes=30)
    place = {**towns.ROAD, "fix_at": phone.says(seen_at)}
    picture = phone.photo(seen_at, place=place)
    payload = cast.defect_payload(observed_at=phone.says(seen_at), place=place, photos=[picture])
    [result] = cast.push(cast.person("warden"), phone.operation("raise_defect", payload, seen_at))
    assert result["status"] == "applied", result
    defect, photo = Defect.objects.get(), Photo.objects.get()
    for told in (defect.observed_at, defect.recorded_at, defect.fix_at, photo.taken_at):
        assert told is not None and abs(told - seen_at) < A_MOMENT
    assert defect.clock_offset_ms == -days * 86_400_000, "so what the phone itself said can be told"
    assert abs(defect.received_at - timezone.now()) < dt.timedelta(minutes=1)
    assert dt.datetime.fromisoformat(result["received_at"]) == defect.received_at
    work()
    assert Job.objects.get().clock_started_at == defect.received_at, "the target's clock starts with the receipt"


def test_pauses_of_a_phone_two_days_ahead_are_as_long_as_they_were_and_never_after_now() -> None:
    job, phone = opened_earlier(job_at(category="FT-GEN"), 5), WrongPhone(dt.timedelta(days=2))
    crew, now = cast.person("crew"), timezone.now()
    paused_at, resumed_at = now - dt.timedelta(hours=3), now - dt.timedelta(hours=1)
    due_at = job.due_at
    pause = {"job_id": str(job.pk), "at": phone.says(paused_at), "reason": "weather"}
    picture = phone.photo(paused_at)
    results = cast.push(
        crew,
        phone.operation("pause_job", {**pause, "photos": [picture]}, paused_at),
        phone.operation("resume_job", {"job_id": str(job.pk), "at": phone.says(resumed_at)}, resumed_at),
    )
    assert [r["status"] for r in results] == ["applied", "applied"]
    kept = JobPause.objects.get()
    assert kept.ended_at is not None
    assert abs(kept.started_at - paused_at) < A_MOMENT and abs(kept.ended_at - resumed_at) < A_MOMENT
    job.refresh_from_db()
    assert abs((job.due_at - due_at) - dt.timedelta(hours=2)) < A_MOMENT
    photo = Photo.objects.get(pk=picture["id"])
    assert photo.taken_at is not None and abs(photo.taken_at - paused_at) < A_MOMENT


def test_a_photo_from_the_future_or_of_no_date_never_turns_a_report_away() -> None:
    right = WrongPhone(dt.timedelta())
    later, long_ago = (
        right.photo(timezone.now() + dt.timedelta(days=800)),
        right.photo(NOW) | {"taken_at": "1980-01-01T00:00:00Z"},
    )
    place = {**towns.ROAD, "fix_at": "1970-01-01T00:00:00Z"}
    [result] = cast.push(
        cast.person("warden"),
        cast.operation("raise_defect", cast.defect_payload(photos=[later, long_ago], place=place)),
    )
    assert result["status"] == "applied", result
    assert Photo.objects.get(pk=later["id"]).taken_at == Defect.objects.get().received_at
    assert Photo.objects.get(pk=long_ago["id"]).taken_at is None
    assert Defect.objects.get().fix_at is None


def test_the_photos_of_what_is_refused_have_honest_times_as_well() -> None:
    phone, taken_at = WrongPhone(dt.timedelta(days=2)), timezone.now() - dt.timedelta(hours=1)
    payload = cast.defect_payload(category="NO-SUCH", photos=[phone.photo(taken_at)], observed_at=phone.says(taken_at))
    [result] = cast.push(cast.person("warden"), phone.operation("raise_defect", payload, taken_at))
    assert result["status"] == "rejected"
    kept = Photo.objects.get().taken_at
    assert kept is not None and abs(kept - taken_at) < A_MOMENT


@pytest.mark.parametrize(
    ("fix", "offset_hours", "honest"),
    [
        (NOW, 0, NOW),
        # Told by the phone's own clock, two days ahead.
        (NOW + dt.timedelta(days=2, minutes=-10), -48, NOW - dt.timedelta(minutes=10)),
        # Told by the satellites: right, however wrong the phone is.
        (NOW - dt.timedelta(minutes=10), -48, NOW - dt.timedelta(minutes=10)),
        (NOW - dt.timedelta(minutes=10), 48, NOW - dt.timedelta(minutes=10)),
        # Neither can be true.
        (NOW + dt.timedelta(days=30), 0, NOW),
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), 0, None),
        (dt.datetime.min.replace(tzinfo=dt.UTC), -48, None),
        (dt.datetime.max.replace(tzinfo=dt.UTC), 48, NOW),
    ],
)
def test_when_a_position_was_found(fix: dt.datetime, offset_hours: int, honest: dt.datetime | None) -> None:
    told = rules.honest_fix_time(
        fix, seen_at=NOW - dt.timedelta(minutes=9), clock_offset_ms=offset_hours * 3_600_000, now=NOW
    )
    assert told == honest
