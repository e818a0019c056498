"""The comparison sees what it is there to see: each loss, each doubling, each altered byte, by name."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.offline.comparison import Dispute, Findings, OnPhone, OnServer, Shown, StoredDefect, StoredPhoto, compare
from tests.offline.journal import Capture, KeptPhoto

SEEN = dt.datetime(2026, 6, 10, 9, 30, tzinfo=dt.UTC)
SHA = {"p1": "11" * 32, "p2": "22" * 32, "p3": "33" * 32, "p8": "88" * 32}
ITEM = {"id": "o1", "kind": "raise_defect", "defect_id": "d1", "state": "here", "code": None, "reason": None}
PHOTO = {"id": "p1", "operation_id": "o1", "state": "here", "reason": None, "stored": SHA["p1"]}


class Day:
    """Two reports, three photos, all arrived; a third report was under way and arrived whole."""

    def __init__(self) -> None:
        self.captures = [_capture(1, "d1", "p1", "p2"), _capture(2, "d2", "p3"), _capture(3, None)]
        self.server = OnServer(
            defects=[_defect("d1", 1, "p1", "p2"), _defect("d2", 2, "p3"), _defect("d3", 3, "p4")],
            raised=Counter(["d1", "d2", "d3"]),
            received=Counter(["p1", "p2", "p3", "p4"]),
            broken_links=0,
            conflicts={"c1", "c2"},
            conflicts_listed={
                "c1": Shown("J-7\nWe did it", "J-7\nDone before"),
                "c2": Shown("made by others", "before"),
            },
            disputed_photos={"p8": SHA["p8"]},
        )
        self.disputes = [Dispute("c1", "two closes", "We did it", "Done before", KeptPhoto("p8", SHA["p8"], SHA["p8"]))]
        self.phone = OnPhone("phone 1", items=[], photos=[])

    def compared(self) -> Findings:
        return compare(self.captures, [self.phone], self.server, self.disputes)


def _capture(number: int, defect_id: str | None, *photos: str) -> Capture:
    return Capture(
        number=number,
        phone="phone 1",
        person="warden",
        note=f"Walk 1, number {number}",
        begun_at=SEEN,
        photos_taken=max(1, len(photos)),
        defect_id=defect_id,
        said_at=SEEN + dt.timedelta(seconds=1) if defect_id else None,
        photos=[KeptPhoto(photo, SHA[photo], SHA[photo]) for photo in photos],
    )


def _defect(defect_id: str, number: int, *photos: str) -> StoredDefect:
    return StoredDefect(
        id=defect_id,
        note=f"Walk 1, number {number}",
        person="warden",
        observed_at=SEEN,
        received_at=SEEN + dt.timedelta(minutes=5),
        photos=[StoredPhoto(one, "received", SHA.get(one, "44" * 32), SHA.get(one, "44" * 32)) for one in photos],
        jobs=1,
        in_triage=False,
    )


def test_a_good_day_has_a_clean_closing_line() -> None:
    found = Day().compared()
    assert found.all_is_well, list(found.troubles())
    assert found.closing_line() == (
        "captured 2 · received 2 · lost 0 · doubled 0 · photos 4 · hash mismatches 0 · conflicts shown 1"
    )


def _lose_record(day: Day) -> None:
    del day.server.defects[0]


def _lose_photo(day: Day) -> None:
    day.server.defects[0].photos[1].stored = None


def _forget_photo(day: Day) -> None:
    del day.server.defects[1].photos[0]


def _lose_photo_under_way(day: Day) -> None:
    day.server.defects[2].photos[0].stored = None


def _lose_all_photos_under_way(day: Day) -> None:
    day.server.defects[2].photos = []


def _double_record(day: Day) -> None:
    twin = copy.deepcopy(day.server.defects[0])
    twin.id = "d9"
    day.server.defects.append(twin)
    day.server.raised["d9"] = 1


def _double_entry(day: Day) -> None:
    day.server.raised["d1"] = 2


def _double_photo(day: Day) -> None:
    day.server.received["p1"] = 2


def _alter_byte(day: Day) -> None:
    day.server.defects[0].photos[0].stored = "1" + "0" * 63


def _alter_both(day: Day) -> None:
    """The server's own row agrees with its bytes, and still it is not what the phone held."""
    photo = day.server.defects[0].photos[0]
    photo.stored = photo.sha256 = "1" + "0" * 63


def _leave_record(day: Day) -> None:
    _lose_record(day)
    day.phone.items.append({**ITEM})


def _leave_photo(day: Day) -> None:
    _lose_photo(day)
    day.phone.items.append({**ITEM, "state": "sent"})
    day.phone.photos.append({**PHOTO, "id": "p2", "stored": SHA["p2"]})


def _refuse_record(day: Day) -> None:
    day.phone.items.append({**ITEM, "state": "refused", "code": "invalid_input", "reason": "No such street"})


def _other_author(day: Day) -> None:
    day.server.defects[1].person = "warden2"


