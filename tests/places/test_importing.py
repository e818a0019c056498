"""A council's own files come in whole, as often as it likes, or not at all."""

from __future__ import annotations

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.gdal import DataSource, OGRGeometry, SpatialReference
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from ledger.models import Entry
from places.models import Area, LandParcel
from tests.places.files import collection, feature, reprojected, square, write

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str | Path) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(command: str, *arguments: str | Path) -> str:
    with pytest.raises(CommandError) as refused:
        run(command, *arguments)
    return str(refused.value)


# ── real wards ──


@pytest.mark.parametrize(
    ("name", "count", "kind"),
    [
        ("northampton_wards_2013", 33, "ward"),
        ("kettering_wards_2013", 17, "ward"),
        ("northamptonshire_wards_2013", 146, "ward"),
        ("northamptonshire_districts_county_2013", 8, "council"),
    ],
)
def test_real_areas_come_in_and_a_second_run_changes_nothing(
    shared_data: Path, name: str, count: int, kind: str
) -> None:
    file = shared_data / "geo" / f"{name}.geojson"

    first = run("import_areas", file, "--kind", kind)
    second = run("import_areas", file, "--kind", kind)

    assert f"added {count}, changed 0, unchanged 0, skipped 0" in first
    assert f"added 0, changed 0, unchanged {count}, skipped 0" in second
    assert Area.objects.filter(kind=kind, source=name).count() == count
    entry = Entry.objects.get(kind="areas.imported")
    assert entry.data["added"] == count


def test_wards_hang_under_the_district_that_they_lie_in(shared_data: Path) -> None:
    run("import_areas", shared_data / "geo/northamptonshire_districts_county_2013.geojson", "--kind", "council")
    run("import_areas", shared_data / "geo/kettering_wards_2013.geojson", "--kind", "ward", "--parent-kind", "council")

    kettering = Area.objects.get(kind="council", name="Kettering")

    assert set(Area.objects.wards().values_list("parent__name", flat=True)) == {"Kettering"}
    assert Area.objects.in_branch(kettering).count() == 18


def test_abington_park_lies_in_abington(shared_data: Path) -> None:
    run("import_areas", shared_data / "geo/northampton_wards_2013.geojson", "--kind", "ward")

    found = Area.objects.wards().containing(Point(-0.8700, 52.2430, srid=4326))

    assert [(ward.name, ward.reference) for ward in found] == [("Abington", "E05008824")]


@pytest.mark.parametrize("form", ["GPKG", "ESRI Shapefile", "zipped", "old crs member"])
def test_the_same_wards_in_british_national_grid_land_in_the_same_place(
    shared_data: Path, tmp_path: Path, form: str
) -> None:
    original = shared_data / "geo" / "northampton_wards_2013.geojson"
    run("import_areas", original, "--kind", "ward", "--source", "ons")
    before = {ward.reference: ward.boundary.centroid for ward in Area.objects.all()}
    file = reprojected(original, tmp_path, form, epsg=27700)

    said = run("import_areas", file, "--kind", "ward", "--source", "grid")

    assert "added 33" in said
    for ward in Area.objects.filter(source="grid"):
        # The grid shift without the OSTN15 file is good to some metres, both ways alike.
        assert ward.boundary.centroid.distance(before[ward.reference]) < 1e-4
    assert "unchanged 33" in run("import_areas", file, "--kind", "ward", "--source", "grid")


def test_a_shapefile_without_its_prj_is_asked_for_its_crs(shared_data: Path, tmp_path: Path) -> None:
    file = reprojected(shared_data / "geo/kettering_wards_2013.geojson", tmp_path, "ESRI Shapefile", epsg=27700)
    file.with_suffix(".prj").unlink()

    said = refusal("import_areas", file, "--kind", "ward")

    assert "--crs EPSG:27700" in said
    assert "added 17" in run("import_areas", file, "--kind", "ward", "--crs", "EPSG:27700")


def test_a_new_edition_changes_what_differs_and_keeps_what_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "wards.geojson"
    write(file, [feature("A1", "Mill", square(0)), feature("A2", "Weir", square(1)), feature("A3", "Fen", square(2))])
    run("import_areas", file, "--kind", "ward")
    mill = Area.objects.get(reference="A1").pk
    write(file, [feature("A1", "Mill Hill", square(0)), feature("A2", "Weir", square(1, size=0.02))])

    said = run("import_areas", file, "--kind", "ward")

    assert "added 0, changed 2, unchanged 0, skipped 0" in said
    assert "1 of this source are not in the file any more; they were kept" in said
    assert Area.objects.get(pk=mill).name == "Mill Hill"
    assert Area.objects.count() == 3


# ── broken ones ──

OPEN_RING = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
IN_METRES = {
    "type": "Polygon",
    "coordinates": [[[476000, 261000], [477000, 261000], [477000, 262000], [476000, 262000], [476000, 261000]]],
}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (OPEN_RING, "not closed"),
        (BOW_TIE, "Self-intersection"),
        (IN_METRES, "outside the globe"),
        ({"type": "Polygon", "coordinates": []}, "no geometry"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        ({"type": "Point", "coordinates": [0, 0]}, "not an area"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "not an area"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]}, "broken"),
        ({"type": "Polygon", "coordinates": [[[-90, 0], [90, 0], [90, 60], [-90, 60], [-90, 0]]]}, "20 degrees"),
        (None, "no geometry"),
    ],
)
def test_a_broken_feature_is_named_by_number_and_nothing_changes(
    tmp_path: Path, shape: dict[str, Any] | None, reason: str
) -> None:
    file = write(
        tmp_path / "wards.geojson",
        [feature("A1", "Good", square(0)), feature("A2", "Bad", shape), feature("A3", "Fine", square(2))],
    )

    said = refusal("import_areas", file, "--kind", "ward")

    assert "Nothing was changed" in said
    assert "feature 2: " in said
    assert reason in said
    assert "feature 1" not in said
    assert not Area.objects.exists()
    assert not Entry.objects.exists()


