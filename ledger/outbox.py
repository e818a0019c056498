"""From an entry to the work that follows it: owed in the transaction, sent after commit, swept.

The broker only makes things quick. What is owed stands in the database, so a broker that is down,
a flushed queue or a killed worker delays the work until the next sweep and loses nothing.
"""

import contextlib
import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from ledger import reactions
from ledger.models import Delivery

log = structlog.get_logger(__name__)

# So many go with one message, so that several workers take part; where thousands are owed at once, more.
_CHUNK, _LARGEST_CHUNK, _MESSAGES = 20, 200, 10
_QUIET_AFTER_FAILURE_S = 2.0
_LONGEST_BACK_OFF_S = 600
_batch: ContextVar[list[tuple[str, int]] | None] = ContextVar("ledger_outbox_batch", default=None)
_broker_quiet_until = 0.0


_OWE = """
    INSERT INTO ledger_delivery (entry_id, reaction, attempts, next_attempt_at, last_error)
    SELECT entry_id, reaction, 0, %s, ''
    FROM ROWS FROM (jsonb_to_recordset(%s) AS (entry_id bigint, reaction text)) WITH ORDINALITY
    ORDER BY ordinality
    RETURNING id
"""


def owe_reactions(entries: Sequence[tuple[int, str]]) -> None:
    """Write a delivery row for each reaction to these entries, and send them once they are committed.

    ``entries`` are (sequence, kind), written in the caller's transaction.
    """
    owed = [(sequence, name) for sequence, kind in entries for name in reactions.names_for(kind)]
    if not owed:
        return
    due = timezone.now() + dt.timedelta(seconds=settings.LOST_AFTER_SECONDS)
    rows = [{"entry_id": sequence, "reaction": name} for sequence, name in owed]
    with connection.cursor() as sql:
        sql.execute(_OWE, [due, json.dumps(rows)])
        ids = [pk for (pk,) in sql.fetchall()]
    queued = [(reactions.queue_of(name), pk) for pk, (_, name) in zip(ids, owed, strict=True)]
    transaction.on_commit(lambda: _send(queued))


@contextlib.contextmanager
def batched() -> Iterator[None]:
    """Collect what the transactions inside owe and send it as few messages, at the end."""
    if _batch.get() is not None:
        yield
        return
    collected: list[tuple[str, int]] = []
    token = _batch.set(collected)
    try:
        yield
    finally:
        _batch.reset(token)
        _send(collected)


def _send(owed: list[tuple[str, int]]) -> None:
    """Queue deliveries by id. A broker that is down is no fault here: the sweep comes later."""
    global _broker_quiet_until
    batch = _batch.get()
    if batch is not None:
        batch.extend(owed)
        return
    if not owed or time.monotonic() < _broker_quiet_until:
        return
    from ledger import tasks

    by_queue: dict[str, list[int]] = defaultdict(list)
    for queue, delivery_id in owed:
        by_queue[queue].append(delivery_id)
    try:
        for queue, ids in by_queue.items():
            chunk = min(max(_CHUNK, len(ids) // _MESSAGES), _LARGEST_CHUNK)
            for start in range(0, len(ids), chunk):
                tasks.deliver.apply_async((ids[start : start + chunk],), queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        _broker_quiet_until = time.monotonic() + _QUIET_AFTER_FAILURE_S
        log.warning("broker_unreachable", owed=len(owed), error=type(error).__name__)


def deliver(delivery_ids: list[int]) -> int:
    """Run the owed reactions, each by itself, in the given order; returns how many were done now."""
    owed = dict(Delivery.objects.filter(pk__in=delivery_ids, done_at=None).values_list("pk", "reaction"))
    with batched():
        return sum(_deliver_one(pk, owed[pk]) for pk in delivery_ids if pk in owed)


def _deliver_one(delivery_id: int, name: str) -> bool:
    """True when it was done now; False when another worker has it.

    A reaction that fails is written down with a later next attempt, and logged.
    """
    try:
        what = reactions.by_name(name)
        return _deliver_atomic(delivery_id, what) if what.atomic else _deliver_leased(delivery_id, what)
    except Exception as error:
        _put_off(delivery_id, error)
        log.exception("reaction_failed", reaction=name, delivery=delivery_id)
        return False


def _deliver_atomic(delivery_id: int, what: reactions.Reaction) -> bool:
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("entry")
            .filter(pk=delivery_id, done_at=None)
            .first()
        )
        if delivery is None:
            return False
        what.run(delivery.entry)
        Delivery.objects.filter(pk=delivery_id).update(done_at=timezone.now(), attempts=delivery.attempts + 1)
    return True


def _deliver_leased(delivery_id: int, what: reactions.Reaction) -> bool:
    now = timezone.now()
    until = now + dt.timedelta(seconds=what.lease_s)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    if not Delivery.objects.filter(free, pk=delivery_id, done_at=None).update(
        claimed_until=until, next_attempt_at=until
    ):
        return False
    delivery = Delivery.objects.select_related("entry").get(pk=delivery_id)
    what.run(delivery.entry)
    Delivery.objects.filter(pk=delivery_id).update(done_at=timezone.now(), attempts=delivery.attempts + 1)
    return True


def _put_off(delivery_id: int, error: Exception) -> None:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        delivery.attempts += 1
        wait_s = min(2**delivery.attempts, _LONGEST_BACK_OFF_S)
        delivery.next_attempt_at = timezone.now() + dt.timedelta(seconds=wait_s)
        delivery.claimed_until = None
        delivery.last_error = f"{type(error).__name__}: {error}"[:200]
        delivery.save()


def sweep(*, limit: int = 1000) -> int:
    """Queue again whatever is still owed after its time. Safe beside other sweeps. Returns how many."""
    now = timezone.now()
    with transaction.atomic():
        owed = list(
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, next_attempt_at__lte=now)
            .order_by("next_attempt_at")[:limit]
        )
        later = now + dt.timedelta(seconds=settings.LOST_AFTER_SECONDS)
        Delivery.objects.filter(pk__in=[d.pk for d in owed]).update(next_attempt_at=later)
    _send([(reactions.queue_of(d.reaction), d.pk) for d in owed])
    return len(owed)
