"""Where a point lies and whose land that is, in one question to the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# A street further away than this doesn't name the place.
NEAREST_STREET_M = 250


@dataclass(frozen=True, slots=True)
class LocatedArea:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class LocatedParcel:
    id: UUID
    reference: str
    owner_name: str


@dataclass(frozen=True, slots=True)
class Located:
    """`land_type` is "unknown" and `parcel` None where no parcel holds the point.

    `area_ids` are all areas that hold it, of every kind, so parents too. `street_text` is the nearest
    street within 250 m, or "".
    """

    ward: LocatedArea | None
    parcel: LocatedParcel | None
    land_type: str
    owner_id: UUID | None
    street_text: str
    area_ids: frozenset[UUID]


# The planner walks the GiST index of each table once. The index knows degrees, which are shorter from
# east to west: it offers the eight nearest streets, and metres decide among them.
_QUESTION = """
WITH here AS (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS point)
SELECT
    ward.id, ward.name, held.ids,
    parcel.id, parcel.reference, parcel.owner_name, parcel.land_type, parcel.owner_id,
    CASE WHEN ST_DistanceSphere(street.point, here.point) <= %s THEN street.name ELSE '' END
FROM here
LEFT JOIN LATERAL (
    SELECT array_agg(area.id) AS ids FROM places_area area WHERE ST_Covers(area.boundary, here.point)
) held ON true
LEFT JOIN LATERAL (
    SELECT area.id, area.name FROM places_area area
    WHERE area.id = ANY (held.ids) AND area.kind = 'ward' ORDER BY area.area_m2, area.name LIMIT 1
) ward ON true
LEFT JOIN LATERAL (
    SELECT land.id, land.reference, land.owner_name, land.land_type, land.owner_id
    FROM places_landparcel land
    WHERE ST_Covers(land.boundary, here.point) ORDER BY land.area_m2, land.reference LIMIT 1
) parcel ON true
LEFT JOIN LATERAL (
    SELECT near.name, near.point FROM (
        SELECT name, point FROM places_street ORDER BY point <-> here.point LIMIT 8
    ) near ORDER BY ST_DistanceSphere(near.point, here.point) LIMIT 1
) street ON true
"""


def locate(longitude: float, latitude: float) -> Located:
    """The ward, the smallest parcel, its owner and the nearest street of a WGS84 point. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [longitude, latitude, NEAREST_STREET_M])
        (
            ward_id,
            ward_name,
            area_ids,
            parcel_id,
            reference,
            owner_name,
            land_type,
            owner_id,
            street,
        ) = cursor.fetchone()
    return Located(
        ward=LocatedArea(ward_id, ward_name) if ward_id else None,
        parcel=LocatedParcel(parcel_id, reference, owner_name) if parcel_id else None,
        land_type=land_type or "unknown",
        owner_id=owner_id,
        street_text=street or "",
        area_ids=frozenset(area_ids or ()),
    )
