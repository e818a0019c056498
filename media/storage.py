"""Where photos are kept: a local folder, or any S3-compatible store. Private in both.

The one place that knows django-storages and boto3. A key is what
`media.rules` makes; anything else is refused here, so that no name from
outside ever becomes a path.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, Protocol

from django.conf import settings
from django.core import signing
from django.core.files import File

from media import rules

FILES_PATH: Final = "/api/photo-files/"
_SALT: Final = "media.photo-file"
_KEY = re.compile(r"(original|thumbnail|view)/\d{4}/\d\d/[0-9a-f-]{36}\.(?:jpg|png|webp|heic|heif|avif)")
_REPORT_KEY = re.compile(r"report/\d{4}/\d\d/[0-9a-f-]{36}\.(?:pdf|xlsx)")
_PIECE_KEY = re.compile(r"piece/\d{4}/\d\d/[0-9a-f-]{36}-\d{1,10}-[0-9a-f]{32}\.part")
_LEFT_OVER_AFTER_S: Final = 24 * 3600
_CONTENT_TYPES: Final = {
    **{suffix: content_type for content_type, suffix in rules.SUFFIXES.items()},
    **rules.REPORT_CONTENT_TYPES,
    ".part": "application/octet-stream",
}


class StoreUnavailable(Exception):
    """The store can't be reached or can't take more; what was asked for can be asked again later."""


class BadLink(Exception):
    """A link that we didn't sign, or that has run out (`expired`)."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


class Store(Protocol):
    def save(self, key: str, path: Path) -> None: ...
    def open(self, key: str) -> IO[bytes]: ...
    def delete(self, key: str) -> None: ...
    def signed_link(self, key: str, seconds: int) -> str: ...
    def check(self) -> None: ...
    def arrivals(self) -> Path | None: ...
    def pieces_before(self, moment: float) -> Iterator[str]: ...


def save_original(key: str, path: Path) -> None:
    """Store the file at `path`; it is there as a whole or not at all. Saving it again is harmless.

    A file in `arrivals` may be moved instead of copied. Raises StoreUnavailable.
    """
    _store().save(_checked(key), path)


save_rendition = save_original


def save_piece(key: str, path: Path) -> None:
    """Store a part of a photo, as `save_original` does."""
    _store().save(_checked_piece(key), path)


def open_piece(key: str) -> IO[bytes]:
    """A part's bytes, to be closed by the caller. Raises FileNotFoundError, StoreUnavailable."""
    return _store().open(_checked_piece(key))


def delete_piece(key: str) -> None:
    """Remove a part; one that isn't there is no fault. Raises StoreUnavailable."""
    _store().delete(_checked_piece(key))


def save_report(key: str, path: Path) -> None:
    """Store a file that was made for people, as `save_original` does."""
    _store().save(_checked_report(key), path)


def open_report(key: str) -> IO[bytes]:
    """A made file's bytes, to be closed by the caller. Raises FileNotFoundError, StoreUnavailable."""
    return _store().open(_checked_report(key))


def delete_report(key: str) -> None:
    """Remove a made file; one that isn't there is no fault. Raises StoreUnavailable."""
    _store().delete(_checked_report(key))


def pieces_before(moment: float) -> Iterator[str]:
    """The keys of all parts that were stored before `moment` (seconds since 1970). Raises StoreUnavailable."""
    return _store().pieces_before(moment)


def arrivals() -> Path | None:
    """The folder to receive a file in that will be stored, or None where any folder is as good.

    Raises StoreUnavailable.
    """
    return _store().arrivals()


def open_stored(key: str) -> IO[bytes]:
    """A stored file's bytes, to be closed by the caller. Raises FileNotFoundError, StoreUnavailable."""
    return _store().open(_checked(key))


def delete_stored(key: str) -> None:
    """Remove a stored file; one that isn't there is no fault. Raises StoreUnavailable."""
    _store().delete(_checked(key))


def signed_link(key: str, seconds: int) -> str:
    """An address that shows a stored file to whoever holds it, for `seconds` from now."""
    return _store().signed_link(_checked(key), seconds)


def check() -> None:
    """Whether photos can be kept now: raises where the folder or the bucket doesn't answer."""
    _store().check()


def content_type_of_key(key: str) -> str:
    """The content type that a stored file is served as, by its key."""
    return _CONTENT_TYPES[Path(key).suffix]


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key of ours: {key!r}")
    return key


def _checked_report(key: str) -> str:
    if not _REPORT_KEY.fullmatch(key):
        raise ValueError(f"not a key of a report: {key!r}")
    return key


def _checked_piece(key: str) -> str:
    if not _PIECE_KEY.fullmatch(key):
        raise ValueError(f"not a key of a piece: {key!r}")
    return key


def _store() -> Store:
    if settings.PHOTO_STORE == "s3":
        return _bucket(
            settings.S3_ENDPOINT,
            settings.S3_PUBLIC_ENDPOINT,
            settings.S3_BUCKET,
            settings.S3_REGION,
            settings.S3_ACCESS_KEY,
            settings.S3_SECRET_KEY,
        )
    return _folder(Path(settings.PHOTO_FOLDER))


# ── A local folder ───────────────────────────────────────────────────────────


