"""What waits for another operation: applied when that is, and tried without it after a stated time.

Phones send in order, and still a child can come first: its parent was refused, or lies on a phone
that went out of reach. It is kept here from the first time that it came, so it is not lost with
that phone; see docs/sync.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import Exists, OuterRef, Q, QuerySet

from ledger import outbox
from sync.applying import SettledMeanwhile, apply, overdue_since, read_stored
from sync.models import Decision, Operation, OperationStatus, is_done

log = structlog.get_logger(__name__)


def apply_stored(row: Operation, *, forced: bool = False) -> Operation:
    """Try a stored operation that waits. Returns its row as it then is: also where somebody else was
    first, or where something failed on our side and it waits on."""
    try:
        return apply(read_stored(row), earlier=row, forced=forced)
    except (SettledMeanwhile, IntegrityError):
        return Operation.objects.get(pk=row.pk)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("waiting_operation_failed", operation=str(row.pk), kind=row.kind)
        return row


def apply_children(parent_ids: Iterable[uuid.UUID]) -> list[Operation]:
    """Apply what waits for these operations, which are applied, then what waits for that, and so on.

    Returns the rows that were tried, as they then are.
    """
    tried: list[Operation] = []
    done = set(parent_ids)
    while done:
        waiting = _waiting().filter(after__in=done).exclude(pk__in=[row.pk for row in tried])
        now_tried = [apply_stored(row) for row in waiting]
        done = {row.pk for row in now_tried if is_done(row)}
        tried += now_tried
    return tried


def force(row: Operation) -> list[Operation]:
    """Try an overdue operation without what it waits for; but first, where that is overdue here as well,
    what it waits for. Returns the rows that were tried, as they then are."""
    chain = _chain_of(row)
    tried: dict[uuid.UUID, Operation] = {}
    for overdue in reversed(chain):
        if overdue.pk in tried:
            continue
        tried[overdue.pk] = apply_stored(overdue, forced=True)
        if is_done(tried[overdue.pk]):
            tried |= {child.pk: child for child in apply_children([overdue.pk])}
        elif tried[overdue.pk].status == OperationStatus.WAITING:
            break
    return list(tried.values())


def apply_waiting() -> int:
    """The sweep: apply what waits for nothing any more, and force what is overdue. Safe beside pushes
    and other sweeps. Returns how many were settled: applied, refused or in conflict."""
    settled = 0
    parent_done = Operation.objects.filter(pk=OuterRef("after")).filter(
        Q(status=OperationStatus.APPLIED) | Q(decision=Decision.TAKE)
    )
    with outbox.batched():
        for row in list(_waiting().filter(Q(after=None) | Exists(parent_done))):
            found = apply_stored(row)
            settled += found.status != OperationStatus.WAITING
            if is_done(found):
                settled += sum(child.status != OperationStatus.WAITING for child in apply_children([found.pk]))
        for pk in list(_waiting().filter(received_at__lte=overdue_since()).values_list("pk", flat=True)):
            overdue = _waiting().filter(pk=pk).first()
            if overdue is not None and overdue.after is not None:
                settled += sum(found.status != OperationStatus.WAITING for found in force(overdue))
    return settled


def _waiting() -> QuerySet[Operation]:
    """In the order in which they were received and made."""
    found = Operation.objects.filter(status=OperationStatus.WAITING).select_related("person", "imported_by")
    return found.order_by("received_at", "made_at", "id")


def _chain_of(row: Operation) -> list[Operation]:
    """This operation, then what it waits for, and so on: as far as that waits here and is overdue, too."""
    chain, since = [row], overdue_since()
    while (parent_id := chain[-1].after) is not None:
        parent = _waiting().filter(pk=parent_id, received_at__lte=since).first()
        if parent is None or parent in chain:
            break
        chain.append(parent)
    return chain
