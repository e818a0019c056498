"""What stands on a block: houses, flats, sheds, garages, lawns, and whose ground it is."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import shapely
from shapely import Polygon
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from .plan import Block, _sides, biggest

COUNCIL = "Aldermere Borough Council"
HOMES = "Aldermere Homes"
ASSOCIATION = "Fenmark Housing Association"
TRUST = "Priory Almshouse Trust"
RAILWAY = "Aldermere Light Railway"


@dataclass(frozen=True)
class Parcel:
    """Ground of one owner. `owner_name` is as written in the demo land register."""

    land_type: str
    owner_name: str
    shape: Polygon
    ward: str
    name: str = ""


@dataclass
class Ground:
    """What `build` made of one block."""

    parcels: list[Parcel] = field(default_factory=list)
    buildings: list[tuple[str, Polygon]] = field(default_factory=list)
    greens: list[tuple[str, Polygon]] = field(default_factory=list)
    paths: list[tuple[str, BaseGeometry]] = field(default_factory=list)


class _Frame:
    """A block's own axes: `u` along its long side and `v` across, from its middle."""

    def __init__(self, shape: Polygon) -> None:
        self.shape = shape
        (east, north), self.long_m, self.short_m = _sides(shape)
        middle = shape.minimum_rotated_rectangle.centroid
        self._matrix = [east, -north, north, east, middle.x, middle.y]
        shapely.prepare(shape)

    def box(self, u0: float, v0: float, u1: float, v1: float) -> Polygon:
        return affine_transform(Polygon([(u0, v0), (u1, v0), (u1, v1), (u0, v1)]), self._matrix)

    def inside(self, shape: Polygon, margin_m: float = 1.5) -> bool:
        return bool(self.shape.contains(shape.buffer(margin_m, join_style="mitre")))

    def cut(self, shape: Polygon) -> Polygon:
        return biggest(shape.intersection(self.shape))


def build(block: Block, rng: random.Random) -> Ground:
    """Houses and parcels of one block, the same for the same block and `rng` state."""
    ground = Ground()
    if block.land == "park":
        ground.parcels.append(Parcel("park", COUNCIL, block.shape, block.ward, block.name))
        ground.greens.append(("park", block.shape))
    elif block.character == "flats":
        _flats(block, ground, rng)
    elif block.character == "centre":
        _centre(block, ground, rng)
    elif block.character == "works":
        _works(block, ground, rng)
    else:
        _rows(block, ground, rng)
    return ground


# Width of one house, houses in one building, gap between buildings, setback, depth.
_HOUSES = {
    "terraces": (5.4, 7, 3.2, 2.6, 8.6),
    "estate": (6.6, 4, 4.0, 5.0, 8.2),
    "suburb": (8.2, 2, 5.2, 7.0, 8.8),
}


def _rows(block: Block, ground: Ground, rng: random.Random) -> None:
    """Two rows of houses back to back, with an alley between them in older streets."""
    frame = _Frame(block.shape)
    width, together, gap, setback, depth = _HOUSES[block.character]
    alley = 1.7 if block.character == "terraces" or rng.random() < 0.3 else 0.0
    half = frame.short_m / 2
    span = width * together + gap
    count = max(1, int(frame.long_m / span))
    span = frame.long_m / count
    # Some rows on the older estates are still the council's own houses.
    landlord = rng.random()
    for side in (-1, 1):
        for index in range(count):
            left = -frame.long_m / 2 + index * span
            plot = frame.cut(frame.box(left, side * alley, left + span, side * (half + 1)))
            if plot.area < 60:
                continue
            ground.parcels.append(_plot(block, plot, landlord, rng))
            front, back = side * (half - setback), side * (half - setback - depth)
            house = frame.box(left + gap / 2, back, left + span - gap / 2, front)
            if frame.inside(house):
                ground.buildings.append(("house", house))
            else:
                shorter = frame.box(left + span * 0.3, back, left + span * 0.75, front)
                if frame.inside(shorter):
                    ground.buildings.append(("house", shorter))
    if alley:
        strip = frame.cut(frame.box(-frame.long_m, -alley, frame.long_m, alley))
        if strip.area > 40:
            ground.parcels.append(_alley(block, strip, rng))
            ground.paths.append(("alley", frame.cut(frame.box(-frame.long_m, -0.4, frame.long_m, 0.4))))


def _plot(block: Block, plot: Polygon, landlord: float, rng: random.Random) -> Parcel:
    if block.character == "estate" and (landlord < 0.35 or rng.random() < 0.12):
        return Parcel("council_housing", HOMES, plot, block.ward)
    if block.character == "terraces" and landlord < 0.12:
        return Parcel("housing_association", ASSOCIATION, plot, block.ward)
    return Parcel("private", "Private owners", plot, block.ward)


def _alley(block: Block, strip: Polygon, rng: random.Random) -> Parcel:
    """Shared alleys have no agreed owner more often than not."""
    draw = rng.random()
    if draw < 0.55:
        return Parcel("unknown", "", strip, block.ward, "Back alley")
    if draw < 0.8:
        return Parcel("private", "Shared by the frontagers", strip, block.ward, "Back alley")
    return Parcel("council_land", COUNCIL, strip, block.ward, "Back alley")


