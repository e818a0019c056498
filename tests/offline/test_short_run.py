"""The short run of `make offline`: every kind of fault at least once, and nothing lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from deploy.state import CHECKOUT
from tests.servers import Servers

CAPTURES = 30
# One seed, so that a change is judged by the same faults as the one before; SEED=… tries another.
SEED = os.environ.get("SEED", "588233")


@pytest.mark.browser
def test_nothing_is_lost_between_the_street_and_the_server(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it printed says how to repeat it."""
    own = {name: value for name, value in os.environ.items() if name not in servers.env}
    done = subprocess.run(
        [sys.executable, "-m", "tests.offline", "--short", "--captures", str(CAPTURES), "--seed", SEED],
        cwd=CHECKOUT,
        env={**own, "SIGHTLINE_STATE": str(servers.state.path("short"))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    line = re.search(
        r"captured (\d+) · received (\d+) · lost (\d+) · doubled (\d+) · photos (\d+) · hash mismatches (\d+)"
        r" · conflicts shown (\d+) · seed \d+ · \d+ s",
        done.stdout,
    )
    # Also when it passes: what was proved, and by which seed, belongs in the log.
    with capsys.disabled():
        print(f"\n{line[0] if line else done.stdout[-6000:]}", flush=True)
    assert done.returncode == 0, done.stdout[-12_000:]
    assert line
    captured, received, lost, doubled, photos, mismatches, conflicts = map(int, line.groups())
    assert captured == received >= CAPTURES and photos >= captured and conflicts >= 3
    assert (lost, doubled, mismatches) == (0, 0, 0)
