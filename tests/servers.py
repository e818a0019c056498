"""The real PostgreSQL, Redis and SeaweedFS of one test run.

They live in a state folder of their own: var/test-state in the checkout, or `test`
inside SIGHTLINE_STATE. Runs at the same time get a numbered folder each. A
DATABASE_URL or REDIS_URL in the environment is used instead of a server of our own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import urllib.parse
from pathlib import Path

from deploy import packages, seaweed, services
from deploy.state import CHECKOUT, CannotGoOn, State

MOST_RUNS_AT_ONCE = 9


class Servers:
    """Started once for a test run; `stop` ends them and gives the folder free."""

    def __init__(self) -> None:
        self.owns_redis = "REDIS_URL" not in os.environ
        self._held = contextlib.ExitStack()
        self.state = self._take_a_folder()
        self.photos = self.state.path("photos")
        shutil.rmtree(self.photos, ignore_errors=True)
        self.state.subfolder("static")
        packages.ensure(packages.TO_TEST)
        self.env = services.start(self.state, throwaway=True)
        self.env |= {"SIGHTLINE_PHOTO_FOLDER": str(self.photos)}

    def _take_a_folder(self) -> State:
        named = os.environ.get("SIGHTLINE_STATE")
        base = Path(named) / "test" if named else CHECKOUT / "var/test-state"
        for number in range(1, MOST_RUNS_AT_ONCE + 1):
            state = State.at(base / str(number))
            with contextlib.suppress(CannotGoOn):
                self._held.enter_context(state.lock("tests", refuse="taken"))
                return state
        raise CannotGoOn(f"{MOST_RUNS_AT_ONCE} test runs use {base} already.")

    def start_seaweed(self) -> seaweed.Store:
        return services.start_seaweed(self.state)

    def stop(self) -> None:
        services.stop(self.state)
        self._held.close()


def with_database(url: str, name: str) -> str:
    """The same server's address with another database."""
    return urllib.parse.urlsplit(url)._replace(path=f"/{name}").geturl()


def with_redis_database(url: str, number: int) -> str:
    """The same Redis with another of its numbered databases."""
    return urllib.parse.urlsplit(url)._replace(path=f"/{number}").geturl()
