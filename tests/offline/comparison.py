"""Phone, server rows, storage bytes and ledger against what people were told is safe. Pure: copies go in."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.offline.journal import Capture, KeptPhoto

# A phone learns the server's time from its answers; the rest is what a measurement over a bad line costs.
HONEST_WITHIN = dt.timedelta(minutes=2)


@dataclass
class OnPhone:
    """What one phone's database holds in the end: rows of ``everything`` in street.js."""

    name: str
    items: list[dict[str, Any]]
    photos: list[dict[str, Any]]


@dataclass
class StoredPhoto:
    """One photo's row, and the hash of the bytes that the store gives back (None: it gives none)."""

    id: str
    state: str
    sha256: str
    stored: str | None


@dataclass
class StoredDefect:
    id: str
    note: str
    person: str
    observed_at: dt.datetime
    received_at: dt.datetime
    photos: list[StoredPhoto]
    jobs: int
    in_triage: bool


@dataclass
class Dispute:
    """Two versions of one thing, made on purpose: ``id`` is the operation that came second, with its photo."""

    id: str
    words: str
    # What the second one says, and what stands: words by which each is known.
    theirs: str
    ours: str
    photo: KeptPhoto


@dataclass
class Shown:
    """What a dispatcher is shown of a conflict: the facts of both sides."""

    theirs: str
    ours: str


@dataclass
class OnServer:
    """The server's rows of this run, and how often its ledger tells of each subject."""

    defects: list[StoredDefect]
    raised: Counter[str]
    received: Counter[str]
    broken_links: int
    conflicts: set[str] = field(default_factory=set)
    conflicts_listed: dict[str, Shown] = field(default_factory=dict)
    # Hashes of the bytes that the store gives back of photos announced by disputes.
    disputed_photos: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Findings:
    """The closing figures, and a line for everything that is not as it should be."""

    captured: int = 0
    received: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    photos: int = 0
    mismatches: list[str] = field(default_factory=list)
    conflicts_shown: int = 0
    left_over: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def all_is_well(self) -> bool:
        return not (self.lost or self.doubled or self.mismatches or self.left_over or self.wrong)

    def closing_line(self) -> str:
        return (
            f"captured {self.captured} · received {self.received} · lost {len(self.lost)} · "
            f"doubled {len(self.doubled)} · photos {self.photos} · hash mismatches {len(self.mismatches)} · "
            f"conflicts shown {self.conflicts_shown}"
        )

    def troubles(self) -> Iterable[str]:
        """Every finding in words, the worst first."""
        for kind in ("lost", "doubled", "mismatches", "left_over", "wrong"):
            for words in getattr(self, kind):
                yield f"{kind.replace('_', ' ')}: {words}"


def compare(
    captures: Iterable[Capture], phones: Iterable[OnPhone], server: OnServer, disputes: Iterable[Dispute] = ()
) -> Findings:
    """What became of every capture, every photo and every dispute."""
    phones = list(phones)
    found = Findings()
    by_id = {defect.id: defect for defect in server.defects}
    by_note = defaultdict(list)
    for defect in server.defects:
        by_note[defect.note].append(defect)
    for capture in captures:
        if capture.defect_id is not None:
            found.captured += 1
            _check_acknowledged(capture, by_id, phones, found)
        for defect in by_note[capture.note]:
            _check_whole(capture, defect, phones, server, found)
        if len(by_note[capture.note]) > 1:
            ids = ", ".join(defect.id for defect in by_note[capture.note])
            found.doubled.append(f"capture {capture.number} is there as {ids}")
    _check_left_over(phones, found)
    if server.broken_links:
        found.wrong.append(f"the ledger's chain is broken in {server.broken_links} places")
    unlisted = server.conflicts - server.conflicts_listed.keys()
    found.wrong += [f"conflict {one} is kept but not shown to the desk" for one in sorted(unlisted)]
    for dispute in disputes:
        _check_dispute(dispute, server, found)
    return found


def _check_acknowledged(
    capture: Capture, by_id: dict[str, StoredDefect], phones: list[OnPhone], found: Findings
) -> None:
    """The screen said Saved, so the record and each photo that lay there must be somewhere."""
    assert capture.defect_id
    defect = by_id.get(capture.defect_id)
    if defect is None:
        where = _on_phones(phones, "items", "defect_id", capture.defect_id)
        words = f"capture {capture.number}, defect {capture.defect_id}, of {capture.person} on {capture.phone}"
        if where:
            found.left_over.append(f"{words}: still {where}")
        else:
            found.lost.append(f"{words}, said saved at {capture.said_at}: on no phone, not on the server")
        return
    found.received += 1
    there = {photo.id: photo for photo in defect.photos}
    for kept in capture.photos:
        photo = there.get(kept.id)
        words = f"photo {kept.id} of capture {capture.number}"
        if photo is None or photo.stored is None:
            state = photo.state if photo else "unknown"
            where = _on_phones(phones, "photos", "id", kept.id) or "on no phone"
            (found.left_over if "in its bytes" in where else found.lost).append(
                f"{words} has no bytes on the server (there: {state}); {where}"
            )
        elif photo.stored != (kept.stored or kept.sha256):
            found.mismatches.append(f"{words}: kept as {kept.stored or kept.sha256}, stored as {photo.stored}")


