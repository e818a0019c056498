"""A phone that can't send: its file is handed in at a desk, and nothing in it is lost or done twice."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import Person
from audits.models import Audit, Defect
from ledger.models import Entry
from media.models import Photo
from sync.models import Operation
from tests import cast, towns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def jpeg(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    return file.getvalue()


def taken(data: bytes) -> dict[str, Any]:
    return {
        "id": cast.new_id(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_bytes": len(data),
        "content_type": "image/jpeg",
        "taken_at": timezone.now().isoformat(),
    }


def outbox(author: Person, *operations: Any, photos: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """``outbox.json`` as a phone writes it."""
    return {
        "format": "sightline-outbox",
        "version": 1,
        "exported_at": timezone.now().isoformat(),
        "device_id": cast.new_id(),
        "person": {"id": str(author.pk), "name": author.name, "username": author.username},
        "operations": list(operations),
        "photos": photos or [],
        **more,
    }


def zipped(fields: Any, files: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("outbox.json", fields if isinstance(fields, bytes) else json.dumps(fields))
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return made.getvalue()


def hand_in(file: bytes, who: str = "manager", **cast_more: Any) -> Any:
    client = cast.client_of(cast.person(who, **cast_more))
    return client.post("/api/sync/import", file, content_type="application/zip")


def in_file(photo: dict[str, Any], file: str | None) -> dict[str, Any]:
    """The photo as the export lists it, with more about it than anybody has to read."""
    return {**photo, "operation_id": cast.new_id(), "state": "here", "file": file}


def a_day(author: Person) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A patrol, a fence seen on it with two photos, the later record before the earlier; one photo is gone."""
    red, blue = jpeg("red"), jpeg("blue")
    first, second = taken(red), taken(blue)
    started_at = timezone.now().isoformat()
    start = cast.operation("start_patrol", {"patrol_id": cast.new_id(), "kind": "patrol", "started_at": started_at})
    payload = cast.defect_payload(patrol_id=start["payload"]["patrol_id"], photos=[first, second])
    fence = cast.operation("raise_defect", payload, after=start["id"])
    name = f"photos/{first['id']}.jpg"
    return outbox(author, fence, start, photos=[in_file(first, name), in_file(second, None)]), {name: red}


def test_a_manager_hands_in_what_a_broken_phone_held() -> None:
    warden, manager = cast.person("warden"), cast.person("manager")
    fields, files = a_day(warden)
    file = zipped(fields, files)
    answer = hand_in(file)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["person"] == {"id": str(warden.pk), "name": warden.name}
    assert [r["status"] for r in body["results"]] == ["applied", "applied"]
    assert [p["status"] for p in body["photos"]] == ["received", "missing"]

    defect = Defect.objects.get()
    assert (defect.raised_by, defect.audit) == (warden, Audit.objects.get())
    assert {row.imported_by for row in Operation.objects.all()} == {manager}
    [first, _] = fields["photos"]
    assert Photo.objects.get(pk=first["id"]).state == "received"
    entry = Entry.objects.get(kind="person.outbox_imported")
    assert (entry.subject_id, entry.actor_id) == (str(warden.pk), manager.pk)
    assert entry.data["file_sha256"] == hashlib.sha256(file).hexdigest()
    assert Entry.objects.get(kind="defect.raised").actor_id == warden.pk


def test_the_same_file_again_or_the_phone_after_all_changes_nothing() -> None:
    warden = cast.person("warden")
    fields, files = a_day(warden)
    assert cast.push(warden, fields["operations"][1])[0]["status"] == "applied"
    first, again = hand_in(zipped(fields, files)).json(), hand_in(zipped(fields, files)).json()
    assert [r["status"] for r in first["results"]] == ["applied", "repeated"]
    assert [r["status"] for r in again["results"]] == ["repeated", "repeated"]
    assert [p["status"] for p in again["photos"]] == ["repeated", "missing"]
    assert [r["status"] for r in cast.push(warden, *fields["operations"])] == ["repeated", "repeated"]
    assert (Defect.objects.count(), Entry.objects.filter(kind="photo.received").count()) == (1, 1)


def test_more_operations_than_one_push_takes_and_a_parent_in_the_last_part() -> None:
    warden = cast.person("warden")
    parent = cast.operation("raise_defect", cast.defect_payload())
    seen = {"defect_id": parent["payload"]["defect_id"], "observed_at": timezone.now().isoformat()}
    children = [cast.operation("confirm_defect", seen, after=parent["id"]) for _ in range(205)]
    body = hand_in(zipped(outbox(warden, *children, parent))).json()
    assert {r["status"] for r in body["results"]} <= {"applied", "repeated"}
    assert [r["id"] for r in body["results"]] == [op["id"] for op in [*children, parent]]
    assert Defect.objects.get().seen_again == 205


def test_a_photo_that_cannot_be_taken_says_why_and_the_others_are_taken() -> None:
    warden = cast.person("warden")
    red, blue, page = jpeg("red"), jpeg("blue"), b"<html>sign in</html>"
    good, damaged, wrong, stranger = taken(red), taken(blue), taken(page), taken(red)
    operation = cast.operation("raise_defect", cast.defect_payload(photos=[good, damaged, wrong]))
    files = {f"photos/{i}.jpg": data for i, data in enumerate([red, blue, page, red])}
    photos = [in_file(photo, f"photos/{i}.jpg") for i, photo in enumerate([good, damaged, wrong, stranger])]
    file = zipped(outbox(warden, operation, photos=photos), files)
    at = file.index(blue) + len(blue) // 2
    broken = file[:at] + bytes([file[at] ^ 0xFF]) + file[at + 1 :]
    rows = hand_in(broken).json()["photos"]
    assert [(row["status"], row["code"]) for row in rows] == [
        ("received", None),
        ("refused", "hash_mismatch"),
        ("refused", "not_a_photo"),
        ("refused", "unknown_photo"),
    ]
    # The whole file brings what the damaged one could not.
    assert [row["status"] for row in hand_in(file).json()["photos"]][:2] == ["repeated", "received"]


