"""``/api/checklists/import`` and ``…/xlsform``: checklists in the standard of the field's other tools."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import anyone_signed_in, may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from checklists import editing
from checklists.definition import check
from checklists.models import Category
from checklists.versions import ChecklistVersion, VersionSource
from ledger.problems import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The workbook and what a browser writes around it. What is in the workbook is refused row by row.
_LARGEST_BODY = 6 * 1024 * 1024


class ImportIn(StrictSerializer):
    file = serializers.FileField(max_length=200, allow_empty_file=True)
    dry = serializers.BooleanField(default=True, help_text="only look: nothing is written")
    code = serializers.SlugField(
        max_length=60, required=False, help_text="a checklist whose draft it becomes; without it, a new one"
    )
    based_on = serializers.CharField(
        min_length=64, max_length=64, required=False, help_text="with code: the hash of the version it follows on"
    )

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if ("code" in told) != ("based_on" in told):
            raise serializers.ValidationError({"based_on": ["Give code and based_on together, or neither."]})
        return told


class SheetFaultOut(serializers.Serializer):
    sheet = serializers.CharField(allow_blank=True)
    row = serializers.IntegerField(allow_null=True, help_text="as the spreadsheet counts, from 1; null: all of it")
    column = serializers.CharField(allow_null=True, help_text="the column's letters; null: the whole row")
    code = serializers.CharField()
    words = serializers.CharField()


class LeftOutOut(serializers.Serializer):
    sheet = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    what = serializers.CharField()
    words = serializers.CharField()


class ImportedFormOut(serializers.Serializer):
    title = serializers.CharField(allow_blank=True)
    content = serializers.JSONField(allow_null=True, help_text="null where there is a fault")
    faults = SheetFaultOut(many=True)
    dropped = LeftOutOut(many=True, help_text="what the form has and the checklist has not")
    code = serializers.CharField(allow_null=True, help_text="of the checklist whose draft it became")


class ImportView(APIView):
    """A workbook becomes a draft, or is refused with every fault by sheet, row and column; editors."""

    permission_classes = (may(Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR),)
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="import_checklist", request=ImportIn, responses=ImportedFormOut)
    def post(self, request: Request) -> Response:
        # Reading workbooks needs much that no other address does: it is loaded when somebody sends one.
        from checklists.xlsform_in import read_xlsform

        person = signed_in(request)
        editing.require_checklist_editor(person)
        if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
            raise Problem("body_too_large", detail="A form of at most 5 MB can be read.")
        form = ImportIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        file: UploadedFile = told["file"]
        found = read_xlsform(file.read(), _categories(), title=PurePath(file.name or "").stem)
        code = None
        if found.content is not None and not told["dry"]:
            code = self._write(person, told, found.content)
        return Response(
            {
                "title": found.title,
                "content": found.content,
                "faults": [
                    {**vars(fault), "row": fault.row or None, "column": fault.column or None} for fault in found.faults
                ],
                "dropped": [{**vars(each), "row": each.row or None} for each in found.dropped],
                "code": code,
            }
        )

    def _write(self, person: Any, told: dict[str, Any], content: dict[str, Any]) -> str:
        if "code" in told:
            draft = editing.save_draft(
                person=person,
                code=told["code"],
                content=content,
                based_on=told["based_on"],
                source=VersionSource.XLSFORM,
            )
        else:
            draft = editing.begin_checklist(
                person=person, title=content["title"], content=content, source=VersionSource.XLSFORM
            )
        return draft.checklist_id


class XlsformView(APIView):
    """A version as a workbook that ODK and its kin read, and that reads back as the same; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_checklist_xlsform", responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str, number: int) -> HttpResponse:
        from checklists.xlsform_out import write_xlsform

        read_query(NoQuery, request)
        version = ChecklistVersion.objects.filter(checklist_id=code, number=number).first()
        if version is None:
            raise Problem("unknown_checklist", detail="There is no such version of this checklist.")
        faults = check(version.content)
        if faults:
            words = f"A draft with faults can't be written as a form. {faults[0].path}: {faults[0].words}"
            raise Problem("checklist_faults", detail=words)
        book = write_xlsform(version.content, code=code, version=number)
        disposition = f'attachment; filename="{code}-{number}.xlsx"'
        return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": disposition})


def _categories() -> frozenset[str]:
    return frozenset(Category.objects.in_use().values_list("code", flat=True))
