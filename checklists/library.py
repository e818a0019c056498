"""Reads a category library from YAML files and checks it, line by line.

A library is a folder: ``fly_tipping.yaml`` (Defra's code lists) and ``categories/*.yaml`` (a file a
group). docs/categories.md describes the fields.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from checklists import rules
from checklists.rules import CodeEntry, CodeListName, GroupEntry, Library, LibraryError, Source

LIBRARY = Path(__file__).resolve().parent / "library"


class LibraryNotGood(Exception):
    """The library has errors; each names its file, line and code."""

    def __init__(self, errors: list[LibraryError]) -> None:
        self.errors = sorted(set(errors), key=lambda e: (e.file, e.line, e.message))
        super().__init__("\n".join(map(str, self.errors)))


def read_library(folder: Path = LIBRARY) -> Library:
    """The checked library of a folder. Raises LibraryNotGood with every error found, not just the first."""
    errors: list[LibraryError] = []
    codes = _read_codes(folder, errors)
    known = {name: tuple(c.code for c in codes if c.list == name) for name in CodeListName}
    groups: list[tuple[Source, list[Source]]] = []
    files = sorted((folder / "categories").glob("*.yaml"))
    if not files:
        errors.append(LibraryError(str(folder), 1, "", "there is no file in categories/"))
    for path in files:
        group = _read_mapping(path, f"categories/{path.name}", errors)
        if group is not None:
            errors += rules.check_group(group)
            groups.append((group, _sources(group, "categories", errors)))
    categories = [category for _, members in groups for category in members]
    known_sets = {str(name): frozenset(values) for name, values in known.items()}
    for category in categories:
        errors += rules.check_category(category, known_sets)
    errors += rules.check_unique([group for group, _ in groups])
    errors += rules.check_unique(categories)
    if errors:
        raise LibraryNotGood(errors)
    return _library(groups, codes, known)


def _library(
    groups: list[tuple[Source, list[Source]]],
    codes: list[CodeEntry],
    known: dict[CodeListName, tuple[str, ...]],
) -> Library:
    group_entries = tuple(
        GroupEntry(g.values["code"], g.values["label"].strip(), g.values["icon"], g.values["position"])
        for g, _ in groups
    )
    categories = tuple(
        rules.category_entry(
            category.values,
            group=group.values["code"],
            position=position,
            codes={str(name): values for name, values in known.items()},
        )
        for group, members in groups
        for position, category in enumerate(members, start=1)
    )
    content = [[asdict(entry) for entry in entries] for entries in (group_entries, categories, codes)]
    version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    return Library(version, group_entries, categories, tuple(codes))


def _read_codes(folder: Path, errors: list[LibraryError]) -> list[CodeEntry]:
    lists = _read_mapping(folder / "fly_tipping.yaml", "fly_tipping.yaml", errors)
    if lists is None:
        return []
    errors += rules.check_keys(lists, {"source", *CodeListName})
    found: list[CodeEntry] = []
    for name in CodeListName:
        sources = _sources(lists, name, errors)
        wrong = [error for source in sources for error in rules.check_code(source)] + rules.check_unique(sources)
        errors += wrong
        if not wrong:
            found += [
                CodeEntry(name, s.values["code"], s.values["label"], s.values["defra"], position)
                for position, s in enumerate(sources, start=1)
            ]
    return found


class _LinedLoader(yaml.SafeLoader):
    """SafeLoader that keeps the line of every key, and refuses a key that stands twice."""


class _Lined(dict[str, Any]):
    """A mapping that knows its line and those of its keys."""

    line: int
    lines: dict[str, int]


def _lined_mapping(loader: _LinedLoader, node: yaml.MappingNode) -> _Lined:
    mapping = _Lined()
    mapping.line = node.start_mark.line + 1
    mapping.lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is no name of a field", key_node.start_mark)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
        mapping.lines[key] = key_node.start_mark.line + 1
    return mapping


_LinedLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _lined_mapping)


def _read_mapping(path: Path, name: str, errors: list[LibraryError]) -> Source | None:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LinedLoader)  # noqa: S506 (a SafeLoader)
    except FileNotFoundError:
        errors.append(LibraryError(name, 1, "", "the file is missing"))
    except UnicodeDecodeError:
        errors.append(LibraryError(name, 1, "", "the file is not in UTF-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        errors.append(LibraryError(name, mark.line + 1 if mark else 1, "", error.problem or "this is no YAML"))
    except yaml.YAMLError as error:
        errors.append(LibraryError(name, 1, "", str(error)))
    else:
        if isinstance(content, _Lined):
            return Source(name, content.line, content, content.lines)
        errors.append(LibraryError(name, 1, "", "the file holds no fields"))
    return None


def _sources(parent: Source, key: str, errors: list[LibraryError]) -> list[Source]:
    """The mappings in the list under ``key``; what is no mapping is an error."""
    items = parent.values.get(key)
    if not isinstance(items, list):
        return []
    sources = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, _Lined):
            sources.append(Source(parent.file, item.line, item, item.lines))
        else:
            line = parent.lines.get(key, parent.line)
            errors.append(LibraryError(parent.file, line, "", f"{key!r}, number {number}: holds no fields"))
    return sources
