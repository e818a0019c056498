"""Places without a database: H3 cells, and what a boundary may look like. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import h3

# Hexagons of about 200 m across: UK practice for hotspots is cells of 150-250 m.
CELL_RESOLUTION = 9

# Names that publishers give the columns, best first (ONS, OS Open Data, councils' own exports).
_NAME_FIELDS = (
    r"name", r"ward_?name", r"wd\d\d(nm|name)", r"lad\d\d(nm|name)", r"area_?name", r"estate_?name", r"label",
    r"title", r"\w*_?name", r"\w+nm",
)  # fmt: skip
_REFERENCE_FIELDS = (
    r"reference", r"ref", r"gss_?code", r"ward_?code", r"wd\d\dcd", r"lad\d\dcd", r"code", r"area_?code",
    r"title_?(no|number)", r"uprn", r"toid", r"inspireid", r"parcel_?(id|ref|no)", r"\w+cd", r"\w*_?code",
    r"id", r"fid", r"objectid", r"gml_id",
)  # fmt: skip
_OWNER_FIELDS = (r"owner", r"owner_?name", r"proprietor(_?name.*)?", r"landlord", r"freeholder")
_LAND_TYPE_FIELDS = (r"land_?type", r"land_?use", r"land_?class", r"tenure", r"class", r"type")

# Words in land registers and asset lists -> our kinds of land.
_LAND_WORDS = {
    "highway": ("highway", "adopted highway", "road", "street", "carriageway", "footway", "verge"),
    "council_housing": ("council housing", "hra", "housing revenue account", "council house", "housing land"),
    "park": ("park", "open space", "recreation ground", "play area", "parks and open spaces"),
    "council_land": (
        "council land",
        "council",
        "council owned",
        "general fund",
        "council asset",
        "public land",
    ),
    "housing_association": (
        "housing association",
        "registered provider",
        "rsl",
        "registered social landlord",
    ),
    "private": ("private", "private land", "freehold", "leasehold", "residential", "commercial"),
    "railway": ("railway", "rail", "network rail"),
    "watercourse": ("watercourse", "river", "stream", "canal", "water"),
    "unknown": ("unknown", "unregistered", "", "none", "n/a"),
}
_LAND_BY_WORD = {word: code for code, words in _LAND_WORDS.items() for word in (*words, code.replace("_", " "))}


def cell_of(longitude: float, latitude: float) -> int:
    """The H3 cell at resolution 9 that holds the point, as an integer that fits a bigint."""
    return h3.str_to_int(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))


def distance_m(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Metres between two WGS84 points, on a sphere: good to 0.5 %, plenty beside a phone's accuracy."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    half_lat = (there - here) / 2
    half_lon = math.radians(other_longitude - longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(here) * math.cos(there) * math.sin(half_lon) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(chord))


def cell_centre(cell: int) -> tuple[float, float]:
    """The middle of a cell as (longitude, latitude)."""
    latitude, longitude = h3.cell_to_latlng(h3.int_to_str(cell))
    return longitude, latitude


def cell_boundary(cell: int) -> list[list[list[float]]]:
    """A cell's outline as a GeoJSON Polygon's `coordinates`: one closed ring of [longitude, latitude]."""
    ring = [[longitude, latitude] for latitude, longitude in h3.cell_to_boundary(h3.int_to_str(cell))]
    return [[*ring, ring[0]]]


def is_cell(cell: int) -> bool:
    """Whether the integer names an H3 cell of the resolution that defects carry."""
    try:
        name = h3.int_to_str(cell)
        return bool(h3.is_valid_cell(name)) and h3.get_resolution(name) == CELL_RESOLUTION
    except (ValueError, OverflowError):
        return False


def name_field(fields: Sequence[str]) -> str | None:
    """The column that most likely holds the name, or None."""
    return _best(fields, _NAME_FIELDS)


def reference_field(fields: Sequence[str]) -> str | None:
    """The column that most likely holds the publisher's code, or None."""
    return _best(fields, _REFERENCE_FIELDS)


def owner_field(fields: Sequence[str]) -> str | None:
    """The column that most likely names the owner, or None."""
    return _best(fields, _OWNER_FIELDS)


def land_type_field(fields: Sequence[str]) -> str | None:
    """The column that most likely says what kind of land it is, or None."""
    return _best(fields, _LAND_TYPE_FIELDS)


def _best(fields: Sequence[str], patterns: Iterable[str]) -> str | None:
    for pattern in patterns:
        for field in fields:
            if re.fullmatch(pattern, field, re.IGNORECASE):
                return field
    return None


def land_type_of(text: str) -> str | None:
    """The kind of land that a register's word means ("HRA" is council_housing), or None."""
    return _LAND_BY_WORD.get(re.sub(r"[\s_-]+", " ", text).strip().lower())


def coordinates_trouble(bounds: tuple[float, float, float, float]) -> str | None:
    """Why a boundary with these WGS84 bounds (west, south, east, north) can't be right, or None.

    A file in metres whose CRS is given wrongly shows itself here.
    """
    west, south, east, north = bounds
    if not all(map(math.isfinite, bounds)):
        return "its coordinates are not numbers"
    if west < -180 or east > 180 or south < -90 or north > 90:
        reach = f"longitude {west:.6g} to {east:.6g}, latitude {south:.6g} to {north:.6g}"
        return f"its coordinates lie outside the globe ({reach})"
    if east - west > 20 or north - south > 20:
        return "it is more than 20 degrees wide: no council is"
    return None


def open_ring(rings: Iterable[Sequence[Sequence[float]]]) -> str | None:
    """Why one of a polygon's rings is no ring (too few points, not closed), or None."""
    for ring in rings:
        if len(ring) < 4:
            return f"a ring has {len(ring)} points; it needs at least 4"
        if list(ring[0][:2]) != list(ring[-1][:2]):
            return "a ring is not closed: its first and last points differ"
    return None
