"""The part ``routing``: what it costs to find out whose job one defect is, and how many a second two workers route."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests import running
from tests.load.figures import Figure, p95
from tests.load.phone import Phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

PARCELS, ROUTES, HOTSPOTS, DECISIONS = 20_000, 300, 20, 500
BATCH, BATCHES = 100, 24
ONE_BY_ONE, WARM_UP = 400, 40

# A field of squares over the middle of the borough, a tenth of them left out: land that nobody registered.
_PARCELS = """
INSERT INTO places_landparcel (id, source, reference, land_type, owner_id, owner_name, boundary)
SELECT gen_random_uuid(), 'bench', n::text,
    (ARRAY['highway','highway','council_housing','park','council_land','private'])[1 + floor(random() * 6)::int],
    CASE WHEN random() < 0.5 THEN (SELECT id FROM accounts_organisation WHERE is_council) END, 'Bench',
    ST_Multi(ST_MakeEnvelope(
        %(west)s + (n %% %(side)s) * %(width)s, %(south)s + (n / %(side)s) * %(height)s,
        %(west)s + (n %% %(side)s + 0.95) * %(width)s, %(south)s + (n / %(side)s + 0.95) * %(height)s, 4326))
FROM generate_series(0, %(parcels)s - 1) AS n
"""
_DECISIONS = """
INSERT INTO routing_demarcation (point, radius_m, organisation_id, basis, place_text, note, decided_by_id,
    decided_at, guides, settled_note)
SELECT ST_SetSRID(ST_MakePoint(%(west)s + random() * %(across)s, %(south)s + random() * %(up)s), 4326), 25,
    (SELECT id FROM accounts_organisation ORDER BY random() LIMIT 1), 'settled', 'Bench', '',
    (SELECT id FROM accounts_person WHERE username = 'manager'), now(), true, ''
