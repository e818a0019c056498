"""What a desk does to many jobs at once: give them to somebody else, say who does them, put them off.

Each job is changed in a transaction of its own, so that one that can't be changed stops no other and
no crew waits for five hundred. What came of each is told; `jobs.undoing` takes it back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Person, Role, Team
from audits import actions as audits
from jobs import rules
from jobs.changing import change, lock_for_desk
from jobs.deciding import open_organisation, require_may_decide
from jobs.models import BulkAction, BulkChange, BulkChangedJob, Job, JobStatus
from jobs.opening import open_job
from ledger.problems import Problem
from routing import book
from routing.models import ServiceLevel

MOST_JOBS = 500
_LONGEST_DEFERRAL = dt.timedelta(days=366)


@dataclass(frozen=True)
class Wish:
    """What is asked for each of the jobs. What ``fields`` does not name stays as it is."""

    action: str
    note: str = ""
    organisation: Organisation | None = None
    service_level: ServiceLevel | None = None
    team: Team | None = None
    assigned_to: Person | None = None
    until: dt.date | None = None
    fields: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What came of it, job by job: ``done`` as ``{"id", "number", "new": {"id", "number"} | None}``,
    ``refused`` as ``{"id", "number" | None, "code", "detail"}``."""

    change: BulkChange
    done: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, job_id: uuid.UUID, number: str | None, problem: Problem) -> None:
        """Add one that was left as it was, with the words why."""
        words = problem.detail or problem.title
        self.refused.append({"id": str(job_id), "number": number, "code": problem.code, "detail": words})


def change_jobs(
    *,
    person: Person,
    action: str,
    job_ids: list[uuid.UUID],
    asked: dict[str, Any],
    versions: dict[uuid.UUID, int] | None = None,
) -> Outcome:
    """Do one thing to all of these jobs. ``asked`` holds the fields of the API's form that were given:
    ``organisation_id`` and ``service_level`` (reroute), ``team_id`` and ``person_id`` (assign; None takes
    it away), ``until`` (defer; None ends it) and ``note``. ``versions`` are those that the desk saw.

    Raises ``not_allowed``, ``invalid_input``, ``unknown_organisation``, ``organisation_closed``,
    ``unknown_service_level`` and ``not_of_organisation`` where nothing can be done at all; what is wrong with
    one job is in the outcome.
    """
    wish = _read(person, action, asked)
    made = BulkChange.objects.create(action=action, note=wish.note, made_by=person)
    outcome = Outcome(made)
    numbers = dict(Job.objects.filter(pk__in=job_ids).values_list("pk", "number"))
    # In one order for all: two desks that change the same jobs meet, and neither waits for ever.
    for job_id in sorted(set(job_ids)):
        try:
            with transaction.atomic():
                job, new = _change_one(made, wish, job_id, (versions or {}).get(job_id))
        except Problem as problem:
            number = rules.reference(numbers[job_id]) if job_id in numbers else None
            outcome.refuse(job_id, number, problem)
        else:
            outcome.done.append({"id": str(job.pk), "number": job.reference, "new": numbered(new)})
    return outcome


def numbered(job: Job | None) -> dict[str, str] | None:
    """A job by the number that people say."""
    return {"id": str(job.pk), "number": job.reference} if job else None


def _read(person: Person, action: str, asked: dict[str, Any]) -> Wish:
    note = asked.get("note", "")
    if action == BulkAction.REROUTE:
        return _reroute_wish(person, asked, note)
    if action == BulkAction.ASSIGN:
        return _assign_wish(asked, note)
    if "until" not in asked:
        raise Problem("invalid_input", detail="Say until which day.", field="until")
    until, today = asked["until"], book.council_day(timezone.now())
    if until is not None and not today <= until <= today + _LONGEST_DEFERRAL:
        raise Problem("invalid_input", detail="Choose a day from today on, within a year.", field="until")
    return Wish(action, note, until=until, fields=frozenset({"planned_for"}))


def _reroute_wish(person: Person, asked: dict[str, Any], note: str) -> Wish:
    require_may_decide(person)
    today = book.council_day(timezone.now())
    if asked.get("organisation_id") is None:
        raise Problem("unknown_organisation", field="organisation_id")
    organisation = open_organisation(asked["organisation_id"], today)
    code = asked.get("service_level")
    level = ServiceLevel.objects.in_force(today).filter(code=code).first() if code else None
    if code and level is None:
        raise Problem("unknown_service_level", field="service_level")
    return Wish(BulkAction.REROUTE, note, organisation=organisation, service_level=level)


