"""The part ``dry_run``: a draft of the routes tried against 20,000 defects, from the button to the result."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING, Any

import psutil

from tests.load.figures import Figure
from tests.load.phone import Phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

DEFECTS = 20_000
ROUTES = 300
# Of the routes of the book, every fourth is changed: owner, target or both.
CHANGED_EVERY = 4

# The demo borough's own defects, many times over: each a few metres beside its pattern, received at some
# time of the last 89 days.
_FIELDS = {
    "id": "gen_random_uuid()",
    "number": "nextval('audits_defect_number')",
    "received_at": "now() - random() * interval '89 days'",
    "point": "ST_SetSRID(ST_MakePoint(ST_X(pattern.point) + (random() - 0.5) / 2000, "
    "ST_Y(pattern.point) + (random() - 0.5) / 2000), 4326)",
    "duplicate_of_id": "NULL",
    "status": "CASE WHEN pattern.status = 'duplicate' THEN 'rejected' ELSE pattern.status END",
}


def dry_run(bench: Bench) -> list[Figure]:
    """How long a manager waits for the result of a trial, and how often the screen could say how far it is."""
    bench.address  # noqa: B018 - starts the stack
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    _fill()
    manager = Phone(bench.address, "manager", bench.around)
    draft = _draft(manager)
    worker = psutil.Process(bench.programs["default-worker"].pid)
    before_s = _processor_s(worker)
    seconds, steps, told = _wait_for(manager, draft)
    spent_s = _processor_s(worker) - before_s
    if told["total"] < DEFECTS or told["counts"]["elsewhere"] + told["counts"]["other_time"] < DEFECTS / 50:
        raise RuntimeError(f"the trial looked at {told['total']} defects and found {told['counts']}")
    return [
        Figure("dry_run.20000_defects", seconds, "s", 10),
        # On a machine that does other things at once the wait says little; this says what the trial itself costs.
        Figure("dry_run.processor", spent_s, "s", 5),
        Figure("dry_run.progress_steps", float(steps), "steps", 5, at_most=False),
    ]


def _processor_s(worker: psutil.Process) -> float:
    """Seconds of processor time that a worker and its children have had."""
    times = [each.cpu_times() for each in (worker, *worker.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def _fill() -> None:
    from django.db import connection

    from audits.models import Defect
    from places.models import Area
    from routing.models import Route

    columns = [field.column for field in Defect._meta.local_concrete_fields]
    values = ", ".join(_FIELDS.get(column, f"pattern.{column}") for column in columns)
    with connection.cursor() as sql:
        sql.execute(
            f"INSERT INTO audits_defect ({', '.join(columns)}) "
            f"SELECT {values} FROM audits_defect pattern, generate_series(1, %s) LIMIT %s",
            [1 + DEFECTS // Defect.objects.count(), DEFECTS],
        )
        sql.execute("ANALYZE audits_defect")
    live = list(Route.objects.live().order_by("position"))
    wards = list(Area.objects.wards())
    more = []
    for number in range(max(0, ROUTES - len(live))):
        # As somebody's own route for a ward: more exact than the one for the whole borough.
        pattern, ward = live[number % len(live)], wards[number // len(live) % len(wards)]
        route = Route.objects.get(pk=pattern.pk)
        route.pk, route.code, route.area = None, f"bench-{number}", ward
        route.position = live[-1].position + 10 * (number + 1)
        more.append(route)
    Route.objects.bulk_create(more)


def _draft(manager: Phone) -> dict[str, Any]:
    """A draft that gives every fourth route to another organisation with another target."""
    draft = manager.call("POST", "/api/route-drafts", {})
    routes = manager.call("GET", "/api/routes")["results"]
    owners = sorted({route["organisation"]["id"] for route in routes})
    for number, route in enumerate(routes[::CHANGED_EVERY]):
        target = "wd-5" if route["service_level"]["code"] != "wd-5" else "wd-10"
        fields = {**route["fields"], "service_level": target, "contract_id": None}
        if number % 2:
            others = [each for each in owners if each != route["organisation"]["id"]]
            fields |= {"organisation_id": others[number % len(others)], "team_id": None}
        told = {"version": draft["version"], "action": "change", "fields": fields}
        draft = manager.call("PUT", f"/api/route-drafts/{draft['id']}/changes/{route['code']}", told)
    return draft


def _wait_for(manager: Phone, draft: dict[str, Any]) -> tuple[float, int, dict[str, Any]]:
    """Seconds from the button to the result, how many different counts were seen on the way, the result."""
    began = time.perf_counter()
    until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    run = manager.call("POST", f"/api/route-drafts/{draft['id']}/dry-run", {})
    seen = set()
    while dt.datetime.now(dt.UTC) < until:
        told = manager.call("GET", f"/api/dry-runs/{run['id']}")
        seen.add(told["done"])
        if told["state"] == "done":
            return time.perf_counter() - began, len(seen), told
        if told["state"] == "failed":
            raise RuntimeError(told["failure"])
        time.sleep(0.2)
    raise RuntimeError("the trial did not end within five minutes")
