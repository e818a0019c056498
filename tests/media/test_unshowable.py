"""A photo arrives whole and can't be shown: it is kept, people are told, and nobody tries for ever."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image

from accounts.models import Person
from ledger.models import Delivery, Entry
from ledger.outbox import deliver
from media import rules, storage
from media.models import Photo
from tests.media.conftest import TakenPhoto, as_file, head, png_of, put, signed_in, street_photo
from tests.media.test_showing import fetch

Announce = Callable[..., Photo]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("photo_urls")]


@pytest.fixture
def half() -> TakenPhoto:
    """What a phone that ran out of memory wrote: the first half of a JPEG."""
    whole = as_file(Image.effect_noise((300, 300), 50).convert("RGB"))
    return TakenPhoto(whole[: len(whole) // 2])


@pytest.fixture
def fence() -> TakenPhoto:
    return TakenPhoto(as_file(street_photo()))


def received(who: Person, taken: TakenPhoto, announce: Announce) -> Photo:
    announce(who, taken)
    answer = put(signed_in(who), taken)
    assert (answer.status_code, answer.json()["state"]) == (201, "received")
    return Photo.objects.get(pk=taken.id)


def story() -> list[str]:
    return list(Entry.objects.filter(subject_kind="photo").order_by("sequence").values_list("kind", flat=True))


def what_python_is_instead(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A stand-in for the child's Python; the worker's own goes on."""
    stand_in = folder / "python"
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    stand_in.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(stand_in))


