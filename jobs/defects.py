"""Defects together with the jobs that stand for each: the rows that people are shown."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Person
from accounts.serializers import organisation_row
from audits import serializers as audits
from audits.models import Defect
from jobs import rules
from jobs.models import Job, JobKind


def defect_rows(defects: Iterable[Defect], person: Person) -> list[dict[str, Any]]:
    """Rows as ``audits.serializers.DefectOut`` with ``job`` and ``jobs`` filled in: one query for all jobs.

    Fetch the defects by ``Defect.objects.with_rows()``. ``job`` is the one that matters now, ``jobs`` are
    all, oldest first.
    """
    rows = audits.defect_rows(defects, person)
    jobs_of: dict[str, list[Job]] = {row["id"]: [] for row in rows}
    found = Job.objects.filter(defect__in=list(jobs_of)).select_related("organisation")
    for job in found.order_by("number") if rows else []:
        jobs_of[str(job.defect_id)].append(job)
    return [
        {**row, "job": _job_of(that_matters(jobs_of[row["id"]])), "jobs": [_job_of(job) for job in jobs_of[row["id"]]]}
        for row in rows
    ]


def that_matters(jobs: Iterable[Job]) -> Job | None:
    """Of a defect's jobs the one to look at now: of those that somebody still has to do the one that is due
    first; then the newest that finishes the work, then the newest."""
    jobs = list(jobs)
    unfinished = [job for job in jobs if job.status in rules.UNFINISHED]
    if unfinished:
        return min(unfinished, key=lambda job: (job.due_at, job.number))
    return max(jobs, key=lambda job: (job.kind == JobKind.COMPLETE, job.number), default=None)


def _job_of(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    return {
        "id": str(job.pk),
        "number": job.reference,
        "kind": job.kind,
        "organisation": organisation_row(job.organisation),
        "status": job.status,
        "due_at": job.due_at,
        "done_at": job.done_at,
        "planned_for": job.planned_for,
        "returned_reason": job.returned_reason,
    }
