"""Reads the library's checklists: YAML files in our own words, a file a checklist, named by its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from checklists.definition import check, fill
from checklists.editing import FromLibrary
from checklists.library import LIBRARY, LibraryNotGood
from checklists.rules import LibraryError

CHECKLISTS = LIBRARY / "checklists"


def read_checklists(folder: Path = CHECKLISTS) -> list[FromLibrary]:
    """Every checklist of the folder, in the order of its codes. Raises LibraryNotGood with every fault found.

    Whether the categories exist that it names is seen when it is loaded.
    """
    errors: list[LibraryError] = []
    found = []
    for path in sorted(folder.glob("*.yaml")):
        content = fill(_read(path, errors))
        errors += [LibraryError(path.name, 1, each.path, each.words) for each in check(content)]
        found.append(FromLibrary(path.stem, content))
    if not found:
        errors.append(LibraryError(str(folder), 1, "", "there is no checklist in it"))
    if errors:
        raise LibraryNotGood(errors)
    return found


def _read(path: Path, errors: list[LibraryError]) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        errors.append(LibraryError(path.name, 1, "", "the file is not in UTF-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        errors.append(LibraryError(path.name, mark.line + 1 if mark else 1, "", "this is no YAML"))
    return None
