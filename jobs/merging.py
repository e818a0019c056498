"""Two reports of one thing: one of them stands for both, and nobody drives out twice."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits import actions as audits
from audits.amending import merge_defect
from audits.models import Defect
from audits.nearby import require_may_compare
from jobs.changing import change, lock_unfinished
from jobs.models import Job
from jobs.opening import cancel_job
from jobs.pausing import acknowledge_due_of, pauses_of, target_of
from ledger.problems import Problem


@transaction.atomic
def merge_defects(*, person: Person, defect_id: uuid.UUID, into_id: uuid.UUID, note: str = "") -> Defect:
    """The first is the same as the second, which stands for both from now on.

    The first one's unfinished jobs are cancelled. Where it was received before the second, the clock of
    the second's unfinished job starts with it: a merge hides no breach. Returns the first.

    Raises ``not_allowed``, ``unknown_defect``, ``invalid_input`` (one and the same), ``defect_merged`` and
    ``transition_not_allowed``.
    """
    require_may_compare(person)
    if defect_id == into_id:
        raise Problem("invalid_input", detail="A report can't be joined to itself.", field="into")
    # By id, so that two desks that join the same two the other way round wait for each other, not for ever.
    locked = {each: audits.lock_defect(defect_id=each) for each in sorted([defect_id, into_id])}
    defect, into = locked[defect_id], locked[into_id]
    now = timezone.now()
    for job in lock_unfinished(defect):
        cancel_job(job=job, person=person, at=now)
    if defect.received_at < into.received_at:
        for job in lock_unfinished(into):
            _start_earlier(job, defect, person)
    return merge_defect(defect=defect, into=into, person=person, note=note, at=now)


def _start_earlier(job: Job, earlier: Defect, person: Person) -> None:
    """The clock of a locked job starts with the earlier report; what its pauses gave stays given."""
    if earlier.received_at >= job.clock_started_at:
        return
    was_due_at = job.due_at
    job.clock_started_at = earlier.received_at
    job.gross_due_at = target_of(job, earlier.received_at).due_at
    target = target_of(job, earlier.received_at, pauses_of(job.pauses.all()))
    job.due_at, job.at_risk_at = target.due_at, target.at_risk_at
    if job.acknowledge_due_at is not None:
        job.acknowledge_due_at = acknowledge_due_of(job, earlier.received_at)
    data = {"was_due_at": was_due_at.isoformat(), "due_at": job.due_at.isoformat(), "merged": str(earlier.pk)}
    change(job, kind="job.clock_moved", person=person, at=timezone.now(), data=data)
