"""``/api/audits/due``, ``/api/audits/compare``, ``/api/areas/{id}/audits``, and the day of a re-visit."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, NoQuery, StrictSerializer, read_query
from audits import series
from audits.models import AuditState
from audits.revisiting import change_day
from audits.serializers import NumberedOut
from ledger.problems import Problem
from places.models import Area, AreaKind

# The street and the desks; a crew sees the audits that it walks itself, and councillors read reports.
_SEES_AUDITS = may(*(set(Role) - {Role.COUNCILLOR, Role.CREW}))
_GRADES = ["green", "amber", "red"]
_CHANGES = ["better", "same", "worse", "unknown"]


class DueIn(StrictSerializer):
    area = serializers.UUIDField(required=False, help_text="only this area and what lies under it")


class CompareIn(StrictSerializer):
    left = serializers.UUIDField(help_text="an audit, or an area: then its last signed audit")
    right = serializers.UUIDField(help_text="the same")


class RevisitDueIn(StrictSerializer):
    on = serializers.DateField()
    note = serializers.CharField(max_length=500)


class ChecklistBriefOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()


class AuditOfAreaOut(serializers.Serializer):
    """An audit in a list over time."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    audit_state = serializers.ChoiceField(choices=AuditState.choices)
    area = NamedOut(allow_null=True)
    checklist = ChecklistBriefOut(allow_null=True)
    walked_on = serializers.DateField()
    signed_at = serializers.DateTimeField(allow_null=True)


class DayChangedOut(serializers.Serializer):
    was = serializers.DateField(allow_null=True)
    on = serializers.DateField()
    note = serializers.CharField()
    by = NamedOut()
    at = serializers.DateTimeField()


class GradedOut(serializers.Serializer):
    percent = serializers.FloatField(allow_null=True)
    grade = serializers.ChoiceField(choices=_GRADES, allow_null=True)


class DueAuditOut(AuditOfAreaOut, GradedOut):
    led_by = NamedOut()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(choices=["overdue", "this_month", "later"])
    days_late = serializers.IntegerField()
    open_defects = serializers.IntegerField()
    changed = DayChangedOut(allow_null=True, help_text="the last change of the day")


class NeverAuditedOut(NamedOut):
    kind = serializers.ChoiceField(choices=AreaKind.choices)


class DueOut(serializers.Serializer):
    today = serializers.DateField()
    overdue = DueAuditOut(many=True)
    this_month = DueAuditOut(many=True)
    later = DueAuditOut(many=True)
    never = NeverAuditedOut(many=True)


class SectionNameOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()


class SectionGradeOut(GradedOut):
    code = serializers.CharField()


class CarriedCountsOut(serializers.Serializer):
    asked = serializers.IntegerField()
    done = serializers.IntegerField()
    not_done = serializers.IntegerField()
    worse = serializers.IntegerField()
    removed_on_purpose = serializers.IntegerField()


class AuditInSeriesOut(AuditOfAreaOut, GradedOut):
    sections = SectionGradeOut(many=True)
    points = serializers.FloatField(allow_null=True)
    index = serializers.FloatField(allow_null=True, help_text="broken-window index: defect points per hectare")
    defects = serializers.IntegerField()
    carried = CarriedCountsOut()
    revisit_of = NumberedOut(allow_null=True)
    revisit_due_on = serializers.DateField(allow_null=True)


class AreaWithSizeOut(NeverAuditedOut):
    hectares = serializers.FloatField(allow_null=True)


class AreaAuditsOut(serializers.Serializer):
    area = AreaWithSizeOut()
    sections = SectionNameOut(many=True)
    audits = AuditInSeriesOut(many=True)
    sentences = serializers.ListField(child=serializers.CharField())


class SideOut(GradedOut):
    name = serializers.CharField()
    audit = AuditOfAreaOut(allow_null=True)
    area = AreaWithSizeOut(allow_null=True)
    points = serializers.FloatField(allow_null=True)
    index = serializers.FloatField(allow_null=True)
    defects = serializers.IntegerField()


class SectionsComparedOut(SectionNameOut):
    left = GradedOut(allow_null=True)
    right = GradedOut(allow_null=True)
    change = serializers.ChoiceField(choices=_CHANGES)


class CategoriesComparedOut(serializers.Serializer):
    category = serializers.CharField()
    left = serializers.IntegerField()
    right = serializers.IntegerField()


class ComparisonOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["over_time", "areas"])
    left = SideOut()
    right = SideOut()
    change = serializers.ChoiceField(choices=_CHANGES)
    index_change = serializers.ChoiceField(choices=_CHANGES)
    sections = SectionsComparedOut(many=True)
    categories = CategoriesComparedOut(many=True)
    sentences = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(child=serializers.CharField())


class RevisitDueOut(serializers.Serializer):
    revisit_due_on = serializers.DateField()


def _area(area_id: uuid.UUID) -> Area:
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise Problem("unknown_area", field="area")
    return area


class DueView(APIView):
    """Areas to be walked again, overdue first, and those that never were."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="list_due_revisits", parameters=[DueIn], responses=DueOut)
    def get(self, request: Request) -> Response:
        asked = read_query(DueIn, request)
        area = _area(asked["area"]) if "area" in asked else None
        return Response(series.due(signed_in(request), today=timezone.localdate(), area=area))


class AreaAuditsView(APIView):
    """All audits of an area, oldest first, with what changed."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="list_audits_of_area", responses=AreaAuditsOut)
    def get(self, request: Request, area_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(series.of_area(signed_in(request), _area(area_id)))


class CompareView(APIView):
    """Two audits beside each other, or two areas by their last signed audits."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="compare_audits", parameters=[CompareIn], responses=ComparisonOut)
    def get(self, request: Request) -> Response:
        asked = read_query(CompareIn, request)
        return Response(series.compare(signed_in(request), asked["left"], asked["right"]))


class RevisitDueView(APIView):
    """Puts the re-visit of an audit on another day."""

    permission_classes = (_SEES_AUDITS,)

    @extend_schema(operation_id="change_revisit_day", request=RevisitDueIn, responses=RevisitDueOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        form = RevisitDueIn(data=request.data)
        form.is_valid(raise_exception=True)
        audit = change_day(person=signed_in(request), audit_id=audit_id, **form.validated_data)
        return Response({"revisit_due_on": audit.revisit_due_on})
