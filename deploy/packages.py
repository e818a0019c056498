"""What Sightline needs from the operating system, and how it gets there."""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy import postgres, redis_server
from deploy.state import CannotGoOn

NODE_NEEDED = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Part:
    """One thing that must be on the machine, and the Debian packages that bring it."""

    name: str
    is_there: Callable[[], bool]
    packages: tuple[str, ...] = ()
    # Set in the environment, this stands in for the part.
    instead: str | None = None


def _found(find: Callable[[], object]) -> bool:
    try:
        return bool(find())
    except CannotGoOn:
        return False


def node_is_new_enough() -> bool:
    """Whether Vite runs on the machine's own Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    numbers = version.stdout.strip().lstrip("v").split(".")
    return tuple(int(n) for n in numbers[:2] if n.isdigit()) >= NODE_NEEDED


def browser() -> str | None:
    """The path of the Chromium that browser tests drive."""
    named = os.environ.get("SIGHTLINE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


TO_CHECK = (
    Part("Python 3.11 or newer", lambda: sys.version_info >= (3, 11)),
    Part("Python's venv module", lambda: bool(importlib.util.find_spec("ensurepip")), ("python3-venv",)),
)
TO_RUN = (
    *TO_CHECK,
    Part(
        "PostgreSQL with PostGIS",
        lambda: _found(postgres.programs),
        ("postgresql-15", "postgresql-15-postgis-3"),
        instead="DATABASE_URL",
    ),
    Part("Redis", lambda: _found(redis_server.program), ("redis-server",), instead="REDIS_URL"),
    Part(
        "the GDAL and GEOS libraries",
        lambda: all(ctypes.util.find_library(name) for name in ("gdal", "geos_c")),
        ("libgdal32", "libgeos-c1v5"),
    ),
    Part(
        "Pango, which sets the pages of reports",
        lambda: all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0")),
        ("libpango-1.0-0", "libpangoft2-1.0-0"),
    ),
)
TO_TEST = (*TO_RUN, Part("Chromium", lambda: bool(browser()), ("chromium",)))


def ensure(parts: tuple[Part, ...]) -> None:
    """Install what is missing where that is allowed; else raise `CannotGoOn` naming it."""
    absent = missing(parts)
    wanted = [package for part in absent for package in part.packages]
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(wanted)} …", flush=True)
        _install(wanted)
        absent = missing(parts)
    if absent:
        raise CannotGoOn(how_to_go_on(absent))


def missing(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if not (part.instead and os.environ.get(part.instead)) and not part.is_there()]


def how_to_go_on(absent: list[Part]) -> str:
    """One sentence for the person at the keyboard."""
    names = " and ".join(part.name for part in absent)
    packages = " ".join(package for part in absent for package in part.packages)
    ways = []
    if packages:
        ways.append(f"let an administrator run `apt-get install {packages}`")
    instead = [part.instead for part in absent if part.instead]
    if instead and len(instead) == len(absent):
        ways.append(f"set {' and '.join(instead)} to servers that you have")
    ways.append("use `docker compose up` instead")
    return f"{names} {'is' if len(absent) == 1 else 'are'} missing here: {', or '.join(ways)}."


def _install(packages: list[str]) -> None:
    _keep_debian_from_making_a_cluster()
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
    install += ["-o", "Dpkg::Options::=--force-confold", *packages]
    with _services_stay_stopped():
        for command in (["apt-get", "update", "-q"], install):
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                print(done.stdout[-1500:], done.stderr[-1500:], sep="\n", file=sys.stderr)


def _keep_debian_from_making_a_cluster() -> None:
    """Debian's PostgreSQL package otherwise starts a cluster of its own on port 5432."""
    settings = Path("/etc/postgresql-common/createcluster.conf")
    settings.parent.mkdir(parents=True, exist_ok=True)
    words = settings.read_text() if settings.exists() else ""
    if "\ncreate_main_cluster" not in f"\n{words}":
        settings.write_text(f"{words}create_main_cluster = false\n")


@contextlib.contextmanager
def _services_stay_stopped() -> Iterator[None]:
    """Installing a server must not start the system's own one on its usual port."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()
