"""What is taken out of words before the public reads them: plates, numbers of homes and telephones, names.

Pure. It goes by patterns and by the names that are known here, so a person still reads a resident version
before it is handed out; docs/eva.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LEFT_OUT = "[left out]"
NAME = "[a name]"

_STREET = (
    r"Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|Court|Drive|Way|Walk|Place|Row|Terrace|Crescent|Gardens|Grove|"
    r"Green|Square|Hill|Mews|Rise|View|House|Flats|Towers?"
)
_Pattern = tuple[re.Pattern[str], str]
_ALWAYS: tuple[_Pattern, ...] = (
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), LEFT_OUT),
    # British number plates: since 2001 (AB12 CDE) however they are written, then prefix, suffix and dateless.
    (re.compile(r"\b[A-Z]{2}\d{2}[ -]?[A-Z]{3}\b", re.IGNORECASE), LEFT_OUT),
    # In small letters only without a space: "the A45 and the park" is a road.
    (re.compile(r"\b(?:[A-Z]\d{1,3}[ -]?[A-Z]{3}|[a-z]\d{1,3}[a-z]{3})\b"), LEFT_OUT),
    (re.compile(r"\b(?:[A-Z]{3}[ -]?\d{1,3}[A-Z]|[a-z]{3}\d{1,3}[a-z])\b"), LEFT_OUT),
    (re.compile(r"\b(?:[A-Z]{3} ?\d{1,4}|\d{1,4} ?(?!MPH\b|AM\b|PM\b)[A-Z]{3})\b"), LEFT_OUT),
    (re.compile(r"(?<!\d)(?:\+44|0)(?:[ -]?\d){9,10}(?!\d)"), LEFT_OUT),
)
_HOMES: tuple[_Pattern, ...] = (
    # A full postcode names some fifteen homes.
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE), LEFT_OUT),
    # Homes: "flat 12b", "no. 7", and the number before a street's name; the street stays.
    (re.compile(r"\b(flat|apartment|unit|house number|number|no\.?) ?\d+[a-z]?\b", re.IGNORECASE), LEFT_OUT),
    (re.compile(rf"\b\d{{1,4}}[A-Za-z]?,? (?=(?:[A-Z][\w'’]+ ){{1,3}}(?:{_STREET})\b)"), ""),
)
_SHORTEST_NAME = 3


def redacted(text: str, names: Iterable[str] = (), *, homes: bool = True) -> str:
    """The text without number plates, telephone numbers, e-mail addresses and the given names, whole or in part
    ("Ms Ada Example": "Ada" alone too); with ``homes`` also without postcodes and the numbers of homes."""
    for pattern, instead in (*_HOMES, *_ALWAYS) if homes else _ALWAYS:
        text = pattern.sub(instead, text)
    for part in sorted(_parts(names), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(part)}(?=\b|['’]s)", NAME, text)
    return re.sub(rf"{re.escape(NAME)}(?: {re.escape(NAME)})+", NAME, text)


def _parts(names: Iterable[str]) -> set[str]:
    titles = {"Mrs", "Miss", "Sir", "Rev", "Cllr", "The"}
    found = set()
    for name in names:
        found |= {part for part in re.split(r"[\s,.]+", name) if len(part) >= _SHORTEST_NAME and part[0].isupper()}
    return found - titles
