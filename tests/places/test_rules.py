"""Cells, columns and the words of land registers."""

from __future__ import annotations

import math

import h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import rules

LONGITUDES = st.floats(-180, 180, exclude_max=True)
LATITUDES = st.floats(-85, 85)


@given(LONGITUDES, LATITUDES)
def test_every_place_has_a_cell_that_fits_a_bigint_and_lies_round_it(longitude: float, latitude: float) -> None:
    cell = rules.cell_of(longitude, latitude)

    assert 0 < cell < 2**63
    assert rules.is_cell(cell)
    assert rules.cell_of(*rules.cell_centre(cell)) == cell
    centre_longitude, centre_latitude = rules.cell_centre(cell)
    away_km = h3.great_circle_distance((latitude, longitude), (centre_latitude, centre_longitude), unit="km")
    assert away_km < 0.3


def test_a_cell_is_drawn_as_a_closed_ring_of_longitude_and_latitude() -> None:
    (ring,) = rules.cell_boundary(rules.cell_of(1.6, 53.3))

    assert ring[0] == ring[-1]
    assert len(ring) == 7
    assert all(math.isclose(x, 1.6, abs_tol=0.01) and math.isclose(y, 53.3, abs_tol=0.01) for x, y in ring)


@pytest.mark.parametrize("number", [0, -1, 1, 2**63, 2**70, int("872a1072bffffff", 16)])
def test_numbers_that_are_no_cell_of_ours(number: int) -> None:
    assert not rules.is_cell(number)


@pytest.mark.parametrize(
    ("columns", "name", "reference"),
    [
        (["ward_code", "ward_name", "old_code", "lad_code", "lad_name"], "ward_name", "ward_code"),
        (["OBJECTID", "WD23CD", "WD23NM", "LAD23NM"], "WD23NM", "WD23CD"),
        (["fid", "Name", "Code"], "Name", "Code"),
        (["lad_code", "lad_name"], "lad_name", "lad_code"),
        (["shape_area"], None, None),
    ],
)
def test_the_columns_that_publishers_use_are_found(columns: list[str], name: str | None, reference: str | None) -> None:
    assert rules.name_field(columns) == name
    assert rules.reference_field(columns) == reference


@pytest.mark.parametrize(
    ("word", "land_type"),
    [
        ("Adopted Highway", "highway"),
        ("HRA", "council_housing"),
        ("council_housing", "council_housing"),
        (" Open  Space ", "park"),
        ("Registered Provider", "housing_association"),
        ("", "unknown"),
        ("Zone 7", None),
    ],
)
def test_the_words_of_land_registers(word: str, land_type: str | None) -> None:
    assert rules.land_type_of(word) == land_type


@pytest.mark.parametrize(
    ("bounds", "fine"),
    [
        ((-0.9, 52.2, -0.8, 52.3), True),
        ((476000, 261000, 477000, 262000), False),
        ((-0.9, 52.2, math.nan, 52.3), False),
        ((-0.9, 52.2, math.inf, 52.3), False),
        ((-60, 0, 60, 40), False),
    ],
)
def test_coordinates_that_no_council_has(bounds: tuple[float, float, float, float], fine: bool) -> None:
    assert (rules.coordinates_trouble(bounds) is None) == fine
