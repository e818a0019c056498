"""What a photo may be, and how it goes from announced to seen. Pure: no Django, no clock."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

MEBIBYTE: Final = 1024 * 1024
# One side alone can make a decoder allocate absurd rows; JPEG itself stops at 65,535.
MAX_SIDE_PIXELS: Final = 65_535

THUMBNAIL_SIDE_PIXELS: Final = 320
VIEW_SIDE_PIXELS: Final = 1600
RENDITION_SIDES_PIXELS: Final = {
    "thumbnail": THUMBNAIL_SIDE_PIXELS,
    "view": VIEW_SIDE_PIXELS,
}
RENDITION_CONTENT_TYPE: Final = "image/jpeg"
ORIGINAL: Final = "original"
PIECE: Final = "piece"
# Files that are made for people of what is known here, such as a report.
REPORT: Final = "report"
REPORT_CONTENT_TYPES: Final = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# Content type as announced -> the suffix its original is stored under.
SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
}

# State -> the states that may follow. A refused photo may still arrive: what
# a decoder can't read today it may read after an upgrade, and a second try
# must not be barred for ever.
TRANSITIONS: Final = {
    "expected": frozenset({"received", "refused"}),
    "refused": frozenset({"received"}),
    "received": frozenset({"ready", "unshowable"}),
    # The original is evidence and stays, whatever a decoder says of it.
    "unshowable": frozenset({"ready"}),
    "ready": frozenset(),
}

# ISO/IEC 23008-12 and the AVIF specification: the brand in a file's first box
# says which codec the pictures in it use. `mif1` and `msf1` leave it open.
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_OPEN_BRANDS: Final = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})

_SHA256 = re.compile(r"[0-9a-f]{64}")

SNIFF_BYTES: Final = 512

# A fault that may pass (the machine is out of memory, a worker was killed) is tried again so often.
MOST_TRIES: Final = 10

# What a broken connection brought is kept from this size on; less costs more to keep than to send again.
LEAST_KEPT_BYTES: Final = 64 * 1024
# A beginning in more pieces than this is put together to one.
MOST_PIECES: Final = 64
# After its last byte. A phone that was away for longer sends its photo from the start.
PIECES_KEPT_DAYS: Final = 30


def may_become(state: str, next_state: str) -> bool:
    """Whether a photo in `state` may go to `next_state`."""
    return next_state in TRANSITIONS.get(state, frozenset())


def content_type_of(head: bytes) -> str | None:
    """What a file is by its first bytes (`SNIFF_BYTES` are enough), or None when it is no photo.

    A name or a header is only what somebody says; the magic number is what a
    decoder would act on. Magic numbers count at the very start only, so a
    page or an archive with an image hidden behind it is no photo.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _type_by_brand(head)
    return None


def _type_by_brand(head: bytes) -> str | None:
    box_size = int.from_bytes(head[:4], "big")
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, min(box_size, len(head)), 4)}
    if major in _AVIF_BRANDS:
        return "image/avif"
    if major in _HEIC_BRANDS:
        return "image/heic"
    if major in _OPEN_BRANDS:
        return "image/avif" if brands & _AVIF_BRANDS else "image/heif"
    return None


def has_too_many_pixels(width: int, height: int, max_pixels: int) -> bool:
    """Whether a picture is larger than one is opened."""
    return width * height > max_pixels or max(width, height) > MAX_SIDE_PIXELS


def same_kind(announced: str, found: str) -> bool:
    """Whether a file announced as one content type and found to be another is what it says.

    HEIC and HEIF name the same container; phones use either word for it.
    """
    heif = {"image/heic", "image/heif"}
    return announced == found or {announced, found} <= heif


def plain_content_type(header: str) -> str:
    """A Content-Type header without its parameters, in lower case."""
    return header.split(";", 1)[0].strip().lower()


def clean_sha256(text: str) -> str | None:
    """A SHA-256 as 64 lower-case hex digits, or None when `text` isn't one."""
    lowered = text.strip().lower()
    return lowered if _SHA256.fullmatch(lowered) else None


def original_key(photo_id: UUID, content_type: str, at: datetime) -> str:
    """Where an original is stored: `original/2026/11/<id>.jpg`.

    Made of the id, the month it was announced and the type that was found:
    the same for every try, and nothing in it was named by a user.
    """
    return f"{ORIGINAL}/{at:%Y/%m}/{photo_id}{SUFFIXES[content_type]}"


def rendition_key(rendition: str, photo_id: UUID, at: datetime) -> str:
    """Where a rendition (`thumbnail` or `view`) is stored: `view/2026/11/<id>.jpg`."""
    if rendition not in RENDITION_SIDES_PIXELS:
        raise ValueError(f"unknown rendition {rendition!r}")
    return f"{rendition}/{at:%Y/%m}/{photo_id}.jpg"


def report_key(file_id: UUID, suffix: str, at: datetime) -> str:
    """Where a made file is stored: `report/2026/11/<id>.pdf`. `suffix` is one of `REPORT_CONTENT_TYPES`."""
    if suffix not in REPORT_CONTENT_TYPES:
        raise ValueError(f"unknown kind of file {suffix!r}")
    return f"{REPORT}/{at:%Y/%m}/{file_id}{suffix}"


def piece_key(photo_id: UUID, offset: int, mark: str, at: datetime) -> str:
    """Where a part of a photo is stored until all of it is here: `piece/2026/11/<id>-<offset>-<mark>.part`.

    `mark` (32 hex digits) keeps two uploads at once from writing to the same place.
    """
    return f"{PIECE}/{at:%Y/%m}/{photo_id}-{offset}-{mark}.part"


def kept_after(*, kept: int, arrived: int, whole: int, is_cut_short: bool) -> bool:
    """Whether `arrived` bytes that follow `kept` ones are worth keeping until the rest of `whole` comes."""
    if kept + arrived >= whole:
        return False
    return arrived >= LEAST_KEPT_BYTES if is_cut_short else arrived > 0
