"""``/api/calendar`` and ``/api/bookings``: walks that are planned, invitations, and calendars for other programs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person, Role
from accounts.permissions import AnyoneAtAll, may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits import booking
from audits.booking_models import Booking, BookingState, CalendarFeed, Invitation, InvitationAnswer
from audits.calendar_rows import area_row, booking_row, calendar
from audits.campaign_models import CampaignKind, CampaignStop
from audits.locking import WALKS
from audits.plan_api import read_body
from audits.serializers import NumberedOut
from checklists.versions import Checklist
from ledger.problems import Problem
from places.models import Area, AreaKind

_ALL_BUT_COUNCILLORS = may(*(set(Role) - {Role.COUNCILLOR}))
_PLANNERS = may(Role.WARDEN, Role.OFFICER, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_ICS = "text/calendar"
_LONGEST_DAYS = 400
_FEED_BACK = dt.timedelta(days=60)


class CalendarIn(StrictSerializer):
    to = serializers.DateField()
    area = serializers.UUIDField(required=False, help_text="only this area and what lies under it")

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's: a field of a class can't have it as its name.
        return {"from": serializers.DateField(), **super().get_fields()}

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if not dt.timedelta(0) <= told["to"] - told["from"] <= dt.timedelta(days=_LONGEST_DAYS):
            raise serializers.ValidationError({"to": [f"Ask for 1 to {_LONGEST_DAYS} days."]})
        return told


class InvitationIn(StrictSerializer):
    person_id = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    organisation = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    role = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class _TermsIn(StrictSerializer):
    area_id = serializers.UUIDField()
    checklist = serializers.SlugField(max_length=60)
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=15, max_value=1440)
    meet_at = serializers.CharField(max_length=300)
    lead_id = serializers.UUIDField(required=False, allow_null=True)
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    revisit_of = serializers.UUIDField(required=False, allow_null=True)
    campaign_id = serializers.UUIDField(required=False, allow_null=True)
    invitations = InvitationIn(many=True, required=False)


class BookIn(_TermsIn):
    pass


class ChangeBookingIn(_TermsIn):
    version = serializers.IntegerField(min_value=1, help_text="the one that was read")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, field in self.fields.items():
            field.required = name == "version"


class CancelBookingIn(StrictSerializer):
    note = serializers.CharField(max_length=500)


class AnswerInvitationIn(StrictSerializer):
    answer = serializers.ChoiceField(choices=InvitationAnswer.choices)


class InvitationOut(serializers.Serializer):
    id = serializers.UUIDField()
    person = NamedOut(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True, help_text="empty for those who don't plan walks")
    organisation = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    answer = serializers.ChoiceField(choices=InvitationAnswer.choices, allow_blank=True)
    mailed_at = serializers.DateTimeField(allow_null=True)
    mail_error = serializers.CharField(allow_blank=True)


class CodeTitleOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()


class BookingMayOut(serializers.Serializer):
    change = serializers.BooleanField()
    answer = serializers.BooleanField()
    begin = serializers.BooleanField()


class BookingOut(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=BookingState.choices)
    area = NamedOut()
    checklist = CodeTitleOut()
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    meet_at = serializers.CharField()
    lead = NamedOut()
    note = serializers.CharField(allow_blank=True)
    cancelled_note = serializers.CharField(allow_blank=True)
    revisit_of = NumberedOut(allow_null=True)
    campaign = NamedOut(allow_null=True)
    audit = NumberedOut(allow_null=True)
    invitations = InvitationOut(many=True)
    my_answer = serializers.CharField(allow_null=True, allow_blank=True, help_text="null: not invited")
    may = BookingMayOut()


class DueRevisitOut(serializers.Serializer):
    audit = NumberedOut()
    title = serializers.CharField(allow_blank=True)
    area = NamedOut(allow_null=True)
    due_on = serializers.DateField()
    late = serializers.BooleanField()


class CampaignNameOut(NamedOut):
    kind = serializers.ChoiceField(choices=CampaignKind.choices)


class CalendarStopOut(serializers.Serializer):
    id = serializers.UUIDField()
    campaign = CampaignNameOut()
    area = NamedOut()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    lead = NamedOut(allow_null=True)


class WalkCalendarOut(serializers.Serializer):
    to = serializers.DateField()
    may_plan = serializers.BooleanField()
    bookings = BookingOut(many=True)
    revisits = DueRevisitOut(many=True, help_text="due on these days, and not booked")
    stops = CalendarStopOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), **super().get_fields()}


class PlanAreaOut(NamedOut):
    kind = serializers.ChoiceField(choices=AreaKind.choices)


class PlanPersonOut(NamedOut):
    organisation = serializers.CharField()
    leads = serializers.BooleanField()


class CalendarChoicesOut(serializers.Serializer):
    areas = PlanAreaOut(many=True)
    checklists = CodeTitleOut(many=True)
    people = PlanPersonOut(many=True)


class CalendarFeedOut(serializers.Serializer):
    made_at = serializers.DateTimeField(allow_null=True, help_text="null: nobody has its address")
    url = serializers.CharField(allow_null=True, help_text="told once, when it is made")


class CalendarView(APIView):
    """Walks, re-visits that are due and campaigns between two days; all but councillors."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(
        operation_id="get_calendar",
        parameters=[
            OpenApiParameter("from", dt.date, required=True),
            OpenApiParameter("to", dt.date, required=True),
            OpenApiParameter("area", uuid.UUID, description="only this area and what lies under it"),
        ],
        responses=WalkCalendarOut,
    )
    def get(self, request: Request) -> Response:
        asked = read_query(CalendarIn, request)
        area = None
        if "area" in asked:
            area = Area.objects.filter(pk=asked["area"]).first()
            if area is None:
                raise Problem("unknown_area", field="area")
        return Response(calendar(signed_in(request), asked["from"], asked["to"], area))


