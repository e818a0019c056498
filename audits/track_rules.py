"""What is kept of a route: fixes that can be believed, and no more points than the line needs. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shapely.geometry import LineString

from places.rules import distance_m

# A worse fix says less than which side of a street.
WORST_ACCURACY_M = 30.0
# Faster than anybody runs: the receiver jumped, or they took the bus.
FASTEST_M_S = 8.0
# What lies between two fixes further apart than this was not seen.
LONGEST_STEP_M = 150.0
LONGEST_GAP_S = 180.0
_STANDS_STILL_M = 30.0
# After so many jumps in a row it was the fix before them that was wrong.
_MOST_JUMPS = 3
# Douglas and Peucker: no point of the route lies further than this from the line that is kept.
SIMPLIFIED_TO_M = 3.0
KEPT = dt.timedelta(days=90)
# A street counts as walked where at least half of its points lie this near to the route.
NEAR_STREET_M = 25.0
# What was found this near to a street was found there.
FOUND_NEAR_STREET_M = 60.0

_METRES_A_DEGREE = 111_320.0
Line = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Fix:
    """WGS84 degrees, metres, seconds since 1970."""

    longitude: float
    latitude: float
    accuracy_m: float
    at_s: float


def lines_of(fixes: Iterable[Fix]) -> list[Line]:
    """The stretches that were walked, each a line of (longitude, latitude); none where no fix is good enough."""
    lines = [
        _simplified(stretch) for stretch in _stretches(sorted(fixes, key=lambda fix: fix.at_s)) if len(stretch) > 1
    ]
    return [line for line in lines if len(line) > 1 and length_m(line) > 0]


def length_m(line: Sequence[tuple[float, float]]) -> float:
    """Metres along a line."""
    return sum(distance_m(*here, *there) for here, there in pairwise(line))


def is_good(fix: Fix) -> bool:
    """Whether a fix says where somebody is."""
    on_earth = abs(fix.longitude) <= 180 and abs(fix.latitude) <= 90 and (fix.longitude, fix.latitude) != (0, 0)
    return on_earth and 0 <= fix.accuracy_m <= WORST_ACCURACY_M


def _stretches(fixes: Iterable[Fix]) -> list[list[Fix]]:
    """Good fixes in order, parted where the phone was silent or jumped."""
    found: list[list[Fix]] = []
    jumps = 0
    for fix in filter(is_good, fixes):
        last = found[-1][-1] if found else None
        if last is None:
            found.append([fix])
            continue
        metres = distance_m(last.longitude, last.latitude, fix.longitude, fix.latitude)
        seconds = fix.at_s - last.at_s
        if metres > FASTEST_M_S * max(seconds, 1.0) + last.accuracy_m + fix.accuracy_m and jumps < _MOST_JUMPS:
            jumps += 1
            continue
        parted = jumps >= _MOST_JUMPS or metres > LONGEST_STEP_M
        if parted or (seconds > LONGEST_GAP_S and metres > _STANDS_STILL_M):
            found.append([fix])
        elif metres > 0:
            found[-1].append(fix)
        jumps = 0
    return found


def _simplified(stretch: Sequence[Fix]) -> Line:
    """In metres of a plane that touches the ground here: over the length of a walk it is flat."""
    east = _METRES_A_DEGREE * math.cos(math.radians(stretch[0].latitude))
    flat = LineString([(fix.longitude * east, fix.latitude * _METRES_A_DEGREE) for fix in stretch])
    simple = flat.simplify(SIMPLIFIED_TO_M, preserve_topology=False)
    return [(round(x / east, 6), round(y / _METRES_A_DEGREE, 6)) for x, y in simple.coords]
