"""``/api/service-levels`` and ``/api/calendars``: targets and the time that they are counted in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

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
from routing import book, clocks, targets
from routing.bank_holidays import bank_holidays
from routing.explaining import explain
from routing.models import Calendar, OpeningHours, ServiceLevel

_CHANGES = may(Role.MANAGER, Role.ADMINISTRATOR)
_READS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MOST_HOURS, _MOST_CLOSURES = 120, 400
# How far back and ahead a due time can be tried.
_FIRST_TRY, _LAST_TRY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_MONTH_DAY = r"^(0[1-9]|1[0-2])-\d\d$"


class TargetIn(StrictSerializer):
    clock = serializers.ChoiceField(choices=clocks.CLOCKS)
    amount = serializers.IntegerField()


class ServiceLevelIn(StrictSerializer):
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)
    clock = serializers.ChoiceField(choices=clocks.CLOCKS)
    amount = serializers.IntegerField()
    acknowledge = TargetIn(allow_null=True, required=False, default=None)
    make_safe = TargetIn(allow_null=True, required=False, default=None)
    calendar = serializers.SlugField(max_length=40)
    warn_before_minutes = serializers.IntegerField(min_value=0, max_value=527_040, default=240)
    valid_from = serializers.DateField()
    based_on = serializers.IntegerField(required=False, min_value=0)


class LevelTargetOut(serializers.Serializer):
    clock = serializers.ChoiceField(choices=clocks.CLOCKS)
    amount = serializers.IntegerField()
    words = serializers.CharField()


class ServiceLevelVersionOut(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    complete = LevelTargetOut()
    acknowledge = LevelTargetOut(allow_null=True)
    make_safe = LevelTargetOut(allow_null=True)
    halved_words = serializers.CharField(help_text="the target to complete in a declared hotspot")
    calendar = serializers.CharField()
    calendar_name = serializers.CharField()
    warn_before_minutes = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=["in_force", "waiting", "over", "withdrawn"])


class ServiceLevelStoryOut(serializers.Serializer):
    code = serializers.CharField()
    newest_version = serializers.IntegerField()
    in_force = ServiceLevelVersionOut(allow_null=True)
    versions = ServiceLevelVersionOut(many=True)


class ServiceLevelsOut(serializers.Serializer):
    may_change = serializers.BooleanField()
    results = ServiceLevelStoryOut(many=True)


class HoursIn(StrictSerializer):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    opens = serializers.TimeField(format="%H:%M")
    closes = serializers.TimeField(format="%H:%M", help_text="00:00 is midnight at the end of the day")
    season_from = serializers.RegexField(_MONTH_DAY, required=False, allow_blank=True, default="")
    season_until = serializers.RegexField(_MONTH_DAY, required=False, allow_blank=True, default="")
    valid_from = serializers.DateField(allow_null=True, required=False, default=None)
    valid_until = serializers.DateField(allow_null=True, required=False, default=None)


class ClosureIn(StrictSerializer):
    date = serializers.DateField()
    name = serializers.CharField(max_length=80)


class CalendarChangeIn(StrictSerializer):
    name = serializers.CharField(max_length=80)
    region = serializers.ChoiceField(choices=Calendar.Region.values, allow_blank=True, default="ENG")
    hours = serializers.ListField(child=HoursIn(), max_length=_MOST_HOURS)
    closures = serializers.ListField(child=ClosureIn(), max_length=_MOST_CLOSURES)
    based_on = serializers.IntegerField(required=False, min_value=0)


class CalendarIn(CalendarChangeIn):
    code = serializers.SlugField(max_length=40)


class CalendarOut(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    hours = HoursIn(many=True)
    closures = ClosureIn(many=True)
    bank_holidays = ClosureIn(many=True, help_text="of this year and the next")
    used_by = serializers.ListField(child=serializers.CharField(), help_text="names of service levels in force")


class CalendarsOut(serializers.Serializer):
    may_change = serializers.BooleanField()
    results = CalendarOut(many=True)


class TryIn(StrictSerializer):
    """A clock to try; a time without a zone is on the council's wall. The pause is optional, both ends or neither."""

    clock = serializers.ChoiceField(choices=clocks.CLOCKS)
    amount = serializers.IntegerField()
    start = serializers.DateTimeField()
    pause_from = serializers.DateTimeField(required=False)
    pause_until = serializers.DateTimeField(required=False)


