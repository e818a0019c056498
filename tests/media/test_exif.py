"""What cameras write is doubted: sense is kept, nonsense is left out, nothing fails."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from media.exif import orientation_of, read_exif, read_gps

NAN = float("nan")
BRIDGE = {1: "N", 2: (53.0, 18.0, 0.36), 3: "W", 4: (1.0, 36.0, 0.0)}


def test_a_fix_is_signed_degrees_with_what_the_camera_knew_besides() -> None:
    more = {5: b"\x00", 6: Fraction(123, 10), 7: (9.0, 15.0, 30.0), 17: 271.26, 29: "2026:11:03", 31: 4.5}
    assert read_gps(BRIDGE | more) == {
        "longitude": -1.6,
        "latitude": 53.3001,
        "altitude_m": 12.3,
        "accuracy_m": 4.5,
        "direction_degrees": 271.3,
        "at": "2026-11-03T09:15:30Z",
    }


def test_below_sea_level_is_below() -> None:
    found = read_gps(BRIDGE | {5: b"\x01", 6: 3.0})
    assert found is not None
    assert found["altitude_m"] == -3.0


@pytest.mark.parametrize(
    "wrong",
    [
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (-0.0, 0.0, 0.0), 4: (-0.0, 0.0, 0.0)},
        {1: ""},
        {1: "\x00"},
        {3: None},
        {1: "E"},
        {2: (NAN, NAN, NAN)},
        {2: (float("inf"), 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0)},
        {2: (90.0, 0.0, 1.0)},
        {4: (181.0, 0.0, 0.0)},
        {2: (53.0, 61.0, 0.0)},
        {2: ()},
        {2: "53.3"},
        {2: None},
        {2: b"\x00\x01"},
    ],
)
def test_no_fix_is_no_place(wrong: dict[int, Any]) -> None:
    assert read_gps(BRIDGE | wrong) is None


def test_a_bad_detail_does_not_take_the_place_away() -> None:
    found = read_gps(BRIDGE | {6: NAN, 7: (25.0, 0.0, 0.0), 17: 9999.0, 29: "2026:13:45", 31: -1.0})
    assert found == {"longitude": -1.6, "latitude": 53.3001}


@pytest.mark.parametrize(("value", "means"), [(1, 1), (8, 8), (0, None), (9, None), ("6", None), ((6,), 6)])
def test_orientation_is_one_of_eight(value: object, means: int | None) -> None:
    assert orientation_of({0x0112: value}) == means


def test_words_of_a_camera_are_printable_and_short() -> None:
    image = Image.new("RGB", (4, 4))
    exif = image.getexif()
    exif[0x010F] = "Ka\x00me\x07ra\n  Ltd" + "x" * 500
    exif[0x0110] = "\x00\x00"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 09:15:30"
    exif.get_ifd(0x8769)[0x9011] = "+01:00"
    found = read_exif(image)
    assert found["make"].startswith("Ka me ra Ltdxxx")
    assert len(found["make"]) == 120
    assert "model" not in found
    assert found["taken_at"] == "2026-11-03T09:15:30+01:00"


_value = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=30),
    st.tuples(st.floats(), st.floats(), st.floats()),
    st.lists(st.integers(), max_size=4),
)


# A busy machine is no fault.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(0, 32), _value))
def test_whatever_stands_there_becomes_json_that_postgresql_takes(tags: dict[int, Any]) -> None:
    text = json.dumps(read_gps(tags), allow_nan=False)
    assert "\\u0000" not in text


class Broken:
    """An EXIF block where everything that is asked raises."""

    def getexif(self) -> Any:
        raise SyntaxError("not a TIFF file")


def test_exif_that_cannot_be_read_at_all_is_no_exif() -> None:
    assert read_exif(Broken()) == {}  # type: ignore[arg-type]
