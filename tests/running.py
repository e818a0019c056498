"""Real programs of Sightline, started by a test as an operator would start them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy import programs
from deploy.state import CHECKOUT
from deploy.supervisor import Program, ends_with_us


class Running:
    """One started program with its log; ends when the test ends."""

    def __init__(self, program: Program, env: Mapping[str, str], log: Path) -> None:
        self.name = program.name
        self.log_file = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [*ends_with_us(), *program.command],
                cwd=CHECKOUT,
                env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # A group of its own, so that `kill` ends a pool's children too.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def wait_for_line(self, pattern: str, *, seconds: float = 40) -> None:
        """Wait until a line of the log matches; fails with the log's end."""
        wait_for(
            lambda: bool(re.search(pattern, self.log())) or self.process.poll() is not None,
            seconds=seconds,
            what=lambda: f"{self.name} never printed {pattern!r}:\n{self.log()[-3000:]}",
        )
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended:\n{self.log()[-3000:]}")

    def kill(self) -> None:
        """SIGKILL to the program and all its children: a power cut."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, *, seconds: float = 10) -> None:
        """Ask politely, then not."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()


def start_worker(
    env: Mapping[str, str], folder: Path, *, queues: str = "default,photos", processes: int = 1
) -> Running:
    """A Celery worker for all queues, ready to take work when this returns."""
    worker = Running(programs.worker(queues, processes), env, folder / f"worker-{time.time_ns()}.log")
    try:
        worker.wait_for_line(r"ready\.|is ready")
    except BaseException:
        worker.kill()
        raise
    return worker


def manage(arguments: Sequence[str], env: Mapping[str, str]) -> str:
    """Run `manage.py` and return what it printed; fails with its words."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout[-3000:]}"
    return done.stdout


def wait_for(happened: Callable[[], object], *, seconds: float = 20, what: str | Callable[[], str] = "it") -> None:
    """Look every 50 ms until it happened. The limit only ends a run that hangs."""
    ends_at = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > ends_at:
            raise AssertionError(what() if callable(what) else f"{what} did not happen in {seconds} s")
        time.sleep(0.05)
