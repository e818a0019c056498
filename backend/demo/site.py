"""A place for the demo to happen in: Aldermere, or the wards of a file."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import shapely
from shapely import MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from . import plots
from .borough import Borough, reference_of, to_ground
from .ground import point_to_ground

SOURCE = "Aldermere demo"
# Where more goes wrong than elsewhere; a hotspot map that shows nothing teaches nothing.
_BUSY = {"Kiln End": 3.2, "Market": 2.4, "Saltings": 1.7, "Northgate": 1.5, "Ropewalk": 1.3}
_STREET_POINT_EVERY_M = 110


@dataclass(frozen=True)
class SiteArea:
    kind: str
    name: str
    reference: str
    parent: str
    boundary: MultiPolygon


@dataclass(frozen=True)
class SiteParcel:
    reference: str
    land_type: str
    owner_name: str
    boundary: MultiPolygon


@dataclass
class Site:
    """What the loader writes, in WGS84, and where something can be seen."""

    areas: list[SiteArea] = field(default_factory=list)
    parcels: list[SiteParcel] = field(default_factory=list)
    streets: list[tuple[str, float, float]] = field(default_factory=list)
    # land type -> (cumulative weights, pickers of a place as longitude and latitude)
    spots: dict[str, tuple[list[float], list[Callable[[random.Random], tuple[float, float]]]]] = field(
        default_factory=dict
    )

    def spot(self, land_type: str, rng: random.Random) -> tuple[float, float]:
        """Longitude and latitude of somewhere on that kind of land."""
        weights, places = self.spots[land_type]
        return rng.choices(places, cum_weights=weights)[0](rng)


def many(shape: BaseGeometry) -> MultiPolygon:
    """All polygons of a shape, as one multipolygon."""
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


def aldermere(borough: Borough) -> Site:
    """The invented borough, placed on the globe."""
    site = Site()
    whole = shapely.union_all([ward.shape for ward in borough.plan.wards])
    site.areas.append(SiteArea("council", "Aldermere", "AL", "", many(to_ground(whole))))
    for number, ward in enumerate(borough.plan.wards, start=1):
        site.areas.append(SiteArea("ward", ward.name, f"AL-W{number:02d}", "AL", many(to_ground(ward.shape))))
    ward_references = {area.name: area.reference for area in site.areas}
    for number, (name, ward_name, _, shape) in enumerate(borough.plan.estates, start=1):
        parent = ward_references[ward_name]
        site.areas.append(SiteArea("estate", name, f"AL-E{number:02d}", parent, many(to_ground(shape))))
    weighted: dict[str, list[tuple[float, Callable[[random.Random], tuple[float, float]]]]] = {}
    for number, parcel in enumerate(borough.parcels, start=1):
        reference = reference_of(number)
        boundary = many(to_ground(parcel.shape))
        site.parcels.append(SiteParcel(reference, parcel.land_type, parcel.owner_name, boundary))
        weight = math.sqrt(parcel.shape.area) * _BUSY.get(parcel.ward, 1.0)
        weighted.setdefault(parcel.land_type, []).append((weight, _on_plan(parcel.shape)))
    site.spots = _cumulated(weighted)
    for street in borough.streets:
        count = max(1, round(street.line.length / _STREET_POINT_EVERY_M))
        for index in range(count):
            middle = street.line.interpolate((index + 0.5) / count, normalized=True)
            site.streets.append((street.name, *point_to_ground(middle.x, middle.y)))
    return site


def _on_plan(shape: Polygon) -> Callable[[random.Random], tuple[float, float]]:
    return lambda rng: point_to_ground(*plots.scattered_point(shape, rng))


def _cumulated(
    weighted: dict[str, list[tuple[float, Callable[[random.Random], tuple[float, float]]]]],
) -> dict[str, tuple[list[float], list[Callable[[random.Random], tuple[float, float]]]]]:
    return {
        land: (list(itertools.accumulate(weight for weight, _ in rows)), [place for _, place in rows])
        for land, rows in weighted.items()
    }


# How the land of a real ward is shared out when nobody has given its parcels.
_SHARES = (
    ("highway", plots.COUNCIL, 5),
    ("council_housing", plots.HOMES, 4),
    ("private", "Private owners", 5),
    ("park", plots.COUNCIL, 2),
    ("council_land", plots.COUNCIL, 2),
    ("housing_association", plots.ASSOCIATION, 1),
    ("unknown", "", 1),
)
_PARCELS_A_WARD = 36


def elsewhere(wards: Iterable[tuple[str, Polygon | MultiPolygon]], seed: int) -> Site:
    """Real wards (reference, boundary in WGS84) with invented parcels, and no invented streets."""
    rng = random.Random(seed)
    site = Site()
    weighted: dict[str, list[tuple[float, Callable[[random.Random], tuple[float, float]]]]] = {}
    for ward_reference, boundary in wards:
        busy = rng.choice((0.6, 1.0, 1.0, 1.6, 2.8))
        seeds = MultiPoint([plots.scattered_point_in(boundary, rng) for _ in range(_PARCELS_A_WARD)])
        cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=boundary))
        for index, cell in enumerate(sorted(cells, key=lambda each: (each.centroid.x, each.centroid.y))):
            shape = many(cell.intersection(boundary))
            if shape.is_empty:
                continue
            land_type, owner, _ = rng.choices(_SHARES, weights=[share for _, _, share in _SHARES])[0]
            site.parcels.append(SiteParcel(f"{ward_reference}-{index:02d}", land_type, owner, shape))
            weighted.setdefault(land_type, []).append((busy, _in_degrees(shape)))
    site.spots = _cumulated(weighted)
    return site


def _in_degrees(shape: MultiPolygon) -> Callable[[random.Random], tuple[float, float]]:
    return lambda rng: plots.scattered_point_in(shape, rng)
