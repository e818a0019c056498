"""``/api/devices``: the phones that people sign in on; lock one that was lost, and take that back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import devices
from accounts.models import Device, Role
from accounts.permissions import may, signed_in
from accounts.rules import device_name
from accounts.serializers import NamedOut, StrictSerializer, organisation_row, person_row, read_query

MOST = 200
_MANAGES = may(Role.MANAGER, Role.ADMINISTRATOR)


class DevicesIn(StrictSerializer):
    q = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class DevicePersonOut(NamedOut):
    organisation = NamedOut()


class DeviceOut(serializers.Serializer):
    id = serializers.UUIDField()
    person = DevicePersonOut()
    name = serializers.CharField()
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_by = NamedOut(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    this_one = serializers.BooleanField()


class DevicesOut(serializers.Serializer):
    results = DeviceOut(many=True)


class RevokeIn(StrictSerializer):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RestoreIn(StrictSerializer):
    """Nothing needs to be said."""


def device_row(device: Device, request: Request) -> dict[str, Any]:
    """One device as DeviceOut shows it."""
    organisation = organisation_row(device.person.organisation)
    return {
        "id": str(device.pk),
        "person": {
            **person_row(device.person),
            "organisation": {"id": organisation["id"], "name": organisation["short_name"]},
        },
        "name": device_name(device.user_agent),
        "first_seen_at": device.first_seen_at,
        "last_seen_at": device.last_seen_at,
        "revoked_at": device.revoked_at,
        "revoked_by": person_row(device.revoked_by) if device.revoked_by else None,
        "note": device.revoked_note,
        "this_one": request.session.get(devices.SESSION_DEVICE) == str(device.pk),
    }


class DevicesView(APIView):
    """Phones of the people whom the caller manages, last seen first; managers and administrators."""

    permission_classes = (_MANAGES,)

    @extend_schema(operation_id="list_devices", parameters=[DevicesIn], responses=DevicesOut)
    def get(self, request: Request) -> Response:
        words = read_query(DevicesIn, request)["q"].split()
        found = devices.devices_of(signed_in(request))
        for word in words[:10]:
            found = found.filter(
                Q(person__name__icontains=word)
                | Q(person__username__icontains=word)
                | Q(person__organisation__short_name__icontains=word)
            )
        page = found.order_by("-last_seen_at", "pk")[:MOST]
        return Response({"results": [device_row(device, request) for device in page]})


class RevokeDeviceView(APIView):
    """Lock a lost phone; managers and administrators, their own people's."""

    permission_classes = (_MANAGES,)

    @extend_schema(operation_id="revoke_device", request=RevokeIn, responses=DeviceOut)
    def post(self, request: Request, device_id: uuid.UUID) -> Response:
        form = RevokeIn(data=request.data)
        form.is_valid(raise_exception=True)
        note = form.validated_data["note"]
        return Response(
            device_row(devices.revoke_device(person=signed_in(request), device_id=device_id, note=note), request)
        )


class RestoreDeviceView(APIView):
    """It was found again; managers and administrators, their own people's."""

    permission_classes = (_MANAGES,)

    @extend_schema(operation_id="restore_device", request=RestoreIn, responses=DeviceOut)
    def post(self, request: Request, device_id: uuid.UUID) -> Response:
        form = RestoreIn(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(device_row(devices.restore_device(person=signed_in(request), device_id=device_id), request))
