"""``/api/audits/{id}/result``: what an audit comes to, and the two verbs that end it."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, read_query
from audits.models import Audit
from audits.result_serializers import AuditResultOut, ReopenIn, SignIn, result_row
from audits.results import counted
from audits.signing import reopen_audit, sign_audit
from ledger.problems import Problem

_READS = may(*(set(Role) - {Role.COUNCILLOR}))


class ResultView(APIView):
    """The arithmetic of each section, what is missing, and whether it is better than last time."""

    permission_classes = (_READS,)

    @extend_schema(operation_id="get_audit_result", responses=AuditResultOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(_shown(signed_in(request), audit_id))


class SignView(APIView):
    """Puts one's name to the result as it was looked at. Who may: whoever leads it, officers, managers."""

    permission_classes = (_READS,)

    @extend_schema(operation_id="sign_audit", request=SignIn, responses=AuditResultOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        person = signed_in(request)
        asked = SignIn(data=request.data)
        asked.is_valid(raise_exception=True)
        sign_audit(person=person, audit_id=audit_id, **asked.validated_data)
        return Response(_shown(person, audit_id))


class ReopenView(APIView):
    """Takes a sign-off back, with the reason; the council's managers only."""

    permission_classes = (may(Role.MANAGER, Role.ADMINISTRATOR),)

    @extend_schema(operation_id="reopen_audit", request=ReopenIn, responses=AuditResultOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        person = signed_in(request)
        asked = ReopenIn(data=request.data)
        asked.is_valid(raise_exception=True)
        reopen_audit(person=person, audit_id=audit_id, note=asked.validated_data["note"])
        return Response(_shown(person, audit_id))


def _shown(person: Person, audit_id: uuid.UUID) -> dict[str, object]:
    found = Audit.objects.visible_to(person).select_related(
        "area", "led_by", "checklist_version__checklist", "revisit_of__area"
    )
    audit = found.filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    return result_row(counted(audit), person)
