"""A person decides whose job it is: at once, for later too, or "clear first, settle later"."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.allowed import require_council_desk
from accounts.models import Organisation, Person, Role
from audits import actions as audits
from audits.models import Defect
from jobs import rules
from jobs.changing import lock_unfinished
from jobs.making_safe import open_beside
from jobs.models import Job
from jobs.opening import cancel_job, open_job
from ledger.problems import Problem
from places.locating import locate
from routing import book, register
from routing.models import Basis, Demarcation, ServiceLevel
from routing.rules import Facts, in_order, route_of, uplift_in_words


def require_may_decide(person: Person) -> None:
    """Raises ``not_allowed``: a contractor's desk would choose its own work."""
    require_council_desk(person, "The council's dispatchers and managers decide whose job it is.")


@dataclass(frozen=True)
class Decided:
    """``demarcation`` is None where the decision is for this one job only."""

    job: Job
    demarcation: Demarcation | None


@transaction.atomic
def decide_defect(
    *,
    person: Person,
    defect_id: uuid.UUID,
    organisation_id: uuid.UUID,
    service_level_code: str = "",
    basis: str = Basis.SETTLED,
    note: str = "",
    remember: bool = False,
    radius_m: int = register.USUAL_RADIUS_M,
) -> Decided:
    """Somebody of the council decides whose job a defect is. A job that was open for it elsewhere is cancelled.

    ``remember``: later reports of this kind at the place follow the decision. "Clear first" (``basis``) always
    goes on the register, as unsettled. Without a service level the organisation's own route names it, else the
    category. The clock starts when the service received the defect (or heard, long after it was fixed, that it is
    not), as for every other job: neither waiting in triage nor a re-route can hide a breach.
    ``opened_at`` says since when it is theirs.

    Raises ``not_allowed``, ``unknown_defect``, ``unknown_organisation``, ``organisation_closed``,
    ``unknown_service_level``, ``invalid_input`` (clear first without a reason) and ``transition_not_allowed``.
    """
    require_may_decide(person)
    defect = audits.lock_defect(defect_id=defect_id)
    _require_decider(defect, person)
    now = timezone.now()
    organisation = open_organisation(organisation_id, book.council_day(now))
    routes = book.current()
    facts = facts_now(routes, defect)
    service_level, route_id = _service_level(routes, facts, organisation, service_level_code, now)
    _cancel_elsewhere(defect, organisation, person, now)
    audits.add_note(defect=defect, person=person, text=note, at=now)
    demarcation = None
    if remember or basis == Basis.CLEAR_FIRST:
        demarcation = register.write_decision(
            defect=defect,
            organisation=organisation,
            person=person,
            basis=basis,
            note=note,
            guides=remember,
            radius_m=radius_m,
        )
    uplifted = facts.hotspot is not None
    job = open_job(
        defect=defect,
        organisation=organisation,
        service_level=service_level,
        clock_started_at=defect.clock_starts_at,
        priority=rules.priority_of(defect.severity, uplifted=uplifted),
        uplifted=uplifted,
        reason=_words(organisation, person, service_level, demarcation, facts),
        route_id=route_id,
        demarcation_id=demarcation.pk if demarcation else None,
        person=person,
        routes=routes,
    )
    open_beside(job, severity=facts.counted_severity)
    return Decided(job, demarcation)


def route_by_hand(
    *,
    person: Person,
    defect_id: uuid.UUID,
    organisation_id: uuid.UUID,
    service_level_code: str,
    note: str = "",
) -> Job:
    """The same for this one job, by a named service level; see `decide_defect`."""
    decided = decide_defect(
        person=person,
        defect_id=defect_id,
        organisation_id=organisation_id,
        service_level_code=service_level_code,
        note=note,
    )
    return decided.job


