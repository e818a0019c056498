"""Reads the ledger onwards from a place, without ever skipping an entry that commits late.

A plain sequence cannot do that: a transaction can take number 5, another number 6 and commit, and
a reader that has seen 6 would never return for 5. So entries are ordered by (transaction id,
sequence), and only those are served whose transaction is older than every transaction that still
runs (``pg_snapshot_xmin``): nothing can appear before them any more.
"""

import uuid
from dataclasses import dataclass
from functools import cache

from django.db import connection

from ledger.models import Entry
from ledger.problems import Problem

_SETTLED = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the ledger. Its text form names the database cluster, whose ids it holds."""

    transaction_id: int
    sequence: int

    def __str__(self) -> str:
        return f"{_cluster()}.{self.transaction_id}.{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor of this text. Raises the problem ``bad_cursor`` for text that is not ours."""
        try:
            cluster, transaction_id, sequence = text.split(".")
            if len(text) > 80 or cluster != _cluster():
                raise ValueError
            found = cls(int(transaction_id), int(sequence))
            if not (0 <= found.transaction_id < 2**63 and 0 <= found.sequence < 2**63):
                raise ValueError
            return found
        except ValueError:
            raise Problem("bad_cursor", detail="Ask again without a cursor.", field="cursor") from None


def refuse_future(after: Cursor) -> None:
    """Raises ``bad_cursor`` for a place that this ledger has not reached yet.

    A database that was put back to an earlier state has lost what such a cursor stands behind; its
    new entries would lie before the cursor, and the reader would never hear of them.
    """
    if after.transaction_id > head().transaction_id:
        raise Problem("bad_cursor", detail="Ask again without a cursor.", field="cursor")


def head() -> Cursor:
    """The place to read on from after a snapshot. Take it before reading the snapshot's rows:
    an entry can then be told twice, but never missed."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return Cursor(sql.fetchone()[0], 0)


def read(after: Cursor, *, limit: int) -> list[Entry]:
    """At most ``limit`` settled entries after the cursor, in cursor order."""
    return list(
        Entry.objects.extra(  # noqa: S610 - constant SQL; the row comparison has no ORM form
            where=[_SETTLED, "(transaction_id, sequence) > (%s, %s)"],
            params=[after.transaction_id, after.sequence],
        ).order_by("transaction_id", "sequence")[:limit]
    )


_LOOK = f"""
WITH head AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS transaction_id)
SELECT head.transaction_id, entry.subject_kind, entry.subject_id, entry.organisation_id
FROM head LEFT JOIN LATERAL (
    SELECT * FROM ledger_entry
    WHERE {_SETTLED} AND (transaction_id, sequence) > (%s, %s)
    ORDER BY transaction_id, sequence LIMIT %s
) entry ON true
"""  # noqa: S608 - constant SQL


@dataclass(frozen=True)
class Touched:
    """What an entry was about."""

    subject_kind: str
    subject_id: str
    organisation_id: uuid.UUID | None


def look(after: Cursor, *, limit: int) -> tuple[Cursor, list[Touched] | None]:
    """Where the ledger stands now, and what was touched since, oldest first. One query, for screens that ask often.

    None instead of the list: more than ``limit`` entries, or a place that this ledger has not reached (see
    `refuse_future`); the reader starts afresh.
    """
    with connection.cursor() as sql:
        sql.execute(_LOOK, [after.transaction_id, after.sequence, limit + 1])
        rows = sql.fetchall()
    now = Cursor(rows[0][0], 0)
    touched = [Touched(*row[1:]) for row in rows if row[1] is not None]
    return now, None if len(touched) > limit or now < after else touched


def place_of(entry: Entry) -> Cursor:
    """The cursor that stands just behind this entry."""
    return Cursor(entry.transaction_id, entry.sequence)


@cache
def _cluster() -> str:
    with connection.cursor() as sql:
        sql.execute("SELECT system_identifier FROM pg_control_system()")
        return f"{sql.fetchone()[0]:x}"
