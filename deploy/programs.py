"""The programs that make up a running Sightline; the container files start the same ones."""

from __future__ import annotations

from deploy.installs import VENV
from deploy.state import State
from deploy.supervisor import Program

# A worker child is replaced when it has grown to this, between two tasks.
LARGEST_CHILD_KIB = 170_000


def web(port: int) -> Program:
    """The web server; deploy/gunicorn.conf.py holds the rest of its settings."""
    command = [f"{VENV}/bin/gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
    return Program("web", [*command, "backend.wsgi"])


def worker(queue: str, processes: int) -> Program:
    """One Celery worker that takes one queue only, so that photos never delay routing."""
    return Program(
        f"{queue}-worker",
        [
            *(f"{VENV}/bin/celery", "-q", "-A", "backend"),
            *("worker", "-Q", queue, "-n", f"{queue}@%h"),
            *("-c", str(processes), "-O", "fair", "-l", "info"),
            *("--without-gossip", "--without-mingle"),
            *("--max-tasks-per-child", "5000", f"--max-memory-per-child={LARGEST_CHILD_KIB}"),
        ],
    )


def beat(state: State) -> Program:
    """The clock that starts the sweep and the other regular tasks."""
    schedule = state.subfolder("beat") / "schedule"
    command = [f"{VENV}/bin/celery", "-q", "-A", "backend", "beat", "-s", str(schedule)]
    return Program("beat", [*command, "-l", "info", "--pidfile="])


def everything(state: State, web_port: int) -> list[Program]:
    return [web(web_port), worker("default", 2), worker("photos", 1), beat(state)]
