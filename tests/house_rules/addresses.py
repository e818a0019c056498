"""Every address of the API, as the URL resolver knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")
# What stands in a path where a test needs something: no row has this id.
STAND_INS = {"uuid": "01900000-0000-7000-8000-000000000000", "str": "view", "slug": "view", "int": "1"}


@dataclass(frozen=True)
class Address:
    """One route below /api/: its template (``jobs/<uuid:job_id>``), its view class and its methods."""

    route: str
    view: Any
    methods: tuple[str, ...]

    @property
    def path(self) -> str:
        """A path that leads there, with stand-ins for what varies."""
        path = self.route
        for converter, value in STAND_INS.items():
            while f"<{converter}:" in path:
                start = path.index(f"<{converter}:")
                path = path[:start] + value + path[path.index(">", start) + 1 :]
        return "/" + path


def _walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here, pattern


def _plain(route: str) -> str:
    """The one regular expression among the routes, written as the others are."""
    hotspots = r"^insight/hotspots/(?P<by>ward|cell)/(?P<key>[^/]{1,80})/defects$"
    return route.replace(hotspots, "insight/hotspots/ward/none/defects")


def api() -> list[Address]:
    """All addresses below /api/, in the resolver's order."""
    found = []
    for route, pattern in _walk(get_resolver().url_patterns):
        if not route.startswith("api/"):
            continue
        view = getattr(pattern.callback, "view_class", None) or pattern.callback.cls  # type: ignore[attr-defined]
        found.append(Address(_plain(route), view, tuple(name for name in METHODS if hasattr(view, name))))
    return found
