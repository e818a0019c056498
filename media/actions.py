"""The verbs of a photo: expect, receive, refuse, make its renditions, open the original.

Bytes are read, checked and stored outside the transaction; what became of
them is then written in one. Between the two a process may die: the same
bytes go to the same key, so the phone's next try finishes what was begun.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Person
from ledger.problems import Problem
from ledger.recording import record
from media import darkroom, pieces, rules, storage
from media.arriving import RETRY_AFTER_S, Arrival, ByteStream, arriving, store_faults, too_large
from media.models import Photo, PhotoState

log = structlog.get_logger(__name__)

_CHUNK_BYTES: Final = 256 * 1024

# What the bytes are guilty of, and not the road that they came by: the same
# bytes would meet the same answer again.
_REFUSALS: Final = frozenset({"not_a_photo", "photo_too_many_pixels"})


_CANT_BE_SHOWN: Final[dict[str, str]] = {
    PhotoState.REFUSED: "What arrived was no photo that can be shown.",
    PhotoState.UNSHOWABLE: "The photo arrived and is kept. It is damaged and can't be shown.",
}


@dataclass(frozen=True)
class Receipt:
    """The photo as it now is, and whether these bytes were stored by this call or an earlier one."""

    photo: Photo
    is_new: bool


@dataclass(frozen=True)
class Beginning:
    """The first `offset` bytes of the photo are durably kept; the rest is still to come."""

    photo: Photo
    offset: int


def expect_photos(*, person: Person, photos: Sequence[dict[str, Any]]) -> list[Photo]:
    """Announce photos that will arrive later; answers them in the same order.

    Called inside the transaction of the record that they belong to. Each is
    `{"id": UUID, "sha256", "size_bytes", "content_type", "taken_at": datetime | None,
    "place": {"longitude", "latitude", "accuracy_m"?, …} | None}`, validated.
    The same announcement again is fine; raises `photo_differs` for other
    content under a known id, or twice the same id in one list.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A photo is announced in the transaction of the record that it belongs to.")
    now = timezone.now()
    announced = [_announced(photo, person) for photo in photos]
    for index, photo in enumerate(announced):
        photo.expected_at = now
        if any(photo.pk == earlier.pk for earlier in announced[:index]):
            raise Problem("photo_differs", detail="Announce each photo once.", field=f"payload.photos[{index}].id")
    # Two queries however many there are; one that exists already is left as it is.
    Photo.objects.bulk_create(announced, ignore_conflicts=True)
    known = Photo.objects.in_bulk([photo.pk for photo in announced])
    for index, photo in enumerate(announced):
        if _content_of(known[photo.pk]) != _content_of(photo):
            raise Problem("photo_differs", field=f"payload.photos[{index}].id")
    return [known[photo.pk] for photo in announced]


def receive_photo(
    *,
    photo_id: uuid.UUID,
    person: Person,
    content_type: str,
    sha256: str,
    size_bytes: int,
    stream: ByteStream,
) -> Receipt:
    """Take the bytes of an announced photo, check them, and store the original.

    `content_type`, `sha256` and `size_bytes` are what the request's headers
    say. The same bytes again get the same answer. Raises the problems `unknown_photo`,
    `not_allowed` (somebody else announced it), `photo_differs`,
    `hash_mismatch`, `not_a_photo`, `photo_too_many_pixels`,
    `photo_too_large`; and, to be tried again, `photo_cut_short` (what came is
    kept) and `photo_store_unavailable`. Whether all of it can be shown is
    found out later, by a worker.
    """
    photo = _photo_of(photo_id, person)
    _check_headers(photo, content_type=content_type, sha256=sha256)
    _check_size(photo, person, size_bytes)
    with arriving(stream, announced_bytes=size_bytes) as arrival:
        if not arrival.is_cut_short:
            return _take(photo, person, arrival)
        if photo.is_here:
            raise pieces.GoOnFrom("photo_cut_short", photo.size_bytes)
        kept = pieces.kept_bytes(photo)
        raise pieces.GoOnFrom("photo_cut_short", _keep_beginning(photo, arrival, kept=kept, skip=kept))