def _no_job(day: Day) -> None:
    day.server.defects[1].jobs = 0


def _wrong_time(day: Day) -> None:
    day.server.defects[1].observed_at = SEEN - dt.timedelta(days=2)


def _after_receipt(day: Day) -> None:
    day.server.defects[1].observed_at = SEEN + dt.timedelta(days=2)


def _receipt_before_the_report(day: Day) -> None:
    day.server.defects[1].observed_at = day.server.defects[1].received_at = SEEN - dt.timedelta(seconds=90)


def _off_by_more_than_the_jump(day: Day) -> None:
    day.captures[1].clock_jump_ms = 2 * 86_400_000
    day.server.defects[1].observed_at = SEEN - dt.timedelta(days=3)


def _broken_chain(day: Day) -> None:
    day.server.broken_links = 1


def _hide_conflict(day: Day) -> None:
    del day.server.conflicts_listed["c1"]


def _hide_conflict_of_before(day: Day) -> None:
    del day.server.conflicts_listed["c2"]


def _drop_conflict(day: Day) -> None:
    day.server.conflicts.remove("c1")
    del day.server.conflicts_listed["c1"]


def _show_only_one_side(day: Day) -> None:
    day.server.conflicts_listed["c1"].ours = "J-7"


def _show_other_words(day: Day) -> None:
    day.server.conflicts_listed["c1"].theirs = "J-7"


def _lose_disputed_photo(day: Day) -> None:
    day.server.disputed_photos["p8"] = None


def _alter_disputed_photo(day: Day) -> None:
    day.server.disputed_photos["p8"] = SHA["p1"]


def _unledgered(day: Day) -> None:
    del day.server.received["p3"]


@pytest.mark.parametrize(
    ("spoil", "figure", "words"),
    [
        (_lose_record, "lost", "defect d1"),
        (_lose_photo, "lost", "photo p2 of capture 1"),
        (_forget_photo, "lost", "photo p3 of capture 2"),
        (_lose_photo_under_way, "lost", "photo p4"),
        (_lose_all_photos_under_way, "lost", "capture 3"),
        (_double_record, "doubled", "d1, d9"),
        (_double_entry, "doubled", "defect d1"),
        (_double_photo, "doubled", "photo p1"),
        (_alter_byte, "mismatches", "photo p1"),
        (_alter_both, "mismatches", "photo p1"),
        (_leave_record, "left_over", "defect d1"),
        (_leave_photo, "left_over", "photo p2"),
        (_refuse_record, "left_over", "No such street"),
        (_other_author, "wrong", "stands as warden2's"),
        (_no_job, "wrong", "defect d2"),
        (_wrong_time, "wrong", "2 days"),
        (_after_receipt, "wrong", "after its receipt"),
        (_receipt_before_the_report, "wrong", "before it was seen"),
        (_off_by_more_than_the_jump, "wrong", "3 days"),
        (_broken_chain, "wrong", "chain"),
        (_hide_conflict, "wrong", "conflict c1"),
        (_hide_conflict_of_before, "wrong", "conflict c2"),
        (_drop_conflict, "lost", "conflict c1"),
        (_show_only_one_side, "wrong", "without the first version"),
        (_show_other_words, "wrong", "without the second"),
        (_lose_disputed_photo, "lost", "photo p8 of conflict c1"),
        (_alter_disputed_photo, "mismatches", "photo p8"),
        (_unledgered, "wrong", "photo p3"),
    ],
)
def test_every_kind_of_trouble_is_named(spoil: Callable[[Day], Any], figure: str, words: str) -> None:
    day = Day()
    spoil(day)
    found = day.compared()
    assert not found.all_is_well
    assert any(words in line for line in getattr(found, figure)), list(found.troubles())


def test_what_is_safe_on_a_phone_is_left_over_and_not_lost() -> None:
    for leave in (_leave_record, _leave_photo):
        day = Day()
        leave(day)
        found = day.compared()
        assert found.lost == [] and found.left_over != []


def test_a_photo_that_only_says_it_is_on_the_phone_is_lost() -> None:
    day = Day()
    _leave_photo(day)
    day.phone.photos[0]["stored"] = None
    assert any("photo p2" in line for line in day.compared().lost)


def test_a_conflict_waits_for_a_dispatcher_and_not_for_us() -> None:
    day = Day()
    day.phone.items.append({**ITEM, "kind": "close_job", "defect_id": None, "state": "conflict"})
    day.phone.photos.append({**PHOTO, "id": "p9"})
    assert day.compared().all_is_well


def test_a_clock_that_jumped_while_nobody_was_heard_may_leave_a_doubtful_time() -> None:
    for observed_at in (SEEN - dt.timedelta(days=2), SEEN + dt.timedelta(minutes=5)):
        day = Day()
        day.server.defects[1].observed_at = observed_at
        assert not day.compared().all_is_well, "nobody else's time may be off"
        day.captures[1].clock_jump_ms = 2 * 86_400_000
        assert day.compared().all_is_well
