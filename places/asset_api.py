"""``/api/assets``: the doors, gates, signs and blocks of an area, for audits to ask of again."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import may, signed_in
from accounts.serializers import NamedOut, StrictSerializer, read_query
from ledger.problems import Problem
from places import assets
from places.models import Area, Asset, AssetKind

_WALKS_AND_DESKS = may(*(set(Role) - {Role.COUNCILLOR, Role.CREW}))
_MOST = 1000
_MOST_FACTS = 30


class AssetsIn(StrictSerializer):
    area = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AssetKind.choices, required=False)


class AssetPlaceIn(StrictSerializer):
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    latitude = serializers.FloatField(min_value=-90, max_value=90)


class AddAssetIn(StrictSerializer):
    id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=AssetKind.choices)
    name = serializers.CharField(max_length=120)
    area_id = serializers.UUIDField()
    place = AssetPlaceIn(required=False, allow_null=True, default=None)
    owner_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    facts = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True), required=False)

    def validate_facts(self, facts: dict[str, str]) -> dict[str, str]:
        if len(facts) > _MOST_FACTS or any(len(name) > 60 for name in facts):
            raise serializers.ValidationError(f"At most {_MOST_FACTS} facts, each with a name of at most 60 letters.")
        return facts


class AssetOut(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AssetKind.choices)
    name = serializers.CharField()
    area = NamedOut(allow_null=True)
    place = AssetPlaceIn(allow_null=True)
    owner = NamedOut(allow_null=True)
    facts = serializers.DictField(child=serializers.CharField())


class AssetListOut(serializers.Serializer):
    results = AssetOut(many=True)


class AssetsView(APIView):
    """Who walks audits and who sits at a desk read the register and add to it."""

    permission_classes = (_WALKS_AND_DESKS,)

    @extend_schema(operation_id="list_assets", parameters=[AssetsIn], responses=AssetListOut)
    def get(self, request: Request) -> Response:
        asked = read_query(AssetsIn, request)
        area = Area.objects.filter(pk=asked["area"]).first()
        if area is None:
            raise Problem("unknown_area", field="area")
        found = Asset.objects.within(area).filter(retired_at=None).select_related("area", "owner")
        if "kind" in asked:
            found = found.filter(kind=asked["kind"])
        return Response({"results": [asset_row(each) for each in found[:_MOST]]})

    @extend_schema(operation_id="add_asset", request=AddAssetIn, responses={201: AssetOut})
    def post(self, request: Request) -> Response:
        form = AddAssetIn(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        place = told["place"]
        asset = assets.add_asset(
            person=signed_in(request),
            asset_id=told.get("id") or uuid.uuid4(),
            kind=told["kind"],
            name=told["name"],
            area_id=told["area_id"],
            place=(place["longitude"], place["latitude"]) if place else None,
            owner_id=told["owner_id"],
            facts=told.get("facts"),
        )
        return Response(asset_row(asset), status=201)


def asset_row(asset: Asset) -> dict[str, Any]:
    """As AssetOut."""
    point = asset.point
    return {
        "id": str(asset.pk),
        "kind": asset.kind,
        "name": asset.name,
        "area": {"id": str(asset.area.pk), "name": asset.area.name} if asset.area else None,
        "place": {"longitude": point.x, "latitude": point.y} if point else None,
        "owner": {"id": str(asset.owner.pk), "name": asset.owner.name} if asset.owner else None,
        "facts": asset.facts,
    }
