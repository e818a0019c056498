"""Checks the chain of hashes. The database writes it (see the migrations); this only reads."""

from dataclasses import dataclass

from django.db import connection

_BROKEN = """
    SELECT sequence, subject_kind, subject_id
    FROM (
        SELECT e.*, lag(hash, 1, '') OVER (PARTITION BY subject_kind, subject_id ORDER BY sequence) AS expected
        FROM ledger_entry e
    ) AS chained
    WHERE previous_hash <> expected
       OR hash <> ledger_entry_hash(previous_hash, sequence, kind, subject_kind, subject_id,
                                    actor_id, organisation_id, at, received_at, data)
    ORDER BY sequence LIMIT %s
"""


@dataclass(frozen=True)
class BrokenLink:
    """An entry whose content or whose predecessor is not what its hash says."""

    sequence: int
    subject_kind: str
    subject_id: str


def broken_links(*, limit: int = 100) -> list[BrokenLink]:
    """The first entries that were tampered with; an empty list when the whole ledger holds."""
    with connection.cursor() as sql:
        sql.execute(_BROKEN, [limit])
        return [BrokenLink(*row) for row in sql.fetchall()]
