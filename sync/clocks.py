"""Puts right what a phone says about time, by how far its clock is off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from audits import rules
from audits.actions import PhoneTime


def put_right(payload: dict[str, Any], phone: PhoneTime, *, received_at: dt.datetime) -> dict[str, Any]:
    """The checked payload of an operation with honest times in its place and its photos.

    The times of the deed itself (``observed_at``, ``at`` …) are put right where the verbs read them
    (`sync.asked.Asked.time`). No record is turned away for a wrong date.
    """
    told = payload.get("observed_at") or payload.get("at") or phone.made_at
    seen_at = phone.honest(told, now=received_at)
    changed = dict(payload)
    if changed.get("place"):
        changed["place"] = _place(changed["place"], seen_at, phone, received_at)
    if changed.get("photos"):
        changed["photos"] = [_photo(photo, seen_at, phone, received_at) for photo in changed["photos"]]
    return changed


def _photo(photo: dict[str, Any], seen_at: dt.datetime, phone: PhoneTime, received_at: dt.datetime) -> dict[str, Any]:
    taken_at = rules.believable_time(photo["taken_at"], clock_offset_ms=phone.clock_offset_ms, now=received_at)
    place = photo.get("place")
    return {
        **photo,
        "taken_at": taken_at,
        "place": _place(place, taken_at or seen_at, phone, received_at) if place else None,
    }


def _place(place: dict[str, Any], seen_at: dt.datetime, phone: PhoneTime, received_at: dt.datetime) -> dict[str, Any]:
    if not place.get("fix_at"):
        return place
    fix_at = rules.honest_fix_time(
        place["fix_at"], seen_at=seen_at, clock_offset_ms=phone.clock_offset_ms, now=received_at
    )
    return {**place, "fix_at": fix_at}
