"""Defects together with the job that stands for each: the rows that people are shown."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Person
from accounts.serializers import organisation_row
from audits import serializers as audits
from audits.models import Defect
from jobs.models import Job


def defect_rows(defects: Iterable[Defect], person: Person) -> list[dict[str, Any]]:
    """Rows as ``audits.serializers.DefectOut`` with ``job`` filled in: one query for all jobs.

    Fetch the defects by ``Defect.objects.with_rows()``. The newest job of a defect is shown.
    """
    rows = audits.defect_rows(defects, person)
    newest: dict[str, Job] = {}
    found = Job.objects.filter(defect__in=[row["id"] for row in rows]).select_related("organisation")
    for job in found.order_by("number") if rows else []:
        newest[str(job.defect_id)] = job
    return [{**row, "job": _job_of(newest.get(row["id"]))} for row in rows]


def _job_of(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    return {
        "id": str(job.pk),
        "number": job.reference,
        "organisation": organisation_row(job.organisation),
        "status": job.status,
        "due_at": job.due_at,
        "done_at": job.done_at,
        "returned_reason": job.returned_reason,
    }
