"""A Redis of our own inside the state folder; it writes every change to its append-only file."""

from __future__ import annotations

import shutil

from deploy import processes
from deploy.state import CannotGoOn, State, is_free

START_ATTEMPTS = 3


def program() -> str:
    """The path of redis-server, or of Valkey, which takes the same flags."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if not found:
        raise CannotGoOn("Redis is not installed.")
    return found


def start(state: State, *, throwaway: bool = False) -> int:
    """Start the folder's Redis and return its port."""
    port = state.last_port("redis")
    if running(state) and port:
        return port
    for attempt in range(1, START_ATTEMPTS + 1):
        port = state.port("redis")
        try:
            _start_on(state, port, throwaway=throwaway)
            return port
        except CannotGoOn:
            if is_free(port) or attempt == START_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _start_on(state: State, port: int, *, throwaway: bool) -> None:
    folder = state.subfolder("redis")
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    lines = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": state.secret("redis"),
        "dir": f'"{folder}"',
        "pidfile": f'"{folder / "redis.pid"}"',
        "logfile": f'"{folder / "server.log"}"',
        "daemonize": "yes",
        # The broker must refuse a task rather than drop one.
        "maxmemory-policy": "noeviction",
        "appendonly": "no" if throwaway else "yes",
        "save": '""' if throwaway else "300 1",
    }
    settings.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    processes.run([program(), settings], cwd=folder)
    processes.wait_until(
        lambda: running(state) and processes.answers(port),
        seconds=20,
        what=f"Redis did not answer on port {port} (see {folder / 'server.log'})",
    )


def stop(state: State) -> None:
    """Redis writes its file out on SIGTERM before it ends."""
    pid = _pid(state)
    if pid:
        processes.stop(pid, seconds=20)


def running(state: State) -> bool:
    return _pid(state) is not None


def _pid(state: State) -> int | None:
    return processes.read_pid(state.path("redis", "redis.pid"), "redis-server", "valkey-server")


def url(state: State, port: int, database: int = 0) -> str:
    return f"redis://:{state.secret('redis')}@127.0.0.1:{port}/{database}"
