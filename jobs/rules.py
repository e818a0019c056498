"""The life of a job, as one dict that a person can review, and what late means.

Pure: no Django, no clock (pass `now`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum


class JobKind(StrEnum):
    COMPLETE = "complete"
    MAKE_SAFE = "make_safe"


class JobStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    DONE = "done"
    VERIFIED = "verified"
    RETURNED = "returned"
    CANCELLED = "cancelled"


# From a status to the statuses it may become. Whatever is not here is refused.
TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.OPEN: frozenset(
        {
            JobStatus.ACCEPTED,
            JobStatus.IN_PROGRESS,
            JobStatus.PAUSED,
            JobStatus.DONE,
            JobStatus.RETURNED,
            JobStatus.CANCELLED,
        }
    ),
    JobStatus.ACCEPTED: frozenset(
        {
            JobStatus.IN_PROGRESS,
            JobStatus.PAUSED,
            JobStatus.DONE,
            JobStatus.RETURNED,
            JobStatus.CANCELLED,
        }
    ),
    JobStatus.IN_PROGRESS: frozenset({JobStatus.PAUSED, JobStatus.DONE, JobStatus.RETURNED, JobStatus.CANCELLED}),
    # A pause ends by resuming, or with the job itself.
    JobStatus.PAUSED: frozenset(
        {
            JobStatus.OPEN,
            JobStatus.ACCEPTED,
            JobStatus.IN_PROGRESS,
            JobStatus.DONE,
            JobStatus.RETURNED,
            JobStatus.CANCELLED,
        }
    ),
    # Done is checked by the warden: fixed, or not fixed and open again.
    JobStatus.DONE: frozenset({JobStatus.VERIFIED, JobStatus.OPEN}),
    JobStatus.VERIFIED: frozenset({JobStatus.OPEN}),
    JobStatus.RETURNED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}

# Somebody still has to do something; the clock counts.
UNFINISHED: frozenset[JobStatus] = frozenset(
    {JobStatus.OPEN, JobStatus.ACCEPTED, JobStatus.IN_PROGRESS, JobStatus.PAUSED}
)


def reference(number: int) -> str:
    """A job's number as people say it: ``J-0007``."""
    return f"J-{number:04d}"


def may_become(now_is: str, next_is: str) -> bool:
    """Does the dict allow this change of status?"""
    return JobStatus(next_is) in TRANSITIONS[JobStatus(now_is)]


def status_after_pause(*, accepted_at: datetime | None, started_at: datetime | None) -> JobStatus:
    """Where a job goes on after a pause: where it had got to before."""
    if started_at is not None:
        return JobStatus.IN_PROGRESS
    return JobStatus.ACCEPTED if accepted_at is not None else JobStatus.OPEN


def moment_of_judgement(
    *, now: datetime, done_at: datetime | None = None, paused_at: datetime | None = None
) -> datetime:
    """The instant at which a job is measured: when it was done, when its clock stopped, or now."""
    return done_at or paused_at or now


def is_late(due_at: datetime, moment: datetime) -> bool:
    """Late from the first instant after the due time."""
    return moment > due_at


def is_at_risk(at_risk_at: datetime, due_at: datetime, moment: datetime) -> bool:
    """Not late yet, and close enough to it that somebody should look."""
    return at_risk_at <= moment <= due_at


def breach(*, status: str, due_at: datetime, at_risk_at: datetime, moment: datetime) -> str:
    """`late`, `at_risk` or `on_time`; what is finished is never at risk."""
    if is_late(due_at, moment):
        return "late"
    if JobStatus(status) in UNFINISHED and is_at_risk(at_risk_at, due_at, moment):
        return "at_risk"
    return "on_time"


def is_too_late_to_reopen(fixed_at: datetime, at: datetime, *, days: int) -> bool:
    """Whether what was fixed then can't go on with its old job any more: it is a new decision."""
    return at - fixed_at > timedelta(days=days)


def too_late_to_reopen(fixed_on: date, looked_on: date, *, days: int) -> str:
    """The words for whoever decides anew."""
    ago = (looked_on - fixed_on).days
    return (
        f"It was fixed on {fixed_on:%-d %B %Y} and was found not to be, {ago} days later. After {days} days the old "
        "job stays closed: decide whose it is now. A new clock runs since it was found."
    )


def believable_time(at: datetime, *, opened_at: datetime, now: datetime) -> datetime:
    """When a crew did something, by its phone, held between the job's opening and now.

    A phone with a wrong clock can neither finish a job before it existed nor in the future.
    """
    return min(max(at, opened_at), now)


class PauseReason(StrEnum):
    NO_ACCESS = "no_access"
    AWAITING_OWNER = "awaiting_owner"
    AWAITING_PARTS = "awaiting_parts"
    UNSAFE = "unsafe"
    WEATHER = "weather"


class ReturnReason(StrEnum):
    NOT_OURS = "not_ours"
    NO_ACCESS = "no_access"
    NEEDS_PLANT = "needs_plant"
    HAZARDOUS = "hazardous"
    NOT_FOUND = "not_found"


PAUSE_REASONS: dict[str, str] = {
    PauseReason.NO_ACCESS: "No access",
    PauseReason.AWAITING_OWNER: "Waiting for the owner",
    PauseReason.AWAITING_PARTS: "Waiting for parts",
    PauseReason.UNSAFE: "Not safe to work",
    PauseReason.WEATHER: "Weather",
}

RETURN_REASONS: dict[str, str] = {
    ReturnReason.NOT_OURS: "Not ours",
    ReturnReason.NO_ACCESS: "No access",
    ReturnReason.NEEDS_PLANT: "Needs plant or machinery",
    ReturnReason.HAZARDOUS: "Hazardous",
    ReturnReason.NOT_FOUND: "Nothing found there",
}


# What a crew must know before it gets out of the van, by category.
HAZARDS: dict[str, str] = {
    "FT-HAZ": "Dangerous waste: asbestos, chemicals, gas or medical waste. Do not touch without kit.",
    "FT-OBS": "In the way of traffic: park safely, wear high visibility.",
    "LT-SHP": "Needles: sharps kit and gloves.",
    "LT-BOD": "Bodily fluids: gloves and disinfectant.",
    "LT-GLS": "Broken glass: cut-proof gloves.",
    "VG-TRE": "Falling branches: keep clear below.",
    "LI-DNG": "Live wires possible: do not touch the column.",
    "DP-INS": "Unsafe building: do not go in alone.",
    "VE-BRN": "Burnt vehicle: sharp edges, fumes, battery.",
    "DR-FLD": "Foul water possible: gloves and boots.",
}


def hazard_of(category: str) -> str | None:
    """The warning that goes with a category, or None."""
    return HAZARDS.get(category)


# At the second "not ours" nobody will take it of themselves any more.
_PING_PONG_RETURNS = 2


def is_ping_pong(returned_as_not_ours: int) -> bool:
    """Do organisations hand one defect to and fro?"""
    return returned_as_not_ours >= _PING_PONG_RETURNS


def priority_of(priority: int, *, uplifted: bool) -> int:
    """One up in a declared hotspot; 1 is the most urgent there is."""
    return max(1, priority - 1) if uplifted else priority
