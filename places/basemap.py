"""Serves the basemap's PMTiles file by HTTP Range: a phone reads the few kilobytes that it shows.

RFC 9110 section 14: one range a request is answered with 206; several, or one that we can't read,
with the whole file; one beyond the end with 416.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\.pmtiles")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK_BYTES = 64 * 1024


def basemap_file() -> Path | None:
    """The operator's PMTiles (`SIGHTLINE_BASEMAP`), else the demo borough's, else None."""
    if settings.BASEMAP:
        chosen = Path(settings.BASEMAP)
        return chosen if chosen.is_file() else None
    made = sorted((Path(settings.STATE_DIR) / "basemap").glob("*.pmtiles"))
    return made[0] if made else None


def basemap_path() -> str | None:
    """The address that phones load the basemap from, or None where there is none."""
    file = basemap_file()
    return f"/basemap/{served_name(file)}" if file else None


def served_name(file: Path) -> str:
    """The file's name as it appears in its address: lower case, nothing that needs escaping."""
    stem = re.sub(r"[^a-z0-9_-]+", "-", file.stem.lower()).strip("-_")[:56] or "basemap"
    return f"{stem}.pmtiles"


@require_safe
def basemap(request: HttpRequest, name: str) -> HttpResponseBase:
    """`GET /basemap/<name>.pmtiles`. Only the one configured file is served, whatever the name says."""
    file = basemap_file()
    if file is None or not _NAME.fullmatch(name) or name != served_name(file):
        return HttpResponse("There is no such map here.\n", status=404, content_type="text/plain")
    facts = file.stat()
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    response = _answer(request, file, facts.st_size, etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = formatdate(facts.st_mtime, usegmt=True)
    response["Cache-Control"] = "public, max-age=3600, must-revalidate"
    # Tiles are compressed inside the file; compressing a range again would break its byte positions.
    response["Content-Encoding"] = "identity"
    return response


def _answer(request: HttpRequest, file: Path, size: int, etag: str) -> HttpResponseBase:
    asked = request.headers.get("Range")
    if asked is None or request.headers.get("If-Range", etag) != etag:
        if etag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
            return HttpResponse(status=304)
        return FileResponse(file.open("rb"), content_type="application/vnd.pmtiles")
    span = _span(asked, size)
    if span is None:
        return FileResponse(file.open("rb"), content_type="application/vnd.pmtiles")
    first, last = span
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_bytes(file, first, last), status=206, content_type="application/vnd.pmtiles")
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the range; (1, 0) when it can't be met; None when it is to be ignored."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        wanted = min(int(last), size)
        return (size - wanted, size - 1) if wanted else (1, 0)
    if int(first) >= size:
        return 1, 0
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if end >= int(first) else None


def _bytes(file: Path, first: int, last: int) -> Iterator[bytes]:
    with file.open("rb") as handle:
        handle.seek(first)
        left = last - first + 1
        while left and (chunk := handle.read(min(_CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
