"""How a test starts Chromium, and which processes belong to it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def processes_of(profile: Path) -> list[psutil.Process]:
    """Those of the browser on this profile, children included; nobody else's browser."""
    mine: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={profile}" in (process.info["cmdline"] or []):
            mine[process.pid] = process
            with contextlib.suppress(psutil.NoSuchProcess):
                mine |= {child.pid: child for child in process.children(recursive=True)}
    return list(mine.values())
