"""What is measured. Each part gets the bench and returns its figures."""

from __future__ import annotations

import datetime as dt
import gzip
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import psutil

from deploy import installs
from deploy.state import CHECKOUT, State
from tests import running
from tests.load.board import board
from tests.load.capture import capture
from tests.load.clocks import clocks
from tests.load.dry_run import dry_run
from tests.load.eva_screens import eva_screens
from tests.load.figures import Figure, p95
from tests.load.full_phone import full_phone
from tests.load.link import link
from tests.load.pdf import pdf
from tests.load.phone import Phone
from tests.load.photos import photos
from tests.load.routing import routing
from tests.load.watch import watch
from tests.load.xlsform import xlsform
from tests.whole_stack import Around, WholeStack

PHONES = 4
BATCH = 100


class Bench:
    """The real stack on a state folder of its own, begun anew; started when a part first needs it."""

    def __init__(self) -> None:
        self._stack = WholeStack(State.at(State.here().path("bench")))

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._stack.stop()

    @property
    def state(self) -> State:
        return self._stack.state

    @property
    def programs(self) -> dict[str, running.Running]:
        return self._stack.programs

    @property
    def address(self) -> str:
        if not self._stack.address:
            self._stack.start()
        return self._stack.address

    @property
    def around(self) -> Around:
        """The middle of the borough, in degrees."""
        self.address  # noqa: B018 - starts the stack
        return self._stack.around


# ── sync ─────────────────────────────────────────────────────────────────────


def sync(bench: Bench) -> list[Figure]:
    """Pushes of one defect by four phones at once, batches, and the queries of one push."""
    times_ms, _ = _in_parallel(_push_one_by_one, bench, count=120)
    batches, seconds = _in_parallel(_push_batches, bench, count=8)
    return [
        Figure("sync.push_p95", p95(times_ms), "ms", 60),
        Figure("sync.push_batches", len(batches) * BATCH / seconds, "defects/s", 300, at_most=False),
        Figure("sync.push_queries", _queries_of_one_push(bench), "queries", 11),
    ]


def _in_parallel(work: Callable[..., list[float]], bench: Bench, *, count: int) -> tuple[list[float], float]:
    """Four phones do the same at once, after a warm-up; each push's milliseconds, and the seconds in all."""
    people = ["warden", "warden2", "officer", "warden"]
    with multiprocessing.get_context("spawn").Pool(PHONES) as pool:
        pool.starmap(work, [(bench.address, name, bench.around, 2) for name in people], chunksize=1)
        began = time.perf_counter()
        results = pool.starmap(work, [(bench.address, name, bench.around, count) for name in people], chunksize=1)
        seconds = time.perf_counter() - began
    return [value for result in results for value in result], seconds


def _push_one_by_one(address: str, username: str, around: Around, count: int) -> list[float]:
    phone = Phone(address, username, around)
    return [phone.push([phone.operation()]) for _ in range(count)]


def _push_batches(address: str, username: str, around: Around, count: int) -> list[float]:
    phone = Phone(address, username, around)
    return [phone.push([phone.operation() for _ in range(BATCH)]) for _ in range(count)]


def _queries_of_one_push(bench: Bench) -> float:
    """What the database is asked for one defect with one photo: session and person included."""
    _django()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Person

    operation = Phone(bench.address, "warden", bench.around).operation()
    photo = {"id": operation["id"], "sha256": "ab" * 32, "size_bytes": 9, "content_type": "image/jpeg"}
    operation["payload"]["photos"] = [{**photo, "taken_at": operation["made_at"]}]
    client = Client()
    client.force_login(Person.objects.get(username="warden"))
    body = {"device_id": operation["id"], "operations": [operation]}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/api/sync/push", body, content_type="application/json", headers={"Host": "localhost"})
    if answer.json()["results"][0]["status"] != "applied":
        raise RuntimeError(answer.content)
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return float(sum(not query["sql"].startswith(control) for query in queries))


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()


# ── jobs ─────────────────────────────────────────────────────────────────────


