"""Closing a job with a photo: the work is finished, or it was made safe and the rest goes on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from accounts.models import Person
from audits import actions as audits
from audits.actions import Place
from audits.models import Defect, DefectStatus, PhotoRole
from jobs import rules
from jobs.changing import change, keep_words_and_photos, lock_job, lock_unfinished, now_or_before, require
from jobs.making_safe import made_safe_on_the_way
from jobs.models import Job, JobKind, JobStatus
from jobs.opening import cancel_job
from jobs.pausing import end_pause
from ledger.problems import Problem
from ledger.recording import record
from places.rules import distance_m


@transaction.atomic
def close_job(
    *,
    person: Person,
    job_id: uuid.UUID,
    at: dt.datetime,
    photos: list[dict[str, Any]],
    note: str = "",
    place: Place | None = None,
    away_reason: str = "",
    based_on: int | None = None,
) -> Job:
    """It is done, and a photo shows it. The defect is resolved once nothing is left to do: with the job that
    finishes the work, which ends one of making safe too; not with making it safe.

    ``place`` is where the after photo was taken: how far from the defect that is, is kept with the job,
    and ``away_reason`` is why. From however far, the close is taken. Raises ``after_photo_required``
    without a photo, and what `lock_job` and `require` raise.
    """
    if not photos:
        raise Problem("after_photo_required", field="payload.photos")
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.DONE, based_on=based_on)
    job.away_reason = away_reason.strip()
    return _finish(job, person, at, note, photos, place)


@transaction.atomic
def close_for_them(
    *,
    defect: Defect,
    person: Person,
    at: dt.datetime,
    photos: list[dict[str, Any]],
    note: str = "",
    place: Place | None = None,
    kind: str = JobKind.COMPLETE,
) -> Job | None:
    """A desk takes a crew's word that a locked defect is fixed (or made safe: ``kind``), whoever has the job
    now: the job of that kind that is open is closed as done by that crew. None, and nothing done, where no
    such job is open.

    Raises what ``announce_photos`` raises.
    """
    job = next((job for job in lock_unfinished(defect) if job.kind == kind), None)
    return _finish(job, person, at, note, photos, place) if job else None


@transaction.atomic
def split_job(
    *,
    person: Person,
    job_id: uuid.UUID,
    at: dt.datetime,
    photos: list[dict[str, Any]],
    note: str = "",
    place: Place | None = None,
    based_on: int | None = None,
) -> Job:
    """The crew took the danger away, and the work is not finished: made safe is done, with the photo that
    shows it, and the job that finishes the work goes on by its own target. Its clock started at receipt.

    The job of making safe is closed where there is one; where nobody had asked for one, the visit is kept
    as such a job. Returns the job that was named. Raises ``after_photo_required``,
    ``transition_not_allowed`` (it was made safe before) and what `close_job` raises.
    """
    if not photos:
        detail = "Take a photo that shows that it is safe now."
        raise Problem("after_photo_required", detail=detail, field="payload.photos")
    job = lock_job(job_id=job_id, person=person)
    require(job, JobStatus.DONE, based_on=based_on)
    if job.kind == JobKind.MAKE_SAFE:
        return _finish(job, person, at, note, photos, place)
    safe = _make_safe(job, person, now_or_before(job, at), note, photos, place)
    if job.status == JobStatus.OPEN:
        # Who was there has taken it on.
        job.status, job.accepted_at, job.assigned_to = JobStatus.ACCEPTED, now_or_before(job, at), person
    job.latest_note = note.strip() or job.latest_note
    data = {"make_safe": str(safe.pk), "photos": audits.evidence_of(photos)}
    return change(job, kind="job.split", person=person, at=now_or_before(job, at), data=data)


def _make_safe(
    job: Job, person: Person, at: dt.datetime, note: str, photos: list[dict[str, Any]], place: Place | None
) -> Job:
    """The done job of making safe beside a locked one: the one that was open, or one made for this visit."""
    of_safety = list(Job.objects.locked().filter(defect=job.defect, kind=JobKind.MAKE_SAFE))
    for safe in of_safety:
        safe.defect = job.defect
        if safe.status in {JobStatus.DONE, JobStatus.VERIFIED}:
            detail = f"It was made safe before: {safe.reference}. Close {job.reference} when the work is finished."
            raise Problem("transition_not_allowed", detail=detail, field="payload.job_id")
        if safe.status in rules.UNFINISHED and safe.organisation_id == job.organisation_id:
            return _finish(safe, person, at, note, photos, place)
    for safe in of_safety:  # somebody else's, who need not drive out any more
        if safe.status in rules.UNFINISHED:
            cancel_job(job=safe, person=person, at=at)
    safe = made_safe_on_the_way(job, person=person, at=at)
    safe.latest_note = note.strip()
    measured = _measured(safe, place)
    safe.save(force_insert=True)
    audits.add_note(defect=job.defect, person=person, text=note, at=at)
    audits.announce_photos(defect=job.defect, photos=photos, role=PhotoRole.EVIDENCE, person=person)
    record(
        kind="job.done",
        subject=("job", safe.pk),
        actor=person.pk,
        organisation=safe.organisation_id,
        at=at,
        data={"defect": str(job.defect_id), **_done(safe, at, 0), "photos": audits.evidence_of(photos), **measured},
    )
    return safe


def _finish(
    job: Job, person: Person, at: dt.datetime, note: str, photos: list[dict[str, Any]], place: Place | None
) -> Job:
    """Close a locked, unfinished job, and resolve its defect where nothing is left to do."""
    at, done = _mark_done(job, person, at)
    others = [other for other in lock_unfinished(job.defect) if other.pk != job.pk]
    is_finished = job.kind == JobKind.COMPLETE or not (others or job.defect.status == DefectStatus.OPEN)
    keep_words_and_photos(job, person, note, photos, PhotoRole.AFTER if is_finished else PhotoRole.EVIDENCE, at)
    data = {**done, "photos": audits.evidence_of(photos), **_measured(job, place)}
    if is_finished:
        for other in others:
            _end_with(job, other, person, at)
        audits.resolve_defect(
            defect=job.defect,
            organisation_id=job.organisation_id,
            person=person,
            at=at,
            data={"job": str(job.pk)},
        )
    return change(job, kind="job.done", person=person, at=at, data=data)


def _end_with(job: Job, safe: Job, person: Person, at: dt.datetime) -> None:
    """What is repaired is safe: the locked job of making safe is done with the one that finished the work;
    another organisation's is not needed any more."""
    if safe.organisation_id != job.organisation_id:
        cancel_job(job=safe, person=person, at=at)
        return
    at, done = _mark_done(safe, person, at)
    change(safe, kind="job.done", person=person, at=at, data={**done, "with": str(job.pk), "photos": []})


def _mark_done(job: Job, person: Person, at: dt.datetime) -> tuple[dt.datetime, dict[str, Any]]:
    """End the pause of a locked job and note who did it. Returns when, held to what can be true, and what the
    ledger keeps of it."""
    at = now_or_before(job, at)
    paused_s = end_pause(job, at)
    job.status = JobStatus.DONE
    job.done_at, job.done_by = at, person
    return at, _done(job, at, paused_s)


def _done(job: Job, at: dt.datetime, paused_s: int) -> dict[str, Any]:
    """What the ledger keeps of a job that was done."""
    return {
        "kind": job.kind,
        "on_time": not rules.is_late(job.due_at, at),
        "due_at": job.due_at.isoformat(),
        "paused_s": paused_s,
    }


def _measured(job: Job, place: Place | None) -> dict[str, Any]:
    """Note how far from the defect it was closed, for the job and the ledger: a measure, not a track."""
    if place is None:
        job.done_distance_m = job.done_accuracy_m = None
        return {}
    point = job.defect.point
    job.done_distance_m = round(distance_m(place.longitude, place.latitude, point.x, point.y), 1)
    job.done_accuracy_m = place.accuracy_m
    return {"distance_m": job.done_distance_m, "accuracy_m": job.done_accuracy_m}
