"""Opens the file that a phone exports: a ZIP with ``outbox.json`` and the photos beside it.

A file from anywhere is a stranger's file. Nothing is ever unpacked to a path of its choosing; what is
read is read up to a limit, whatever the file says of itself. docs/sync.md describes the format.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from rest_framework import serializers

from audits.serializers import MAX_PHOTOS
from ledger.problems import Problem
from media.arriving import ByteStream

FORMAT, VERSION = "sightline-outbox", 1
_CHUNK_BYTES = 256 * 1024
_MOST_JSON_BYTES = 50_000_000
_DAMAGED = "It is damaged in this file. Export it from the phone again."
# What reading a damaged, encrypted or strangely packed entry ends in.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError)


class ExportPersonIn(serializers.Serializer):
    id = serializers.UUIDField()


class ExportPhotoIn(serializers.Serializer):
    id = serializers.UUIDField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    content_type = serializers.CharField(max_length=60)
    file = serializers.CharField(max_length=200, allow_null=True)


class ExportIn(serializers.Serializer):
    """``outbox.json``. Fields that are not listed are for people to read and are passed over."""

    exported_at = serializers.DateTimeField()
    device_id = serializers.UUIDField()
    person = ExportPersonIn()
    # Each operation is read on its own, as in a push.
    operations = serializers.ListField(child=serializers.JSONField())
    photos = ExportPhotoIn(many=True)


@dataclass(frozen=True)
class Export:
    """A readable export: its ``outbox.json``, checked, and the photos' entries by their file name."""

    fields: dict[str, Any]
    sha256: str
    zip: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]


@contextlib.contextmanager
def opened(stream: ByteStream) -> Iterator[Export]:
    """The export in this stream, spooled to a temporary file that is gone afterwards.

    Raises ``import_too_large``, and ``not_an_export`` for anything that isn't one or is damaged.
    """
    with tempfile.TemporaryFile(prefix="sightline-import-") as file:
        digest = _spool(stream, file)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = _entries(archive)
                fields = _outbox(archive, entries)
                _refuse_too_much(fields, entries)
                yield Export(fields, digest, archive, entries)
        except zipfile.BadZipFile:
            raise Problem("not_an_export", detail="It is no ZIP file, or not all of it is here.") from None


@contextlib.contextmanager
def entry_stream(export: Export, entry: zipfile.ZipInfo) -> Iterator[ByteStream]:
    """The bytes of one entry. Opening or reading a damaged one raises ``hash_mismatch``."""
    try:
        file = export.zip.open(entry)
    except _UNREADABLE:
        raise Problem("hash_mismatch", detail=_DAMAGED) from None
    with file:
        yield _Guarded(file)


class _Guarded:
    """A file whose damage is a refusal in words."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def read(self, size: int, /) -> bytes:
        try:
            return self.file.read(size)
        except _UNREADABLE:
            raise Problem("hash_mismatch", detail=_DAMAGED) from None


def _spool(stream: ByteStream, file: IO[bytes]) -> str:
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > settings.IMPORT_MAX_BYTES:
            raise too_large(f"{settings.IMPORT_MAX_BYTES:,} bytes")
        digest.update(chunk)
        file.write(chunk)
    # The list of what a ZIP holds is read as a whole: it may not be most of the file.
    file.seek(max(size_bytes - 65_600, 0))
    end = file.read()
    found = end.rfind(b"PK\x05\x06")
    entries = int.from_bytes(end[found + 10 : found + 12], "little")
    list_bytes = int.from_bytes(end[found + 12 : found + 16], "little")
    if found < 0:
        raise Problem("not_an_export", detail="It is no ZIP file, or not all of it is here.")
    if entries == 0xFFFF or list_bytes > 20_000_000:
        raise too_large("65,534 files")
    return digest.hexdigest()


def too_large(limit: str) -> Problem:
    """The refusal of a file that holds more than ``limit``."""
    return Problem("import_too_large", detail=f"At most {limit} are taken at a time.")


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    names = Counter(archive.namelist())
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise Problem("not_an_export", detail=f"It holds {twice[:60]!r} twice; which one is meant?")
    return {info.filename: info for info in archive.infolist()}


def _outbox(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    if "outbox.json" not in entries:
        raise Problem("not_an_export", detail="There is no outbox.json in it.")
    try:
        with archive.open(entries["outbox.json"]) as file:
            text = file.read(_MOST_JSON_BYTES + 1)
    except _UNREADABLE:
        raise Problem("not_an_export", detail="Its outbox.json is damaged.") from None
    if len(text) > _MOST_JSON_BYTES:
        raise too_large(f"{_MOST_JSON_BYTES:,} bytes of records")
    try:
        found = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem("not_an_export", detail="Its outbox.json is no JSON.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Problem("not_an_export", detail="Its outbox.json is not that of a phone's export.")
    if found.get("version") != VERSION:
        raise Problem("not_an_export", detail="It was made by another release; import it where that is in use.")
    form = ExportIn(data=found)
    if not form.is_valid():
        problem = Problem.from_validation(form.errors)
        raise Problem("not_an_export", detail=problem.detail, errors=problem.errors)
    return dict(form.validated_data)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_too_much(fields: dict[str, Any], entries: dict[str, zipfile.ZipInfo]) -> None:
    """By what the file says of itself; what it then holds is read up to the same limits."""
    most = settings.IMPORT_MAX_OPERATIONS
    if len(fields["operations"]) > most:
        raise too_large(f"{most:,} operations")
    if len(fields["photos"]) > most * MAX_PHOTOS:
        raise too_large(f"{most * MAX_PHOTOS:,} photos")
    named = [entries[photo["file"]] for photo in fields["photos"] if photo["file"] in entries]
    if sum(entry.file_size for entry in named) > settings.IMPORT_MAX_BYTES:
        raise too_large(f"{settings.IMPORT_MAX_BYTES:,} bytes of photos")
