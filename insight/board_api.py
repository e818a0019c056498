"""``/api/board``: the dispatch board for EMS, Housing and the council's desks; each sees its own work."""

from __future__ import annotations

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, read_query
from insight import board, board_export
from insight.board_changes import changes, crews
from insight.board_serializers import (
    AllCrewsOut,
    BoardChangesOut,
    BoardChangesQuery,
    BoardFilters,
    BoardOut,
    BoardQuery,
)
from ledger.cursor import Cursor

_DISPATCHES = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)


class BoardView(APIView):
    """One page of a queue, and how many stand in each."""

    permission_classes = (_DISPATCHES,)

    @extend_schema(operation_id="get_board", parameters=[BoardQuery], responses=BoardOut)
    def get(self, request: Request) -> Response:
        asked = read_query(BoardQuery, request)
        return Response(board.page(signed_in(request), asked, timezone.now()))


class BoardChangesView(APIView):
    """Which jobs and defects were touched since; made to be asked every few seconds."""

    permission_classes = (_DISPATCHES,)

    @extend_schema(operation_id="list_board_changes", parameters=[BoardChangesQuery], responses=BoardChangesOut)
    def get(self, request: Request) -> Response:
        asked = read_query(BoardChangesQuery, request)
        return Response(changes(signed_in(request), Cursor.parse(asked["since"])))


class BoardCrewsView(APIView):
    """Teams and crews to whom work can be given."""

    permission_classes = (_DISPATCHES,)

    @extend_schema(operation_id="list_board_crews", responses=AllCrewsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        return Response({"organisations": crews(signed_in(request))})


class BoardCsvView(APIView):
    """All jobs of the filters as CSV, with UTF-8's mark so that Excel reads it, in the board's order."""

    permission_classes = (_DISPATCHES,)

    @extend_schema(
        operation_id="get_board_csv",
        parameters=[BoardFilters],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = read_query(BoardFilters, request)
        now = timezone.now()
        lines = board_export.csv_lines(board_export.rows(signed_in(request), asked, now))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        return _named(answer, board_export.file_name(asked, now, "csv"))


class BoardXlsxView(APIView):
    """All jobs of the filters as a workbook, in the board's order."""

    permission_classes = (_DISPATCHES,)

    @extend_schema(
        operation_id="get_board_xlsx",
        parameters=[BoardFilters],
        responses={(200, board_export.XLSX): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = read_query(BoardFilters, request)
        now = timezone.now()
        made = board_export.workbook(board_export.rows(signed_in(request), asked, now))
        return _named(FileResponse(made, content_type=board_export.XLSX), board_export.file_name(asked, now, "xlsx"))


def _named(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