def continue_photo(
    *,
    photo_id: uuid.UUID,
    person: Person,
    content_type: str,
    sha256: str,
    offset: int,
    size_bytes: int,
    stream: ByteStream,
) -> Receipt | Beginning:
    """Take the bytes of an announced photo from byte `offset` on: all the rest, or a part of it.

    `size_bytes` is the length of this part; `sha256` is of the whole photo.
    Raises what `receive_photo` raises, and `wrong_offset` where the kept
    beginning ends elsewhere. `hash_mismatch` throws the beginning away.
    """
    photo = _photo_of(photo_id, person)
    _check_headers(photo, content_type=content_type, sha256=sha256)
    _check_size(photo, person, offset + size_bytes)
    if photo.is_here:
        return Receipt(photo, is_new=False)
    if offset != (kept := pieces.kept_bytes(photo)):
        raise pieces.GoOnFrom("wrong_offset", kept)
    if offset + size_bytes > photo.size_bytes:
        pieces.forget(photo)
        raise Problem("hash_mismatch", detail="These are more bytes than were announced. Send the photo again.")
    with arriving(stream, announced_bytes=size_bytes) as arrival:
        if arrival.is_cut_short or offset + arrival.size_bytes < photo.size_bytes:
            offset = _keep_beginning(photo, arrival, kept=offset, skip=0)
            if arrival.is_cut_short:
                raise pieces.GoOnFrom("photo_cut_short", offset)
            return Beginning(photo, offset)
        with pieces.assembled(photo, arrival, offset=offset) as whole:
            return _take(photo, person, whole)


def beginning_of(*, photo_id: uuid.UUID, person: Person) -> Beginning:
    """How far an announced photo has come; all of it where it is here. Raises `unknown_photo`, `not_allowed`."""
    photo = _photo_of(photo_id, person)
    return Beginning(photo, photo.size_bytes if photo.is_here else pieces.kept_bytes(photo))


