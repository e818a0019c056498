"""Which question of a checklist a row of a form is, and what a checklist doesn't ask. Pure but for pyxform's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

# What each of our types is to XLSForm. A form of ours says the exact one in its column sightline::type.
XLSFORM_TYPES = {
    "pass_fail": "select_one",
    "yes_no": "select_one",
    "one_of": "select_one",
    "grade": "select_one",
    "many_of": "select_multiple",
    "scale": "range",
    "count": "integer",
    "number": "decimal",
    "text": "text",
    "date": "date",
    "photo": "image",
    "pin": "geopoint",
    "repeat": "begin_repeat",
    "assets": "begin_repeat",
}
_NOT_ASKED = {
    "geotrace": "A line drawn on the map is not asked: the route of a walk is recorded by itself.",
    "geoshape": "A boundary drawn on the map is not asked: areas are kept in Sightline.",
    "odk:rank": "Putting things in order is not asked.",
    "audio/*": "Sound is not recorded.",
    "video/*": "Video is not recorded.",
    "osm/*": "Objects of OpenStreetMap are not asked.",
    "application/*": "Files are not asked; a photo is.",
}
_BY_INPUT = {"string": "text", "int": "count", "decimal": "number", "date": "date", "geopoint": "pin"}
_AS_TEXT = {
    "time": "A time of day is written as text.",
    "dateTime": "A day with a time is written as text.",
    "barcode": "What stands on a barcode is typed as text.",
}


@dataclass(frozen=True)
class Kind:
    """``type`` is one of ours, or "note", "calculation", "external", "unknown", or "" for what isn't asked.

    ``words`` say what is lost by it; ``least`` and ``most`` are a range's ends; ``constraint`` is the one
    that pyxform's table gives the type.
    """

    type: str
    words: str = ""
    least: float | None = None
    most: float | None = None
    constraint: str = ""


def kind_of(element: Mapping[str, Any]) -> Kind:
    """The kind of question of one element of pyxform's tree (not of a group)."""
    name = str(element.get("type", ""))
    entry = QUESTION_TYPE_DICT.get(name)
    if name in {"xml-external", "csv-external", "select one external"} or _is_from_file(element):
        return Kind("external")
    if entry is None:
        return Kind("unknown")
    tag = entry.get("control", {}).get("tag", "")
    if not tag:
        return Kind("calculation") if _calculates(element) else Kind("", "The phone records what it needs by itself.")
    if tag == "range":
        return _range(element.get("parameters") or {})
    if tag in {"select1", "select"}:
        if "label" in str((element.get("control") or {}).get("appearance", "")).split():
            return Kind("", "It only shows headings above other questions.")
        return Kind("one_of" if tag == "select1" else "many_of")
    return _asked(tag, entry, element)


def _asked(tag: str, entry: Mapping[str, Any], element: Mapping[str, Any]) -> Kind:
    bind, medium = entry.get("bind", {}), str(entry["control"].get("mediatype", ""))
    data = bind.get("type", "")
    if tag == "trigger" and data != "geopoint":
        return Kind("one_of")
    if tag == "upload" and medium not in _NOT_ASKED:
        return Kind("photo")
    if tag == "input" and _read_only(bind, element):
        return Kind("note")
    if tag == "input" and data in _AS_TEXT:
        return Kind("text", _AS_TEXT[data])
    if tag == "input" and data in _BY_INPUT:
        return Kind(_BY_INPUT[data], constraint=str(bind.get("constraint", "")))
    return Kind("", _NOT_ASKED.get(medium) or _NOT_ASKED.get(data, "The phone records what it needs by itself."))


def _is_from_file(element: Mapping[str, Any]) -> bool:
    itemset = str(element.get("itemset", ""))
    return itemset.lower().endswith((".csv", ".xml", ".geojson"))


def _calculates(element: Mapping[str, Any]) -> bool:
    bind = element.get("bind")
    return isinstance(bind, dict) and bool(bind.get("calculate"))


def _read_only(bind: Mapping[str, Any], element: Mapping[str, Any]) -> bool:
    own = element.get("bind")
    said = own.get("readonly", "") if isinstance(own, dict) else ""
    return str(said or bind.get("readonly", "")).lower() in {"true()", "yes", "true"}


def _range(parameters: Mapping[str, Any]) -> Kind:
    start, end, step = (_number(parameters.get(key, "1")) for key in ("start", "end", "step"))
    end = 10.0 if "end" not in parameters else end
    if (start, end, step) == (1, 5, 1):
        return Kind("scale")
    least, most = (start, end) if None in (start, end) or start <= end else (end, start)  # type: ignore[operator]
    whole = all(value is not None and value.is_integer() for value in (start, end, step))
    counts = whole and least is not None and least >= 0
    lost = (
        "" if step == 1 or not whole else f"Steps of {parameters.get('step')} are not kept: any number between counts."
    )
    return Kind("count" if counts else "number", lost, least, most)


def _number(told: Any) -> float | None:
    try:
        return float(told)
    except (TypeError, ValueError):
        return None