def _flats(block: Block, ground: Ground, rng: random.Random) -> None:
    """Slabs of flats on lawns, each with its share of the land, and a garage court."""
    frame = _Frame(block.shape)
    owner = HOMES if block.land == "council_housing" else ASSOCIATION
    count = max(1, round(frame.long_m / 42))
    step = frame.long_m / count
    court = rng.randrange(count)
    ground.greens.append(("estate", block.shape))
    for index in range(count):
        left = -frame.long_m / 2 + index * step
        share = frame.cut(frame.box(left, -frame.short_m, left + step, frame.short_m))
        if share.area < 120:
            continue
        if index == court and count > 1:
            _garages(block, frame, share, left, step, owner, ground)
            continue
        ground.parcels.append(Parcel(block.land, owner, share, block.ward, block.name))
        for top in (frame.short_m * 0.16, -frame.short_m * 0.16 - 11):
            slab = frame.box(left + 5, top, left + step - 5, top + 11)
            if frame.inside(slab, 3):
                ground.buildings.append(("flats", slab))


def _garages(block: Block, frame: _Frame, share: Polygon, left: float, step: float, owner: str, ground: Ground) -> None:
    ground.parcels.append(Parcel(block.land, owner, share, block.ward, "Garage court"))
    yard = frame.cut(frame.box(left + 4, -20, left + step - 4, 20)).buffer(-2)
    if not yard.is_empty:
        ground.paths.append(("court", biggest(yard)))
    for side in (-1, 1):
        row = frame.box(left + 6, side * 14, left + step - 6, side * 19.5)
        if frame.inside(row):
            ground.buildings.append(("garages", row))


_CIVIC = ("Market Square", "Town Hall", "Central Library", "Moot Street car park", "Bus station")


def _centre(block: Block, ground: Ground, rng: random.Random) -> None:
    """Shops round the edge of the block; a few blocks are the council's own."""
    frame = _Frame(block.shape)
    if rng.random() < 0.2 and block.shape.area > 2500:
        name = _CIVIC[int(abs(block.shape.centroid.x * 7 + block.shape.centroid.y * 3)) % len(_CIVIC)]
        ground.parcels.append(Parcel("council_land", COUNCIL, block.shape, block.ward, name))
        hall = frame.box(-frame.long_m * 0.22, -frame.short_m * 0.2, frame.long_m * 0.22, frame.short_m * 0.2)
        if "Square" in name or "car park" in name:
            ground.paths.append(("court", biggest(block.shape.buffer(-3))))
        elif frame.inside(hall):
            ground.buildings.append(("civic", hall))
        return
    count = max(2, round(frame.long_m / 17))
    step = frame.long_m / count
    for side in (-1, 1):
        for index in range(count):
            left = -frame.long_m / 2 + index * step
            plot = frame.cut(frame.box(left, 0, left + step, side * (frame.short_m / 2 + 1)))
            if plot.area < 60:
                continue
            trust = rng.random() < 0.04
            ground.parcels.append(Parcel("private", TRUST if trust else "Private owners", plot, block.ward))
            deep = rng.uniform(0.45, 0.72)
            shop = frame.box(
                left + 0.3,
                side * frame.short_m / 2 * (1 - deep),
                left + step - 0.3,
                side * (frame.short_m / 2 - 1.2),
            )
            if frame.inside(shop, 0.4):
                ground.buildings.append(("shop", shop))


def _works(block: Block, ground: Ground, rng: random.Random) -> None:
    """Sheds and yards by the harbour."""
    frame = _Frame(block.shape)
    count = max(1, round(frame.long_m / 75))
    step = frame.long_m / count
    for index in range(count):
        left = -frame.long_m / 2 + index * step
        for low, high in ((-frame.short_m / 2 - 1, 0.0), (0.0, frame.short_m / 2 + 1)):
            yard = frame.cut(frame.box(left, low, left + step, high))
            if yard.area < 150:
                continue
            council = rng.random() < 0.12
            ground.parcels.append(
                Parcel(
                    "council_land" if council else "private",
                    COUNCIL if council else "Private owners",
                    yard,
                    block.ward,
                    "Depot" if council else "",
                )
            )
            inset = rng.uniform(7, 13)
            shed = frame.box(left + inset, low + inset, left + step - inset, high - inset * 0.7)
            if frame.inside(shed, 2):
                ground.buildings.append(("shed", shed))


def scattered_point(shape: Polygon, rng: random.Random) -> tuple[float, float]:
    """A point inside `shape` (metres), a little away from its edge where it is wide enough."""
    room = shape.buffer(-1.2)
    return scattered_point_in(shape if room.is_empty else room, rng)


def scattered_point_in(room: BaseGeometry, rng: random.Random) -> tuple[float, float]:
    """A point inside `room`, in whatever units it has."""
    west, south, east, north = room.bounds
    shapely.prepare(room)
    for _ in range(60):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(room, x, y):
            return x, y
    point = room.representative_point()
    return point.x, point.y
