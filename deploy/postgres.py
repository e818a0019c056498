"""A PostgreSQL cluster of our own, with PostGIS, inside the state folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy import processes
from deploy.state import CannotGoOn, State, is_free

USER = "sightline"
DATABASE = "sightline"
START_ATTEMPTS = 3

# Loopback TCP with a password is the only door: a socket's path is limited to 107
# bytes, which a deep checkout exceeds.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "log_min_duration_statement": "2000",
    "jit": "off",
}
# For databases that live as long as a test run: nothing there has to outlive a power cut.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """The folder with initdb, pg_ctl and postgres of the newest PostgreSQL that has PostGIS."""
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "pg_ctl").exists()
        and Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists()
    ]
    on_path = shutil.which("pg_ctl")
    if not found and on_path:
        found = [Path(on_path).resolve().parent]
    if not found:
        raise CannotGoOn("PostgreSQL with PostGIS is not installed.")
    return max(found, key=lambda folder: [int(n) for n in folder.parent.name.split(".") if n.isdigit()])


def start(state: State, *, throwaway: bool = False) -> int:
    """Start the folder's cluster, made first if need be, and return its port."""
    folder = state.path("postgres")
    if running(state):
        return _port_in_use(folder)
    as_owner = _make_cluster(state, folder)
    for attempt in range(1, START_ATTEMPTS + 1):
        port = state.port("postgres")
        try:
            _start_on(folder, port, as_owner, throwaway=throwaway)
            break
        except CannotGoOn:
            # Another checkout may have taken the port between the look and the start.
            if is_free(port) or attempt == START_ATTEMPTS:
                raise
    _create_database(state, port)
    return port


def _start_on(folder: Path, port: int, as_owner: list[str], *, throwaway: bool) -> None:
    settings = SETTINGS | {"port": str(port)} | (THROWAWAY if throwaway else {})
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    log = folder / "server.log"
    command = [programs() / "pg_ctl", "start", "-D", folder, "-s", "-w", "-t", "60"]
    try:
        # Not through a pipe: the server would inherit it and hold it open for ever.
        subprocess.run(
            [*as_owner, *map(str, command), "-l", str(log), "-o", options],
            cwd=folder if not as_owner else "/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    except subprocess.CalledProcessError:
        words = "\n".join(log.read_text().splitlines()[-8:]) if log.exists() else "no log"
        raise CannotGoOn(f"PostgreSQL did not start on port {port}; {log} ends with:\n{words}") from None


def stop(state: State, *, mode: str = "fast") -> None:
    """Fast shutdown: open transactions are rolled back, what was committed stays. "immediate" is a crash."""
    folder = state.path("postgres")
    if running(state):
        processes.run(
            [*_owner_prefix(folder), programs() / "pg_ctl", "stop", "-D", folder, "-m", mode, "-t", "60"],
            cwd="/",
        )


def running(state: State) -> bool:
    """Whether this folder's cluster runs; a pid file left by a crash does not count."""
    pid = processes.read_pid(state.path("postgres", "postmaster.pid"), "postgres")
    return bool(pid) and processes.answers(_port_in_use(state.path("postgres")))


def url(state: State, port: int, database: str = DATABASE) -> str:
    return f"postgis://{USER}:{state.secret('postgres')}@127.0.0.1:{port}/{database}"


def psql(state: State, port: int, database: str, statement: str) -> str:
    """Run one statement as the cluster's owner and return the bare values."""
    return processes.run(
        [programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement],
        env=os.environ
        | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": USER,
            "PGPASSWORD": state.secret("postgres"),
            "PGDATABASE": database,
        },
    ).strip()


def _create_database(state: State, port: int) -> None:
    databases = psql(state, port, "postgres", "select datname from pg_database").split()
    if DATABASE not in databases:
        psql(state, port, "postgres", f"create database {DATABASE}")
        psql(state, port, DATABASE, "create extension if not exists postgis")


def _port_in_use(folder: Path) -> int:
    """The fourth line of PostgreSQL's own pid file."""
    lines = (folder / "postmaster.pid").read_text().splitlines()
    return int(lines[3]) if len(lines) > 3 else 0


def _make_cluster(state: State, folder: Path) -> list[str]:
    """Run initdb once; returns the prefix with which the cluster's owner runs programs."""
    if (folder / "PG_VERSION").exists():
        return _owner_prefix(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    as_owner = _choose_owner(folder)
    # The password goes by a file that initdb reads as the owner, never by a command line.
    with tempfile.NamedTemporaryFile("w", prefix="sightline-", dir="/tmp") as password:
        password.write(state.secret("postgres"))
        password.flush()
        owner = folder.stat()
        os.chown(password.name, owner.st_uid, owner.st_gid)
        processes.run(
            [
                *as_owner,
                programs() / "initdb",
                *("-D", folder, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8"),
                *("--auth=scram-sha-256", f"--pwfile={password.name}", "--no-instructions"),
            ],
            cwd="/",
        )
    return as_owner


def _choose_owner(folder: Path) -> list[str]:
    """How to run PostgreSQL, which refuses root, for a new cluster in `folder`.

    Not root: directly. Root, and the `postgres` user can reach the folder: as that
    user. Root in a folder that only root may enter: in a user namespace of our own,
    where root is called by another number.
    """
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        return _IN_NAMESPACE
    os.chown(folder, user.pw_uid, user.pw_gid)
    reaches = subprocess.run([*_AS_POSTGRES, "test", "-w", str(folder)], cwd="/", check=False)
    if reaches.returncode == 0:
        return _AS_POSTGRES
    os.chown(folder, 0, 0)
    return _IN_NAMESPACE


_AS_POSTGRES = ["runuser", "-u", "postgres", "--"]
_IN_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


def _owner_prefix(folder: Path) -> list[str]:
    """As `_choose_owner`, for a cluster that exists: its files say who runs it."""
    if os.geteuid() != 0:
        return []
    return _IN_NAMESPACE if folder.stat().st_uid == 0 else _AS_POSTGRES
