"""Reads areas and parcels out of GeoJSON, GeoPackage and Shapefile, in any CRS, and refuses broken ones.

Nothing is mended in silence: a boundary that a tool "repaired" can move a house to another ward.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import DataSource, GDALException, OGRGeometry, SpatialReference
from django.contrib.gis.gdal.layer import Layer
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon

from places import rules

WGS84 = 4326
MOST_TROUBLES = 20


class UnreadableFile(Exception):
    """The file as a whole can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class Trouble:
    """Why one feature can't be taken. `number` counts from 1 in the order of the file."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"feature {self.number}: {self.reason}"


class BrokenFeatures(Exception):
    """Some features can't be taken, so none is."""

    def __init__(self, troubles: list[Trouble]) -> None:
        self.troubles = troubles
        lines = [str(each) for each in troubles[:MOST_TROUBLES]]
        if len(troubles) > MOST_TROUBLES:
            lines.append(f"and {len(troubles) - MOST_TROUBLES} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Feature:
    """One feature: its number in the file, its columns as text, its boundary in WGS84."""

    number: int
    columns: dict[str, str]
    boundary: MultiPolygon


@dataclass(frozen=True)
class Contents:
    """What a file holds."""

    features: list[Feature]
    columns: list[str]
    crs: str


def read(file: Path, *, crs: str = "", layer_name: str = "", encoding: str = "utf-8") -> Contents:
    """Every feature of the file's one polygon layer, its boundary in WGS84.

    `crs` ("EPSG:27700") is for files that don't say theirs; it wins over what the file says. Raises
    `UnreadableFile` when there is nothing to read and `BrokenFeatures` naming each bad feature.
    """
    source = _open(file, encoding)
    layer = _layer(source, layer_name)
    reference_system = _crs(layer, crs, file)
    features: list[Feature] = []
    troubles: list[Trouble] = []
    for number, (columns, shape, problem) in enumerate(_rows(layer), start=1):
        boundary, reason = (None, problem) if shape is None else _boundary(shape, reference_system)
        if boundary is None:
            troubles.append(Trouble(number, reason))
        else:
            features.append(Feature(number, columns, boundary))
    if troubles:
        raise BrokenFeatures(troubles)
    if not features:
        raise UnreadableFile(f"{file.name} holds no features.")
    return Contents(features, list(layer.fields), reference_system.name or "")


def _open(file: Path, encoding: str) -> DataSource:
    if not file.exists():
        raise UnreadableFile(f"There is no file {file}.")
    address = str(file.absolute())
    if file.suffix.lower() == ".zip":
        address = f"/vsizip/{address}/{_in_zip(file)}"
    try:
        return DataSource(address, encoding=encoding)
    except (GDALException, UnicodeDecodeError) as problem:
        raise UnreadableFile(f"{file.name} can't be read as GeoJSON, GeoPackage or Shapefile ({problem}).") from None


def _in_zip(file: Path) -> str:
    """The one readable file inside a zip."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise UnreadableFile(f"{file.name} is not a zip file.") from None
    known = [
        name
        for name in names
        if Path(name).suffix.lower() in {".shp", ".gpkg", ".geojson", ".json"} and "__MACOSX" not in name
    ]
    if len(known) != 1:
        found = ", ".join(known) or "none"
        raise UnreadableFile(f"{file.name} must hold exactly one Shapefile, GeoPackage or GeoJSON; found: {found}.")
    return known[0]


def _layer(source: DataSource, wanted: str) -> Layer:
    layers = {layer.name: layer for layer in (source[at] for at in range(source.layer_count))}
    if wanted:
        if wanted not in layers:
            raise UnreadableFile(f"There is no layer {wanted!r}; the file has: {', '.join(layers)}.")
        return layers[wanted]
    if len(layers) > 1:
        raise UnreadableFile(f"The file has several layers; choose one with --layer: {', '.join(layers)}.")
    if not layers:
        raise UnreadableFile("The file has no layer.")
    return next(iter(layers.values()))


def _crs(layer: Layer, given: str, file: Path) -> SpatialReference:
    if given:
        try:
            return SpatialReference(given)
        except (GDALException, TypeError, ValueError):
            raise UnreadableFile(f"{given!r} is no CRS that we know; write it as EPSG:27700.") from None
    try:
        found = layer.srs
    except GDALException:
        found = None
    if found is None:
        raise UnreadableFile(
            f"{file.name} does not say which CRS its coordinates are in (a Shapefile says it in its .prj). "
            "Give it with --crs, for example --crs EPSG:27700 for British National Grid."
        )
    # From its text, so that longitude comes first whatever the authority says of the axes.
    return SpatialReference(found.wkt)


def _rows(layer: Layer) -> Iterator[tuple[dict[str, str], OGRGeometry | None, str]]:
    """Columns, shape and, where there is no shape, why."""
    try:
        for feature in layer:
            try:
                columns = {name: _text(feature.get(name)) for name in feature.fields}
            except UnicodeDecodeError:
                yield {}, None, "its text is in another encoding; give it with --encoding, for example cp1252"
                continue
            try:
                yield columns, feature.geom, ""
            except (GDALException, TypeError):
                yield columns, None, "it has no geometry"
    except GDALException as problem:
        raise UnreadableFile(f"The file breaks off or is damaged ({problem}).") from None


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _boundary(shape: OGRGeometry, crs: SpatialReference) -> tuple[MultiPolygon | None, str]:
    """The boundary in WGS84, or None and the reason in words."""
    kind = shape.geom_name.upper()
    if kind not in {"POLYGON", "MULTIPOLYGON"}:
        return None, f"it is a {kind.lower()}, not an area (polygon)"
    if shape.point_count == 0:
        return None, "its geometry is empty"
    reason = _ring_trouble(shape)
    if reason:
        return None, reason
    try:
        flat = OGRGeometry(shape.wkb)
        if flat.is_3d or flat.is_measured:
            flat.set_3d(False)
            flat.set_measured(False)
        drawn = GEOSGeometry(memoryview(flat.wkb))
        if not drawn.valid:
            return None, f"its boundary is broken: {drawn.valid_reason}"
        flat.srs = crs
        flat.transform(WGS84)
        placed = GEOSGeometry(memoryview(flat.wkb), srid=WGS84)
    except (GDALException, GEOSException, ValueError) as problem:
        return None, f"its geometry can't be used: {str(problem).strip()}"
    return _checked(placed)


def _ring_trouble(shape: Any) -> str | None:
    """Why a (multi)polygon of OGR has a ring that is none, or None."""
    polygons = [shape.tuple] if shape.geom_name.upper() == "POLYGON" else shape.tuple
    for rings in polygons:
        reason = rules.open_ring(rings)
        if reason:
            return reason
    return None


def _checked(placed: GEOSGeometry) -> tuple[MultiPolygon | None, str]:
    reason = rules.coordinates_trouble(placed.extent)
    if reason:
        return None, reason
    if not placed.valid:
        return None, f"its boundary is broken once in WGS84: {placed.valid_reason}"
    if placed.area == 0:
        return None, "it covers no ground"
    whole = MultiPolygon(placed, srid=WGS84) if isinstance(placed, Polygon) else placed
    return (whole, "") if isinstance(whole, MultiPolygon) else (None, "it is not an area (polygon)")
