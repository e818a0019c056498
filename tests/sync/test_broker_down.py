"""The broker is down: a push is answered as ever, and the job appears once the broker is back."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from audits.models import Defect
from deploy import programs, redis_server
from deploy.state import State
from deploy.supervisor import Program
from jobs.models import Job
from ledger.models import Delivery
from tests import cast, running, towns

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """A Redis of this test's own, that it may stop and start."""
    state = State.at(tmp_path_factory.mktemp("broker"))
    redis_server.start(state)
    yield state
    redis_server.stop(state)


class Stack:
    """Web server, worker and beat; one that ends is started again, as the supervisor does."""

    def __init__(self, env: dict[str, str], folder: Path, broker: State) -> None:
        self.env, self.folder = env, folder
        port = State.at(folder / "web").port("web")
        self.address = f"http://127.0.0.1:{port}"
        self.programs = [programs.web(port), programs.worker("default", 1), programs.beat(broker)]
        self.started = [self._start(program) for program in self.programs]

    def _start(self, program: Program) -> running.Running:
        return running.Running(program, self.env, self.folder / f"{program.name}-{time.time_ns()}.log")

    def keep_running(self) -> None:
        """Celery's transport can end its worker when the broker goes away under a task that is not acknowledged."""
        for place, program in enumerate(self.programs):
            if self.started[place].process.poll() is not None:
                self.started[place] = self._start(program)

    def stop(self) -> None:
        for program in self.started:
            program.stop()


@pytest.fixture
def stack(broker: State, program_env: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """The programs with that Redis, ready."""
    towns.testford()
    env = {
        **program_env,
        "REDIS_URL": redis_server.url(broker, redis_server.start(broker)),
        "SIGHTLINE_SWEEP_SECONDS": "1",
        "SIGHTLINE_LOST_AFTER_SECONDS": "1",
    }
    stack = Stack(env, tmp_path, broker)
    web, worker, beat = stack.started
    running.wait_for(lambda: _answers(f"{stack.address}/healthz"), seconds=40, what=web.log)
    worker.wait_for_line("ready")
    beat.wait_for_line("Sending due task")
    yield stack
    stack.stop()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _push(address: str, *operations: object) -> list[dict[str, object]]:
    """Push over the real web server, with a session that was signed in beforehand."""
    browser = Client()
    browser.force_login(cast.person("warden"))
    browser.get("/api/session")
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    request = urllib.request.Request(
        f"{address}/api/sync/push",
        data=json.dumps({"device_id": cast.new_id(), "operations": operations}).encode(),
        headers={
            "Content-Type": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"],
        },
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
        results: list[dict[str, object]] = json.load(answer)["results"]
        return results


def test_nothing_is_lost_while_the_broker_is_down(stack: Stack, broker: State) -> None:
    redis_server.stop(broker)
    [result] = _push(stack.address, cast.operation("raise_defect", cast.defect_payload()))
    assert result["status"] == "applied"
    defect = Defect.objects.get()
    assert Delivery.objects.filter(done_at=None).count() == 1
    assert not Job.objects.exists()
    redis_server.start(broker)

    def is_routed() -> bool:
        stack.keep_running()
        return Job.objects.filter(defect=defect).exists()

    running.wait_for(is_routed, seconds=60, what="the job, once the broker is back")
    assert Job.objects.filter(defect=defect).count() == 1
