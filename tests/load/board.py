"""The dispatch board over a million open jobs, as two desks read it through the web program."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy import programs
from deploy.state import free_port
from tests import running
from tests.load import million
from tests.load.figures import Figure, p95
from tests.load.phone import Phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

READS = 60
ANYWHERE = (0.0, 0.0, 1.0, 1.0)
QUEUES = ["", "?queue=at_risk", "?queue=late", "?queue=today", "?queue=later", "?queue=paused", "?queue=unacknowledged"]


def board(bench: Bench) -> list[Figure]:
    """First pages of each queue, by the council's desk and by EMS's; the look for changes; a workbook."""
    with million.database(bench) as env, _web(env) as address:
        desks = [_desk(address, name) for name in ("dispatcher", "dispatcher-ems")]
        pages = [_timed(desk, f"/api/board{query}") for desk in desks for query in QUEUES for _ in range(READS // 7)]
        ward = desks[0].call("GET", "/api/board")["rows"][0]["ward"]["id"]
        filtered = [_timed(desk, f"/api/board?queue=late&ward={ward}") for desk in desks for _ in range(READS // 4)]
        since = desks[0].call("GET", "/api/board")["cursor"]
        looks = [_timed(desks[0], f"/api/board/changes?since={since}") for _ in range(READS)]
        return [
            Figure("board.first_page_p95", p95(pages), "ms", 100),
            Figure("board.queries", max(_queries(name) for name in ("dispatcher", "dispatcher-ems")), "queries", 8),
            Figure("board.filtered_page_p95", p95(filtered), "ms", 500),
            Figure("board.changes_p95", p95(looks), "ms", 20),
        ]


@contextmanager
def _web(env: dict[str, str]) -> Iterator[str]:
    """A web program of its own on the million; the bench's other programs work on their own database."""
    port = free_port(18520)
    with tempfile.TemporaryDirectory() as folder:
        web = running.Running(programs.web(port), {**env, "SIGHTLINE_WEB_WORKERS": "1"}, Path(folder) / "web.log")
        try:
            address = f"http://127.0.0.1:{port}"
            running.wait_for(lambda: _answers(address), seconds=60, what=lambda: f"no answer:\n{web.log()[-2000:]}")
            yield address
        finally:
            web.stop()


def _desk(address: str, username: str) -> Phone:
    # The people of the stories need Django, which a part sets up only when it begins.
    from tests.cast import PASSWORD

    return Phone(address, username, ANYWHERE, password=PASSWORD)


def _answers(address: str) -> bool:
    try:
        return bool(_desk(address, "dispatcher"))
    except (OSError, RuntimeError):
        return False


def _timed(desk: Phone, path: str) -> float:
    """Milliseconds until the answer was there and read."""
    began = time.perf_counter()
    desk.call("GET", path)
    return (time.perf_counter() - began) * 1000


def _queries(username: str) -> float:
    """What the database is asked for the first page: session and person included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Person

    client = Client()
    client.force_login(Person.objects.get(username=username))
    with CaptureQueriesContext(connection) as queries:
        answer: Any = client.get("/api/board", headers={"Host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(answer.content)
    return float(len(queries))
