"""What the clock starts: what phones sent and had to wait."""

from celery import shared_task

from sync import waiting


@shared_task(name="sync.apply_waiting")
def apply_waiting() -> int:
    """Apply what waits for nothing any more, force what has waited too long; returns how many were settled."""
    return waiting.apply_waiting()
