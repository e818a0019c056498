"""Taking a desk's bulk change back: each job goes back where nobody changed it since."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits import actions as audits
from jobs.bulk import Outcome, numbered
from jobs.changing import change, lock_for_desk
from jobs.deciding import require_may_decide
from jobs.models import BulkAction, BulkChange, BulkChangedJob, Job, JobKind, JobStatus
from jobs.opening import cancel_job
from ledger.problems import Problem
from ledger.recording import record

UNDO_WITHIN = dt.timedelta(minutes=15)


def undo_change(*, person: Person, change_id: uuid.UUID) -> Outcome:
    """Take back what one bulk change did, as far as nobody did anything since. The rest is refused with
    words and stays. Asked a second time, it goes on with what was left.

    Raises ``unknown_bulk_change``, ``not_allowed`` and ``undo_too_late``.
    """
    made = _claim(person, change_id)
    outcome = Outcome(made)
    for changed in made.changed.select_related("job", "new_job").order_by("job_id"):
        try:
            with transaction.atomic():
                job = _undo_one(changed, made, person)
        except Problem as problem:
            outcome.refuse(changed.job_id, changed.job.reference, problem)
        else:
            outcome.done.append({"id": str(job.pk), "number": job.reference, "new": numbered(changed.new_job)})
    with transaction.atomic():
        record(
            kind="jobs.bulk_undone",
            subject=("bulk_change", made.pk),
            actor=person.pk,
            organisation=person.organisation_id,
            data={"action": made.action, "undone": len(outcome.done), "refused": len(outcome.refused)},
        )
    return outcome


@transaction.atomic
def _claim(person: Person, change_id: uuid.UUID) -> BulkChange:
    """The change, noted as taken back by this person, where they may and it is not too late."""
    made = BulkChange.objects.select_for_update(of=("self",)).select_related("made_by").filter(pk=change_id).first()
    theirs = made is not None and (person.sees_all_work or made.made_by.organisation_id == person.organisation_id)
    if made is None or not theirs:
        raise Problem("unknown_bulk_change")
    if made.action == BulkAction.REROUTE:
        require_may_decide(person)
    now = timezone.now()
    if made.undone_at is None and now - made.made_at > UNDO_WITHIN:
        minutes = int(UNDO_WITHIN.total_seconds() // 60)
        raise Problem("undo_too_late", detail=f"It was made more than {minutes} minutes ago: change the jobs anew.")
    if made.undone_at is None:
        made.undone_at, made.undone_by = now, person
        made.save(update_fields=["undone_at", "undone_by"])
    return made


def _undo_one(changed: BulkChangedJob, made: BulkChange, person: Person) -> Job:
    """Put one job back as it was. Raises ``changed_meanwhile``."""
    job = lock_for_desk(job_id=changed.job_id, person=person)
    if changed.undone_at is not None:
        return job
    now = timezone.now()
    if changed.new_job_id is not None:
        new = Job.objects.locked().get(pk=changed.new_job_id)
        _refuse_changed(new, changed)
        cancel_job(job=new, person=person, at=now)
        _restore(job, changed)
        if job.kind == JobKind.COMPLETE:
            data = {"job": str(job.pk), "service_level": job.service_level.code, "undone": str(made.pk)}
            audits.route_defect(defect=job.defect, organisation=job.organisation, person=person, data=data)
    else:
        _refuse_changed(job, changed)
    was = changed.was
    job.team_id, job.assigned_to_id = _id_of(was["team"]), _id_of(was["assigned_to"])
    job.planned_for = dt.date.fromisoformat(was["planned_for"]) if was["planned_for"] else None
    job.latest_note = was["latest_note"]
    changed.undone_at = now
    changed.save(update_fields=["undone_at"])
    data = {"change": str(made.pk), "action": made.action}
    return change(job, kind="job.change_undone", person=person, at=now, data=data)


def _restore(job: Job, changed: BulkChangedJob) -> None:
    """The one way out of `CANCELLED`: a job that was given away goes back to where its crew had got to,
    its pause too."""
    was = changed.was
    job.status = was["status"]
    if was["paused_at"]:
        job.paused_at = dt.datetime.fromisoformat(was["paused_at"])
        job.pauses.filter(started_at=job.paused_at, ended_at=job.cancelled_at).update(ended_at=None)
    job.cancelled_at = None


def _refuse_changed(job: Job, changed: BulkChangedJob) -> None:
    if job.version != changed.version or job.status == JobStatus.CANCELLED:
        detail = f"{job.reference} is “{job.get_status_display()}” and was changed since. It stays as it is."
        raise Problem("changed_meanwhile", detail=detail)


def _id_of(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
