"""The library's drawings of how it should look and how it should not: SVG, made by us, beside the checklists."""

from __future__ import annotations

import re
from functools import cache

from checklists.library import LIBRARY

CONTENT_TYPE = "image/svg+xml"
_TITLE = re.compile(r"<title>([^<]+)</title>")


@cache
def drawings() -> dict[str, bytes]:
    """Every drawing by its name. One that changes gets another name: phones keep them."""
    return {path.stem: path.read_bytes() for path in sorted((LIBRARY / "pictures").glob("*.svg"))}


def words_of(name: str) -> str:
    """What a drawing shows: its title."""
    found = _TITLE.search(drawings()[name].decode())
    return found[1] if found else name
