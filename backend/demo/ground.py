"""From the flat plan to places on the globe."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# The southern North Sea, so that nobody takes Aldermere for a real town.
CENTRE_LONGITUDE, CENTRE_LATITUDE = 1.60, 53.30

_METRES_PER_DEGREE_LATITUDE = 111_320.0
_METRES_PER_DEGREE_LONGITUDE = _METRES_PER_DEGREE_LATITUDE * math.cos(math.radians(CENTRE_LATITUDE))


def bend(points: np.ndarray) -> np.ndarray:
    """Metres on the plan to metres on the ground: streets are never quite straight."""
    x, y = points[:, 0], points[:, 1]
    east = x + 30 * np.sin(y / 165 + 0.7) + 14 * np.sin((x + y) / 150)
    north = y + 26 * np.sin(x / 190 + 2.1) + 12 * np.sin((x - 2 * y) / 230)
    return np.column_stack([east, north])


def _to_degrees(points: np.ndarray) -> np.ndarray:
    bent = bend(points)
    return np.column_stack(
        [
            np.round(CENTRE_LONGITUDE + bent[:, 0] / _METRES_PER_DEGREE_LONGITUDE, 7),
            np.round(CENTRE_LATITUDE + bent[:, 1] / _METRES_PER_DEGREE_LATITUDE, 7),
        ]
    )


def to_ground(shape: BaseGeometry, *, every_m: float = 24.0) -> BaseGeometry:
    """The plan's `shape` (metres) in WGS84 longitude and latitude, valid there too."""
    placed = shapely.transform(shapely.segmentize(shape, every_m), _to_degrees)
    return placed if placed.is_valid else shapely.make_valid(placed)


def point_to_ground(x: float, y: float) -> tuple[float, float]:
    """One point of the plan as (longitude, latitude)."""
    placed = _to_degrees(np.array([[x, y]]))[0]
    return float(placed[0]), float(placed[1])