def jobs(bench: Bench) -> list[Figure]:
    """From the receipt of a defect to its job in the crew's pull, while 20 defects a second arrive."""
    _wait_until_nothing_is_owed(bench)
    crew = {name: Phone(bench.address, name, bench.around) for name in ("ems", "housing")}
    cursors: dict[str, str] = {}
    for name, phone in crew.items():
        cursors[name] = phone.call("GET", "/api/sync/changes")["cursor"]
    context = multiprocessing.get_context("spawn")
    sender = context.Process(target=_send_steadily, args=(bench.address, bench.around, 20, 20))
    sender.start()
    seen: dict[str, float] = {}
    quiet_since = time.monotonic()
    while sender.is_alive() or time.monotonic() - quiet_since < 2:
        for name, phone in crew.items():
            if _pull_new_jobs(phone, cursors, name, seen):
                quiet_since = time.monotonic()
        # Phones ask every few seconds; two that ask five times a second measure finely enough.
        time.sleep(0.2)
    sender.join()
    if sender.exitcode != 0 or len(seen) < 100:
        raise RuntimeError(f"only {len(seen)} jobs were seen, the sender ended with {sender.exitcode}")
    return [Figure("jobs.visible_p95", p95(list(seen.values())), "s", 1)]


def _wait_until_nothing_is_owed(bench: Bench) -> None:
    """What an earlier part left to route is not this part's delay."""
    bench.address  # noqa: B018 - starts the stack
    _django()
    from ledger.models import Delivery

    running.wait_for(
        lambda: not Delivery.objects.filter(done_at=None).exists(), seconds=600, what="the end of what is owed"
    )


def _send_steadily(address: str, around: Around, per_second: int, seconds: int) -> None:
    phone = Phone(address, "warden", around)
    began = time.monotonic()
    for number in range(per_second * seconds):
        time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        phone.push([phone.operation()])


def _pull_new_jobs(phone: Phone, cursors: dict[str, str], name: str, seen: dict[str, float]) -> bool:
    answer = phone.call("GET", f"/api/sync/changes?cursor={cursors[name]}")
    now = dt.datetime.now(dt.UTC)
    cursors[name] = answer["cursor"]
    fresh = [job for job in answer["jobs"] if job["id"] not in seen and job["note"] == "Measured"]
    for job in fresh:
        received = dt.datetime.fromisoformat(job["clock_started_at"])
        seen[job["id"]] = (now - received).total_seconds()
    return bool(fresh)


# ── size ─────────────────────────────────────────────────────────────────────


def pwa(bench: Bench) -> list[Figure]:
    """JavaScript that the first page loads before anything is tapped, gzipped, without the map."""
    installs.ensure_pwa_built()
    dist = CHECKOUT / "pwa" / "dist"
    page = (dist / "index.html").read_text()
    scripts = set(re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page))
    size = sum(len(gzip.compress((dist / script).read_bytes(), 9)) for script in scripts)
    if not scripts:
        raise RuntimeError("the page loads no script")
    return [Figure("pwa.initial_js", size / 1000, "kB", 45)]


def memory(bench: Bench) -> list[Figure]:
    """Resident memory of the largest web and Celery process, after the stack has worked."""
    phone = Phone(bench.address, "warden", bench.around)
    for _ in range(5):
        phone.push([phone.operation() for _ in range(BATCH)])
    time.sleep(3)
    web = _largest(bench.programs["web"].pid)
    workers = max(_largest(program.pid) for name, program in bench.programs.items() if name.endswith("-worker"))
    return [Figure("memory.web_worker", web, "MB", 180), Figure("memory.celery_worker", workers, "MB", 200)]


def _largest(pid: int) -> float:
    process = psutil.Process(pid)
    family: list[Any] = [process, *process.children(recursive=True)]
    return max(member.memory_info().rss for member in family) / 1_000_000


PARTS: dict[str, Callable[[Bench], list[Figure]]] = {
    "sync": sync,
    "jobs": jobs,
    "photos": photos,
    "pwa": pwa,
    "memory": memory,
    "capture": capture,
    "link": link,
    "full_phone": full_phone,
    "routing": routing,
    "board": board,
    "watch": watch,
    "dry_run": dry_run,
    "clocks": clocks,
    "xlsform": xlsform,
    "pdf": pdf,
    "eva_screens": eva_screens,
}
