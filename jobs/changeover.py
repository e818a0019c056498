"""A contract has ended: its open jobs stay, or go to whoever follows. Each job is its own transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audits.actions import lock_defect
from jobs.deciding import facts_now
from jobs.models import Job, JobQuerySet
from jobs.opening import cancel_job, decide, open_by_decision
from jobs.triage import send_to_triage
from ledger.recording import record
from routing import book, register
from routing.models import Contract, OpenJobs


@dataclass(frozen=True)
class ChangedOver:
    """What became of the open jobs of a contract that ended; ``decisions`` of the register went along."""

    moved: int = 0
    to_triage: int = 0
    stayed: int = 0
    decisions: int = 0


def change_over_all(*, now: dt.datetime) -> list[ChangedOver]:
    """See to the open jobs of every contract whose last day is past. Running it twice does no harm."""
    today = book.council_day(now)
    ended = Contract.objects.filter(ends_on__lt=today, changed_over_at=None).order_by("ends_on", "pk")
    return [change_over(contract_id=pk) for pk in ended.values_list("pk", flat=True)]


def change_over(*, contract_id: int) -> ChangedOver:
    """See to the open jobs of one contract that has ended, by its stated choice, and close its books.

    "Move": each job is cancelled and its defect routed anew, by the routes of today; the clock keeps its start, and
    where nobody follows a person decides. A job for which the same organisation is decided on again stays.
    What the register says in favour of the old organisation goes to the successor. A run that was killed goes on
    where it stopped.
    """
    contract = Contract.objects.select_related("organisation", "successor__organisation").get(pk=contract_id)
    results = {"moved": 0, "to_triage": 0, "stayed": 0}
    decisions = 0
    if contract.open_jobs == OpenJobs.MOVE:
        decisions = _hand_over_decisions(contract)
        for job_id in open_jobs_of(contract).order_by("due_at", "pk").values_list("pk", flat=True):
            results[_move(job_id, contract)] += 1
    else:
        results["stayed"] = open_jobs_of(contract).count()
    return _close(contract, ChangedOver(**results, decisions=decisions))


def open_jobs_of(contract: Contract) -> JobQuerySet:
    """The unfinished jobs that a contract's routes gave out. Those that a person gave to its organisation count
    too, unless the organisation goes on under another contract."""
    by_route = Job.objects.unfinished().filter(route__contract=contract)
    day_after = contract.ends_on + dt.timedelta(days=1)
    others = Contract.objects.filter(organisation=contract.organisation_id, ends_on__gte=day_after)
    if others.exclude(pk=contract.pk).exists():
        return by_route
    by_hand = Job.objects.unfinished().filter(organisation=contract.organisation_id, route__contract=None)
    return by_route | by_hand.filter(opened_at__date__gte=contract.starts_on, opened_at__date__lte=contract.ends_on)


def _hand_over_decisions(contract: Contract) -> int:
    """The register follows only where the organisation leaves; under another contract of its own it stays."""
    after = contract.successor.organisation if contract.successor else None
    goes_on = Contract.objects.filter(organisation=contract.organisation_id, ends_on__gt=contract.ends_on)
    if goes_on.exclude(pk=contract.pk).exists():
        return 0
    note = f"Taken over at the end of “{contract.name}”."
    with transaction.atomic():
        day = contract.ends_on + dt.timedelta(days=1)
        return register.hand_over(old=contract.organisation, new=after, day=day, note=note)


@transaction.atomic
def _move(job_id: uuid.UUID, contract: Contract) -> str:
    """Route one job anew: "moved", "to_triage" or "stayed" (also where it was finished meanwhile)."""
    defect_id = Job.objects.values_list("defect_id", flat=True).get(pk=job_id)
    defect = lock_defect(defect_id=defect_id)
    job = Job.objects.locked().unfinished().filter(pk=job_id).first()
    if job is None:
        return "stayed"
    now = timezone.now()
    routes = book.current()
    facts = facts_now(routes, defect)
    decision = decide(routes, defect, facts, now)
    outcome = decision.outcome
    if outcome is not None and outcome.organisation_id == job.organisation_id:
        return "stayed"
    job.defect = defect
    cancel_job(job=job, person=None, at=now, reason="contract_ended")
    ended = f"The contract “{contract.name}” ended on {contract.ends_on:%-d %B %Y}."
    if outcome is None:
        send_to_triage(defect=defect, reason=f"{ended} {decision.words}", code="contract_ended")
        return "to_triage"
    open_by_decision(defect, routes, facts, decision, before=job, preface=f"{ended} ")
    return "moved"


@transaction.atomic
def _close(contract: Contract, done: ChangedOver) -> ChangedOver:
    now = timezone.now()
    if not Contract.objects.filter(pk=contract.pk, changed_over_at=None).update(changed_over_at=now, updated_at=now):
        return done
    data = {"open_jobs": contract.open_jobs, "moved": done.moved, "to_triage": done.to_triage, "stayed": done.stayed}
    data["decisions"] = done.decisions
    record(
        kind="contract.changed_over",
        subject=("contract", str(contract.pk)),
        organisation=contract.organisation_id,
        data=data,
    )
    return done
