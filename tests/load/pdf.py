"""The part ``pdf``: the report of a large audit (60 questions, 40 defects, 80 photos), from the button to the file."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import psutil

from tests.load.figures import Figure
from tests.load.phone import Phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

QUESTIONS, DEFECTS, PHOTOS = 60, 40, 80
_LONGEST_S = 600
_MEBIBYTE = 1024 * 1024


def pdf(bench: Bench) -> list[Figure]:
    """How long somebody waits for the PDF, how often the screen can say how far it is, and what it takes."""
    bench.address  # noqa: B018 - starts the stack
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    audit = _large_audit()
    manager = Phone(bench.address, "manager", bench.around)
    worker = psutil.Process(bench.programs["photos-worker"].pid)
    # The first one also loads what every later one finds loaded.
    _made(manager, worker, audit, "resident_pdf")
    before_s = _processor_s(worker)
    seconds, steps, worker_mb, typesetter_mb, file = _made(manager, worker, audit, "pdf")
    return [
        Figure("pdf.seconds", seconds, "s", 10),
        # On a machine that does other things at once the wait says little; this says what the report itself costs.
        Figure("pdf.processor", _processor_s(worker) - before_s, "s", 8),
        # The process of the worker that makes it, and the one that it starts for it, at their largest.
        Figure("pdf.peak_rss", worker_mb + typesetter_mb, "MB", 400),
        Figure("pdf.typesetter_rss", typesetter_mb, "MB", 400),
        Figure("pdf.progress_steps", float(steps), "steps", 5, at_most=False),
        Figure("pdf.size", file["size_bytes"] / 1e6, "MB", 10),
    ]


def _large_audit() -> str:
    """An audit of an estate of the demo borough; its id."""
    from audits.models import Answer
    from tests.insight.in_demo import audit_in_demo

    audit = audit_in_demo(DEFECTS, PHOTOS)
    asked = Answer.objects.filter(audit=audit).count()
    if asked < QUESTIONS - 5:
        raise RuntimeError(f"only {asked} questions were answered")
    return audit


def _made(
    manager: Phone, worker: psutil.Process, audit: str, kind: str
) -> tuple[float, int, float, float, dict[str, Any]]:
    """Seconds, how many different steps were seen, the largest RSS of worker and typesetter, and the file's row."""
    began = time.perf_counter()
    asked = manager.call("POST", f"/api/audits/{audit}/files", {"kind": kind})
    steps: set[int] = set()
    worker_mb = typesetter_mb = 0.0
    while time.perf_counter() - began < _LONGEST_S:
        ours, typesetter = _resident(worker)
        worker_mb, typesetter_mb = max(worker_mb, ours), max(typesetter_mb, typesetter)
        file: dict[str, Any] = manager.call("GET", f"/api/files/{asked['id']}")
        steps.add(file["done"])
        if file["state"] == "failed":
            raise RuntimeError(file["failure"])
        if file["state"] == "ready":
            return time.perf_counter() - began, len(steps), worker_mb, typesetter_mb, file
        time.sleep(0.1)
    raise RuntimeError(f"the {kind} was not ready after {_LONGEST_S} s")


def _processor_s(worker: psutil.Process) -> float:
    """Seconds of processor that the queue's processes have had, and those that they started and that ended."""
    spent = 0.0
    for process in worker.children():
        times = process.cpu_times()
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def _resident(worker: psutil.Process) -> tuple[float, float]:
    """Megabytes of the largest process that works for the queue, and of the typesetter while there is one."""
    ours = typesetter = 0.0
    for process in worker.children(recursive=True):
        try:
            size = process.memory_info().rss / _MEBIBYTE
            if "insight.typesetter" in process.cmdline():
                typesetter = max(typesetter, size)
            else:
                ours = max(ours, size)
        except psutil.NoSuchProcess:
            continue
    return ours, typesetter
