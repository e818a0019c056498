"""``python -m tests.offline``: exit 1 when anything was lost, doubled or altered, or never happened."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from pathlib import Path

from deploy.state import CHECKOUT, State
from tests.offline.comparison import Findings
from tests.offline.run import Run, Wanted
from tests.whole_stack import WholeStack

SHORT_CAPTURES = 40


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make offline")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 1_000_000))
    parser.add_argument("--captures", type=int, default=None, help="how many reports the screens must have saved")
    parser.add_argument("--short", action="store_true", help="two phones, short stalls: under three minutes")
    given = parser.parse_args(arguments)
    if given.short:
        wanted = Wanted.short(given.seed, given.captures or SHORT_CAPTURES)
    else:
        wanted = Wanted(given.seed, given.captures or 300)
    # Servers of its own only: it kills them.
    for name in ("DATABASE_URL", "REDIS_URL", "SIGHTLINE_PHOTO_STORE", "SIGHTLINE_PHOTO_FOLDER"):
        os.environ.pop(name, None)
    stack = WholeStack(State.at(State.here().path("offline")))
    folder = _folder(wanted.seed)
    print(f"seed {wanted.seed}, {wanted.captures} captures, {wanted.phones} phones; notes in {folder}", flush=True)
    began = time.monotonic()
    try:
        stack.start("--defects", "200", "--no-basemap")
        _django()
        run = Run(wanted, stack, folder, lambda words: print(words, flush=True))
        findings = asyncio.run(run.go())
    finally:
        stack.stop()
    code = _report(run, findings, began)
    if code == 0:
        for profile in folder.glob("phone-*"):
            shutil.rmtree(profile, ignore_errors=True)
    return code


def _folder(seed: int) -> Path:
    folder = CHECKOUT / "var" / "offline" / str(seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"
    import django

    django.setup()


def _report(run: Run, findings: Findings, began: float) -> int:
    """Prints what was injected, what was found, and the closing line; the exit code."""
    print("\nInjected:")
    for what, count in run.injected().items():
        print(f"{count:7}  {what}")
    print(f"{run.traffic['requests']:7}  requests in all, {run.traffic['sent on']} of them sent on")
    print(f"{len(run.journal.in_flight):7}  reports under way that no screen said were saved")
    if run.stumbles:
        print("\nWhat screens said, or how phones broke off, instead of Saved:")
        for words, count in run.stumbles.most_common(12):
            print(f"{count:7}  {words}")
    never = run.never_happened()
    troubles = list(findings.troubles())
    for words in troubles[:20]:
        print(words)
    if len(troubles) > 20:
        print(f"… and {len(troubles) - 20} more")
    for what in never:
        print(f"never happened: {what}")
    ok = findings.all_is_well and not never and findings.captured >= run.wanted.captures
    print(f"\n{findings.closing_line()} · seed {run.wanted.seed} · {time.monotonic() - began:.0f} s", flush=True)
    if not ok:
        short = " --short" if run.wanted.phones == 2 else ""
        again = f"python -m tests.offline --seed {run.wanted.seed} --captures {run.wanted.captures}{short}"
        print(f"NOT PROVEN. Repeat with: {again}\nJournal, requests and profiles: {run.folder}", flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
