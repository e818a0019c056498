"""Opening a job, by a route or by hand, and taking one away again."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Person
from audits import actions as audits
from audits.models import Defect, DefectStatus
from jobs.changing import change, now_or_before, require
from jobs.models import Job, JobKind, JobStatus
from jobs.watching import set_alarm
from ledger.problems import Problem
from ledger.recording import record
from places.locating import locate
from routing import book
from routing.models import ServiceLevel
from routing.rules import Candidate, Facts


@transaction.atomic
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
    facts = Facts(
        category=defect.category.code,
        group=defect.category.group_id,
        land_type=found.land_type,
        land_owner_id=found.owner_id,
        area_ids=frozenset(found.area_ids),
        severity=defect.severity,
        category_label=defect.category.label,
        area_name=found.ward.name if found.ward else "",
    )
    # Read once: the decision and its due time go by the same edition of the routes.
    routes = book.current()
    decision = routes.decide(facts, defect.received_at)
    if decision.route is None:
        audits.triage_defect(defect=defect, reason=decision.words, code="no_route")
        return None
    return _open_by_route(defect, routes, decision.route, decision.words)


def _open_by_route(defect: Defect, routes: book.Book, route: Candidate, words: str) -> Job:
    service_level = routes.service_levels[route.service_level_id]
    return open_job(
        defect=defect,
        organisation=Organisation(pk=route.organisation_id, short_name=route.organisation_name),
        team_id=route.team_id,
        service_level=service_level,
        clock_started_at=defect.received_at,
        priority=min(route.priority, defect.severity),
        target=routes.target(service_level, defect.received_at),
        route_id=route.number,
        reason=words,
    )


@transaction.atomic
def open_job(
    *,
    defect: Defect,
    organisation: Organisation,
    service_level: ServiceLevel,
    clock_started_at: dt.datetime,
    priority: int,
    reason: str,
    team_id: uuid.UUID | None = None,
    target: book.Target | None = None,
    route_id: int | None = None,
    person: Person | None = None,
    uplifted: bool = False,
    kind: str = JobKind.COMPLETE,
    job_id: uuid.UUID | None = None,
) -> Job:
    """Open a job for a locked defect and start its clock. ``person`` is None where a route decided.
    The job that finishes the work (``kind``) gives the defect its owner; one to make it safe does not.

    ``target`` is worked out from the service level where the caller has not done so. ``uplifted`` says that
    the place is a hotspot and the time is halved (``target`` included, where it is given).

    Raises ``transition_not_allowed`` where the defect can't be given to anybody (fixed, rejected).
    """
    if defect.status not in {DefectStatus.OPEN, DefectStatus.ROUTED}:
        raise Problem(
            "transition_not_allowed",
            detail=f"{defect.reference} is {defect.get_status_display().lower()}: there is nothing to do.",
        )
    routes = book.current()
    # A level without a target for making safe gives that job its whole time.
    target = target or routes.target(service_level, clock_started_at, kind=kind, uplifted=uplifted)
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
        },
    )
    return job


@transaction.atomic
def route_by_hand(
    *,
    person: Person,
    defect_id: uuid.UUID,
    organisation_id: uuid.UUID,
    service_level_code: str,
    note: str = "",
) -> Job:
    """A dispatcher decides whose job it is. A job that was open for it elsewhere is cancelled.

    The clock starts when the service received the defect, as for every other job: neither waiting in
    triage nor a re-route can hide a breach. ``opened_at`` says since when it is theirs.

    Raises ``not_allowed``, ``unknown_defect``, ``unknown_organisation``, ``unknown_service_level``
    and ``transition_not_allowed``.
    """
    if not person.sees_all_work:
        raise Problem("not_allowed", detail="The council's dispatchers and managers decide whose job it is.")
    defect = audits.lock_defect(defect_id=defect_id)
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise Problem("unknown_organisation", field="organisation_id")
    now = timezone.now()
    service_level = ServiceLevel.objects.in_force(book.council_day(now)).filter(code=service_level_code).first()
    if service_level is None:
        raise Problem("unknown_service_level", field="service_level")
    live = Job.objects.select_for_update(of=("self",)).select_related("organisation").filter(defect=defect)
    for job in live.unfinished():
        if job.organisation_id == organisation.pk:
            raise Problem("transition_not_allowed", detail=f"{organisation.short_name} has it already.")
        cancel_job(job=job, person=person, at=now)
    audits.add_note(defect=defect, person=person, text=note, at=now)
    return open_job(
        defect=defect,
        organisation=organisation,
        service_level=service_level,
        clock_started_at=defect.received_at,
        priority=defect.severity,
        reason=f"Given to {organisation.short_name} by {person.name}, {service_level.in_words}.",
        person=person,
    )


@transaction.atomic
def cancel_job(*, job: Job, person: Person | None, at: dt.datetime) -> Job:
    """Take a locked, unfinished job away from its crew; it stays in the history."""
    require(job, JobStatus.CANCELLED)
    at = now_or_before(job, at)
    ended = job.pauses.filter(ended_at=None).update(ended_at=at) if job.paused_at else 0
    job.status = JobStatus.CANCELLED
    job.cancelled_at, job.paused_at = at, None
    return change(job, kind="job.cancelled", person=person, at=at, data={"pauses_ended": ended})
