"""The running stack that a journey uses: the one that ``make run`` started, else one of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

from deploy import services
from deploy.state import CHECKOUT, State
from tests.running import wait_for


@contextlib.contextmanager
def the_stack() -> Iterator[tuple[str, dict[str, str]]]:
    """Address and environment of the stack in this state folder; started and stopped when none runs."""
    state = State.here()
    address = _address(state)
    if address:
        print(f"Uses the stack that runs at {address}.")
        yield address, services.environment(state)
        return
    log = state.path("journey-stack.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    print("No stack runs in this state folder: starting one (make run) …", flush=True)
    with log.open("w") as out:
        stack = subprocess.Popen(
            [sys.executable, "deploy/stack.py", "run"], cwd=CHECKOUT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            wait_for(
                lambda: _address(state) or stack.poll() is not None,
                seconds=300,
                what=lambda: f"the stack did not start:\n{log.read_text()[-3000:]}",
            )
            address = _address(state)
            if not address:
                raise SystemExit(f"The stack did not start:\n{log.read_text()[-3000:]}")
            yield address, services.environment(state)
        finally:
            stack.terminate()
            stack.wait(timeout=60)


def _address(state: State) -> str | None:
    port = state.last_port("web")
    if port is None:
        return None
    address = f"http://127.0.0.1:{port}"
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=3) as answer:
            return address if answer.status == 200 else None
    except (urllib.error.URLError, OSError):
        return None
