"""Declaring a hotspot: for a while, work at a place is more urgent. It has dates, a review and a name."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import transaction
from django.utils import timezone

from accounts.allowed import require_rule_maker
from accounts.models import Person
from ledger.problems import Problem
from ledger.recording import record
from places import rules
from places.models import Area, AreaKind, Hotspot

SMALLEST_RADIUS_M, LARGEST_RADIUS_M = 25, 2000
# As long as a season's plan; what must stay longer is declared again by somebody who looked.
LONGEST_DAYS = 366
_SOURCE = "declared"
_CORNERS = 48
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True)
class Circle:
    """Ground around a WGS84 point."""

    longitude: float
    latitude: float
    radius_m: float

    @property
    def boundary(self) -> MultiPolygon:
        """The circle as a ring of 48 points, true to a metre at these sizes."""
        north = self.radius_m / _METRES_A_DEGREE
        east = north / math.cos(math.radians(self.latitude))
        angles = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
        ring = [(self.longitude + east * math.cos(a), self.latitude + north * math.sin(a)) for a in angles]
        return MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)


def cell_boundary(key: str) -> MultiPolygon:
    """The ground of a cell by the key that the ranking gives it. Raises ``invalid_input``."""
    try:
        cell = int(key, 16)
    except ValueError:
        cell = 0
    if not rules.is_cell(cell):
        raise Problem("invalid_input", detail="There is no such cell.", field="cell")
    return MultiPolygon(Polygon(*rules.cell_boundary(cell)), srid=4326)


@transaction.atomic
def declare_hotspot(
    *,
    person: Person,
    name: str,
    boundary: MultiPolygon,
    starts_on: dt.date,
    ends_on: dt.date,
    review_on: dt.date,
    note: str = "",
) -> Hotspot:
    """From the first to the last day, both counted, reports inside count one severity up and are due in half the time.

    Raises ``not_allowed``, ``dates_out_of_order`` (also for more than a year, and for a review outside of it).
    """
    require_rule_maker(person)
    if ends_on < starts_on:
        raise Problem("dates_out_of_order", detail="It ends before it starts.", field="ends_on")
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Problem("dates_out_of_order", detail="A hotspot holds for a year at most.", field="ends_on")
    if not starts_on <= review_on <= ends_on:
        words = "The review is between the first and the last day."
        raise Problem("dates_out_of_order", detail=words, field="review_on")
    area = Area.objects.create(
        kind=AreaKind.HOTSPOT, name=name.strip(), source=_SOURCE, reference=str(uuid.uuid4()), boundary=boundary
    )
    hotspot = Hotspot.objects.create(
        area=area,
        starts_on=starts_on,
        ends_on=ends_on,
        review_on=review_on,
        note=note.strip(),
        declared_by=person,
    )
    dates = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(), "review_on": review_on.isoformat()}
    data = {"area": str(area.pk), **dates}
    record(kind="hotspot.declared", subject=("hotspot", str(hotspot.pk)), actor=person.pk, data=data)
    return hotspot


@transaction.atomic
def end_hotspot(*, person: Person, hotspot_id: int, note: str = "") -> Hotspot:
    """It holds no longer from now on; what was uplifted stays so. Raises ``unknown_hotspot``, ``hotspot_ended``."""
    require_rule_maker(person)
    found = Hotspot.objects.select_for_update(of=("self",)).select_related("area", "declared_by")
    hotspot = found.filter(pk=hotspot_id).first()
    if hotspot is None:
        raise Problem("unknown_hotspot")
    if hotspot.ended_at is not None:
        raise Problem("hotspot_ended")
    hotspot.ended_at, hotspot.ended_by, hotspot.ended_note = timezone.now(), person, note.strip()
    hotspot.save(update_fields=["ended_at", "ended_by", "ended_note"])
    data = {"area": str(hotspot.area_id)}
    record(kind="hotspot.ended", subject=("hotspot", str(hotspot.pk)), actor=person.pk, data=data)
    return hotspot
