"""The register of things that audits look at again and again: doors, gates, signs, blocks, improvements."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from accounts.models import Organisation, Person
from ledger.problems import Problem
from ledger.recording import record
from places.models import Area, Asset


@transaction.atomic
def add_asset(
    *,
    person: Person,
    asset_id: uuid.UUID,
    kind: str,
    name: str,
    area_id: uuid.UUID | None = None,
    place: tuple[float, float] | None = None,
    owner_id: uuid.UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> Asset:
    """Put a thing on the register; ``place`` is (longitude, latitude). The same again is fine.

    Raises ``unknown_area``, ``unknown_organisation`` and ``code_taken`` (the id is another thing's).
    """
    if area_id is not None and not Area.objects.filter(pk=area_id).exists():
        raise Problem("unknown_area", field="area_id")
    if owner_id is not None and not Organisation.objects.filter(pk=owner_id).exists():
        raise Problem("unknown_organisation", field="owner_id")
    asset = Asset(
        id=asset_id,
        kind=kind,
        name=name.strip(),
        area_id=area_id,
        point=Point(*place, srid=4326) if place else None,
        owner_id=owner_id,
        facts=facts or {},
        made_by=person,
    )
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:
        known = Asset.objects.filter(pk=asset_id, kind=kind, name=asset.name).first()
        if known is None:
            raise Problem("code_taken", detail="Another thing has this id.", field="id") from None
        return known
    record(
        kind="asset.added",
        subject=("asset", asset.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        data={"kind": kind, "area": str(area_id) if area_id else None},
    )
    return asset
