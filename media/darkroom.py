"""Opens photos in a child process with limits, so that no file can hurt the server.

`media.pixels` does the work; here is what it may cost and what its end means.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings

from ledger.problems import Problem
from media import rules

log = structlog.get_logger(__name__)

_WALL_SECONDS: Final = 50
_AT_ONCE: Final = 2
_WAIT_SECONDS: Final = 25
_RETRY_AFTER_S: Final = 20

# Ends that the file itself brought about: a decoder crashed or ran for too long.
_THE_FILES_FAULT: Final = frozenset(
    {
        signal.SIGSEGV,
        signal.SIGBUS,
        signal.SIGABRT,
        signal.SIGFPE,
        signal.SIGILL,
        signal.SIGXCPU,
        signal.SIGXFSZ,
    }
)
_KEPT_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")

# However many uploads arrive at once, this process opens only so many.
_places = threading.BoundedSemaphore(_AT_ONCE)


@dataclass(frozen=True)
class Finding:
    """What a photo is: size in pixels when upright, and its EXIF as `media.exif.read_exif` gives it."""

    content_type: str
    width: int
    height: int
    exif: dict[str, Any]


def examine(path: Path, *, announced: str) -> Finding:
    """Find out what a file really is, and read all of it.

    `announced` is the content type that it is said to have. Raises the
    problems `not_a_photo` (another kind of file, or not the type announced),
    `broken_photo`, `photo_too_many_pixels`, and `photo_not_checked` (503)
    where the check itself could not be made now.
    """
    with path.open("rb") as file:
        content_type = rules.content_type_of(file.read(rules.SNIFF_BYTES))
    if content_type is None:
        raise Problem("not_a_photo", detail="Send a JPEG, PNG, WebP, HEIC or AVIF photo.")
    if not rules.same_kind(announced, content_type):
        raise Problem("not_a_photo", detail=f"It was announced as {announced} but is {content_type}.")
    found = _in_a_child("inspect", path, content_type)
    return Finding(content_type, found["width"], found["height"], found["exif"])


def render(path: Path, *, content_type: str, folder: Path) -> dict[str, Path]:
    """Make every rendition of a photo as JPEG files in `folder`; rendition name -> file.

    Raises the same problems as `examine`.
    """
    made = _in_a_child("render", path, content_type, str(folder))
    return {name: folder / f"{name}.jpg" for name in made}


def _in_a_child(verb: str, path: Path, content_type: str, *more: str) -> dict[str, Any]:
    memory_bytes = settings.PHOTO_MEMORY_MB * rules.MEBIBYTE
    command = [
        *(sys.executable, "-m", "media.pixels", str(memory_bytes), verb),
        *(str(path), content_type, str(settings.PHOTO_MAX_PIXELS), *more),
    ]
    # No secret of ours goes where a stranger's file is opened.
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    with _a_place():
        try:
            done = subprocess.run(
                command,
                cwd=settings.BASE_DIR,
                env=environment | {"MALLOC_ARENA_MAX": "2"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("photo_check_timed_out", verb=verb, seconds=_WALL_SECONDS)
            raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S) from None
    return _answer_of(done, verb)


@contextmanager
def _a_place() -> Iterator[None]:
    if not _places.acquire(timeout=_WAIT_SECONDS):
        raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S)
    try:
        yield
    finally:
        _places.release()


def _answer_of(done: subprocess.CompletedProcess[bytes], verb: str) -> dict[str, Any]:
    if -done.returncode in _THE_FILES_FAULT:
        log.warning("photo_crashed_its_decoder", verb=verb, ended=done.returncode)
        raise Problem("broken_photo", detail="The photo can't be opened; it is damaged.")
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        answer = {}
    if "refused" in answer:
        raise Problem(answer["refused"]["code"], detail=answer["refused"]["detail"])
    if "ok" not in answer:
        said = done.stderr[-500:].decode("utf-8", "replace")
        log.error("photo_check_failed", verb=verb, ended=done.returncode, said=said)
        raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S)
    found: dict[str, Any] = answer["ok"]
    return found
