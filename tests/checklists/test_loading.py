"""The library goes into the database, is upgraded in place, and phones get it."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from checklists.library import LIBRARY, read_library
from checklists.models import Category, CategoryGroup, FlyTippingCode
from checklists.serializers import category_rows, group_rows, severity_rows
from ledger.models import Entry

pytestmark = pytest.mark.django_db


def load(library: Path = LIBRARY, **more: object) -> str:
    out = StringIO()
    call_command("load_categories", library=library, stdout=out, **more)
    return out.getvalue()


def loads_in_ledger() -> list[dict[str, object]]:
    return list(Entry.objects.filter(kind="categories.loaded").order_by("sequence").values_list("data", flat=True))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return shutil.copytree(LIBRARY, tmp_path / "library")


@pytest.fixture(autouse=True)
def _empty_shelves() -> None:
    """Whatever a migration or another test brought: these stories begin with nothing."""
    Category.objects.all().delete()
    CategoryGroup.objects.all().delete()
    FlyTippingCode.objects.all().delete()


def test_a_first_load_fills_the_shelves_and_a_second_changes_nothing() -> None:
    library = read_library()
    said = load()
    assert f"{len(library.categories)} added, 0 changed, 0 retired, 0 unchanged" in said
    assert Category.objects.count() == len(library.categories)
    assert CategoryGroup.objects.count() == len(library.groups)
    assert FlyTippingCode.objects.count() == len(library.codes)
    before = list(Category.objects.order_by("pk").values_list("pk", "updated_at"))
    assert f"0 added, 0 changed, 0 retired, {len(library.categories)} unchanged" in load()
    assert list(Category.objects.order_by("pk").values_list("pk", "updated_at")) == before
    assert loads_in_ledger() == [
        {
            "version": library.version,
            "added": len(library.categories),
            "changed": 0,
            "retired": 0,
            "unchanged": 0,
        }
    ]


def test_an_upgrade_changes_what_changed_retires_what_is_gone_and_keeps_the_rest(library: Path) -> None:
    load(library)
    first = read_library(library).version
    litter = library / "categories" / "litter.yaml"
    litter.write_text(litter.read_text().replace("label: Dog mess", "label: Dog dirt"))
    (library / "categories" / "empty-sites.yaml").unlink()
    said = load(library)
    second = read_library(library).version
    assert "changed: LT-DOG" in said
    assert "retired: DP-INS, DP-SIT" in said
    dogs = Category.objects.get(pk="LT-DOG")
    assert (dogs.label, dogs.library_version) == ("Dog dirt", second)
    assert Category.objects.get(pk="LT-ACC").library_version == first
    empty = Category.objects.get(pk="DP-INS")
    assert (empty.retired, empty.group.retired) == (True, True)
    assert not Category.objects.in_use().filter(pk="DP-INS").exists()
    assert "empty-sites" not in {row["code"] for row in group_rows()}
    total = Category.objects.count()
    assert loads_in_ledger()[1] == {
        "version": second, "added": 0, "changed": 1, "retired": 2, "unchanged": total - 3,
    }  # fmt: skip


def test_a_retired_category_comes_back_when_the_library_has_it_again(library: Path) -> None:
    load(library)
    text = (library / "categories" / "empty-sites.yaml").read_text()
    (library / "categories" / "empty-sites.yaml").unlink()
    load(library)
    (library / "categories" / "empty-sites.yaml").write_text(text)
    assert "changed: DP-INS, DP-SIT" in load(library)
    assert Category.objects.in_use().filter(pk="DP-INS").exists()


def test_a_spoilt_library_loads_nothing_and_says_where_it_is_wrong(library: Path) -> None:
    load(library)
    litter = library / "categories" / "litter.yaml"
    spoilt = litter.read_text().replace("label: Dog mess", "label: Dog dirt").replace("wd-5", "wd-6")
    litter.write_text(spoilt)
    for more in ({}, {"check": True}):
        with pytest.raises(CommandError, match=r"categories/litter\.yaml:\d+: LT-SHB: 'wd-6'.*\n.*nothing was loaded"):
            load(library, **more)
    assert Category.objects.get(pk="LT-DOG").label == "Dog mess"
    assert len(loads_in_ledger()) == 1


def test_checking_touches_nothing() -> None:
    assert "The library is good: 64 categories in 15 groups" in load(check=True)
    assert not Category.objects.exists()
    assert loads_in_ledger() == []


def test_the_database_refuses_a_severity_five_and_a_milder_hotspot() -> None:
    load()
    for values in (
        {"severity": 5, "severity_in_hotspot": 1},
        {"severity": 1, "severity_in_hotspot": 2},
        {"photo_rule": "maybe"},
        {"waste_types": ["tyres"]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.filter(pk="LT-DOG").update(**values)


def test_phones_get_categories_in_their_order_without_a_query_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    load()
    with django_assert_num_queries(2):
        rows = category_rows()
    by_code = {row["code"]: row for row in rows}
    assert rows[0]["code"] == "FT-GEN"
    assert set(rows[0]) == {
        "code", "label", "group", "severity", "severity_in_hotspot", "words", "icon", "photo", "evidence",
        "fly_tipping", "what_next",
    }  # fmt: skip
    assert "dumped sofa" in by_code["FT-GEN"]["words"]
    assert by_code["FT-GEN"]["fly_tipping"]["waste"][0] == {
        "code": "black_bags_household",
        "label": "Household black bags",
    }
    assert by_code["LT-DOG"]["fly_tipping"] is None
    assert by_code["GR-NON"]["photo"] == "required"
    assert by_code["FT-GEN"]["evidence"] is True
    assert by_code["LT-DOG"]["evidence"] is False
    with django_assert_num_queries(1):
        groups = group_rows()
    assert groups[0] == {"code": "fly-tipping", "label": "Fly-tipping", "icon": "fly-tip"}
    assert len(groups) == 15
    assert severity_rows()[0]["label"] == "Critical"


def test_a_fly_tips_answers_are_held_to_defras_codes() -> None:
    load()
    tip, dogs = Category.objects.get(pk="FT-HAZ"), Category.objects.get(pk="LT-DOG")
    assert tip.fly_tipping_errors({"waste_type": "asbestos", "size": "single_item"}) == {}
    assert tip.fly_tipping_errors({"waste_type": "", "land_type": "highway"}) == {}
    assert set(tip.fly_tipping_errors({"waste_type": "green", "size": "huge"})) == {"waste_type", "size"}
    assert dogs.fly_tipping_errors({"waste_type": "green"}) == {"waste_type": "Only a fly-tip has this."}
    assert dogs.fly_tipping_errors({"waste_type": ""}) == {}
