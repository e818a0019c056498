"""Ash's connection breaks while a photo is on its way: what came is kept, and the rest follows."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Person
from ledger.models import Entry
from media import pieces, rules, storage
from media.models import Photo, PhotoPiece
from media.tasks import forget_old_pieces
from tests.media.conftest import TakenPhoto, as_file, head, patch, put, signed_in, stored_files

Announce = Callable[..., Photo]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("photo_urls")]

KIB = 1024


@pytest.fixture(scope="module")
def alley() -> TakenPhoto:
    """A photo of some 400 kB: noise doesn't compress."""
    return TakenPhoto(as_file(Image.effect_noise((700, 500), 90).convert("RGB"), quality=97))


def received_entries(taken: TakenPhoto) -> int:
    return Entry.objects.filter(kind="photo.received", subject_id=str(taken.id)).count()


def assert_here(taken: TakenPhoto) -> None:
    """All of it, once, with its own hash, and nothing is left of its pieces."""
    photo = Photo.objects.get(pk=taken.id)
    assert photo.is_here
    assert photo.size_bytes == len(taken.data)
    with storage.open_stored(photo.original_key) as original:
        assert hashlib.sha256(original.read()).hexdigest() == taken.sha256
    assert received_entries(taken) == 1
    assert not PhotoPiece.objects.exists()
    assert list(storage.pieces_before(time.time() + 60)) == []


def test_a_photo_comes_in_three_pieces(any_store: str, ash: Person, alley: TakenPhoto, announce: Announce) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    nothing = head(client, alley)
    assert (nothing.status_code, nothing.headers["Upload-Offset"], nothing.headers["Upload-Complete"]) == (
        200,
        "0",
        "?0",
    )
    assert nothing.content == b""
    assert "X-Content-SHA256" not in nothing.headers

    first = patch(client, alley, 0, 100 * KIB)
    assert first.status_code == 202, first.content
    assert first.json() == {"id": str(alley.id), "offset": 100 * KIB}
    assert first.headers["Upload-Offset"] == str(100 * KIB)
    assert head(client, alley).headers["Upload-Offset"] == str(100 * KIB)
    assert patch(client, alley, 100 * KIB, 200 * KIB).json()["offset"] == 200 * KIB
    assert Photo.objects.get().state == "expected"
    assert received_entries(alley) == 0

    last = patch(client, alley, 200 * KIB)
    assert last.status_code == 201
    assert last.json() == {
        "id": str(alley.id),
        "sha256": alley.sha256,
        "size_bytes": len(alley.data),
        "state": "received",
    }
    assert_here(alley)
    whole = head(client, alley)
    assert whole.headers["Upload-Complete"] == "?1"
    assert whole.headers["Upload-Offset"] == str(len(alley.data))
    assert whole.headers["X-Content-SHA256"] == alley.sha256


