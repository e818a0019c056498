"""The whole borough, put together: what the loader writes and the basemap draws."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from . import plots
from .ground import to_ground
from .plan import HALF_WIDTH_M, Plan, biggest, draw_plan
from .plots import Parcel

SEED = 20


@dataclass(frozen=True)
class NamedStreet:
    """A street on the plan, and the ward its middle lies in."""

    name: str
    road_class: str
    line: LineString
    ward: str


@dataclass
class Borough:
    """Everything on the plan, in metres; `to_ground` places it."""

    plan: Plan
    streets: list[NamedStreet] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    buildings: list[tuple[str, Polygon]] = field(default_factory=list)
    greens: list[tuple[str, BaseGeometry]] = field(default_factory=list)
    paths: list[tuple[str, BaseGeometry]] = field(default_factory=list)

    @cached_property
    def land(self) -> Polygon:
        """The island: the wards with a strip of shore round them."""
        wards = shapely.union_all([ward.shape for ward in self.plan.wards])
        return biggest(wards.buffer(70).buffer(-30).simplify(2))

    @cached_property
    def parcels_by_land(self) -> dict[str, list[Parcel]]:
        found: dict[str, list[Parcel]] = {}
        for parcel in self.parcels:
            found.setdefault(parcel.land_type, []).append(parcel)
        return found


def draw_borough(seed: int = SEED) -> Borough:
    """Aldermere, the same for the same seed, in about a second and a half."""
    plan = draw_plan(seed)
    borough = Borough(plan)
    _add_streets(borough)
    rng = random.Random(seed + 1)
    for block in plan.blocks:
        ground = plots.build(block, rng)
        borough.parcels += ground.parcels
        borough.buildings += ground.buildings
        borough.greens += ground.greens
        borough.paths += ground.paths
    _add_water_and_railway(borough)
    return borough


def _ward_at(plan: Plan, point: Point) -> str:
    return min(plan.wards, key=lambda ward: ward.shape.distance(point)).name


def _add_streets(borough: Borough) -> None:
    """A strip of highway for each street; where two cross, the larger road has the ground."""
    plan = borough.plan
    order = {"primary": 0, "secondary": 1, "residential": 2}
    strips: list[Polygon] = []
    for road in sorted(plan.roads, key=lambda road: order[road.road_class]):
        ward = _ward_at(plan, road.line.interpolate(0.5, normalized=True))
        borough.streets.append(NamedStreet(road.name, road.road_class, road.line, ward))
        strip = road.line.buffer(HALF_WIDTH_M[road.road_class], cap_style="flat")
        for taken in strips:
            if strip.intersects(taken):
                strip = biggest(strip.difference(taken))
        if strip.area > 30:
            strips.append(strip)
            borough.parcels.append(Parcel("highway", plots.COUNCIL, strip, ward, road.name))


def _add_water_and_railway(borough: Borough) -> None:
    plan = borough.plan
    borough.parcels.append(
        Parcel("watercourse", plots.COUNCIL, plan.mere, _ward_at(plan, plan.mere.centroid), "The Mere")
    )
    highways = shapely.union_all([parcel.shape for parcel in borough.parcels_by_land["highway"]])
    del borough.parcels_by_land
    for ward in plan.wards:
        track = plan.railway.buffer(9).intersection(ward.shape).difference(highways)
        for part in shapely.get_parts(track):
            if isinstance(part, Polygon) and part.area > 40:
                borough.parcels.append(Parcel("railway", plots.RAILWAY, part, ward.name, "Railway"))
        brook = plan.stream.buffer(3.5).intersection(ward.shape).difference(highways)
        for part in shapely.get_parts(brook):
            if isinstance(part, Polygon) and part.area > 20:
                borough.parcels.append(Parcel("watercourse", "", part, ward.name, "Mere Brook"))


def reference_of(number: int) -> str:
    """The demo land register's title number for the `number`th parcel."""
    return f"AL{number:05d}"


__all__ = ["Borough", "NamedStreet", "Parcel", "draw_borough", "reference_of", "to_ground"]
