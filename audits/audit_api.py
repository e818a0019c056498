"""``/api/audits``: the list, one audit, what belongs on a phone, coverage; a missed check-in; giving one up."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, read_query
from audits.audit_rows import audit_row, brief_row, shown_versions
from audits.audit_serializers import AuditOut, AuditPageOut, AuditPeopleOut, CoverageOut, HeldAuditsOut
from audits.booking_models import Invitation, InvitationAnswer
from audits.checking_in import see_check_in
from audits.locking import WALKS
from audits.models import Audit, AuditQuerySet, AuditState
from audits.tracks import coverage
from audits.walking import abandon_audit
from ledger.problems import Problem
from places.models import PatrolArea

_SEES_AUDITS = may(*(set(Role) - {Role.COUNCILLOR}))
_WALKS_AUDITS = may(*WALKS)
_PAGE = 50
# What was signed off is kept on the phones of those who walked it for so long.
_SIGNED_KEPT = dt.timedelta(days=14)
# A re-visit is on the phones of those who walk there from so long before it is due.
_REVISIT_AHEAD = dt.timedelta(days=14)
_MOST_HELD = 100


class AuditsIn(StrictSerializer):
    state = serializers.ChoiceField(choices=[*AuditState.values, "open"], required=False)
    area = serializers.UUIDField(required=False)
    q = serializers.CharField(max_length=100, required=False)
    cursor = serializers.CharField(max_length=200, required=False)


class NoteIn(StrictSerializer):
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class GiveUpIn(StrictSerializer):
    note = serializers.CharField(max_length=2000)


class AuditsView(APIView):
    """Audits that the caller may see, the newest first; ``open``: begun, and neither signed off nor given up."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="list_audits", parameters=[AuditsIn], responses=AuditPageOut)
    def get(self, request: Request) -> Response:
        asked = read_query(AuditsIn, request)
        found = _filtered(Audit.objects.visible_to(signed_in(request)), asked).with_walk()
        if "cursor" in asked:
            before, before_id = _read_cursor(asked["cursor"])
            found = found.filter(Q(started_at__lt=before) | Q(started_at=before, id__gt=before_id))
        audits = list(found.order_by("-started_at", "id")[: _PAGE + 1])
        more = len(audits) > _PAGE
        audits = audits[:_PAGE]
        return Response(
            {"results": [brief_row(each) for each in audits], "next_cursor": _cursor_of(audits[-1]) if more else None}
        )


def _filtered(audits: AuditQuerySet, asked: dict[str, Any]) -> AuditQuerySet:
    if asked.get("state") == "open":
        audits = audits.filter(state__in=[AuditState.WALKING, AuditState.PAUSED, AuditState.WALKED])
    elif "state" in asked:
        audits = audits.filter(state=asked["state"])
    if "area" in asked:
        audits = audits.filter(area=asked["area"])
    if words := asked.get("q", "").strip():
        number = words.upper().removeprefix("A-").lstrip("0")
        by_number = Q(number=int(number)) if number.isdecimal() and len(number) < 10 else Q()
        by_words = Q(title__icontains=words) | Q(area__name__icontains=words) | Q(led_by__name__icontains=words)
        audits = audits.filter(by_words | by_number if by_number else by_words)
    return audits


