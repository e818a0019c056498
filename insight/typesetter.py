"""Sets a report's page as PDF. A program of its own, with limits on memory and time. No Django.

Run by ``insight.report_pdf``: page layout takes a few hundred megabytes that a worker would otherwise
keep, and what people wrote and photographed is opened where there is nothing else to be found.

    python -m insight.typesetter MEMORY_BYTES FOLDER

Reads ``FOLDER/report.html`` and what it names in that folder, nothing else and nothing from outside,
and writes ``FOLDER/report.pdf``: tagged (PDF/UA-1), with title and language. Prints one JSON object a
line: ``{"step": n}`` for each of `STEPS`, then ``{"pages": n}``.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

STEPS: Final = 7
SOURCE: Final = "report.html"
TARGET: Final = "report.pdf"
_CPU_SECONDS: Final = 120
_MAX_OUTPUT_BYTES: Final = 64 * 1024 * 1024


def _is_within(url: str, folder: Path) -> bool:
    """Whether an address names a file that lies in the folder, wherever its dots and links lead."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return False
    return Path(unquote(parts.path)).resolve().is_relative_to(folder.resolve())


class _Steps(logging.Handler):
    """Tells each step once, as WeasyPrint's own log counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.last = 0

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage().split()
        if len(words) > 1 and words[0] == "Step" and words[1].isdigit() and int(words[1]) > self.last:
            self.last = int(words[1])
            _say({"step": self.last})


def _say(words: dict[str, Any]) -> None:
    print(json.dumps(words), flush=True)  # noqa: T201 - this is how it answers


def set_pages(folder: Path) -> int:
    """Writes the PDF beside its source; returns how many pages it has."""
    from weasyprint import HTML
    from weasyprint.logger import PROGRESS_LOGGER
    from weasyprint.urls import URLFetcher

    class OnlyTheFolder(URLFetcher):
        """No address of the network, no other file of this machine, no ``data:`` either."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not _is_within(url, folder):
                raise ValueError("a report is set from its own folder only")
            return super().fetch(url, headers)

    PROGRESS_LOGGER.addHandler(_Steps())
    PROGRESS_LOGGER.setLevel(logging.INFO)
    page = HTML(filename=str(folder / SOURCE), url_fetcher=OnlyTheFolder(allow_redirects=False))
    # Pictures wait on the disk instead of in memory.
    document = page.render(cache=str(folder), pdf_variant="pdf/ua-1")
    document.write_pdf(str(folder / TARGET), pdf_variant="pdf/ua-1")
    return len(document.pages)


def main(arguments: list[str]) -> int:
    """Runs one command line as in the module's docstring."""
    memory_bytes, folder = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_OUTPUT_BYTES, _MAX_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _say({"pages": set_pages(Path(folder))})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
