"""``/api/triage``, ``/api/defects/{id}/decide`` and ``/api/demarcations``: a person says whose job it is."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.allowed import require_council_desk
from accounts.models import Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import (
    NamedOut,
    NoQuery,
    OrganisationOut,
    StrictSerializer,
    organisation_row,
    person_row,
    read_query,
)
from audits.models import Defect
from audits.serializers import DefectOut, NumberedOut, numbered_row
from jobs import actions, triage
from jobs.defects import defect_rows
from jobs.models import Job
from jobs.serializers import JobOut, job_rows
from routing import register
from routing.models import Basis, Demarcation

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MOST_IN_TRIAGE = 500
STATES = ["unsettled", "standing", "this_job_only", "superseded", "ended"]
_MOST_ON_THE_REGISTER = 500


class SuggestionOut(serializers.Serializer):
    """A crew handed it back and said whose it is."""

    organisation = OrganisationOut(help_text="whose they think it is")
    by = serializers.CharField(help_text="who said so: the organisation's short name")
    at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)


class TriageRowOut(DefectOut):
    triage_due_at = serializers.DateTimeField(allow_null=True)
    triage_late = serializers.BooleanField()
    decider = NamedOut(allow_null=True)
    suggestions = SuggestionOut(many=True)


class TriageOut(serializers.Serializer):
    results = TriageRowOut(many=True)


class RouteByHandIn(StrictSerializer):
    organisation_id = serializers.UUIDField()
    service_level = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class DecideDefectIn(StrictSerializer):
    organisation_id = serializers.UUIDField()
    service_level = serializers.CharField(max_length=40, allow_blank=True, required=False, default="")
    basis = serializers.ChoiceField(choices=Basis.choices, required=False, default=Basis.SETTLED)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    remember = serializers.BooleanField(required=False, default=False)
    radius_m = serializers.IntegerField(min_value=1, max_value=500, required=False, default=register.USUAL_RADIUS_M)


class DemarcationsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=["unsettled", "all"], default="all")
    q = serializers.CharField(max_length=100, allow_blank=True, required=False, default="")


class SettleIn(StrictSerializer):
    note = serializers.CharField(max_length=2000)
    organisation_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class DemarcationOut(serializers.Serializer):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    radius_m = serializers.IntegerField()
    parcel = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_blank=True)
    group = serializers.CharField(allow_null=True)
    organisation = OrganisationOut()
    basis = serializers.ChoiceField(choices=Basis.choices)
    state = serializers.ChoiceField(choices=STATES)
    defect = NumberedOut(allow_null=True)
    decided_by = NamedOut()
    decided_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)
    guides = serializers.BooleanField()
    valid_until = serializers.DateField(allow_null=True)
    superseded_by = serializers.CharField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = NamedOut(allow_null=True)
    settled_note = serializers.CharField(allow_blank=True)
    jobs = serializers.IntegerField(help_text="how many jobs it gave to somebody")


class DemarcationsOut(serializers.Serializer):
    unsettled = serializers.IntegerField()
    results = DemarcationOut(many=True)


class DefectDecidedOut(serializers.Serializer):
    job = JobOut()
    demarcation = DemarcationOut(allow_null=True)


class TriageView(APIView):
    """Defects that wait for somebody to decide whose they are, the one due first at the top; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_triage", responses=TriageOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        refuse_other_desks(request)
        waiting = Defect.objects.in_triage().with_rows().select_related("decider")
        found = list(waiting.order_by("triage_due_at", "received_at")[:_MOST_IN_TRIAGE])
        return Response({"results": triage_rows(found, signed_in(request), timezone.now())})


def triage_rows(defects: list[Defect], person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows as TriageRowOut: three queries for all. Fetch the defects with their deciders."""
    suggested = triage.suggestions_of(defects)
    return [
        {
            **row,
            "triage_due_at": defect.triage_due_at,
            "triage_late": triage.is_late(defect, now),
            "decider": person_row(defect.decider) if defect.decider else None,
            "suggestions": [_suggestion_row(job) for job in suggested[row["id"]]],
        }
        for row, defect in zip(defect_rows(defects, person), defects, strict=True)
    ]


def _suggestion_row(job: Job) -> dict[str, Any]:
    return {
        "organisation": organisation_row(job.suggested_organisation) if job.suggested_organisation else None,
        "by": job.organisation.short_name,
        "at": job.returned_at,
        "note": job.latest_note,
    }


class RouteByHandView(APIView):
    """Decide whose job a defect is, by a named service level; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="route_defect_by_hand", request=RouteByHandIn, responses={201: JobOut})
    def post(self, request: Request, defect_id: uuid.UUID) -> Response:
        refuse_other_desks(request)
        form = RouteByHandIn(data=request.data)
        form.is_valid(raise_exception=True)
        job = actions.route_by_hand(
            person=signed_in(request),
            defect_id=defect_id,
            organisation_id=form.validated_data["organisation_id"],
            service_level_code=form.validated_data["service_level"],
            note=form.validated_data["note"],
        )
        return Response(_job_row(job, request), status=201)