@transaction.atomic
def refuse_photo(*, photo_id: uuid.UUID, person: Person, code: str) -> None:
    """Write down that the announced bytes came and can't be taken. Once: a repeat changes nothing."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if not rules.may_become(photo.state, PhotoState.REFUSED):
        return
    photo.state = PhotoState.REFUSED
    photo.refused_code = code
    photo.save(update_fields=["state", "refused_code"])
    _record(photo, "photo.refused", person, {"code": code})


def make_renditions(*, photo_id: uuid.UUID) -> None:
    """Open a received photo and make its thumbnail and its view: upright, sRGB, without metadata.

    A photo that can't be opened is kept and becomes `unshowable`: at once
    where the file is to blame, after `rules.MOST_TRIES` where it may have been
    the machine. May run twice without harm. To be tried again: StoreUnavailable
    (however often) and the problem `photo_not_checked`.
    """
    photo = Photo.objects.get(pk=photo_id)
    if not rules.may_become(photo.state, PhotoState.READY):
        return
    if photo.tries >= rules.MOST_TRIES:
        _give_up(photo_id, "photo_not_checked")  # each time, the worker was killed with it
        return
    keys = {name: rules.rendition_key(name, photo.pk, photo.expected_at) for name in rules.RENDITION_SIDES_PIXELS}
    # Counted before it begins: a try may end with its worker.
    photo.tries += 1
    photo.save(update_fields=["tries"])
    try:
        developed = _developed(photo, keys)
    except (storage.StoreUnavailable, OSError):  # no fault of the photo's
        Photo.objects.filter(pk=photo_id).update(tries=F("tries") - 1)
        raise
    except Problem as problem:
        if problem.status >= 500 and photo.tries < rules.MOST_TRIES:
            raise
        _give_up(photo_id, problem.code)
        return
    with transaction.atomic():
        photo = Photo.objects.select_for_update().get(pk=photo_id)
        if not rules.may_become(photo.state, PhotoState.READY):
            return
        photo.state = PhotoState.READY
        photo.fault_code, photo.tries = "", 0
        photo.thumbnail_key, photo.view_key = keys["thumbnail"], keys["view"]
        photo.width, photo.height, photo.exif = developed.width, developed.height, developed.exif
        photo.ready_at = timezone.now()
        photo.save()
        _record(photo, "photo.ready", None, {})


def link_to(*, photo: Photo, rendition: str, person: Person) -> str:
    """A short-lived address of `thumbnail`, `view` or `original`; who opens an original is written down.

    Whether `person` may see this photo is for the caller to know. Raises
    `not_found` for any other rendition and `photo_not_ready` until it is there.
    """
    keys = {"thumbnail": photo.thumbnail_key, "view": photo.view_key, rules.ORIGINAL: photo.original_key}
    if rendition not in keys:
        raise Problem("not_found", detail="Ask for thumbnail, view or original.")
    key = keys[rendition]
    if not key:
        detail = _CANT_BE_SHOWN.get(photo.state, "The photo is on its way.")
        waits = photo.state not in _CANT_BE_SHOWN
        raise Problem("photo_not_ready", detail=detail, retry_after_s=RETRY_AFTER_S if waits else None)
    if rendition == rules.ORIGINAL:
        with transaction.atomic():
            _record(photo, "photo.original_viewed", person, {})
    return storage.signed_link(key, settings.PHOTO_LINK_SECONDS)


def _announced(photo: dict[str, Any], person: Person) -> Photo:
    place = photo.get("place")
    return Photo(
        id=photo["id"],
        sha256=photo["sha256"],
        size_bytes=photo["size_bytes"],
        content_type=photo["content_type"],
        taken_at=photo.get("taken_at"),
        place=Point(place["longitude"], place["latitude"], srid=4326) if place else None,
        accuracy_m=place.get("accuracy_m") if place else None,
        uploaded_by=person,
        organisation_id=person.organisation_id,
    )


def _content_of(photo: Photo) -> tuple[str, str, uuid.UUID]:
    """What makes two announcements the same: the bytes, what they are said to be, and whose they are."""
    return photo.sha256, photo.content_type, photo.uploaded_by_id


def _photo_of(photo_id: uuid.UUID, person: Person) -> Photo:
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        raise Problem("unknown_photo", detail="Send the record that the photo belongs to first.")
    if photo.uploaded_by_id != person.pk:
        raise Problem("not_allowed", detail="Somebody else announced this photo.")
    return photo


def _check_headers(photo: Photo, *, content_type: str, sha256: str) -> None:
    claimed = rules.clean_sha256(sha256)
    if claimed is None:
        detail = "Send the SHA-256 of the photo as 64 hex digits."
        raise Problem("invalid_input", detail=detail, field="X-Content-SHA256")
    if claimed != photo.sha256:
        raise Problem("photo_differs", detail="Its record announced another SHA-256.", field="X-Content-SHA256")
    if not rules.same_kind(photo.content_type, rules.plain_content_type(content_type)):
        detail = f"It was announced as {photo.content_type}."
        raise Problem("not_a_photo", detail=detail, field="Content-Type")


def _check_size(photo: Photo, person: Person, size_bytes: int) -> None:
    """Before a byte is read. A photo announced as too large would never be taken: that is a refusal."""
    if photo.size_bytes > settings.PHOTO_MAX_BYTES:
        refuse_photo(photo_id=photo.pk, person=person, code="photo_too_large")
        raise too_large()
    if size_bytes > settings.PHOTO_MAX_BYTES:
        raise too_large()


def _keep_beginning(photo: Photo, arrival: Arrival, *, kept: int, skip: int) -> int:
    """Keep what came of a photo where that is worth it; how many bytes are kept now."""
    arrived = arrival.size_bytes - skip
    if not rules.kept_after(kept=kept, arrived=arrived, whole=photo.size_bytes, is_cut_short=arrival.is_cut_short):
        return kept
    return pieces.add(photo, arrival, skip=skip, offset=kept)


def _take(photo: Photo, person: Person, arrival: Arrival) -> Receipt:
    """Check a file that is said to be the whole photo, store it and write down that it is here."""
    if arrival.sha256 != photo.sha256:
        pieces.forget(photo)
        raise Problem("hash_mismatch", detail=f"{arrival.size_bytes:,} bytes arrived. Send the photo again.")
    if photo.is_here:
        return Receipt(photo, is_new=False)
    try:
        content_type = darkroom.kind_of(arrival.path, announced=photo.content_type)
    except Problem as problem:
        if problem.code in _REFUSALS:
            pieces.forget(photo)
            refuse_photo(photo_id=photo.pk, person=person, code=problem.code)
        raise
    key = rules.original_key(photo.pk, content_type, photo.expected_at)
    with store_faults():
        storage.save_original(key, arrival.path)
    receipt, left_over = _keep(
        photo_id=photo.pk, person=person, content_type=content_type, key=key, size_bytes=arrival.size_bytes
    )
    pieces.delete_files(left_over)
    return receipt


@transaction.atomic
def _keep(
    *, photo_id: uuid.UUID, person: Person, content_type: str, key: str, size_bytes: int
) -> tuple[Receipt, list[str]]:
    """The photo is in the store under `key`. Also answers the keys of its pieces, which nobody needs any more."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    left_over = pieces.let_go(photo)
    if not rules.may_become(photo.state, PhotoState.RECEIVED):
        return Receipt(photo, is_new=False), left_over  # the same bytes came twice at once
    photo.state = PhotoState.RECEIVED
    photo.refused_code = ""
    photo.original_key = key
    photo.stored_content_type = content_type
    photo.size_bytes = size_bytes
    photo.received_at = timezone.now()
    photo.save()
    _record(photo, "photo.received", person, {"size_bytes": size_bytes, "content_type": content_type})
    return Receipt(photo, is_new=True), left_over


