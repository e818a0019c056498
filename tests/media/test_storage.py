"""The two places where photos are kept behave the same: private, whole, and shown by links that end."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from media import storage
from tests.media.conftest import as_file, street_photo, use_s3


@pytest.fixture
def key() -> str:
    return f"view/2026/11/{uuid.uuid4()}.jpg"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made.jpg"
    path.write_bytes(as_file(street_photo()))
    return path


def fetch(link: str) -> tuple[int, dict[str, str], bytes]:
    """What somebody without a session gets from a link of either store."""
    if link.startswith("/"):
        answer: Any = Client().get(link)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, dict(answer.headers), body
    try:
        with urllib.request.urlopen(link, timeout=10) as found:
            return found.status, dict(found.headers), found.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read()


def test_what_is_stored_is_read_back_and_stored_again_without_harm(any_store: str, key: str, file: Path) -> None:
    for _ in range(2):
        storage.save_original(key, file)
        with storage.open_stored(key) as stored:
            assert stored.read() == file.read_bytes()
    storage.delete_stored(key)
    storage.delete_stored(key)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(key)


def test_a_link_shows_the_photo_as_what_it_is(any_store: str, photo_urls: None, key: str, file: Path) -> None:
    storage.save_original(key, file)
    status, headers, body = fetch(storage.signed_link(key, 60))
    assert status == 200
    assert body == file.read_bytes()
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == "inline"
    assert headers["Cache-Control"].startswith("private")


def test_a_link_that_somebody_changed_shows_nothing(any_store: str, photo_urls: None, key: str, file: Path) -> None:
    storage.save_original(key, file)
    other = f"view/2026/11/{uuid.uuid4()}.jpg"
    storage.save_original(other, file)
    link = storage.signed_link(key, 60)
    forged = [link[:-1] + ("A" if link[-1] != "A" else "B"), link.split("?")[0] if "?" in link else link[:-8]]
    if any_store == "s3":
        forged.append(link.replace(key, other))
        forged.append(link.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))
    for wrong in forged:
        status, _, body = fetch(wrong)
        assert status == 403
        assert file.read_bytes() not in body


def test_a_link_ends(any_store: str, photo_urls: None, key: str, file: Path) -> None:
    storage.save_original(key, file)
    link = storage.signed_link(key, 1)
    time.sleep(2.2)  # a store has its own clock, which counts whole seconds
    assert fetch(link)[0] == 403


def test_nobody_gets_at_a_photo_without_a_link(
    any_store: str, photo_urls: None, key: str, file: Path, settings: Any
) -> None:
    storage.save_original(key, file)
    if any_store == "s3":
        addresses = [
            f"{settings.S3_ENDPOINT}/{settings.S3_BUCKET}/{key}",
            f"{settings.S3_ENDPOINT}/{settings.S3_BUCKET}",
        ]
    else:
        addresses = [f"/api/photo-files/{key.rsplit('/', 1)[1]}", "/api/photo-files/x"]
    for address in addresses:
        status, _, body = fetch(address)
        assert status in {403, 404}
        assert file.read_bytes() not in body


@pytest.mark.parametrize(
    "key",
    ["../settings.py", "/etc/passwd", "original/2026/11/../../x.jpg", "view/2026/11/x.svg", "", "incoming/x"],
)
def test_only_keys_of_our_making_are_taken(any_store: str, key: str, file: Path) -> None:
    for verb in (lambda: storage.save_original(key, file), lambda: storage.open_stored(key)):
        with pytest.raises(ValueError):
            verb()


def test_a_signed_token_for_something_else_opens_nothing(local_store: Path, photo_urls: None) -> None:
    from django.core import signing

    for data in ({"key": "../../etc/passwd", "until": 9e9}, {"key": 7, "until": 9e9}, ["x"], {"until": 9e9}):
        token = signing.dumps(data, salt="media.photo-file")
        answer = Client().get(f"/api/photo-files/{token}")
        assert answer.status_code == 403
        assert answer.json()["code"] == "photo_link_invalid"


def test_a_photo_in_the_folder_is_for_this_user_only(local_store: Path, key: str, file: Path) -> None:
    storage.save_original(key, file)
    stored = local_store / key
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.parent.stat().st_mode & 0o077 == 0
    assert list((local_store / "incoming").iterdir()) == []


def test_a_photo_cannot_run_as_a_page_on_our_address(local_store: Path, photo_urls: None, key: str, file: Path) -> None:
    storage.save_original(key, file)
    _, headers, _ = fetch(storage.signed_link(key, 60))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    original = key.replace("view/", "original/")
    storage.save_original(original, file)
    _, headers, _ = fetch(storage.signed_link(original, 60))
    assert headers["Cache-Control"] == "private, no-store"


def test_what_a_killed_process_left_half_written_is_forgotten(tmp_path: Path) -> None:
    incoming = tmp_path / "store/incoming"
    incoming.mkdir(parents=True)
    old, fresh = incoming / "old", incoming / "fresh"
    for part in (old, fresh):
        part.write_bytes(b"half a photo")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    storage.LocalFolder(tmp_path / "store")
    assert not old.exists()
    assert fresh.exists()


def test_the_store_says_whether_it_works(any_store: str) -> None:
    storage.check()


def test_a_folder_that_cannot_be_written_is_unavailable(settings: Any, tmp_path: Path, key: str, file: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    settings.PHOTO_STORE, settings.PHOTO_FOLDER = "local", tmp_path / "taken"
    with pytest.raises(storage.StoreUnavailable):
        storage.save_original(key, file)
    with pytest.raises(OSError):
        storage.check()


@pytest.mark.s3
@pytest.mark.parametrize("changed", [{"SIGHTLINE_S3_ACCESS_KEY": "nobody"}, {"SIGHTLINE_S3_SECRET_KEY": "wrong"}])
def test_with_a_wrong_key_the_store_is_unavailable(
    settings: Any, seaweed: Any, changed: dict[str, str], key: str, file: Path
) -> None:
    use_s3(settings, seaweed, **changed)
    with pytest.raises(storage.StoreUnavailable):
        storage.check()
    with pytest.raises(storage.StoreUnavailable):
        storage.save_original(key, file)
    with pytest.raises(storage.StoreUnavailable):
        storage.open_stored(key)


@pytest.mark.s3
def test_without_its_bucket_the_store_does_not_work(settings: Any, seaweed: Any) -> None:
    use_s3(settings, seaweed, SIGHTLINE_S3_BUCKET=f"bucket-{uuid.uuid4()}")
    with pytest.raises(storage.StoreUnavailable):
        storage.check()


@pytest.mark.s3
def test_phones_are_sent_to_the_address_that_they_can_reach(settings: Any, seaweed: Any, key: str) -> None:
    use_s3(settings, seaweed)
    settings.S3_PUBLIC_ENDPOINT = "https://photos.council.example"
    assert storage.signed_link(key, 60).startswith(f"https://photos.council.example/{settings.S3_BUCKET}/view/")