def test_half_a_photo_is_kept_as_evidence_and_tried_once(
    any_store: str, ash: Person, mo: Person, half: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, half, announce)
    [delivery] = Delivery.objects.all()
    assert deliver([delivery.pk]) == 1
    photo.refresh_from_db()
    assert (photo.state, photo.fault_code, photo.tries) == ("unshowable", "broken_photo", 1)
    assert story() == ["photo.received", "photo.unshowable"]
    assert Entry.objects.get(kind="photo.unshowable").data == {"sha256": half.sha256, "code": "broken_photo"}
    # Nothing is owed any more.
    assert not Delivery.objects.filter(done_at=None).exists()

    with storage.open_stored(photo.original_key) as original:
        assert original.read() == half.data
    for name in rules.RENDITION_SIDES_PIXELS:
        answer = signed_in(ash).get(f"/api/photos/{photo.pk}/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "photo_not_ready")
        assert "kept" in answer.json()["detail"]
        assert "Retry-After" not in answer.headers
    answer = signed_in(mo).get(f"/api/photos/{photo.pk}/original")
    assert fetch(answer.headers["Location"])[2] == half.data


def test_the_phone_that_sends_it_again_is_told_that_it_is_kept(
    local_store: Path, ash: Person, half: TakenPhoto, announce: Announce
) -> None:
    received(ash, half, announce)
    deliver([Delivery.objects.get().pk])
    again = put(signed_in(ash), half)
    assert again.status_code == 200
    assert (again.json()["sha256"], again.json()["state"]) == (half.sha256, "unshowable")
    asked = head(signed_in(ash), half)
    assert (asked.headers["Upload-Complete"], asked.headers["X-Content-SHA256"]) == ("?1", half.sha256)
    assert story() == ["photo.received", "photo.unshowable"]


def test_a_photo_that_needs_too_much_memory_is_kept(
    local_store: Path, settings: Any, ash: Person, announce: Announce
) -> None:
    settings.PHOTO_MEMORY_MB = 256
    received(ash, TakenPhoto(png_of(8_000, 9_000, bits=8, colour=2), "image/png"), announce)
    deliver([Delivery.objects.get().pk])
    photo = Photo.objects.get()
    assert (photo.state, photo.fault_code) == ("unshowable", "photo_too_many_pixels")


def test_a_fault_that_may_pass_is_tried_again_but_not_for_ever(
    local_store: Path,
    ash: Person,
    fence: TakenPhoto,
    announce: Announce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = received(ash, fence, announce)
    delivery = Delivery.objects.get()
    what_python_is_instead(tmp_path, monkeypatch, "exit 1")
    for tries in range(1, rules.MOST_TRIES):
        assert not deliver([delivery.pk])
        photo.refresh_from_db()
        assert (photo.state, photo.tries) == ("received", tries)
    assert deliver([delivery.pk])
    photo.refresh_from_db()
    assert (photo.state, photo.fault_code) == ("unshowable", "photo_not_checked")
    assert not Delivery.objects.filter(done_at=None).exists()


def test_a_fault_that_passed_leaves_no_trace(
    local_store: Path,
    ash: Person,
    fence: TakenPhoto,
    announce: Announce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = received(ash, fence, announce)
    delivery = Delivery.objects.get()
    with monkeypatch.context() as broken:
        what_python_is_instead(tmp_path, broken, "kill -9 $$")
        assert not deliver([delivery.pk])
    assert deliver([delivery.pk])
    photo.refresh_from_db()
    assert (photo.state, photo.tries, photo.fault_code) == ("ready", 0, "")
    assert story() == ["photo.received", "photo.ready"]


def test_a_photo_that_takes_its_worker_along_is_given_up_too(
    local_store: Path,
    ash: Person,
    fence: TakenPhoto,
    announce: Announce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tries are counted before they begin, so one that kills the worker that makes it is counted."""
    photo = received(ash, fence, announce)
    delivery = Delivery.objects.get()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt  # what ends a process is no Exception that the outbox could write down

    with monkeypatch.context() as broken:
        broken.setattr("subprocess.run", dies)
        for _ in range(rules.MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                deliver([delivery.pk])
            Delivery.objects.update(claimed_until=None)
    assert deliver([delivery.pk])
    photo.refresh_from_db()
    assert (photo.state, photo.fault_code) == ("unshowable", "photo_not_checked")


def test_a_store_that_is_away_is_never_the_photos_fault(
    local_store: Path, settings: Any, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, fence, announce)
    delivery = Delivery.objects.get()
    folder = local_store / photo.original_key
    folder.parent.rename(local_store / "away")
    folder.parent.write_text("a file where the folder should be")
    for _ in range(rules.MOST_TRIES + 2):
        assert not deliver([delivery.pk])
    photo.refresh_from_db()
    assert (photo.state, photo.tries) == ("received", 0)
    folder.parent.unlink()
    (local_store / "away").rename(folder.parent)
    assert deliver([delivery.pk])
    photo.refresh_from_db()
    assert photo.state == "ready"


def test_an_original_that_is_gone_is_found_out(
    local_store: Path, ash: Person, fence: TakenPhoto, announce: Announce
) -> None:
    photo = received(ash, fence, announce)
    delivery = Delivery.objects.get()
    (local_store / photo.original_key).unlink()
    for _ in range(rules.MOST_TRIES):
        deliver([delivery.pk])
    photo.refresh_from_db()
    assert (photo.state, photo.fault_code) == ("unshowable", "photo_original_missing")


def test_after_an_upgrade_what_could_not_be_shown_is_tried_again(
    local_store: Path,
    ash: Person,
    half: TakenPhoto,
    announce: Announce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    received(ash, half, announce)
    deliver([Delivery.objects.get().pk])
    fence = TakenPhoto(as_file(street_photo()), id=uuid.uuid4())
    received(ash, fence, announce)
    with monkeypatch.context() as old:
        what_python_is_instead(tmp_path, old, f"kill -{int(signal.SIGSEGV)} $$")
        deliver(list(Delivery.objects.filter(done_at=None).values_list("pk", flat=True)))
    assert list(Photo.objects.values_list("state", flat=True)) == ["unshowable", "unshowable"]
    call_command("show_photos_again")
    assert capsys.readouterr().out == "1 of 2 photos can be shown now.\n"
    states = dict(Photo.objects.values_list("pk", "state"))
    assert states == {half.id: "unshowable", fence.id: "ready"}
    assert (local_store / Photo.objects.get(pk=fence.id).view_key).exists()
