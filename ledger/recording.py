"""Writes entries. Every action of every room calls ``record`` once, inside its transaction."""

import datetime as dt
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
    entry = _entry_of(Fact(kind, subject, actor, organisation, data or {}, at), timezone.now())
    entry.save(force_insert=True)
    outbox.owe_reactions([entry])
    return entry


def record_many(facts: Sequence[Fact]) -> list[Entry]:
    """Append these entries in the given order and owe their reactions, with a few statements for all.

    Each subject is locked until the transaction ends, as by `record`. Two transactions that name the same
    subjects in other orders would wait for each other: lock the rows that they are about first.
    Raises what `record` raises, and then nothing is written.
    """
    now = timezone.now()
    entries = Entry.objects.bulk_create([_entry_of(fact, now) for fact in facts])
    outbox.owe_reactions(entries)
    return entries


def _entry_of(fact: Fact, now: dt.datetime) -> Entry:
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger entry belongs to the transaction of the change that it tells of.")
    if fact.kind not in KINDS:
        raise ValueError(f"Unknown kind of ledger entry: {fact.kind!r}. Add it to ledger/kinds.py.")
    return Entry(
        kind=fact.kind,
        subject_kind=fact.subject[0],
        subject_id=str(fact.subject[1]),
        actor_id=fact.actor,
        organisation_id=fact.organisation,
        at=fact.at or now,
        data=fact.data,
    )
