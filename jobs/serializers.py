"""Jobs as JSON: what crews and desks are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from accounts.models import Person
from accounts.serializers import NamedOut, OrganisationOut, organisation_row, person_row, team_row
from audits.serializers import (
    PhotoOut,
    PlaceOut,
    RecurrenceOut,
    photo_row,
    photos_missing,
    place_row,
    recurrence_row,
)
from jobs.models import Job, JobKind, JobStatus
from jobs.pausing import calendars_for, gross_and_net
from jobs.rules import PAUSE_REASONS, hazard_of
from routing.clocks import WorkCalendar


class PausedOut(serializers.Serializer):
    reason = serializers.ChoiceField(choices=sorted(PAUSE_REASONS.items()))
    since = serializers.DateTimeField()


class TargetOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class JobOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    kind = serializers.ChoiceField(choices=JobKind.choices)
    breach = serializers.ChoiceField(choices=["late", "at_risk", "on_time"])
    organisation = OrganisationOut()
    team = NamedOut(allow_null=True)
    assigned_to = NamedOut(allow_null=True)
    defect_id = serializers.UUIDField()
    defect_number = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    priority = serializers.IntegerField()
    place = PlaceOut()
    street_text = serializers.CharField(allow_blank=True)
    ward = NamedOut(allow_null=True)
    land_type = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    hazard = serializers.CharField(allow_null=True)
    access_note = serializers.CharField(allow_blank=True)
    clock_started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    at_risk_at = serializers.DateTimeField()
    planned_for = serializers.DateField(allow_null=True)
    gross_due_at = serializers.DateTimeField()
    acknowledge_due_at = serializers.DateTimeField(allow_null=True)
    uplifted = serializers.BooleanField()
    gross_s = serializers.IntegerField(help_text="seconds on its clock until it was finished, or until now")
    net_s = serializers.IntegerField(help_text="the same without its pauses")
    opened_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = NamedOut(allow_null=True)
    done_distance_m = serializers.FloatField(allow_null=True)
    done_accuracy_m = serializers.FloatField(allow_null=True)
    away_reason = serializers.CharField(allow_blank=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    paused = PausedOut(allow_null=True)
    reopened_count = serializers.IntegerField()
    breached_at = serializers.DateTimeField(allow_null=True, help_text="the due time that first passed unmet")
    escalated_level = serializers.IntegerField(help_text="how far up the ladder it is; 0: not")
    recurrence = RecurrenceOut(allow_null=True)
    service_level = TargetOut()
    route_reason = serializers.CharField(allow_blank=True)
    returned_reason = serializers.CharField(allow_blank=True)
    photos = PhotoOut(many=True)
    photos_missing = serializers.IntegerField()
    latest_note = serializers.CharField(allow_blank=True)


class JobPageOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()
    results = JobOut(many=True)


def job_rows(jobs: Iterable[Job], person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows as `JobOut`, in the given order, without a query a row.

    Fetch the jobs by ``Job.objects.visible_to(person).with_rows()``: what a person may see is decided
    there. ``person`` is who reads; ``now`` is the instant at which late and at risk are judged.
    """
    shown = list(jobs)
    calendars = calendars_for(shown)
    return [{**_job_row(job, now), **_taken(job, now, calendars)} for job in shown]


def _job_row(job: Job, now: dt.datetime) -> dict[str, Any]:
    defect = job.defect
    photos = [photo_row(link) for link in defect.defect_photos.all()]
    return {
        "id": str(job.pk),
        "number": job.reference,
        "version": job.version,
        "status": job.status,
        "kind": job.kind,
        "breach": job.breach(now),
        "organisation": organisation_row(job.organisation),
        "team": team_row(job.team),
        "assigned_to": person_row(job.assigned_to) if job.assigned_to else None,
        "defect_id": str(defect.pk),
        "defect_number": defect.reference,
        "category": defect.category_id,
        "severity": defect.severity,
        "priority": job.priority,
        "place": place_row(defect),
        "street_text": defect.street_text,
        "ward": {"id": str(defect.ward_id), "name": defect.ward.name} if defect.ward else None,
        "land_type": defect.land_type or None,
        "note": defect.note,
        "hazard": hazard_of(defect.category_id),
        "access_note": job.access_note,
        **_times(job),
        "done_by": person_row(job.done_by) if job.done_by else None,
        "done_distance_m": job.done_distance_m,
        "done_accuracy_m": job.done_accuracy_m,
        "away_reason": job.away_reason,
        "paused": _paused(job),
        "planned_for": job.planned_for,
        "reopened_count": job.reopened_count,
        "breached_at": job.breached_at,
        "escalated_level": job.escalated_level,
        "recurrence": recurrence_row(defect),
        "service_level": {"code": job.service_level.code, "name": job.service_level.name},
        "route_reason": job.route_reason,
        "returned_reason": job.returned_reason,
        "photos": photos,
        "photos_missing": photos_missing(photos),
        "latest_note": job.latest_note,
    }


def _times(job: Job) -> dict[str, dt.datetime | None]:
    return {
        "clock_started_at": job.clock_started_at,
        "due_at": job.due_at,
        "at_risk_at": job.at_risk_at,
        "gross_due_at": job.gross_due_at,
        "acknowledge_due_at": job.acknowledge_due_at,
        "opened_at": job.opened_at,
        "accepted_at": job.accepted_at,
        "started_at": job.started_at,
        "done_at": job.done_at,
        "verified_at": job.verified_at,
    }


def _taken(job: Job, now: dt.datetime, calendars: Mapping[int, WorkCalendar]) -> dict[str, Any]:
    gross, net = gross_and_net(job, now, calendars)
    return {
        "uplifted": job.uplifted,
        "gross_s": int(gross.total_seconds()),
        "net_s": int(net.total_seconds()),
    }


def _paused(job: Job) -> dict[str, Any] | None:
    """Why and since when the clock stands still; the pauses are prefetched."""
    for pause in job.pauses.all():
        if pause.ended_at is None:
            return {"reason": pause.reason, "since": pause.started_at}
    return None
