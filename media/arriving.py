"""Bytes on their way in: from a connection into a file, hashed as they come.

A connection can break in the middle; what came until then is worth keeping.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from django.conf import settings

from ledger.problems import Problem
from media import storage

RETRY_AFTER_S: Final = 30
_CHUNK_BYTES: Final = 256 * 1024
_SMALL_CHUNK_BYTES: Final = 1024


class ByteStream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Arrival:
    """A file that came: `path` lives as long as the `with` block that received it.

    `is_cut_short`: the connection ended before the announced length was there.
    """

    path: Path
    sha256: str
    size_bytes: int
    is_cut_short: bool


@contextmanager
def arriving(stream: ByteStream, *, announced_bytes: int) -> Iterator[Arrival]:
    """The stream in a file of its own. Raises `photo_too_large`, `photo_store_unavailable`."""
    with file_for_arrival() as file:
        yield write_all(_chunks(stream), file, announced_bytes=announced_bytes)


@contextmanager
def file_for_arrival() -> Iterator[IO[bytes]]:
    """A new, empty, unbuffered file that `storage.save_original` may move. Raises `photo_store_unavailable`."""
    with store_faults():
        folder = storage.arrivals()
    try:
        file = tempfile.NamedTemporaryFile(prefix="sightline-photo-", dir=folder, buffering=0, delete=False)  # noqa: SIM115
    except OSError:
        raise _no_room() from None
    try:
        with file:
            yield file
    finally:
        Path(file.name).unlink(missing_ok=True)


def write_all(chunks: Iterator[bytes], file: IO[bytes], *, announced_bytes: int) -> Arrival:
    """Write the chunks behind each other, hashing them. Raises `photo_too_large`, `photo_store_unavailable`."""
    digest = hashlib.sha256()
    size_bytes = 0
    for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > settings.PHOTO_MAX_BYTES:
            raise too_large()
        digest.update(chunk)
        _write(file, chunk)
    return Arrival(Path(file.name), digest.hexdigest(), size_bytes, is_cut_short=size_bytes < announced_bytes)


def too_large() -> Problem:
    """The problem `photo_too_large`, with the limit in words."""
    return Problem("photo_too_large", detail=f"A photo may have at most {settings.PHOTO_MAX_BYTES:,} bytes.")


@contextmanager
def store_faults() -> Iterator[None]:
    """What the store can't do now, as the problem `photo_store_unavailable`."""
    try:
        yield
    except storage.StoreUnavailable:
        raise _no_room() from None


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file's bytes from where it stands."""
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


def _chunks(stream: ByteStream) -> Iterator[bytes]:
    """What the stream gives until it ends or breaks."""
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
    except OSError:
        # The server had read ahead of us: what it holds still comes in small portions.
        with contextlib.suppress(OSError):
            while chunk := stream.read(_SMALL_CHUNK_BYTES):
                yield chunk


def _write(file: IO[bytes], chunk: bytes) -> None:
    view = memoryview(chunk)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError:  # the disk is full
        raise _no_room() from None


def _no_room() -> Problem:
    return Problem("photo_store_unavailable", retry_after_s=RETRY_AFTER_S)
