"""``/api/insight``: the backlog, the hotspots and the map. Reads only."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, read_query
from insight import queries
from insight.hotspots import defects_of, hotspots
from insight.map import map_features
from insight.serializers import (
    BacklogOut,
    HotspotDefectsOut,
    HotspotDefectsQuery,
    HotspotsOut,
    HotspotsQuery,
    MapOut,
    MapQuery,
)
from jobs.defects import defect_rows
from ledger.problems import Problem

# Counts are for councillors too; the defects behind them are not.
_SEES_COUNTS = may(Role.DISPATCHER, Role.MANAGER, Role.COUNCILLOR, Role.ADMINISTRATOR)
_SEES_WORK = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class BacklogView(APIView):
    """How much work there is, whose, how old and how late."""

    permission_classes = (_SEES_COUNTS,)

    @extend_schema(operation_id="get_backlog", responses=BacklogOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response(queries.backlog(signed_in(request), timezone.now()))


class HotspotsView(APIView):
    """Wards or cells, the worst first."""

    permission_classes = (_SEES_COUNTS,)

    @extend_schema(operation_id="list_hotspots", parameters=[HotspotsQuery], responses=HotspotsOut)
    def get(self, request: Request) -> Response:
        asked = read_query(HotspotsQuery, request)
        found = hotspots(
            person=signed_in(request),
            by=asked["by"],
            period=asked["period"],
            limit=asked["limit"],
            now=timezone.now(),
        )
        return Response(found)


class HotspotDefectsView(APIView):
    """The defects behind one hotspot, the heaviest first."""

    permission_classes = (_SEES_WORK,)

    @extend_schema(operation_id="list_hotspot_defects", parameters=[HotspotDefectsQuery], responses=HotspotDefectsOut)
    def get(self, request: Request, by: str, key: str) -> Response:
        asked = read_query(HotspotDefectsQuery, request)
        found = defects_of(person=signed_in(request), by=by, key=key, period=asked["period"], now=timezone.now())
        if found is None:
            raise Problem("not_found", detail=f"There is no {by} {key[:60]}.", field="key")
        shown = found.with_rows()[: asked["limit"]]
        return Response({"count": found.count(), "results": defect_rows(shown, signed_in(request))})


class MapView(APIView):
    """Open defects as GeoJSON: points when near, cells with counts from further away."""

    permission_classes = (_SEES_COUNTS,)

    @extend_schema(operation_id="get_map", parameters=[MapQuery], responses=MapOut)
    def get(self, request: Request) -> Response:
        asked = read_query(MapQuery, request)
        return Response(
            map_features(person=signed_in(request), box=asked["bbox"], zoom=asked["zoom"], now=timezone.now())
        )
