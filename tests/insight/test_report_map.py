"""The map of a report: everything is on it, nothing hides another, and nobody's words become code."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from insight.report_map import Mark, StreetName, draw

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = [(-0.91, 52.23), (-0.89, 52.23), (-0.89, 52.25), (-0.91, 52.25), (-0.91, 52.23)]


def drawn(*marks: Mark, streets: tuple[StreetName, ...] = ()) -> ElementTree.Element:
    svg = draw(rings=[SQUARE], streets=streets, marks=marks, title="Map of Castle")
    assert svg is not None
    return ElementTree.fromstring(svg)


def test_north_is_up_and_the_ground_keeps_its_shape() -> None:
    svg = drawn()
    path = svg.find(f"{SVG}path")
    assert path is not None
    corners = [tuple(map(float, pair.split(","))) for pair in re.findall(r"[\d.]+,[\d.]+", path.get("d", ""))]
    (x1, y1), (x2, y2), (_, y3) = corners[:3]
    assert x2 > x1 and y1 == y2, "east is to the right"
    assert y3 < y2, "north is above"
    # A hundredth of a degree is 0.6 times as far to the east as to the north here.
    assert math.isclose((x2 - x1) / (y2 - y3), math.cos(math.radians(52.24)), rel_tol=0.01)


def test_it_has_words_for_who_does_not_see_it() -> None:
    title = drawn().find(f"{SVG}title")
    assert title is not None and title.text == "Map of Castle"


def test_things_on_one_spot_move_apart_and_each_keeps_a_line_to_its_place() -> None:
    svg = drawn(*(Mark(number, -0.9, 52.24, 3) for number in range(1, 6)))
    numbers = [text for text in svg.iter(f"{SVG}text") if (text.text or "").isdigit()]
    assert [text.text for text in numbers] == ["1", "2", "3", "4", "5"]
    places = [(float(text.get("x", 0)), float(text.get("y", 0))) for text in numbers]
    for one in range(5):
        for other in range(one):
            assert math.dist(places[one], places[other]) >= 34


def test_severity_is_a_shape_too() -> None:
    svg = ElementTree.tostring(drawn(Mark(1, -0.905, 52.24, 1), Mark(2, -0.895, 52.24, 2), Mark(3, -0.9, 52.245, 4)))
    assert b"rect" in svg and b"circle" in svg and svg.count(b"#8c1016") == 1


def test_a_street_is_named_once_and_its_name_is_only_a_name() -> None:
    evil = StreetName("<script>alert(1)</script> & Co", -0.9, 52.24)
    svg = drawn(streets=(evil, evil))
    assert [text.text for text in svg.iter(f"{SVG}text")].count(evil.name) == 1
    assert svg.find(f".//{SVG}script") is None


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    assert draw(rings=[], marks=[], title="Nowhere") is None


@given(
    st.lists(
        st.tuples(st.floats(-179, 179), st.floats(-80, 80), st.integers(1, 4)),
        min_size=1,
        max_size=25,
    )
)
def test_any_places_make_a_picture_of_a_size_that_fits_a_page(places: list[tuple[float, float, int]]) -> None:
    marks = [Mark(n, east, north, severity) for n, (east, north, severity) in enumerate(places, start=1)]
    svg = draw(rings=[], marks=marks, title="Anywhere")
    assert svg is not None
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox", "").split())
    assert width == 1000 and 400 <= height <= 900
