"""Where the open defects are: wards and cells, ranked, and the defects behind each figure."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

import h3
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db import connection
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Greatest, Least
from django.utils import timezone

from accounts.models import Person, Role
from audits.models import DefectQuerySet
from insight import rules
from insight.queries import SEVERITY_POINTS, counted_defects
from places.locating import NEAREST_STREET_M
from places.models import Area
from places.rules import cell_boundary, cell_centre, is_cell

# The row of those defects that lie in no ward that we know.
NO_WARD = "none"


@dataclass(frozen=True)
class Period:
    """Local days, both included."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        """The first day's midnight."""
        return _midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The midnight after the last day."""
        return _midnight(self.last + dt.timedelta(days=1))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone())


def open_in(person: Person, period: Period) -> DefectQuerySet:
    """Defects that were received in the period and that somebody still has to see to."""
    return counted_defects(person).unresolved().filter(received_at__gte=period.start, received_at__lt=period.end)


def hotspots(*, person: Person, by: str, period: Period, limit: int, now: dt.datetime) -> dict[str, Any]:
    """The worst wards or cells, as HotspotsOut describes them.

    Ranked by score, then by open defects. Two queries by ward, two by cell, whatever the size.
    """
    hides_small = by == "cell" and person.role == Role.COUNCILLOR
    groups = _scored(open_in(person, period), by, now)
    if hides_small:
        groups = groups.filter(open__gte=rules.FEWEST_SHOWN)
    found = list(groups[:limit])
    places = _wards(found) if by == "ward" else _cells(found)
    results = [
        {
            "rank": rank,
            **places[group[by]],
            "open": group["open"],
            "severity_points": group["severity_points"],
            "age_days_total": round(group["age_days_total"], 1),
            "score": round(group["score"], 1),
        }
        for rank, group in enumerate(found, start=1)
    ]
    return {
        "definition": rules.hotspot_definition(period.first, period.last, by=by, small_hidden=hides_small),
        "as_of": now,
        "from": period.first,
        "to": period.last,
        "results": results,
    }


def defects_of(*, person: Person, by: str, key: str, period: Period, now: dt.datetime) -> DefectQuerySet | None:
    """The defects behind one hotspot, the heaviest first; None where ``key`` names no ward or cell."""
    place = _place_filter(by, key)
    if place is None:
        return None
    weighed = open_in(person, period).filter(**place).annotate(weight=_weight(now))
    return weighed.order_by("-weight", "received_at", "pk")


def cell_key(cell: int) -> str:
    """A cell's name in addresses and JSON: H3's own hexadecimal form, because JavaScript's numbers
    cannot hold 64 bits."""
    return str(h3.int_to_str(cell))


def _place_filter(by: str, key: str) -> dict[str, Any] | None:
    if by == "ward":
        if key == NO_WARD:
            return {"ward": None}
        try:
            ward = uuid.UUID(key)
        except ValueError:
            return None
        return {"ward": ward} if Area.objects.filter(pk=ward).exists() else None
    try:
        cell = int(key, 16)
    except ValueError:
        return None
    return {"cell": cell} if is_cell(cell) and cell_key(cell) == key else None


def _age_days(now: dt.datetime) -> Any:
    seconds = Func(
        Value(now) - F("received_at"),
        template="EXTRACT(EPOCH FROM %(expressions)s)",
        output_field=FloatField(),
    )
    return Greatest(Cast(seconds, FloatField()) / Value(86_400.0), Value(0.0), output_field=FloatField())


def _weight(now: dt.datetime) -> Any:
    """``rules.weight`` in the database's words."""
    times = Least(
        Value(float(rules.MOST_TIMES)),
        Value(1.0) + _age_days(now) / Value(float(rules.DAYS_TO_WEIGH_AGAIN)),
        output_field=FloatField(),
    )
    return ExpressionWrapper(SEVERITY_POINTS * times, output_field=FloatField())


def _scored(defects: DefectQuerySet, by: str, now: dt.datetime) -> Any:
    return (
        defects.order_by()
        .values(by)
        .annotate(
            open=Count("pk"),
            severity_points=Sum(SEVERITY_POINTS, output_field=IntegerField()),
            age_days_total=Sum(_age_days(now)),
            score=Sum(_weight(now)),
        )
        .order_by("-score", "-open", by)
    )


class _Shape(Func):
    """A boundary with the detail that a map of the whole borough can show (about 30 m)."""

    template = "ST_Multi(ST_SimplifyPreserveTopology(%(expressions)s, 0.0003))"


class _Inside(Func):
    """A point that surely lies within the boundary, whatever its form."""

    function = "ST_PointOnSurface"


def _wards(groups: list[dict[str, Any]]) -> dict[uuid.UUID | None, dict[str, Any]]:
    wards = (
        Area.objects.filter(pk__in=[group["ward"] for group in groups if group["ward"]])
        .annotate(
            shape=AsGeoJSON(_Shape("boundary", output_field=Area._meta.get_field("boundary")), precision=5),
            longitude=Func(_Inside("boundary"), function="ST_X", output_field=FloatField()),
            latitude=Func(_Inside("boundary"), function="ST_Y", output_field=FloatField()),
        )
        .values_list("pk", "name", "longitude", "latitude", "shape")
    )
    places: dict[uuid.UUID | None, dict[str, Any]] = {None: _place(NO_WARD, "Outside every ward", None, None, None)}
    for pk, name, longitude, latitude, shape in wards:
        places[pk] = _place(str(pk), name, round(longitude, 6), round(latitude, 6), json.loads(shape))
    return places


def _cells(groups: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    cells = [group["cell"] for group in groups]
    names = _street_names(cells)
    places = {}
    for cell in cells:
        longitude, latitude = cell_centre(cell)
        name = f"Around {names[cell]}" if names.get(cell) else f"Cell {cell_key(cell)}"
        boundary = {"type": "Polygon", "coordinates": cell_boundary(cell)}
        places[cell] = _place(cell_key(cell), name, round(longitude, 6), round(latitude, 6), boundary)
    return places


def _place(key: str, name: str, longitude: float | None, latitude: float | None, boundary: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "longitude": longitude, "latitude": latitude, "boundary": boundary}


# The streets' own table and not the reports' street text: that is free text and may name a house.
_NEAREST = """
SELECT asked.cell, street.name
FROM unnest(%s::bigint[], %s::float8[], %s::float8[]) AS asked(cell, longitude, latitude)
CROSS JOIN LATERAL (
    SELECT name, point FROM places_street
    ORDER BY point <-> ST_SetSRID(ST_MakePoint(asked.longitude, asked.latitude), 4326) LIMIT 1
) street
WHERE ST_DistanceSphere(street.point, ST_SetSRID(ST_MakePoint(asked.longitude, asked.latitude), 4326)) <= %s
"""


def _street_names(cells: list[int]) -> dict[int, str]:
    """The street nearest to each cell's middle, where one is near. One query."""
    centres = [cell_centre(cell) for cell in cells]
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [cells, [x for x, _ in centres], [y for _, y in centres], NEAREST_STREET_M])
        return dict(cursor.fetchall())
