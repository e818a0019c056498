"""``/api/dry-runs`` and how often a route decided: the book of routes, seen from the work that it gives out."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Count, Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may
from accounts.serializers import NoQuery, StrictSerializer, read_query
from jobs.dry_run import KINDS
from jobs.models import Job
from jobs.rules import UNFINISHED
from ledger.problems import Problem
from routing.draft_api import refuse_other_desks
from routing.drafting import DRY_RUN_DAYS
from routing.editions import DryRun, DryRunState
from routing.models import Route
from routing.route_serializers import DryRunBriefOut, dry_run_row

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_PAGE = 50


class DryRunQuery(StrictSerializer):
    """Which rows of the result: of one kind of difference, from the ``offset``th on."""

    kind = serializers.ChoiceField(choices=KINDS, default=KINDS[0])
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)


class TriedSideOut(serializers.Serializer):
    organisation = serializers.CharField(allow_null=True, help_text="null: a person decides")
    due_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField()


class TriedDefectOut(serializers.Serializer):
    id = serializers.UUIDField()
    reference = serializers.CharField()


class TriedRowOut(serializers.Serializer):
    defect = TriedDefectOut()
    category = serializers.CharField()
    street = serializers.CharField(allow_blank=True)
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    received_at = serializers.DateTimeField()
    was = TriedSideOut()
    would = TriedSideOut()


class TriedCountsOut(serializers.Serializer):
    considered = serializers.IntegerField()
    same = serializers.IntegerField()
    elsewhere = serializers.IntegerField(help_text="another owner, or one or none at last")
    other_time = serializers.IntegerField(help_text="the same owner, due at another time")
    otherwise = serializers.IntegerField(help_text="the same owner and time, another team or priority")
    to_nobody = serializers.IntegerField()
    from_nobody = serializers.IntegerField()
    earlier = serializers.IntegerField()
    later = serializers.IntegerField()


class MoveOut(serializers.Serializer):
    was = serializers.CharField(allow_null=True)
    would = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


class TriedCategoryOut(serializers.Serializer):
    category = serializers.CharField()
    kind = serializers.CharField()
    count = serializers.IntegerField()


class DryRunOut(DryRunBriefOut):
    """``rows`` are a page of the newest that were kept; ``kept`` how many were, ``counts`` tell of all."""

    counts = TriedCountsOut(allow_null=True)
    moves = MoveOut(many=True)
    categories = TriedCategoryOut(many=True)
    kind = serializers.ChoiceField(choices=KINDS)
    kept = serializers.IntegerField()
    rows = TriedRowOut(many=True)
    next_offset = serializers.IntegerField(allow_null=True)


class DryRunView(APIView):
    """How far a trial of the draft is, and what it found; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="get_dry_run", parameters=[DryRunQuery], responses=DryRunOut)
    def get(self, request: Request, dry_run_id: uuid.UUID) -> Response:
        asked = read_query(DryRunQuery, request)
        refuse_other_desks(request)
        run = DryRun.objects.select_related("edition", "asked_by").filter(pk=dry_run_id).first()
        if run is None:
            raise Problem("unknown_dry_run")
        found = run.result if run.state == DryRunState.DONE and run.result else {}
        rows = found.get("rows", {}).get(asked["kind"], [])
        after = asked["offset"] + _PAGE
        return Response(
            {
                **dry_run_row(run, run.edition),
                "counts": found.get("counts"),
                "moves": found.get("moves", []),
                "categories": found.get("categories", []),
                "kind": asked["kind"],
                "kept": len(rows),
                "rows": rows[asked["offset"] : after],
                "next_offset": after if after < len(rows) else None,
            }
        )


class VersionDecisionsOut(serializers.Serializer):
    number = serializers.IntegerField()
    version = serializers.IntegerField()
    jobs = serializers.IntegerField()
    jobs_lately = serializers.IntegerField(help_text="opened in the last 90 days")
    unfinished = serializers.IntegerField()


class RouteDecisionsOut(serializers.Serializer):
    days = serializers.IntegerField()
    versions = VersionDecisionsOut(many=True)


class RouteDecisionsView(APIView):
    """How many jobs each version of a route opened; the council's desks."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="count_route_decisions", responses=RouteDecisionsOut)
    def get(self, request: Request, code: str) -> Response:
        read_query(NoQuery, request)
        refuse_other_desks(request)
        versions = dict(Route.objects.filter(code=code).order_by("-version").values_list("pk", "version"))
        if not versions:
            raise Problem("unknown_route")
        since = timezone.now() - dt.timedelta(days=DRY_RUN_DAYS)
        unfinished = Q(status__in=[status.value for status in UNFINISHED])
        counted = {
            row["route"]: row
            for row in Job.objects.filter(route__in=versions)
            .values("route")
            .annotate(
                jobs=Count("pk"),
                jobs_lately=Count("pk", filter=Q(opened_at__gte=since)),
                unfinished=Count("pk", filter=unfinished),
            )
            .order_by()
        }
        none = {"jobs": 0, "jobs_lately": 0, "unfinished": 0}
        return Response(
            {
                "days": DRY_RUN_DAYS,
                "versions": [
                    {"number": pk, "version": version, **none, **counted.get(pk, {})}
                    for pk, version in versions.items()
                ],
            }
        )
