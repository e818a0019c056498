"""The map of a report: its area, its streets and what was found, drawn as SVG from our own rows.

Pure: no Django and no request to anybody. A street is known here by points on it, so streets are names
where they lie and not lines; the boundary and the numbers are exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Ring = Sequence[tuple[float, float]]

WIDTH, MOST_HEIGHT, LEAST_HEIGHT = 1000.0, 900.0, 420.0
_MARGIN = 60.0
_METRES_A_DEGREE = 111_320.0
_MOST_NAMES = 40
_LETTER, _LINE = 9.2, 20.0  # of a street's name, in the drawing's units
_PIN = 17.0
# Colours of print that hold 4.5:1 against the white of their number; the shape says the same.
_SEVERITY = {1: ("#8c1016", "diamond"), 2: ("#7a4200", "square"), 3: ("#25358f", "circle"), 4: ("#3d4752", "circle")}
_LENGTHS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was found. ``number`` is what its pin says; degrees; severity 1 (worst) to 4."""

    number: int
    longitude: float
    latitude: float
    severity: int


@dataclass(frozen=True, slots=True)
class StreetName:
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the drawing: equal scale both ways at this latitude, north at the top."""

    west: float
    north: float
    units_a_metre: float
    metres_a_longitude: float
    height: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.metres_a_longitude * self.units_a_metre + _MARGIN
        y = (self.north - latitude) * _METRES_A_DEGREE * self.units_a_metre + _MARGIN
        return round(x, 1), round(y, 1)


def draw(
    *,
    rings: Sequence[Ring],
    streets: Iterable[StreetName] = (),
    marks: Sequence[Mark] = (),
    title: str,
) -> str | None:
    """The SVG element, or None where there is nothing to place. ``rings`` are the boundary's, in degrees
    (longitude, latitude); ``title`` is what a screen reader says of it."""
    frame = _frame([*(point for ring in rings for point in ring), *((m.longitude, m.latitude) for m in marks)])
    if frame is None:
        return None
    pins = _spread([(mark, *frame.at(mark.longitude, mark.latitude)) for mark in marks])
    taken = [(x - _PIN, y - _PIN, x + _PIN, y + _PIN) for _, x, y, _, _ in pins]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="img" viewBox="0 0 {WIDTH:g} {frame.height:g}"'
        f' font-family="Atkinson Hyperlegible, Atkinson Hyperlegible Ext, sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH:g}" height="{frame.height:g}" fill="#f2f4f5"/>',
        *_boundary(rings, frame),
        *_names(streets, frame, taken),
        *_pins(pins),
        _scale_bar(frame),
        _north(),
        "</svg>",
    ]
    return "".join(parts)


def _frame(points: Sequence[tuple[float, float]]) -> _Frame | None:
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    metres_a_longitude = _METRES_A_DEGREE * max(0.01, math.cos(math.radians((south + north) / 2)))
    # A single point still gets a street's length around it.
    wide = max((east - west) * metres_a_longitude, 60.0)
    high = max((north - south) * _METRES_A_DEGREE, 60.0)
    west = (west + east) / 2 - wide / 2 / metres_a_longitude
    north = (south + north) / 2 + high / 2 / _METRES_A_DEGREE
    scale = min((WIDTH - 2 * _MARGIN) / wide, (MOST_HEIGHT - 2 * _MARGIN) / high)
    height = max(LEAST_HEIGHT, high * scale + 2 * _MARGIN)
    west -= ((WIDTH - 2 * _MARGIN) / scale - wide) / 2 / metres_a_longitude
    north += ((height - 2 * _MARGIN) / scale - high) / 2 / _METRES_A_DEGREE
    return _Frame(west, north, scale, metres_a_longitude, round(height, 1))


def _boundary(rings: Sequence[Ring], frame: _Frame) -> list[str]:
    path = " ".join(
        "M" + " L".join(f"{x:g},{y:g}" for x, y in (frame.at(*point) for point in ring)) + " Z"
        for ring in rings
        if len(ring) > 2
    )
    if not path:
        return []
    style = 'fill="#ffffff" fill-rule="evenodd" stroke="#25358f" stroke-width="4" stroke-linejoin="round"'
    return [f'<path d="{path}" {style}/>']


def _names(streets: Iterable[StreetName], frame: _Frame, taken: list[tuple[float, float, float, float]]) -> list[str]:
    """Each name once, where nothing else stands; a name without room is left out."""
    said: set[str] = set()
    drawn: list[str] = []
    for street in streets:
        if street.name in said or len(drawn) == _MOST_NAMES:
            continue
        x, y = frame.at(street.longitude, street.latitude)
        half = len(street.name) * _LETTER / 2
        box = (x - half, y - _LINE / 2, x + half, y + _LINE / 2)
        outside = box[0] < 4 or box[2] > WIDTH - 4 or box[1] < 4 or box[3] > frame.height - 40
        if outside or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        said.add(street.name)
        drawn.append(
            f'<text x="{x:g}" y="{y + 6:g}" text-anchor="middle" font-size="18" fill="#3d4752">'
            f"{escape(street.name)}</text>"
        )
    return drawn


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


_Pin = tuple[Mark, float, float, float, float]


def _spread(placed: list[tuple[Mark, float, float]]) -> list[_Pin]:
    """Pins that would hide each other move apart; each keeps its true place as (…, place x, place y)."""
    at = [[x, y] for _, x, y in placed]
    for _ in range(60):
        moved = False
        for i in range(len(at)):
            for j in range(i):
                moved = _push_apart(at[i], at[j], i) or moved
        if not moved:
            break
    return [(mark, round(p[0], 1), round(p[1], 1), x, y) for (mark, x, y), p in zip(placed, at, strict=True)]


def _push_apart(one: list[float], other: list[float], turn: int) -> bool:
    dx, dy = one[0] - other[0], one[1] - other[1]
    apart = math.hypot(dx, dy)
    short = 2 * _PIN + 2 - apart
    if short <= 0:
        return False
    if apart < 0.01:
        # On the very same spot: each goes its own way round, the same way at every drawing.
        dx, dy, apart = math.cos(turn * 2.4), math.sin(turn * 2.4), 1.0
    step = short / 2 / apart
    one[0], one[1] = one[0] + dx * step, one[1] + dy * step
    other[0], other[1] = other[0] - dx * step, other[1] - dy * step
    return True


def _pins(pins: Sequence[_Pin]) -> list[str]:
    lines, heads = [], []
    for mark, x, y, true_x, true_y in pins:
        colour, shape = _SEVERITY[min(4, max(1, mark.severity))]
        if math.hypot(x - true_x, y - true_y) > _PIN / 2:
            lines.append(
                f'<path d="M{true_x:g},{true_y:g} L{x:g},{y:g}" stroke="{colour}" stroke-width="2"/>'
                f'<circle cx="{true_x:g}" cy="{true_y:g}" r="3.5" fill="{colour}"/>'
            )
        heads.append(
            f'{_head(shape, x, y, colour)}<text x="{x:g}" y="{y + 6:g}" text-anchor="middle" font-size="17"'
            f' font-weight="700" fill="#ffffff">{mark.number}</text>'
        )
    return lines + heads


def _head(shape: str, x: float, y: float, colour: str) -> str:
    look = f'fill="{colour}" stroke="#ffffff" stroke-width="2"'
    if shape == "diamond":
        r = _PIN * 1.25
        return f'<path d="M{x:g},{y - r:g} L{x + r:g},{y:g} L{x:g},{y + r:g} L{x - r:g},{y:g} Z" {look}/>'
    if shape == "square":
        r = _PIN * 0.92
        return f'<rect x="{x - r:g}" y="{y - r:g}" width="{2 * r:g}" height="{2 * r:g}" rx="3" {look}/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{_PIN:g}" {look}/>'


def _scale_bar(frame: _Frame) -> str:
    fits = [length for length in _LENGTHS_M if length * frame.units_a_metre <= WIDTH / 4]
    metres = fits[-1] if fits else _LENGTHS_M[0]
    length = round(metres * frame.units_a_metre, 1)
    y = frame.height - 22
    words = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    return (
        f'<path d="M24,{y - 8:g} V{y:g} H{24 + length:g} V{y - 8:g}" fill="none" stroke="#12181f" stroke-width="3"/>'
        f'<text x="{32 + length:g}" y="{y + 3:g}" font-size="18" fill="#12181f">{words}</text>'
    )


def _north() -> str:
    x = WIDTH - 34
    return (
        f'<path d="M{x:g},16 L{x + 11:g},46 L{x:g},38 L{x - 11:g},46 Z" fill="#12181f"/>'
        f'<text x="{x:g}" y="66" text-anchor="middle" font-size="18" font-weight="700" fill="#12181f">N</text>'
    )
