"""``/api/routes``: the book as it stands, one route with its versions, gaps and overlaps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from ledger.problems import Problem
from places.models import LandType
from routing import book, proposals
from routing.coverage import COUNTED_DAYS, coverage
from routing.editions import Edition, EditionState
from routing.findings import overlaps_of
from routing.models import Route
from routing.route_serializers import CodeLabelOut, RoutesOut, RouteStoryOut, edition_row, route_row

CELL_STATES = ("served", "some_places", "nobody")
DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class RoutesIn(StrictSerializer):
    """Filters; ``state`` "live" are the routes of the book that are not over, "all" also ended ones."""

    state = serializers.ChoiceField(choices=["live", "all"], default="live")
    category = serializers.CharField(max_length=12, required=False)
    organisation = serializers.UUIDField(required=False)
    land = serializers.ChoiceField(choices=LandType.values, required=False)
    area = serializers.UUIDField(required=False)
    q = serializers.CharField(max_length=80, required=False)


class RoutesView(APIView):
    """The routes of the book in the order of their position; desks."""

    permission_classes = (DESKS,)

    @extend_schema(operation_id="list_routes", parameters=[RoutesIn], responses=RoutesOut)
    def get(self, request: Request) -> Response:
        asked = read_query(RoutesIn, request)
        found = proposals.with_targets_of_today(route for route in _filtered(asked) if _speaks_of(route, asked))
        edition = Edition.objects.select_related("published_by").current()
        draft = _visible_draft(request)
        return Response(
            {
                "count": len(found),
                "may_edit": signed_in(request).makes_rules,
                "draft_changes": draft.changes.count() if draft else None,
                "edition": edition_row(edition),
                "results": [route_row(each) for each in found],
            }
        )


def _visible_draft(request: Request) -> Edition | None:
    """The draft, for the council's desks only."""
    return Edition.objects.filter(state=EditionState.DRAFT).first() if signed_in(request).sees_all_work else None


def _filtered(asked: dict[str, Any]) -> list[Route]:
    routes = Route.objects.with_rows().order_by("position", "pk")
    if asked["state"] == "live":
        today = book.council_day(timezone.now())
        routes = routes.live().filter(Q(valid_until=None) | Q(valid_until__gt=today))
    else:
        # One line a route: its newest version, whether or not it is still in the book.
        newest = Route.objects.order_by("code", "-version").distinct("code").values("pk")
        routes = routes.filter(pk__in=newest)
    if "organisation" in asked:
        routes = routes.filter(organisation=asked["organisation"])
    if "area" in asked:
        routes = routes.filter(area=asked["area"])
    return list(routes)


def _speaks_of(route: Route, asked: dict[str, Any]) -> bool:
    """Could the route decide for this category on this land? One that names neither speaks of all."""
    if "category" in asked and route.category_id not in (None, asked["category"]):
        return False
    if "category" in asked and route.group_id and not _in_group(route, asked["category"]):
        return False
    if "land" in asked and route.land_types and asked["land"] not in route.land_types:
        return False
    words = f"{route.name} {proposals.summary(route)} {route.pk} {route.code}".lower()
    return all(word in words for word in asked.get("q", "").lower().split())


def _in_group(route: Route, category: str) -> bool:
    return route.group is not None and route.group.categories.filter(pk=category).exists()


class RouteView(APIView):
    """One route with every version that it had, the newest first; desks."""

    permission_classes = (DESKS,)

    @extend_schema(operation_id="get_route", responses=RouteStoryOut)
    def get(self, request: Request, code: str) -> Response:
        read_query(NoQuery, request)
        versions = proposals.with_targets_of_today(Route.objects.with_rows().filter(code=code).order_by("-version"))
        if not versions:
            raise Problem("unknown_route")
        before: list[Route | None] = [*versions[1:], None]
        rows = [
            {
                **route_row(route),
                "published": edition_row(route.edition),
                "changes": [vars(each) for each in proposals.differences(old, route)] if old else [],
            }
            for route, old in zip(versions, before, strict=True)
        ]
        draft = _visible_draft(request)
        change = draft.changes.filter(route_code=code).first() if draft else None
        return Response(
            {
                "code": code,
                "name": versions[0].name,
                "in_book": versions[0].retired_at is None,
                "may_edit": signed_in(request).makes_rules,
                "draft_action": change and change.action,
                "versions": rows,
            }
        )


class CellOut(serializers.Serializer):
    land_type = serializers.CharField()
    state = serializers.ChoiceField(choices=CELL_STATES)
    organisations = serializers.ListField(child=serializers.CharField())
    target = serializers.CharField(allow_blank=True)
    routes = serializers.ListField(child=serializers.CharField(), help_text="codes")
    received = serializers.IntegerField(help_text="defects of the last 90 days")


class CoverageRowOut(serializers.Serializer):
    category = CodeLabelOut()
    group = CodeLabelOut()
    cells = CellOut(many=True)


class OverlapOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["same", "equally_exact"])
    routes = CodeLabelOut(many=True, help_text="the one that wins first")


class GapsOut(serializers.Serializer):
    as_of = serializers.DateField()
    received_since = serializers.DateTimeField()
    land_types = CodeLabelOut(many=True)
    gaps = serializers.IntegerField()
    rows = CoverageRowOut(many=True)
    overlaps = OverlapOut(many=True)


class GapsView(APIView):
    """What nobody serves, category by kind of land, and which routes get in each other's way; desks."""

    permission_classes = (DESKS,)

    @extend_schema(operation_id="list_route_gaps", responses=GapsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        now = timezone.now()
        today, since = book.council_day(now), now - dt.timedelta(days=COUNTED_DAYS)
        routes = [each for each in proposals.live_routes() if each.valid_until is None or today < each.valid_until]
        codes = {route.pk: route.code for route in routes}
        table = coverage(now, since)
        rows = [
            {
                "category": {"code": row.category.code, "label": row.category.label},
                "group": {"code": row.category.group.code, "label": row.category.group.label},
                "cells": [
                    {**vars(cell), "routes": [codes[n] for n in cell.routes if n in codes]} for cell in row.cells
                ],
            }
            for row in table
        ]
        return Response(
            {
                "as_of": today,
                "received_since": since,
                "land_types": [{"code": land.value, "label": land.label} for land in LandType],
                "gaps": sum(cell.state == "nobody" for row in table for cell in row.cells),
                "rows": rows,
                "overlaps": _overlap_rows(routes),
            }
        )


def _overlap_rows(routes: list[Route]) -> list[dict[str, Any]]:
    by_code = {route.code: route for route in routes}
    rows = []
    for kind, pairs in zip(("same", "equally_exact"), overlaps_of(routes), strict=True):
        for pair in pairs:
            both = sorted((by_code[line.code] for line in pair), key=lambda each: each.position)
            rows.append({"kind": kind, "routes": [{"code": each.code, "label": each.name} for each in both]})
    return rows
