"""The plan of the town: wards, main roads, streets, blocks, the mere, the railway.

Everything is in metres on a flat plane whose origin is the borough's centre;
`ground.to_ground` bends it a little and puts it on the globe.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, split

from . import names

HALF_WIDTH_M = {"primary": 7.5, "secondary": 6.0, "residential": 4.8}

# The long and the short side a block is cut down to, by the ward's character.
_BLOCK_M = {
    "centre": (120.0, 80.0),
    "terraces": (190.0, 66.0),
    "suburb": (220.0, 84.0),
    "works": (230.0, 140.0),
    "estate": (200.0, 74.0),
    "flats": (170.0, 110.0),
}


@dataclass(frozen=True)
class Ward:
    name: str
    character: str
    shape: Polygon


@dataclass(frozen=True)
class Road:
    name: str
    road_class: str
    line: LineString


@dataclass(frozen=True)
class Block:
    """A piece of ground between streets; `land` is what most of it belongs to."""

    ward: str
    character: str
    shape: Polygon
    name: str = ""
    land: str = ""


@dataclass
class Plan:
    wards: list[Ward] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    estates: list[tuple[str, str, str, Polygon]] = field(default_factory=list)
    railway: LineString = field(default_factory=LineString)
    stream: LineString = field(default_factory=LineString)
    mere: Polygon = field(default_factory=Polygon)


def biggest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of what an overlay returned (empty when there is none)."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area, default=Polygon())


def draw_plan(seed: int) -> Plan:
    """The whole town for a seed; the same seed draws the same town."""
    rng = random.Random(seed)
    plan = Plan()
    shore = _shore(rng)
    plan.wards = _wards(shore)
    plan.roads = _main_roads(plan.wards)
    cutter = _Cutter(plan, rng, names.street_names(rng))
    for ward in plan.wards:
        cutter.cut(Block(ward.name, ward.character, ward.shape))
    plan.railway = _railway()
    park = next(block for block in plan.blocks if block.name == "Mere Park")
    plan.mere = _mere(park.shape, rng)
    plan.stream = _stream(plan.mere, shore)
    _take_the_ways_out(plan)
    return plan


def _shore(rng: random.Random) -> Polygon:
    waves = [(n, rng.uniform(0, math.tau), rng.uniform(0.02, 0.05)) for n in (2, 3, 5, 7)]
    points = []
    for step in range(120):
        turn = math.tau * step / 120
        reach = 1 + sum(size * math.sin(n * turn + phase) for n, phase, size in waves)
        points.append((1400 * reach * math.cos(turn), 1130 * reach * math.sin(turn)))
    return biggest(Polygon(points).simplify(4))


def _wards(shore: Polygon) -> list[Ward]:
    seeds = MultiPoint([(x, y) for _, x, y, _ in names.WARDS])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shore.buffer(500)))
    wards = []
    for name, x, y, character in names.WARDS:
        cell = next(cell for cell in cells if cell.contains(Point(x, y)))
        wards.append(Ward(name, character, biggest(cell.intersection(shore))))
    return wards


def _main_roads(wards: list[Ward]) -> list[Road]:
    roads = []
    unused = iter(names.MAIN_ROADS)
    for index, one in enumerate(wards):
        for other in wards[index + 1 :]:
            shared = one.shape.intersection(other.shape)
            lines = [part for part in shapely.get_parts(shared) if isinstance(part, LineString)]
            if not lines:
                continue
            merged = linemerge(lines) if len(lines) > 1 else lines[0]
            line = max(shapely.get_parts(merged), key=lambda part: part.length)
            if line.length > 40:
                roads.append(Road(next(unused), "primary", line))
    return roads


def _sides(shape: Polygon) -> tuple[tuple[float, float], float, float]:
    """Unit vector of the long side of the smallest box round `shape`, and both lengths."""
    corners = shapely.get_coordinates(shape.minimum_rotated_rectangle).tolist()
    first = (corners[1][0] - corners[0][0], corners[1][1] - corners[0][1])
    second = (corners[2][0] - corners[1][0], corners[2][1] - corners[1][1])
    lengths = math.hypot(*first), math.hypot(*second)
    along, long_m, short_m = (
        (first, lengths[0], lengths[1]) if lengths[0] >= lengths[1] else (second, lengths[1], lengths[0])
    )
    return (along[0] / long_m, along[1] / long_m), long_m, short_m


@dataclass
class _Cutter:
    """Halves wards by streets until every piece is a block, a park or part of an estate."""

    plan: Plan
    rng: random.Random
    street_name: dict[str, Iterator[str]]

    def cut(self, piece: Block, depth: int = 0) -> None:
        (east, north), long_m, short_m = _sides(piece.shape)
        slender = long_m > 2 * short_m
        park = _meant_for(piece.shape, names.PARKS)
        if park and not slender and piece.shape.area <= park[3]:
            self.plan.blocks.append(Block(piece.ward, "park", piece.shape, park[0], "park"))
            return
        estate = None if piece.name else _meant_for(piece.shape, names.ESTATES)
        if estate and not slender and piece.shape.area <= estate[3]:
            self.plan.estates.append((estate[0], piece.ward, estate[4], piece.shape))
            piece = Block(piece.ward, "flats", piece.shape, estate[0], estate[4])
            estate = None
        target_long, target_short = _BLOCK_M[piece.character]
        if park or estate:
            # What is to become a park or an estate is cut across, so that it ends up compact.
            target_short = target_long
        across_ratio, along_ratio = short_m / target_short, long_m / target_long
        if max(across_ratio, along_ratio) < 1.45 or piece.shape.area < 4500:
            self.plan.blocks.append(piece)
            return
        if across_ratio >= along_ratio:
            direction, width_m = (east, north), short_m
        else:
            direction, width_m = (-north, east), long_m
        for part in self._halve(piece, direction, self.rng.uniform(-0.07, 0.07) * width_m, depth):
            self.cut(Block(piece.ward, piece.character, part, piece.name, piece.land), depth + 1)

    def _halve(self, piece: Block, direction: tuple[float, float], shift_m: float, depth: int) -> list[Polygon]:
        """Two halves of a piece and, between them, a new street."""
        east, north = direction
        middle = piece.shape.centroid
        x, y = middle.x - north * shift_m, middle.y + east * shift_m
        knife = LineString([(x - east * 4000, y - north * 4000), (x + east * 4000, y + north * 4000)])
        road_class = "secondary" if depth < 2 else "residential"
        line = max(shapely.get_parts(knife.intersection(piece.shape)), key=lambda part: part.length)
        self.plan.roads.append(Road(next(self.street_name[road_class]), road_class, line))
        halves = split(piece.shape, knife).geoms
        return [part for part in halves if isinstance(part, Polygon) and part.area > 1]


def _meant_for(shape: Polygon, places: tuple[tuple, ...]) -> tuple | None:
    """The park or estate (name, x, y, largest area, …) that a piece of this size is to hold."""
    for place in places:
        if shape.area <= place[3] * 2 and shape.contains(Point(place[1], place[2])):
            return place
    return None


def _railway() -> LineString:
    return LineString([(x, -215 + 60 * math.sin(x / 520) + 0.00006 * (x + 200) ** 2) for x in range(-1700, 1701, 25)])


def _mere(park: Polygon, rng: random.Random) -> Polygon:
    room = park.buffer(-45)
    centre, reach = room.centroid, math.sqrt(room.area / math.pi) * 0.92
    points = []
    for step in range(72):
        turn = math.tau * step / 72
        bend = 1 + 0.14 * math.sin(2 * turn + 1.1) + 0.08 * math.sin(3 * turn + rng.random() * 0.01)
        points.append((centre.x + reach * bend * math.cos(turn), centre.y + reach * bend * math.sin(turn)))
    return biggest(Polygon(points).intersection(room.buffer(12))).buffer(8).buffer(-8)


def _stream(mere: Polygon, shore: Polygon) -> LineString:
    start = Point(mere.centroid.x - 30, mere.bounds[1] + 8)
    points = [(start.x - 70 * math.sin(step / 5) - step * 4, start.y - step * 24) for step in range(80)]
    return max(
        shapely.get_parts(LineString(points).intersection(shore.buffer(20))),
        key=lambda part: part.length,
    )


def _take_the_ways_out(plan: Plan) -> None:
    """Narrow every block to the ground that roads, railway and stream leave it."""
    corridors = [road.line.buffer(HALF_WIDTH_M[road.road_class], cap_style="flat") for road in plan.roads]
    taken = shapely.union_all([*corridors, plan.railway.buffer(9), plan.stream.buffer(3.5)])
    shapely.prepare(taken)
    blocks = []
    for block in plan.blocks:
        for part in shapely.get_parts(block.shape.difference(taken)):
            # A sliver beside the railway is nobody's garden.
            if isinstance(part, Polygon) and part.area > 250 and not part.buffer(-4).is_empty:
                blocks.append(Block(block.ward, block.character, part, block.name, block.land))
    plan.blocks = blocks
