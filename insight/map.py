"""The map: each open defect as a point when near, cells with counts from further away."""

import datetime as dt
from collections import defaultdict
from typing import Any

import h3
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Sum

from accounts.models import Person, Role
from audits.models import DefectQuerySet
from insight import rules
from insight.queries import SEVERITY_POINTS, counted_defects
from jobs.models import Job
from places.rules import cell_boundary, cell_centre


def map_features(*, person: Person, box: Polygon, zoom: float, now: dt.datetime) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of what is open within ``box``; ``shows`` says "points" or "cells".

    Points carry ``{id, number, category, severity, status, late}``, at most 2,000 of them; where there
    are more, and from further away, cells carry ``{cell, open, late, severity_points, worst,
    longitude, latitude}``. A councillor gets cells only, and none with fewer than three.
    """
    late = Exists(Job.objects.late(now).filter(defect=OuterRef("pk")))
    found = counted_defects(person).unresolved()
    if zoom >= rules.POINTS_FROM_ZOOM and person.role != Role.COUNCILLOR:
        points = list(
            found.filter(point__bboverlaps=box)
            .annotate(late=late)
            .only("number", "category", "severity", "status", "point")
            .order_by("severity", "received_at")[: rules.MOST_POINTS + 1]
        )
        if len(points) <= rules.MOST_POINTS:
            return _collection("points", [_point(defect) for defect in points])
    cells = _counts(found, late, zoom, box)
    if person.role == Role.COUNCILLOR:
        cells = {cell: count for cell, count in cells.items() if count["open"] >= rules.FEWEST_SHOWN}
    return _collection("cells", [_cell(cell, count) for cell, count in sorted(cells.items())])


def _collection(shows: str, features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "shows": shows, "features": features}


def _point(defect: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(defect.pk),
        "geometry": {"type": "Point", "coordinates": [round(defect.point.x, 6), round(defect.point.y, 6)]},
        "properties": {
            "id": str(defect.pk),
            "number": defect.reference,
            "category": defect.category_id,
            "severity": defect.severity,
            "status": defect.status,
            "late": defect.late,
        },
    }


def _counts(found: DefectQuerySet, late: Exists, zoom: float, box: Polygon) -> dict[int, dict[str, int]]:
    """Counts of the cells that touch the box, merged upwards until the map can draw them all.

    A cell always shows its whole count, however much of it lies in the box: panning changes no
    figure, and nobody can find a single defect by moving the edge.
    """
    rows = (
        found.order_by()
        .annotate(is_late=late)
        .values("cell", "is_late")
        .annotate(
            open=Count("pk"),
            points=Sum(SEVERITY_POINTS, output_field=IntegerField()),
            worst=Min("severity"),
        )
    )
    counted: list[Any] = list(rows)
    resolution = rules.cell_resolution(zoom)
    while True:
        merged = _merged(counted, resolution)
        cells = {cell: count for cell, count in merged.items() if _touches(cell, box)}
        if len(cells) <= rules.MOST_POINTS or resolution == 0:
            return cells
        resolution -= 1


def _merged(rows: list[dict[str, Any]], resolution: int) -> dict[int, dict[str, int]]:
    cells: dict[int, dict[str, int]] = defaultdict(lambda: {"open": 0, "late": 0, "severity_points": 0, "worst": 4})
    for row in rows:
        count = cells[_parent(row["cell"], resolution)]
        count["open"] += row["open"]
        count["late"] += row["open"] if row["is_late"] else 0
        count["severity_points"] += row["points"]
        count["worst"] = min(count["worst"], row["worst"])
    return cells


def _parent(cell: int, resolution: int) -> int:
    return int(h3.str_to_int(h3.cell_to_parent(h3.int_to_str(cell), resolution)))


def _touches(cell: int, box: Polygon) -> bool:
    west, south, east, north = box.extent
    ring = cell_boundary(cell)[0]
    longitudes, latitudes = [x for x, _ in ring], [y for _, y in ring]
    return min(longitudes) <= east and max(longitudes) >= west and min(latitudes) <= north and max(latitudes) >= south


def _cell(cell: int, count: dict[str, int]) -> dict[str, Any]:
    longitude, latitude = cell_centre(cell)
    key = h3.int_to_str(cell)
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Polygon", "coordinates": cell_boundary(cell)},
        "properties": {
            "cell": key,
            **count,
            "longitude": round(longitude, 6),
            "latitude": round(latitude, 6),
        },
    }
