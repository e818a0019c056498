"""The verbs of contracts, and of who decides in the end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.allowed import require_rule_maker
from accounts.models import Organisation, Person, Role
from ledger.problems import Problem
from ledger.recording import record
from places.models import Area
from routing.models import Contract, Decider, OpenJobs


@dataclass(frozen=True)
class Terms:
    """What a contract says. ``ends_on`` is the last day; ``successor_id`` is the contract that follows."""

    organisation_id: uuid.UUID
    name: str
    starts_on: dt.date
    ends_on: dt.date
    successor_id: int | None = None
    open_jobs: str = OpenJobs.STAY


@transaction.atomic
def make_contract(*, person: Person, terms: Terms) -> Contract:
    """A contract from its first to its last day. Raises ``not_allowed``, ``unknown_organisation``,
    ``unknown_contract`` (the successor), ``dates_out_of_order`` and ``invalid_input`` (the name is taken)."""
    require_rule_maker(person)
    return _write(Contract(), terms, person)


@transaction.atomic
def change_contract(*, person: Person, contract_id: int, terms: Terms) -> Contract:
    """Change a contract whose open jobs were not seen to yet. Raises as `make_contract` does, and
    ``transition_not_allowed`` after its changeover: what was decided then stays as it was read."""
    require_rule_maker(person)
    contract = Contract.objects.select_for_update().filter(pk=contract_id).first()
    if contract is None:
        raise Problem("unknown_contract")
    if contract.changed_over_at is not None:
        raise Problem("transition_not_allowed", detail=f"“{contract.name}” has ended and its jobs were handed over.")
    return _write(contract, terms, person)


def _write(contract: Contract, terms: Terms, person: Person) -> Contract:
    if not Organisation.objects.filter(pk=terms.organisation_id).exists():
        raise Problem("unknown_organisation", field="organisation_id")
    if terms.ends_on < terms.starts_on:
        raise Problem("dates_out_of_order", detail="The contract ends before it starts.", field="ends_on")
    if Contract.objects.filter(name=terms.name).exclude(pk=contract.pk).exists():
        raise Problem("invalid_input", detail="Another contract has this name.", field="name")
    if terms.successor_id is not None:
        _require_follows(contract, terms.successor_id, terms.ends_on)
    contract.organisation_id, contract.name = terms.organisation_id, terms.name
    contract.starts_on, contract.ends_on = terms.starts_on, terms.ends_on
    contract.successor_id, contract.open_jobs = terms.successor_id, terms.open_jobs
    contract.save()
    data = {
        "organisation": str(terms.organisation_id),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "successor": terms.successor_id,
        "open_jobs": terms.open_jobs,
    }
    record(kind="contract.changed", subject=("contract", str(contract.pk)), actor=person.pk, data=data)
    return contract


def _require_follows(contract: Contract, successor_id: int, ends_on: dt.date) -> None:
    """What follows a contract goes on after its end."""
    after = Contract.objects.filter(pk=successor_id).first()
    if after is None:
        raise Problem("unknown_contract", field="successor_id")
    if after.pk == contract.pk:
        raise Problem("invalid_input", detail="A contract can't follow itself.", field="successor_id")
    if after.ends_on <= ends_on:
        detail = f"“{after.name}” ends on {after.ends_on:%d %B %Y}, not after this one."
        raise Problem("dates_out_of_order", detail=detail, field="successor_id")


@transaction.atomic
def name_deciders(*, person: Person, deciders: Sequence[tuple[uuid.UUID | None, uuid.UUID]]) -> list[Decider]:
    """Who decides where two organisations hand work to and fro: (area or None for everywhere, person).

    The list takes the place of the one before. Raises ``not_allowed``, ``unknown_area``, ``unknown_person``
    (also for somebody who is no dispatcher, manager or administrator of the council) and ``invalid_input``
    (an area twice).
    """
    require_rule_maker(person)
    areas = [area_id for area_id, _ in deciders]
    if len(set(areas)) != len(areas):
        raise Problem("invalid_input", detail="One person for each area.", field="deciders")
    wanted = {area_id for area_id in areas if area_id is not None}
    if Area.objects.filter(pk__in=wanted).count() != len(wanted):
        raise Problem("unknown_area", field="deciders")
    people = {each.pk: each for each in Person.objects.filter(pk__in=[who for _, who in deciders], is_active=True)}
    for _, who in deciders:
        named = people.get(who)
        if named is None or not named.sees_all_work:
            raise Problem("unknown_person", detail="Name somebody of the council's desk.", field="deciders")
    Decider.objects.all().delete()
    made = Decider.objects.bulk_create(Decider(area_id=area_id, person_id=who) for area_id, who in deciders)
    data = {"deciders": [{"area": str(area_id) if area_id else None, "person": str(who)} for area_id, who in deciders]}
    record(kind="deciders.changed", subject=("deciders", "all"), actor=person.pk, data=data)
    return made


def people_who_can_decide() -> list[Person]:
    """The council's managers, dispatchers and administrators, by name."""
    roles = [Role.MANAGER, Role.DISPATCHER, Role.ADMINISTRATOR]
    found = Person.objects.filter(is_active=True, role__in=roles).order_by("name")
    return [each for each in found if each.sees_all_work]
