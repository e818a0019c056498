"""``/api/jobs``: lists for crews and desks, one job with its story."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from audits.models import DefectStatus
from jobs.defect_api import StoryOut, job_story
from jobs.models import Job, JobQuerySet, JobStatus
from jobs.serializers import JobOut, JobPageOut, job_rows
from ledger.problems import Problem

MAX_PAGE = 200
_WORKS_ON_JOBS = may(Role.CREW, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_DISPATCHES = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MOST_IN_TRIAGE = 500


class JobStoryOut(JobOut):
    story = StoryOut(many=True)


class StatusesField(serializers.CharField):
    """One status or several with commas between."""

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        asked = super().to_internal_value(data).split(",")
        unknown = [each for each in asked if each not in JobStatus.values]
        if unknown:
            raise serializers.ValidationError(f"{unknown[0]!r} is not one of {', '.join(JobStatus.values)}.")
        return asked


class JobsIn(StrictSerializer):
    organisation = serializers.UUIDField(required=False)
    status = StatusesField(max_length=120, required=False)
    breach = serializers.ChoiceField(choices=["late", "at_risk", "on_time"], required=False)
    ward = serializers.UUIDField(required=False)
    category = serializers.CharField(max_length=12, required=False)
    min_age_h = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    max_age_h = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    done_days = serializers.IntegerField(min_value=1, max_value=3660, required=False)
    undecided = serializers.BooleanField(required=False)
    order = serializers.ChoiceField(choices=["due_at", "-age"], default="due_at")
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50)
    cursor = serializers.CharField(max_length=200, required=False)


# The column that each order goes by. The oldest first is by when the job was opened.
_ORDERS = {"due_at": "due_at", "-age": "opened_at"}


class JobsView(APIView):
    """Jobs that the caller may see, by due time or by age; crews and desks."""

    permission_classes = (_WORKS_ON_JOBS,)

    @extend_schema(operation_id="list_jobs", parameters=[JobsIn], responses=JobPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(JobsIn, request)
        now = timezone.now()
        found = _filtered(Job.objects.visible_to(signed_in(request)), asked, now)
        column = _ORDERS[asked["order"]]
        page = found.with_rows().order_by(column, "id")
        if "cursor" in asked:
            after, after_id = _read_cursor(asked["cursor"])
            page = page.filter(Q(**{f"{column}__gt": after}) | Q(**{column: after}, id__gt=after_id))
        jobs = list(page[: asked["page_size"] + 1])
        more = len(jobs) > asked["page_size"]
        jobs = jobs[: asked["page_size"]]
        return Response(
            {
                "next": _cursor_of(getattr(jobs[-1], column), jobs[-1].pk) if more else None,
                "count": found.count(),
                "results": job_rows(jobs, signed_in(request), now),
            }
        )


def _filtered(jobs: JobQuerySet, asked: dict[str, Any], now: dt.datetime) -> JobQuerySet:
    """The jobs that fit every filter of JobsIn that was given."""
    given: dict[str, Any] = {
        column: asked[name]
        for name, column in [
            ("organisation", "organisation"),
            ("ward", "defect__ward"),
            ("category", "defect__category"),
            ("status", "status__in"),
        ]
        if name in asked
    }
    # Age runs from receipt, as in the backlog's bands: from min_age_h on and under max_age_h.
    if "min_age_h" in asked:
        given["clock_started_at__lte"] = now - dt.timedelta(hours=asked["min_age_h"])
    if "max_age_h" in asked:
        given["clock_started_at__gt"] = now - dt.timedelta(hours=asked["max_age_h"])
    if "done_days" in asked:
        given["done_at__range"] = (now - dt.timedelta(days=asked["done_days"]), now)
    # Handed back and still without a new owner; a defect that was given on is somebody's again.
    if asked.get("undecided"):
        given["defect__status"] = DefectStatus.OPEN
    jobs = jobs.filter(**given)
    if asked.get("breach") == "late":
        return jobs.late(now)
    if asked.get("breach") == "at_risk":
        return jobs.at_risk(now)
    return jobs.on_time(now) if asked.get("breach") == "on_time" else jobs


def _cursor_of(moment: dt.datetime, pk: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {pk}".encode()).decode()


def _read_cursor(text: str) -> tuple[dt.datetime, uuid.UUID]:
    try:
        moment, pk = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        after = parse_datetime(moment)
        if after is None or after.tzinfo is None:
            raise ValueError(moment)
        return after, uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Problem("bad_cursor", field="cursor") from None


class JobView(APIView):
    """One job with its story; crews and desks, each their own organisation's."""

    permission_classes = (_WORKS_ON_JOBS,)

    @extend_schema(operation_id="get_job", responses=JobStoryOut)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        job = Job.objects.visible_to(signed_in(request)).with_rows().filter(pk=job_id).first()
        if job is None:
            raise Problem("job_not_yours" if Job.objects.filter(pk=job_id).exists() else "unknown_job")
        [row] = job_rows([job], signed_in(request), timezone.now())
        return Response({**row, "story": job_story(job, signed_in(request))})
