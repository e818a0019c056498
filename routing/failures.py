"""Routes that could not be evaluated: somebody who can mend them is told, and not for every defect."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from ledger.recording import record
from routing.models import RouteFailure


def tell_once_a_day(skipped: Iterable[tuple[int, str]], *, day: dt.date, defect_id: uuid.UUID) -> int:
    """Write ``route.failed`` for each (route number, why) of which nothing was said on the local day yet.

    Call it in a transaction. Returns how many were new.
    """
    told = 0
    for route_id, why in skipped:
        said = {"reason": why[:300], "defect_id": defect_id}
        _, is_new = RouteFailure.objects.get_or_create(route_id=route_id, day=day, defaults=said)
        if is_new:
            data = {"reason": why[:300], "defect": str(defect_id)}
            record(kind="route.failed", subject=("route", str(route_id)), data=data)
            told += 1
    return told
