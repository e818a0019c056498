"""``/api/contracts`` and ``/api/deciders``: who works from when to when, and who decides in the end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.allowed import require_council_desk
from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import (
    NamedOut,
    NoQuery,
    OrganisationOut,
    StrictSerializer,
    organisation_row,
    person_row,
    read_query,
)
from places.hotspot_api import STATES
from places.models import Area, AreaKind
from routing import contracting
from routing.contracting import Terms
from routing.models import Contract, Decider, OpenJobs

_DESKS = may(Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR)
_MANAGERS = may(Role.MANAGER, Role.ADMINISTRATOR)


class ContractIn(StrictSerializer):
    organisation_id = serializers.UUIDField()
    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    successor_id = serializers.IntegerField(min_value=1, allow_null=True, required=False, default=None)
    open_jobs = serializers.ChoiceField(choices=OpenJobs.choices, required=False, default=OpenJobs.STAY)


class ContractNameOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ContractTermsOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    organisation = OrganisationOut()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="the last day")
    state = serializers.ChoiceField(choices=STATES)
    successor = ContractNameOut(allow_null=True)
    open_jobs = serializers.ChoiceField(choices=OpenJobs.choices)
    routes = serializers.IntegerField(help_text="live routes that hold as long as it does")
    changed_over_at = serializers.DateTimeField(allow_null=True)


class ContractsOut(serializers.Serializer):
    results = ContractTermsOut(many=True)


class DeciderIn(StrictSerializer):
    area_id = serializers.UUIDField(allow_null=True)
    person_id = serializers.UUIDField()


class DecidersIn(StrictSerializer):
    deciders = serializers.ListField(child=DeciderIn(), max_length=200)


class DeciderOut(serializers.Serializer):
    area = NamedOut(allow_null=True)
    person = NamedOut()


class DecidersOut(serializers.Serializer):
    results = DeciderOut(many=True)
    people = NamedOut(many=True, help_text="who can be named")
    areas = NamedOut(many=True, help_text="for which areas")


def contract_row(contract: Contract, today: dt.date) -> dict[str, Any]:
    """One contract as ContractTermsOut; ``today`` is the council's local day. Needs ``live_routes`` counted."""
    state = "in_force" if contract.holds_on(today) else "to_come" if contract.starts_on > today else "ended"
    after = contract.successor
    return {
        "id": contract.pk,
        "name": contract.name,
        "organisation": organisation_row(contract.organisation),
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "state": state,
        "successor": {"id": after.pk, "name": after.name} if after else None,
        "open_jobs": contract.open_jobs,
        "routes": contract.live_routes,  # type: ignore[attr-defined]
        "changed_over_at": contract.changed_over_at,
    }


def _contracts() -> Any:
    live = Count("routes", filter=Q(routes__retired_at=None))
    return Contract.objects.select_related("organisation", "successor").annotate(live_routes=live)


def _terms(request: Request) -> Terms:
    form = ContractIn(data=request.data)
    form.is_valid(raise_exception=True)
    return Terms(**form.validated_data)


class ContractsView(APIView):
    """All contracts, the last to end first; the council's desks. Managers make one."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_contracts", responses=ContractsOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        _refuse_other_desks(request)
        today = timezone.localdate()
        return Response({"results": [contract_row(each, today) for each in _contracts().order_by("-ends_on", "name")]})

    @extend_schema(operation_id="make_contract", request=ContractIn, responses={201: ContractTermsOut})
    def post(self, request: Request) -> Response:
        contract = contracting.make_contract(person=signed_in(request), terms=_terms(request))
        return Response(contract_row(_contracts().get(pk=contract.pk), timezone.localdate()), status=201)


class ContractView(APIView):
    """Change one contract; the council's managers."""

    permission_classes = (_MANAGERS,)

    @extend_schema(operation_id="change_contract", request=ContractIn, responses=ContractTermsOut)
    def put(self, request: Request, contract_id: int) -> Response:
        contract = contracting.change_contract(
            person=signed_in(request), contract_id=contract_id, terms=_terms(request)
        )
        return Response(contract_row(_contracts().get(pk=contract.pk), timezone.localdate()))


class DecidersView(APIView):
    """Who decides where two organisations hand work to and fro; the council's desks. Managers name them."""

    permission_classes = (_DESKS,)

    @extend_schema(operation_id="list_deciders", responses=DecidersOut)
    def get(self, request: Request) -> Response:
        read_query(NoQuery, request)
        _refuse_other_desks(request)
        return Response(_deciders())

    @extend_schema(operation_id="name_deciders", request=DecidersIn, responses=DecidersOut)
    def put(self, request: Request) -> Response:
        form = DecidersIn(data=request.data)
        form.is_valid(raise_exception=True)
        named = [(each["area_id"], each["person_id"]) for each in form.validated_data["deciders"]]
        contracting.name_deciders(person=signed_in(request), deciders=named)
        return Response(_deciders())


def _deciders() -> dict[str, Any]:
    found = Decider.objects.select_related("area", "person")
    rows = [{"area": _area_row(each.area), "person": person_row(each.person)} for each in found]
    areas = Area.objects.filter(kind__in=[AreaKind.WARD, AreaKind.ESTATE, AreaKind.SECTOR]).order_by("name")
    return {
        "results": sorted(rows, key=lambda row: (row["area"] is not None, str(row["area"]))),
        "people": [person_row(each) for each in contracting.people_who_can_decide()],
        "areas": [_area_row(each) for each in areas],
    }


def _area_row(area: Area | None) -> dict[str, Any] | None:
    return {"id": str(area.pk), "name": area.name} if area else None


def _refuse_other_desks(request: Request) -> None:
    """A contractor reads in the contracts what the others were promised."""
    require_council_desk(signed_in(request), "The council's own desks see this.")