def _developed(photo: Photo, keys: dict[str, str]) -> darkroom.Developed:
    """Open the photo and store its renditions under `keys`."""
    with tempfile.TemporaryDirectory(prefix="sightline-photo-") as name:
        folder = Path(name)
        original = folder / "original"
        try:
            with storage.open_stored(photo.original_key) as stored, original.open("wb") as copy:
                shutil.copyfileobj(stored, copy, _CHUNK_BYTES)
        except FileNotFoundError:
            log.error("photo_original_missing", photo=str(photo.pk), key=photo.original_key)
            raise Problem("photo_original_missing") from None
        developed = darkroom.develop(original, content_type=photo.stored_content_type, folder=folder)
        for rendition, file in developed.renditions.items():
            storage.save_rendition(keys[rendition], file)
    return developed


@transaction.atomic
def _give_up(photo_id: uuid.UUID, code: str) -> None:
    """Write down that no picture can be made of a photo. Its original stays where it is."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if not rules.may_become(photo.state, PhotoState.UNSHOWABLE):
        return
    photo.state = PhotoState.UNSHOWABLE
    photo.fault_code = code
    photo.save(update_fields=["state", "fault_code"])
    _record(photo, "photo.unshowable", None, {"code": code})


def _record(photo: Photo, kind: str, person: Person | None, data: dict[str, Any]) -> None:
    """Every entry of a photo names its hash: the chain of evidence is about these bytes."""
    record(
        kind=kind,
        subject=("photo", photo.pk),
        actor=person.pk if person else None,
        organisation=photo.organisation_id,
        data={"sha256": photo.sha256, **data},
    )
