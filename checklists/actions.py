"""Loading the category library into the database."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, models, transaction

from checklists.models import Category, CategoryGroup, FlyTippingCode
from checklists.rules import Library
from ledger.recording import record

# Two loads at once would both see the old rows; any number that no other lock uses will do.
_LOCK = 7_240_001


@dataclass(frozen=True)
class Loaded:
    """What a load did to the categories, by code."""

    version: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    unchanged: int
    surroundings_changed: bool  # groups or fly-tipping codes

    @property
    def anything(self) -> bool:
        """False where the database already held exactly this library."""
        return bool(self.added or self.changed or self.retired or self.surroundings_changed)


def load_categories(*, library: Library, actor: uuid.UUID | None = None) -> Loaded:
    """Make the database hold the library, in one transaction.

    What the library no longer has is retired, never deleted: defects name it. Writes
    ``categories.loaded`` with the counts, unless there was nothing to do.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        surroundings = [
            _upsert(CategoryGroup.objects.all(), {g.code: asdict(g) for g in library.groups}),
            _upsert(
                FlyTippingCode.objects.all(),
                {(c.list, c.code): asdict(c) for c in library.codes},
                key=("list", "code"),
            ),
        ]
        added, changed, retired, unchanged = _upsert(
            Category.objects.all(), {c.code: _category_values(c) for c in library.categories}, library.version
        )
        loaded = Loaded(
            library.version, added, changed, retired, unchanged, any(any(part[:3]) for part in surroundings)
        )
        if loaded.anything:
            record(
                kind="categories.loaded",
                subject=("library", "categories"),
                actor=actor,
                data={
                    "version": library.version,
                    "added": len(added),
                    "changed": len(changed),
                    "retired": len(retired),
                    "unchanged": unchanged,
                },
            )
    return loaded


def _category_values(entry: Any) -> dict[str, Any]:
    values = asdict(entry)
    values["group_id"] = values.pop("group")
    for name in ("words", "waste_types", "sizes", "land_types"):
        values[name] = list(values[name])
    return values


_Counts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], int]


def _upsert(
    rows: "models.QuerySet[Any]",
    wanted: Mapping[Any, dict[str, Any]],
    version: str | None = None,
    key: Iterable[str] = ("code",),
) -> _Counts:
    """Brings a table to ``wanted``: (added, changed, retired, how many were right already), by key."""
    names = tuple(key)
    present = {_key(row, names): row for row in rows.select_for_update(of=("self",)).order_by()}
    added, changed, unchanged = [], [], 0
    for code, values in wanted.items():
        row = present.pop(code, None)
        if row is None:
            added.append(str(code))
            row = rows.model(**values)
        elif row.retired or any(getattr(row, name) != value for name, value in values.items()):
            changed.append(str(code))
            row.retired = False
            for name, value in values.items():
                setattr(row, name, value)
        else:
            unchanged += 1
            continue
        if version is not None:
            row.library_version = version
        row.save()
    retired = []
    for code, row in present.items():
        if not row.retired:
            row.retired = True
            row.save()
            retired.append(str(code))
    return tuple(added), tuple(changed), tuple(retired), unchanged


def _key(row: Any, names: tuple[str, ...]) -> Any:
    values = tuple(getattr(row, name) for name in names)
    return values if len(values) > 1 else values[0]
