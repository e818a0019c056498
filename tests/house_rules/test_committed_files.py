"""What is committed names no registry, no machine and no secret."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

from deploy.state import CHECKOUT

# Written in pieces, so that this file doesn't name them either.
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "deb.debian" + ".org",
    "crates" + ".io",
    "proxy.golang" + ".org",
)
PATHS_OF_A_MACHINE = re.compile("(?:/" + r"work/(?:main|shared)\b|/" + "root/|/" + r"home/[a-z]+/)")
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")
LARGEST_FILE_BYTES = 2_000_000


@lru_cache(maxsize=1)
def committed() -> tuple[Path, ...]:
    """Every file in git's index that is there; outside a clone there is nothing to check."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (CHECKOUT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def texts() -> list[tuple[str, str]]:
    """(path, text) of each committed file that is text."""
    found = []
    for path in committed():
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            found.append((str(path.relative_to(CHECKOUT)), data.decode("utf-8", "replace")))
    return found


def test_no_file_names_a_package_registry() -> None:
    named = [f"{name}: {host}" for name, text in texts() for host in REGISTRY_HOSTS if host in text]
    assert named == []


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [f"{name}: {found.group()}" for name, text in texts() if (found := PATHS_OF_A_MACHINE.search(text))]
    assert named == []


def test_no_file_holds_a_private_key() -> None:
    assert [name for name, text in texts() if PRIVATE_KEY.search(text)] == []


def test_nothing_that_is_made_is_committed() -> None:
    made = re.compile(
        r"(^|/)(node_modules|__pycache__|\.venv|var|dist)/|\.(pyc|pmtiles|log)$|(^|/)(uv\.lock|pylock.*\.toml|\.env)$"
    )
    names = [str(path.relative_to(CHECKOUT)) for path in committed()]
    assert [name for name in names if made.search(name)] == []


def test_files_are_of_a_size_that_a_clone_can_bear() -> None:
    sizes = {str(path.relative_to(CHECKOUT)): path.stat().st_size for path in committed()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE_BYTES} == {}
