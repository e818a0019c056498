"""The forms and rows of routes, their versions and the draft."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.serializers import NamedOut, OrganisationOut, StrictSerializer, organisation_row, person_row, team_row
from places.models import LandType
from routing import book, proposals
from routing.editions import ChangeAction, DryRun, DryRunState, Edition, EditionState
from routing.models import Route

# Of a version today: it decides, it will, it did until its end, or a newer one or none took its place.
ROUTE_STATES = ("holds", "later", "over", "retired")

# What a draft may do with a route that is in the book.
PROPOSALS = ("change", "end")


class RouteFieldsIn(StrictSerializer):
    """What a route asks for and who gets the work. An empty condition fits everything."""

    name = serializers.CharField(max_length=120)
    category = serializers.CharField(max_length=12, required=False, allow_null=True, allow_blank=True)
    group = serializers.CharField(max_length=24, required=False, allow_null=True, allow_blank=True)
    land_types = serializers.ListField(
        child=serializers.ChoiceField(choices=LandType.values), max_length=len(LandType.values), required=False
    )
    land_owner_id = serializers.UUIDField(required=False, allow_null=True)
    area_id = serializers.UUIDField(required=False, allow_null=True)
    severities = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=4), max_length=4, required=False
    )
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)
    contract_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    organisation_id = serializers.UUIDField()
    team_id = serializers.UUIDField(required=False, allow_null=True)
    service_level = serializers.CharField(max_length=40)
    priority = serializers.IntegerField(min_value=1, max_value=4, required=False, default=3)
    position = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)


class VersionIn(StrictSerializer):
    """``version`` is that of the draft that the person has read."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class AddRouteIn(VersionIn):
    fields = RouteFieldsIn()  # type: ignore[assignment]


class ChangeRouteIn(VersionIn):
    action = serializers.ChoiceField(choices=PROPOSALS)
    fields = RouteFieldsIn(required=False)  # type: ignore[assignment]
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)


class PublishIn(VersionIn):
    note = serializers.CharField(max_length=2000)


class DryRunIn(StrictSerializer):
    as_of = serializers.DateField(required=False)


