"""The two tasks that carry the outbox."""

from celery import shared_task

from ledger import outbox


@shared_task(name="ledger.deliver")
def deliver(delivery_ids: list[int]) -> int:
    """Run the owed reactions; returns how many were done now. Running it twice does no harm."""
    return outbox.deliver(delivery_ids)


@shared_task(name="ledger.sweep")
def sweep() -> int:
    """Queue again what a lost message, a broker or a worker left undone."""
    return outbox.sweep()
