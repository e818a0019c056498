"""Escalation ladders: who hears of an organisation's late jobs, and when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.allowed import require_rule_maker
from accounts.models import Organisation, Person, Role
from jobs import alarms
from jobs.models import Escalation, EscalationStep, Job
from ledger.problems import Problem
from ledger.recording import record

MOST_STEPS = 9


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A rung as it holds now: the organisation's own, or that of the ladder that all begin with."""

    level: int
    title: str
    person: Person | None
    role: str
    of_council: bool
    after_minutes: int

    @property
    def rung(self) -> alarms.Rung:
        return alarms.Rung(self.level, dt.timedelta(minutes=self.after_minutes))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who hears of an escalation: one person, or everybody of a role at an organisation."""

    person_id: uuid.UUID | None
    role: str
    organisation_id: uuid.UUID


_DEFAULT = tuple(
    LadderStep(level, step.title, None, step.role, step.of_council, step.after_minutes)
    for level, step in enumerate(alarms.DEFAULT_LADDER, start=1)
)


def ladders_of(organisation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[LadderStep, ...]]:
    """The ladder of each of these organisations, from the lowest level up: one query."""
    asked = set(organisation_ids)
    own: dict[uuid.UUID, list[LadderStep]] = {}
    for step in EscalationStep.objects.filter(organisation__in=asked).select_related("person").order_by("level"):
        own.setdefault(step.organisation_id, []).append(
            LadderStep(step.level, step.title, step.person, step.role, step.of_council, step.after_minutes)
        )
    return {each: tuple(own[each]) if each in own else _DEFAULT for each in asked}


class Addressees:
    """Finds who hears of a step. Read once for many jobs: the council, and which roles anybody holds."""

    def __init__(self) -> None:
        self._council_id = Organisation.objects.filter(is_council=True).values_list("pk", flat=True).first()
        held = Person.objects.filter(is_active=True).order_by().values_list("organisation_id", "role").distinct()
        self._held = set(held)

    def of(self, step: LadderStep, organisation_id: uuid.UUID) -> Addressee:
        """The person that the step names; where there is none, or they have left, everybody of its role;
        where nobody holds that, the council's managers: a late job is never passed up to nobody."""
        place = (self._council_id if step.of_council else None) or organisation_id
        person = step.person
        if person is not None and person.is_active and person.organisation_id in {organisation_id, self._council_id}:
            return Addressee(person.pk, step.role, place)
        if (place, step.role) in self._held:
            return Addressee(None, step.role, place)
        return Addressee(None, Role.MANAGER, self._council_id or organisation_id)


@transaction.atomic
def change_ladder(*, person: Person, organisation_id: uuid.UUID, steps: Sequence[LadderStep]) -> Organisation:
    """Put these steps in the place of the organisation's ladder. Without any, the usual one holds again.

    Jobs that are open follow the new one (`jobs.follow_ladder`); what was passed up already stays.
    Raises ``not_allowed``, ``unknown_organisation`` and ``invalid_input`` (a person of somewhere else,
    a level that comes before the one under it).
    """
    require_rule_maker(person, "The council's managers and administrators decide who hears of what.")
    organisation = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation_id).first()
    if organisation is None:
        raise Problem("unknown_organisation", field="organisation")
    for index, step in enumerate(steps):
        _check(step, steps[index - 1] if index else None, organisation, f"steps.{index}")
    EscalationStep.objects.filter(organisation=organisation).delete()
    EscalationStep.objects.bulk_create(
        EscalationStep(
            organisation=organisation,
            level=step.level,
            title=step.title,
            person=step.person,
            role=step.role,
            of_council=step.of_council,
            after_minutes=step.after_minutes,
        )
        for step in steps
    )
    record(
        kind="ladder.changed",
        subject=("organisation", organisation.pk),
        actor=person.pk,
        organisation=organisation.pk,
        data={
            "steps": [
                {
                    "level": step.level,
                    "role": step.role,
                    "of_council": step.of_council,
                    "person": str(step.person.pk) if step.person else None,
                    "after_minutes": step.after_minutes,
                }
                for step in steps
            ]
        },
    )
    return organisation


def _check(step: LadderStep, under: LadderStep | None, organisation: Organisation, field: str) -> None:
    if under is not None and step.after_minutes < under.after_minutes:
        raise Problem(
            "invalid_input",
            detail=f"“{step.title}” would hear of it before “{under.title}”: put the steps in the order of time.",
            field=f"{field}.after_minutes",
        )
    person = step.person
    if person is None:
        return
    if not person.is_active:
        raise Problem("invalid_input", detail=f"{person.name} has left.", field=f"{field}.person_id")
    if person.organisation_id != organisation.pk and not person.organisation.is_council:
        raise Problem(
            "invalid_input",
            detail=f"{person.name} is neither of {organisation.short_name} nor of the council.",
            field=f"{field}.person_id",
        )


def meant_for(person: Person) -> Q:
    """The escalations that this person hears of: by name, or as one of everybody of a role."""
    return Q(person=person.pk) | Q(person=None, role=person.role, role_of=person.organisation_id)


def is_meant_for(escalation: Escalation, person: Person) -> bool:
    """`meant_for`, of one that is here."""
    if escalation.person_id is not None:
        return escalation.person_id == person.pk
    return (escalation.role, escalation.role_of_id) == (person.role, person.organisation_id)


@transaction.atomic
def see_escalation(*, person: Person, escalation_id: uuid.UUID, note: str) -> Escalation:
    """Somebody has seen it, and says what is done about it. A second time changes nothing.

    Raises ``unknown_escalation``, also for one that the person may not see.
    """
    found = Escalation.objects.select_for_update(of=("self",), no_key=True).select_related("job")
    escalation = found.filter(pk=escalation_id, job__in=Job.objects.visible_to(person)).first()
    if escalation is None:
        raise Problem("unknown_escalation")
    if escalation.seen_at is None:
        escalation.seen_at, escalation.seen_by = max(timezone.now(), escalation.said_at), person
        escalation.note = note.strip()
        escalation.save(update_fields=["seen_at", "seen_by", "note"])
        record(
            kind="escalation.seen",
            subject=("escalation", escalation.pk),
            actor=person.pk,
            organisation=escalation.job.organisation_id,
            data={"job": str(escalation.job_id), "level": escalation.level},
        )
    return escalation