def _check_whole(
    capture: Capture, defect: StoredDefect, phones: list[OnPhone], server: OnServer, found: Findings
) -> None:
    """A record that arrived is whole, its author's own, told of once, and has somebody to see to it."""
    words = f"defect {defect.id} of capture {capture.number}"
    found.photos += sum(photo.stored is not None for photo in defect.photos)
    if defect.person != capture.person:
        found.wrong.append(f"{words} was made by {capture.person} and stands as {defect.person}'s")
    if server.raised[defect.id] != 1:
        found.doubled.append(f"{words} stands {server.raised[defect.id]} times in the ledger as raised")
    if not defect.jobs and not defect.in_triage:
        found.wrong.append(f"{words} has no job and is not in triage")
    if defect.observed_at > defect.received_at:
        found.wrong.append(f"{words} was observed {defect.observed_at}, after its receipt {defect.received_at}")
    if defect.received_at < capture.begun_at:
        found.wrong.append(f"{words} was received {defect.received_at}, before it was seen {capture.begun_at}")
    off = max(capture.begun_at - defect.observed_at, defect.observed_at - (capture.said_at or defect.received_at))
    if off > HONEST_WITHIN and not _is_doubtful(capture, defect, off):
        found.wrong.append(f"{words} stands as observed {defect.observed_at}, seen {capture.begun_at}: {off} off")
    if not capture.was_said and not defect.photos:
        found.lost.append(f"all photos of capture {capture.number}, which was under way: {words} has none")
    acknowledged = {photo.id for photo in capture.photos}
    for photo in defect.photos:
        if server.received[photo.id] > 1:
            found.doubled.append(f"photo {photo.id} of {words} was received {server.received[photo.id]} times")
        if photo.stored is None and photo.id not in acknowledged:
            where = _on_phones(phones, "photos", "id", photo.id) or "on no phone"
            (found.left_over if "in its bytes" in where else found.lost).append(
                f"photo {photo.id} of {words} has no bytes on the server ({photo.state}); {where}"
            )
        elif photo.stored is not None and server.received[photo.id] != 1:
            found.wrong.append(f"photo {photo.id} of {words} is stored and not in the ledger as received")
        if photo.stored is not None and photo.stored != photo.sha256:
            found.mismatches.append(f"photo {photo.id}: announced as {photo.sha256}, stored as {photo.stored}")


def _is_doubtful(capture: Capture, defect: StoredDefect, off: dt.timedelta) -> bool:
    """Whether the clock had jumped and nobody could tell the phone: off by that jump, or held to the receipt."""
    jump = dt.timedelta(milliseconds=capture.clock_jump_ms)
    return bool(jump) and (defect.observed_at == defect.received_at or abs(off - jump) < HONEST_WITHIN)


def _check_dispute(dispute: Dispute, server: OnServer, found: Findings) -> None:
    """Neither version was dropped, and a dispatcher is shown both."""
    if dispute.id not in server.conflicts:
        found.lost.append(f"conflict {dispute.id}, {dispute.words}: not on the server")
        return
    shown = server.conflicts_listed.get(dispute.id)
    if shown is not None:
        sides = {"the first version": dispute.ours in shown.ours, "the second": dispute.theirs in shown.theirs}
        missing = [side for side, is_there in sides.items() if not is_there]
        found.wrong += [f"conflict {dispute.id}, {dispute.words}, is shown without {side}" for side in missing]
        found.conflicts_shown += not missing
    stored = server.disputed_photos.get(dispute.photo.id)
    if stored is None:
        found.lost.append(f"photo {dispute.photo.id} of conflict {dispute.id}, {dispute.words}: no bytes on the server")
    elif stored != dispute.photo.sha256:
        found.mismatches.append(f"photo {dispute.photo.id}: sent as {dispute.photo.sha256}, stored as {stored}")


def _check_left_over(phones: list[OnPhone], found: Findings) -> None:
    """In the end nothing waits any more but conflicts, which wait for a dispatcher."""
    for phone in phones:
        for item in phone.items:
            if item["state"] in {"here", "refused"}:
                why = f"{item['code'] or 'no reason'}: {item['reason'] or ''}"
                found.left_over.append(f"{item['kind']} {item['id']} is {item['state']} on {phone.name} ({why})")
        for photo in phone.photos:
            if photo["state"] == "refused" or (photo["state"] == "here" and _waits(phone, photo)):
                found.left_over.append(f"photo {photo['id']} is {photo['state']} on {phone.name}: {photo['reason']}")


def _waits(phone: OnPhone, photo: dict[str, Any]) -> bool:
    """Whether nothing but time keeps a photo here: those of a conflict wait with it."""
    item = next((item for item in phone.items if item["id"] == photo["operation_id"]), None)
    return item is None or item["state"] != "conflict"


def _on_phones(phones: list[OnPhone], rows: str, key: str, value: str) -> str:
    """Where a record or a photo is, in words; empty when it is on no phone."""
    for phone in phones:
        for row in getattr(phone, rows):
            if row[key] == value:
                bytes_too = " in its bytes" if row.get("stored") else ""
                return f"{row['state']} on {phone.name}{bytes_too} ({row['reason'] or 'no reason'})"
    return ""
