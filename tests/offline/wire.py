"""HTTP/1.1 on the wire: enough of it to pass messages on byte by byte, or to break them on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

PIECE = 16_384
LARGEST_HEAD = 65_536


class Broken(Exception):
    """The other side ended in the middle of a message, or speaks no HTTP."""


@dataclass
class Head:
    """The first line of a message and its headers, in order and as they were written."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The header's value, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def without(self, *names: str) -> Head:
        unwanted = {name.lower() for name in names}
        return Head(self.start, [(key, value) for key, value in self.headers if key.lower() not in unwanted])

    def also(self, name: str, value: str) -> Head:
        """With this header in the place of any of the same name."""
        return Head(self.start, [*self.without(name).headers, (name, value)])

    def raw(self) -> bytes:
        lines = [self.start, *(f"{key}: {value}" for key, value in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    @property
    def method(self) -> str:
        return self.start.split(" ", 1)[0]

    @property
    def path(self) -> str:
        """Path and query of a request."""
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        """The number of an answer."""
        return int(self.start.split(" ")[1])

    @property
    def is_answer(self) -> bool:
        return self.start.startswith("HTTP/")

    @property
    def chunked(self) -> bool:
        return "chunked" in self.get("Transfer-Encoding").lower()

    @property
    def length(self) -> int | None:
        """Content-Length in bytes, or None where none is given."""
        return int(self.get("Content-Length")) if self.get("Content-Length") else None


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next message's head; None when the other side has ended between two messages."""
    try:
        text = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Broken("ended within a head") from None
        return None
    except (asyncio.LimitOverrunError, ConnectionError) as error:
        raise Broken(str(error)) from None
    start, *lines = text.decode("latin-1")[:-4].split("\r\n")
    if start.count(" ") < 2 and not start.startswith("HTTP/1."):
        raise Broken(f"not HTTP: {start[:60]!r}")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    return Head(start, headers)


async def body(reader: asyncio.StreamReader, head: Head, *, framed: bool = True) -> AsyncIterator[bytes]:
    """The body's bytes as they come; ``framed`` leaves the framing of chunks on them.

    An answer without a length lasts until the other side ends. Raises ``Broken`` when it ends
    before that.
    """
    try:
        if head.chunked:
            async for frame, piece in _chunks(reader):
                yield frame + piece + b"\r\n" if framed else piece
        elif head.length is not None:
            left = head.length
            while left:
                piece = await reader.read(min(PIECE, left))
                if not piece:
                    raise Broken(f"{left} bytes are missing")
                left -= len(piece)
                yield piece
        elif head.is_answer:
            while piece := await reader.read(PIECE):
                yield piece
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        raise Broken(str(error)) from None


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[tuple[bytes, bytes]]:
    size = 1
    while size:
        frame = await reader.readuntil(b"\r\n")
        size = int(frame.split(b";")[0], 16)
        yield frame, (await reader.readexactly(size + 2))[:-2]


def answer(status: int, reason: str, headers: Iterable[tuple[str, str]], content: bytes) -> tuple[Head, bytes]:
    """A whole answer with its length."""
    head = Head(f"HTTP/1.1 {status} {reason}", [*headers, ("Content-Length", str(len(content)))])
    return head, content


def has_no_body(method: str, status: int) -> bool:
    return method == "HEAD" or status in {204, 304} or status < 200
