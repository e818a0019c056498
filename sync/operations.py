"""What a phone can ask for: the one map from an operation's kind to who may ask, its form and its verb."""

import uuid
from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from accounts.models import Role
from accounts.serializers import StrictSerializer
from audits import actions as audits
from audits.amending import amend_defect
from audits.models import Defect
from audits.serializers import (
    AmendDefectIn,
    ConfirmDefectIn,
    EndPatrolIn,
    LookAgainIn,
    PhotosIn,
    PlaceIn,
    RaiseDefectIn,
    StartPatrolIn,
    place_of,
)
from audits.sighting_api import CloseSightingIn, ReportBackIn
from audits.sightings import close_sighting, report_back
from jobs import actions as jobs
from jobs.models import Job
from jobs.rules import PAUSE_REASONS, RETURN_REASONS
from ledger.problems import Problem
from sync.asked import Asked, Kind, Subject
from sync.audit_operations import AUDIT_KINDS


class JobIn(StrictSerializer):
    job_id = serializers.UUIDField()
    at = serializers.DateTimeField()


class PauseJobIn(JobIn):
    reason = serializers.ChoiceField(choices=sorted(PAUSE_REASONS))
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    photos = PhotosIn(required=False, default=list)


class ReturnJobIn(PauseJobIn):
    reason = serializers.ChoiceField(choices=sorted(RETURN_REASONS))
    suggested_organisation_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class CloseJobIn(JobIn):
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    place = PlaceIn(required=False, allow_null=True)
    away_reason = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")
    photos = PhotosIn(required=False, default=list)


class SplitJobIn(JobIn):
    """Made safe, and not finished yet."""

    make_safe = serializers.ChoiceField(choices=[True])
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    place = PlaceIn(required=False, allow_null=True)
    photos = PhotosIn(required=False, default=list)


def _start_patrol(asked: Asked) -> Subject:
    p = asked.payload
    patrol = audits.start_patrol(
        person=asked.person,
        patrol_id=p["patrol_id"],
        kind=p["kind"],
        started_at=asked.time("started_at"),
        area_id=p.get("area_id"),
    )
    return Subject("patrol", patrol.pk)


def _end_patrol(asked: Asked) -> Subject:
    patrol = audits.end_patrol(
        person=asked.person, patrol_id=asked.payload["patrol_id"], ended_at=asked.time("ended_at")
    )
    return Subject("patrol", patrol.pk)


def _raise_defect(asked: Asked) -> Subject:
    p = asked.payload
    defect = audits.raise_defect(
        person=asked.person,
        phone=asked.phone,
        received_at=asked.received_at,
        defect_id=p["defect_id"],
        category_code=p["category"],
        severity=p["severity"],
        place=place_of(p["place"]),
        observed_at=p["observed_at"],
        note=p["note"],
        street_text=p["street_text"],
        people_in_photo=p["people_in_photo"],
        patrol_id=p.get("patrol_id"),
        answer_id=p.get("answer_id"),
        photos=p["photos"],
        fly_tipping=p.get("fly_tipping"),
    )
    return Subject("defect", defect.pk, defect.reference)


def _confirm_defect(asked: Asked) -> Subject:
    p = asked.payload
    defect = audits.confirm_defect(
        person=asked.person,
        defect_id=p["defect_id"],
        observed_at=asked.time("observed_at"),
        note=p["note"],
        photos=p["photos"],
    )
    return Subject("defect", defect.pk, defect.reference)


def _amend_defect(asked: Asked) -> Subject:
    p = asked.payload
    defect = amend_defect(
        person=asked.person,
        defect_id=p["defect_id"],
        at=asked.time("at"),
        changes={name: p[name] for name in ("note", "severity", "street_text") if name in p},
        photos=p["photos"],
        based_on=asked.based_on,
    )
    return Subject("defect", defect.pk, defect.reference)


def _look_again(verb: Callable[..., Any]) -> Callable[[Asked], Subject]:
    def run(asked: Asked) -> Subject:
        p = asked.payload
        defect = verb(
            person=asked.person, defect_id=p["defect_id"], at=asked.time("at"), note=p["note"], photos=p["photos"]
        )
        return Subject("defect", defect.pk, defect.reference)

    return run


