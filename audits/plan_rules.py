"""What may become of an action and of a plan, and what a plan needs to be approved. Pure: no Django, no clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class ActionState(StrEnum):
    """``removed_on_purpose``: what was built was taken away again by decision. ``dropped``: will not be done."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    STARTED = "started"
    DONE = "done"
    NOT_DONE = "not_done"
    REMOVED_ON_PURPOSE = "removed_on_purpose"
    DROPPED = "dropped"


class ActionSource(StrEnum):
    """Where an action comes from."""

    ANSWER = "answer"
    DEFECT = "defect"
    CONCERN = "concern"
    FREE = "free"


_P, _A = PlanState, ActionState

# From a state of a plan to those that may follow. An approved plan that is added to is a draft again: what
# was agreed stays agreed, what is new waits for approval.
PLAN_TRANSITIONS: dict[PlanState, frozenset[PlanState]] = {
    _P.DRAFT: frozenset({_P.SUBMITTED}),
    _P.SUBMITTED: frozenset({_P.APPROVED, _P.RETURNED}),
    _P.RETURNED: frozenset({_P.SUBMITTED}),
    _P.APPROVED: frozenset({_P.DRAFT}),
}

# From a state of an action to those that a person may say. Approval alone leads from proposed to agreed; a
# re-visit says what it sees, also of what was never agreed.
ACTION_TRANSITIONS: dict[ActionState, frozenset[ActionState]] = {
    _A.PROPOSED: frozenset({_A.DROPPED}),
    _A.AGREED: frozenset({_A.STARTED, _A.DONE, _A.NOT_DONE, _A.REMOVED_ON_PURPOSE, _A.DROPPED}),
    _A.STARTED: frozenset({_A.DONE, _A.NOT_DONE, _A.REMOVED_ON_PURPOSE, _A.DROPPED}),
    _A.DONE: frozenset({_A.STARTED, _A.NOT_DONE, _A.REMOVED_ON_PURPOSE}),
    _A.NOT_DONE: frozenset({_A.STARTED, _A.DONE, _A.REMOVED_ON_PURPOSE, _A.DROPPED}),
    _A.REMOVED_ON_PURPOSE: frozenset({_A.STARTED}),
    _A.DROPPED: frozenset({_A.PROPOSED, _A.STARTED}),
}

# Somebody still has to see to it.
UNDONE: frozenset[ActionState] = frozenset({_A.AGREED, _A.STARTED, _A.NOT_DONE})
OPEN: frozenset[ActionState] = UNDONE | {_A.PROPOSED}
# These need a reason in words: others will ask.
NEEDS_WORDS: frozenset[ActionState] = frozenset({_A.NOT_DONE, _A.REMOVED_ON_PURPOSE, _A.DROPPED})

# What a re-visit says of an action, and what that makes of it.
AFTER_REVISIT: dict[str, ActionState] = {
    "done": _A.DONE,
    "not_done": _A.NOT_DONE,
    "worse": _A.NOT_DONE,
    "removed_on_purpose": _A.REMOVED_ON_PURPOSE,
}

# A defect of these statuses is fixed, so the action that it stands for is done.
FIXED = frozenset({"resolved", "verified"})

# So long before its due day somebody is reminded.
REMIND_BEFORE = dt.timedelta(days=7)


class Attribute(StrEnum):
    """The seven attributes of "Safer Places" (Office of the Deputy Prime Minister, 2004)."""

    ACCESS = "access_and_movement"
    STRUCTURE = "structure"
    SURVEILLANCE = "surveillance"
    OWNERSHIP = "ownership"
    PROTECTION = "physical_protection"
    ACTIVITY = "activity"
    MANAGEMENT = "management_and_maintenance"


ATTRIBUTES: dict[str, str] = {
    Attribute.ACCESS: "Access and movement",
    Attribute.STRUCTURE: "Structure",
    Attribute.SURVEILLANCE: "Surveillance",
    Attribute.OWNERSHIP: "Ownership",
    Attribute.PROTECTION: "Physical protection",
    Attribute.ACTIVITY: "Activity",
    Attribute.MANAGEMENT: "Management and maintenance",
}

