"""However a photo is cut up, repeated, reordered, broken off or raced: the same bytes, the same hash, once."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image

from accounts.models import Person
from ledger.models import Entry
from ledger.problems import Problem
from media import actions, pieces, rules, storage
from media.models import Photo, PhotoPiece
from tests.media.conftest import TakenPhoto, as_file, stored_files

pytestmark = pytest.mark.django_db

DATA = as_file(Image.effect_noise((120, 90), 80).convert("RGB"), quality=90)
LEAST = 500
ANYWHERE = st.integers(0, len(DATA) + 50)


class Line:
    """A body that gives at most `most` bytes at a time; after `breaks_after` bytes it fails or just ends.

    `meanwhile` is done in between, as if by another upload of the same photo.
    """

    def __init__(self, body: bytes, breaks_after: int | None, *, fails: bool, meanwhile: Callable[[], None]) -> None:
        self.left = body if breaks_after is None else body[:breaks_after]
        self.fails = fails and breaks_after is not None
        self.meanwhile: Callable[[], None] | None = meanwhile

    def read(self, size: int, /) -> bytes:
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if not self.left and self.fails:
            raise OSError("the connection was reset")
        part, self.left = self.left[: min(size, 700)], self.left[min(size, 700) :]
        return part


@dataclass(frozen=True)
class Try:
    """One upload: from a byte of its own choice, or where the server says (`start` is None)."""

    is_put: bool
    start: int | None
    length: int | None
    breaks_after: int | None
    fails: bool
    is_damaged: bool


TRIES = st.builds(
    Try,
    is_put=st.booleans(),
    start=st.one_of(st.none(), st.none(), ANYWHERE),
    length=st.one_of(st.none(), ANYWHERE),
    breaks_after=st.one_of(st.none(), ANYWHERE),
    fails=st.booleans(),
    is_damaged=st.just(False),
)
DAMAGED = st.builds(
    Try,
    is_put=st.booleans(),
    start=st.none(),
    length=st.one_of(st.none(), st.integers(1, len(DATA))),
    breaks_after=st.one_of(st.none(), ANYWHERE),
    fails=st.booleans(),
    is_damaged=st.just(True),
)


class Sender:
    """Ash's phone, which tries one thing after the other, and each time looks at what the server has."""

    def __init__(self, who: Person, announce: Callable[..., Photo]) -> None:
        self.who = who
        self.taken = TakenPhoto(DATA, id=uuid.uuid4())
        announce(who, self.taken)

    def kept(self) -> int:
        return actions.beginning_of(photo_id=self.taken.id, person=self.who).offset

    def send(self, once: Try, meanwhile: Callable[[], None]) -> None:
        """Refusals are part of the story; what counts is what stands afterwards."""
        start = 0 if once.is_put else self.kept() if once.start is None else once.start
        data = bytes(byte ^ 0x55 for byte in DATA) if once.is_damaged else DATA
        body = data if once.is_put else data[start:] if once.length is None else data[start : start + once.length]
        about: dict[str, Any] = {
            "photo_id": self.taken.id,
            "person": self.who,
            "content_type": "image/jpeg",
            "sha256": self.taken.sha256,
            "size_bytes": len(body),
            "stream": Line(body, once.breaks_after, fails=once.fails, meanwhile=meanwhile),
        }
        with contextlib.suppress(Problem):
            if once.is_put:
                actions.receive_photo(**about)
            else:
                actions.continue_photo(**about, offset=start)

    def finish(self) -> None:
        """What every phone does in the end: ask how far it is, and send the rest."""
        for _ in range(3):
            if Photo.objects.get(pk=self.taken.id).is_here:
                return
            self.send(Try(False, None, None, None, fails=False, is_damaged=False), lambda: None)


def assert_beginning_is_sound(photo_id: uuid.UUID, *, may_be_damaged: bool) -> int:
    """Pieces follow each other from byte 0, hold what their rows say, and nothing else lies in the store."""
    at = 0
    held = b""
    for piece in PhotoPiece.objects.filter(photo_id=photo_id):
        assert piece.offset == at
        with storage.open_piece(piece.key) as stored:
            part = stored.read()
        assert len(part) == piece.size_bytes
        held += part
        at += piece.size_bytes
    if not may_be_damaged:
        assert held == DATA[:at]
    return at


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a photo of a few kilobytes goes through all that a large one meets."""
    monkeypatch.setattr(rules, "LEAST_KEPT_BYTES", LEAST)
    monkeypatch.setattr(rules, "MOST_PIECES", 4)


@examples(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    tries=st.lists(st.tuples(st.one_of(TRIES, TRIES, TRIES, DAMAGED), st.one_of(st.none(), TRIES)), max_size=12),
)
def test_any_cutting_any_repeats_any_breaks_end_the_same(
    tries: list[tuple[Try, Try | None]],
    small_limits: None,
    local_store: Path,
    ash: Person,
    announce: Callable[..., Photo],
) -> None:
    phone = Sender(ash, announce)
    kept = 0
    was_damaged = False
    for once, other in tries:
        was_damaged = was_damaged or once.is_damaged

        def meanwhile(other: Try | None = other) -> None:
            if other:
                phone.send(other, lambda: None)

        phone.send(once, meanwhile)
        if Photo.objects.get(pk=phone.taken.id).is_here:
            break
        before, kept = kept, assert_beginning_is_sound(phone.taken.id, may_be_damaged=was_damaged)
        assert kept == phone.kept()
        # What was kept once is only given up for a damage.
        assert kept >= before or was_damaged
    phone.finish()
    photo = Photo.objects.get(pk=phone.taken.id)
    assert photo.state == "received"
    with storage.open_stored(photo.original_key) as original:
        assert original.read() == DATA
    entries = Entry.objects.filter(subject_id=str(photo.pk))
    assert [entry.kind for entry in entries] == ["photo.received"]
    assert entries[0].data["sha256"] == phone.taken.sha256
    assert not PhotoPiece.objects.filter(photo=photo).exists()
    assert stored_files(local_store / "piece") == []
    assert stored_files(local_store / "incoming") == []


def test_a_long_break_keeps_all_and_a_short_one_nothing() -> None:
    keeps = rules.kept_after
    least = rules.LEAST_KEPT_BYTES
    assert keeps(kept=0, arrived=least, whole=10 * least, is_cut_short=True)
    assert not keeps(kept=0, arrived=least - 1, whole=10 * least, is_cut_short=True)
    assert keeps(kept=0, arrived=1, whole=2, is_cut_short=False)
    assert not keeps(kept=5, arrived=0, whole=10, is_cut_short=False)
    # More than was announced, cut short: it can't be this photo.
    assert not keeps(kept=0, arrived=10 * least, whole=10 * least, is_cut_short=True)
    assert pieces.GoOnFrom("wrong_offset", 7).offset == 7
