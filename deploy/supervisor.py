"""Keeps a handful of programs running as one, and ends them together."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from deploy.state import CHECKOUT

RESTARTS_ALLOWED = 5
WITHIN_SECONDS = 60.0
# A worker finishes the task in hand before it ends.
SECONDS_TO_END = 30.0
# Lines that go to the log alone: they would push the rest off the screen within minutes.
ROUTINE = re.compile(r"\[(info|debug) *\]|^worker: ")
LARGEST_LOG_BYTES = 20_000_000


@dataclass
class Program:
    """One program: its short name, which starts each of its lines, and its command."""

    name: str
    command: Sequence[str]
    started_at: list[float] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None


class Supervisor:
    """Starts programs, keeps their lines, starts again what falls over, stops all on a signal."""

    def __init__(self, programs: Sequence[Program], env: Mapping[str, str], log: Path) -> None:
        self.programs = programs
        self.env = {**os.environ, **env, "PYTHONUNBUFFERED": "1"}
        self.log = log
        self.stopping = threading.Event()
        self._writing = threading.Lock()
        self._width = max(len(program.name) for program in programs)

    def run(self) -> int:
        """Run until SIGINT or SIGTERM (0), or until a program fails for good (1)."""
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self._asked_to_stop)
        failed = False
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("a") as log:
            try:
                for program in self.programs:
                    self._start(program, log)
                while not self.stopping.wait(0.3) and not failed:
                    failed = not all(self._still_runs(program, log) for program in self.programs)
            finally:
                self._stop_all()
        return 1 if failed else 0

    def _asked_to_stop(self, sig: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _start(self, program: Program, log: TextIO) -> None:
        program.started_at.append(time.monotonic())
        program.process = subprocess.Popen(
            [*ends_with_us(), *program.command],
            cwd=CHECKOUT,
            env=self.env,
            # Ctrl-C goes to this process alone, which then ends the others in order.
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self._show_lines, args=(program.name, program.process, log), daemon=True).start()

    def _show_lines(self, name: str, process: subprocess.Popen[str], log: TextIO) -> None:
        for line in process.stdout or ():
            with self._writing, contextlib.suppress(ValueError, OSError):
                text = f"{name:{self._width}} | {line}"
                log.write(text)
                log.flush()
                if not ROUTINE.search(line) and line.strip():
                    sys.stdout.write(text)
                    sys.stdout.flush()

    def _still_runs(self, program: Program, log: TextIO) -> bool:
        """Start a program that ended once more; False when it ended too often."""
        if not program.process or program.process.poll() is None:
            return True
        recent = [at for at in program.started_at if at > time.monotonic() - WITHIN_SECONDS]
        code = program.process.returncode
        if len(recent) > RESTARTS_ALLOWED:
            print(f"{program.name} ended with code {code} {len(recent)} times; giving up.", flush=True)
            return False
        print(f"{program.name} ended with code {code}; starting it again.", flush=True)
        self.stopping.wait(1)
        if not self.stopping.is_set():
            self._start(program, log)
        return True

    def _stop_all(self) -> None:
        running = [p.process for p in self.programs if p.process and p.process.poll() is None]
        for process in running:
            process.terminate()
        ends_at = time.monotonic() + SECONDS_TO_END
        for process in running:
            try:
                process.wait(max(0.1, ends_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                # The whole group: a pool's children would live on.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def ends_with_us() -> list[str]:
    """A prefix that ends a program when this one is killed outright (Linux only)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
