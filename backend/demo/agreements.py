"""What Aldermere has agreed: a contract, ladders, a hotspot, who decides, and decisions on the register.

Made by the verbs themselves, as a manager and a dispatcher would have made it; then the watch says what
fell due in the three months before, so that late jobs stand where they would stand.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count

from accounts.models import Role
from audits.models import Defect
from jobs.deciding import decide_defect
from jobs.ladders import LadderStep, change_ladder
from jobs.models import Job, JobStatus
from jobs.watching import set_alarms, watch
from places.hotspots import cell_boundary, declare_hotspot
from places.models import Area
from routing.contracting import Terms, make_contract, name_deciders
from routing.models import Basis, Contract, OpenJobs, Route, ServiceLevel
from routing.targets import WantedLevel, change_service_level

from .following import followed
from .loading import Cast

_CONTRACT = "Street scene and grounds"
_A_DAY = "clock-24h"
_DAYS = ("wd-3", "wd-5", "wd-7", "wd-10", "wd-20", "cal-28")


@followed()
def agree(actors: Cast, now: dt.datetime) -> None:
    """The rules that stand beside the routes, and two decisions about land that nobody owns up to."""
    today = now.date()
    manager, ems = actors.people["manager"], actors.bodies["ems"]
    contract = make_contract(
        person=manager,
        terms=Terms(
            organisation_id=ems.pk,
            name=_CONTRACT,
            starts_on=dt.date(today.year - 3, 4, 1),
            ends_on=dt.date(today.year + 4, 3, 31),
            open_jobs=OpenJobs.MOVE,
        ),
    )
    _put_routes_under(contract)
    change_ladder(
        person=manager,
        organisation_id=ems.pk,
        steps=[
            LadderStep(1, "Crew lead", actors.people["emsdesk"], Role.DISPATCHER, False, 0),
            LadderStep(2, "Contract manager", actors.people["emsboss"], Role.MANAGER, False, 4 * 60),
            LadderStep(3, "Head of service", manager, Role.MANAGER, True, 24 * 60),
        ],
    )
    name_deciders(person=manager, deciders=[(None, manager.pk)])
    _agree_on_danger(actors, today)
    _declare_the_worst_place(actors, today)
    _decide_two(actors)


def say_what_fell_due(now: dt.datetime) -> int:
    """Let the watch catch up with the three months; only what is a day old at most is news to anybody."""
    running = Job.objects.unfinished().exclude(status=JobStatus.PAUSED).select_for_update(of=("self",))
    set_alarms(list(running), are_new=True)
    # `escalated_level` is the caller's to save; nothing was passed up before the watch speaks.
    with followed(since=now - dt.timedelta(days=1)):
        return watch(now=now)


def _agree_on_danger(actors: Cast, today: dt.date) -> None:
    """From today what takes days to mend is made safe in a day where it is dangerous, and EMS take a day's
    job on within four working hours."""
    held = ServiceLevel.objects.in_force(today).filter(code__in=[_A_DAY, *_DAYS]).select_related("calendar")
    for level in list(held):
        change_service_level(
            person=actors.people["manager"],
            wanted=WantedLevel(
                code=level.code,
                name=level.name,
                complete={"clock": level.clock, "amount": level.amount},
                acknowledge={"clock": "working_hours", "amount": 4} if level.code == _A_DAY else None,
                make_safe={"clock": "clock_hours", "amount": 24} if level.code in _DAYS else None,
                calendar=level.calendar.code,
                warn_before_minutes=level.warn_before_minutes,
                valid_from=today,
            ),
        )


def _put_routes_under(contract: Contract) -> None:
    """The contractor's routes hold as long as the contract does."""
    Route.objects.filter(organisation=contract.organisation_id).update(contract=contract)


def _declare_the_worst_place(actors: Cast, today: dt.date) -> None:
    """The cell with most that is not fixed is a hotspot for a quarter of a year."""
    unresolved = Defect.objects.unresolved().exclude(ward=None).order_by().values("cell", "ward")
    worst = unresolved.annotate(count=Count("pk")).order_by("-count", "cell").first()
    if worst is None:
        return
    declare_hotspot(
        person=actors.people["manager"],
        name=f"{Area.objects.get(pk=worst['ward']).name} hotspot",
        boundary=cell_boundary(format(worst["cell"] & 0xFFFFFFFFFFFFFFFF, "x")),
        starts_on=today,
        ends_on=today + dt.timedelta(days=91),
        review_on=today + dt.timedelta(days=60),
        note="Fly-tips and broken fences came back three times; weekly walk with police.",
    )


def _decide_two(actors: Cast) -> None:
    waiting = list(Defect.objects.in_triage().filter(decider=None).order_by("number")[:2])
    decisions = (
        (Basis.CLEAR_FIRST, "Unadopted alley: it blocks the rear doors. Clear it; the bill is settled later."),
        (Basis.SETTLED, "The title shows it as housing amenity land."),
    )
    for defect, (basis, note), key in zip(waiting, decisions, ("ems", "housing"), strict=False):
        decide_defect(
            person=actors.people["dispatcher"],
            defect_id=defect.pk,
            organisation_id=actors.bodies[key].pk,
            basis=basis,
            note=note,
            remember=True,
        )
