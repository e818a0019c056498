"""Ash announces a photo with a defect and sends the bytes when there is signal."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from accounts.models import Person
from deploy.state import CHECKOUT
from ledger.models import Delivery, Entry
from ledger.problems import Problem
from media import storage
from media.actions import expect_photos
from media.models import Photo
from tests.media.conftest import (
    OBSERVED_AT,
    TakenPhoto,
    as_file,
    png_of,
    put,
    signed_in,
    stored_files,
    street_photo,
    use_s3,
)

Announce = Callable[..., Photo]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("photo_urls")]


@pytest.fixture
def fence() -> TakenPhoto:
    """A broken fence, as Ash's phone took it: it knows where and with what."""
    image = street_photo()
    exif = image.getexif()
    exif[0x0110] = "Phone 12"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (53.0, 18.0, 0.0), "E", (1.0, 36.0, 0.0)
    return TakenPhoto(as_file(image, exif=exif))


def story(photo_id: uuid.UUID) -> list[str]:
    entries = Entry.objects.filter(subject_kind="photo", subject_id=str(photo_id))
    return list(entries.order_by("sequence").values_list("kind", flat=True))


# ── announcing ───────────────────────────────────────────────────────────────


def test_a_photo_is_expected_before_its_bytes_come(ash: Person, fence: TakenPhoto, announce: Announce) -> None:
    photo = announce(ash, fence)
    assert photo.state == "expected"
    assert (photo.sha256, photo.size_bytes) == (fence.sha256, len(fence.data))
    assert photo.taken_at == OBSERVED_AT
    assert photo.place is not None
    assert photo.place.coords == (1.6, 53.3)
    assert photo.accuracy_m == 8.0
    assert photo.organisation == ash.organisation
    assert list(Photo.objects.missing()) == [photo]
    assert list(Photo.objects.missing_since(photo.expected_at)) == []
    assert story(photo.pk) == []


def test_the_same_announcement_again_is_fine_and_another_is_not(
    ash: Person, bo: Person, fence: TakenPhoto, announce: Announce
) -> None:
    first = announce(ash, fence)
    assert announce(ash, fence) == first
    assert story(first.pk) == []
    others = [(ash, {"sha256": "0" * 64}), (ash, {"content_type": "image/png"}), (bo, {})]
    for who, changed in others:
        with pytest.raises(Problem) as refused:
            announce(who, fence, **changed)
        assert refused.value.code == "photo_differs"
        assert refused.value.errors[0]["field"] == "payload.photos[0].id"
    assert Photo.objects.count() == 1


def test_ten_photos_are_announced_in_two_queries(ash: Person, django_assert_num_queries: Any) -> None:
    photos = [TakenPhoto(b"%d" % n, id=uuid.uuid4()).announcement(place=None) for n in range(10)]
    with transaction.atomic(), django_assert_num_queries(2):
        expected = expect_photos(person=ash, photos=photos)
    assert [photo.pk for photo in expected] == [photo["id"] for photo in photos]
    with transaction.atomic(), pytest.raises(Problem) as refused:
        expect_photos(person=ash, photos=[photos[0], photos[0]])
    assert refused.value.code == "photo_differs"


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_announced_with_its_record_only(ash: Person, fence: TakenPhoto) -> None:
    with pytest.raises(RuntimeError):
        expect_photos(person=ash, photos=[fence.announcement()])


# ── sending ──────────────────────────────────────────────────────────────────


def test_the_bytes_arrive_and_are_kept_untouched(
    any_store: str, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    answer = put(signed_in(ash), fence)
    assert answer.status_code == 201, answer.content
    receipt = {
        "id": str(fence.id),
        "sha256": fence.sha256,
        "size_bytes": len(fence.data),
        "state": "received",
    }
    assert answer.json() == receipt
    photo = Photo.objects.get()
    assert photo.state == "received"
    # What the pixels hold, a worker finds out.
    assert (photo.width, photo.height, photo.exif) == (None, None, {})
    with storage.open_stored(photo.original_key) as original:
        assert hashlib.sha256(original.read()).hexdigest() == fence.sha256
    assert story(photo.pk) == ["photo.received"]
    assert Delivery.objects.get().reaction == "media.make_renditions"

    again = put(signed_in(ash), fence)
    assert again.status_code == 200
    assert again.json() == receipt
    assert story(photo.pk) == ["photo.received"]


def test_an_entry_names_the_hash_and_nothing_personal(
    local_store: Path, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    put(signed_in(ash), fence)
    entry = Entry.objects.get(kind="photo.received")
    assert entry.data == {"sha256": fence.sha256, "size_bytes": len(fence.data), "content_type": "image/jpeg"}
    assert (entry.actor_id, entry.organisation_id) == (ash.pk, ash.organisation_id)


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("heic_heif_avif/IMG_2927.HEIC", "image/heic"),
        ("heic_heif_avif/IMG_2927.HEIC", "image/heif"),
        ("heic_heif_avif/Issue_649.avif", "image/avif"),
        ("geotagged_phone_and_camera/Issue_473_Java.webp", "image/webp"),
        ("street_defects_bath_geotagged/photo_1.JPG", "image/jpeg"),
    ],
)
def test_photos_of_real_phones_are_received(
    file: str, content_type: str, shared_data: Path, local_store: Path, ash: Person, announce: Announce
) -> None:
    taken = TakenPhoto((shared_data / "photos" / file).read_bytes(), content_type)
    announce(ash, taken)
    assert put(signed_in(ash), taken).status_code == 201
    assert Photo.objects.get().original_key.endswith({"webp": "webp", "JPG": "jpg"}.get(file[-3:], file[-4:].lower()))


