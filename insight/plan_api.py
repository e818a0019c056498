"""Action plans as they are read: one plan, one action, all that is open, and what could be planned."""

from __future__ import annotations

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import signed_in
from accounts.serializers import NoQuery, read_query
from audits.plan_api import EVERYBODY, WRITERS, BeginPlan, ChangeAction
from insight import plans
from insight.plan_serializers import ActionPageOut, ActionsOut, ActionsQuery, PlanOut, ProposalsOut
from insight.proposals import proposals


class PlanView(BeginPlan):
    """The plan of one audit: whole, or what is the reader's own of it."""

    @extend_schema(operation_id="get_plan", responses=PlanOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(plans.plan_page(signed_in(request), audit_id, timezone.now()))


class ProposalsView(APIView):
    """What the audit found that the plan says nothing of yet."""

    permission_classes = (WRITERS,)

    @extend_schema(operation_id="list_plan_proposals", responses=ProposalsOut)
    def get(self, request: Request, audit_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response({"results": proposals(signed_in(request), audit_id, timezone.now())})


class ActionsView(APIView):
    """Actions over all plans that the reader may see, the overdue first."""

    permission_classes = (EVERYBODY,)

    @extend_schema(operation_id="list_actions", parameters=[ActionsQuery], responses=ActionsOut)
    def get(self, request: Request) -> Response:
        asked = read_query(ActionsQuery, request)
        return Response(plans.actions_page(signed_in(request), asked, timezone.now()))


class ActionView(ChangeAction):
    """One action with its story and what people wrote."""

    @extend_schema(operation_id="get_action", responses=ActionPageOut)
    def get(self, request: Request, action_id: uuid.UUID) -> Response:
        read_query(NoQuery, request)
        return Response(plans.action_page(signed_in(request), action_id, timezone.now()))
