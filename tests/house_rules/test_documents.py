"""What the documents say is there, and what is there is in the documents."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from backend.reactions import REACTIONS
from deploy.state import CHECKOUT
from ledger import reactions
from ledger.kinds import KINDS as ENTRY_KINDS
from ledger.problems import PROBLEMS
from sync.operations import KINDS as OPERATION_KINDS
from tests.house_rules.test_committed_files import committed

DOCS = sorted((CHECKOUT / "docs").glob("*.md"))
PAGES = [*DOCS, CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "CHANGELOG.md"]
TICKED = re.compile(r"`([^`\n]+)`")
SETTING = re.compile(r"\b(?:SIGHTLINE_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL|REDIS_URL)\b")


def doc(name: str) -> str:
    return (CHECKOUT / "docs" / name).read_text()


def first_cells(name: str) -> set[str]:
    """What stands in backticks in the first cell of each table row of a page."""
    rows = re.findall(r"^\| (`[^|]+`) \|", doc(name), re.MULTILINE)
    return {word for row in rows for word in TICKED.findall(row)}


@cache
def _code(*suffixes: str) -> str:
    """All code that people wrote with these endings, but for this file."""
    mine = Path(__file__).name
    return "\n".join(
        path.read_text()
        for path in committed()
        if path.name.endswith(suffixes) and path.name not in {mine, "schema.d.ts"}
    )


def settings_read() -> set[str]:
    """Every variable that the server, the web program or deploy reads."""
    reading = re.compile(r"(?:env_(?:text|bool|int|list|choice)\(|environ(?:\.get\(|\[))\s*\"([A-Z][A-Z0-9_]+)\"")
    found = set()
    for folder in ("backend", "deploy", "tests"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            found |= set(reading.findall(path.read_text()))
    found |= set(re.findall(r"\$\{(\w+)", (CHECKOUT / "docker-compose.yml").read_text()))
    return {name for name in found if SETTING.fullmatch(name) or name.endswith("_PASSWORD") or name == "AREAS"}


def test_every_setting_that_is_read_is_explained_and_no_other() -> None:
    explained = {name for name in first_cells("settings.md") if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}
    assert settings_read() - explained == set(), "not in docs/settings.md"
    assert explained - settings_read() - {"S3_SECRET_KEY"} == set(), "nobody reads these"


def test_every_problem_is_explained_with_its_status_and_no_other() -> None:
    explained = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", doc("problems.md"), re.MULTILINE))
    assert explained == {code: str(status) for code, (status, _) in PROBLEMS.items()}


def test_every_kind_of_entry_is_explained_with_what_follows_it() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|.*\|([^|]*)\|$", doc("ledger.md"), re.MULTILINE))
    explained = {kind: TICKED.findall(cell) for kind, cell in rows.items() if kind in ENTRY_KINDS}
    assert explained == {kind: REACTIONS.get(kind, []) for kind in ENTRY_KINDS}


def test_every_reaction_is_explained_and_can_be_found() -> None:
    names = {name for follow in REACTIONS.values() for name in follow}
    assert names - first_cells("ledger.md") == set()
    assert {reactions.by_name(name).name for name in names} == names
    assert set(REACTIONS) <= set(ENTRY_KINDS)


def test_every_operation_is_explained_with_each_field_of_its_payload() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+(?:_[a-z]+)+)` \| [^|]+ \| (.+) \|$", doc("sync.md"), re.MULTILINE))
    assert set(rows) == set(OPERATION_KINDS)
    for kind, told in rows.items():
        if told in {"the same: it is not fixed, the job is open again"}:
            continue
        fields = set(OPERATION_KINDS[kind].form().fields)
        assert fields - set(TICKED.findall(told)) == set(), kind


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_what_exists(page: Path) -> None:
    """Settings, kinds of entries, addresses, files and folders in backticks."""
    text = page.read_text()
    wrong = [name for name in SETTING.findall(text) if name not in _code(".py", ".yml", ".example", "Dockerfile")]
    roots = {path.relative_to(CHECKOUT).parts[0] for path in committed()}
    for word in TICKED.findall(text):
        if re.fullmatch(r"(?:patrol|defect|job|photo|person|areas|parcels|categories|routes)\.(?!yaml)[a-z_]+", word):
            wrong += [word] if word not in ENTRY_KINDS and word not in ABANDONED else []
        elif re.fullmatch(r"[\w.-]+(?:/[\w.-]+)+/?", word) and word.split("/")[0] in roots - {"var"}:
            wrong += [word] if not (CHECKOUT / word).exists() else []
    assert wrong == []


# Named only to say that there is no such kind.
ABANDONED = {"photo.expected", "photo.viewed"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        if re.match(r"https?:", target):
            continue
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_index_leads_to_every_page() -> None:
    index = doc("README.md")
    assert [page.name for page in DOCS if page.name != "README.md" and f"({page.name})" not in index] == []


def test_the_front_page_names_the_two_commands_and_every_command_exists() -> None:
    front = (CHECKOUT / "README.md").read_text()
    assert {"make run", "make test"} <= set(re.findall(r"^make \w+", front, re.MULTILINE))
    targets = set(re.findall(r"^([a-z][a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target for page in PAGES for target in re.findall(r"(?:`|^)make ([a-z][a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert named - targets == set()


def test_every_code_and_kind_is_used_somewhere() -> None:
    """A refusal that nobody raises, or an entry that nobody writes, would be a promise without a keeper."""
    code = _code(".py")
    own = (CHECKOUT / "ledger/problems.py").read_text() + (CHECKOUT / "ledger/kinds.py").read_text()
    for name in [*PROBLEMS, *ENTRY_KINDS]:
        assert code.count(f'"{name}"') > own.count(f'"{name}"'), name
