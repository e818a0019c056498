"""``/api/audits/{id}/report`` as a page, ``/files`` to have one made, ``/api/files/{id}`` to see how far it is."""

from __future__ import annotations

import uuid

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import anyone_signed_in, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from insight import report_files, report_pages
from insight.audit_report import place_of
from insight.models import FileKind, FileState, ReportFile
from insight.report_rules import Reader, file_name
from media.api import AnyAccept
from media.storage import content_type_of_key

# The page runs nothing and fetches nothing; only our own screens may show it in a frame.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


class ReportQuery(StrictSerializer):
    # "for" is a word of Python's own, so the field is named by hand.
    def get_fields(self) -> dict[str, serializers.Field]:
        readers = [reader.value for reader in Reader]
        return {"for": serializers.ChoiceField(choices=readers, required=False, default=Reader.PARTNERSHIP.value)}


class FileIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=FileKind.choices)


class ReportFileOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=FileKind.choices)
    state = serializers.ChoiceField(choices=FileState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="steps in all; 0: not known yet")
    size_bytes = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="where its bytes are, once it is ready")
    failure = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()


class ReportFilesOut(serializers.Serializer):
    results = ReportFileOut(many=True)


def file_row(file: ReportFile) -> dict[str, object]:
    """As ReportFileOut."""
    return {
        "id": str(file.pk),
        "kind": file.kind,
        "state": file.state,
        "done": file.done,
        "total": file.total,
        "size_bytes": file.size_bytes,
        "name": _name_of(file),
        "url": f"/api/files/{file.pk}/content" if file.state == FileState.READY else None,
        "failure": file.failure,
        "asked_at": file.asked_at,
    }


def _name_of(file: ReportFile) -> str:
    audit, day = file.audit, timezone.localdate(file.asked_at)
    return file_name(number=audit.reference, area=place_of(audit), kind=file.kind, day=day)


class ReportPageView(APIView):
    """The report as a page of its own, for the partnership or for residents; councillors read signed ones."""

    permission_classes = (anyone_signed_in,)
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="get_audit_report",
        parameters=[ReportQuery],
        responses={(200, "text/html"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, audit_id: uuid.UUID) -> HttpResponseBase:
        asked = read_query(ReportQuery, request)
        audit = report_files.audit_for_report(signed_in(request), audit_id)
        answer = HttpResponse(report_pages.page(audit, Reader(asked["for"]), timezone.now()))
        answer["Content-Security-Policy"] = _POLICY
        answer["X-Frame-Options"] = "SAMEORIGIN"
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "private, no-store"
        return answer


class AuditFilesView(APIView):
    """Files of an audit's report: those that were made lately, and a new one."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="list_report_files", responses=ReportFilesOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        audit = report_files.audit_for_report(signed_in(request), audit_id)
        files = audit.report_files.select_related("audit__area")[:20]
        return Response({"results": [file_row(file) for file in files]})

    @extend_schema(operation_id="make_report_file", request=FileIn, responses={202: ReportFileOut})
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        asked = FileIn(data=request.data)
        asked.is_valid(raise_exception=True)
        person = signed_in(request)
        file = report_files.ask_for_file(person=person, audit_id=audit_id, kind=asked.validated_data["kind"])
        return Response(file_row(file), status=202)


class ReportFileView(APIView):
    """How far a file is; made to be asked every second."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_report_file", responses=ReportFileOut)
    def get(self, request: Request, file_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(file_row(report_files.file_of(signed_in(request), file_id)))


class ReportFileContentView(APIView):
    """A file's bytes. Who fetched it is written in the ledger."""

    permission_classes = (anyone_signed_in,)
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="fetch_report_file",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, file_id: uuid.UUID) -> HttpResponseBase:
        read_query(NoQuery, request)
        person = signed_in(request)
        file = report_files.file_of(person, file_id)
        bytes_ = report_files.open_file(person=person, file=file)
        answer = FileResponse(
            bytes_, as_attachment=True, filename=_name_of(file), content_type=content_type_of_key(file.key)
        )
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["Cache-Control"] = "private, no-store"
        return answer
