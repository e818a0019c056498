"""What may become of a defect, and when a phone's words are believable. Pure: no Django, no clock."""

import datetime as dt
from enum import StrEnum


class DefectStatus(StrEnum):
    """Whole words; see TRANSITIONS for how one leads to the next."""

    OPEN = "open"
    ROUTED = "routed"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


# From a status to those that may follow. Nothing leaves REJECTED and DUPLICATE but a person's word.
TRANSITIONS: dict[DefectStatus, frozenset[DefectStatus]] = {
    # Where it waits for a dispatcher, a crew that has a job of it all the same may fix it.
    DefectStatus.OPEN: frozenset(
        {DefectStatus.ROUTED, DefectStatus.RESOLVED, DefectStatus.REJECTED, DefectStatus.DUPLICATE}
    ),
    DefectStatus.ROUTED: frozenset(
        {
            DefectStatus.OPEN,
            DefectStatus.ROUTED,
            DefectStatus.RESOLVED,
            DefectStatus.REJECTED,
            DefectStatus.DUPLICATE,
        }
    ),
    DefectStatus.RESOLVED: frozenset({DefectStatus.VERIFIED, DefectStatus.ROUTED, DefectStatus.OPEN}),
    DefectStatus.VERIFIED: frozenset({DefectStatus.ROUTED, DefectStatus.OPEN}),
    DefectStatus.REJECTED: frozenset({DefectStatus.OPEN}),
    DefectStatus.DUPLICATE: frozenset({DefectStatus.OPEN}),
}

# Somebody still has to see to it.
UNRESOLVED: frozenset[DefectStatus] = frozenset({DefectStatus.OPEN, DefectStatus.ROUTED})


class AuditState(StrEnum):
    """How an Environmental Visual Audit stands; a patrol has none of these."""

    WALKING = "walking"
    PAUSED = "paused"
    WALKED = "walked"
    SIGNED = "signed"
    ABANDONED = "abandoned"


class SightingKind(StrEnum):
    """What a crew sees at its work and tells wardens or police."""

    NEEDLES = "needles"
    DRUG_AREA = "drug_area"
    ROUGH_SLEEPING = "rough_sleeping"
    SUSPICIOUS = "suspicious"
    OTHER = "other"


SIGHTING_KINDS: dict[str, str] = {
    SightingKind.NEEDLES: "Needles",
    SightingKind.DRUG_AREA: "Signs of drug use",
    SightingKind.ROUGH_SLEEPING: "Somebody sleeping rough",
    SightingKind.SUSPICIOUS: "Something suspicious",
    SightingKind.OTHER: "Something else",
}

# What its reporter can put right later, as people call it.
FIELD_WORDS: dict[str, str] = {"note": "the note", "severity": "the severity", "street_text": "the street"}

# Two open reports of one group of categories this near each other may be of one thing.
DUPLICATE_WITHIN_M = 30.0
# The same group this near one that was fixed this long ago or less has come back.
RECURS_WITHIN_M = 15.0
RECURS_WITHIN = dt.timedelta(days=28)

# A phone's clock may run ahead of ours by this much before we ask; its offset is known by then.
FUTURE_TOLERANCE = dt.timedelta(minutes=10)
# A queue can wait on a phone for weeks; older than this is a wrong date, not a patient phone.
OLDEST = dt.timedelta(days=366)
# A camera or a receiver that says less has lost its date.
_FIRST_BELIEVABLE = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_FIRST, _LAST = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)


def reference(number: int) -> str:
    """A defect's number as people say it: ``D-1042``."""
    return f"D-{number:04d}"


def audit_reference(number: int) -> str:
    """An audit's number as people say it: ``A-0007``."""
    return f"A-{number:04d}"


# Of two words of one instant, the one that goes further holds.
_WORDS_ORDER = {AuditState.WALKING: 0, AuditState.PAUSED: 1, AuditState.WALKED: 2}


def word_counts(state: str, since: dt.datetime | None, next_state: str, at: dt.datetime) -> bool:
    """Whether a word that somebody gave at ``at`` (pause, go on, finish) says how an audit stands, whose state
    was said at ``since`` (None: nothing was said since it began). The latest word holds, in whatever order
    they come; what was signed off or given up is moved by none of them."""
    if state not in _WORDS_ORDER:
        return False
    order = _WORDS_ORDER[AuditState(next_state)], _WORDS_ORDER[AuditState(state)]
    return since is None or (at, order[0]) > (since, order[1])


def may_read_restricted(role: str, *, is_council: bool) -> bool:
    """Whether somebody reads what is restricted in an audit (drugs, vice, people who could come to harm):
    officers, and the council's managers and administrators. Whoever wrote it reads it anyway."""
    return role in {"officer", "administrator"} or (role == "manager" and is_council)


def may_become(status: str, next_status: str) -> bool:
    """Whether TRANSITIONS lets a defect go from one status to the next."""
    return DefectStatus(next_status) in TRANSITIONS[DefectStatus(status)]


def days_between(earlier: dt.datetime, later: dt.datetime) -> int:
    """Whole days from one time to another, a begun one counted, and never less than one."""
    return max(1, -((earlier - later) // dt.timedelta(days=1)))


def honest_time(at: dt.datetime, *, clock_offset_ms: int, now: dt.datetime) -> dt.datetime:
    """The phone's time put right by its clock's offset (server minus phone), never after ``now``.

    A phone that runs two days ahead says Friday on Wednesday; with its offset of minus two days
    the observation stands on Wednesday. A clock that was set while nobody could be asked leaves a time
    that can't be true: ``now``, the receipt, is then all that is sure. A record is never refused for it.
    """
    corrected = _corrected(at, clock_offset_ms)
    return now if corrected < now - OLDEST else min(corrected, now)


def believable_time(at: dt.datetime, *, clock_offset_ms: int, now: dt.datetime) -> dt.datetime | None:
    """When a file or a receiver says that it was, never after ``now``.

    None for a date from before there were such things.
    """
    corrected = min(_corrected(at, clock_offset_ms), now)
    return corrected if corrected >= _FIRST_BELIEVABLE else None


def honest_fix_time(
    fix_at: dt.datetime, *, seen_at: dt.datetime, clock_offset_ms: int, now: dt.datetime
) -> dt.datetime | None:
    """When a position was found. Some phones tell that by their own clock, others by the satellites':
    of the two readings, the one that lies nearer to ``seen_at``, when the position was used."""
    readings = [_corrected(fix_at, clock_offset_ms), fix_at]
    possible = [at for at in readings if _FIRST_BELIEVABLE <= at <= now + FUTURE_TOLERANCE]
    if not possible:
        return believable_time(fix_at, clock_offset_ms=clock_offset_ms, now=now)
    return min(min(possible, key=lambda at: abs(at - seen_at)), now)


def is_doubtful(at: dt.datetime, *, clock_offset_ms: int, now: dt.datetime) -> bool:
    """Whether the corrected time can't be true: later than a clock that is a little off could say, or
    further back than anything waits on a phone."""
    corrected = _corrected(at, clock_offset_ms)
    return not now - OLDEST <= corrected <= now + FUTURE_TOLERANCE


def _corrected(at: dt.datetime, clock_offset_ms: int) -> dt.datetime:
    try:
        # In UTC: local time would count the hour of a daylight-saving change that lies between.
        return at.astimezone(dt.UTC) + dt.timedelta(milliseconds=clock_offset_ms)
    except OverflowError:  # beyond the years that a date can name
        return _LAST if clock_offset_ms > 0 else _FIRST
