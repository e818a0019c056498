"""The state folder: all that one running Sightline keeps, and nothing of any other.

Two checkouts, or two state folders of one checkout, run side by side because each
folder remembers its own ports, password and processes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# Where the search for a free port starts; away from each program's usual port, so
# that nobody's own PostgreSQL or Redis is ever met by mistake.
FIRST_PORT = {"web": 8420, "postgres": 54420, "redis": 63420, "seaweed": 8300}
PORTS_SEARCHED = 400


class CannotGoOn(Exception):
    """Something is missing; the message is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class State:
    """One state folder. Make it with `State.here()` or `State.at(path)`."""

    folder: Path

    @classmethod
    def here(cls, default: str = "var/state") -> State:
        """The folder named by SIGHTLINE_STATE, or `default` inside the checkout."""
        return cls.at(Path(os.environ.get("SIGHTLINE_STATE") or CHECKOUT / default))

    @classmethod
    def at(cls, folder: Path) -> State:
        folder = folder.expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def subfolder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self, name: str, size_bytes: int = 48) -> str:
        """A random secret (base64url), made once, kept in a file that only its owner may read."""
        self.path("secrets").mkdir(mode=0o700, exist_ok=True)
        path = self.path("secrets", name)
        if not path.exists():
            # Written whole under another name, so that nobody reads half a secret.
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(size_bytes))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text().strip()

    def port(self, name: str) -> int:
        """The port that `name` had last time if it is free, else the next free one."""
        ports = self._ports()
        remembered = ports.get(name)
        if remembered and is_free(remembered):
            return remembered
        taken = {number for key, number in ports.items() if key != name}
        ports[name] = free_port(FIRST_PORT[name.split(".")[0]], taken)
        draft = self.path("ports.json.new")
        draft.write_text(json.dumps(ports, indent=2, sort_keys=True) + "\n")
        draft.replace(self.path("ports.json"))
        return ports[name]

    def last_port(self, name: str) -> int | None:
        """The port that `name` was given last, running or not."""
        return self._ports().get(name)

    def _ports(self) -> dict[str, int]:
        try:
            return dict(json.loads(self.path("ports.json").read_text()))
        except FileNotFoundError:
            return {}

    @contextlib.contextmanager
    def lock(self, name: str, *, refuse: str | None = None) -> Iterator[None]:
        """Hold the folder's lock `name`.

        Waits for whoever has it; with `refuse`, raises `CannotGoOn(refuse)` instead.
        """
        with self.path(f"{name}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if refuse else 0))
            except BlockingIOError:
                raise CannotGoOn(refuse or "") from None
            yield


def is_free(port: int) -> bool:
    """Whether nothing listens on this loopback port."""
    with socket.socket() as probe:
        # As servers do, so that a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(first: int, taken: set[int] | frozenset[int] = frozenset()) -> int:
    """The first free loopback port from `first` on that is not in `taken`."""
    for port in range(first, first + PORTS_SEARCHED):
        if port not in taken and is_free(port):
            return port
    raise CannotGoOn(f"No free port was found between {first} and {first + PORTS_SEARCHED}.")
