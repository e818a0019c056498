"""How large a picture says it is, read from a file's first bytes without any decoder. No Django.

Runs in the web process on what strangers send: plain Python, a bounded number
of steps, a bounded amount of memory, and no answer (None) for whatever it
doesn't understand. The decoder, in a process of its own, has the last word.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

# A JPEG's frame header stands behind a few segments (EXIF, profile, tables), a few dozen at the most.
_MOST_SEGMENTS: Final = 500
_MOST_BOXES: Final = 5000
_MOST_META_BYTES: Final = 1024 * 1024

Size = tuple[int, int]


def declared_size(path: Path, content_type: str) -> Size | None:
    """Width and height in pixels as the file's header says, before it is turned upright; None when it doesn't say."""
    with path.open("rb") as file, contextlib.suppress(struct.error):
        return _READERS[content_type](file)
    return None


def _jpeg(file: IO[bytes]) -> Size | None:
    """The first frame header: ITU-T T.81, B.2.2."""
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        mark, code = file.read(1), file.read(1)
        while code == b"\xff":  # fill bytes
            code = file.read(1)
        if mark != b"\xff" or not code:
            return None
        if code[0] == 0x01 or 0xD0 <= code[0] <= 0xD8:  # stand alone
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= code[0] <= 0xCF and code[0] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", file.read(5))
            return (width, height) if width and height else None
        if length < 2 or code[0] == 0xDA:
            return None
        file.seek(length - 2, 1)
    return None


def _png(file: IO[bytes]) -> Size | None:
    head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    return (width, height) if head[12:16] == b"IHDR" else None


def _webp(file: IO[bytes]) -> Size | None:
    """RFC 9649: the first chunk is a simple lossy, a lossless or an extended picture."""
    head = file.read(30)
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _heif(file: IO[bytes]) -> Size | None:
    """The largest picture that the properties name (ISO/IEC 23008-12, 6.5.3): tiles and previews are smaller."""
    meta = _meta_box(file)
    sizes = [
        struct.unpack(">II", meta[start + 4 : start + 12])
        for start, end, kind in _boxes_below(meta, 4, len(meta), (b"iprp", b"ipco"))
        if kind == b"ispe" and end - start >= 12
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _meta_box(file: IO[bytes]) -> bytes:
    """What is inside the file's `meta` box; empty when there is none, or one of absurd size."""
    at = 0
    for _ in range(_MOST_SEGMENTS):
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack(">I4s", head[:8])
        inside = 8
        if size == 1:
            (size,) = struct.unpack(">Q", head[8:16])
            inside = 16
        if kind == b"meta" and size <= _MOST_META_BYTES:
            file.seek(at + inside)
            return file.read(max(size - inside, 0))
        if size < inside:
            return b""
        at += size
        if at > 1 << 40:
            return b""
    return b""


def _boxes_below(data: bytes, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[tuple[int, int, bytes]]:
    """Where the contents of each box in the container at `path` begin and end, and what they are."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        if size < 8 or start + size > end:
            return
        if not path:
            yield start + 8, start + size, kind
        elif kind == path[0]:
            yield from _boxes_below(data, start + 8, start + size, path[1:])
            return
        start += size


_READERS: Final[dict[str, Callable[[IO[bytes]], Size | None]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _heif,
    "image/heif": _heif,
    "image/avif": _heif,
}
