"""What follows from the demo's own verbs happens at once, in this process, and nothing is left owed."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator

from django.db.models import Max

from ledger.models import Delivery
from ledger.outbox import deliver


@contextlib.contextmanager
def followed(*, since: dt.datetime | None = None) -> Iterator[None]:
    """Let the reactions to what is written inside run at its end, in order. What is about a time before
    ``since`` is told to nobody: it is past."""
    last = Delivery.objects.aggregate(last=Max("pk"))["last"] or 0
    yield
    while True:
        owed = Delivery.objects.filter(pk__gt=last).order_by("pk")
        if since is not None:
            owed.filter(entry__at__lt=since).delete()
        delivery = owed.first()
        if delivery is None:
            return
        deliver([delivery.pk])
        delivery.delete()
