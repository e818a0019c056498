"""The verbs of places: take in areas and land parcels that somebody publishes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction

from accounts.models import Organisation
from ledger.recording import record
from places import rules
from places.models import Area, AreaKind, LandParcel
from places.reading import BrokenFeatures, Contents, Feature, Trouble, UnreadableFile

# Far below what any survey can tell apart (a tenth of a millimetre), far above rounding.
SAME_DEGREES = 1e-9
_NAMESPACE = uuid.UUID("6f0c3e0e-5d43-4f0b-9b58-6e6a1a3f2c11")


@dataclass(frozen=True)
class Imported:
    """How many rows an import added, changed and found unchanged; how many it left alone.

    `elsewhere` are rows of the same source that the file doesn't hold any more: they are kept.
    """

    added: int
    changed: int
    unchanged: int
    elsewhere: int = 0
    without_parent: int = 0

    @property
    def in_words(self) -> str:
        return f"added {self.added}, changed {self.changed}, unchanged {self.unchanged}, skipped 0"


@dataclass(frozen=True)
class AreaFields:
    """Which columns to read; empty means: find a likely one."""

    name: str = ""
    reference: str = ""


@dataclass(frozen=True)
class ParcelFields:
    """Which columns to read; `land_type` holds for the whole file, `land_words` are more words for kinds."""

    reference: str = ""
    owner: str = ""
    land_type_column: str = ""
    land_type: str = ""
    land_words: Mapping[str, str] | None = None


@transaction.atomic
def import_areas(
    *,
    contents: Contents,
    kind: str,
    source: str,
    fields: AreaFields | None = None,
    parent_kind: str = "",
    person_id: uuid.UUID | None = None,
) -> Imported:
    """Add and change the areas of one kind from one source; all of them or none.

    `parent_kind`: each area's parent is the area of that kind that holds most of its middle. Raises
    `UnreadableFile` where no column fits and `BrokenFeatures` for a missing or repeated reference.
    """
    fields = fields or AreaFields()
    name_column = _column(contents, fields.name, rules.name_field, "name", "--name-field")
    reference_column = _column(contents, fields.reference, rules.reference_field, "", "--reference-field")
    rows: dict[str, dict[str, Any]] = {}
    for reference, feature in _by_reference(contents.features, reference_column or name_column, name_column):
        rows[reference] = {"name": feature.columns[name_column][:120], "boundary": feature.boundary}
    if parent_kind:
        _add_parents(rows, parent_kind)
    stored = {area.reference: area for area in Area.objects.filter(source=source, kind=kind)}
    made = {"kind": AreaKind(kind), "source": source}
    result = _write(Area, stored, rows, made)
    orphans = sum(row["parent_id"] is None for row in rows.values()) if parent_kind else 0
    _tell("areas.imported", source, kind, result, person_id)
    return Imported(**result, without_parent=orphans)


@transaction.atomic
def import_parcels(
    *, contents: Contents, source: str, fields: ParcelFields | None = None, person_id: uuid.UUID | None = None
) -> Imported:
    """Add and change land parcels from one source; all of them or none.

    The owner is linked where its name is that of an organisation here, and kept as text anyway.
    Raises `UnreadableFile` and `BrokenFeatures` as `import_areas` does, and `BrokenFeatures` for a
    word that is no kind of land.
    """
    fields = fields or ParcelFields()
    reference_column = _column(contents, fields.reference, rules.reference_field, "reference", "--reference-field")
    land_column = ""
    if not fields.land_type:
        land_column = _column(
            contents, fields.land_type_column, rules.land_type_field, "land_type", "--land-type-field"
        )
    owner_column = _column(contents, fields.owner, rules.owner_field, "", "--owner-field")
    organisations = _organisations_by_name()
    rows: dict[str, dict[str, Any]] = {}
    troubles: list[Trouble] = []
    for reference, feature in _by_reference(contents.features, reference_column, ""):
        word = feature.columns.get(land_column, "")
        land_type = fields.land_type or _land_type(word, fields.land_words or {})
        if land_type is None:
            troubles.append(Trouble(feature.number, f"{word!r} is no kind of land that we know"))
            continue
        owner_name = feature.columns.get(owner_column, "")[:200]
        rows[reference] = {
            "land_type": land_type,
            "owner_name": owner_name,
            "owner_id": organisations.get(owner_name.casefold()),
            "boundary": feature.boundary,
        }
    if troubles:
        raise BrokenFeatures(troubles)
    stored = {parcel.reference: parcel for parcel in LandParcel.objects.filter(source=source)}
    result = _write(LandParcel, stored, rows, {"source": source})
    _tell("parcels.imported", source, fields.land_type or "", result, person_id)
    return Imported(**result)


def _column(contents: Contents, given: str, likely: Any, needed: str, option: str) -> str:
    """The column to read: the given one, else a likely one, else "" unless it is needed."""
    columns = ", ".join(contents.columns) or "none"
    if given:
        if given not in contents.columns:
            raise UnreadableFile(f"There is no column {given!r}; the file has: {columns}.")
        return given
    found = likely(contents.columns)
    if found is None and needed:
        raise UnreadableFile(f"No column looks like a {needed}; choose one with {option}. The file has: {columns}.")
    return found or ""


def _by_reference(features: Iterable[Feature], reference_column: str, name_column: str) -> list[tuple[str, Feature]]:
    """Each feature with its reference. Raises `BrokenFeatures` for missing and repeated ones."""
    first_seen: dict[str, int] = {}
    troubles: list[Trouble] = []
    found: list[tuple[str, Feature]] = []
    for feature in features:
        reference = feature.columns.get(reference_column, "")[:120]
        if not reference:
            troubles.append(Trouble(feature.number, f"its {reference_column} is empty"))
        elif name_column and not feature.columns[name_column]:
            troubles.append(Trouble(feature.number, f"its {name_column} is empty"))
        elif reference in first_seen:
            troubles.append(
                Trouble(
                    feature.number,
                    f"{reference_column} {reference!r} is feature {first_seen[reference]}'s already",
                )
            )
        else:
            first_seen[reference] = feature.number
            found.append((reference, feature))
    if troubles:
        raise BrokenFeatures(troubles)
    return found


def _add_parents(rows: dict[str, dict[str, Any]], parent_kind: str) -> None:
    for row in rows.values():
        middle = row["boundary"].point_on_surface
        parent = Area.objects.filter(kind=AreaKind(parent_kind)).containing(middle).values_list("pk", flat=True)
        row["parent_id"] = parent.first()


def _organisations_by_name() -> dict[str, uuid.UUID]:
    known: dict[str, uuid.UUID] = {}
    for pk, name, short_name in Organisation.objects.values_list("pk", "name", "short_name"):
        known[short_name.casefold()] = pk
        known[name.casefold()] = pk
    return known


def _land_type(word: str, more: Mapping[str, str]) -> str | None:
    return more.get(word.casefold()) or rules.land_type_of(word)


def _write(
    model: type[Area] | type[LandParcel],
    stored: Mapping[str, Any],
    rows: Mapping[str, dict[str, Any]],
    made: Mapping[str, Any],
) -> dict[str, int]:
    """Insert what is new and update what differs; count all of it."""
    new: list[Any] = []
    changed: list[Any] = []
    for reference, row in rows.items():
        row_stored = stored.get(reference)
        if row_stored is None:
            new.append(model(reference=reference, **made, **row))
        elif any(not _same(getattr(row_stored, name), value) for name, value in row.items()):
            for name, value in row.items():
                setattr(row_stored, name, value)
            changed.append(row_stored)
    model._default_manager.bulk_create(new, batch_size=500)
    if changed:
        columns = [name.removesuffix("_id") for name in next(iter(rows.values()))]
        model._default_manager.bulk_update(changed, columns, batch_size=200)
    return {
        "added": len(new),
        "changed": len(changed),
        "unchanged": len(rows) - len(new) - len(changed),
        "elsewhere": len(stored.keys() - rows.keys()),
    }


def _same(stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, MultiPolygon):
        return bool(stored.equals_exact(wanted, SAME_DEGREES))
    return bool(stored == wanted)


def _tell(kind: str, source: str, what: str, result: Mapping[str, int], person_id: uuid.UUID | None) -> None:
    """One entry a source's import; a run that changed nothing is no fact worth keeping."""
    if result["added"] or result["changed"]:
        record(
            kind=kind,
            subject=("import", uuid.uuid5(_NAMESPACE, f"{kind} {source}")),
            actor=person_id,
            data={"of": what, **result},
        )
