"""``/api/checklists``: what is asked on an audit, its versions and the draft of the next. All may read them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import anyone_signed_in, may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from checklists import editing
from checklists.checklist_serializers import (
    BeginIn,
    CheckIn,
    ChecklistDifferenceOut,
    ChecklistDraftOut,
    ChecklistFaultsOut,
    ChecklistsOut,
    ChecklistVersionOut,
    ChecklistVersionsOut,
    DifferenceIn,
    PublishDraftIn,
    PublishedChecklistsOut,
    RetireIn,
    SaveDraftIn,
    checklist_row,
    fault_row,
    published_row,
    version_row,
    whole_version_row,
)
from checklists.definition import fill
from checklists.difference import difference
from checklists.versions import Checklist, ChecklistVersion, VersionState
from ledger.problems import Problem

_EDITORS = may(Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR)


class ChecklistsView(APIView):
    """Every checklist with its published version and its draft; everybody. Editors begin a new one."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="list_checklists", responses=ChecklistsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        versions: dict[str, list[ChecklistVersion]] = defaultdict(list)
        standing = ChecklistVersion.objects.exclude(state=VersionState.REPLACED)
        for version in standing.select_related("made_by", "published_by"):
            versions[version.checklist_id].append(version)
        results = [checklist_row(each, versions[each.code]) for each in Checklist.objects.all()]
        return Response({"may_edit": signed_in(request).edits_checklists, "results": results})

    @extend_schema(operation_id="begin_checklist", request=BeginIn, responses={201: ChecklistVersionOut})
    def post(self, request: Request) -> Response:
        person = signed_in(request)
        editing.require_checklist_editor(person)
        told = _read(BeginIn, request)
        content = _newest(told["from_code"]).content if "from_code" in told else None
        return Response(
            whole_version_row(editing.begin_checklist(person=person, title=told["title"], content=content)), status=201
        )


class PublishedChecklistsView(APIView):
    """What a walk can begin with, whole, as phones keep it; answers 304 to an ``If-None-Match`` that is current."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(
        operation_id="list_published_checklists",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)],
        responses={200: PublishedChecklistsOut, 304: None},
    )
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        offered = ChecklistVersion.objects.offered().order_by("checklist__title", "checklist_id")
        named = "".join(f"{pk} {hashed}\n" for pk, hashed in offered.values_list("pk", "content_hash"))
        etag = f'"{hashlib.sha256(named.encode()).hexdigest()[:16]}"'
        if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
            return Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        return Response({"results": [published_row(each) for each in offered]}, headers=headers)


class ChecklistView(APIView):
    """One checklist with all its versions, the newest first; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_checklist", responses=ChecklistVersionsOut)
    def get(self, request: Request, code: str) -> Response:
        read_query(NoQuery, request)
        return Response(_story(_checklist(code), signed_in(request)))


class VersionView(APIView):
    """One version, whole; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="get_checklist_version", responses=ChecklistVersionOut)
    def get(self, request: Request, code: str, number: int) -> Response:
        read_query(NoQuery, request)
        return Response(whole_version_row(_version(code, number)))


class DifferenceView(APIView):
    """What changed from one version to another; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(
        operation_id="get_checklist_difference",
        parameters=[
            OpenApiParameter("from", int, required=True, description="a version's number"),
            OpenApiParameter("to", int, required=True, description="a version's number, the draft's too"),
        ],
        responses=ChecklistDifferenceOut,
    )
    def get(self, request: Request, code: str) -> Response:
        asked = read_query(DifferenceIn, request)
        before, after = _version(code, asked["from"]), _version(code, asked["to"])
        return Response(
            {
                "before": version_row(before),
                "after": version_row(after),
                "changes": [vars(each) for each in difference(before.content, after.content)],
            }
        )


class DraftView(APIView):
    """Save the draft of the next version, also with faults, or throw it away; editors."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="save_checklist_draft", request=SaveDraftIn, responses=ChecklistDraftOut)
    def put(self, request: Request, code: str) -> Response:
        person = signed_in(request)
        editing.require_checklist_editor(person)
        told = _read(SaveDraftIn, request)
        draft = editing.save_draft(person=person, code=code, content=told["content"], based_on=told["based_on"])
        faults = [fault_row(each) for each in editing.faults_of(draft.content)]
        return Response({**whole_version_row(draft), "faults": faults})

    @extend_schema(operation_id="discard_checklist_draft", request=None, responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        editing.discard_draft(person=signed_in(request), code=code)
        return Response(status=204)


class PublishView(APIView):
    """Make the draft the version that walks begin with; editors."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="publish_checklist_draft", request=PublishDraftIn, responses=ChecklistVersionOut)
    def post(self, request: Request, code: str) -> Response:
        person = signed_in(request)
        editing.require_checklist_editor(person)
        told = _read(PublishDraftIn, request)
        version = editing.publish_draft(person=person, code=code, note=told["note"], seen=told.get("content_hash"))
        return Response(whole_version_row(version))


class RetireView(APIView):
    """Let no new walk begin with a checklist, or let them again; editors."""

    permission_classes = (_EDITORS,)

    @extend_schema(operation_id="retire_checklist", request=RetireIn, responses=ChecklistVersionsOut)
    def post(self, request: Request, code: str) -> Response:
        person = signed_in(request)
        editing.require_checklist_editor(person)
        told = _read(RetireIn, request)
        return Response(_story(editing.retire_checklist(person=person, code=code, retired=told["retired"]), person))


class CheckView(APIView):
    """What is wrong with a content, before anything is saved; everybody."""

    permission_classes = (anyone_signed_in,)

    @extend_schema(operation_id="check_checklist", request=CheckIn, responses=ChecklistFaultsOut)
    def post(self, request: Request) -> Response:
        told = _read(CheckIn, request)
        return Response({"faults": [fault_row(each) for each in editing.faults_of(fill(told["content"]))]})


def _read(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    told = form(data=request.data)
    told.is_valid(raise_exception=True)
    return dict(told.validated_data)


def _story(checklist: Checklist, person: Person) -> dict[str, Any]:
    versions = list(checklist.versions.select_related("made_by", "published_by").order_by("-number"))
    return {
        **checklist_row(checklist, versions),
        "may_edit": person.edits_checklists,
        "versions": [version_row(each) for each in versions],
    }


def _checklist(code: str) -> Checklist:
    found = Checklist.objects.filter(code=code).first()
    if found is None:
        raise Problem("unknown_checklist")
    return found


def _version(code: str, number: int) -> ChecklistVersion:
    versions = ChecklistVersion.objects.select_related("made_by", "published_by")
    found = versions.filter(checklist_id=code, number=number).first()
    if found is None:
        raise Problem("unknown_checklist", detail="There is no such version of this checklist.")
    return found


def _newest(code: str) -> ChecklistVersion:
    """The published version, or the draft of one that was never published."""
    versions = _checklist(code).versions.exclude(state=VersionState.REPLACED)
    found = versions.filter(state=VersionState.PUBLISHED).first() or versions.first()
    if found is None:
        raise Problem("unknown_checklist")
    return found
