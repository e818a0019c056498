"""What a category library must be. Pure: no Django, no files; checklists/library.py reads the files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class PhotoRule(StrEnum):
    REQUIRED = "required"
    WANTED = "wanted"
    OPTIONAL = "optional"


class CodeListName(StrEnum):
    WASTE = "waste"
    SIZE = "size"
    LAND = "land"


# The targets that a category may name; routing gives each its clock. docs/categories.md explains them.
SERVICE_LEVELS: dict[str, str] = {
    "clock-2h": "2 clock hours",
    "clock-4h": "4 clock hours",
    "clock-24h": "24 clock hours",
    "wd-1": "1 working day",
    "wd-3": "3 working days",
    "wd-5": "5 working days",
    "wd-7": "7 working days",
    "wd-10": "10 working days",
    "wd-20": "20 working days",
    "cal-28": "28 calendar days",
}

_CATEGORY_CODE = re.compile(r"[A-Z]{2}-[A-Z]{3}")
_CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_LEAST_WORDS = 5


@dataclass(frozen=True)
class Source:
    """A mapping as it stands in a file: ``lines`` says where each of its keys is."""

    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LibraryError:
    """One thing to mend. ``subject`` is the code of the category, group or list entry at fault."""

    file: str
    line: int
    subject: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.subject}: {self.message}"
            if self.subject
            else (f"{self.file}:{self.line}: {self.message}")
        )


@dataclass(frozen=True)
class GroupEntry:
    code: str
    label: str
    icon: str
    position: int


@dataclass(frozen=True)
class CategoryEntry:
    code: str
    group: str
    position: int
    label: str
    words: tuple[str, ...]
    icon: str
    severity: int
    severity_in_hotspot: int
    photo_rule: str
    evidence: bool
    fly_tipping: bool
    waste_types: tuple[str, ...]
    sizes: tuple[str, ...]
    land_types: tuple[str, ...]
    responsible: str
    default_service_level: str
    basis: str


@dataclass(frozen=True)
class CodeEntry:
    list: str
    code: str
    label: str
    defra_heading: str
    position: int


@dataclass(frozen=True)
class Library:
    """A checked library. ``version`` is the same for the same content, whatever the file's layout."""

    version: str
    groups: tuple[GroupEntry, ...]
    categories: tuple[CategoryEntry, ...]
    codes: tuple[CodeEntry, ...]


_TEXT_MOST = {"label": 80, "icon": 24, "responsible": 120, "basis": 240}
_GROUP_KEYS = {"code", "label", "icon", "position", "categories"}
_CATEGORY_KEYS = {
    "code", "label", "words", "icon", "severity", "severity_in_hotspot", "photo", "evidence", "fly_tipping",
    "responsible", "service_level", "basis",
}  # fmt: skip
_OPTIONAL_KEYS = {"evidence", "fly_tipping"}
_CODE_KEYS = {"code", "label", "defra"}


def check_keys(source: Source, known: set[str], optional: Iterable[str] = ()) -> list[LibraryError]:
    """Errors for keys that are missing from the source or not known there."""
    subject = str(source.values.get("code", ""))
    errors = [
        LibraryError(source.file, source.lines.get(key, source.line), subject, f"{key!r} is not known here")
        for key in source.values
        if key not in known
    ]
    missing = known - set(source.values) - set(optional)
    return errors + [LibraryError(source.file, source.line, subject, f"{key!r} is missing") for key in sorted(missing)]


def check_group(source: Source) -> list[LibraryError]:
    """Errors of a group's own fields (its categories are checked one by one)."""
    errors = check_keys(source, _GROUP_KEYS)
    values = source.values
    errors += _wrong_text(source, ("label", "icon"))
    if not _is_code(values.get("code"), _CODE, 24):
        errors.append(_error(source, "code", "a group's code is small letters with hyphens, at most 24"))
    if not _is_whole(values.get("position"), 1, 999):
        errors.append(_error(source, "position", "'position' is a whole number from 1 to 999"))
    if not isinstance(values.get("categories"), list) or not values.get("categories"):
        errors.append(_error(source, "categories", "'categories' is a list with at least one category"))
    return errors


def check_category(source: Source, codes: Mapping[str, frozenset[str]]) -> list[LibraryError]:
    """Errors of one category; ``codes`` is list name → the codes that fly_tipping.yaml knows."""
    errors = check_keys(source, _CATEGORY_KEYS, _OPTIONAL_KEYS)
    values = source.values
    errors += _wrong_text(source, ("label", "icon", "responsible", "basis"))
    if not _is_code(values.get("code"), _CATEGORY_CODE, 12):
        errors.append(_error(source, "code", "a category's code looks like 'FT-GEN'"))
    severity, in_hotspot = values.get("severity"), values.get("severity_in_hotspot")
    for key, value in (("severity", severity), ("severity_in_hotspot", in_hotspot)):
        if key in values and not _is_whole(value, 1, 4):
            errors.append(_error(source, key, f"{key!r} is 1 (critical), 2, 3 or 4 (low), not {value!r}"))
    if _is_whole(severity, 1, 4) and _is_whole(in_hotspot, 1, 4) and in_hotspot > severity:  # type: ignore[operator]
        errors.append(_error(source, "severity_in_hotspot", "a hotspot never makes it milder: 1 is the worst"))
    if "photo" in values and values["photo"] not in list(PhotoRule):
        errors.append(_error(source, "photo", f"'photo' is one of {', '.join(PhotoRule)}, not {values['photo']!r}"))
    if not isinstance(values.get("evidence", False), bool):
        errors.append(_error(source, "evidence", f"'evidence' is true or false, not {values['evidence']!r}"))
    if "service_level" in values and values["service_level"] not in list(SERVICE_LEVELS):
        known = ", ".join(SERVICE_LEVELS)
        errors.append(
            _error(
                source,
                "service_level",
                f"{values['service_level']!r} is not a service level; known are {known}",
            )
        )
    return errors + _wrong_words(source) + _wrong_fly_tipping(source, codes)