def test_a_small_last_piece_and_a_single_byte_are_kept_too(
    local_store: Path, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    assert patch(client, alley, 0, 1).json()["offset"] == 1
    assert patch(client, alley, 1, 1).json()["offset"] == 1
    assert patch(client, alley, 1, len(alley.data) - 1).status_code == 202
    assert patch(client, alley, len(alley.data) - 1).status_code == 201
    assert_here(alley)


def test_a_piece_that_comes_twice_or_too_early_is_told_where_to_go_on(
    local_store: Path, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    patch(client, alley, 0, 100 * KIB)
    for start, end in ((0, 100 * KIB), (0, 50 * KIB), (99 * KIB, 200 * KIB), (200 * KIB, 300 * KIB), (0, None)):
        answer = patch(client, alley, start, end)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
        assert answer.headers["Upload-Offset"] == str(100 * KIB)
    assert patch(client, alley, 100 * KIB).status_code == 201
    assert_here(alley)


def test_once_it_is_here_any_piece_is_answered_with_the_receipt(
    local_store: Path, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    assert put(client, alley).status_code == 201
    for start, end in ((0, 10), (100 * KIB, None), (len(alley.data), None)):
        answer = patch(client, alley, start, end)
        assert (answer.status_code, answer.json()["sha256"]) == (200, alley.sha256)
    assert_here(alley)


def test_a_whole_photo_makes_its_kept_beginning_needless(
    any_store: str, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    patch(client, alley, 0, 100 * KIB)
    assert put(client, alley).status_code == 201
    assert_here(alley)


def test_a_damaged_piece_is_found_at_the_end_and_the_phone_starts_again(
    any_store: str, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    damaged = b"\x00" * (100 * KIB)
    assert patch(client, alley, 0, data=damaged).status_code == 202
    answer = patch(client, alley, 100 * KIB)
    assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")
    assert head(client, alley).headers["Upload-Offset"] == "0"
    assert list(storage.pieces_before(time.time() + 60)) == []
    assert Photo.objects.get().state == "expected"
    patch(client, alley, 0, 100 * KIB)
    assert patch(client, alley, 100 * KIB).status_code == 201
    assert_here(alley)


def test_more_bytes_than_announced_are_not_taken(
    local_store: Path, settings: Any, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    patch(client, alley, 0, 100 * KIB)
    answer = patch(client, alley, 100 * KIB, data=alley.data[100 * KIB :] + b"more")
    assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")
    assert head(client, alley).headers["Upload-Offset"] == "0"

    patch(client, alley, 0, 100 * KIB)
    settings.PHOTO_MAX_BYTES = 150 * KIB
    Photo.objects.update(size_bytes=140 * KIB)
    answer = patch(client, alley, 100 * KIB)
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")
    assert head(client, alley).headers["Upload-Offset"] == str(100 * KIB)


def test_what_is_no_photo_leaves_no_pieces(local_store: Path, ash: Person, announce: Announce) -> None:
    page = TakenPhoto(b"<!doctype html><script>alert(1)</script>" * 5000)
    announce(ash, page)
    client = signed_in(ash)
    assert patch(client, page, 0, 100 * KIB).status_code == 202
    answer = patch(client, page, 100 * KIB)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_a_photo")
    assert Photo.objects.get().state == "refused"
    assert stored_files(local_store) == []
    assert not PhotoPiece.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Offset": ""}, 400, "invalid_input"),
        ({"Upload-Offset": "-1"}, 400, "invalid_input"),
        ({"Upload-Offset": "1.5"}, 400, "invalid_input"),
        ({"Upload-Offset": "9" * 5000}, 400, "invalid_input"),
        ({"Upload-Offset": "999999999999999"}, 413, "photo_too_large"),
        ({"Upload-Offset": "7"}, 409, "wrong_offset"),
        ({"X-Content-SHA256": "0" * 64}, 409, "photo_differs"),
        ({"X-Content-SHA256": ""}, 400, "invalid_input"),
        ({"content_type": "text/html"}, 415, "not_a_photo"),
        ({"content_type": "image/png"}, 415, "not_a_photo"),
        ({"Content-Length": "99999999"}, 413, "photo_too_large"),
    ],
)
def test_headers_that_do_not_fit_are_refused(
    headers: dict[str, str],
    status: int,
    code: str,
    local_store: Path,
    ash: Person,
    alley: TakenPhoto,
    announce: Announce,
) -> None:
    announce(ash, alley)
    answer = patch(signed_in(ash), alley, 0, 10, None, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stored_files(local_store) == []


def test_only_who_announced_a_photo_asks_how_far_it_is_and_sends_more(
    local_store: Path, ash: Person, bo: Person, ems: Any, alley: TakenPhoto, announce: Announce
) -> None:
    unknown = head(signed_in(ash), alley)
    assert (unknown.status_code, unknown.content) == (404, b"")
    assert patch(signed_in(ash), alley, 0, 10).json()["code"] == "unknown_photo"
    announce(ash, alley)
    councillor = Person.objects.create(username="cy", name="Cy", role="councillor", organisation=ems)
    for who, status in ((signed_in(bo), 403), (signed_in(councillor), 403), (Client(), 401)):
        assert head(who, alley).status_code == status
        assert patch(who, alley, 0, 10).status_code == status
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(ash)
    assert patch(forged, alley, 0, 10).json()["code"] == "csrf_failed"
    assert stored_files(local_store) == []


def test_a_hundred_small_pieces_become_one_file_now_and_then(
    any_store: str, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    step = len(alley.data) // 100
    for number in range(100):
        assert patch(client, alley, number * step, (number + 1) * step).status_code in {201, 202}
        standing = list(PhotoPiece.objects.values_list("offset", "size_bytes"))
        assert len(standing) <= rules.MOST_PIECES
        assert len(list(storage.pieces_before(time.time() + 60))) == len(standing)
        assert sum(size for _, size in standing) == (number + 1) * step
    patch(client, alley, 100 * step)
    assert_here(alley)


def test_a_store_that_lost_a_piece_lets_the_phone_start_again(
    local_store: Path, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    patch(client, alley, 0, 100 * KIB)
    (local_store / PhotoPiece.objects.get().key).unlink()
    answer = patch(client, alley, 100 * KIB)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
    assert answer.headers["Upload-Offset"] == "0"
    assert patch(client, alley, 0).status_code == 201
    assert_here(alley)


def test_while_the_store_is_away_the_kept_beginning_stays(
    local_store: Path, settings: Any, ash: Person, alley: TakenPhoto, announce: Announce, tmp_path: Path
) -> None:
    announce(ash, alley)
    client = signed_in(ash)
    patch(client, alley, 0, 100 * KIB)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    settings.PHOTO_FOLDER = blocked
    for end in (200 * KIB, None):
        answer = patch(client, alley, 100 * KIB, end)
        assert (answer.status_code, answer.json()["code"]) == (503, "photo_store_unavailable")
        assert head(client, alley).headers["Upload-Offset"] == str(100 * KIB)
    settings.PHOTO_FOLDER = local_store
    assert patch(client, alley, 100 * KIB).status_code == 201
    assert_here(alley)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [300 * KIB, None])
def test_the_same_piece_sent_four_times_at_once_counts_once(
    end: int | None, any_store: str, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    announce(ash, alley)
    patch(signed_in(ash), alley, 0, 100 * KIB)
    clients = [signed_in(ash) for _ in range(4)]
    answers: list[Any] = []

    def send(client: Client) -> None:
        try:
            answer = patch(client, alley, 100 * KIB, end)
            while answer.status_code == 503:  # a busy store; phones try again
                answer = patch(client, alley, 100 * KIB, end)
            answers.append(answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    if end is None:
        assert statuses.count(201) == 1
        assert set(statuses) <= {200, 201, 409}
    else:
        assert statuses == [202, 409, 409, 409]
        wrong = [answer for answer in answers if answer.status_code == 409]
        assert {answer.headers["Upload-Offset"] for answer in wrong} == {str(end)}
        assert patch(signed_in(ash), alley, end).status_code == 201
    assert_here(alley)


def test_a_beginning_that_nobody_came_back_for_is_forgotten_after_thirty_days(
    any_store: str, settings: Any, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    other = TakenPhoto(alley.data, id=uuid.uuid4())
    announce(ash, alley)
    announce(ash, other)
    for taken in (alley, other):
        patch(signed_in(ash), taken, 0, 100 * KIB)
        patch(signed_in(ash), taken, 100 * KIB, 200 * KIB)
    now = timezone.now()
    long_ago = now - dt.timedelta(days=30, minutes=1)
    PhotoPiece.objects.filter(photo_id=alley.id).update(kept_at=long_ago)
    # One piece of the other is old, too, but more came since.
    PhotoPiece.objects.filter(photo_id=other.id, offset=0).update(kept_at=long_ago)
    forget_old_pieces()
    assert head(signed_in(ash), alley).headers["Upload-Offset"] == "0"
    assert head(signed_in(ash), other).headers["Upload-Offset"] == str(200 * KIB)
    assert len(list(storage.pieces_before(time.time() + 60))) == 2
    assert patch(signed_in(ash), other, 200 * KIB).status_code == 201
    assert patch(signed_in(ash), alley, 0).status_code == 201


def test_a_piece_without_a_row_is_swept_up(
    local_store: Path, ash: Person, alley: TakenPhoto, announce: Announce
) -> None:
    """A process died between the store and the database."""
    announce(ash, alley)
    patch(signed_in(ash), alley, 0, 100 * KIB)
    kept = local_store / PhotoPiece.objects.get().key
    orphan = kept.with_name(f"{uuid.uuid4()}-0-{uuid.uuid4().hex}.part")
    fresh = kept.with_name(f"{uuid.uuid4()}-0-{uuid.uuid4().hex}.part")
    for file in (orphan, fresh):
        file.write_bytes(b"half a photo")
    long_ago = time.time() - 31 * 24 * 3600
    os.utime(orphan, (long_ago, long_ago))
    os.utime(kept, (long_ago, long_ago))
    assert pieces.forget_old(timezone.now()) == 1
    assert not orphan.exists()
    assert kept.exists()
    assert fresh.exists()
