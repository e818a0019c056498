#!/usr/bin/env python3
"""Sightline on one machine: set up, start, stop.

    python3 deploy/stack.py setup       packages, virtual environment, the built PWA
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

from deploy import services  # noqa: E402
from deploy.state import CannotGoOn, State  # noqa: E402


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    start = commands.add_parser("services")
    start.add_argument("--s3", action="store_true", help="start SeaweedFS too")
    start.add_argument("--throwaway", action="store_true", help="fast, not safe in a power cut")
    for name in ("env", "status", "stop"):
        commands.add_parser(name)
    options = parser.parse_args(arguments)
    state = State.here()
    if options.command == "services":
        services.start(state, throwaway=options.throwaway)
        if options.s3:
            services.start_seaweed(state)
    elif options.command == "env":
        print(services.as_exports(services.environment(state)))
    elif options.command == "stop":
        services.stop(state)
    if options.command in ("services", "status"):
        for name, runs in services.running(state).items():
            print(f"{name:10} {'runs' if runs else 'stopped'}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as problem:
        sys.exit(f"sightline: {problem}")
