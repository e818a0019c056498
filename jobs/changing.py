"""What every verb of a job does the same way: lock, check, save, write it down."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Person, Role
from audits import actions as audits
from audits.actions import lock_defect
from audits.models import Defect
from jobs import rules
from jobs.models import Job
from jobs.watching import set_alarm
from ledger.problems import Problem
from ledger.recording import record

_DESKS = frozenset({Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR})
_WORKS_ON_JOBS = frozenset({Role.CREW, Role.DISPATCHER, Role.MANAGER})


def lock_unfinished(defect: Defect) -> list[Job]:
    """The jobs of a locked defect that somebody still has to do, locked, by number."""
    found = list(Job.objects.locked().filter(defect=defect).unfinished().order_by("number"))
    for job in found:
        job.defect = defect
    return found


def lock_job(*, job_id: uuid.UUID, person: Person) -> Job:
    """The job and its defect, locked until the transaction ends, for somebody who may work on it.

    The defect is locked first, everywhere: two verbs can wait for each other, never for ever.
    Raises ``unknown_job``, ``not_allowed`` (the role) and ``job_not_yours`` (another organisation's).
    """
    return _lock(job_id, person, _WORKS_ON_JOBS, "Crews and their dispatchers work on jobs.", field="payload.job_id")


def lock_for_desk(*, job_id: uuid.UUID, person: Person) -> Job:
    """As `lock_job`, for a desk: the council's may change anybody's job, others their own organisation's.

    Raises ``unknown_job``, ``not_allowed`` and ``job_not_yours``.
    """
    any_job = person.sees_all_work
    return _lock(job_id, person, _DESKS, "Dispatchers and managers do this.", field="job_ids", any_job=any_job)


def _lock(
    job_id: uuid.UUID, person: Person, roles: frozenset[Role], refusal: str, *, field: str, any_job: bool = False
) -> Job:
    """``field`` is what a refusal names; ``any_job``: also one of another organisation."""
    defect_id = Job.objects.filter(pk=job_id).values_list("defect_id", flat=True).first()
    if defect_id is None:
        raise Problem("unknown_job", field=field)
    if person.role not in roles:
        raise Problem("not_allowed", detail=refusal)
    defect = lock_defect(defect_id=defect_id)
    job = Job.objects.locked().select_related("team", "assigned_to").get(pk=job_id)
    if not any_job and job.organisation_id != person.organisation_id:
        raise Problem("job_not_yours", detail=f"It is with {job.organisation.short_name}.", field=field)
    job.defect = defect
    return job


def require(job: Job, next_status: str, *, based_on: int | None = None) -> None:
    """Refuse a change of status that `rules.TRANSITIONS` does not name.

    Where the person had seen an older version of the job (``based_on``) they could not know:
    ``changed_meanwhile``, which sync keeps as a conflict. Otherwise ``transition_not_allowed``.
    """
    if rules.may_become(job.status, next_status):
        return
    stale = based_on is not None and based_on != job.version
    raise Problem(
        "changed_meanwhile" if stale else "transition_not_allowed",
        detail=f"{job.reference} is “{job.get_status_display()}” by now; that can't follow.",
        field="payload.job_id",
    )


def now_or_before(job: Job, at: dt.datetime) -> dt.datetime:
    """The phone's time for this job, held between its opening and now."""
    return rules.believable_time(at, opened_at=job.opened_at, now=timezone.now())


def change(
    job: Job,
    *,
    kind: str,
    person: Person | uuid.UUID | None,
    at: dt.datetime,
    data: dict[str, Any] | None = None,
) -> Job:
    """Save the job with a new version, put its alarm right and write the entry."""
    job.version += 1
    set_alarm(job)
    job.save()
    record(
        kind=kind,
        subject=("job", job.pk),
        actor=person.pk if isinstance(person, Person) else person,
        organisation=job.organisation_id,
        at=at,
        data={"defect": str(job.defect_id), **(data or {})},
    )
    return job


def keep_words_and_photos(
    job: Job, person: Person, note: str, photos: list[dict[str, Any]] | None, role: str, at: dt.datetime
) -> None:
    """What the person wrote and photographed goes to the defect; the words also show with the job."""
    audits.add_note(defect=job.defect, person=person, text=note, at=at)
    job.latest_note = note.strip() or job.latest_note
    audits.announce_photos(defect=job.defect, photos=photos or [], role=role, person=person)