FROM generate_series(1, %(decisions)s)
"""


def routing(bench: Bench) -> list[Figure]:
    """With 20,000 parcels, 300 routes, 20 hotspots and 500 decisions on the register.

    ``one_p95``: milliseconds of one routing as the worker does it, claim and delivery included: the time in the
    database, and the processor's time outside of it. ``one_cpu_p95``: the same without waiting, the processor's
    time of the task and of its database process. ``per_second``: from the first to the last of the defects that
    two workers find in their queue, by the database's own times.
    """
    bench.address  # noqa: B018 - starts the stack
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    _fill(bench)
    worker = psutil.Process(bench.programs["default-worker"].pid)
    family = [worker, *worker.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        owed = _receive(bench)
        watches = _one_by_one(owed[:ONE_BY_ONE])
    finally:
        for process in family:
            process.resume()
    left = owed[ONE_BY_ONE:]
    return [
        Figure("routing.one_p95", p95([each.milliseconds for each in watches]), "ms", 5),
        Figure("routing.one_cpu_p95", p95([each.cpu_milliseconds for each in watches]), "ms", 5),
        Figure("routing.queries", float(max(each.queries for each in watches)), "queries", 14),
        Figure("routing.per_second", _per_second(left), "defects/s", 150, at_most=False),
    ]


def _fill(bench: Bench) -> None:
    from django.db import connection

    west, south, east, north = bench.around
    side = 150
    numbers = {
        "west": west,
        "south": south,
        "across": east - west,
        "up": north - south,
        "side": side,
        "width": (east - west) / side,
        "height": (north - south) / (PARCELS // side + 1),
        "parcels": PARCELS,
        "decisions": DECISIONS,
    }
    with connection.cursor() as sql:
        sql.execute(_PARCELS, numbers)
        sql.execute(_DECISIONS, numbers)
        sql.execute("DELETE FROM places_landparcel WHERE source = 'bench' AND random() < 0.1")
    _more_routes()
    _more_hotspots(bench)
    with connection.cursor() as sql:
        sql.execute("ANALYZE")


def _more_routes() -> None:
    """As many as it takes, each as exact as one of the library's and a ward more."""
    from places.models import Area
    from routing.models import Route

    live = list(Route.objects.live().order_by("position"))
    wards = list(Area.objects.wards())
    for number in range(max(0, ROUTES - len(live))):
        route = Route.objects.get(pk=live[number % len(live)].pk)
        route.pk, route.code, route.area = None, f"bench-{number}", wards[number // len(live) % len(wards)]
        route.position = live[-1].position + 10 * (number + 1)
        route.save()


def _more_hotspots(bench: Bench) -> None:
    import datetime as dt

    from django.utils import timezone

    from accounts.models import Person
    from places.hotspots import Circle, declare_hotspot

    west, south, east, north = bench.around
    chance, today = random.Random(4), timezone.localdate()
    for number in range(HOTSPOTS):
        place = Circle(chance.uniform(west, east), chance.uniform(south, north), 120)
        declare_hotspot(
            person=Person.objects.get(username="manager"),
            name=f"Bench {number}",
            boundary=place.boundary,
            starts_on=today,
            ends_on=today + dt.timedelta(days=30),
            review_on=today + dt.timedelta(days=15),
        )


def _receive(bench: Bench) -> list[int]:
    """Defects as phones send them, while nobody routes them; what is owed to them, oldest first."""
    from ledger.models import Delivery

    phone = Phone(bench.address, "warden", bench.around)
    before = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for _ in range(BATCHES):
        phone.push([phone.operation() for _ in range(BATCH)])
    owed = Delivery.objects.filter(pk__gt=before, reaction="jobs.route_defect", done_at=None)
    found = list(owed.order_by("pk").values_list("pk", flat=True))
    if len(found) != BATCH * BATCHES:
        raise RuntimeError(f"{len(found)} routings are owed to {BATCH * BATCHES} defects")
    return found


def _one_by_one(owed: list[int]) -> list[_Stopwatch]:
    from django.db import connection

    from ledger import outbox

    # What follows stays owed: the sweep queues it, as where the broker was down.
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    watches = []
    for delivery_id in owed:
        stopwatch = _Stopwatch(backend)
        with _watched(connection, stopwatch), outbox.batched():
            stopwatch.start()
            if outbox.deliver([delivery_id]) != 1:
                raise RuntimeError("it was not routed")
            stopwatch.stop()
        watches.append(stopwatch)
    return watches[WARM_UP:]


class _Stopwatch:
    """The time in the database by the wall, and the processor's time of this thread outside of it."""

    def __init__(self, backend_pid: int) -> None:
        self.queries = 0
        # Linux counts there, in nanoseconds, how long the database's process of this connection was running.
        self._backend = Path(f"/proc/{backend_pid}/schedstat")
        self._backend_ns = 0
        self._wall = self._cpu = self._cpu_inside = self._from = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        cpu, wall = time.thread_time(), time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self._wall += time.perf_counter() - wall
            self._cpu_inside += time.thread_time() - cpu
            # What belongs to the claim of the delivery is counted in time, not as a query of the routing.
            self.queries += not sql.startswith(("SAVEPOINT", "RELEASE")) and "ledger_delivery" not in sql

    def start(self) -> None:
        self._backend_ns = self._backend_ran_ns()
        self._from = time.thread_time()

    def stop(self) -> None:
        self._cpu = time.thread_time() - self._from
        self._backend_ns = self._backend_ran_ns() - self._backend_ns

    def _backend_ran_ns(self) -> int:
        return int(self._backend.read_text().split()[0])

    @property
    def milliseconds(self) -> float:
        return (self._wall + self._cpu - self._cpu_inside) * 1000

    @property
    def cpu_milliseconds(self) -> float:
        return self._cpu * 1000 + self._backend_ns / 1_000_000


def _watched(connection: Any, stopwatch: _Stopwatch) -> AbstractContextManager[None]:
    return connection.execute_wrapper(stopwatch)  # type: ignore[no-any-return]


def _per_second(owed: list[int]) -> float:
    from django.db.models import Max, Min

    from ledger.models import Delivery

    of_these = Delivery.objects.filter(pk__in=owed)
    running.wait_for(
        lambda: not of_these.filter(done_at=None).exists(), seconds=600, what="the routing of what arrived"
    )
    span = of_these.aggregate(first=Min("done_at"), last=Max("done_at"))
    return float(len(owed) / (span["last"] - span["first"]).total_seconds())
