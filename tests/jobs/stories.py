"""What stories about jobs have in common: a defect that arrives, and the work that follows it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from audits.models import Defect
from jobs.models import Job
from jobs.watching import set_alarm
from ledger.models import Delivery
from ledger.outbox import deliver
from tests import cast, towns


def work() -> None:
    """Do what is owed, as the worker would, and what follows from it."""
    while owed := list(Delivery.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True)):
        for delivery_id in owed:
            assert deliver([delivery_id]), Delivery.objects.get(pk=delivery_id).last_error


def photo() -> dict[str, Any]:
    """A photo as a phone announces it."""
    told = {
        "id": uuid.UUID(cast.new_id()),
        "sha256": "cd" * 32,
        "size_bytes": 1234,
        "content_type": "image/jpeg",
    }
    return {**told, "taken_at": timezone.now()}


def defect_at(place: dict[str, Any], category: str = "FN-DAM", **more: Any) -> Defect:
    """The warden records a defect there; it is received and routed."""
    sent = cast.operation("raise_defect", cast.defect_payload(place=place, category=category, **more))
    [result] = cast.push(cast.person("warden"), sent)
    assert result["status"] == "applied", result
    work()
    return Defect.objects.get(pk=sent["payload"]["defect_id"])


def job_at(place: dict[str, Any] = towns.ROAD, category: str = "FN-DAM", **more: Any) -> Job:
    """The job that a defect at this place became."""
    return Job.objects.get(defect=defect_at(place, category, **more))


def minutes_ago(minutes: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=minutes)


def opened_earlier(job: Job, hours: float) -> Job:
    """The same job, as if it had all begun that much earlier."""
    earlier = dt.timedelta(hours=hours)
    for name in ("clock_started_at", "due_at", "at_risk_at", "gross_due_at", "opened_at"):
        setattr(job, name, getattr(job, name) - earlier)
    set_alarm(job)
    job.save()
    return job
