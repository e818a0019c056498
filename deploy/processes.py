"""Starting and stopping programs by their process id, and waiting for them to answer."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.state import CannotGoOn


def alive(pid: int) -> bool:
    """Whether a process with this id runs and is not merely waiting to be collected."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
    except PermissionError:
        return True


def read_pid(path: Path, *programs: str) -> int | None:
    """The id in a pid file if that process is alive and is one of `programs`.

    After a crash or a restart of the machine the number may belong to a stranger.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(path.read_text().split()[0])
        if alive(pid) and Path(f"/proc/{pid}/comm").read_text().strip() in programs:
            return pid
    return None


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Ask `ready` until it says yes; raises `CannotGoOn` naming `what` after `seconds`."""
    ends_at = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > ends_at:
            raise CannotGoOn(f"{what} within {seconds:.0f} s.")
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(pid: int, *, seconds: float = 10, sig: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to end, and end it after `seconds` if it did not."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sig)
        ends_at = time.monotonic() + seconds
        while alive(pid):
            if time.monotonic() > ends_at:
                os.kill(pid, signal.SIGKILL)
                return
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.05)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> str:
    """Run a program quietly and return what it printed; its words are in the error if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        words = done.stdout.strip()
        if len(words) > 3000:
            words = f"{words[:1500]}\n[…]\n{words[-1500:]}"
        name = Path(str(command[0])).name
        raise CannotGoOn(f"{name} failed with code {done.returncode}: {words}")
    return done.stdout