def check_code(source: Source) -> list[LibraryError]:
    """Errors of one entry of a fly-tipping code list."""
    errors = check_keys(source, _CODE_KEYS)
    for key in ("label", "defra"):
        if key in source.values and not _is_text(source.values[key], 60):
            errors.append(_error(source, key, f"{key!r} is text of at most 60 characters"))
    if not _is_code(source.values.get("code"), _CODE, 32):
        errors.append(_error(source, "code", "a code is small letters and digits with underscores, at most 32"))
    return errors


def check_unique(sources: Iterable[Source]) -> list[LibraryError]:
    """Errors for a code that an earlier source has already taken; names where."""
    first: dict[str, Source] = {}
    errors = []
    for source in sources:
        code = str(source.values.get("code", ""))
        if code in first:
            taken = first[code]
            errors.append(_error(source, "code", f"the code is taken already at {taken.file}:{taken.line}"))
        elif code:
            first[code] = source
    return errors


def category_entry(
    values: Mapping[str, Any], *, group: str, position: int, codes: Mapping[str, tuple[str, ...]]
) -> CategoryEntry:
    """A checked category as the database keeps it; ``waste: all`` and the like become the whole list."""
    tipping = values.get("fly_tipping") or {}

    def chosen(name: str) -> tuple[str, ...]:
        if not tipping:
            return ()
        picked = tipping.get(name, "all")
        return codes[name] if picked == "all" else tuple(picked)

    return CategoryEntry(
        code=values["code"],
        group=group,
        position=position,
        label=values["label"].strip(),
        words=tuple(word.strip() for word in values["words"]),
        icon=values["icon"],
        severity=values["severity"],
        severity_in_hotspot=values["severity_in_hotspot"],
        photo_rule=values["photo"],
        evidence=values.get("evidence", False),
        fly_tipping=bool(tipping),
        waste_types=chosen("waste"),
        sizes=chosen("size"),
        land_types=chosen("land"),
        responsible=values["responsible"].strip(),
        default_service_level=values["service_level"],
        basis=values["basis"].strip(),
    )


def _error(source: Source, key: str, message: str) -> LibraryError:
    line = source.lines.get(key, source.line)
    return LibraryError(source.file, line, str(source.values.get("code", "")), message)


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_code(value: Any, pattern: re.Pattern[str], most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and pattern.fullmatch(value) is not None


def _wrong_text(source: Source, keys: Iterable[str]) -> list[LibraryError]:
    return [
        _error(source, key, f"{key!r} is text of at most {_TEXT_MOST[key]} characters")
        for key in keys
        if key in source.values and not _is_text(source.values[key], _TEXT_MOST[key])
    ]


def _wrong_words(source: Source) -> list[LibraryError]:
    words = source.values.get("words")
    if words is None:
        return []
    if not isinstance(words, list) or not all(_is_text(word, 40) for word in words):
        return [_error(source, "words", "'words' is a list of words or short phrases of at most 40 characters")]
    errors = []
    if len(words) < _LEAST_WORDS:
        errors.append(_error(source, "words", f"give at least {_LEAST_WORDS} things that people say"))
    for word in sorted({word for word in words if words.count(word) > 1}):
        errors.append(_error(source, "words", f"{word!r} stands twice"))
    for word in words:
        if word != word.lower().strip():
            errors.append(_error(source, "words", f"{word!r}: search words are written small"))
    return errors


def _wrong_fly_tipping(source: Source, codes: Mapping[str, frozenset[str]]) -> list[LibraryError]:
    tipping = source.values.get("fly_tipping")
    if tipping is None:
        return []
    if not isinstance(tipping, dict):
        return [_error(source, "fly_tipping", "'fly_tipping' holds 'waste', 'size' and 'land'")]
    errors = []
    for name, picked in tipping.items():
        if name not in list(CodeListName):
            errors.append(_error(source, "fly_tipping", f"{name!r} is not one of {', '.join(CodeListName)}"))
        elif picked != "all" and not (isinstance(picked, list) and picked and all(isinstance(c, str) for c in picked)):
            errors.append(_error(source, "fly_tipping", f"{name!r} is 'all' or a list of codes"))
        elif picked != "all":
            unknown = [code for code in picked if code not in codes.get(name, frozenset())]
            errors += [
                _error(source, "fly_tipping", f"{name}: {code!r} is not in fly_tipping.yaml") for code in unknown
            ]
    return errors