@lru_cache(maxsize=4)
def _folder(folder: Path) -> LocalFolder:
    return LocalFolder(folder)


class LocalFolder:
    """Files that only this server's user may read, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self._forget_left_overs()

    def save(self, key: str, path: Path) -> None:
        """Write beside, flush to the disk, then rename: a power cut leaves the old state or the new."""
        target = self.folder / key
        try:
            self._make_folder(target.parent)
            if path.parent == self.incoming:  # received beside: only the flush and the rename are left
                with path.open("rb") as received:
                    os.fsync(received.fileno())
                path.replace(target)
            else:
                self._copy(path, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise StoreUnavailable(f"{type(error).__name__}: {error.strerror}") from error

    def _copy(self, path: Path, target: Path) -> None:
        self._make_folder(self.incoming)
        handle, name = tempfile.mkstemp(dir=self.incoming)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as copy, path.open("rb") as source:
                shutil.copyfileobj(source, copy, rules.MEBIBYTE)
                copy.flush()
                os.fsync(copy.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def open(self, key: str) -> IO[bytes]:
        try:
            return (self.folder / key).open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreUnavailable(f"{type(error).__name__}: {error.strerror}") from error

    def delete(self, key: str) -> None:
        try:
            (self.folder / key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"{type(error).__name__}: {error.strerror}") from error

    def signed_link(self, key: str, seconds: int) -> str:
        token = signing.dumps({"key": key, "until": int(time.time()) + seconds}, salt=_SALT)
        return f"{FILES_PATH}{token}"

    def check(self) -> None:
        self._make_folder(self.incoming)
        handle, name = tempfile.mkstemp(dir=self.incoming)
        os.close(handle)
        Path(name).unlink()

    def arrivals(self) -> Path | None:
        try:
            self._make_folder(self.incoming)
        except OSError as error:
            raise StoreUnavailable(f"{type(error).__name__}: {error.strerror}") from error
        return self.incoming

    def pieces_before(self, moment: float) -> Iterator[str]:
        for file in (self.folder / rules.PIECE).glob("*/*/*.part"):
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < moment:
                    yield str(file.relative_to(self.folder))

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _forget_left_overs(self) -> None:
        """Half-written files of a process that was killed."""
        oldest = time.time() - _LEFT_OVER_AFTER_S
        with contextlib.suppress(OSError):
            for file in self.incoming.iterdir():
                if file.stat().st_mtime < oldest:
                    file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def key_of_link(token: str) -> str:
    """The key that a local link's token stands for. Raises BadLink."""
    try:
        data = signing.loads(token, salt=_SALT)
        key, until = _checked(data["key"]), int(data["until"])
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise BadLink(expired=False) from None
    if time.time() >= until:
        raise BadLink(expired=True)
    return key


# ── An S3-compatible store ───────────────────────────────────────────────────


@lru_cache(maxsize=4)
def _bucket(*where: str) -> Bucket:
    return Bucket(*where)


class Bucket:
    """A private bucket. Phones fetch from it by links that carry their own signature and end."""

    def __init__(
        self, endpoint: str, public_endpoint: str, bucket: str, region: str, access_key: str, secret_key: str
    ) -> None:
        # boto3 takes tens of megabytes, which an installation with a folder doesn't have to pay.
        from botocore.config import Config
        from storages.backends.s3 import S3Storage

        options: dict[str, Any] = {
            "bucket_name": bucket,
            "region_name": region,
            "access_key": access_key,
            "secret_key": secret_key,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,
            "client_config": Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 3, "mode": "standard"},
            ),
        }
        self.storage = S3Storage(endpoint_url=endpoint or None, **options)
        # Phones may know the store by another address than this server does,
        # and the address is part of what is signed.
        self.public = S3Storage(endpoint_url=public_endpoint or endpoint or None, **options)

    def save(self, key: str, path: Path) -> None:
        with _s3_faults(), path.open("rb") as source:
            content = File(source)
            content.content_type = content_type_of_key(key)  # type: ignore[attr-defined]
            self.storage.save(key, content)

    def open(self, key: str) -> IO[bytes]:
        with _s3_faults():
            file = self.storage.open(key, "rb")
            file.seek(0)  # fetches now, so that a fault shows here
        handle: IO[bytes] = file
        return handle

    def delete(self, key: str) -> None:
        with _s3_faults():
            self.storage.delete(key)

    def signed_link(self, key: str, seconds: int) -> str:
        parameters = {
            "ResponseContentType": content_type_of_key(key),
            "ResponseContentDisposition": "inline",
            "ResponseCacheControl": f"private, max-age={seconds}",
        }
        link: str = self.public.url(key, parameters=parameters, expire=seconds)
        return link

    def arrivals(self) -> Path | None:
        return None

    def pieces_before(self, moment: float) -> Iterator[str]:
        client = self.storage.connection.meta.client
        with _s3_faults():
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self.storage.bucket_name, Prefix=f"{rules.PIECE}/"
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    if found["LastModified"].timestamp() < moment:
                        yield found["Key"]

    def check(self) -> None:
        with _s3_faults():
            self.storage.connection.meta.client.head_bucket(Bucket=self.storage.bucket_name)


@contextlib.contextmanager
def _s3_faults() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise StoreUnavailable(f"{type(error).__name__}: {error}"[:200]) from error
