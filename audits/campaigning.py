"""The verbs of campaigns: begin and change one, fill a stop's worklist, tick things off, count what was done.

The week is run by whoever plans walks; crews who work at a stop tick off and count too.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Person, Role
from audits.booking import require_planner
from audits.campaign_models import Campaign, CampaignStop, StopOutput, StopTask
from audits.locking import WALKS
from audits.models import Defect
from ledger.problems import Problem
from ledger.recording import record
from places.models import Area

MOST_STOPS = 60
MOST_TASKS = 500


@transaction.atomic
def begin_campaign(
    *, person: Person, name: str, kind: str, note: str = "", stops: Sequence[Mapping[str, Any]] = ()
) -> Campaign:
    """A new campaign with its stops: each an area_id, starts_on, ends_on and, where given, lead_id. Writes
    ``campaign.begun``. Raises ``not_allowed``, ``unknown_area``, ``unknown_person``, ``dates_out_of_order`` and
    ``invalid_input``."""
    require_planner(person)
    campaign = Campaign.objects.create(name=name, kind=kind, note=note, made_by=person)
    _keep_stops(campaign, stops)
    _record("campaign.begun", campaign, person, stops=len(stops))
    return campaign


@transaction.atomic
def change_campaign(*, person: Person, campaign_id: uuid.UUID, version: int, changes: Mapping[str, Any]) -> Campaign:
    """Change name, kind, note, or ``stops``: then those are all, known ones by their ``id``. Writes
    ``campaign.changed``. Raises what ``begin_campaign`` does, ``unknown_campaign``, ``changed_meanwhile``, and
    ``transition_not_allowed`` where a stop at which something was done would go."""
    require_planner(person)
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise Problem("unknown_campaign")
    if campaign.version != version:
        raise Problem("changed_meanwhile", detail="Somebody changed this campaign after you opened it. Open it again.")
    for name in ("name", "kind", "note"):
        setattr(campaign, name, changes.get(name, getattr(campaign, name)))
    if "stops" in changes:
        _keep_stops(campaign, changes["stops"])
    campaign.version += 1
    campaign.save()
    _record("campaign.changed", campaign, person)
    return campaign


@transaction.atomic
def fill_worklist(*, person: Person, stop_id: uuid.UUID) -> int:
    """Put every open defect of the stop's area on its worklist, the worst first; returns how many are new. Writes
    ``campaign.worklist_filled``. Raises ``not_allowed``, ``unknown_campaign``."""
    require_planner(person)
    stop = _stop(stop_id)
    known = stop.tasks.exclude(defect=None).values("defect")
    within = Defect.objects.unresolved().filter(point__coveredby=stop.area.boundary)
    open_there = within.exclude(pk__in=known).order_by("severity", "observed_at", "pk")
    at = _next_position(stop)
    room = MOST_TASKS - stop.tasks.count()
    tasks = [
        StopTask(stop=stop, defect_id=pk, position=at + number)
        for number, pk in enumerate(open_there.values_list("pk", flat=True)[: max(0, room)])
    ]
    StopTask.objects.bulk_create(tasks)
    _record("campaign.worklist_filled", stop.campaign, person, stop=str(stop.pk), added=len(tasks))
    return len(tasks)


@transaction.atomic
def add_task(*, person: Person, stop_id: uuid.UUID, text: str) -> StopTask:
    """Something else to do at a stop. Writes ``campaign.task_added``. Raises ``not_allowed``, ``unknown_campaign``
    and ``invalid_input``."""
    require_planner(person)
    stop = _stop(stop_id)
    if stop.tasks.count() >= MOST_TASKS:
        raise Problem("invalid_input", detail=f"A worklist has at most {MOST_TASKS} lines.", field="text")
    task = StopTask.objects.create(stop=stop, text=text, position=_next_position(stop))
    _record("campaign.task_added", stop.campaign, person, stop=str(stop.pk), task=str(task.pk))
    return task


@transaction.atomic
def tick_task(*, person: Person, task_id: uuid.UUID, done: bool, note: str = "") -> StopTask:
    """Say that something was done, or that it was not after all. A defect's own state stays its job's. Writes
    ``campaign.task_ticked``. Raises ``unknown_campaign``."""
    found = StopTask.objects.select_for_update(of=("self",)).select_related("stop__campaign")
    task = found.filter(pk=task_id).first()
    if task is None:
        raise Problem("unknown_campaign", detail="This line is not on a worklist.")
    task.done_at, task.done_by = (timezone.now(), person) if done else (None, None)
    task.note = note
    task.save(update_fields=["done_at", "done_by", "note"])
    _record("campaign.task_ticked", task.stop.campaign, person, task=str(task.pk), done=done)
    return task


@transaction.atomic
def count_output(*, person: Person, stop_id: uuid.UUID, kind: str, amount: Decimal, note: str = "") -> StopOutput:
    """Count something that was done at a stop. Writes ``campaign.output_counted``. Raises ``unknown_campaign``."""
    stop = _stop(stop_id)
    output = StopOutput.objects.create(stop=stop, kind=kind, amount=amount, note=note, by=person)
    data = {"stop": str(stop.pk), "output": str(output.pk), "what": kind, "amount": float(amount)}
    _record("campaign.output_counted", stop.campaign, person, **data)
    return output


@transaction.atomic
def take_output_back(*, person: Person, output_id: uuid.UUID) -> None:
    """Take back what was counted wrongly: who counted it, or whoever plans walks. Writes
    ``campaign.output_taken_back``. Raises ``unknown_campaign``, ``not_allowed``."""
    output = StopOutput.objects.select_related("stop__campaign").filter(pk=output_id).first()
    if output is None:
        raise Problem("unknown_campaign", detail="This was not counted.")
    if output.by_id != person.pk:
        require_planner(person)
    data = {"stop": str(output.stop_id), "output": str(output.pk), "what": output.kind, "amount": float(output.amount)}
    _record("campaign.output_taken_back", output.stop.campaign, person, **data)
    output.delete()


def _stop(stop_id: uuid.UUID) -> CampaignStop:
    found = CampaignStop.objects.select_for_update(of=("self",)).select_related("campaign", "area")
    stop = found.filter(pk=stop_id).first()
    if stop is None:
        raise Problem("unknown_campaign", detail="No campaign stops there.")
    return stop


def _next_position(stop: CampaignStop) -> int:
    return int(stop.tasks.aggregate(last=Max("position"))["last"] or 0) + 1


def _keep_stops(campaign: Campaign, wanted: Sequence[Mapping[str, Any]]) -> None:
    if len(wanted) > MOST_STOPS:
        raise Problem("invalid_input", detail=f"A campaign has at most {MOST_STOPS} stops.", field="stops")
    known = {stop.pk: stop for stop in campaign.stops.all()}
    kept = set()
    for number, told in enumerate(wanted):
        field = f"stops[{number}]"
        if told["ends_on"] < told["starts_on"]:
            raise Problem("dates_out_of_order", detail="It would end before it starts.", field=f"{field}.ends_on")
        stop = known.get(told.get("id")) or CampaignStop(campaign=campaign)  # type: ignore[arg-type]
        stop.area = _found(Area.objects.filter(pk=told["area_id"]).first(), "unknown_area", f"{field}.area_id")
        stop.starts_on, stop.ends_on, stop.position = told["starts_on"], told["ends_on"], number
        stop.lead = None
        if told.get("lead_id"):
            led = Person.objects.filter(pk=told["lead_id"], is_active=True, role__in=WALKS | {Role.CREW}).first()
            stop.lead = _found(led, "unknown_person", f"{field}.lead_id")
        stop.save()
        kept.add(stop.pk)
    for pk, stop in known.items():
        if pk in kept:
            continue
        if stop.outputs.exists() or stop.tasks.exclude(done_at=None).exists():
            detail = f"Something was done at {stop.area.name} already: this stop stays."
            raise Problem("transition_not_allowed", detail=detail, field="stops")
        stop.delete()


def _found(row: Any, code: str, field: str) -> Any:
    if row is None:
        raise Problem(code, field=field)
    return row


def _record(kind: str, campaign: Campaign, person: Person, **data: Any) -> None:
    record(
        kind=kind,
        subject=("campaign", campaign.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        data={"kind": campaign.kind, **data},
    )
