#!/usr/bin/env python3
"""Sightline on one machine: set up, start, stop.

    python3 deploy/stack.py setup       packages, virtual environment, the built PWA
    python3 deploy/stack.py run         everything, until Ctrl-C (this is `make run`)
    python3 deploy/stack.py services    this state folder's PostgreSQL and Redis (--s3: SeaweedFS)
    eval "$(python3 deploy/stack.py env)"    the way to them, for a shell
    python3 deploy/stack.py status      which of them run
    python3 deploy/stack.py stop        stop them; nothing is lost

The state folder is SIGHTLINE_STATE, or var/state in the checkout.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# As a script, Python looks beside this file first, where `deploy` is not a package.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from deploy import installs, packages, run, services  # noqa: E402
from deploy.state import CannotGoOn, State  # noqa: E402

PACKAGES_FOR = {
    "check": packages.TO_CHECK,
    "run": packages.TO_RUN,
    "test": packages.TO_TEST,
}


def set_up(options: argparse.Namespace) -> int:
    """Install and build what `run` or `test` needs; `check` needs the Python packages only."""
    packages.ensure(PACKAGES_FOR[options.purpose])
    installs.ensure_python()
    if options.purpose == "test":
        installs.ensure_npm(installs.LINTERS)
    if options.purpose != "check":
        installs.ensure_pwa_built()
    return 0


def start_services(options: argparse.Namespace) -> int:
    state = State.here()
    services.start(state, throwaway=options.throwaway)
    if options.s3:
        services.start_seaweed(state)
    return show_status(options)


def show_environment(_: argparse.Namespace) -> int:
    print(services.as_exports(services.environment(State.here())))
    return 0


def show_status(_: argparse.Namespace) -> int:
    for name, runs in services.running(State.here()).items():
        print(f"{name:10} {'runs' if runs else 'stopped'}")
    return 0


def stop(_: argparse.Namespace) -> int:
    services.stop(State.here())
    return 0


def run_everything(_: argparse.Namespace) -> int:
    return run.run(State.here())


COMMANDS = {
    "setup": set_up,
    "run": run_everything,
    "services": start_services,
    "env": show_environment,
    "status": show_status,
    "stop": stop,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    named = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands = {name: named.add_parser(name) for name in COMMANDS}
    commands["setup"].add_argument("--for", dest="purpose", choices=PACKAGES_FOR, default="run")
    commands["services"].add_argument("--s3", action="store_true", help="start SeaweedFS too")
    commands["services"].add_argument("--throwaway", action="store_true", help="fast, but not safe in a power cut")
    options = parser.parse_args(arguments)
    return COMMANDS[options.command](options)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as problem:
        sys.exit(f"sightline: {problem}")
