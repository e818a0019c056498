"""The shape of the house: rooms with few drawers, files and functions that a person can read."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from deploy.state import CHECKOUT
from tests.house_rules.test_committed_files import committed

LONGEST_FILE = 400
# Without its signature and docstring, which may be as long as they are useful.
LONGEST_FUNCTION = 60
# Names that say nothing: whatever lies there belongs to a room.
NAMES_OF_NOTHING = re.compile(r"^(utils?|common|helpers?|services|managers?|misc|shared)(\.pyi?|\.tsx?)?$")
# deploy starts services; there the word means them.
MEANT = {"deploy/services.py"}
ROOMS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


def sources(*suffixes: str) -> list[Path]:
    """The committed files that people write: no migrations, nothing generated."""
    return [
        path
        for path in committed()
        if path.suffix in suffixes and "migrations" not in path.parts and path.name != "schema.d.ts"
    ]


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_files_are_short_enough_to_read() -> None:
    """A file that wants to grow past this is telling about a room that is missing."""
    lengths = {
        _name(path): sum(1 for line in path.read_text().splitlines() if line.strip())
        for path in sources(".py", ".ts", ".tsx", ".css", ".mjs")
    }
    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short_enough_to_hold_in_mind() -> None:
    long = {}
    for path in sources(".py"):
        text = path.read_text().splitlines()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                lines = sum(1 for line in text[body[0].lineno - 1 : node.end_lineno] if line.strip())
                if lines > LONGEST_FUNCTION:
                    long[f"{_name(path)}: {node.name}"] = lines
    assert long == {}


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    found = {
        _name(path) for path in sources(".py", ".ts", ".tsx") for part in path.parts if NAMES_OF_NOTHING.match(part)
    }
    assert found - MEANT == set()


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_do_not_speak_through_django_signals(room: str) -> None:
    """What follows from a change is in backend/reactions.py, where everybody can see it."""
    uses = [
        _name(path)
        for path in sources(".py")
        if path.is_relative_to(CHECKOUT / room)
        and re.search(r"django\.db\.models\.signals|django\.dispatch|post_save|pre_save", path.read_text())
    ]
    assert uses == []


def test_every_room_is_installed_checked_and_drawn_in_the_architecture() -> None:
    folders = {
        path.relative_to(CHECKOUT).parts[0]
        for path in committed()
        if path.name == "apps.py" and path.relative_to(CHECKOUT).parts[0] != "tests"
    }
    assert folders | {"backend"} == set(ROOMS)
    drawn = (CHECKOUT / "docs/architecture.md").read_text()
    assert [room for room in ROOMS if not re.search(rf"^{room}/ ", drawn, re.MULTILINE)] == []


def test_public_functions_of_actions_take_names_and_tell_what_they_do() -> None:
    """A verb is called by keyword, and its docstring says what may go wrong."""
    wrong = []
    for path in sources(".py"):
        if path.name != "actions.py" or path.parent.name not in ROOMS:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if len(node.args.args) > 1:
                    wrong.append(f"{_name(path)}: {node.name} takes several arguments without their names")
                if not ast.get_docstring(node):
                    wrong.append(f"{_name(path)}: {node.name} has no docstring")
    assert wrong == []


def test_no_ticket_numbers_and_no_unfinished_work_in_the_sources() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|\bissue #\d+")
    found = [
        f"{_name(path)}: {mark.group()}"
        for path in sources(".py", ".ts", ".tsx", ".css")
        if (mark := marks.search(path.read_text()))
    ]
    assert found == []
