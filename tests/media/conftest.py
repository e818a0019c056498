"""Ash the warden takes photos; Bo is another warden; Mo the manager may open originals."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import struct
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from PIL import Image

from accounts.models import Organisation, Person
from media import storage
from media.actions import expect_photos
from media.models import Photo

FIRST_ID = uuid.UUID("01938f00-0000-7000-8000-000000000001")
OBSERVED_AT = dt.datetime(2026, 11, 3, 9, 15, tzinfo=dt.UTC)


@dataclass(frozen=True)
class TakenPhoto:
    """A photo as it lies on a phone: its bytes, and what the phone would announce."""

    data: bytes
    content_type: str = "image/jpeg"
    id: uuid.UUID = FIRST_ID

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def announcement(self, **changed: Any) -> dict[str, Any]:
        announced = {
            "id": self.id,
            "sha256": self.sha256,
            "size_bytes": len(self.data),
            "content_type": self.content_type,
            "taken_at": OBSERVED_AT,
            "place": {"longitude": 1.6, "latitude": 53.3, "accuracy_m": 8.0},
        }
        return announced | changed


def as_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def street_photo(width: int = 800, height: int = 600) -> Image.Image:
    """Red left half, blue right half, with a white stripe along the top: one sees which way is up."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    image.paste("white", (0, 0, width, height // 8))
    return image


def png_of(width: int, height: int, *, bits: int = 1, colour: int = 0, rows: bytes | None = None) -> bytes:
    """A PNG that declares any size, with `rows` as its pixels (black when left out)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    channels = {0: 1, 2: 3, 6: 4}[colour]
    if rows is None:
        row = bytes(1 + (width * bits * channels + 7) // 8)
        packer = zlib.compressobj(1)
        packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    else:
        packed = zlib.compress(rows)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.fixture
def ems(db: None) -> Organisation:
    return Organisation.objects.create(name="Enterprise Management Services", short_name="EMS", kind="contractor")


def person(username: str, role: str, organisation: Organisation) -> Person:
    # No password: signing in is tested where it lives, and hashing one takes its time.
    return Person.objects.create(username=username, name=username.title(), role=role, organisation=organisation)


@pytest.fixture
def ash(ems: Organisation) -> Person:
    return person("ash", "warden", ems)


@pytest.fixture
def bo(ems: Organisation) -> Person:
    return person("bo", "warden", ems)


@pytest.fixture
def mo(ems: Organisation) -> Person:
    return person("mo", "manager", ems)


def signed_in(who: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who)
    return client


@pytest.fixture
def announce() -> Callable[..., Photo]:
    def announce(who: Person, taken: TakenPhoto, **changed: Any) -> Photo:
        with transaction.atomic():
            return expect_photos(person=who, photos=[taken.announcement(**changed)])[0]

    return announce


def put(client: Client, taken: TakenPhoto, data: bytes | None = None, **headers: str) -> Any:
    """Send the photo as the phone does; `data` are other bytes than it took."""
    content_type = headers.pop("content_type", taken.content_type)
    return client.put(
        f"/api/photos/{taken.id}",
        taken.data if data is None else data,
        content_type=content_type,
        # Django's client drops the type of an empty body; a browser doesn't.
        headers={"Content-Type": content_type, "X-Content-SHA256": taken.sha256, **headers},
    )


def patch(
    client: Client, taken: TakenPhoto, start: int, end: int | None = None, data: bytes | None = None, **headers: str
) -> Any:
    """Send the photo's bytes from `start` to `end` (all the rest), or other `data`, as what follows byte `start`."""
    content_type = headers.pop("content_type", taken.content_type)
    return client.patch(
        f"/api/photos/{taken.id}",
        taken.data[start:end] if data is None else data,
        content_type=content_type,
        headers={
            "Content-Type": content_type,
            "X-Content-SHA256": taken.sha256,
            "Upload-Offset": str(start),
            **headers,
        },
    )


def head(client: Client, taken: TakenPhoto) -> Any:
    """Ask how far the photo has come."""
    return client.head(f"/api/photos/{taken.id}")


def stored_files(folder: Path) -> list[Path]:
    """Every file in a photo folder."""
    return [file for file in folder.rglob("*") if file.is_file()]


@pytest.fixture
def local_store(settings: Any, tmp_path: Path) -> Path:
    """A photo folder of this test's own."""
    settings.PHOTO_STORE = "local"
    settings.PHOTO_FOLDER = tmp_path / "photos"
    return tmp_path / "photos"


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def any_store(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """The same test on a local folder and on a real S3 store."""
    if request.param == "s3":
        use_s3(settings, request.getfixturevalue("seaweed"))
        # The store outlives a test; what a failed one left is not this one's.
        for key in storage.pieces_before(time.time() + 60):
            storage.delete_piece(key)
    else:
        request.getfixturevalue("local_store")
    return str(request.param)


def use_s3(settings: Any, store: Any, **changed: str) -> None:
    settings.PHOTO_STORE = "s3"
    for name, value in (store.settings() | changed).items():
        setattr(settings, name.removeprefix("SIGHTLINE_"), value)
    settings.S3_PUBLIC_ENDPOINT = settings.S3_ENDPOINT


@pytest.fixture
def photo_urls(settings: Any) -> None:
    """This room's addresses, and a room above it that shows everybody their own photos."""
    settings.ROOT_URLCONF = "tests.media.addresses"
