"""Finds out what a file is, and opens photos in a child process with limits, so that none can hurt the server.

`media.pixels` does the opening; here is what it may cost and what its end means.
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
from media import headers, rules

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

# However many are asked for at once, this process opens only so many.
_places = threading.BoundedSemaphore(_AT_ONCE)


@dataclass(frozen=True)
class Developed:
    """What a photo is: size in pixels when upright, its EXIF as `media.exif.read_exif` gives it, and its
    renditions as JPEG files by name."""

    width: int
    height: int
    exif: dict[str, Any]
    renditions: dict[str, Path]


def kind_of(path: Path, *, announced: str) -> str:
    """The content type of a file by its first bytes; cheap, and no decoder sees the file.

    `announced` is the content type that it is said to have. Raises the
    problems `not_a_photo` (another kind of file, or not the type announced)
    and `photo_too_many_pixels` where the header already says so.
    """
    with path.open("rb") as file:
        content_type = rules.content_type_of(file.read(rules.SNIFF_BYTES))
    if content_type is None:
        raise Problem("not_a_photo", detail="Send a JPEG, PNG, WebP, HEIC or AVIF photo.")
    if not rules.same_kind(announced, content_type):
        raise Problem("not_a_photo", detail=f"It was announced as {announced} but is {content_type}.")
    size = headers.declared_size(path, content_type)
    if size is not None and rules.has_too_many_pixels(*size, settings.PHOTO_MAX_PIXELS):
        raise Problem(
            "photo_too_many_pixels",
            detail=f"The photo has {size[0]} × {size[1]} pixels; at most {settings.PHOTO_MAX_PIXELS:,} are taken.",
        )
    return content_type


def develop(path: Path, *, content_type: str, folder: Path) -> Developed:
    """Open all of a photo and make its renditions in `folder`.

    Raises the problems `broken_photo` and `photo_too_many_pixels`, which are
    about the file, and `photo_not_checked` (503) where the opening itself
    could not be done now.
    """
    found = _in_a_child(path, content_type, folder)
    renditions = {name: folder / f"{name}.jpg" for name in found["renditions"]}
    return Developed(found["width"], found["height"], found["exif"], renditions)


def _in_a_child(path: Path, content_type: str, folder: Path) -> dict[str, Any]:
    memory_bytes = settings.PHOTO_MEMORY_MB * rules.MEBIBYTE
    command = [
        *(sys.executable, "-m", "media.pixels", str(memory_bytes)),
        *(str(path), content_type, str(settings.PHOTO_MAX_PIXELS), str(folder)),
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
            log.warning("photo_timed_out", seconds=_WALL_SECONDS)
            raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S) from None
    return _answer_of(done)


@contextmanager
def _a_place() -> Iterator[None]:
    if not _places.acquire(timeout=_WAIT_SECONDS):
        raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S)
    try:
        yield
    finally:
        _places.release()


def _answer_of(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    if -done.returncode in _THE_FILES_FAULT:
        log.warning("photo_crashed_its_decoder", ended=done.returncode)
        raise Problem("broken_photo", detail="The photo can't be opened; it is damaged.")
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        answer = {}
    if "refused" in answer:
        raise Problem(answer["refused"]["code"], detail=answer["refused"]["detail"])
    if "ok" not in answer:
        said = done.stderr[-500:].decode("utf-8", "replace")
        log.error("photo_not_opened", ended=done.returncode, said=said)
        raise Problem("photo_not_checked", retry_after_s=_RETRY_AFTER_S)
    found: dict[str, Any] = answer["ok"]
    return found
