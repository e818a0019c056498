"""The beginning of a photo whose connection broke: kept in the photo store until the rest comes.

Bytes are files in the store, rows say which; any web process can take up
where another stopped. Nothing is held while bytes travel: a piece is stored
under a name of its own, then the photo's row is locked, and the piece counts
only if the beginning still ends where it did. So of two uploads at once one
is told where to go on, and no byte ever stands twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from ledger.problems import Problem
from media import rules, storage
from media.arriving import Arrival, chunks_of, file_for_arrival, store_faults, write_all
from media.models import Photo, PhotoPiece

log = structlog.get_logger(__name__)


class GoOnFrom(Problem):
    """A refusal that tells at which byte the rest of the photo begins (`offset`)."""

    def __init__(self, code: str, offset: int) -> None:
        super().__init__(code, detail=f"{offset:,} bytes of this photo are kept here. Send the rest.")
        self.offset = offset


def kept_bytes(photo: Photo) -> int:
    """How many bytes from the photo's start are durably kept while it is not here as a whole."""
    found: int | None = PhotoPiece.objects.filter(photo=photo).aggregate(all=Sum("size_bytes"))["all"]
    return found or 0


def add(photo: Photo, arrival: Arrival, *, skip: int, offset: int) -> int:
    """Keep what arrived, without its first `skip` bytes, as what follows byte `offset`; how many are kept now.

    Raises `wrong_offset` where the beginning no longer ends at `offset`, and `photo_store_unavailable`.
    """
    standing = list(photo.pieces.all())
    gathered = standing if len(standing) >= rules.MOST_PIECES else []
    start = 0 if gathered else offset
    now = timezone.now()
    key = rules.piece_key(photo.pk, start, uuid.uuid4().hex, now)
    with _put_together(gathered, arrival.path, skip=skip) as (path, size_bytes), store_faults():
        storage.save_piece(key, path)
    with transaction.atomic():
        locked = Photo.objects.select_for_update().get(pk=photo.pk)
        is_next = list(photo.pieces.all()) == standing and offset == sum(piece.size_bytes for piece in standing)
        if is_next and not locked.is_here:
            PhotoPiece.objects.filter(pk__in=[piece.pk for piece in gathered]).delete()
            PhotoPiece.objects.create(photo=photo, offset=start, size_bytes=size_bytes, key=key, kept_at=now)
            replaced = [piece.key for piece in gathered]
        else:
            is_next, replaced = False, [key]
    delete_files(replaced)
    if not is_next:
        raise GoOnFrom("wrong_offset", kept_bytes(photo))
    return start + size_bytes


@contextmanager
def assembled(photo: Photo, rest: Arrival, *, offset: int) -> Iterator[Arrival]:
    """The kept beginning with `rest` behind it, as one file with one hash.

    Raises `wrong_offset` where the beginning changed or was lost meanwhile, and `photo_store_unavailable`.
    """
    standing = list(photo.pieces.all())
    if sum(piece.size_bytes for piece in standing) != offset:
        raise GoOnFrom("wrong_offset", kept_bytes(photo))
    with file_for_arrival() as file:
        try:
            whole = write_all(_bytes_of(standing, rest.path, skip=0), file, announced_bytes=offset + rest.size_bytes)
        except (FileNotFoundError, Problem) as fault:
            if list(photo.pieces.all()) != standing:  # another upload was faster and took them away
                raise GoOnFrom("wrong_offset", kept_bytes(photo)) from None
            if isinstance(fault, Problem):
                raise
            log.error("photo_pieces_lost", photo=str(photo.pk))
            forget(photo)
            raise GoOnFrom("wrong_offset", 0) from None
        yield whole


def forget(photo: Photo) -> None:
    """Take the kept beginning away: the photo is here as a whole, or has to be sent from its start."""
    with transaction.atomic():
        keys = let_go(Photo.objects.select_for_update().get(pk=photo.pk))
    delete_files(keys)


def let_go(photo: Photo) -> list[str]:
    """Take away the rows of a locked photo's pieces; the keys of their files, for `delete_files` after the commit."""
    keys = list(photo.pieces.values_list("key", flat=True))
    if keys:
        photo.pieces.all().delete()
    return keys


def delete_files(keys: Iterable[str]) -> None:
    """Remove the files of pieces. What can't be deleted now has no row any more, so the clean-up finds it."""
    with contextlib.suppress(storage.StoreUnavailable):
        for key in keys:
            storage.delete_piece(key)


def forget_old(now: dt.datetime) -> int:
    """Take away what nobody came back for in `rules.PIECES_KEPT_DAYS`, and files that no row knows; how many files.

    Raises StoreUnavailable.
    """
    oldest = now - dt.timedelta(days=rules.PIECES_KEPT_DAYS)
    last = PhotoPiece.objects.values("photo").annotate(last=Max("kept_at")).filter(last__lt=oldest)
    for photo in Photo.objects.filter(pk__in=last.values("photo")):
        forget(photo)
    # A process that died between store and database left a file without a row.
    count = 0
    for key in storage.pieces_before(oldest.timestamp()):
        if not PhotoPiece.objects.filter(key=key).exists():
            storage.delete_piece(key)
            count += 1
    return count


@contextmanager
def _put_together(pieces: list[PhotoPiece], path: Path, *, skip: int) -> Iterator[tuple[Path, int]]:
    """One file of the pieces and of `path` from byte `skip` on, and its size."""
    if not pieces and not skip:
        yield path, path.stat().st_size
        return
    with file_for_arrival() as file:
        try:
            whole = write_all(_bytes_of(pieces, path, skip=skip), file, announced_bytes=0)
        except FileNotFoundError:
            raise GoOnFrom("wrong_offset", kept_bytes(pieces[0].photo)) from None
        yield whole.path, whole.size_bytes


def _bytes_of(pieces: Iterable[PhotoPiece], path: Path, *, skip: int) -> Iterator[bytes]:
    for piece in pieces:
        with store_faults(), storage.open_piece(piece.key) as stored:
            yield from chunks_of(stored)
    with path.open("rb") as rest:
        rest.seek(skip)
        yield from chunks_of(rest)
