"""A report as PDF: its page and its photos are laid into a folder, and `insight.typesetter` sets them."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from PIL import Image

from audits.models import Audit
from insight import report_pages, typesetter
from insight.report_rules import Reader
from media import storage
from media.models import Photo

log = structlog.get_logger(__name__)

# A photo stands 40 mm wide: this is some 300 dots an inch, which is as much as a printer shows.
PRINT_SIDE_PIXELS: Final = 480
_PRINT_QUALITY: Final = 80
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_WALL_SECONDS: Final = 150
_KEPT_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "HOME", "XDG_CACHE_HOME")

# Says how far it is: steps done, and steps in all.
Progress = Callable[[int, int], None]


class NotSet(Exception):
    """The pages could not be set; it may go better another time."""


class _InAFolder:
    """Photos as files beside the page, as large as they are printed. Never originals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wanted: dict[str, Photo] = {}

    def source_of(self, photo: Photo) -> str:
        name = f"photos/{photo.pk}.jpg"
        self.wanted[name] = photo
        return name

    def write(self, name: str) -> None:
        """One photo, made smaller from its view; grey where the store can't give it."""
        path = self.folder / name
        try:
            with storage.open_stored(self.wanted[name].view_key) as file, Image.open(file, formats=["JPEG"]) as view:
                # Decoded straight to the nearest size that JPEG itself knows: a quarter of the work.
                view.draft("RGB", (PRINT_SIDE_PIXELS, PRINT_SIDE_PIXELS))
                view.thumbnail((PRINT_SIDE_PIXELS, PRINT_SIDE_PIXELS), Image.Resampling.BILINEAR)
                view.convert("RGB").save(path, "JPEG", quality=_PRINT_QUALITY)
        except (OSError, storage.StoreUnavailable):
            log.warning("photo_not_in_report", photo=str(self.wanted[name].pk))
            Image.new("RGB", (8, 6), "#e6eaec").save(path, "JPEG")


def write_pdf(audit: Audit, reader: Reader, folder: Path, now: dt.datetime, progress: Progress) -> Path:
    """Sets the report in ``folder``, which is empty, and returns the PDF's path. Raises NotSet."""
    (folder / "photos").mkdir()
    shutil.copytree(report_pages.FONTS, folder / "fonts", ignore=shutil.ignore_patterns("LICENSE"))
    pictures = _InAFolder(folder)
    html = report_pages.render(audit, reader, pictures, now, fonts=report_pages.fonts_beside("fonts"))
    (folder / typesetter.SOURCE).write_text(html, encoding="utf-8")
    total = len(pictures.wanted) + typesetter.STEPS
    progress(0, total)
    for done, name in enumerate(pictures.wanted, start=1):
        pictures.write(name)
        progress(done, total)
    _set(folder, lambda step: progress(len(pictures.wanted) + step, total))
    return folder / typesetter.TARGET


def _set(folder: Path, on_step: Callable[[int], None]) -> None:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    said = (folder / "said.log").open("wb")
    with (
        said,
        subprocess.Popen(
            [sys.executable, "-m", "insight.typesetter", str(_MEMORY_BYTES), str(folder)],
            cwd=settings.BASE_DIR,
            # One arena: threads of the font library would each keep their own otherwise.
            env=environment | {"MALLOC_ARENA_MAX": "2"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as child,
    ):
        stop = threading.Timer(_WALL_SECONDS, child.kill)
        stop.start()
        try:
            for line in child.stdout or ():
                step = json.loads(line).get("step")
                if step:
                    on_step(step)
            ended = child.wait()
        finally:
            stop.cancel()
            child.kill()
    if ended != 0:
        log.error("report_not_set", ended=ended, said=(folder / "said.log").read_text(errors="replace")[-800:])
        raise NotSet(f"the typesetter ended with {ended}")