# The terms of an action, as people call them.
TERM_WORDS: dict[str, str] = {
    "title": "the title",
    "detail": "the details",
    "attribute": "the attribute",
    "owner_organisation_id": "the owner",
    "owner_person_id": "the person",
    "due_on": "the due day",
    "cost_band": "the cost",
    "funding": "the funding",
    "builds": "whether it builds something",
    "maintenance_owner": "who keeps it up",
    "maintenance_years": "the years of upkeep",
    "no_maintenance_reason": "why nobody keeps it up",
    "position": "its place in the plan",
}

# What somebody said of an action, as its story tells it.
STATE_WORDS: dict[str, str] = {
    ActionState.PROPOSED: "Proposed again",
    ActionState.AGREED: "Agreed",
    ActionState.STARTED: "Started",
    ActionState.DONE: "Done",
    ActionState.NOT_DONE: "Not done",
    ActionState.REMOVED_ON_PURPOSE: "Removed on purpose",
    ActionState.DROPPED: "Dropped",
}

# Words of a section's title by which it belongs to an attribute; the first that fits.
_SECTION_WORDS: tuple[tuple[str, Attribute], ...] = (
    ("access", Attribute.ACCESS),
    ("structure", Attribute.STRUCTURE),
    ("surveillance", Attribute.SURVEILLANCE),
    ("light", Attribute.SURVEILLANCE),
    ("ownership", Attribute.OWNERSHIP),
    ("protection", Attribute.PROTECTION),
    ("door", Attribute.PROTECTION),
    ("gate", Attribute.PROTECTION),
    ("activity", Attribute.ACTIVITY),
    ("maintenance", Attribute.MANAGEMENT),
    ("sign", Attribute.MANAGEMENT),
)

COST_BANDS: dict[str, str] = {
    "none": "No cost",
    "under_500": "Under £500",
    "500_to_5000": "£500 to £5,000",
    "5000_to_25000": "£5,000 to £25,000",
    "over_25000": "Over £25,000",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed of an action, as far as approval looks at it."""

    number: str
    has_owner: bool
    has_due: bool
    builds: bool = False
    maintenance_owner: str = ""
    maintenance_years: int | None = None
    no_maintenance_reason: str = ""


def reference(number: int) -> str:
    """An action's number as people say it: ``P-0012``."""
    return f"P-{number:04d}"


def attribute_of(section_title: str) -> str:
    """The attribute of Safer Places that a section of a checklist speaks of, by its title; "" where it does not
    say. A suggestion, for a person to change."""
    title = section_title.lower()
    return next((attribute for word, attribute in _SECTION_WORDS if word in title), "")


def plan_may_become(state: str, next_state: str) -> bool:
    """Whether PLAN_TRANSITIONS lets a plan go from one state to the next."""
    return PlanState(next_state) in PLAN_TRANSITIONS[PlanState(state)]


def may_become(state: str, next_state: str) -> bool:
    """Whether ACTION_TRANSITIONS lets an action go from one state to the next."""
    return ActionState(next_state) in ACTION_TRANSITIONS[ActionState(state)]


def shown_state(state: str, defect_status: str | None) -> str:
    """What an action is, seen with the defect that it stands for: fixed by its job, it is done. What somebody
    said of it last holds where that was a decision (dropped, removed on purpose)."""
    if defect_status in FIXED and ActionState(state) in OPEN:
        return ActionState.DONE
    return state


def is_overdue(state: str, due_on: dt.date | None, today: dt.date) -> bool:
    """Agreed, not done, and its day is past. ``state`` as `shown_state` tells it."""
    return due_on is not None and due_on < today and ActionState(state) in UNDONE


def missing(terms: Terms) -> str | None:
    """What an action lacks before its plan can be submitted, in words; None where nothing."""
    lacks = [word for word, there in (("an owner", terms.has_owner), ("a due day", terms.has_due)) if not there]
    return f"{terms.number} needs {' and '.join(lacks)}." if lacks else None


def maintenance_missing(terms: Terms) -> bool:
    """Whether it builds something and nobody has said who keeps it up for how many years, or why nobody does.

    A fence that nobody keeps up is the next audit's defect (Northampton's scrutiny report of 2013).
    """
    planned = bool(terms.maintenance_owner.strip()) and bool(terms.maintenance_years)
    return terms.builds and not planned and not terms.no_maintenance_reason.strip()
