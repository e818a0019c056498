"""The virtual environment, the npm packages and the built PWA of one checkout.

Each is made again only when what it is made from has changed: a stamp file keeps the
hash of that, so a second `make run` has nothing to do.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy import packages
from deploy.processes import run
from deploy.state import CHECKOUT, CannotGoOn

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin/python"
PWA = CHECKOUT / "pwa"
LINTERS = CHECKOUT / "deploy/lint"
STAMPS = CHECKOUT / "var/stamps"
NODE = CHECKOUT / "var/node"
NODE_PATH = NODE / "path"
MADE_IN_PWA = {"node_modules", "dist", "dev-dist", "coverage", "test-results"}


def ensure_python() -> None:
    """`.venv` with exactly what requirements/dev.txt pins, each file checked by its hash."""
    locks = [CHECKOUT / "requirements" / name for name in ("uv.txt", "dev.txt")]
    with _stamp("python", content_hash(locks, sys.version, str(VENV))) as stale:
        if stale or not PYTHON.exists():
            _install_python(*locks)


def _install_python(uv_lock: Path, lock: Path) -> None:
    print("Installing Python packages …", flush=True)
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", VENV])
    pip = (PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r")
    run([*pip, uv_lock])
    try:
        run([VENV / "bin/uv", "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", lock])
    except CannotGoOn:
        # uv does not read pip's settings: where only those know the way to a mirror, pip goes.
        run([*pip, lock])


def ensure_node() -> None:
    """Node for the PWA's build: the machine's own if it is new enough, else the one from PyPI."""
    if packages.node_is_new_enough():
        return
    lock = CHECKOUT / "requirements/node.txt"
    with _stamp("node", content_hash([lock])) as stale:
        if stale or not (NODE / "bin/npm").exists():
            print("Installing Node …", flush=True)
            run([sys.executable, "-m", "venv", NODE])
            run([NODE / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock])
            # A folder of its own: the one beside it holds a Python that nobody should find.
            NODE_PATH.mkdir(exist_ok=True)
            for name in ("node", "npm", "npx"):
                (NODE_PATH / name).unlink(missing_ok=True)
                (NODE_PATH / name).symlink_to(NODE / "bin" / name)
    os.environ["PATH"] = f"{NODE_PATH}:{os.environ['PATH']}"


def ensure_npm(folder: Path) -> None:
    """node_modules of one folder, exactly as its package-lock.json says."""
    if not (folder / "package-lock.json").exists():
        return
    ensure_node()
    name = "-".join(folder.relative_to(CHECKOUT).parts)
    with _stamp(f"npm-{name}", content_hash([folder / "package-lock.json"])) as stale:
        if stale or not (folder / "node_modules").exists():
            print(f"Installing npm packages of {name} …", flush=True)
            run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder)


def ensure_pwa_built() -> None:
    """pwa/dist, built again when any source of the PWA changed."""
    if not (PWA / "package.json").exists():
        return
    ensure_npm(PWA)
    with _stamp("pwa-build", content_hash(_pwa_sources())) as stale:
        if stale or not (PWA / "dist/index.html").exists():
            print("Building the PWA …", flush=True)
            run(["npm", "run", "build"], cwd=PWA)


def enter_venv() -> None:
    """Go on inside `.venv`: replaces this process unless it is there already."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606


def in_venv(*arguments: str, env: dict[str, str]) -> None:
    """Run Python in the checkout with its output shown; raises `CannotGoOn` if it fails."""
    done = subprocess.run([PYTHON, *arguments], cwd=CHECKOUT, env=os.environ | env, check=False)
    if done.returncode:
        raise CannotGoOn(f"`{' '.join(arguments)}` failed with code {done.returncode}.")


def _pwa_sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(PWA):
        folders[:] = sorted(set(folders) - MADE_IN_PWA)
        yield from (Path(folder, name) for name in sorted(names) if not name.endswith(".tsbuildinfo"))


def content_hash(files: Iterable[Path], *words: str) -> str:
    """One hash over the names and contents of files of the checkout, and over some words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in files:
        digest.update(f"\0{path.relative_to(CHECKOUT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _stamp(name: str, wanted: str) -> Iterator[bool]:
    """Yields whether `name` must be made again, and stamps it when that went well.

    Held under a lock, so that two commands in one checkout don't install at once.
    """
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp = STAMPS / name
    with (STAMPS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stale = not stamp.exists() or stamp.read_text() != wanted
        yield stale
        if stale:
            stamp.write_text(wanted)