def test_bytes_that_were_damaged_on_the_way_are_sent_again(
    local_store: Path, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    damaged = fence.data[:-1] + b"\x00"
    for wrong in (damaged, fence.data[: len(fence.data) // 2], b""):
        answer = put(signed_in(ash), fence, wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")
    assert Photo.objects.get().state == "expected"
    assert stored_files(local_store) == []
    assert put(signed_in(ash), fence).status_code == 201


def test_other_bytes_under_a_known_id_are_a_conflict(
    local_store: Path, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    other = TakenPhoto(as_file(Image.new("RGB", (50, 50))))
    for _ in ("before the photo is there", "and after"):
        answer = put(signed_in(ash), other)
        assert (answer.status_code, answer.json()["code"]) == (409, "photo_differs")
        put(signed_in(ash), fence)
    photo = Photo.objects.get()
    assert photo.sha256 == fence.sha256
    with storage.open_stored(photo.original_key) as original:
        assert original.read() == fence.data


def test_a_photo_without_its_record_waits(local_store: Path, ash: Person, fence: TakenPhoto) -> None:
    answer = put(signed_in(ash), fence)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_photo")
    assert stored_files(local_store) == []


def test_only_who_announced_a_photo_sends_it(
    local_store: Path, ash: Person, bo: Person, ems: Any, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    answer = put(signed_in(bo), fence)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    councillor = Person.objects.create(username="cy", name="Cy", role="councillor", organisation=ems)
    assert put(signed_in(councillor), fence).status_code == 403
    answer = put(Client(), fence)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert Photo.objects.get().state == "expected"
    assert stored_files(local_store) == []


def test_another_site_cannot_send_in_ones_name(
    local_store: Path, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ash)
    answer = put(client, fence)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert Photo.objects.get().state == "expected"


# ── refusals ─────────────────────────────────────────────────────────────────


def no_photos() -> list[Any]:
    return [
        pytest.param(b"<!doctype html><script>alert(1)</script>", "image/jpeg", 415, "not_a_photo", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 415, "not_a_photo", id="a drawing"),
        pytest.param(as_file(street_photo(), "PNG"), "image/jpeg", 415, "not_a_photo", id="another type"),
        pytest.param(png_of(20_000, 20_000), "image/png", 422, "photo_too_many_pixels", id="a bomb"),
    ]


@pytest.mark.parametrize(("data", "content_type", "status", "code"), no_photos())
def test_what_is_no_photo_is_refused_in_words_and_never_stored(
    data: bytes,
    content_type: str,
    status: int,
    code: str,
    local_store: Path,
    ash: Person,
    announce: Announce,
) -> None:
    taken = TakenPhoto(data, content_type)
    announce(ash, taken)
    for _ in ("once", "and again"):
        answer = put(signed_in(ash), taken)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["Content-Type"] == "application/problem+json"
    photo = Photo.objects.get()
    assert (photo.state, photo.refused_code, photo.original_key) == ("refused", code, "")
    assert story(photo.pk) == ["photo.refused"]
    assert stored_files(local_store) == []
    assert Delivery.objects.count() == 0
    answer = signed_in(ash).get(f"/api/photos/{photo.pk}/view")
    assert (answer.status_code, answer.json()["code"]) == (404, "photo_not_ready")
    assert "Retry-After" not in answer.headers


def test_a_photo_that_was_refused_is_taken_once_it_can_be_read(
    local_store: Path, settings: Any, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    settings.PHOTO_MAX_PIXELS = 1000
    assert put(signed_in(ash), fence).json()["code"] == "photo_too_many_pixels"
    settings.PHOTO_MAX_PIXELS = 1_000_000
    assert put(signed_in(ash), fence).status_code == 201
    assert story(fence.id) == ["photo.refused", "photo.received"]


def test_a_photo_that_is_too_large_is_refused_before_it_is_read(
    local_store: Path, settings: Any, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    settings.PHOTO_MAX_BYTES = len(fence.data) + 10
    answer = put(signed_in(ash), fence, fence.data + bytes(100))
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")
    assert Photo.objects.get().state == "expected"  # these were not the bytes that were announced
    settings.PHOTO_MAX_BYTES = len(fence.data) - 1
    answer = put(signed_in(ash), fence)
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")
    assert Photo.objects.get().refused_code == "photo_too_large"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content_type": "text/html"}, 415, "not_a_photo"),
        ({"content_type": "image/svg+xml"}, 415, "not_a_photo"),
        ({"content_type": "image/png"}, 415, "not_a_photo"),
        ({"content_type": "multipart/form-data; boundary=x"}, 415, "not_a_photo"),
        ({"X-Content-SHA256": ""}, 400, "invalid_input"),
        ({"X-Content-SHA256": "x" * 64}, 400, "invalid_input"),
        ({"X-Content-SHA256": "0" * 64}, 409, "photo_differs"),
        ({"Content-Length": "9" * 5000}, 422, "hash_mismatch"),
        ({"Content-Length": "-5"}, 422, "hash_mismatch"),
        ({"Content-Length": "99999999999"}, 413, "photo_too_large"),
    ],
)
def test_headers_that_do_not_fit_are_refused(
    headers: dict[str, str],
    status: int,
    code: str,
    local_store: Path,
    ash: Person,
    fence: TakenPhoto,
    announce: Announce,
) -> None:
    announce(ash, fence)
    answer = put(signed_in(ash), fence, None, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Photo.objects.get().state == "expected"
    assert stored_files(local_store) == []


# ── when things break ────────────────────────────────────────────────────────


def test_while_the_store_is_away_the_phone_keeps_its_photo(
    settings: Any, ash: Person, fence: TakenPhoto, announce: Announce, tmp_path: Path
) -> None:
    announce(ash, fence)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    settings.PHOTO_STORE, settings.PHOTO_FOLDER = "local", blocked
    answer = put(signed_in(ash), fence)
    assert (answer.status_code, answer.json()["code"]) == (503, "photo_store_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert Photo.objects.get().state == "expected"
    blocked.unlink()
    assert put(signed_in(ash), fence).status_code == 201


@pytest.mark.s3
def test_while_s3_is_away_the_phone_keeps_its_photo(
    settings: Any, seaweed: Any, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    use_s3(settings, seaweed, SIGHTLINE_S3_ENDPOINT="http://127.0.0.1:9")
    answer = put(signed_in(ash), fence)
    assert (answer.status_code, answer.json()["code"]) == (503, "photo_store_unavailable")
    assert Photo.objects.get().state == "expected"


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_sent_four_times_at_once_is_stored_once(
    any_store: str, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    announce(ash, fence)
    clients = [signed_in(ash) for _ in range(4)]
    statuses: list[int] = []

    def send(client: Client) -> None:
        try:
            statuses.append(put(client, fence).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 200, 201]
    assert story(fence.id) == ["photo.received"]
    with storage.open_stored(Photo.objects.get().original_key) as original:
        assert original.read() == fence.data


@pytest.mark.django_db(transaction=True)
def test_killed_between_store_and_database_the_next_try_finishes(
    photo_folder: Path,
    settings: Any,
    program_env: dict[str, str],
    ash: Person,
    fence: TakenPhoto,
    announce: Announce,
    tmp_path: Path,
) -> None:
    settings.PHOTO_STORE, settings.PHOTO_FOLDER = "local", photo_folder
    photo = announce(ash, fence)
    sent = tmp_path / "sent.jpg"
    sent.write_bytes(fence.data)
    program = f"""
        import os, signal, uuid
        import django
        django.setup()
        from accounts.models import Person
        from media import actions, storage
        save = storage.save_original
        def save_then_die(key, path):
            save(key, path)
            os.kill(os.getpid(), signal.SIGKILL)
        storage.save_original = save_then_die
        actions.receive_photo(
            photo_id=uuid.UUID("{photo.pk}"), person=Person.objects.get(username="ash"),
            content_type="image/jpeg", sha256="{photo.sha256}", size_bytes={photo.size_bytes},
            stream=open({str(sent)!r}, "rb"),
        )
    """
    env = {**os.environ, **program_env, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], env=env, cwd=CHECKOUT, check=False)
    assert done.returncode == -9
    originals = list((photo_folder / "original").rglob(f"{photo.pk}.jpg"))
    assert len(originals) == 1
    photo.refresh_from_db()
    assert photo.state == "expected"

    assert put(signed_in(ash), fence).status_code == 201
    assert list((photo_folder / "original").rglob(f"{photo.pk}*")) == originals
    assert originals[0].read_bytes() == fence.data
    assert story(photo.pk) == ["photo.received"]


def test_the_database_holds_the_rules_too(ash: Person, fence: TakenPhoto, announce: Announce) -> None:
    announce(ash, fence)
    for impossible in (
        {"state": "lost"},
        {"fault_code": "broken_photo"},
        {"state": "received"},
        {"state": "ready"},
        {"state": "refused"},
        {"state": "unshowable"},
        {"sha256": "G" * 64},
        {"original_key": "original/2026/11/x.jpg"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Photo.objects.update(**impossible)
