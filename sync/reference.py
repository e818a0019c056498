"""What a phone needs to know to work offline: categories, areas, streets, reasons, the map."""

import contextlib
import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Organisation
from checklists.serializers import category_rows, group_rows, severity_rows
from jobs.rules import PAUSE_REASONS, RETURN_REASONS
from places.basemap import basemap_path
from places.models import Area, Street
from routing import book
from routing.models import ServiceLevel
from routing.usual import what_next

_KEPT_S = 30
_MOST_STREETS = 20_000


def reference() -> dict[str, Any]:
    """The whole reference, with ``version``: a hash of its content that changes when it does."""
    try:
        kept = cache.get("reference")
    except RedisError:
        kept = None
    if kept is not None:
        return dict(kept)
    found = _read()
    version = hashlib.sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()[:16]
    found = {"version": version, **found}
    with contextlib.suppress(RedisError):
        cache.set("reference", found, timeout=_KEPT_S)
    return found


def _read() -> dict[str, Any]:
    next_words = what_next()
    return {
        "categories": [{**row, "what_next": next_words.get(row["code"], "")} for row in category_rows()],
        "groups": group_rows(),
        "severities": severity_rows(),
        "organisations": [
            {"id": str(o.pk), "name": o.name, "short_name": o.short_name} for o in Organisation.objects.all()
        ],
        "areas": [_area_row(area) for area in Area.objects.order_by("kind", "name")],
        "streets": [
            {"name": name, "longitude": point.x, "latitude": point.y}
            for name, point in Street.objects.order_by("name").values_list("name", "point")[:_MOST_STREETS]
        ],
        "service_levels": _service_levels(),
        "return_reasons": _reasons(RETURN_REASONS),
        "pause_reasons": _reasons(PAUSE_REASONS),
        "map": _map_row(),
    }


def _area_row(area: Area) -> dict[str, Any]:
    return {
        "id": str(area.pk),
        "name": area.name,
        "kind": area.kind,
        "parent_id": str(area.parent_id) if area.parent_id else None,
        "bbox": [round(value, 6) for value in area.boundary.extent],
    }


def _service_levels() -> list[dict[str, str]]:
    """The targets in force today, shortest first, for a dispatcher who decides by hand."""
    newest: dict[str, ServiceLevel] = {}
    for level in ServiceLevel.objects.in_force(book.council_day(timezone.now())):
        newest.setdefault(level.code, level)
    shortest_first = sorted(newest.values(), key=lambda level: (level.clock != "clock_hours", level.amount))
    return [{"code": level.code, "name": level.name} for level in shortest_first]


def _reasons(reasons: dict[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in reasons.items()]


def _map_row() -> dict[str, Any]:
    extent = Area.objects.aggregate(found=Extent("boundary"))["found"] or (-8.0, 49.8, 1.8, 60.9)
    west, south, east, north = extent
    return {
        "pmtiles": basemap_path(),
        "attribution": settings.BASEMAP_ATTRIBUTION,
        "centre": {"longitude": (west + east) / 2, "latitude": (south + north) / 2},
        "bounds": [west, south, east, north],
    }
