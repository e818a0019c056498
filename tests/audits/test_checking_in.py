"""Somebody walks alone and says now and then that all is well; who doesn't is looked for."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audits.checking_in import watch_check_ins
from audits.models import Audit
from ledger.models import Entry
from news.models import NewsItem
from tests import cast
from tests.audits import walks
from tests.jobs.stories import work

pytestmark = pytest.mark.django_db


def entries(kind: str) -> list[Entry]:
    return list(Entry.objects.filter(kind=kind).order_by("sequence"))


def later(minutes: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(minutes=minutes)


def told(role: str, kind: str = "check_in_missed") -> list[str]:
    items = NewsItem.objects.filter(person=cast.person(role), kind=kind)
    return list(items.order_by("entry_id").values_list("words", flat=True))


def row(audit: Audit) -> Any:
    return walks.seen_by(cast.person("officer"), audit)["check_in"]


def desks() -> None:
    for role in ("dispatcher", "manager", "officer"):
        cast.person(role)


def test_the_timer_starts_when_the_server_hears_of_the_walk() -> None:
    """A walk that began an hour ago without signal is not missed in the moment in which it is sent."""
    audit = walks.begun(cast.person("warden"), check_in_minutes=30)
    due = dt.datetime.fromisoformat(row(audit)["next_due_at"])
    assert later(29) < due <= later(30)
    assert watch_check_ins(later(29)) == 0


def test_a_missed_check_in_is_told_once_and_then_to_managers_until_somebody_answers() -> None:
    desks()
    warden = cast.person("warden")
    audit = walks.begun(warden, check_in_minutes=30)
    due = audit.next_check_in_at
    assert due is not None
    assert [watch_check_ins(due + dt.timedelta(seconds=s)) for s in (0, 15, 30)] == [1, 0, 0]
    work()
    [missed] = entries("audit.check_in_missed")
    assert missed.data["due_at"] == due.isoformat()
    [words] = told("dispatcher")
    assert words.startswith("Wendy Warden has not checked in: due ")
    assert told("manager") == [words] and told("officer") == []
    assert row(audit)["missed_at"] is not None and not row(audit)["seen"]

    assert [watch_check_ins(due + dt.timedelta(minutes=m)) for m in (9, 11, 12, 22)] == [0, 1, 0, 1]
    work()
    assert len(entries("audit.check_in_missed")) == 1
    assert [entry.data["times"] for entry in entries("audit.check_in_unanswered")] == [2, 3]
    assert (len(told("dispatcher")), len(told("manager"))) == (1, 3)

    path = f"/api/audits/{audit.pk}/check-in-seen"
    crew_desk = cast.client_of(cast.person("dispatcher", of=cast.EMS))
    assert crew_desk.post(path, {}, "application/json").json()["code"] == "not_allowed"
    desk = cast.client_of(cast.person("dispatcher"))
    assert desk.post(path, {"note": "I am ringing her"}, "application/json").status_code == 200
    assert desk.post(path, {}, "application/json").json()["code"] == "transition_not_allowed"
    assert row(audit)["seen"]
    work()
    assert told("manager", "check_in_answered") == [
        f"Dina Dispatcher is seeing to Wendy Warden, who had not checked in on audit {audit.reference} Castle."
    ]
    assert watch_check_ins(due + dt.timedelta(hours=5)) == 0
    notes = walks.seen_by(warden, audit)["notes"]
    assert [(note["kind"], note["text"]) for note in notes] == [("missed_check_in", "I am ringing her")]


def test_after_an_outage_each_missed_time_is_told_once() -> None:
    audit = walks.begun(cast.person("warden"), check_in_minutes=30)
    due = audit.next_check_in_at
    assert due is not None
    night = due + dt.timedelta(hours=9)
    assert [watch_check_ins(night), watch_check_ins(night)] == [1, 0]
    [missed] = entries("audit.check_in_missed")
    assert missed.data["said_late_s"] == 9 * 3600
    assert watch_check_ins(night + dt.timedelta(minutes=10)) == 1
    assert len(entries("audit.check_in_unanswered")) == 1, "not once for each ten minutes of the night"


def test_a_word_in_time_sets_the_next_one_and_ends_an_alarm() -> None:
    desks()
    warden = cast.person("warden")
    audit = walks.begun(warden, check_in_minutes=30)
    walks.done(warden, walks.of(audit, "check_in", minutes=20))
    audit.refresh_from_db()
    assert audit.next_check_in_at is not None and later(19) < audit.next_check_in_at <= later(20)
    Audit.objects.update(next_check_in_at=later(-1), check_in_alarm_at=later(-1))
    assert watch_check_ins() == 1
    walks.done(warden, walks.of(audit, "check_in", minutes=20))
    work()
    assert told("dispatcher", "check_in_answered") == [
        f"Wendy Warden has checked in: all is well on audit {audit.reference} Castle."
    ]
    assert row(audit)["missed_at"] is None
    walks.done(warden, walks.of(audit, "check_in", minutes=None))
    assert row(audit) is None
    assert watch_check_ins(later(600)) == 0


def test_an_old_word_that_comes_late_is_no_sign_of_life() -> None:
    """The phone sends by itself, hours later, what was said before the fall."""
    warden = cast.person("warden")
    audit = walks.begun(warden, check_in_minutes=30)
    Audit.objects.update(next_check_in_at=later(-20), check_in_alarm_at=later(-20), checked_in_at=later(-60))
    assert watch_check_ins() == 1
    walks.done(warden, walks.of(audit, "check_in", 45, minutes=30))
    assert row(audit)["missed_at"] is not None
    assert watch_check_ins(later(11)) == 1, "they are still looked for"
    walks.done(warden, walks.of(audit, "check_in", 50, minutes=30))
    assert entries("audit.checked_in")[-1].data["counts"] is False


def test_who_finishes_the_walk_is_not_missed() -> None:
    warden = cast.person("warden")
    audit = walks.begun(warden, check_in_minutes=30)
    walks.done(warden, walks.of(audit, "finish_audit"))
    assert row(audit) is None
    assert watch_check_ins(later(600)) == 0 and entries("audit.check_in_missed") == []


def test_a_walk_without_a_timer_is_never_missed() -> None:
    audit = walks.begun(cast.person("warden"))
    assert walks.seen_by(cast.person("officer"), audit)["check_in"] is None
    assert watch_check_ins(later(600)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_of_it_once() -> None:
    for number in range(12):
        walks.begun(cast.person("warden"), check_in_minutes=5 + number)

    def watch(_: int) -> int:
        try:
            return watch_check_ins(later(60))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as beats:
        said = sum(beats.map(watch, range(4)))
    assert said == len(entries("audit.check_in_missed")) == 12
    assert len({entry.subject_id for entry in entries("audit.check_in_missed")}) == 12
