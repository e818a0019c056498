"""Aldermere as a small PMTiles file. docs/maps.md lists the layers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from . import names
from .borough import Borough
from .ground import to_ground

ATTRIBUTION = "Aldermere, an invented borough"
Row = tuple[BaseGeometry, dict[str, str], int]


class NoTippecanoe(Exception):
    """The program that makes the tiles isn't installed."""


def layers(borough: Borough) -> dict[str, list[Row]]:
    """Per layer: shapes in metres on the plan, their fields, and the zoom they appear from."""
    plan = borough.plan
    around = borough.land.envelope.buffer(6000, join_style="mitre")
    return {
        "land": [(borough.land, {}, 10)],
        "water": [
            (around.difference(borough.land), {"class": "sea"}, 10),
            (plan.mere, {"class": "lake"}, 10),
            (plan.stream, {"class": "stream"}, 13),
        ],
        "green": [(shape, {"class": kind}, 10 if kind == "park" else 13) for kind, shape in borough.greens],
        "building": [(shape, {"class": kind}, 14) for kind, shape in borough.buildings],
        "road": list(_roads(borough)),
        "place": list(_labels(borough)),
    }


def _roads(borough: Borough) -> Iterator[Row]:
    first_zoom = {"primary": 10, "secondary": 12, "residential": 13}
    for street in borough.streets:
        yield street.line, {"class": street.road_class, "name": street.name}, first_zoom[street.road_class]
    yield borough.plan.railway.intersection(borough.land), {"class": "rail"}, 11
    for kind, shape in borough.paths:
        if kind == "alley":
            yield _middle_line(shape), {"class": "alley"}, 15


def _middle_line(strip: BaseGeometry) -> BaseGeometry:
    """A thin strip as the line between the middles of its two short sides."""
    corners = shapely.get_coordinates(strip.minimum_rotated_rectangle)[:4]
    sides = [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    short = sorted(sides, key=lambda side: float(((side[0] - side[1]) ** 2).sum()))[:2]
    return shapely.LineString([(side[0] + side[1]) / 2 for side in short])


def _labels(borough: Borough) -> Iterator[Row]:
    plan = borough.plan
    middle = shapely.Point(0, 60)
    yield middle, {"kind": "town", "name": names.BOROUGH}, 10
    for ward in plan.wards:
        yield ward.shape.centroid, {"kind": "suburb", "name": ward.name}, 12
    for name, _, _, shape in plan.estates:
        yield shape.centroid, {"kind": "estate", "name": name}, 14
    parks = {block.name: block.shape for block in plan.blocks if block.land == "park"}
    for name, shape in parks.items():
        yield shape.representative_point(), {"kind": "park", "name": name}, 13
    yield plan.mere.centroid, {"kind": "water", "name": "The Mere"}, 12


def write_lines(borough: Borough, folder: Path) -> dict[str, Path]:
    """One file of GeoJSON lines a layer, in WGS84."""
    files = {}
    for layer, rows in layers(borough).items():
        files[layer] = folder / f"{layer}.geojsonl"
        with files[layer].open("w") as out:
            for shape, fields, zoom in rows:
                if shape.is_empty:
                    continue
                feature = {
                    "type": "Feature",
                    "properties": fields,
                    "tippecanoe": {"minzoom": zoom},
                    "geometry": json.loads(shapely.to_geojson(to_ground(shape))),
                }
                out.write(json.dumps(feature, separators=(",", ":")) + "\n")
    return files


def make(borough: Borough, target: Path) -> Path:
    """Write the borough's PMTiles to `target`, whole or not at all. Raises `NoTippecanoe`."""
    program = _tippecanoe()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="aldermere-") as scratch:
        files = write_lines(borough, Path(scratch))
        made = Path(scratch) / "made.pmtiles"
        command = [program, "-o", str(made), "--force", "--quiet", "-Z10", "-z16", "-P"]
        # Everything is small enough to be kept; a dropped house would be a hole in the town.
        command += [
            "--no-feature-limit",
            "--no-tile-size-limit",
            "--attribution",
            ATTRIBUTION,
            "--name",
            names.BOROUGH,
        ]
        for layer, file in files.items():
            command += ["-L", f"{layer}:{file}"]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if finished.returncode != 0:
            raise RuntimeError(f"tippecanoe failed: {finished.stderr.strip()[-500:]}")
        draft = target.with_suffix(".new")
        shutil.copyfile(made, draft)
        draft.replace(target)
    return target


def _tippecanoe() -> str:
    """The program beside this Python, else on the path."""
    beside = Path(sys.executable).parent / "tippecanoe"
    found = str(beside) if beside.exists() else shutil.which("tippecanoe")
    if not found:
        raise NoTippecanoe("tippecanoe is not installed; `make setup` installs it, or set SIGHTLINE_BASEMAP.")
    return found
