"""Serializers that refuse what they do not know, and the short forms of people and organisations."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Organisation, Person, Team


class StrictSerializer(serializers.Serializer):
    """A serializer that names every unknown field instead of ignoring it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name[:60]: ["This field is not known here."] for name in unknown[:20]}, code="unknown_field"
                )
        return super().to_internal_value(data)


class NoQuery(StrictSerializer):
    """The query of an address that takes no parameters."""


def read_query(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The parameters of the address, checked. Raises ValidationError, naming each that is wrong or not known."""
    asked = form(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def organisation_row(organisation: Organisation) -> dict[str, Any]:
    """``{"id", "name", "short_name", "kind"}``"""
    return {
        "id": str(organisation.pk),
        "name": organisation.name,
        "short_name": organisation.short_name,
        "kind": organisation.kind,
    }


def person_row(person: Person) -> dict[str, Any]:
    """``{"id", "name"}``"""
    return {"id": str(person.pk), "name": person.name}


def team_row(team: Team | None) -> dict[str, Any] | None:
    """``{"id", "name"}`` or None."""
    return {"id": str(team.pk), "name": team.name} if team else None


class OrganisationOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.CharField()


class NamedOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
