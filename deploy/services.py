"""The servers that Sightline stands on, and the environment that leads to them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from deploy import postgres, redis_server, seaweed
from deploy.state import CannotGoOn, State


def start(state: State, *, throwaway: bool = False) -> dict[str, str]:
    """Start what this folder needs and return the environment for Sightline's programs.

    A DATABASE_URL or REDIS_URL that is already set is used as it is, and no server of
    our own is started in its place. `throwaway` trades safety in a power cut for speed.
    """
    with state.lock("services"):
        if "DATABASE_URL" not in os.environ:
            postgres.start(state, throwaway=throwaway)
        if "REDIS_URL" not in os.environ:
            redis_server.start(state, throwaway=throwaway)
    return environment(state)


def start_seaweed(state: State) -> seaweed.Store:
    """Start the folder's S3 store; only tests and who asks for it need one."""
    with state.lock("services"):
        return seaweed.start(state)


def stop(state: State) -> None:
    """Stop every server of this folder; all that was committed is on disk afterwards."""
    with state.lock("services"):
        seaweed.stop(state)
        redis_server.stop(state)
        postgres.stop(state)


def running(state: State) -> dict[str, bool]:
    return {
        "postgres": postgres.running(state),
        "redis": redis_server.running(state),
        "seaweed": seaweed.running(state),
    }


def environment(state: State) -> dict[str, str]:
    """What Sightline's settings read, for the servers of this folder. Set values win.

    Raises `CannotGoOn` where a server of ours would be needed and has never been started.
    """
    own = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    for name, variable in own.items():
        if variable not in os.environ and state.last_port(name) is None:
            raise CannotGoOn("No servers here yet: run `python3 deploy/stack.py services` first.")
    made = {
        "SIGHTLINE_STATE": str(state.folder),
        "SIGHTLINE_ENVIRONMENT": "development",
        "SIGHTLINE_SECRET_KEY": state.secret("secret_key"),
        # 32 random bytes are a key of the curve that push messages are signed with.
        "SIGHTLINE_VAPID_PRIVATE_KEY": state.secret("vapid_private_key", 32),
        "SIGHTLINE_VAPID_CONTACT": "https://localhost",
        "DATABASE_URL": postgres.url(state, state.last_port("postgres") or 0),
        "REDIS_URL": redis_server.url(state, state.last_port("redis") or 0),
    }
    if seaweed.running(state) and os.environ.get("SIGHTLINE_PHOTO_STORE") == "s3":
        made |= seaweed.store(state).settings()
    return made | {name: os.environ[name] for name in made if os.environ.get(name)}


def as_exports(environment: Mapping[str, str]) -> str:
    """Lines for `eval` in a shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items())