def test_twenty_broken_features_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "wards.geojson", [feature(f"A{n}", "Bad", BOW_TIE) for n in range(25)])

    said = refusal("import_areas", file, "--kind", "ward")

    assert said.count("feature ") == 20
    assert "and 5 more" in said


def test_a_broken_edition_leaves_the_last_one_as_it_was(tmp_path: Path) -> None:
    file = write(tmp_path / "wards.geojson", [feature("A1", "Mill", square(0))])
    run("import_areas", file, "--kind", "ward")
    write(file, [feature("A1", "Renamed", square(0)), feature("A2", "Bad", BOW_TIE)])

    refusal("import_areas", file, "--kind", "ward")

    assert list(Area.objects.values_list("name", flat=True)) == ["Mill"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([feature("A1", "One", square(0)), feature("A1", "Two", square(1))], "feature 2: code 'A1' is feature 1's"),
        ([feature("", "One", square(0))], "feature 1: its code is empty"),
        ([feature("A1", "", square(0))], "feature 1: its name is empty"),
    ],
)
def test_a_reference_is_needed_once(tmp_path: Path, rows: list[dict[str, Any]], reason: str) -> None:
    assert reason in refusal("import_areas", write(tmp_path / "wards.geojson", rows), "--kind", "ward")


def test_files_that_are_none_are_refused_in_words(tmp_path: Path) -> None:
    words = tmp_path / "words.geojson"
    words.write_text("these are not the wards")
    empty = write(tmp_path / "empty.geojson", [])
    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as two:
        two.writestr("a.geojson", collection([]))
        two.writestr("b.geojson", collection([]))

    assert "can't be read" in refusal("import_areas", words, "--kind", "ward")
    assert "no features" in refusal("import_areas", empty, "--kind", "ward")
    assert "exactly one" in refusal("import_areas", archive, "--kind", "ward")
    assert "There is no file" in refusal("import_areas", tmp_path / "nowhere.gpkg", "--kind", "ward")


def test_columns_that_are_not_there_are_answered_with_those_that_are(tmp_path: Path) -> None:
    file = write(tmp_path / "wards.geojson", [feature("A1", "Mill", square(0))])

    said = refusal("import_areas", file, "--kind", "ward", "--name-field", "label")

    assert "There is no column 'label'; the file has: code, name" in said


# ── parcels ──


def parcel(reference: str, use: str, owner: str, at: float) -> dict[str, Any]:
    row = feature(reference, "", square(at))
    row["properties"] = {"title_no": reference, "land_use": use, "owner": owner}
    return row


def test_parcels_know_their_owner_where_it_is_an_organisation_here(tmp_path: Path) -> None:
    homes = Organisation.objects.create(name="Fen Homes", short_name="Homes", kind="landlord")
    rows = [parcel("T1", "HRA", "FEN HOMES", 0), parcel("T2", "Adopted highway", "County", 1), parcel("T3", "", "", 2)]

    said = run("import_parcels", write(tmp_path / "register.geojson", rows))

    assert "added 3, changed 0, unchanged 0, skipped 0" in said
    stored = {each.reference: each for each in LandParcel.objects.all()}
    assert (stored["T1"].land_type, stored["T1"].owner) == ("council_housing", homes)
    assert (stored["T2"].land_type, stored["T2"].owner, stored["T2"].owner_name) == ("highway", None, "County")
    assert stored["T3"].land_type == "unknown"
    assert "unchanged 3" in run("import_parcels", tmp_path / "register.geojson")
    assert Entry.objects.get(kind="parcels.imported").data["added"] == 3


def test_a_word_that_is_no_land_is_asked_about_and_can_be_explained(tmp_path: Path) -> None:
    file = write(tmp_path / "register.geojson", [parcel("T1", "Private", "", 0), parcel("T2", "Zone 7", "", 1)])

    said = refusal("import_parcels", file)

    assert "feature 2: 'Zone 7' is no kind of land that we know" in said
    assert not LandParcel.objects.exists()
    assert "added 2" in run("import_parcels", file, "--land-word", "Zone 7=council_land")
    assert LandParcel.objects.get(reference="T2").land_type == "council_land"


def test_one_kind_of_land_for_a_whole_file(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.geojson", [parcel("R1", "whatever", "", 0)])

    run("import_parcels", file, "--land-type", "highway")

    assert LandParcel.objects.get().land_type == "highway"


def test_the_files_that_these_tests_make_are_what_they_say(shared_data: Path, tmp_path: Path) -> None:
    """Guards the tests above: a grid file in degrees would prove nothing."""
    file = reprojected(shared_data / "geo/kettering_wards_2013.geojson", tmp_path, "GPKG", epsg=27700)
    layer = DataSource(str(file))[0]

    assert SpatialReference(layer.srs.wkt).name == SpatialReference(27700).name
    assert layer.extent.min_x > 400_000
    assert isinstance(next(iter(layer)).geom, OGRGeometry)
    assert json.loads(collection([feature("A", "B", square(0))]))["features"]
