"""A phone is lost: its manager locks it, and it is of no use to whoever finds it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import devices
from accounts.models import Device
from accounts.rules import device_name
from ledger.models import Entry
from tests import cast

# With commits, as in life: what a process keeps in mind is thrown away once a lock is committed.
pytestmark = pytest.mark.django_db(transaction=True)

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


def sign_in(client: Client, username: str, device: str | None) -> Any:
    body = {"username": username, "password": cast.PASSWORD, "device_id": device}
    return client.post("/api/session", body, content_type="application/json", headers={"user-agent": ANDROID})


def lock(device: str, note: str = "Left on the bus") -> Any:
    desk = cast.client_of(cast.person("manager"))
    return desk.post(f"/api/devices/{device}/revoke", {"note": note}, content_type="application/json")


def test_a_lost_phone_is_locked_and_found_again() -> None:
    warden, phone, device = cast.person("warden"), Client(), cast.new_id()
    assert sign_in(phone, "warden", device).status_code == 200
    other, other_device = Client(), cast.new_id()
    assert sign_in(other, "warden", other_device).status_code == 200

    answer = lock(device)
    assert answer.status_code == 200, answer.content
    assert answer.json()["revoked_by"]["name"] == "Mo Manager"
    assert answer.json()["note"] == "Left on the bus"
    # The session ended, whoever has its cookie; the phone itself is told why, also at a sign-in.
    assert phone.get("/api/news").json()["code"] == "sign_in_needed"
    told = phone.get("/api/news", headers={"X-Sightline-Device": device})
    assert (told.status_code, told.json()["code"]) == (401, "device_revoked")
    assert phone.get("/api/session", headers={"X-Sightline-Device": device}).json()["code"] == "device_revoked"
    assert sign_in(Client(), "warden", device).json()["code"] == "device_revoked"
    # Their other phone works on.
    assert other.get("/api/news", headers={"X-Sightline-Device": other_device}).status_code == 200

    desk = cast.client_of(cast.person("manager"))
    restored = desk.post(f"/api/devices/{device}/restore", {}, content_type="application/json")
    assert (restored.status_code, restored.json()["revoked_at"], restored.json()["note"]) == (200, None, "")
    assert sign_in(Client(), "warden", device).status_code == 200
    entries = Entry.objects.filter(subject_kind="device").order_by("sequence")
    assert [(entry.kind, entry.data) for entry in entries] == [
        ("device.revoked", {"person": str(warden.pk)}),
        ("device.restored", {"person": str(warden.pk)}),
    ]


def test_a_session_from_before_devices_were_kept_ends_too() -> None:
    phone, device = Client(), cast.new_id()
    warden = cast.person("warden")
    phone.force_login(warden)
    Device.objects.create(id=device, person=warden)
    assert phone.get("/api/news").status_code == 200
    lock(device)
    assert phone.get("/api/news").status_code == 401
    desk_sessions = [s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(warden.pk)]
    assert desk_sessions == []


def test_locking_twice_writes_one_entry_and_keeps_the_first_word() -> None:
    device = cast.new_id()
    Device.objects.create(id=device, person=cast.person("warden"))
    lock(device, "On the bus")
    assert lock(device, "Or in the park").json()["note"] == "On the bus"
    assert Entry.objects.filter(kind="device.revoked").count() == 1


def test_a_manager_sees_and_locks_the_phones_of_their_own_people() -> None:
    device, other = cast.new_id(), cast.new_id()
    sign_in(Client(), cast.person("warden").username, device)
    sign_in(Client(), cast.person("crew").username, other)
    council, ems = cast.client_of(cast.person("manager")), cast.client_of(cast.person("manager", of=cast.EMS))

    everybody = council.get("/api/devices").json()["results"]
    assert {row["id"] for row in everybody} == {device, other}
    assert {row["name"] for row in everybody} == {"Chrome on Android"}
    assert [row["id"] for row in council.get("/api/devices?q=wendy").json()["results"]] == [device]
    assert [row["id"] for row in council.get("/api/devices?q=ems carl").json()["results"]] == [other]
    assert [row["id"] for row in ems.get("/api/devices").json()["results"]] == [other]
    refused = ems.post(f"/api/devices/{device}/revoke", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_device")
    assert Device.objects.get(pk=device).revoked_at is None


def test_an_ordinary_request_asks_nothing_more_of_the_database() -> None:
    phone, device = Client(), cast.new_id()
    sign_in(phone, cast.person("warden").username, device)
    phone.get("/api/news", headers={"X-Sightline-Device": device})
    with CaptureQueriesContext(connection) as queries:
        phone.get("/api/news", headers={"X-Sightline-Device": device})
    assert [query["sql"] for query in queries if "accounts_device" in query["sql"]] == []


def test_when_a_phone_was_last_seen_is_written_down_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    phone, device = Client(), cast.new_id()
    sign_in(phone, cast.person("warden").username, device)
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    Device.objects.filter(pk=device).update(last_seen_at=hour_ago)
    # Another web process: it has not heard of this phone yet.
    monkeypatch.setattr(devices, "_seen", {})
    phone.get("/api/news")
    seen = Device.objects.get(pk=device).last_seen_at
    assert seen > hour_ago
    monkeypatch.setattr(devices, "_seen", {})
    phone.get("/api/news")
    assert Device.objects.get(pk=device).last_seen_at == seen


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_phone_is_called_by_what_it_is(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
