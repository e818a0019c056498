"""A report as HTML: one page that needs nothing else, or the source from which its PDF is set."""

from __future__ import annotations

import base64
import datetime as dt
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.template.loader import render_to_string

from audits.models import Audit
from insight.audit_report import partnership_report
from insight.report_parts import Pictures
from insight.report_rules import Reader
from insight.resident_report import resident_report
from media import storage
from media.models import Photo

log = structlog.get_logger(__name__)

FONTS: Final = Path(__file__).parent / "fonts"
# The second family holds the letters of more languages; a reader's system fills in the rest.
_FAMILIES: Final = {"latin": "Atkinson Hyperlegible", "latin-ext": "Atkinson Hyperlegible Ext"}
_WEIGHTS: Final = (400, 700)
# Grey, for a photo that the store could not give: a report that is asked for again shows it.
_NO_PHOTO: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='4' height='3'%3E"
    "%3Crect width='4' height='3' fill='%23e6eaec'/%3E%3C/svg%3E"
)


class InThePage:
    """Photos written into the page itself, at the size of a thumbnail."""

    def source_of(self, photo: Photo) -> str:
        try:
            with storage.open_stored(photo.thumbnail_key) as file:
                return _as_data("image/jpeg", file)
        except (FileNotFoundError, storage.StoreUnavailable):
            log.warning("photo_not_in_report", photo=str(photo.pk))
            return _NO_PHOTO


def page(audit: Audit, reader: Reader, now: dt.datetime) -> str:
    """The report as one HTML file that fetches nothing."""
    return render(audit, reader, InThePage(), now, fonts=_fonts_in_the_page())


def render(audit: Audit, reader: Reader, pictures: Pictures, now: dt.datetime, *, fonts: list[dict[str, Any]]) -> str:
    """The report's HTML. ``pictures`` says where photos are shown from, ``fonts`` where letters come from."""
    if reader == Reader.RESIDENTS:
        return render_to_string("insight/resident_report.html", {"report": resident_report(audit, now), "fonts": fonts})
    report = partnership_report(audit, pictures, now)
    return render_to_string("insight/audit_report.html", {"report": report, "fonts": fonts})


def fonts_beside(folder: str) -> list[dict[str, Any]]:
    """The fonts as files of a folder beside the page; `FONTS` holds them under the same names."""
    return [
        {"family": family, "weight": weight, "source": f"{folder}/{font_file(subset, weight)}"}
        for subset, family in _FAMILIES.items()
        for weight in _WEIGHTS
    ]


def font_file(subset: str, weight: int) -> str:
    return f"atkinson-hyperlegible-{subset}-{weight}.woff2"


@cache
def _fonts_in_the_page() -> list[dict[str, Any]]:
    fonts = fonts_beside(".")
    for font in fonts:
        with (FONTS / font["source"]).open("rb") as file:
            font["source"] = _as_data("font/woff2", file)
    return fonts


def _as_data(content_type: str, file: IO[bytes]) -> str:
    return f"data:{content_type};base64,{base64.b64encode(file.read()).decode()}"