class CalendarChoicesView(APIView):
    """What a walk can be planned with: areas, checklists, people; those who plan."""

    permission_classes = (_PLANNERS,)

    @extend_schema(operation_id="get_calendar_choices", responses=CalendarChoicesOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        booking.require_planner(signed_in(request))
        people = Person.objects.filter(is_active=True).exclude(role=Role.COUNCILLOR)
        checklists = Checklist.objects.filter(retired=False, versions__state="published")
        areas = Area.objects.exclude(kind=AreaKind.COUNCIL).defer("boundary").order_by("kind", "name")
        return Response(
            {
                "areas": [{**area_row(each), "kind": each.kind} for each in areas],
                "checklists": [{"code": each.code, "title": each.title} for each in checklists],
                "people": [
                    {
                        "id": str(each.pk),
                        "name": each.name,
                        "organisation": each.organisation.short_name,
                        "leads": each.role in WALKS,
                    }
                    for each in people
                ],
            }
        )


class BookingsView(APIView):
    """Put a walk on the calendar; those who plan."""

    permission_classes = (_PLANNERS,)

    @extend_schema(operation_id="book_walk", request=BookIn, responses={201: BookingOut})
    def post(self, request: Request) -> Response:
        person = signed_in(request)
        terms = read_body(BookIn, request)
        made = booking.book(person=person, invitations=terms.pop("invitations", []), terms=terms)
        return Response(_row(made.pk, person), status=201)


class BookingView(APIView):
    """One walk of the calendar; all but councillors see those that concern them."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="get_booking", responses=BookingOut)
    def get(self, request: Request, booking_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(_row(booking_id, signed_in(request)))

    @extend_schema(operation_id="change_booking", request=ChangeBookingIn, responses=BookingOut)
    def patch(self, request: Request, booking_id: uuid.UUID) -> Response:
        person = signed_in(request)
        changes = read_body(ChangeBookingIn, request)
        booking.change_booking(
            person=person,
            booking_id=booking_id,
            version=changes.pop("version"),
            invitations=changes.pop("invitations", None),
            changes=changes,
        )
        return Response(_row(booking_id, person))


class CancelBookingView(APIView):
    """Call a walk off; those who plan."""

    permission_classes = (_PLANNERS,)

    @extend_schema(operation_id="cancel_booking", request=CancelBookingIn, responses=BookingOut)
    def post(self, request: Request, booking_id: uuid.UUID) -> Response:
        person = signed_in(request)
        booking.cancel_booking(person=person, booking_id=booking_id, **read_body(CancelBookingIn, request))
        return Response(_row(booking_id, person))


class AnswerInvitationView(APIView):
    """Say whether one comes."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="answer_invitation", request=AnswerInvitationIn, responses=BookingOut)
    def post(self, request: Request, booking_id: uuid.UUID) -> Response:
        person = signed_in(request)
        booking.answer_invitation(person=person, booking_id=booking_id, **read_body(AnswerInvitationIn, request))
        return Response(_row(booking_id, person))


class BookingIcsView(APIView):
    """One walk as an iCalendar event."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="get_booking_ics", responses={(200, _ICS): OpenApiTypes.BINARY})
    def get(self, request: Request, booking_id: uuid.UUID) -> HttpResponse:
        from audits.ics import calendar_of

        read_query(NoQuery, request)
        found = _found(booking_id, signed_in(request))
        answer = _ics(calendar_of([found], address=settings.ADDRESS))
        answer["Content-Disposition"] = f'attachment; filename="walk-{found.starts_at:%Y-%m-%d}.ics"'
        return answer


class CalendarFeedView(APIView):
    """One's own calendar for another program: whether its address was given out, a new one, none any more."""

    permission_classes = (_ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="get_calendar_feed", responses=CalendarFeedOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        feed = CalendarFeed.objects.filter(person=signed_in(request).pk).first()
        return Response({"made_at": feed.made_at if feed else None, "url": None})

    @extend_schema(operation_id="make_calendar_feed", request=None, responses={201: CalendarFeedOut})
    def post(self, request: Request) -> Response:
        token = booking.make_feed(person=signed_in(request))
        base = settings.ADDRESS or request.build_absolute_uri("/").rstrip("/")
        return Response({"made_at": timezone.now(), "url": f"{base}/api/calendar/feed/{token}.ics"}, status=201)

    @extend_schema(operation_id="end_calendar_feed", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        booking.end_feed(person=signed_in(request))
        return Response(status=204)


class FeedIcsView(APIView):
    """What a person leads or is invited to, for whoever has the secret address."""

    permission_classes = (AnyoneAtAll,)
    authentication_classes = ()

    @extend_schema(operation_id="read_calendar_feed", responses={(200, _ICS): OpenApiTypes.BINARY})
    def get(self, request: Request, token: str) -> HttpResponse:
        from audits.ics import calendar_of

        person = booking.person_of_feed(token)
        if person is None:
            raise Problem("not_found", detail="This calendar's address was taken back.")
        since = timezone.now() - _FEED_BACK
        invited = Invitation.objects.filter(person=person.pk, withdrawn_at=None).values("booking")
        mine = Booking.objects.filter(Q(lead=person.pk) | Q(pk__in=invited), starts_at__gte=since).with_rows()
        stops = CampaignStop.objects.filter(lead=person.pk, ends_on__gte=since.date())
        name = f"Sightline: {person.name}"
        return _ics(calendar_of(mine, stops.select_related("campaign", "area"), address=settings.ADDRESS, name=name))


def _ics(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type=f"{_ICS}; charset=utf-8", headers={"Cache-Control": "private, no-store"})


def _found(booking_id: uuid.UUID, person: Person) -> Booking:
    found = Booking.objects.visible_to(person).with_rows().filter(pk=booking_id).first()
    if found is None:
        raise Problem("unknown_booking")
    return found


def _row(booking_id: uuid.UUID, person: Person) -> dict[str, Any]:
    return booking_row(_found(booking_id, person), person)
