"""Files of shapes, as councils have them."""

from __future__ import annotations

import json
import zipfile
from ctypes import CDLL, POINTER, byref, c_char_p, c_int, c_uint, c_void_p
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import CoordTransform, DataSource, SpatialReference
from django.contrib.gis.gdal.libgdal import lib_path


def square(at: float, size: float = 0.01) -> dict[str, Any]:
    """A square of `size` degrees; squares at different whole numbers don't touch."""
    west, south = -0.9 + at * 0.05, 52.2
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(reference: str, name: str, geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": reference, "name": name}, "geometry": geometry}


def collection(features: list[dict[str, Any]], **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": features})


def write(file: Path, features: list[dict[str, Any]]) -> Path:
    file.write_text(collection(features))
    return file


def reprojected(original: Path, folder: Path, form: str, *, epsg: int) -> Path:
    """The features of a GeoJSON file in another CRS, written by GDAL as GeoPackage, Shapefile (plain or
    zipped) or as GeoJSON of 2008, which names its CRS in a "crs" member."""
    layer = DataSource(str(original))[0]
    target = SpatialReference(epsg)
    rows = []
    for each in layer:
        shape = each.geom
        shape.transform(CoordTransform(SpatialReference(4326), target))
        properties = {"code": each.get(_code(layer.fields)), "name": each.get(_name(layer.fields))}
        rows.append({"type": "Feature", "properties": properties, "geometry": json.loads(shape.json)})
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    plain = folder / "old.geojson"
    plain.write_text(collection(rows, crs=named))
    if form == "old crs member":
        return plain
    driver = "ESRI Shapefile" if form == "zipped" else form
    made = folder / f"grid.{'gpkg' if driver == 'GPKG' else 'shp'}"
    translate(plain, made, driver)
    if form != "zipped":
        return made
    archive = folder / "grid.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for part in folder.glob("grid.*"):
            if part != archive:
                zipped.write(part, f"wards/{part.name}")
    return archive


def _code(fields: list[str]) -> str:
    return next(name for name in fields if name in {"ward_code", "lad_code"})


def _name(fields: list[str]) -> str:
    return next(name for name in fields if name in {"ward_name", "lad_name"})


def translate(source: Path, target: Path, driver: str) -> None:
    """What `ogr2ogr -f driver target source` does, by the same library that GeoDjango has loaded."""
    # A handle of our own: the one that Django holds has its own ideas of each function's types.
    gdal = CDLL(lib_path)
    gdal.GDALOpenEx.argtypes = [c_char_p, c_uint, c_void_p, c_void_p, c_void_p]
    gdal.GDALOpenEx.restype = c_void_p
    gdal.GDALVectorTranslateOptionsNew.argtypes = [POINTER(c_char_p), c_void_p]
    gdal.GDALVectorTranslateOptionsNew.restype = c_void_p
    gdal.GDALVectorTranslate.argtypes = [
        *(c_char_p, c_void_p, c_int, POINTER(c_void_p)),
        *(c_void_p, POINTER(c_int)),
    ]
    gdal.GDALVectorTranslate.restype = c_void_p
    gdal.GDALClose.argtypes = [c_void_p]
    vector_only = 4
    opened = c_void_p(gdal.GDALOpenEx(str(source).encode(), vector_only, None, None, None))
    options = gdal.GDALVectorTranslateOptionsNew((c_char_p * 3)(b"-f", driver.encode(), None), None)
    failed = c_int(0)
    made = gdal.GDALVectorTranslate(str(target).encode(), None, 1, byref(opened), options, byref(failed))
    assert made, "GDAL could not write the file"
    gdal.GDALClose(made)
    gdal.GDALClose(opened)
