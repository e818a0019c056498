"""What phones can send that nobody would expect: no answer is a fault, and none is for ever."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audits.models import Defect
from sync.models import Operation
from tests import cast, towns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def fence(**more: Any) -> dict[str, Any]:
    return cast.operation("raise_defect", cast.defect_payload(**more))


def announced(**more: Any) -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat(), **more}


def test_a_photo_that_two_records_announce_is_a_conflict_and_does_not_wait_for_ever() -> None:
    photo = announced()
    first, second = cast.push(cast.person("warden"), fence(photos=[photo]), fence(photos=[photo]))
    assert first["status"] == "applied"
    assert (second["status"], second["code"]) == ("conflict", "photo_differs")
    assert second["errors"][0]["field"] == "payload.photos"
    assert Defect.objects.count() == 1


def test_a_child_of_a_refused_parent_keeps_waiting_and_says_for_what() -> None:
    warden, parent = cast.person("warden"), fence(category="NO-SUCH")
    child = fence() | {"after": parent["id"]}
    _, waits = cast.push(warden, parent, child)
    assert waits["status"] == "waiting"
    assert waits["detail"] == "What it depends on was not accepted: There is no category 'NO-SUCH'."
    [later] = cast.push(warden, child)
    assert later == waits
    # The parent can still be put right, and then nothing keeps the child.
    parent["payload"]["category"] = "FN-DAM"
    assert [r["status"] for r in cast.push(warden, parent, child)] == ["applied", "applied"]


def test_the_same_operation_twice_in_one_batch_is_done_once() -> None:
    sent = fence()
    first, second = cast.push(cast.person("warden"), sent, sent)
    assert (first["status"], second["status"]) == ("applied", "repeated")
    assert Defect.objects.count() == 1


def test_two_hundred_at_once_are_taken_and_two_hundred_and_one_are_not() -> None:
    warden = cast.person("warden")
    assert {r["status"] for r in cast.push(warden, *(fence() for _ in range(200)))} == {"applied"}
    body = {"device_id": cast.new_id(), "operations": [fence() for _ in range(201)]}
    answer = cast.client_of(warden).post("/api/sync/push", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "operations")
    assert Defect.objects.count() == 200


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "\ud83d"},
        {"reason": "\x00"},
        {"\x00": 1},
        {"\ud83d": 1},
    ],
)
def test_a_refusal_that_repeats_strange_text_is_kept_and_answered(change: dict[str, Any]) -> None:
    payload = {"job_id": cast.new_id(), "at": timezone.now().isoformat(), "reason": "weather", **change}
    sent = cast.operation("pause_job", payload)
    [result] = cast.push(cast.person("crew"), sent)
    assert result["status"] == "rejected", result
    assert Operation.objects.get(pk=sent["id"]).status == "rejected"


def test_strange_text_is_refused_wherever_it_is_sent() -> None:
    [result] = cast.push(cast.person("warden"), {"id": "\ud83d"})
    assert result["status"] == "rejected"
    answer = Client().post("/api/session", {"\ud83d": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


def test_half_an_emoji_in_a_note_is_refused_by_name() -> None:
    [result] = cast.push(cast.person("warden"), fence(note="cut here \ud83d"))
    assert (result["status"], result["errors"][0]["field"]) == ("rejected", "payload.note")


DECADE_MS = 10 * 366 * 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("observed_at", "offset_ms", "code"),
    [
        ("9000-01-01T00:00:00Z", 10**30, "invalid_input"),
        ("9999-12-31T23:59:59-12:00", 0, "invalid_input"),
    ],
)
def test_a_time_that_is_none_is_refused_in_true_words(observed_at: str, offset_ms: int, code: str) -> None:
    sent = fence(observed_at=observed_at) | {"clock_offset_ms": offset_ms}
    [result] = cast.push(cast.person("warden"), sent)
    assert (result["status"], result["code"]) == ("rejected", code)
    assert result["errors"][0]["field"] in {"payload.observed_at", "clock_offset_ms"}


def test_a_phone_whose_clock_begins_in_1970_is_heard_all_the_same() -> None:
    behind = timezone.now() - dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
    there = (timezone.now() - behind).isoformat()
    sent = fence(observed_at=there) | {"made_at": there, "clock_offset_ms": int(behind.total_seconds() * 1000)}
    [result] = cast.push(cast.person("warden"), sent)
    assert result["status"] == "applied", result
    assert abs(Defect.objects.get().observed_at - timezone.now()) < dt.timedelta(seconds=30)


@pytest.mark.parametrize(
    ("observed_at", "offset_ms"), [("9999-12-31T00:00:00Z", DECADE_MS), ("0001-01-02T00:00:00Z", -DECADE_MS)]
)
def test_the_first_and_the_last_day_of_all_are_held_at_the_receipt(observed_at: str, offset_ms: int) -> None:
    [result] = cast.push(cast.person("warden"), fence(observed_at=observed_at) | {"clock_offset_ms": offset_ms})
    assert result["status"] == "applied", result
    defect = Defect.objects.get()
    assert defect.observed_at == defect.received_at


@pytest.mark.parametrize("longitude", [True, "-0.9", [1], {}])
def test_a_coordinate_is_a_number(longitude: Any) -> None:
    place = {"longitude": longitude, "latitude": 52.24, "source": "gps"}
    [result] = cast.push(cast.person("warden"), fence(place=place))
    assert (result["status"], result["errors"][0]["field"]) == ("rejected", "payload.place.longitude")


def test_somebody_elses_refused_operation_is_left_as_it_was() -> None:
    sent = fence(category="NO-SUCH")
    cast.push(cast.person("warden"), sent)
    taken = {**fence(), "id": sent["id"]}
    [result] = cast.push(cast.person("officer"), taken)
    assert (result["status"], result["code"], result["detail"]) == (
        "conflict",
        "operation_differs",
        "The same operation was sent before with other content",
    )
    kept = Operation.objects.get(pk=sent["id"])
    assert (kept.person, kept.status) == (cast.person("warden"), "rejected")
    assert not Defect.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_copies_of_an_operation_that_was_refused_before_are_done_once_too() -> None:
    warden, seen = cast.person("warden"), fence()
    again = cast.operation(
        "confirm_defect",
        {"defect_id": seen["payload"]["defect_id"], "observed_at": timezone.now().isoformat()},
    )
    assert cast.push(warden, again)[0]["status"] == "rejected"
    cast.push(warden, seen)
    results: list[dict[str, Any]] = []
    start = threading.Barrier(5)

    def send() -> None:
        start.wait()
        results.extend(cast.push(warden, again))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r["status"] for r in results) == ["applied"] + ["repeated"] * 4
    assert Defect.objects.get().seen_again == 1