def _on_job(verb: Callable[..., Any], *more: str) -> Callable[[Asked], Subject]:
    """A verb of a job: the time, the version the phone saw, and the payload's ``more`` fields."""

    def run(asked: Asked) -> Subject:
        job = verb(
            person=asked.person,
            job_id=asked.payload["job_id"],
            at=asked.time("at"),
            based_on=asked.based_on,
            **{name: asked.field(name) for name in more},
        )
        return Subject("job", job.pk, job.reference)

    return run


def _report_back(asked: Asked) -> Subject:
    p = asked.payload
    sighting = report_back(
        person=asked.person,
        sighting_id=p["sighting_id"],
        to=p["to"],
        kind=p["kind"],
        place=place_of(p["place"]),
        at=asked.time("at"),
        note=p["note"],
        street_text=p["street_text"],
        defect_id=_where_they_worked(asked),
        photos=p["photos"],
        received_at=asked.received_at,
    )
    return Subject("sighting", sighting.pk)


def _where_they_worked(asked: Asked) -> uuid.UUID | None:
    """The defect that a sighting names, itself or by its job. Raises ``unknown_job`` and ``unknown_defect``."""
    job_id, defect_id = asked.payload.get("job_id"), asked.payload.get("defect_id")
    if job_id is not None:
        job = Job.objects.visible_to(asked.person).filter(pk=job_id).first()
        if job is None:
            raise Problem("unknown_job", field="payload.job_id")
        return job.defect_id
    if defect_id is not None and not Defect.objects.visible_to(asked.person).filter(pk=defect_id).exists():
        raise Problem("unknown_defect", field="payload.defect_id")
    return defect_id


def _close_sighting(asked: Asked) -> Subject:
    p = asked.payload
    sighting = close_sighting(person=asked.person, sighting_id=p["sighting_id"], at=asked.time("at"), note=p["note"])
    return Subject("sighting", sighting.pk)


_STREET = frozenset({Role.WARDEN, Role.OFFICER})
_EYES = _STREET | {Role.CREW, Role.DISPATCHER, Role.MANAGER}
_CREW = frozenset({Role.CREW})
_LOOKS_INTO = _STREET | {Role.DISPATCHER, Role.MANAGER}

KINDS: dict[str, Kind] = {
    "start_patrol": Kind(_STREET, StartPatrolIn, _start_patrol),
    "end_patrol": Kind(_STREET, EndPatrolIn, _end_patrol),
    "raise_defect": Kind(_EYES, RaiseDefectIn, _raise_defect),
    "confirm_defect": Kind(_EYES, ConfirmDefectIn, _confirm_defect),
    "amend_defect": Kind(_EYES, AmendDefectIn, _amend_defect),
    "verify_defect": Kind(_STREET, LookAgainIn, _look_again(jobs.verify_defect)),
    "dispute_defect": Kind(_STREET, LookAgainIn, _look_again(jobs.dispute_defect)),
    "accept_job": Kind(_CREW, JobIn, _on_job(jobs.accept_job)),
    "start_job": Kind(_CREW, JobIn, _on_job(jobs.start_job)),
    "pause_job": Kind(_CREW, PauseJobIn, _on_job(jobs.pause_job, "reason", "note", "photos")),
    "resume_job": Kind(_CREW, JobIn, _on_job(jobs.resume_job)),
    "split_job": Kind(_CREW, SplitJobIn, _on_job(jobs.split_job, "note", "photos", "place")),
    "close_job": Kind(_CREW, CloseJobIn, _on_job(jobs.close_job, "note", "photos", "place", "away_reason")),
    "report_back": Kind(_CREW, ReportBackIn, _report_back),
    "close_sighting": Kind(_LOOKS_INTO, CloseSightingIn, _close_sighting),
    "return_job": Kind(
        _CREW, ReturnJobIn, _on_job(jobs.return_job, "reason", "note", "photos", "suggested_organisation_id")
    ),
    **AUDIT_KINDS,
}
