"""Opening a job by a decision, and taking one away again."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Person
from audits import actions as audits
from audits.models import Defect, DefectStatus
from audits.nearby import look_beside
from jobs import rules
from jobs.changing import change, now_or_before, require
from jobs.making_safe import open_beside
from jobs.models import Job, JobKind, JobStatus
from jobs.triage import send_to_triage
from jobs.watching import set_alarm
from ledger.problems import Problem
from ledger.recording import record
from places.locating import locate
from routing import book, failures, register
from routing.models import ServiceLevel
from routing.rules import Decision, Facts


@transaction.atomic(savepoint=False)
def route_defect(*, defect_id: uuid.UUID) -> Job | None:
    """Find out where a new defect lies and whose job it is; open the job, or put it before a person.

    Returns the job, or None where the defect went to triage or was dealt with before (running this
    twice changes nothing). Raises ``unknown_defect``.
    """
    defect = audits.lock_defect(defect_id=defect_id)
    if defect.status != DefectStatus.OPEN or defect.triage_reason:
        return None
    found = locate(defect.point.x, defect.point.y)
    audits.locate_defect(
        defect=defect,
        ward_id=found.ward.id if found.ward else None,
        parcel_id=found.parcel.id if found.parcel else None,
        land_type=found.land_type,
        land_owner_id=found.owner_id,
        street_text=found.street_text,
    )
    look_beside(defect=defect)
    # Read once: the decision and its due time go by the same edition of the routes.
    routes = book.current()
    ward = found.ward.name if found.ward else ""
    facts = routes.facts_of(defect, area_ids=found.area_ids, area_name=ward)
    decision = decide(routes, defect, facts)
    if decision.outcome is None:
        send_to_triage(defect=defect, reason=decision.words, code="no_route")
        return None
    return open_by_decision(defect, routes, facts, decision)


def decide(routes: book.Book, defect: Defect, facts: Facts, at: dt.datetime | None = None) -> Decision:
    """Whose job a located defect is: by the register, else by the routes, on the day of its receipt or ``at``.

    Tells the council's managers of each route that could not be evaluated, once a day.
    """
    at = at or defect.received_at
    day = book.council_day(at)
    ruling = register.ruling_at(defect.point, parcel_id=defect.parcel_id, group=facts.group, day=day)
    decision = routes.decide(facts, at, ruling)
    if decision.skipped:
        failures.tell_once_a_day(decision.skipped, day=book.council_day(timezone.now()), defect_id=defect.pk)
    return decision


def open_by_decision(
    defect: Defect, routes: book.Book, facts: Facts, decision: Decision, *, before: Job | None = None, preface: str = ""
) -> Job:
    """The job that a decision with an outcome asks for, and beside it one of making safe where there is danger.
    Their clock starts with the receipt of the defect.

    ``before`` is the one job whose place it takes: it is of the same kind and its clock goes on. ``preface`` are
    words before the decision's own.
    """
    outcome = decision.outcome
    if outcome is None:
        raise ValueError("Nobody was decided on: that defect goes to triage.")
    job = open_job(
        defect=defect,
        organisation=Organisation(pk=outcome.organisation_id, short_name=outcome.organisation_name),
        team_id=outcome.team_id,
        service_level=routes.service_levels[outcome.service_level_id],
        clock_started_at=before.clock_started_at if before else defect.clock_starts_at,
        kind=before.kind if before else JobKind.COMPLETE,
        priority=rules.priority_of(min(outcome.priority, facts.severity), uplifted=facts.hotspot is not None),
        uplifted=facts.hotspot is not None,
        route_id=outcome.route_number,
        demarcation_id=decision.ruling.number if decision.ruling else None,
        reason=f"{preface}{decision.words}",
        routes=routes,
    )
    if before is None:
        open_beside(job, severity=facts.counted_severity)
    return job


@transaction.atomic(savepoint=False)
def open_job(
    *,
    defect: Defect,
    organisation: Organisation,
    service_level: ServiceLevel,
    clock_started_at: dt.datetime,
    priority: int,
    reason: str,
    team_id: uuid.UUID | None = None,
    uplifted: bool = False,
    kind: str = JobKind.COMPLETE,
    job_id: uuid.UUID | None = None,
    route_id: int | None = None,
    demarcation_id: int | None = None,
    person: Person | None = None,
    routes: book.Book | None = None,
) -> Job:
    """Open a job for a locked defect and start its clock. ``person`` is None where a route decided.
    The job that finishes the work (``kind``) gives the defect its owner; one to make it safe does not.

    ``routes`` is the book that the caller has read already. ``uplifted``: the defect lay in a declared hotspot
    when it was received, and the target is halved.

    Raises ``transition_not_allowed`` where the defect can't be given to anybody (fixed, rejected).
    """
    if defect.status not in {DefectStatus.OPEN, DefectStatus.ROUTED}:
        raise Problem(
            "transition_not_allowed",
            detail=f"{defect.reference} is {defect.get_status_display().lower()}: there is nothing to do.",
        )
    routes = routes or book.current()
    # A level without a target for making safe gives that job its whole time.
    target = routes.target(service_level, clock_started_at, kind=kind, uplifted=uplifted)
    target = target or routes.target(service_level, clock_started_at, uplifted=uplifted)
    acknowledge = routes.target(
        service_level, clock_started_at, kind="acknowledge", uplifted=uplifted, calendar_id=target.calendar_id
    )
    job = Job.objects.create(
        id=job_id or uuid.uuid4(),
        kind=kind,
        defect=defect,
        organisation_id=organisation.pk,
        team_id=team_id,
        route_id=route_id,
        route_reason=reason,
        demarcation_id=demarcation_id,
        service_level=service_level,
        calendar_id=target.calendar_id,
        uplifted=uplifted,
        priority=priority,
        clock_started_at=clock_started_at,
        due_at=target.due_at,
        at_risk_at=target.at_risk_at,
        gross_due_at=target.due_at,
        acknowledge_due_at=acknowledge.due_at if acknowledge else None,
        opened_at=timezone.now(),
        opened_by=person,
    )
    set_alarm(job, is_new=True)
    if kind == JobKind.COMPLETE:
        audits.route_defect(
            defect=defect,
            organisation=organisation,
            person=person,
            data={"route": route_id, "service_level": service_level.code, "job": str(job.pk)},
        )
    record(
        kind="job.opened",
        subject=("job", job.pk),
        actor=person.pk if person else None,
        organisation=organisation.pk,
        data={
            "defect": str(defect.pk),
            "kind": kind,
            "route": route_id,
            "service_level": service_level.code,
            "service_level_version": service_level.version,
            "clock_started_at": clock_started_at.isoformat(),
            "due_at": target.due_at.isoformat(),
            "uplifted": uplifted,
            "demarcation": demarcation_id,
        },
    )
    return job


@transaction.atomic
def cancel_job(*, job: Job, person: Person | None, at: dt.datetime, reason: str = "") -> Job:
    """Take a locked, unfinished job away from its crew; it stays in the history.

    ``reason`` is a code for the ledger: given_to_another, contract_ended, or nothing.
    """
    require(job, JobStatus.CANCELLED)
    at = now_or_before(job, at)
    ended = job.pauses.filter(ended_at=None).update(ended_at=at) if job.paused_at else 0
    job.status = JobStatus.CANCELLED
    job.cancelled_at, job.paused_at = at, None
    return change(job, kind="job.cancelled", person=person, at=at, data={"pauses_ended": ended, "reason": reason})
