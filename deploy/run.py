"""`make run`: everything of Sightline on this machine, in one terminal."""

from __future__ import annotations

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from deploy import installs, packages, programs, services
from deploy.state import CHECKOUT, State
from deploy.supervisor import Supervisor

SECONDS_TO_BE_READY = 90


def run(state: State) -> int:
    """Set up, start, and stay until Ctrl-C or SIGTERM; returns the exit code."""
    started_at = time.monotonic()
    packages.ensure(packages.TO_RUN)
    installs.ensure_python()
    installs.ensure_pwa_built()
    installs.enter_venv()
    with state.lock("run", refuse=_already_runs(state)):
        try:
            return _run_locked(state, started_at)
        finally:
            print("Stopping PostgreSQL and Redis …", flush=True)
            services.stop(state)
            print("Stopped. Nothing is lost; `make run` goes on from here.", flush=True)


def _run_locked(state: State, started_at: float) -> int:
    env = services.start(state)
    port = state.port("web")
    address = f"http://127.0.0.1:{port}"
    env |= {"SIGHTLINE_HOSTS": os.environ.get("SIGHTLINE_HOSTS", "127.0.0.1,localhost")}
    env |= {"SIGHTLINE_ADDRESS": os.environ.get("SIGHTLINE_ADDRESS", address)}
    # Celery warns root of pickled tasks at length; ours are JSON.
    env |= {"PYTHONWARNINGS": "ignore:You're running the worker"}
    state.subfolder("static")
    sign_ins = prepare(state, env)
    supervisor = Supervisor(programs.everything(state, port), env, state.path("sightline.log"))
    threading.Thread(target=_welcome, args=(supervisor, address, sign_ins, started_at), daemon=True).start()
    return supervisor.run()


def prepare(state: State, env: Mapping[str, str]) -> str:
    """Bring the database up to date and put the demo borough in; returns the sign-ins to print.

    Done again only when what it is made from has changed. Of a database that isn't in this
    state folder we can't know what it holds, so there it is done every time.
    """
    sign_ins, stamp = state.path("sign-ins.txt"), state.path("prepared")
    wanted = installs.content_hash(_made_from(), os.environ.get("AREAS", ""))
    known = "DATABASE_URL" not in os.environ and stamp.exists() and stamp.read_text() == wanted
    if not known:
        installs.in_venv("deploy/prepare.py", str(sign_ins), env=dict(env))
        stamp.write_text(wanted)
    return sign_ins.read_text().rstrip()


def _made_from() -> list[Path]:
    """The files that decide what the database looks like and what the demo puts in."""
    patterns = ("*/migrations/*.py", "*/library/*", "backend/demo/**/*.py")
    return sorted(path for pattern in patterns for path in CHECKOUT.glob(pattern) if path.is_file())


def _welcome(supervisor: Supervisor, address: str, sign_ins: str, started_at: float) -> None:
    """Say where it is and who may sign in, once it really answers."""
    patience_ends_at = time.monotonic() + SECONDS_TO_BE_READY
    while not supervisor.stopping.wait(0.1):
        if _ready(address):
            seconds = time.monotonic() - started_at
            line = "─" * 64
            words = [line, f"Sightline is ready after {seconds:.1f} s:  {address}", "", sign_ins, ""]
            words += [f"Every line of every program is in {supervisor.log}.", "Ctrl-C stops everything."]
            print("\n".join([*words, line]), flush=True)
            return
        if time.monotonic() > patience_ends_at:
            print(f"Sightline does not answer at {address}/readyz yet; see {supervisor.log}.", flush=True)
            patience_ends_at = float("inf")


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            json.load(answer)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _already_runs(state: State) -> str:
    port = state.last_port("web")
    return f"Sightline already runs from {state.folder}: http://127.0.0.1:{port}"