class ExplainedDayOut(serializers.Serializer):
    day = serializers.DateField(allow_null=True)
    words = serializers.CharField()
    counts = serializers.BooleanField()


class TriedOut(serializers.Serializer):
    due_at = serializers.DateTimeField()
    words = serializers.CharField()
    days = ExplainedDayOut(many=True)


class ServiceLevelsView(APIView):
    """Every service level with its versions; desks read, the council's managers and administrators change."""

    permission_classes = (_READS,)

    @extend_schema(operation_id="list_service_levels", responses=ServiceLevelsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        today = book.council_day(timezone.now())
        versions: dict[str, list[ServiceLevel]] = defaultdict(list)
        for level in ServiceLevel.objects.select_related("calendar").order_by("code", "-version"):
            versions[level.code].append(level)
        rows = [_story_row(each, today) for each in versions.values()]
        rows.sort(key=lambda row: _by_length(row["in_force"] or row["versions"][0]))
        return Response({"may_change": signed_in(request).makes_rules, "results": rows})

    @extend_schema(operation_id="change_service_level", request=ServiceLevelIn, responses={201: ServiceLevelVersionOut})
    def post(self, request: Request) -> Response:
        form = ServiceLevelIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        level = targets.change_service_level(
            person=signed_in(request),
            wanted=targets.WantedLevel(
                code=told["code"],
                name=told["name"],
                complete={"clock": told["clock"], "amount": told["amount"]},
                acknowledge=told["acknowledge"],
                make_safe=told["make_safe"],
                calendar=told["calendar"],
                warn_before_minutes=told["warn_before_minutes"],
                valid_from=told["valid_from"],
            ),
            based_on=told.get("based_on"),
        )
        return Response(_version_row(level, book.council_day(timezone.now())), status=201)


class CalendarsView(APIView):
    """Every calendar in its newest edition; desks read, the council's managers and administrators add."""

    permission_classes = (_READS,)

    @extend_schema(operation_id="list_calendars", responses=CalendarsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        newest = Calendar.objects.order_by("code", "-version").distinct("code")
        rows = _calendar_rows(newest.prefetch_related("opening_hours", "closures"))
        return Response({"may_change": signed_in(request).makes_rules, "results": rows})

    @extend_schema(operation_id="add_calendar", request=CalendarIn, responses={201: CalendarOut})
    def post(self, request: Request) -> Response:
        form = CalendarIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = dict(form.validated_data)
        wanted = _wanted_calendar(told.pop("code"), told)
        calendar = targets.add_calendar(person=signed_in(request), wanted=wanted)
        return Response(_calendar_rows([calendar])[0], status=201)


class CalendarView(APIView):
    """One calendar; a change is a new edition, for what is received from then on."""

    permission_classes = (_CHANGES,)

    @extend_schema(operation_id="change_calendar", request=CalendarChangeIn, responses=CalendarOut)
    def put(self, request: Request, code: str) -> Response:
        form = CalendarChangeIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        calendar = targets.change_calendar(
            person=signed_in(request), wanted=_wanted_calendar(code, told), based_on=told.get("based_on")
        )
        return Response(_calendar_rows([calendar])[0])


class TryCalendarView(APIView):
    """When a target would fall due, counted out day by day; nothing is stored."""

    permission_classes = (_READS,)

    @extend_schema(operation_id="try_calendar", parameters=[TryIn], responses=TriedOut)
    def get(self, request: Request, code: str) -> Response:
        asked = read_query(TryIn, request)
        newest = Calendar.objects.filter(code=code).order_by("-version").first()
        if newest is None:
            raise Problem("unknown_calendar", field="code")
        try:
            target = clocks.Target(asked["clock"], asked["amount"])
        except ValueError as error:
            raise Problem("target_out_of_range", detail=f"{str(error).capitalize()}.", field="amount") from None
        if not _FIRST_TRY <= asked["start"] < _LAST_TRY:
            raise Problem("invalid_input", detail="Try a time from 2000 to 2099.", field="start")
        try:
            told = explain(target, asked["start"], book.current().calendars[newest.pk], _pauses_of(asked))
        except clocks.NeverOpen:
            raise Problem("calendar_never_open", detail="So much open time does not come together.") from None
        days = [{"day": line.day, "words": line.words, "counts": line.counts} for line in told.lines]
        return Response({"due_at": told.due_at, "words": told.words, "days": days})


def _pauses_of(asked: dict[str, Any]) -> list[clocks.Pause]:
    if "pause_from" not in asked and "pause_until" not in asked:
        return []
    if "pause_from" not in asked or "pause_until" not in asked:
        raise Problem("invalid_input", detail="A pause has a beginning and an end.", field="pause_until")
    if not asked["pause_until"] < _LAST_TRY:
        raise Problem("invalid_input", detail="Try a time from 2000 to 2099.", field="pause_until")
    try:
        return [clocks.Pause(asked["pause_from"], asked["pause_until"])]
    except ValueError:
        detail = "The pause would end before it starts. Put its two times in order."
        raise Problem("pause_ends_before_start", detail=detail, field="pause_until") from None


def _wanted_calendar(code: str, told: dict[str, Any]) -> targets.WantedCalendar:
    return targets.WantedCalendar(
        code=code, name=told["name"], region=told["region"], hours=told["hours"], closures=told["closures"]
    )


def _by_length(row: dict[str, Any]) -> tuple[int, int]:
    return clocks.CLOCKS.index(row["complete"]["clock"]), row["complete"]["amount"]


def _story_row(versions: list[ServiceLevel], today: dt.date) -> dict[str, Any]:
    """A service level from its versions, the newest first."""
    rows = [_version_row(each, today) for each in versions]
    in_force = next((row for row in rows if row["state"] == "in_force"), None)
    return {
        "code": versions[0].code,
        "newest_version": versions[0].version,
        "in_force": in_force,
        "versions": rows,
    }


def _version_row(level: ServiceLevel, today: dt.date) -> dict[str, Any]:
    return {
        "code": level.code,
        "version": level.version,
        "name": level.name,
        "complete": _target_row(level, "complete"),
        "acknowledge": _target_row(level, "acknowledge"),
        "make_safe": _target_row(level, "make_safe"),
        "halved_words": level.halved_in_words,
        "calendar": level.calendar.code,
        "calendar_name": level.calendar.name,
        "warn_before_minutes": level.warn_before_minutes,
        "valid_from": level.valid_from,
        "valid_until": level.valid_until,
        "state": _state_of(level, today),
    }


def _target_row(level: ServiceLevel, kind: str) -> dict[str, Any] | None:
    target = level.target(kind)
    if target is None:
        return None
    return {"clock": target.clock, "amount": target.amount, "words": clocks.in_words(target)}


def _state_of(level: ServiceLevel, today: dt.date) -> str:
    if level.valid_until == level.valid_from:
        return "withdrawn"
    if level.holds_on(today):
        return "in_force"
    return "waiting" if level.valid_from > today else "over"


def _calendar_rows(calendars: Any) -> list[dict[str, Any]]:
    today = book.council_day(timezone.now())
    used: dict[str, list[str]] = defaultdict(list)
    for level in ServiceLevel.objects.in_force(today).select_related("calendar"):
        used[level.calendar.code].append(level.name)
    return [
        {
            "code": each.code,
            "version": each.version,
            "name": each.name,
            "region": each.region,
            "hours": [_hours_row(row) for row in each.opening_hours.all()],
            "closures": [_day_row(row.date, row.name) for row in each.closures.all()],
            "bank_holidays": _holidays_of(each, today),
            "used_by": used[each.code],
        }
        for each in calendars
    ]


def _hours_row(row: OpeningHours) -> dict[str, Any]:
    return {
        "weekday": row.weekday,
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "season_from": row.season_from,
        "season_until": row.season_until,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def _holidays_of(calendar: Calendar, today: dt.date) -> list[dict[str, Any]]:
    if not calendar.region:
        return []
    days = {**bank_holidays(today.year), **bank_holidays(today.year + 1)}
    return [_day_row(day, days[day]) for day in sorted(days)]


def _day_row(day: dt.date, name: str) -> dict[str, Any]:
    return {"date": day, "name": name}
