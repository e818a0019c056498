"""What desks are told of: decisions that wait, clocks that run out, rules that fail, what crews saw."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from accounts.models import Person, Role
from audits.models import Defect, Sighting, SightingFor
from jobs.models import Job
from jobs.rules import UNFINISHED
from ledger.models import Entry
from ledger.reactions import reaction
from news import rules
from news.models import NewsKind
from news.telling import (
    council,
    defect_by_id,
    defect_of,
    desk_of,
    dispatchers,
    doers_of,
    job_of,
    local,
    person,
    tell_about,
    what_and_where,
)
from places.models import PatrolArea
from routing.models import Contract, Demarcation, Route

# ── Decisions ────────────────────────────────────────────────────────────────


@reaction("news.tell_dispatchers_of_return")
def tell_dispatchers_of_return(entry: Entry) -> None:
    """On `job.returned`: the council's dispatchers, who decide again. Two jobs of one defect that were
    handed back as one are one message."""
    if entry.data.get("with"):
        return
    job = job_of(entry)
    words = rules.handed_back(*what_and_where(job.defect), f"{job.get_returned_reason_display()}.")
    tell_about(entry, dispatchers(), NewsKind.JOB_RETURNED, words, job.defect, job)


@reaction("news.tell_dispatchers_of_triage")
def tell_dispatchers_of_triage(entry: Entry) -> None:
    """On `defect.triaged` for want of a route or a job; a hand-back is told by its own entry."""
    if entry.data.get("reason") not in {"no_route", "no_job", "reopened_late"}:
        return
    defect = defect_of(entry)
    words = rules.needs_a_decision(*what_and_where(defect), defect.triage_reason)
    tell_about(entry, dispatchers(), NewsKind.DEFECT_TRIAGED, words, defect)


@reaction("news.tell_decider")
def tell_decider(entry: Entry) -> None:
    """On `defect.ping_pong`: the named person who decides."""
    defect = defect_of(entry)
    jobs = Job.objects.filter(defect=defect, organisation__in=entry.data["organisations"])
    names = list(dict.fromkeys(jobs.order_by("number").values_list("organisation__short_name", flat=True)))
    words = rules.ping_pong(*what_and_where(defect), names)
    tell_about(entry, person(entry.data["decider"]), NewsKind.DEFECT_PING_PONG, words, defect)


@reaction("news.tell_organisation_of_decision")
def tell_organisation_of_decision(entry: Entry) -> None:
    """On `demarcation.decided` and `demarcation.settled`: the desk of the organisation that it names."""
    decision = Demarcation.objects.get(pk=entry.subject_id)
    if decision.defect_id is None:
        return
    defect = defect_by_id(decision.defect_id)
    what, where = what_and_where(defect)
    if entry.kind == "demarcation.settled":
        kind, words = NewsKind.DEMARCATION_SETTLED, rules.settled(what, where, decision.reference)
    else:
        clear_first = entry.data["basis"] == "clear_first"
        kind, words = (
            NewsKind.DEMARCATION_DECIDED,
            rules.decided(what, where, decision.reference, clear_first=clear_first),
        )
    desk = desk_of(entry.organisation_id, Role.DISPATCHER, Role.MANAGER)
    tell_about(entry, desk, kind, words, defect)


# ── Clocks ───────────────────────────────────────────────────────────────────


@reaction("news.tell_of_missed_acceptance")
def tell_of_missed_acceptance(entry: Entry) -> None:
    """On `job.acknowledge_missed`: the desk of the organisation that has it."""
    job = job_of(entry)
    if job.accepted_at is not None or job.status not in UNFINISHED:
        return
    words = rules.not_accepted(*what_and_where(job.defect), local(job.due_at))
    desk = _or_council(desk_of(job.organisation_id, Role.DISPATCHER, Role.MANAGER))
    tell_about(entry, desk, NewsKind.JOB_ACKNOWLEDGE_MISSED, words, job.defect, job)


@reaction("news.tell_of_risk")
def tell_of_risk(entry: Entry) -> None:
    """On `job.at_risk`: who has it in hand, and the desk; after an outage not of what is done by now."""
    job = job_of(entry)
    if job.status not in UNFINISHED:
        return
    words = rules.at_risk(*what_and_where(job.defect), _due(entry))
    people = _or_council(doers_of(job) | desk_of(job.organisation_id))
    tell_about(entry, people, NewsKind.JOB_AT_RISK, words, job.defect, job)


@reaction("news.tell_of_breach")
def tell_of_breach(entry: Entry) -> None:
    """On `job.breached`: who has it in hand, and the organisation's dispatchers and managers."""
    job = job_of(entry)
    words = rules.late(*what_and_where(job.defect), _due(entry))
    people = _or_council(doers_of(job) | desk_of(job.organisation_id, Role.DISPATCHER, Role.MANAGER))
    tell_about(entry, people, NewsKind.JOB_BREACHED, words, job.defect, job)


