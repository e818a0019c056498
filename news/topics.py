"""What people can ask to hear of, and how they hear of it. Pure: no Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """A way to a person. ``in_app`` is the list in Sightline itself."""

    IN_APP = "in_app"
    PUSH = "push"
    EMAIL = "email"


class Topic(StrEnum):
    RECEIPTS = "receipts"
    REPORTS = "reports"
    WORK = "work"
    CLOCKS = "clocks"
    ESCALATIONS = "escalations"
    DECISIONS = "decisions"
    RULES = "rules"
    CHECK_INS = "check_ins"
    AUDITS = "audits"
    PLANS = "plans"
    SIGHTINGS = "sightings"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class About:
    """One topic in words. ``urgent``: its e-mail goes at once, and it may pass quiet hours."""

    label: str
    hint: str
    kinds: frozenset[str]
    roles: frozenset[str]
    urgent: bool = False


_FIELD = frozenset({"warden", "officer"})
_CREW = frozenset({"crew"})
_DESKS = frozenset({"dispatcher", "manager", "administrator"})
_ALL_BUT_COUNCILLORS = _FIELD | _CREW | _DESKS

TOPICS: dict[Topic, About] = {
    Topic.RECEIPTS: About(
        "Who has my report, and by when",
        "One for each report that is given to somebody.",
        frozenset({"defect_routed"}),
        _ALL_BUT_COUNCILLORS,
    ),
    Topic.REPORTS: About(
        "What becomes of my reports",
        "Fixed, with the photo; made safe; not found; not fixed yet; joined to another.",
        frozenset(
            {
                "defect_resolved",
                "defect_made_safe",
                "defect_not_found",
                "defect_reopened",
                "defect_merged",
            }
        ),
        _ALL_BUT_COUNCILLORS,
    ),
    Topic.WORK: About(
        "Jobs for me or my team",
        "New, given to somebody else, put off, open again.",
        frozenset({"job_opened", "job_reopened", "job_assigned", "job_rerouted", "job_deferred"}),
        _CREW | _DESKS,
    ),
    Topic.CLOCKS: About(
        "Jobs that run late",
        "Not accepted in time, at risk, late.",
        frozenset({"job_acknowledge_missed", "job_at_risk", "job_breached"}),
        _CREW | _DESKS,
    ),
    Topic.ESCALATIONS: About(
        "Escalations to me",
        "A late job has reached your step of the ladder. E-mails of these go at once.",
        frozenset({"job_escalated"}),
        _CREW | _DESKS,
        urgent=True,
    ),
    Topic.DECISIONS: About(
        "Whose job is it?",
        "Handed back, no route, two organisations that both say no, decisions about land.",
        frozenset({"defect_triaged", "job_returned", "defect_ping_pong", "demarcation_decided", "demarcation_settled"}),
        _DESKS,
    ),
    Topic.RULES: About(
        "Rules and places that need a look",
        "A route that can't be used, a contract that ends, the same thing again within weeks.",
        frozenset({"route_failed", "contract_changed", "defect_recurred", "possible_duplicate"}),
        frozenset({"dispatcher", "manager", "administrator"}),
    ),
    Topic.CHECK_INS: About(
        "Missed check-ins",
        "Somebody who walks alone has not been heard of. E-mails of these go at once.",
        frozenset({"check_in_missed", "check_in_answered"}),
        _DESKS,
        urgent=True,
    ),
    Topic.AUDITS: About(
        "Audits that I lead",
        "One that was handed to you, answers that came after the sign-off.",
        frozenset({"audit_handed_over", "audit_answered_late"}),
        _FIELD | _DESKS,
    ),
    Topic.PLANS: About(
        "Action plans",
        "A plan that waits for approval, what became of it, actions that are due or overdue, comments.",
        frozenset({"plan_submitted", "plan_decided", "action_due_soon", "action_overdue", "action_commented"}),
        _ALL_BUT_COUNCILLORS,
    ),
    Topic.SIGHTINGS: About(
        "What crews saw",
        "Needles, drug areas and what else crews report back.",
        frozenset({"sighting_reported"}),
        _FIELD | _DESKS,
    ),
    Topic.RECORDS: About(
        "My records and phones",
        "What the desk decided about something you sent, a phone that was locked.",
        frozenset({"conflict_decided", "device_locked"}),
        _ALL_BUT_COUNCILLORS | {"councillor"},
    ),
}

TOPIC_OF: dict[str, Topic] = {kind: topic for topic, about in TOPICS.items() for kind in about.kinds}

# What a person hears without having chosen: everything in the app; on the phone what asks something
# of them; by e-mail what reaches people who sit at no phone.
_PUSHED: dict[str, frozenset[Topic]] = {
    "warden": frozenset({Topic.REPORTS, Topic.AUDITS, Topic.SIGHTINGS, Topic.RECORDS}),
    "officer": frozenset({Topic.REPORTS, Topic.AUDITS, Topic.PLANS, Topic.SIGHTINGS, Topic.RECORDS}),
    "crew": frozenset({Topic.WORK, Topic.CLOCKS, Topic.ESCALATIONS}),
    "dispatcher": frozenset({Topic.CLOCKS, Topic.ESCALATIONS, Topic.DECISIONS, Topic.CHECK_INS}),
    "manager": frozenset({Topic.ESCALATIONS, Topic.CHECK_INS}),
    "administrator": frozenset({Topic.ESCALATIONS, Topic.CHECK_INS}),
}
_MAILED: dict[str, frozenset[Topic]] = {
    "dispatcher": frozenset({Topic.ESCALATIONS, Topic.CHECK_INS, Topic.PLANS}),
    "manager": frozenset({Topic.CLOCKS, Topic.ESCALATIONS, Topic.DECISIONS, Topic.RULES, Topic.CHECK_INS, Topic.PLANS}),
    "administrator": frozenset({Topic.ESCALATIONS, Topic.RULES, Topic.CHECK_INS}),
}


def topics_for(role: str) -> list[Topic]:
    """The topics that can concern somebody of this role, in the order of the screen."""
    return [topic for topic, about in TOPICS.items() if role in about.roles]


def is_on_by_default(role: str, topic: Topic, channel: Channel) -> bool:
    """Whether somebody of this role hears of it there without having chosen."""
    if channel == Channel.IN_APP:
        return True
    wanted = _PUSHED if channel == Channel.PUSH else _MAILED
    return topic in wanted.get(role, frozenset())


def is_urgent(kind: str) -> bool:
    """Whether news of this kind go at once, also by e-mail."""
    return TOPICS[TOPIC_OF[kind]].urgent
