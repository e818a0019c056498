"""When a message goes: quiet hours, the digest's hour, and how often a failed one is tried. Pure.

All hours are of the council's zone. A night in which the clocks change has them as its walls show them:
quiet until 07:00 ends at 07:00, however long that night was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from news.topics import Channel, is_urgent

# Minutes from each failure to the next try; after the last one nobody waits for it any more.
BACK_OFF_MIN = (1, 5, 15, 60, 180, 360, 720)


@dataclass(frozen=True, slots=True)
class Hours:
    """What a person chose. Quiet from and until are both set or both None."""

    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    urgent_passes: bool = True
    digest_hour: int = 7


def is_quiet(hours: Hours, at: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether this aware moment lies in the quiet hours, which may go over midnight."""
    if hours.quiet_from is None or hours.quiet_until is None:
        return False
    now = at.astimezone(zone).time()
    if hours.quiet_from < hours.quiet_until:
        return hours.quiet_from <= now < hours.quiet_until
    return now >= hours.quiet_from or now < hours.quiet_until


def after_quiet(hours: Hours, at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The moment itself, or the end of the quiet hours that it lies in. UTC."""
    if not is_quiet(hours, at, zone) or hours.quiet_until is None:
        return at.astimezone(dt.UTC)
    return _next(hours.quiet_until, at, zone)


def digest_at(hours: Hours, at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next digest after this moment. UTC."""
    return _next(dt.time(hours.digest_hour), at, zone)


def goes_at(kind: str, channel: Channel, hours: Hours, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When news of this kind goes by this channel (push or e-mail). UTC."""
    if is_urgent(kind) and hours.urgent_passes:
        return now.astimezone(dt.UTC)
    if channel == Channel.EMAIL and not is_urgent(kind):
        return digest_at(hours, now, zone)
    return after_quiet(hours, now, zone)


def next_try(tries: int, now: dt.datetime, *, not_before_s: float = 0) -> dt.datetime | None:
    """When to try again after so many failures (from 1), or None to give up.

    ``not_before_s``: what the other side asked for; more than a day is not believed.
    """
    if tries > len(BACK_OFF_MIN):
        return None
    wait_s = max(BACK_OFF_MIN[tries - 1] * 60.0, min(not_before_s, 86_400.0))
    return now + dt.timedelta(seconds=wait_s)


def _next(wall: dt.time, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next moment at which the clocks on the walls of this zone show ``wall``."""
    day = after.astimezone(zone).date()
    for ahead in range(3):
        found = dt.datetime.combine(day + dt.timedelta(days=ahead), wall, zone).astimezone(dt.UTC)
        if found > after:
            return found
    raise AssertionError("every wall clock shows every time within two days")