def test_one_bad_operation_never_keeps_the_others_out() -> None:
    warden = cast.person("warden")
    bad = cast.operation("raise_defect", cast.defect_payload(category="NO-SUCH"))
    body = hand_in(zipped(outbox(warden, bad, 7, cast.operation("raise_defect", cast.defect_payload())))).json()
    assert [r["status"] for r in body["results"]] == ["rejected", "rejected", "applied"]


def test_whose_work_may_be_handed_in_and_by_whom() -> None:
    warden, crew = cast.person("warden"), cast.person("crew")
    theirs = zipped(outbox(crew, cast.operation("raise_defect", cast.defect_payload())))
    ours = zipped(outbox(warden, cast.operation("raise_defect", cast.defect_payload())))
    assert hand_in(ours, "warden").status_code == 403
    refused = hand_in(ours, "manager", of=cast.EMS)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_person")
    assert hand_in(theirs, "manager", of=cast.EMS).status_code == 200
    assert hand_in(ours, "dispatcher").status_code == 200
    assert Operation.objects.count() == 2


def test_somebody_who_left_or_never_was_here_has_nothing_to_hand_in() -> None:
    warden = cast.person("warden")
    file = zipped(outbox(warden, cast.operation("raise_defect", cast.defect_payload())))
    Person.objects.filter(pk=warden.pk).update(is_active=False)
    assert hand_in(file).json()["code"] == "unknown_person"
    stranger = outbox(warden, person={"id": cast.new_id(), "name": "N", "username": "n"})
    assert hand_in(zipped(stranger)).json()["code"] == "unknown_person"
    assert not Operation.objects.exists()


def doubled() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("outbox.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("outbox.json", "{}")
    return made.getvalue()


def nested() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("export.zip", zipped({"format": "sightline-outbox"}))
    return made.getvalue()


def of_the_warden(**more: Any) -> bytes:
    return zipped(outbox(cast.person("warden"), **more))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "no ZIP"),
        (lambda: b"PK\x03\x04 and then nothing", "no ZIP"),
        (lambda: of_the_warden()[:-30], "no ZIP"),
        (nested, "no outbox.json"),
        (doubled, "twice"),
        (lambda: zipped(b"\xff\xfe"), "no JSON"),
        (lambda: zipped(b"[" * 100_000), "no JSON"),
        (lambda: zipped(b'{"format": NaN}'), "no JSON"),
        (lambda: zipped(["sightline-outbox"]), "not that of a phone"),
        (lambda: zipped({"format": "enketo"}), "not that of a phone"),
        (lambda: of_the_warden(version=2), "another release"),
        (lambda: of_the_warden(device_id="x"), "device_id"),
        (lambda: of_the_warden(person=None), "person"),
        (lambda: of_the_warden(photos=[{"id": "x"}]), "photos"),
        (lambda: of_the_warden(operations="none"), "operations"),
    ],
)
def test_what_is_no_export_is_refused_in_words_and_nothing_is_done(make: Any, words: str) -> None:
    answer = hand_in(make())
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_export")
    assert words in answer.json()["detail"]
    assert not Operation.objects.exists() and not Entry.objects.filter(kind="person.outbox_imported").exists()


def test_a_bomb_is_read_no_further_than_its_limit() -> None:
    bomb = zipped(b" " * 60_000_000, method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    answer = hand_in(bomb)
    assert (answer.status_code, answer.json()["code"]) == (413, "import_too_large")


def test_limits_of_size_and_number_hold(settings: Any) -> None:
    warden = cast.person("warden")
    three = zipped(outbox(warden, *(cast.operation("raise_defect", cast.defect_payload()) for _ in range(3))))
    settings.IMPORT_MAX_OPERATIONS = 2
    assert hand_in(three).json()["code"] == "import_too_large"
    settings.IMPORT_MAX_OPERATIONS = 3
    assert hand_in(three).status_code == 200
    settings.IMPORT_MAX_BYTES = len(three) - 1
    assert hand_in(three).json()["code"] == "import_too_large"
    claims_many = b"PK\x05\x06" + b"\xff" * 8 + b"\0" * 10
    assert hand_in(claims_many).json()["code"] == "import_too_large", "its list is never read"
    one = {**taken(b""), "file": "photos/one.jpg"}
    many = outbox(warden, photos=[{**one, "id": cast.new_id()} for _ in range(20)])
    packed = zipped(many, {"photos/one.jpg": bytes(1_000_000)}, zipfile.ZIP_DEFLATED)
    settings.IMPORT_MAX_BYTES = 10_000_000
    assert hand_in(packed).json()["code"] == "import_too_large", "the same entry twenty times is twenty to read"


def test_names_that_lead_elsewhere_lead_nowhere() -> None:
    warden, data = cast.person("warden"), jpeg("red")
    photo, away = taken(data), taken(data)
    operation = cast.operation("raise_defect", cast.defect_payload(photos=[photo, away]))
    files = {"../../etc/cron.d/x": data, "/tmp/x": b"x", "C:\\x": b"x", "__MACOSX/._outbox.json": b"x"}
    photos = [in_file(photo, "../../etc/cron.d/x"), in_file(away, "/etc/passwd")]
    body = hand_in(zipped(outbox(warden, operation, photos=photos), files)).json()
    assert [row["status"] for row in body["photos"]] == ["received", "missing"]
