"""What a camera wrote into a photo, read so that garbage can do no harm. No Django.

EXIF is written by thousands of devices and rewritten by as many programs, so
every value is doubted: a value that makes no sense is left out, and nothing
here raises. The names of tags are those of the EXIF 3.0 standard (CIPA
DC-008-2023).
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from PIL import Image

_EXIF_IFD: Final = 0x8769
_GPS_IFD: Final = 0x8825
_ORIENTATION: Final = 0x0112
_MAX_TEXT: Final = 120
_TEXT_TAGS: Final = {"make": 0x010F, "model": 0x0110, "software": 0x0131}
_LENS: Final = 0xA434
_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)")

Tags = Mapping[int, Any]


def read_exif(image: Image.Image) -> dict[str, Any]:
    """What is kept of a photo's EXIF, ready for JSON.

    Keys, each only when it makes sense: `make`, `model`, `lens`, `software`,
    `orientation` (1-8), `taken_at` (ISO 8601; with the offset when the camera
    knew it, else local time of the camera) and `gps` (see `read_gps`).
    """
    top = _tags(image.getexif)
    if top is None:
        return {}
    details = _tags(lambda: image.getexif().get_ifd(_EXIF_IFD)) or {}
    gps = read_gps(_tags(lambda: image.getexif().get_ifd(_GPS_IFD)) or {})
    found: dict[str, Any] = {name: _text(top.get(tag)) for name, tag in _TEXT_TAGS.items()}
    found["lens"] = _text(details.get(_LENS))
    found["orientation"] = orientation_of(top)
    found["taken_at"] = _taken_at(details, top)
    found["gps"] = gps
    return {name: value for name, value in found.items() if value is not None}


def orientation_of(tags: Tags) -> int | None:
    """The orientation tag, 1-8 as in EXIF, or None when it is absent or nonsense."""
    value = _first(tags.get(_ORIENTATION))
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def read_gps(tags: Tags) -> dict[str, Any] | None:
    """The place a camera wrote, in WGS 84, or None where there was no real fix.

    `{"longitude", "latitude", "altitude_m"?, "accuracy_m"?, "direction_degrees"?, "at"?}`.
    No fix: no hemisphere given, a number that isn't one, out of range, or
    exactly 0,0, which cameras write when they have nothing to say.
    """
    latitude = _angle(tags.get(2), tags.get(1), positive="N", negative="S", limit=90)
    longitude = _angle(tags.get(4), tags.get(3), positive="E", negative="W", limit=180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    place: dict[str, Any] = {"longitude": longitude, "latitude": latitude}
    altitude_m = _number(tags.get(6), low=-500, high=100_000)
    if altitude_m is not None:
        below_sea = _first(tags.get(5)) in (1, b"\x01", b"\x03", 3)
        place["altitude_m"] = round(-altitude_m if below_sea else altitude_m, 1)
    accuracy_m = _number(tags.get(31), low=0, high=1_000_000)
    if accuracy_m:
        place["accuracy_m"] = round(accuracy_m, 1)
    direction = _number(tags.get(17), low=0, high=360)
    if direction is not None:
        place["direction_degrees"] = round(direction, 1)
    at = _gps_time(tags)
    if at is not None:
        place["at"] = at
    return place


def _tags(read: Callable[[], Any]) -> dict[int, Any] | None:
    """The tags `read` answers, one by one, leaving out each that can't be read."""
    # Pillow decodes a tag when it is asked for, and each can raise anything
    # from struct.error to UnicodeDecodeError; the photo is still evidence.
    try:
        raw = read()
        names = list(raw)
    except Exception:
        return None
    tags: dict[int, Any] = {}
    for name in names:
        with contextlib.suppress(Exception):
            tags[name] = raw[name]
    return tags


def _first(value: object) -> object:
    return value[0] if isinstance(value, tuple | list) and value else value


def _text(value: object) -> str | None:
    """Printable text of at most `_MAX_TEXT` characters; PostgreSQL's JSON can't hold NUL."""
    value = _first(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    printable = "".join(c if c.isprintable() and c != "\ufffd" else " " for c in value[:1000])
    return " ".join(printable.split())[:_MAX_TEXT] or None


def _number(value: object, *, low: float, high: float) -> float | None:
    try:
        number = float(_first(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) and low <= number <= high else None


def _angle(value: object, hemisphere: object, *, positive: str, negative: str, limit: int) -> float | None:
    """Degrees, minutes and seconds as signed decimal degrees (7 places, about 1 cm)."""
    letter = (_text(hemisphere) or "")[:1].upper()
    if letter not in (positive, negative) or not isinstance(value, tuple | list) or not value:
        return None
    parts = [_number(part, low=0, high=limit) for part in list(value)[:3]]
    degrees, minutes, seconds = [*parts, 0.0, 0.0][:3]
    if degrees is None or minutes is None or seconds is None or minutes > 60 or seconds > 60:
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if total > limit:
        return None
    return round(-total if letter == negative and total else total, 7)


def _real_time(parts: tuple[int, int, int, int, int, int]) -> str | None:
    year, month, day, hour, minute, second = parts
    in_range = (
        1980 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60
    )
    if not in_range:
        return None
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _taken_at(details: Tags, top: Tags) -> str | None:
    for tags, tag, offset_tag in (
        (details, 0x9003, 0x9011),
        (details, 0x9004, 0x9012),
        (top, 0x0132, 0x9010),
    ):
        match = _TIME.match(_text(tags.get(tag)) or "")
        if match is None:
            continue
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        at = _real_time((year, month, day, hour, minute, second))
        if at is not None:
            offset = _text(details.get(offset_tag)) or ""
            return at + offset if _OFFSET.fullmatch(offset) else at
    return None


def _gps_time(tags: Tags) -> str | None:
    date = _DATE.fullmatch(_text(tags.get(29)) or "")
    clock = tags.get(7)
    if date is None or not isinstance(clock, tuple | list) or len(clock) != 3:
        return None
    parts = [_number(part, low=0, high=60) for part in clock]
    if None in parts:
        return None
    hour, minute, second = (int(part) for part in parts if part is not None)
    year, month, day = (int(part) for part in date.groups())
    at = _real_time((year, month, day, hour, minute, second))
    return f"{at}Z" if at else None
