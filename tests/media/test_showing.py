"""What others see of a photo: a thumbnail and a view, by links that end; the original for few."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Person
from ledger.models import Delivery, Entry
from ledger.outbox import deliver
from media import storage
from media.actions import make_renditions
from media.models import Photo
from tests.media.conftest import TakenPhoto, as_file, put, signed_in, street_photo
from tests.media.test_storage import fetch

Announce = Callable[..., Photo]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("photo_urls")]


@pytest.fixture
def sideways() -> TakenPhoto:
    """A large photo, held upright: stored lying, with a note to turn it, a place and a profile."""
    image = street_photo(3000, 2000).transpose(Image.Transpose.ROTATE_90)
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (53.0, 18.0, 0.0), "E", (1.0, 36.0, 0.0)
    return TakenPhoto(as_file(image, exif=exif))


def received(who: Person, taken: TakenPhoto, announce: Announce) -> Photo:
    announce(who, taken)
    assert put(signed_in(who), taken).status_code == 201
    return Photo.objects.get(pk=taken.id)


def deliver_all() -> None:
    """What the worker does."""
    for delivery in Delivery.objects.filter(done_at=None):
        assert deliver([delivery.pk])


def test_a_received_photo_becomes_ready_to_be_seen(
    any_store: str, ash: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    client = signed_in(ash)
    waits = client.get(f"/api/photos/{photo.pk}/thumbnail")
    assert (waits.status_code, waits.json()["code"]) == (404, "photo_not_ready")
    assert int(waits.headers["Retry-After"]) > 0

    deliver_all()
    photo.refresh_from_db()
    assert photo.state == "ready"
    assert photo.ready_at is not None
    assert (photo.width, photo.height) == (3000, 2000)
    assert photo.exif["make"] == "SecretPhone"
    assert photo.exif["gps"] == {"longitude": 1.6, "latitude": 53.3}
    for rendition, size in {"thumbnail": (320, 213), "view": (1600, 1067)}.items():
        answer = client.get(f"/api/photos/{photo.pk}/{rendition}")
        assert answer.status_code == 302
        assert answer.headers["Cache-Control"] == "private, no-store"
        status, headers, body = fetch(answer.headers["Location"])
        assert (status, headers["Content-Type"]) == (200, "image/jpeg")
        shown = Image.open(io.BytesIO(body))
        assert shown.size == size
        assert b"SecretPhone" not in body
        assert b"Exif" not in body
        top = shown.convert("RGB").getpixel((shown.width // 2, 5))
        assert isinstance(top, tuple)
        assert min(top) > 230
    with storage.open_stored(photo.original_key) as original:
        assert original.read() == sideways.data
    kinds = Entry.objects.filter(subject_id=str(photo.pk)).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["photo.received", "photo.ready"]


def test_making_renditions_twice_changes_nothing(
    local_store: Path, ash: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    make_renditions(photo_id=photo.pk)
    photo.refresh_from_db()
    ready_at = photo.ready_at
    make_renditions(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.ready_at == ready_at
    assert Entry.objects.filter(kind="photo.ready").count() == 1
    assert len([file for file in local_store.rglob("*") if file.is_file()]) == 3


def test_while_the_store_is_away_the_renditions_stay_owed(
    local_store: Path, settings: Any, ash: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    delivery = Delivery.objects.get()
    settings.PHOTO_FOLDER = local_store.parent / "elsewhere"
    assert not deliver([delivery.pk])
    photo.refresh_from_db()
    assert photo.state == "received"
    settings.PHOTO_FOLDER = local_store
    assert deliver([delivery.pk])
    photo.refresh_from_db()
    assert photo.state == "ready"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_the_photo_ready(
    start_worker: Callable[..., Any],
    photo_folder: Path,
    settings: Any,
    ash: Person,
    sideways: TakenPhoto,
    announce: Announce,
) -> None:
    settings.PHOTO_STORE, settings.PHOTO_FOLDER = "local", photo_folder
    start_worker(queues="photos")
    photo = received(ash, sideways, announce)
    deadline = time.monotonic() + 30
    while photo.state != "ready" and time.monotonic() < deadline:
        time.sleep(0.1)
        photo.refresh_from_db()
    assert photo.state == "ready"
    assert (photo_folder / photo.view_key).exists()


def test_the_original_is_for_few_and_the_ledger_knows_who(
    any_store: str, ash: Person, mo: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    answer = signed_in(ash).get(f"/api/photos/{photo.pk}/original")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert not Entry.objects.filter(kind="photo.original_viewed").exists()

    answer = signed_in(mo).get(f"/api/photos/{photo.pk}/original")
    assert answer.status_code == 302
    assert fetch(answer.headers["Location"])[2] == sideways.data
    entry = Entry.objects.get(kind="photo.original_viewed")
    assert (entry.actor_id, entry.subject_id, entry.data) == (mo.pk, str(photo.pk), {"sha256": photo.sha256})


def test_a_photo_is_shown_to_nobody_else(
    local_store: Path, ash: Person, bo: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    deliver_all()
    for rendition in ("thumbnail", "view", "original"):
        address = f"/api/photos/{photo.pk}/{rendition}"
        assert Client().get(address).status_code == 401
        assert signed_in(bo).get(address).status_code in {403, 404}
    assert signed_in(ash).get(f"/api/photos/{uuid.uuid4()}/view").json()["code"] == "unknown_photo"
    assert signed_in(ash).get(f"/api/photos/{photo.pk}/poster").json()["code"] == "not_found"


def test_an_image_element_is_answered_whatever_it_accepts(
    local_store: Path, ash: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    deliver_all()
    headers = {"Accept": "image/avif,image/webp"}
    answer = signed_in(ash).get(f"/api/photos/{photo.pk}/view", headers=headers)
    assert answer.status_code == 302
    shown: Any = Client().get(answer.headers["Location"], headers=headers | {"Accept-Encoding": "gzip"})
    assert shown.status_code == 200
    assert shown.headers["Content-Encoding"] == "identity"
    assert int(shown.headers["Content-Length"]) == len(b"".join(shown.streaming_content))
    gone = signed_in(ash).get(f"/api/photos/{uuid.uuid4()}/view", headers=headers)
    assert gone.status_code == 404


def test_a_link_that_has_run_out_says_so(
    local_store: Path, ash: Person, sideways: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, sideways, announce)
    deliver_all()
    photo.refresh_from_db()
    answer = Client().get(storage.signed_link(photo.view_key, -1))
    assert (answer.status_code, answer.json()["code"]) == (403, "photo_link_expired")
    answer = Client().get(storage.signed_link(photo.view_key, 60) + "x")
    assert (answer.status_code, answer.json()["code"]) == (403, "photo_link_invalid")
    (local_store / photo.view_key).unlink()
    assert Client().get(storage.signed_link(photo.view_key, 60)).status_code == 404
