"""What comes before what it depends on: kept, applied when that is, and after an hour tried without."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Audit, Defect
from ledger.models import Entry
from media.models import Photo
from sync import tasks
from sync.deciding import decide_conflict
from sync.models import Operation
from tests import cast, towns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def patrol() -> dict[str, Any]:
    started_at = timezone.now().isoformat()
    return cast.operation("start_patrol", {"patrol_id": cast.new_id(), "kind": "patrol", "started_at": started_at})


def seen_on(start: dict[str, Any], **more: Any) -> dict[str, Any]:
    payload = cast.defect_payload(patrol_id=start["payload"]["patrol_id"], **more)
    return cast.operation("raise_defect", payload, after=start["id"])


def confirmed(raised: dict[str, Any], **more: Any) -> dict[str, Any]:
    payload = {"defect_id": raised["payload"]["defect_id"], "observed_at": timezone.now().isoformat(), **more}
    return cast.operation("confirm_defect", payload, after=raised["id"])


def announced() -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat()}


@pytest.fixture
def an_hour_passes(settings: Any) -> Callable[[], None]:
    """As if everything that is here had come an hour earlier: from now on, nothing has to wait longer."""

    def passes() -> None:
        settings.FORCE_WAITING_AFTER_S = 0

    return passes


def statuses() -> dict[str, str]:
    return {str(row.pk): row.status for row in Operation.objects.all()}


def test_a_child_that_comes_first_is_kept_whole_and_its_photos_are_expected() -> None:
    warden, start, photo = cast.person("warden"), patrol(), announced()
    child = seen_on(start, photos=[photo])
    [result] = cast.push(warden, child)
    assert (result["status"], result["code"]) == ("waiting", None)
    kept = Operation.objects.get()
    assert json.loads(kept.payload) == child
    assert (str(kept.after), kept.subject_kind) == (start["id"], "defect")
    assert str(kept.subject_id) == child["payload"]["defect_id"]
    assert dt.datetime.fromisoformat(result["received_at"]) == kept.received_at
    assert Photo.objects.get(pk=photo["id"]).uploaded_by == warden
    assert cast.push(warden, child) == [result]
    assert not Defect.objects.exists()


def test_the_parent_alone_brings_its_children_and_theirs() -> None:
    warden, start = cast.person("warden"), patrol()
    child = seen_on(start)
    grandchild = confirmed(child)
    cast.push(warden, grandchild)
    cast.push(warden, child)
    assert not Defect.objects.exists()
    assert [r["status"] for r in cast.push(warden, start)] == ["applied"]
    assert set(statuses().values()) == {"applied"}
    defect = Defect.objects.get()
    assert defect.audit == Audit.objects.get() and defect.seen_again == 1
    assert not Operation.objects.exclude(payload="").exists(), "what is applied is in the rows and the ledger"
    assert [r["status"] for r in cast.push(warden, child, grandchild)] == ["repeated", "repeated"]


def test_the_parent_may_stand_behind_its_children_in_the_same_push() -> None:
    warden, start = cast.person("warden"), patrol()
    child = seen_on(start)
    grandchild, other = confirmed(child), seen_on(start)
    results = cast.push(warden, grandchild, other, child, start)
    assert [r["id"] for r in results] == [grandchild["id"], other["id"], child["id"], start["id"]]
    assert {r["status"] for r in results} == {"applied"}


def test_another_persons_parent_brings_the_child_as_well() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    raised = cast.operation("raise_defect", cast.defect_payload())
    again = confirmed(raised)
    cast.push(officer, again)
    cast.push(warden, raised)
    assert statuses() == {raised["id"]: "applied", again["id"]: "applied"}
    assert Entry.objects.get(kind="defect.seen_again").actor_id == officer.pk


def test_what_waited_counts_from_when_it_first_came() -> None:
    warden, start = cast.person("warden"), patrol()
    child = seen_on(start) | {"made_at": (timezone.now() - dt.timedelta(hours=1)).isoformat()}
    child["payload"]["observed_at"] = child["made_at"]
    cast.push(warden, child)
    Operation.objects.update(received_at=timezone.now() - dt.timedelta(minutes=40))
    came_at = Operation.objects.get().received_at
    [_, result] = cast.push(warden, start, child)
    assert (result["status"], dt.datetime.fromisoformat(result["received_at"])) == ("applied", came_at)
    assert Defect.objects.get().received_at == came_at, "the target's clock starts with the receipt"


def test_the_same_id_with_other_content_replaces_nothing_while_it_waits() -> None:
    warden, start = cast.person("warden"), patrol()
    child = seen_on(start)
    cast.push(warden, child)
    other = {**child, "payload": {**child["payload"], "note": "something else"}}
    [result] = cast.push(warden, other)
    assert (result["status"], result["code"]) == ("conflict", "operation_differs")
    [theirs] = cast.push(cast.person("officer"), child)
    assert (theirs["status"], theirs["code"]) == ("conflict", "operation_differs")
    assert [r["status"] for r in cast.push(warden, other, start)] == ["conflict", "applied"]
    assert Defect.objects.get().note == "Two panels out"


def test_after_an_hour_it_is_tried_without_its_parent_at_the_next_push(an_hour_passes: Callable[[], None]) -> None:
    warden, raised = cast.person("warden"), cast.operation("raise_defect", cast.defect_payload())
    fine = cast.operation("raise_defect", cast.defect_payload(), after=cast.new_id())
    alone = seen_on(patrol())
    assert [r["status"] for r in cast.push(warden, fine, alone)] == ["waiting", "waiting"]
    an_hour_passes()
    results = cast.push(warden, raised, fine, alone)
    assert [r["status"] for r in results] == ["applied", "applied", "rejected"]
    assert results[2]["code"] == "unknown_patrol"
    forced = Operation.objects.exclude(forced_at=None)
    assert {str(row.pk) for row in forced} == {fine["id"], alone["id"]}
    # It doesn't begin to wait anew, and can still be sent again once its reason is gone.
    assert cast.push(warden, alone)[0]["status"] == "rejected"
    Audit.objects.create(id=alone["payload"]["patrol_id"], kind="patrol", led_by=warden, started_at=timezone.now())
    assert cast.push(warden, alone)[0]["status"] == "applied"


def test_after_an_hour_the_clock_tries_it_without_the_phone(an_hour_passes: Callable[[], None]) -> None:
    warden = cast.person("warden")
    lost_parent = cast.operation("raise_defect", cast.defect_payload())
    fine = cast.operation("raise_defect", cast.defect_payload(), after=lost_parent["id"])
    its_child, photo = confirmed(fine), announced()
    alone = confirmed(lost_parent, photos=[photo])
    cast.push(warden, its_child, fine, alone)
    assert tasks.apply_waiting() == 0
    assert set(statuses().values()) == {"waiting"}
    an_hour_passes()
    assert tasks.apply_waiting() == 3
    assert statuses() == {fine["id"]: "applied", its_child["id"]: "applied", alone["id"]: "rejected"}
    kept = Operation.objects.get(pk=alone["id"])
    assert kept.forced_at is not None and json.loads(kept.payload) == alone
    assert Operation.objects.get(pk=its_child["id"]).forced_at is None, "it only needed its own parent"
    assert Photo.objects.filter(pk=photo["id"]).exists(), "the phone can deliver it all the same"
    assert tasks.apply_waiting() == 0


def test_the_sweep_finds_what_a_push_on_another_connection_missed() -> None:
    warden, start = cast.person("warden"), patrol()
    child = seen_on(start)
    cast.push(warden, start)
    cast.push(warden, child)
    # As it lies when both were written at the same moment: neither saw the other.
    Defect.objects.all().delete()
    Operation.objects.filter(pk=child["id"]).update(status="waiting", payload=json.dumps(child))
    assert tasks.apply_waiting() == 1
    assert Defect.objects.get().audit == Audit.objects.get()


def test_two_that_wait_for_each_other_and_one_for_itself_are_forced_like_others(
    an_hour_passes: Callable[[], None],
) -> None:
    warden = cast.person("warden")
    one, two, three = (cast.operation("raise_defect", cast.defect_payload()) for _ in range(3))
    one["after"], two["after"], three["after"] = two["id"], one["id"], three["id"]
    assert [r["status"] for r in cast.push(warden, one, two, three)] == ["waiting"] * 3
    an_hour_passes()
    assert {r["status"] for r in cast.push(warden, one, two, three)} <= {"applied", "repeated"}
    assert Defect.objects.count() == 3


def test_a_child_keeps_waiting_while_its_refused_parent_is_put_right() -> None:
    warden, parent = cast.person("warden"), cast.operation("raise_defect", cast.defect_payload(category="NO-SUCH"))
    child = confirmed(parent)
    cast.push(warden, child)
    refused, waits = cast.push(warden, parent, child)
    assert waits["detail"] == f"What it depends on was not accepted: {refused['detail']}"
    parent["payload"]["category"] = "FN-DAM"
    assert [r["status"] for r in cast.push(warden, parent)] == ["applied"]
    assert set(statuses().values()) == {"applied"}


def test_photos_of_what_was_refused_or_is_in_conflict_are_expected_too() -> None:
    warden = cast.person("warden")
    taken, refused, strange = announced(), announced(), announced()
    first = cast.operation("raise_defect", cast.defect_payload(photos=[taken]))
    bad = cast.operation("raise_defect", cast.defect_payload(category="NO-SUCH", photos=[refused, {"id": "nonsense"}]))
    tomorrows = cast.operation("teleport_defect", {"photos": [strange, 7], "to": "elsewhere"})
    both = cast.operation("raise_defect", {**first["payload"], "photos": [announced()]})
    results = cast.push(warden, first, bad, tomorrows, both)
    assert [r["status"] for r in results] == ["applied", "rejected", "rejected", "conflict"]
    announced_ids = {taken["id"], refused["id"], strange["id"], both["payload"]["photos"][0]["id"]}
    assert {str(pk) for pk in Photo.objects.values_list("pk", flat=True)} == announced_ids
    # Its reason is gone: the photos are hung on the record as if nothing had been.
    bad["payload"] |= {"category": "FN-DAM", "photos": [refused]}
    assert cast.push(warden, bad)[0]["status"] == "applied"
    assert Photo.objects.count() == 4


def test_a_photo_that_is_announced_again_with_other_content_takes_nothing_from_the_first() -> None:
    warden, photo = cast.person("warden"), announced()
    cast.push(warden, cast.operation("raise_defect", cast.defect_payload(photos=[photo])))
    claimed = cast.operation(
        "raise_defect", cast.defect_payload(category="NO-SUCH", photos=[photo | {"sha256": "c" * 64}])
    )
    assert cast.push(cast.person("officer"), claimed)[0]["status"] == "rejected"
    assert Photo.objects.get().sha256 == photo["sha256"] and Photo.objects.get().uploaded_by == warden


def test_what_a_person_decided_is_the_answer_from_then_on() -> None:
    warden, dispatcher = cast.person("warden"), cast.person("dispatcher")
    first = cast.operation("raise_defect", cast.defect_payload())
    cast.push(warden, first)
    second = cast.operation("raise_defect", {**first["payload"], "note": "Three panels out"})
    child = confirmed(second)
    assert [r["status"] for r in cast.push(warden, second, child)] == ["conflict", "waiting"]
    decide_conflict(person=dispatcher, operation_id=second["id"], decision="keep", note="Same fence.")
    [kept] = cast.push(warden, second)
    assert (kept["status"], kept["code"]) == ("conflict", "conflict_kept")
    assert "Dina Dispatcher" in kept["detail"] and "Same fence." in kept["detail"]
    Operation.objects.filter(pk=second["id"]).update(decision="take")  # as of a desk that decided otherwise
    [taken] = cast.push(warden, second)
    assert (taken["status"], taken["code"], taken["detail"]) == ("repeated", None, None)
    assert tasks.apply_waiting() == 1, "what waited for it goes on"


def test_an_ordinary_push_asks_no_more_for_all_this() -> None:
    client = cast.client_of(cast.person("warden"))
    sent = cast.operation("raise_defect", cast.defect_payload(photos=[announced()]))
    with CaptureQueriesContext(connection) as queries:
        client.post("/api/sync/push", {"device_id": cast.new_id(), "operations": [sent]}, "application/json")
    about_operations = [q["sql"] for q in queries if '"sync_operation"' in q["sql"]]
    assert len(about_operations) == 2, "\n".join(about_operations)


@pytest.mark.django_db(transaction=True)
def test_push_and_sweep_at_the_same_moment_apply_each_once(an_hour_passes: Callable[[], None]) -> None:
    warden, start = cast.person("warden"), patrol()
    raised = seen_on(start)
    children = [confirmed(raised) for _ in range(3)]
    cast.push(warden, *children, raised)
    Audit.objects.create(id=start["payload"]["patrol_id"], kind="patrol", led_by=warden, started_at=timezone.now())
    an_hour_passes()
    moment = threading.Barrier(6)

    def at_once(what: Any) -> None:
        moment.wait()
        what()
        connection.close()

    works = [tasks.apply_waiting] * 3 + [lambda: cast.push(warden, *children, raised)] * 3
    threads = [threading.Thread(target=at_once, args=(what,)) for what in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tasks.apply_waiting()
    assert set(statuses().values()) == {"applied"}
    assert Defect.objects.get().seen_again == 3
    assert Entry.objects.filter(kind="defect.raised").count() == 1
    assert Entry.objects.filter(kind="defect.seen_again").count() == 3
