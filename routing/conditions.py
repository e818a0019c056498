"""What a proposed route may ask for and who may get it: read once more before a draft keeps it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Team
from checklists.models import Category, CategoryGroup
from ledger.problems import Problem
from places.models import Area, LandType
from routing import book, rules
from routing.models import Contract, ServiceLevel
from routing.proposals import FIELDS


def checked_fields(fields: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
    """The fields as a change of a draft keeps them: every one of ``FIELDS``, in JSON types, sorted sets.

    ``old`` is what the route says now: what is gone since (a retired category, a closed organisation)
    may stay as it was, so that another field can be changed. Raises ``invalid_input``,
    ``dates_out_of_order``, ``unknown_category``, ``unknown_organisation``, ``organisation_closed``
    and ``unknown_service_level``, each with the field at fault.
    """
    told = {name: fields.get(name) for name in FIELDS}
    old = old or {}
    _what(told, old)
    _where(told)
    _when(told)
    _who(told, old)
    return {
        **told,
        "name": str(told["name"]).strip(),
        "land_types": [land for land in LandType.values if land in (told["land_types"] or [])],
        "severities": sorted(set(told["severities"] or [])),
        **{name: _text(told[name]) for name in ("valid_from", "valid_until")},
        **{name: _text(told[name]) for name in ("land_owner_id", "area_id", "organisation_id", "team_id")},
    }


def _what(told: dict[str, Any], old: dict[str, Any]) -> None:
    told["category"], told["group"] = told["category"] or None, told["group"] or None
    if told["category"] and told["group"]:
        raise Problem("invalid_input", detail="Name one category or a whole group, not both.", field="fields.group")
    category, group = told["category"], told["group"]
    is_new = category and category != old.get("category")
    if is_new and not Category.objects.in_use().filter(pk=category).exists():
        raise Problem("unknown_category", field="fields.category")
    is_new = group and group != old.get("group")
    if is_new and not CategoryGroup.objects.filter(pk=group, retired=False).exists():
        raise Problem("unknown_category", detail="There is no such group of categories.", field="fields.group")


def _where(told: dict[str, Any]) -> None:
    owner, area = told["land_owner_id"], told["area_id"]
    if owner and not Organisation.objects.filter(pk=owner).exists():
        raise Problem("unknown_organisation", field="fields.land_owner_id")
    if area and not Area.objects.filter(pk=area).exists():
        raise Problem("invalid_input", detail="There is no such area.", field="fields.area_id")


def _when(told: dict[str, Any]) -> None:
    begins, ends = _day(told["valid_from"]), _day(told["valid_until"])
    if begins is not None and ends is not None and ends <= begins:
        raise Problem("dates_out_of_order", detail="It would end before it begins to hold.", field="fields.valid_until")


def _who(told: dict[str, Any], old: dict[str, Any]) -> None:
    organisation = Organisation.objects.filter(pk=told["organisation_id"]).first()
    if organisation is None:
        raise Problem("unknown_organisation", field="fields.organisation_id")
    closed = organisation.closed_on
    # One that closes later may get a route that ends before; the draft's findings see to that.
    is_closed = closed is not None and closed <= book.council_day(timezone.now())
    if closed is not None and is_closed and str(organisation.pk) != old.get("organisation_id"):
        raise Problem(
            "organisation_closed",
            detail=f"{organisation.name} is closed since {rules.day_in_words(closed)}: choose another.",
            field="fields.organisation_id",
        )
    if told["team_id"] and not Team.objects.filter(pk=told["team_id"], organisation=organisation).exists():
        raise Problem("invalid_input", detail=f"{organisation.short_name} has no such team.", field="fields.team_id")
    if told["contract_id"]:
        told["contract_id"] = int(told["contract_id"])
        contract = Contract.objects.filter(pk=told["contract_id"]).first()
        if contract is None or contract.organisation_id != organisation.pk:
            raise Problem(
                "invalid_input",
                detail=f"{organisation.short_name} has no such contract.",
                field="fields.contract_id",
            )
    if not ServiceLevel.objects.filter(code=told["service_level"]).exists():
        raise Problem("unknown_service_level", field="fields.service_level")


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _text(value: uuid.UUID | dt.date | str | None) -> str | None:
    return None if value in (None, "") else str(value)
