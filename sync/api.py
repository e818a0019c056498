"""``/api/sync/push``, ``/api/sync/import``, ``/api/sync/changes`` and ``/api/reference``."""

import io
from typing import cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import anyone_signed_in, may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits.serializers import DefectOut
from jobs.serializers import JobOut
from media.api import RawBytes
from media.arriving import ByteStream
from sync import pull, push
from sync.importing import import_export
from sync.operations import KINDS
from sync.reference import reference

PUSH_STATUSES = ["applied", "repeated", "conflict", "rejected", "waiting"]
IMPORT_STATUSES = ["received", "repeated", "refused", "missing"]


class PushIn(StrictSerializer):
    device_id = serializers.UUIDField()
    # Each operation is read on its own, so that a bad one doesn't turn the others away.
    operations = serializers.ListField(child=serializers.JSONField(), min_length=1, max_length=push.MAX_OPERATIONS)


class SubjectOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["defect", "job", "patrol", "sighting", "audit"])
    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)


class FieldErrorOut(serializers.Serializer):
    field = serializers.CharField()
    message = serializers.CharField()


class ResultOut(serializers.Serializer):
    id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=PUSH_STATUSES)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)
    errors = FieldErrorOut(many=True)  # type: ignore[assignment]
    subject = SubjectOut(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)


class PushOut(serializers.Serializer):
    server_time = serializers.DateTimeField()
    results = ResultOut(many=True)


def _documented(kind: str) -> type[serializers.Serializer]:
    """For the schema only: the envelope of one kind, with the form of its payload."""
    name = "".join(word.capitalize() for word in kind.split("_")) + "Operation"
    fields = {
        "id": serializers.UUIDField(),
        "kind": serializers.RegexField(f"^{kind}$"),
        "made_at": serializers.DateTimeField(),
        "clock_offset_ms": serializers.IntegerField(),
        "based_on": serializers.IntegerField(allow_null=True, required=False),
        "after": serializers.UUIDField(allow_null=True, required=False),
        "payload": KINDS[kind].form(),
    }
    return type(name, (serializers.Serializer,), fields)


class PushDoc(serializers.Serializer):
    """For the schema only: PushIn takes each operation apart by itself."""

    device_id = serializers.UUIDField()
    operations = PolymorphicProxySerializer(
        component_name="Operation",
        serializers={kind: _documented(kind) for kind in KINDS},
        resource_type_field_name="kind",
        many=True,
    )


class PushView(APIView):
    """Anyone who works on the street or at a desk; each operation names its own roles."""

    permission_classes = (may(*(set(Role) - {Role.COUNCILLOR})),)

    @extend_schema(operation_id="push", request=PushDoc, responses=PushOut)
    def post(self, request: Request) -> Response:
        form = PushIn(data=request.data)
        form.is_valid(raise_exception=True)
        results = push.apply_operations(
            person=signed_in(request),
            device_id=form.validated_data["device_id"],
            operations=form.validated_data["operations"],
        )
        return Response({"server_time": timezone.now(), "results": results})


class ImportedPhotoOut(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=IMPORT_STATUSES)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class ImportOut(serializers.Serializer):
    person = NamedOut()
    results = ResultOut(many=True)
    photos = ImportedPhotoOut(many=True)


class ImportView(APIView):
    """Desks hand in the file of a phone that can't send by itself."""

    permission_classes = (may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR),)
    parser_classes = (RawBytes,)

    @extend_schema(operation_id="import_export", request={"application/zip": OpenApiTypes.BINARY}, responses=ImportOut)
    def post(self, request: Request) -> Response:
        has_body = (request.META.get("CONTENT_LENGTH") or "0") != "0"
        stream = cast(ByteStream, request.data) if has_body else io.BytesIO()
        return Response(import_export(importer=signed_in(request), stream=stream))


class GoneOut(serializers.Serializer):
    defects = serializers.ListField(child=serializers.UUIDField())
    jobs = serializers.ListField(child=serializers.UUIDField())


class ChangesOut(serializers.Serializer):
    cursor = serializers.CharField()
    more = serializers.BooleanField()
    reset = serializers.BooleanField()
    server_time = serializers.DateTimeField()
    defects = DefectOut(many=True)
    jobs = JobOut(many=True)
    gone = GoneOut()


class ChangesIn(StrictSerializer):
    cursor = serializers.CharField(required=False, max_length=100)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=pull.MAX_ENTRIES, default=500)


class ChangesView(APIView):
    """Anyone signed in; what they get is what belongs on their phone."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(
        operation_id="pull",
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.STR, description="from the last answer; none for a snapshot"),
            OpenApiParameter("limit", OpenApiTypes.INT, description="most ledger entries to read, 1 to 2000"),
        ],
        responses=ChangesOut,
    )
    def get(self, request: Request) -> Response:
        asked = read_query(ChangesIn, request)
        reader = pull.reader_of(signed_in(request))
        if "cursor" not in asked:
            return Response(pull.snapshot(reader))
        after = pull.place_in(asked["cursor"], reader)
        return Response(pull.changes(reader, after, limit=asked["limit"]))


class ReferenceView(APIView):
    """Anyone signed in."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_reference", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        found = reference()
        etag = f'"{found["version"]}"'
        if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(found, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