@transaction.atomic
def settle(*, person: Person, demarcation_id: int, note: str, organisation_id: uuid.UUID | None = None) -> Demarcation:
    """What was cleared first is settled: it stays with whoever cleared it, or it is another's from now on.

    Another organisation gets a decision of its own on the register, which later routing follows where the
    first one guided it. Raises ``not_allowed``, ``unknown_demarcation``, ``demarcation_settled``,
    ``unknown_organisation`` and ``organisation_closed``.
    """
    require_council_desk(person, "The council's dispatchers and managers settle this.")
    decision = register.lock_decision(demarcation_id)
    if decision.is_settled:
        raise Problem("demarcation_settled", detail=f"{decision.reference} is settled already.")
    now = timezone.now()
    organisation = decision.organisation
    if organisation_id is not None and organisation_id != decision.organisation_id:
        organisation = open_organisation(organisation_id, book.council_day(now))
    return register.settle_decision(decision=decision, organisation=organisation, person=person, note=note, at=now)


def open_organisation(organisation_id: uuid.UUID, day: dt.date) -> Organisation:
    """The organisation, which takes work on the local day. Raises ``unknown_organisation``, ``organisation_closed``."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise Problem("unknown_organisation", field="organisation_id")
    if organisation.is_closed_on(day):
        raise Problem(
            "organisation_closed",
            detail=f"{organisation.short_name} takes no work since {organisation.closed_on:%d %B %Y}.",
            field="organisation_id",
        )
    return organisation


def facts_now(routes: book.Book, defect: Defect) -> Facts:
    """What a decision needs to know of a locked defect that was located before."""
    found = locate(defect.point.x, defect.point.y)
    return routes.facts_of(defect, area_ids=found.area_ids, area_name=found.ward.name if found.ward else "")


def _require_decider(defect: Defect, person: Person) -> None:
    """Where one person was named, a dispatcher does not send it on its third round."""
    if defect.decider_id in {None, person.pk} or person.role in {Role.MANAGER, Role.ADMINISTRATOR}:
        return
    name = Person.objects.values_list("name", flat=True).get(pk=defect.decider_id)
    raise Problem("not_allowed", detail=f"It was handed to and fro: {name} or another manager decides this one.")


def _service_level(
    routes: book.Book, facts: Facts, organisation: Organisation, code: str, now: dt.datetime
) -> tuple[ServiceLevel, int | None]:
    """The named one; else that of the organisation's most exact route, with the route; else the category's."""
    day = book.council_day(now)
    if code:
        named = routes.level_in_force(code, day)
        if named is None:
            raise Problem("unknown_service_level", field="service_level")
        return named, None
    held = [each for each in in_order(routes.speaking_of(facts.category, facts.group, day)) if each.holds_on(day)]
    route = route_of(organisation.pk, held)
    if route is not None:
        return routes.service_levels[route.service_level_id], route.number
    if facts.default_target is None:
        words = "Say by when: no target for this is in force."
        raise Problem("unknown_service_level", detail=words, field="service_level")
    return routes.service_levels[facts.default_target[0]], None


def _cancel_elsewhere(defect: Defect, organisation: Organisation, person: Person, now: dt.datetime) -> None:
    unfinished = lock_unfinished(defect)
    if unfinished and all(job.organisation_id == organisation.pk for job in unfinished):
        raise Problem("transition_not_allowed", detail=f"{organisation.short_name} has it already.")
    for job in unfinished:
        cancel_job(job=job, person=person, at=now, reason="given_to_another")


def _words(
    organisation: Organisation,
    person: Person,
    service_level: ServiceLevel,
    demarcation: Demarcation | None,
    facts: Facts,
) -> str:
    words = f"Given to {organisation.short_name} by {person.name}, {service_level.in_words}"
    if demarcation is not None and demarcation.basis == Basis.CLEAR_FIRST:
        words = f"{words}: clear first, settle later ({demarcation.reference})"
    elif demarcation is not None:
        words = f"{words}, and so are later reports of this kind here ({demarcation.reference})"
    words = f"{words}."
    if facts.hotspot is not None:
        words = f"{words} {uplift_in_words(facts.hotspot, service_level.halved_in_words)}"
    return words
