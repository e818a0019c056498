"""Writes entries. Every action of every room calls ``record`` once, inside its transaction."""

import datetime as dt
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from ledger import outbox
from ledger.kinds import KINDS
from ledger.models import Entry


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
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger entry belongs to the transaction of the change that it tells of.")
    if kind not in KINDS:
        raise ValueError(f"Unknown kind of ledger entry: {kind!r}. Add it to ledger/kinds.py.")
    entry = Entry.objects.create(
        kind=kind,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        actor_id=actor,
        organisation_id=organisation,
        at=at or timezone.now(),
        data=data or {},
    )
    outbox.owe_reactions(entry)
    return entry
