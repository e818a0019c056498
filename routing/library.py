"""Reads `routing/library`: the service levels and routes that a council begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "library"


@dataclass(frozen=True)
class RouteRow:
    """One row of routes.yaml; it becomes a route for each of its categories."""

    code: str
    to: str
    where: str
    land_types: tuple[str, ...]
    categories: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class RouteLibrary:
    """``organisations`` maps the keys that `to` uses to what they are, in words."""

    calendar: dict[str, str]
    service_levels: tuple[dict[str, Any], ...]
    organisations: dict[str, str]
    rows: tuple[RouteRow, ...]


@cache
def read_library() -> RouteLibrary:
    """The library as it stands in the files. Raises KeyError where a row lacks a key."""
    targets = yaml.safe_load((FOLDER / "service_levels.yaml").read_text(encoding="utf-8"))
    routes = yaml.safe_load((FOLDER / "routes.yaml").read_text(encoding="utf-8"))
    return RouteLibrary(
        calendar=targets["calendar"],
        service_levels=tuple(targets["service_levels"]),
        organisations=routes["organisations"],
        rows=tuple(
            RouteRow(
                code=row["code"],
                to=row["to"],
                where=row["where"],
                land_types=tuple(row["land"]),
                categories=tuple(row["categories"]),
                target=row.get("target", ""),
            )
            for row in routes["routes"]
        ),
    )