class DecideView(APIView):
    """Decide whose job a defect is, and whether later reports at the place follow; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="decide_defect", request=DecideDefectIn, responses={201: DefectDecidedOut})
    def post(self, request: Request, defect_id: uuid.UUID) -> Response:
        refuse_other_desks(request)
        form = DecideDefectIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = dict(form.validated_data)
        decided = actions.decide_defect(
            person=signed_in(request), defect_id=defect_id, service_level_code=told.pop("service_level"), **told
        )
        entered = decided.demarcation
        row = demarcation_row(_register().get(pk=entered.pk)) if entered else None
        return Response({"job": _job_row(decided.job, request), "demarcation": row}, status=201)


class DemarcationsView(APIView):
    """The register of decisions, the newest first, and how many wait to be settled; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_demarcations", parameters=[DemarcationsIn], responses=DemarcationsOut)
    def get(self, request: Request) -> Response:
        asked = read_query(DemarcationsIn, request)
        refuse_other_desks(request)
        found = _register().order_by("-decided_at", "-pk")
        if asked["state"] == "unsettled":
            found = found.filter(pk__in=Demarcation.objects.unsettled()).order_by("decided_at", "pk")
        words = asked["q"].strip()
        if words:
            found = found.filter(
                Q(place_text__icontains=words)
                | Q(note__icontains=words)
                | Q(organisation__short_name__icontains=words)
                | Q(organisation__name__icontains=words)
                | Q(decided_by__name__icontains=words)
                | Q(parcel__reference__iexact=words)
            )
        return Response(
            {
                "unsettled": Demarcation.objects.unsettled().count(),
                "results": [demarcation_row(each) for each in found[:_MOST_ON_THE_REGISTER]],
            }
        )


class SettleView(APIView):
    """Say how something that was cleared first was settled; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="settle_demarcation", request=SettleIn, responses=DemarcationOut)
    def post(self, request: Request, demarcation_id: int) -> Response:
        refuse_other_desks(request)
        form = SettleIn(data=request.data)
        form.is_valid(raise_exception=True)
        settled = actions.settle(person=signed_in(request), demarcation_id=demarcation_id, **form.validated_data)
        return Response(demarcation_row(_register().get(pk=settled.pk)))


def _register() -> Any:
    related = ("organisation", "group", "parcel", "defect", "decided_by", "settled_by", "superseded_by")
    return Demarcation.objects.select_related(*related).annotate(job_count=Count("jobs"))


def demarcation_row(decision: Demarcation) -> dict[str, Any]:
    """One decision as DemarcationOut; fetched by ``_register``."""
    return {
        "id": decision.pk,
        "reference": decision.reference,
        "longitude": decision.point.x,
        "latitude": decision.point.y,
        "radius_m": decision.radius_m,
        "parcel": decision.parcel.reference if decision.parcel else None,
        "place": decision.place_text,
        "group": decision.group.label if decision.group else None,
        "organisation": organisation_row(decision.organisation),
        "basis": decision.basis,
        "state": decision.state(timezone.localdate()),
        "defect": numbered_row(decision.defect) if decision.defect else None,
        "decided_by": person_row(decision.decided_by),
        "decided_at": decision.decided_at,
        "note": decision.note,
        "guides": decision.guides,
        "valid_until": decision.valid_until,
        "superseded_by": decision.superseded_by.reference if decision.superseded_by else None,
        "settled_at": decision.settled_at,
        "settled_by": person_row(decision.settled_by) if decision.settled_by else None,
        "settled_note": decision.settled_note,
        "jobs": decision.job_count,  # type: ignore[attr-defined]
    }


def _job_row(job: Job, request: Request) -> dict[str, Any]:
    [row] = job_rows(Job.objects.with_rows().filter(pk=job.pk), signed_in(request), timezone.now())
    return row


def refuse_other_desks(request: Request) -> None:
    """Triage is the council's: a contractor's dispatcher would choose its own work."""
    require_council_desk(signed_in(request), "The council's own dispatchers and managers decide this.")