@reaction("news.tell_step_of_ladder")
def tell_step_of_ladder(entry: Entry) -> None:
    """On `job.escalated`: the person of the ladder's step, or everybody of the role that it names."""
    job, told = job_of(entry), entry.data
    due = _due(entry)
    words = rules.escalated(*what_and_where(job.defect), job.organisation.short_name, due, is_late=entry.at >= due)
    if told.get("person"):
        people = person(told["person"])
    else:
        people = Person.objects.filter(role=told.get("role") or "", organisation=told.get("role_of"), is_active=True)
    tell_about(entry, people, NewsKind.JOB_ESCALATED, words, job.defect, job)


def _due(entry: Entry) -> dt.datetime:
    """The due time that the entry is about, on the council's clocks."""
    return local(dt.datetime.fromisoformat(entry.data["due_at"]))


def _or_council(people: QuerySet[Person]) -> QuerySet[Person]:
    """These, or the council's dispatchers where an organisation has nobody who signs in."""
    return people if people.exists() else dispatchers()


# ── Rules and places ─────────────────────────────────────────────────────────


@reaction("news.tell_managers_of_route")
def tell_managers_of_route(entry: Entry) -> None:
    """On `route.failed`: the council's managers and administrators, who can mend it."""
    route = Route.objects.filter(pk=entry.subject_id).first()
    defect = Defect.objects.filter(pk=entry.data.get("defect")).first()
    words = rules.route_failed(str(route) if route else entry.subject_id, entry.data["reason"])
    tell_about(entry, council(Role.MANAGER, Role.ADMINISTRATOR), NewsKind.ROUTE_FAILED, words, defect)


@reaction("news.tell_managers_of_changeover")
def tell_managers_of_changeover(entry: Entry) -> None:
    """On `contract.changed_over`: the council's managers."""
    contract = Contract.objects.get(pk=entry.subject_id)
    moved = entry.data["moved"] + entry.data["to_triage"]
    words = rules.contract_changed(contract.name, moved, entry.data["stayed"])
    tell_about(entry, council(Role.MANAGER), NewsKind.CONTRACT_CHANGED, words, None)


@reaction("news.tell_managers_of_recurrence")
def tell_managers_of_recurrence(entry: Entry) -> None:
    """On `defect.recurred`: the council's managers."""
    defect = defect_of(entry)
    words = rules.recurred(*what_and_where(defect), defect.recurrence_count)
    tell_about(entry, council(Role.MANAGER), NewsKind.DEFECT_RECURRED, words, defect)


@reaction("news.tell_dispatchers_of_duplicate")
def tell_dispatchers_of_duplicate(entry: Entry) -> None:
    """On `defect.possible_duplicate`: the council's dispatchers, who look at both."""
    defect = defect_of(entry)
    other = defect.possible_duplicate_of
    if other is None:
        return
    words = rules.perhaps_twice(*what_and_where(defect), other.reference)
    tell_about(entry, dispatchers(), NewsKind.POSSIBLE_DUPLICATE, words, defect)


# ── What crews saw ───────────────────────────────────────────────────────────


@reaction("news.tell_of_sighting")
def tell_of_sighting(entry: Entry) -> None:
    """On `sighting.reported`: officers, and wardens where it is for them: those who walk there, or all where
    nobody does. The words name no place: they stand on locked screens, and it may be about people."""
    sighting = Sighting.objects.get(pk=entry.subject_id)
    words = rules.seen_by_crew(sighting.get_kind_display())
    people = council(Role.OFFICER)
    if sighting.to == SightingFor.WARDENS:
        wardens = council(Role.WARDEN)
        walking = PatrolArea.objects.filter(area__boundary__covers=sighting.point).values("person")
        here = wardens.filter(pk__in=walking)
        people = people | (here if here.exists() else wardens)
    tell_about(entry, people if people.exists() else dispatchers(), NewsKind.SIGHTING_REPORTED, words, None)