class CodeLabelOut(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AreaOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()


class ContractOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ServiceLevelBriefOut(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    in_words = serializers.CharField()


class EditionOut(serializers.Serializer):
    number = serializers.IntegerField()
    note = serializers.CharField()
    published_by = NamedOut(allow_null=True)
    published_at = serializers.DateTimeField()


class RouteOut(serializers.Serializer):
    number = serializers.IntegerField(help_text="of this version; the words of a decision name it")
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    summary = serializers.CharField()
    position = serializers.IntegerField()
    category = CodeLabelOut(allow_null=True)
    group = CodeLabelOut(allow_null=True)
    land_types = serializers.ListField(child=serializers.CharField())
    land_owner = OrganisationOut(allow_null=True)
    area = AreaOut(allow_null=True)
    severities = serializers.ListField(child=serializers.IntegerField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    contract = ContractOut(allow_null=True)
    organisation = OrganisationOut()
    team = NamedOut(allow_null=True)
    service_level = ServiceLevelBriefOut()
    priority = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ROUTE_STATES)
    edition = serializers.IntegerField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    fields = serializers.DictField(help_text="as a change of a draft takes them")  # type: ignore[assignment]


class RoutesOut(serializers.Serializer):
    count = serializers.IntegerField()
    may_edit = serializers.BooleanField()
    draft_changes = serializers.IntegerField(allow_null=True, help_text="null: no draft that you may see")
    edition = EditionOut(allow_null=True)
    results = RouteOut(many=True)


class DifferenceOut(serializers.Serializer):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    was = serializers.CharField(allow_blank=True)
    will_be = serializers.CharField(allow_blank=True)


class RouteVersionOut(RouteOut):
    published = EditionOut(allow_null=True)
    changes = DifferenceOut(many=True)


class RouteStoryOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    in_book = serializers.BooleanField()
    may_edit = serializers.BooleanField()
    draft_action = serializers.ChoiceField(
        choices=ChangeAction.choices, allow_null=True, help_text="what the draft does with it"
    )
    versions = RouteVersionOut(many=True)


class ChangeOut(serializers.Serializer):
    route_code = serializers.CharField()
    action = serializers.ChoiceField(choices=ChangeAction.choices)
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    fields = serializers.DictField()  # type: ignore[assignment]
    differences = DifferenceOut(many=True)
    changed_by = NamedOut()
    changed_at = serializers.DateTimeField()


class FindingOut(serializers.Serializer):
    code = serializers.CharField()
    stops = serializers.BooleanField()
    route_codes = serializers.ListField(child=serializers.CharField())
    detail = serializers.CharField()


class FindingsOut(serializers.Serializer):
    findings = FindingOut(many=True)


class DryRunBriefOut(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=DryRunState.choices)
    is_current = serializers.BooleanField(help_text="false: the draft was changed since")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    as_of = serializers.DateField()
    received_since = serializers.DateTimeField()
    asked_by = NamedOut()
    asked_at = serializers.DateTimeField()
    heard_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(allow_blank=True)


class DraftOut(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=EditionState.choices)
    number = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    made_by = NamedOut(allow_null=True)
    made_at = serializers.DateTimeField()
    based_on = serializers.IntegerField(allow_null=True)
    is_out_of_date = serializers.BooleanField()
    first_full_day = serializers.DateField()
    changes = ChangeOut(many=True)
    findings = FindingOut(many=True)
    dry_run = DryRunBriefOut(allow_null=True)


class DraftsOut(serializers.Serializer):
    may_edit = serializers.BooleanField()
    draft = DraftOut(allow_null=True)
    editions = EditionOut(many=True)


# ── rows ─────────────────────────────────────────────────────────────────────


def edition_row(edition: Edition | None) -> dict[str, Any] | None:
    """A published edition, or None."""
    if edition is None or edition.number is None:
        return None
    return {
        "number": edition.number,
        "note": edition.note,
        "published_by": person_row(edition.published_by) if edition.published_by else None,
        "published_at": edition.published_at,
    }


def route_row(route: Route) -> dict[str, Any]:
    """One version of a route (with all that ``proposals.live_routes`` loads)."""
    level = route.service_level
    return {
        "number": route.pk,
        "code": route.code,
        "version": route.version,
        "name": route.name,
        "summary": proposals.summary(route),
        "position": route.position,
        "category": route.category and {"code": route.category.code, "label": route.category.label},
        "group": route.group and {"code": route.group.code, "label": route.group.label},
        "land_types": route.land_types,
        "land_owner": route.land_owner and organisation_row(route.land_owner),
        "area": route.area and {"id": str(route.area.pk), "name": route.area.name, "kind": route.area.kind},
        "severities": route.severities,
        "valid_from": route.valid_from,
        "valid_until": route.valid_until,
        "contract": route.contract and {"id": route.contract.pk, "name": route.contract.name},
        "organisation": organisation_row(route.organisation),
        "team": team_row(route.team),
        "service_level": {
            "code": level.code,
            "version": level.version,
            "name": level.name,
            "in_words": level.in_words,
        },
        "priority": route.priority,
        "state": _state(route),
        "edition": route.edition.number if route.edition else None,
        "retired_at": route.retired_at,
        "fields": proposals.as_fields(route),
    }


def _state(route: Route) -> str:
    today = book.council_day(timezone.now())
    if route.retired_at is not None:
        return "retired"
    if today < route.valid_from:
        return "later"
    return "over" if route.valid_until is not None and route.valid_until <= today else "holds"


def dry_run_row(run: DryRun, draft: Edition) -> dict[str, Any]:
    """How far a trial is, without its result."""
    return {
        "id": str(run.pk),
        "state": run.state,
        "is_current": run.draft_version == draft.version,
        "done": run.done,
        "total": run.total,
        "as_of": run.as_of,
        "received_since": run.received_since,
        "asked_by": person_row(run.asked_by),
        "asked_at": run.asked_at,
        "heard_at": run.heard_at,
        "ended_at": run.ended_at,
        "failure": run.failure,
    }