class AuditView(APIView):
    """One audit whole, without what is restricted and not for the caller."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="get_audit", responses=AuditOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        person = signed_in(request)
        return Response(audit_row(visible_audit(person, audit_id), person))


def visible_audit(person: Person, audit_id: uuid.UUID) -> Audit:
    """The audit, if the person may see it. Raises ``unknown_audit``."""
    audit = Audit.objects.visible_to(person).with_walk().filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    return audit


class HeldAuditsView(APIView):
    """Which audits belong on the caller's phone, with their versions: fetch those that have another one there.

    Those that they lead, walk or were asked to come to, until 14 days after the sign-off, and earlier audits
    of their patrol areas that are due to be visited again.
    """

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(
        operation_id="list_held_audits",
        parameters=[OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)],
        responses={200: HeldAuditsOut, 304: None},
    )
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        audits = list(held_by(signed_in(request)).order_by("-started_at", "id")[:_MOST_HELD])
        versions = shown_versions(audits)
        rows = [{"id": str(audit.pk), "version": versions[audit.pk]} for audit in audits]
        etag = '"' + hashlib.sha256(repr(rows).encode()).hexdigest()[:32] + '"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
            return Response(status=304, headers=headers)
        return Response({"audits": rows}, headers=headers)


def held_by(person: Person) -> AuditQuerySet:
    """The audits that a person needs without signal."""
    now = timezone.now()
    asked = Invitation.objects.filter(person=person.pk, withdrawn_at=None).exclude(answer=InvitationAnswer.NO)
    walks = (
        Q(led_by=person.pk)
        | Q(pk__in=person.walks.filter(left_at=None).values("audit"))
        | Q(booking__in=asked.values("booking"))
    )
    current = ~Q(state__in=[AuditState.SIGNED, AuditState.ABANDONED]) | Q(
        state=AuditState.SIGNED, signed_at__gte=now - _SIGNED_KEPT
    )
    held = walks & current
    if person.is_on_patrol_side:
        areas = PatrolArea.objects.filter(person=person.pk).values("area")
        due = timezone.localdate(now) + _REVISIT_AHEAD
        again = Audit.objects.filter(revisit_of=OuterRef("pk")).exclude(state=AuditState.ABANDONED)
        held |= Q(~Exists(again), area__in=areas, state=AuditState.SIGNED, revisit_due_on__lte=due)
    return Audit.objects.visible_to(person).filter(held)


class CoverageView(APIView):
    """Which streets of the audit's area were seen: walked, answered at, or said to have nothing."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="get_audit_coverage", responses=CoverageOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(coverage(visible_audit(signed_in(request), audit_id)))


class AuditPeopleView(APIView):
    """Who can lead an audit, by name: to hand one over to."""

    permission_classes = (_WALKS_AUDITS,)

    @extend_schema(operation_id="list_audit_people", responses=AuditPeopleOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        people = Person.objects.filter(is_active=True, role__in=WALKS).select_related("organisation").order_by("name")
        rows = [{"id": str(each.pk), "name": each.name, "organisation": each.organisation.name} for each in people]
        return Response({"results": rows})


class CheckInSeenView(APIView):
    """Somebody sees to a missed check-in: the lead's own desk, the council's, an officer."""

    permission_classes = (_WALKS_AUDITS,)

    @extend_schema(operation_id="see_check_in", request=NoteIn, responses=AuditOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        form = NoteIn(data=request.data)
        form.is_valid(raise_exception=True)
        person = signed_in(request)
        see_check_in(person=person, audit_id=audit_id, note=form.validated_data["note"])
        return Response(audit_row(visible_audit(person, audit_id), person))


class AbandonView(APIView):
    """Its lead, an officer or a manager of the council gives an audit up, and says why."""

    permission_classes = (_WALKS_AUDITS,)

    @extend_schema(operation_id="abandon_audit", request=GiveUpIn, responses=AuditOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        form = GiveUpIn(data=request.data)
        form.is_valid(raise_exception=True)
        person = signed_in(request)
        abandon_audit(person=person, audit_id=audit_id, note=form.validated_data["note"])
        return Response(audit_row(visible_audit(person, audit_id), person))


def _cursor_of(audit: Audit) -> str:
    return base64.urlsafe_b64encode(f"{audit.started_at.isoformat()} {audit.pk}".encode()).decode()


def _read_cursor(text: str) -> tuple[dt.datetime, uuid.UUID]:
    try:
        moment, pk = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        before = parse_datetime(moment)
        if before is None or before.tzinfo is None:
            raise ValueError(moment)
        return before, uuid.UUID(pk)
    except (ValueError, binascii.Error):
        raise Problem("bad_cursor", field="cursor") from None
