"""Phones push what people did: each operation once, each answered, none lost."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Audit, Defect, DefectPhoto
from ledger.models import Delivery, Entry
from media.models import Photo
from sync.models import Operation
from tests import cast, towns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def announced(**more: Any) -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat(), **more}


def fence(**more: Any) -> dict[str, Any]:
    return cast.operation("raise_defect", cast.defect_payload(**more))


def test_a_warden_records_a_fence_and_the_server_holds_it() -> None:
    warden, photo = cast.person("warden"), announced()
    sent = fence(photos=[photo], street_text="Mere Road by the alley")
    [result] = cast.push(warden, sent)
    assert result["status"] == "applied", result
    defect = Defect.objects.get(pk=sent["payload"]["defect_id"])
    assert result["subject"] == {"kind": "defect", "id": str(defect.pk), "number": defect.reference}
    assert (defect.raised_by, defect.status, defect.category_id) == (warden, "open", "FN-DAM")
    assert (round(defect.point.x, 6), round(defect.point.y, 6), defect.accuracy_m) == (-0.9, 52.24, 6.0)
    assert defect.observed_at < defect.recorded_at <= defect.received_at
    assert [(p.photo_id, p.role) for p in DefectPhoto.objects.all()] == [(Photo.objects.get().pk, "before")]
    [entry] = Entry.objects.filter(kind="defect.raised")
    assert entry.subject_id == str(defect.pk) and entry.actor_id == warden.pk
    assert list(Delivery.objects.filter(entry=entry).values_list("reaction", flat=True)) == ["jobs.route_defect"]


def test_the_same_operation_again_is_answered_and_not_done_again() -> None:
    warden, sent = cast.person("warden"), fence()
    [first] = cast.push(warden, sent)
    [again] = cast.push(warden, {**sent, "clock_offset_ms": 250})
    assert (first["status"], again["status"]) == ("applied", "repeated")
    assert again["subject"] == first["subject"]
    assert Defect.objects.count() == 1


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing() -> None:
    warden, sent = cast.person("warden"), fence()
    cast.push(warden, sent)
    [other] = cast.push(warden, {**sent, "payload": {**sent["payload"], "note": "something else"}})
    assert (other["status"], other["code"]) == ("conflict", "operation_differs")
    assert Defect.objects.get().note == "Two panels out"


def test_somebody_elses_operation_id_gives_nothing_away() -> None:
    sent = fence()
    cast.push(cast.person("warden"), sent)
    [result] = cast.push(cast.person("officer"), sent)
    assert (result["status"], result["code"], result["subject"]) == ("conflict", "operation_differs", None)


def test_one_bad_operation_never_blocks_the_next() -> None:
    bad = fence(category="NO-SUCH")
    results = cast.push(cast.person("warden"), fence(), bad, {"id": "nonsense"}, 7, fence())
    assert [r["status"] for r in results] == ["applied", "rejected", "rejected", "rejected", "applied"]
    assert results[1]["code"] == "unknown_category"
    assert results[1]["errors"][0]["field"] == "payload.category"
    assert Defect.objects.count() == 2
    # What was refused is kept whole: nothing that a person recorded is lost.
    assert json.loads(Operation.objects.get(pk=bad["id"]).payload) == bad


def test_a_rejected_operation_can_be_sent_again_once_the_reason_is_gone() -> None:
    from checklists.models import Category

    sent = fence(category="NEW-CAT")
    [refused] = cast.push(cast.person("warden"), sent)
    assert refused["status"] == "rejected"
    template = Category.objects.get(pk="FN-DAM")
    template.pk = "NEW-CAT"
    template.save(force_insert=True)
    [applied] = cast.push(cast.person("warden"), sent)
    assert applied["status"] == "applied", applied
    assert Operation.objects.get(pk=sent["id"]).status == "applied"


def test_a_child_waits_for_its_parent_and_is_applied_after_it() -> None:
    warden = cast.person("warden")
    parent = cast.operation(
        "start_patrol", {"patrol_id": cast.new_id(), "kind": "patrol", "started_at": timezone.now().isoformat()}
    )
    child = fence(patrol_id=parent["payload"]["patrol_id"]) | {"after": parent["id"]}
    [early] = cast.push(warden, child)
    assert early["status"] == "waiting"
    assert not Defect.objects.exists()
    results = cast.push(warden, parent, child)
    assert [r["status"] for r in results] == ["applied", "applied"]
    assert Defect.objects.get().audit == Audit.objects.get()


def test_a_patrol_begins_and_ends() -> None:
    warden, patrol_id = cast.person("warden"), cast.new_id()
    start = {"patrol_id": patrol_id, "kind": "patrol", "started_at": timezone.now().isoformat()}
    end = {"patrol_id": patrol_id, "ended_at": timezone.now().isoformat()}
    results = cast.push(
        warden,
        cast.operation("start_patrol", start),
        cast.operation("end_patrol", end),
        cast.operation("end_patrol", end),
    )
    assert [r["status"] for r in results] == ["applied", "applied", "conflict"]
    assert Audit.objects.get(pk=patrol_id).ended_at is not None


def test_a_phone_two_days_ahead_still_tells_an_honest_time() -> None:
    ahead = dt.timedelta(days=2)
    seen = timezone.now() - dt.timedelta(minutes=30)
    sent = cast.operation("raise_defect", cast.defect_payload(observed_at=(seen + ahead).isoformat()))
    sent |= {"made_at": (timezone.now() + ahead).isoformat(), "clock_offset_ms": int(-ahead.total_seconds() * 1000)}
    [result] = cast.push(cast.person("warden"), sent)
    assert result["status"] == "applied", result
    defect = Defect.objects.get()
    assert abs(defect.observed_at - seen) < dt.timedelta(seconds=2)
    assert defect.clock_offset_ms == -172_800_000


@pytest.mark.parametrize("days", [400, 2, -400, -20_000])
def test_a_time_that_cannot_be_true_is_held_at_the_receipt_and_marked(days: int) -> None:
    """The phone's clock was set while nobody could be asked: the report is worth more than its date."""
    told = (timezone.now() + dt.timedelta(days=days)).isoformat()
    [result] = cast.push(cast.person("warden"), fence(observed_at=told) | {"made_at": told})
    assert result["status"] == "applied", result
    defect = Defect.objects.get()
    assert defect.observed_at == defect.recorded_at == defect.received_at
    entry = Entry.objects.get(kind="defect.raised")
    assert entry.data["time_doubtful"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"place": {"longitude": 181, "latitude": 52, "source": "gps"}}, "payload.place.longitude"),
        ({"place": {"longitude": -0.9, "latitude": -91, "source": "gps"}}, "payload.place.latitude"),
        ({"place": {"longitude": 0, "latitude": 0, "source": "gps"}}, "payload.place.latitude"),
        ({"place": {"longitude": "here", "latitude": 52, "source": "gps"}}, "payload.place.longitude"),
        ({"place": {"longitude": -0.9, "latitude": 52, "source": "guess"}}, "payload.place.source"),
        ({"place": None}, "payload.place"),
        ({"severity": 5}, "payload.severity"),
        ({"severity": "bad"}, "payload.severity"),
        ({"note": "x" * 2001}, "payload.note"),
        ({"defect_id": "1"}, "payload.defect_id"),
        ({"observed_at": "yesterday"}, "payload.observed_at"),
        ({"colour": "red"}, "payload.colour"),
        ({"photos": [{"id": "x"}]}, "payload.photos"),
        ({"photos": [announced(sha256="short")]}, "payload.photos"),
        ({"photos": "none"}, "payload.photos"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(change: dict[str, Any], field: str) -> None:
    [result] = cast.push(cast.person("warden"), fence(**change))
    assert result["status"] == "rejected"
    assert any(error["field"].startswith(field) for error in result["errors"]), result
    assert not Defect.objects.exists() and not Photo.objects.exists()
    assert not Entry.objects.filter(kind="defect.raised").exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("[" * 100_000 + "]" * 100_000, 400, "unreadable"),
        ('{"device_id":' * 50_000, 400, "unreadable"),
        ("not json", 400, "unreadable"),
        ('{"device_id": NaN}', 400, "unreadable"),
        (b"\xff\xfe", 400, "unreadable"),
        ("[]", 400, "invalid_input"),
        ('{"operations": []}', 400, "invalid_input"),
        ('{"device_id": "x", "operations": [1]}', 400, "invalid_input"),
        ('{"pad": "' + "x" * 2_100_000 + '"}', 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_never_a_fault(body: str | bytes, status: int, code: str) -> None:
    answer = cast.client_of(cast.person("warden")).post("/api/sync/push", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Operation.objects.exists()


def test_a_text_with_a_nul_byte_is_refused_not_a_fault() -> None:
    [result] = cast.push(cast.person("warden"), fence(note="a\x00b"))
    assert result["status"] == "rejected"
    assert result["errors"][0]["field"] == "payload.note"


def test_a_nested_payload_of_a_thousand_levels_is_refused() -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    [result] = cast.push(cast.person("warden"), fence(note=deep))
    assert result["status"] == "rejected"


def test_an_operation_of_tomorrows_client_is_refused_in_words_and_kept() -> None:
    sent = cast.operation("teleport_defect", {"to": "elsewhere"})
    [result] = cast.push(cast.person("warden"), sent)
    assert (result["status"], result["code"]) == ("rejected", "unknown_operation")
    assert json.loads(Operation.objects.get().payload) == sent


def test_each_kind_has_its_roles() -> None:
    crew_only = cast.operation("accept_job", {"job_id": cast.new_id(), "at": timezone.now().isoformat()})
    [result] = cast.push(cast.person("warden"), crew_only)
    assert (result["status"], result["code"]) == ("rejected", "not_allowed")
    answer = cast.client_of(cast.person("councillor")).post(
        "/api/sync/push",
        {"device_id": cast.new_id(), "operations": [fence()]},
        content_type="application/json",
    )
    assert answer.status_code == 403


def test_nobody_pushes_without_signing_in(client: Any) -> None:
    answer = client.post("/api/sync/push", {"operations": []}, content_type="application/json")
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_needed"


def test_a_known_defect_is_seen_again() -> None:
    warden, officer, sent = cast.person("warden"), cast.person("officer"), fence()
    cast.push(warden, sent)
    again = {"defect_id": sent["payload"]["defect_id"], "observed_at": timezone.now().isoformat(), "note": "worse"}
    [result] = cast.push(officer, cast.operation("confirm_defect", again))
    assert result["status"] == "applied", result
    defect = Defect.objects.get()
    assert defect.seen_again == 1 and defect.version == 2
    assert [note.text for note in defect.notes.all()] == ["worse"]


def test_pushing_one_defect_takes_few_queries() -> None:
    warden = cast.person("warden")
    client = cast.client_of(warden)
    body = {"device_id": cast.new_id(), "operations": [fence(photos=[announced()])]}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/api/sync/push", body, content_type="application/json")
    assert answer.json()["results"][0]["status"] == "applied"
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) < 12, "\n".join(asked)


@pytest.mark.django_db(transaction=True)
def test_two_copies_that_arrive_at_once_are_done_once() -> None:
    warden, sent = cast.person("warden"), fence()
    results: list[dict[str, Any]] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        results.extend(cast.push(warden, sent))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Defect.objects.count() == 1
    assert Entry.objects.filter(kind="defect.raised").count() == 1
    assert sorted(r["status"] for r in results) == ["applied"] + ["repeated"] * 5
