"""A JPEG without anything but its picture. Pure: nothing is decoded, so no decoder is fed by strangers."""

from __future__ import annotations

from collections.abc import Iterator

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_COMMENT = 0xFE
# APP1 to APP15 hold EXIF, GPS, thumbnails, profiles and whatever else a program likes. APP0 is JFIF's own, and
# APP14 says how the colours are kept.
_EXTRA = frozenset(range(0xE1, 0xF0)) - {0xEE}
# SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NotAPlainJpeg(ValueError):
    """These bytes are no whole JPEG, or one that is too large; the message says which, for a person."""


def plain_jpeg(data: bytes, *, most_side_px: int) -> bytes:
    """The same picture without EXIF, comments and whatever else stands before its lines.

    Raises NotAPlainJpeg where it is no JPEG, is cut short, or has a side of more than ``most_side_px``.
    """
    if not data.startswith(b"\xff\xd8\xff") or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise NotAPlainJpeg("This is no whole JPEG picture.")
    kept = [b"\xff\xd8"]
    seen = False
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            seen = True
            height, width = (int.from_bytes(data[start + at : start + at + 2]) for at in (5, 7))
            if not 0 < width <= most_side_px or not 0 < height <= most_side_px:
                raise NotAPlainJpeg(f"The picture is {width} × {height} pixels: {most_side_px} is the most.")
        if marker not in _EXTRA and marker != _COMMENT:
            kept.append(data[start:end])
    if not seen:
        raise NotAPlainJpeg("This is no whole JPEG picture.")
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, where it starts, where it ends) of each segment; the last is the scan with all that follows."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == _SCAN:
            yield marker, at, len(data)
            return
        length = int.from_bytes(data[at + 2 : at + 4])
        if marker in (_START, _END) or length < 2 or at + 2 + length > len(data):
            break
        yield marker, at, at + 2 + length
        at += 2 + length
    raise NotAPlainJpeg("This is no whole JPEG picture.")
