"""The library in the checkout is good, and a library that is not says where."""

import re
import shutil
from pathlib import Path

import pytest

from checklists.library import LIBRARY, LibraryNotGood, read_library
from checklists.rules import SERVICE_LEVELS, CodeListName
from checklists.severity import POINTS, SEVERITIES
from deploy.state import CHECKOUT


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library that a test may spoil."""
    return shutil.copytree(LIBRARY, tmp_path / "library")


def spoil(library: Path, file: str, old: str, new: str) -> None:
    path = library / file
    text = path.read_text()
    assert text.count(old) >= 1, f"{file} has no {old!r} to spoil"
    path.write_text(text.replace(old, new, 1))


def errors_of(library: Path) -> list[str]:
    with pytest.raises(LibraryNotGood) as caught:
        read_library(library)
    return [str(error) for error in caught.value.errors]


def line_of(library: Path, file: str, text: str) -> int:
    lines = (library / file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def found_by(words: str) -> set[str]:
    """The categories whose label or search words hold every word that is typed."""
    return {
        category.code
        for category in read_library().categories
        if any(all(word in phrase for word in words.split()) for phrase in (category.label.lower(), *category.words))
    }


def test_there_are_about_sixty_categories_in_groups_a_warden_knows() -> None:
    library = read_library()
    assert 55 <= len(library.categories) <= 70
    assert {"fly-tipping", "litter", "graffiti", "overgrowth", "fences-gates", "communal"} <= {
        group.code for group in library.groups
    }
    assert len({group.position for group in library.groups}) == len(library.groups)
    assert len({category.label for category in library.categories}) == len(library.categories)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("dumped sofa", "FT-GEN"),
        ("mattress", "FT-GEN"),
        ("asbestos", "FT-HAZ"),
        ("needle", "LT-SHP"),
        ("dog poo", "LT-DOG"),
        ("swastika", "GR-OFF"),
        ("fence panel missing", "FN-BRE"),
        ("back door", "CD-REA"),
        ("intercom", "CD-ENT"),
        ("pothole", "HW-TRP"),
        ("street light", "LI-OUT"),
        ("burnt out car", "VE-BRN"),
        ("swing", "PL-EQP"),
        ("blocked drain", "DR-BLK"),
    ],
)
def test_what_people_say_finds_the_category(said: str, code: str) -> None:
    assert code in found_by(said)


def test_every_category_can_be_found_in_many_words_and_rests_on_something() -> None:
    for category in read_library().categories:
        assert len(category.words) >= 7, category.code
        assert category.basis, category.code
        assert category.responsible, category.code
        assert category.severity_in_hotspot <= category.severity, category.code


def test_fly_tips_carry_defras_lists_and_nothing_else_does() -> None:
    library = read_library()
    counted = {name: sum(code.list == name for code in library.codes) for name in CodeListName}
    assert counted == {"waste": 15, "size": 7, "land": 10}
    tips = {category.code: category for category in library.categories if category.fly_tipping}
    assert set(tips) == {"FT-GEN", "FT-HAZ", "FT-OBS", "FT-PRV"}
    assert len(tips["FT-GEN"].waste_types) == 15
    assert "asbestos" in tips["FT-HAZ"].waste_types
    assert "green" not in tips["FT-HAZ"].waste_types
    assert "highway" not in tips["FT-PRV"].land_types
    assert tips["FT-GEN"].default_service_level == "clock-24h"


def test_defras_headings_are_theirs_to_the_letter(shared_data: Path) -> None:
    import json

    lists = json.loads((shared_data.parent / "domain" / "code_lists.json").read_text())["defra_flytipping"]
    ours = {str(name): {c.defra_heading for c in read_library().codes if c.list == name} for name in CodeListName}
    assert ours["waste"] == set(lists["primary_waste_type"])
    assert ours["land"] == set(lists["land_type"])
    assert ours["size"] == {size["code"] for size in lists["size"]}


def test_the_worst_weighs_eight_times_the_least() -> None:
    assert POINTS == {1: 8, 2: 4, 3: 2, 4: 1}
    assert [severity.label for severity in SEVERITIES] == ["Critical", "High", "Medium", "Low"]


def test_the_docs_name_every_category_and_every_service_level() -> None:
    text = (CHECKOUT / "docs" / "categories.md").read_text()
    for category in read_library().categories:
        row = (
            f"| `{category.code}` | {category.label} | {category.severity} | {category.severity_in_hotspot} "
            f"| {category.photo_rule} | `{category.default_service_level}` |"
        )
        assert row in text, f"docs/categories.md does not say: {row}"
    assert all(f"`{code}`" in text for code in SERVICE_LEVELS)


def test_every_icon_is_one_the_phone_can_draw() -> None:
    drawings = (CHECKOUT / "pwa" / "src" / "ui" / "icons.ts").read_text().split("CATEGORY_ICONS", 1)[1]
    library = read_library()
    icons = {c.icon for c in library.categories} | {g.icon for g in library.groups}
    missing = {icon for icon in icons if f'"{icon}": [' not in drawings and f"\n  {icon}: [" not in drawings}
    assert not missing


def test_what_may_end_before_a_court_is_evidence_and_the_docs_name_it() -> None:
    evidence = {category.code for category in read_library().categories if category.evidence}
    text = (CHECKOUT / "docs" / "categories.md").read_text().split("## Photos that are evidence", 1)[1]
    named = set(re.findall(r"`([A-Z]{2}-[A-Z]{3})`", text.split("\n## ", 1)[0]))
    assert evidence == named
    assert {category.code for category in read_library().categories if category.fly_tipping} <= evidence
    assert "LT-DOG" not in evidence


def test_evidence_is_true_or_false(library: Path) -> None:
    spoil(library, "categories/graffiti.yaml", "evidence: true", "evidence: sometimes")
    line = line_of(library, "categories/graffiti.yaml", "sometimes")
    assert errors_of(library) == [
        f"categories/graffiti.yaml:{line}: GR-OFF: 'evidence' is true or false, not 'sometimes'"
    ]


def test_the_version_follows_the_content_and_not_the_layout(library: Path) -> None:
    before = read_library(library).version
    path = library / "categories" / "litter.yaml"
    path.write_text("# a remark\n\n" + path.read_text())
    assert read_library(library).version == before
    spoil(library, "categories/litter.yaml", "label: Dog mess", "label: Dog dirt")
    assert read_library(library).version != before


def test_each_error_names_its_file_its_line_and_its_code(library: Path) -> None:
    spoil(library, "categories/litter.yaml", "service_level: wd-5", "service_level: wd-6")
    spoil(library, "categories/roads.yaml", "severity: 2", "severity: 7")
    line = line_of(library, "categories/litter.yaml", "wd-6")
    errors = errors_of(library)
    assert len(errors) == 2
    assert errors[0].startswith(f"categories/litter.yaml:{line}: LT-SHB: 'wd-6' is not a service level")
    assert errors[1].startswith("categories/roads.yaml:")
    assert "HW-TRP: 'severity' is 1 (critical), 2, 3 or 4 (low), not 7" in errors[1]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("categories/litter.yaml", "code: LT-DOG", "code: LT-DED", "LT-DED: the code is taken already at"),
        (
            "categories/litter.yaml",
            "code: LT-DOG",
            "code: dogs",
            "dogs: a category's code looks like 'FT-GEN'",
        ),
        ("categories/litter.yaml", "photo: wanted", "photo: maybe", "LT-ACC: 'photo' is one of required"),
        ("categories/litter.yaml", "    icon: dog\n", "", "LT-DOG: 'icon' is missing"),
        (
            "categories/litter.yaml",
            "    icon: dog\n",
            "    icon: dog\n    colour: red\n",
            "'colour' is not known",
        ),
        (
            "categories/litter.yaml",
            "    icon: dog\n",
            "    icon: dog\n    icon: cat\n",
            "'icon' stands twice",
        ),
        ("categories/litter.yaml", "dog dirt", "dog mess", "'dog mess' stands twice"),
        ("categories/litter.yaml", "dog dirt", "Dog dirt", "'Dog dirt': search words are written small"),
        (
            "categories/litter.yaml",
            "severity_in_hotspot: 2",
            "severity_in_hotspot: 4",
            "never makes it milder",
        ),
        ("categories/litter.yaml", "position: 20", "position: soon", "'position' is a whole number"),
        ("categories/litter.yaml", "categories:", "categories: {a: b", "categories/litter.yaml:"),
        (
            "categories/fly-tipping.yaml",
            "[asbestos, clinical",
            "[custard, clinical",
            "FT-HAZ: waste: 'custard' is not in",
        ),
        ("categories/fly-tipping.yaml", "{waste: all", "{smell: all", "FT-GEN: 'smell' is not one of waste"),
        ("fly_tipping.yaml", "defra: Tyres", "defra: ''", "tyres: 'defra' is text of at most 60"),
        ("fly_tipping.yaml", "code: tyres", "code: green", "green: the code is taken already at"),
    ],
)
def test_a_spoilt_library_says_what_to_mend(library: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(library, file, old, new)
    assert any(says in error for error in errors_of(library)), errors_of(library)


@pytest.mark.parametrize(
    "content", [b"", b"- a\n- b\n", b"42", b"\xff\xfe\x00", b"? [1, 2]\n: x\n", b"!!python/name:os.system x"]
)
def test_a_file_that_is_no_library_is_refused_by_name(library: Path, content: bytes) -> None:
    (library / "categories" / "extra.yaml").write_bytes(content)
    assert all(error.startswith("categories/extra.yaml:") for error in errors_of(library))


def test_a_folder_without_a_library_is_refused(tmp_path: Path) -> None:
    errors = errors_of(tmp_path)
    assert any("there is no file in categories/" in error for error in errors)
    assert any("fly_tipping.yaml:1: the file is missing" in error for error in errors)
