"""Testford: two wards, a road, housing land and private land, with the categories and routes of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from accounts.models import Organisation
from checklists.actions import load_categories
from checklists.library import read_library
from checklists.models import Category
from places.models import Area, AreaKind, LandParcel, LandType, Street
from routing.actions import load_defaults
from tests import cast

ROAD = {"longitude": -0.9, "latitude": 52.24, "accuracy_m": 6.0, "source": "gps"}
HOUSING_LAND = {"longitude": -0.9, "latitude": 52.243, "accuracy_m": 4.0, "source": "gps"}
PRIVATE_LAND = {"longitude": -0.9, "latitude": 52.235, "accuracy_m": 9.0, "source": "gps"}
IN_SPENCER = {"longitude": -0.86, "latitude": 52.24, "accuracy_m": 5.0, "source": "gps"}
ELSEWHERE = {"longitude": -2.0, "latitude": 50.0, "accuracy_m": 5.0, "source": "gps"}


def east_of(place: dict[str, Any], metres: float) -> dict[str, Any]:
    """A place this far to the east of another in Testford, where a degree of longitude is 68.2 km."""
    return {**place, "longitude": place["longitude"] + metres / 68_200}


@dataclass(frozen=True)
class Town:
    castle: Area
    spencer: Area
    council: Organisation
    ems: Organisation
    housing: Organisation


def testford() -> Town:
    """The town, made once for each database."""
    council, ems, housing = (cast.organisation(about) for about in (cast.COUNCIL, cast.EMS, cast.HOUSING))
    castle = _area("Castle", -0.92, -0.88)
    spencer = _area("Spencer", -0.88, -0.84)
    _parcel("road", LandType.HIGHWAY, council, -0.92, -0.84, 52.2395, 52.2405)
    _parcel("estate", LandType.COUNCIL_HOUSING, housing, -0.92, -0.88, 52.241, 52.245)
    _parcel("yard", LandType.PRIVATE, None, -0.92, -0.88, 52.233, 52.238)
    Street.objects.get_or_create(name="Mere Road", defaults={"point": f"SRID=4326;POINT({-0.9} {52.24})"})
    if not Category.objects.exists():
        load_categories(library=read_library())
        load_defaults(organisations={"ems": ems, "housing": housing})
    return Town(castle, spencer, council, ems, housing)


def _box(west: float, east: float, south: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def _area(name: str, west: float, east: float) -> Area:
    values = {"name": name, "boundary": _box(west, east, 52.23, 52.25)}
    return Area.objects.get_or_create(kind=AreaKind.WARD, source="test", reference=name, defaults=values)[0]


def _parcel(
    reference: str, land: str, owner: Organisation | None, west: float, east: float, south: float, north: float
) -> None:
    values = {"land_type": land, "owner": owner, "boundary": _box(west, east, south, north)}
    LandParcel.objects.get_or_create(source="test", reference=reference, defaults=values)