def _assign_wish(asked: dict[str, Any], note: str) -> Wish:
    fields = {column for column, name in [("team", "team_id"), ("assigned_to", "person_id")] if name in asked}
    if not fields:
        raise Problem("invalid_input", detail="Say which team or which person.", field="team_id")
    team = Team.objects.filter(pk=asked["team_id"]).first() if asked.get("team_id") else None
    if asked.get("team_id") and team is None:
        raise Problem("not_of_organisation", detail="There is no such team.", field="team_id")
    somebody = None
    if asked.get("person_id"):
        crews = Person.objects.filter(role=Role.CREW, is_active=True)
        somebody = crews.filter(pk=asked["person_id"]).first()
        if somebody is None:
            raise Problem("not_of_organisation", detail="Nobody of a crew has this id.", field="person_id")
    return Wish(BulkAction.ASSIGN, note, team=team, assigned_to=somebody, fields=frozenset(fields))


def _change_one(made: BulkChange, wish: Wish, job_id: uuid.UUID, seen: int | None) -> tuple[Job, Job | None]:
    person = made.made_by
    job = lock_for_desk(job_id=job_id, person=person)
    if seen is not None and seen != job.version:
        raise Problem("changed_meanwhile", detail=f"{job.reference} was changed since you looked. Look at it anew.")
    if job.status not in rules.UNFINISHED:
        detail = f"{job.reference} is “{job.get_status_display()}” by now: there is nothing left to do."
        raise Problem("transition_not_allowed", detail=detail)
    was = _was(job)
    audits.add_note(defect=job.defect, person=person, text=wish.note, at=made.made_at)
    new = _reroute(made, wish, job) if wish.action == BulkAction.REROUTE else None
    if new is None:
        _set(made, wish, job)
    stands = new or job
    BulkChangedJob.objects.create(change=made, job=job, new_job=new, version=stands.version, was=was)
    return job, new


def _was(job: Job) -> dict[str, Any]:
    """What an undo puts back."""
    return {
        "status": job.status,
        "paused_at": job.paused_at.isoformat() if job.paused_at else None,
        "team": str(job.team_id) if job.team_id else None,
        "assigned_to": str(job.assigned_to_id) if job.assigned_to_id else None,
        "planned_for": job.planned_for.isoformat() if job.planned_for else None,
        "latest_note": job.latest_note,
    }


def _set(made: BulkChange, wish: Wish, job: Job) -> None:
    """Assign or defer a locked job."""
    for asked in (wish.team, wish.assigned_to):
        if asked is not None and asked.organisation_id != job.organisation_id:
            detail = f"{job.reference} is with {job.organisation.short_name}, and {asked} works for somebody else."
            raise Problem("not_of_organisation", detail=detail)
    data: dict[str, Any] = {"change": str(made.pk)}
    if "team" in wish.fields:
        job.team = wish.team
        data["team"] = str(job.team_id) if job.team_id else None
    if "assigned_to" in wish.fields:
        job.assigned_to = wish.assigned_to
        data["person"] = str(job.assigned_to_id) if job.assigned_to_id else None
    if "planned_for" in wish.fields:
        job.planned_for = wish.until
        data["planned_for"] = wish.until.isoformat() if wish.until else None
    job.latest_note = wish.note.strip() or job.latest_note
    kind = "job.assigned" if wish.action == BulkAction.ASSIGN else "job.deferred"
    change(job, kind=kind, person=made.made_by, at=made.made_at, data=data)


def _reroute(made: BulkChange, wish: Wish, job: Job) -> Job:
    """Take a locked job away from its crew and open the same for another. The clock starts where it did:
    a re-route hides no breach."""
    organisation = wish.organisation
    assert organisation is not None  # noqa: S101 - read by _reroute_wish
    level = wish.service_level or _level_in_force(job)
    if organisation.pk == job.organisation_id and level.code == job.service_level.code:
        raise Problem("transition_not_allowed", detail=f"{organisation.short_name} has {job.reference} already.")
    new_id = uuid.uuid4()
    ended = job.pauses.filter(ended_at=None).update(ended_at=made.made_at) if job.paused_at else 0
    job.status, job.cancelled_at, job.paused_at = JobStatus.CANCELLED, made.made_at, None
    data = {"to": str(organisation.pk), "job": str(new_id), "change": str(made.pk), "pauses_ended": ended}
    change(job, kind="job.rerouted", person=made.made_by, at=made.made_at, data=data)
    return open_job(
        job_id=new_id,
        kind=job.kind,
        defect=job.defect,
        organisation=organisation,
        service_level=level,
        clock_started_at=job.clock_started_at,
        priority=job.priority,
        uplifted=job.uplifted,
        reason=f"Given to {organisation.short_name} by {made.made_by.name}, {level.in_words}; before it was "
        f"{job.reference} with {job.organisation.short_name}.",
        person=made.made_by,
    )


def _level_in_force(job: Job) -> ServiceLevel:
    """The job's target in the version that holds today; its own where none does."""
    today = book.council_day(timezone.now())
    return ServiceLevel.objects.in_force(today).filter(code=job.service_level.code).first() or job.service_level
