"""``/api/audits/{id}/plan…`` and ``/api/actions/{id}…``: what changes a plan, and recommendations. Reading a plan
is insight's, because it shows the jobs that work on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, Person, Role
from accounts.permissions import may, signed_in
from accounts.serializers import NoQuery, StrictSerializer, person_row, read_query
from audits import planning
from audits.models import Audit
from audits.plan_models import Action, Plan, Recommendation
from audits.plan_serializers import (
    ActionWrittenOut,
    AddActionIn,
    BeginPlanIn,
    ChangeActionIn,
    CommentIn,
    CommentWrittenOut,
    DecidePlanIn,
    PlanNoteIn,
    PlanOwnersOut,
    PlanWrittenOut,
    ProgressIn,
    RecommendationOut,
    RecommendationsOut,
    RecommendIn,
)
from ledger.problems import Problem

# What each of them may do is the verbs' to say: a contractor's manager writes no plan.
WRITERS = may(Role.OFFICER, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
DECIDERS = may(Role.MANAGER, Role.ADMINISTRATOR)
EVERYBODY = may(*Role)
ALL_BUT_COUNCILLORS = may(*(set(Role) - {Role.COUNCILLOR}))


def read_body(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError, naming each field that is wrong or not known."""
    sent = form(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _action(action: Action, code: int = status.HTTP_200_OK) -> Response:
    row = {"id": str(action.pk), "number": action.reference, "version": action.version, "state": action.state}
    return Response(row, code)


def _plan(plan: Plan, code: int = status.HTTP_200_OK) -> Response:
    return Response({"audit_id": str(plan.pk), "version": plan.version, "state": plan.state}, code)


class BeginPlan(APIView):
    """The plan of an audit. Reading it is added by insight."""

    permission_classes = (EVERYBODY,)

    @extend_schema(operation_id="begin_plan", request=BeginPlanIn, responses={201: PlanWrittenOut})
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_body(BeginPlanIn, request)
        return _plan(planning.begin_plan(person=signed_in(request), audit_id=audit_id), status.HTTP_201_CREATED)


class SubmitPlanView(APIView):
    """Put it before those who approve."""

    permission_classes = (WRITERS,)

    @extend_schema(operation_id="submit_plan", request=PlanNoteIn, responses=PlanWrittenOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        sent = read_body(PlanNoteIn, request)
        return _plan(planning.submit_plan(person=signed_in(request), audit_id=audit_id, **sent))


class ApprovePlanView(APIView):
    """The partnership agrees."""

    permission_classes = (DECIDERS,)

    @extend_schema(operation_id="approve_plan", request=DecidePlanIn, responses=PlanWrittenOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        sent = read_body(DecidePlanIn, request)
        return _plan(planning.approve_plan(person=signed_in(request), audit_id=audit_id, **sent))


class ReturnPlanView(APIView):
    """Back to be changed, with words."""

    permission_classes = (DECIDERS,)

    @extend_schema(operation_id="return_plan", request=DecidePlanIn, responses=PlanWrittenOut)
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        sent = read_body(DecidePlanIn, request)
        return _plan(planning.return_plan(person=signed_in(request), audit_id=audit_id, **sent))


class AddActionView(APIView):
    """A new action: from a proposal with one tap, or written freely."""

    permission_classes = (WRITERS,)

    @extend_schema(operation_id="add_action", request=AddActionIn, responses={201: ActionWrittenOut})
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        terms = read_body(AddActionIn, request)
        origin = planning.From(source=terms.pop("source"), source_id=terms.pop("source_id", None))
        made = planning.add_action(
            person=signed_in(request), audit_id=audit_id, action_id=terms.pop("id", None), terms=terms, origin=origin
        )
        return _action(made, status.HTTP_201_CREATED)


class ChangeAction(APIView):
    """One action. Reading it is added by insight."""

    permission_classes = (EVERYBODY,)

    @extend_schema(operation_id="change_action", request=ChangeActionIn, responses=ActionWrittenOut)
    def patch(self, request: Request, action_id: uuid.UUID) -> Response:
        changes = read_body(ChangeActionIn, request)
        version = changes.pop("version", None)
        changed = planning.change_action(
            person=signed_in(request), action_id=action_id, changes=changes, version=version
        )
        return _action(changed)


class ProgressView(APIView):
    """How it goes, by its owner's people or a desk."""

    permission_classes = (ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="progress_action", request=ProgressIn, responses=ActionWrittenOut)
    def post(self, request: Request, action_id: uuid.UUID) -> Response:
        sent = read_body(ProgressIn, request)
        return _action(planning.progress_action(person=signed_in(request), action_id=action_id, **sent))


class CommentView(APIView):
    """A word about an action, from anybody who sees it."""

    permission_classes = (ALL_BUT_COUNCILLORS,)

    @extend_schema(operation_id="comment_on_action", request=CommentIn, responses={201: CommentWrittenOut})
    def post(self, request: Request, action_id: uuid.UUID) -> Response:
        sent = read_body(CommentIn, request)
        made = planning.comment_on_action(person=signed_in(request), action_id=action_id, **sent)
        return Response({"id": str(made.pk), "at": made.at}, status.HTTP_201_CREATED)


class PlanOwnersView(APIView):
    """To whom an action can be given: organisations that take work, and their people but councillors."""

    permission_classes = (WRITERS,)

    @extend_schema(operation_id="list_plan_owners", responses=PlanOwnersOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        people = Person.objects.filter(is_active=True).exclude(role=Role.COUNCILLOR)
        of_each: dict[uuid.UUID, list[dict[str, Any]]] = {}
        for person in people if signed_in(request).writes_plans else []:
            of_each.setdefault(person.organisation_id, []).append(person_row(person))
        today = timezone.localdate()
        rows = [
            {
                "id": str(each.pk),
                "name": each.name,
                "short_name": each.short_name,
                "people": of_each.get(each.pk, []),
            }
            for each in Organisation.objects.all()
            if not each.is_closed_on(today)
        ]
        return Response({"organisations": rows})


class RecommendationsView(APIView):
    """Advice by attribute of Safer Places: officers give it, wardens and the council's desks read it, councillors
    with the approved plan."""

    permission_classes = (EVERYBODY,)

    @extend_schema(operation_id="list_recommendations", responses=RecommendationsOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        person = signed_in(request)
        if not Audit.objects.evas().filter(pk=audit_id).exists():
            raise Problem("unknown_audit")
        rows = recommendation_rows(audit_id) if may_read_whole(person, audit_id) else []
        return Response({"may_recommend": person.role == Role.OFFICER, "results": rows})

    @extend_schema(operation_id="recommend", request=RecommendIn, responses={201: RecommendationOut})
    def post(self, request: Request, audit_id: uuid.UUID) -> Response:
        sent = read_body(RecommendIn, request)
        made = planning.recommend(person=signed_in(request), audit_id=audit_id, **sent)
        return Response(_recommendation(made), status.HTTP_201_CREATED)


def may_read_whole(person: Person, audit_id: uuid.UUID) -> bool:
    """Whether somebody reads the whole plan: wardens, officers and the council's desks always, a councillor once
    it was approved; other organisations read what is theirs."""
    if person.role == Role.COUNCILLOR:
        return Plan.objects.filter(pk=audit_id, approved_at__isnull=False).exists()
    return person.is_on_patrol_side or person.sees_all_work


def recommendation_rows(audit_id: uuid.UUID) -> list[dict[str, Any]]:
    """Rows as RecommendationOut, oldest first."""
    return [_recommendation(each) for each in Recommendation.objects.filter(audit=audit_id).select_related("by")]


def _recommendation(made: Recommendation) -> dict[str, Any]:
    return {
        "id": str(made.pk),
        "attribute": made.attribute,
        "attribute_words": made.get_attribute_display(),
        "text": made.text,
        "by": made.by.name,
        "at": made.at,
    }
