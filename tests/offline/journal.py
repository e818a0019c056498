"""What people were told is safe, written down outside the browser and synced to the disk at once."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class KeptPhoto:
    """One photo as it lay in the phone's database when the screen said Saved."""

    id: str
    sha256: str
    # Hash of the very bytes that lay there; None when they had been sent and freed before anybody could look.
    stored: str | None


@dataclass
class Capture:
    """One report: begun, and perhaps acknowledged by the screen."""

    number: int
    phone: str
    person: str
    note: str
    begun_at: dt.datetime
    photos_taken: int
    # How far the phone's clock had jumped since the server was last heard: the phone can't know its offset.
    clock_jump_ms: int = 0
    defect_id: str | None = None
    said_at: dt.datetime | None = None
    photos: list[KeptPhoto] = field(default_factory=list)

    @property
    def was_said(self) -> bool:
        return self.defect_id is not None


class Journal:
    """Lines of JSON, one a fact, in the order in which they became true."""

    def __init__(self, path: Path) -> None:
        self.captures: dict[int, Capture] = {}
        self.path = path
        self._out = path.open("a")

    def begun(self, capture: Capture) -> None:
        self.captures[capture.number] = capture
        self._write(
            "begun",
            number=capture.number,
            phone=capture.phone,
            person=capture.person,
            note=capture.note,
            photos=capture.photos_taken,
        )

    def said(self, number: int, defect_id: str) -> None:
        """The screen said Saved: from here on this report may not be lost."""
        capture = self.captures[number]
        capture.defect_id, capture.said_at = defect_id, dt.datetime.now(dt.UTC)
        self._write("saved", number=number, defect_id=defect_id)

    def kept(self, number: int, photos: list[dict[str, Any]]) -> None:
        """What the phone's database held for it then."""
        capture = self.captures[number]
        capture.photos = [KeptPhoto(photo["id"], photo["sha256"], photo["stored"]) for photo in photos]
        self._write("kept", number=number, photos=photos)

    def mishap(self, words: str) -> None:
        self._write("mishap", words=words)

    @property
    def acknowledged(self) -> list[Capture]:
        return [capture for capture in self.captures.values() if capture.was_said]

    @property
    def in_flight(self) -> list[Capture]:
        """Begun and never acknowledged: they may be there or not, but whole."""
        return [capture for capture in self.captures.values() if not capture.was_said]

    def close(self) -> None:
        self._out.close()

    def _write(self, fact: str, **what: Any) -> None:
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        self._out.write(json.dumps({"at": at, "fact": fact, **what}) + "\n")
        self._out.flush()
        os.fsync(self._out.fileno())
