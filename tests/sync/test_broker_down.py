"""The broker is down: a push is answered as ever, and the job appears once the broker is back."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from audits.models import Defect
from deploy import programs, redis_server
from deploy.state import State
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


@pytest.fixture
def stack(broker: State, program_env: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Web server, worker and beat that use that Redis; the web server's address."""
    towns.testford()
    port = State.at(tmp_path / "web").port("web")
    env = {
        **program_env,
        "REDIS_URL": redis_server.url(broker, redis_server.start(broker)),
        "SIGHTLINE_SWEEP_SECONDS": "1",
        "SIGHTLINE_LOST_AFTER_SECONDS": "1",
    }
    started = [
        running.Running(program, env, tmp_path / f"{program.name}.log")
        for program in (programs.web(port), programs.worker("default", 1), programs.beat(broker))
    ]
    address = f"http://127.0.0.1:{port}"
    running.wait_for(lambda: _answers(f"{address}/healthz"), seconds=40, what=started[0].log)
    started[1].wait_for_line("ready")
    started[2].wait_for_line("Sending due task")
    yield address
    for program in started:
        program.stop()


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


def test_nothing_is_lost_while_the_broker_is_down(stack: str, broker: State) -> None:
    redis_server.stop(broker)
    [result] = _push(stack, cast.operation("raise_defect", cast.defect_payload()))
    assert result["status"] == "applied"
    defect = Defect.objects.get()
    assert Delivery.objects.filter(done_at=None).count() == 1
    assert not Job.objects.exists()
    redis_server.start(broker)
    running.wait_for(Job.objects.filter(defect=defect).exists, seconds=60, what="the job, once the broker is back")
    assert Job.objects.filter(defect=defect).count() == 1
