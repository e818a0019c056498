"""Writes entries. Every action of every room calls ``record`` once, inside its transaction."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from ledger import outbox
from ledger.kinds import KINDS
from ledger.models import Entry


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry will say. ``subject`` is (kind, id), for example ("defect", uuid); ``at`` is when it
    happened (aware; now when left out)."""

    kind: str
    subject: tuple[str, uuid.UUID | str]
    actor: uuid.UUID | None = None
    organisation: uuid.UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    at: dt.datetime | None = None


def record(
    *,
    kind: str,
    subject: tuple[str, uuid.UUID | str],
    actor: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Entry:
    """Append one entry and owe its reactions, in the caller's transaction.

    ``subject`` is (kind, id), for example ("defect", uuid). ``at`` is when it happened (aware;
    now when left out). Raises RuntimeError outside a transaction and ValueError on an unknown kind.
    """
    _check(Fact(kind, subject))
    entry = Entry.objects.create(
        kind=kind,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        actor_id=actor,
        organisation_id=organisation,
        at=at or timezone.now(),
        data=data or {},
    )
    outbox.owe_reactions([(entry.sequence, kind)])
    return entry


# One parameter however many there are; the triggers fill in the rest, entry by entry, in this order.
_APPEND = """
    INSERT INTO ledger_entry (transaction_id, kind, subject_kind, subject_id, actor_id, organisation_id, at,
        received_at, data, previous_hash, hash)
    SELECT 0, kind, subject_kind, subject_id, actor_id, organisation_id, at, %s, data, '', ''
    FROM ROWS FROM (jsonb_to_recordset(%s) AS (kind text, subject_kind text, subject_id text, actor_id uuid,
        organisation_id uuid, at timestamptz, data jsonb)) WITH ORDINALITY
    ORDER BY ordinality
    RETURNING sequence
"""


def record_many(facts: Sequence[Fact]) -> list[int]:
    """Append these entries in the given order and owe their reactions, with a few statements for all.

    Returns the entries' sequence numbers, in that order. Each subject is locked until the transaction ends,
    as by `record`. Two transactions that name the same subjects in other orders would wait for each other:
    lock the rows that they are about first. Raises what `record` raises, and then nothing is written.
    """
    if not facts:
        return []
    now = timezone.now()
    for fact in facts:
        _check(fact)
    rows = [
        {
            "kind": fact.kind,
            "subject_kind": fact.subject[0],
            "subject_id": str(fact.subject[1]),
            "actor_id": fact.actor,
            "organisation_id": fact.organisation,
            "at": fact.at or now,
            "data": fact.data,
        }
        for fact in facts
    ]
    with connection.cursor() as sql:
        sql.execute(_APPEND, [now, as_json(rows)])
        sequences = [sequence for (sequence,) in sql.fetchall()]
    outbox.owe_reactions(list(zip(sequences, (fact.kind for fact in facts), strict=True)))
    return sequences


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as one JSON text for ``jsonb_to_recordset``: ids and moments as the database reads them."""
    return json.dumps(rows, default=str)


def _check(fact: Fact) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger entry belongs to the transaction of the change that it tells of.")
    if fact.kind not in KINDS:
        raise ValueError(f"Unknown kind of ledger entry: {fact.kind!r}. Add it to ledger/kinds.py.")
