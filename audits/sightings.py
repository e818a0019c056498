"""The verbs of a sighting: a crew reports back what it saw, and somebody says what came of it.

A sighting is no defect: no route, no clock, and only those may see it whom it is for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from audits.actions import Place, evidence_of
from audits.models import DefectPhoto, Sighting, SightingPhoto
from audits.rules import SightingKind
from ledger.problems import Problem
from ledger.recording import record
from media.actions import expect_photos
from places.locating import locate


@transaction.atomic(savepoint=False)
def report_back(
    *,
    person: Person,
    sighting_id: uuid.UUID,
    to: str,
    kind: str,
    place: Place,
    at: dt.datetime,
    note: str = "",
    street_text: str = "",
    defect_id: uuid.UUID | None = None,
    photos: list[dict[str, Any]] | None = None,
    received_at: dt.datetime | None = None,
) -> Sighting:
    """Tell wardens or police (``to``) what was seen. ``defect_id`` is the defect whose job they were at.

    The ward and, where the person gave none, the street are found by the place. Raises
    ``invalid_input`` (something else, and neither words nor a photo say what), ``sighting_differs`` and
    what `media.actions.expect_photos` raises.
    """
    if kind == SightingKind.OTHER and not note.strip() and not photos:
        raise Problem("invalid_input", detail="Say in words or with a photo what it is.", field="payload.note")
    located = locate(place.longitude, place.latitude)
    sighting = Sighting(
        id=sighting_id,
        to=to,
        kind=kind,
        note=note.strip(),
        point=place.point,
        accuracy_m=place.accuracy_m,
        place_source=place.source,
        street_text=street_text.strip() or located.street_text,
        ward_id=located.ward.id if located.ward else None,
        defect_id=defect_id,
        reported_by=person,
        seen_at=at,
        received_at=received_at or timezone.now(),
    )
    try:
        sighting.save(force_insert=True)
    except IntegrityError:  # the refusal takes the whole transaction back
        raise Problem("sighting_differs", field="payload.sighting_id") from None
    _keep_photos(sighting, person, photos or [])
    record(
        kind="sighting.reported",
        subject=("sighting", sighting.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=at,
        data={
            "to": to,
            "kind": kind,
            "accuracy_m": place.accuracy_m,
            "defect": str(defect_id) if defect_id else None,
            "photos": evidence_of(photos or []),
        },
    )
    return sighting


def _keep_photos(sighting: Sighting, person: Person, photos: list[dict[str, Any]]) -> None:
    """Expect the photos. One that hangs on a defect is refused: more people may look at that."""
    if not photos:
        return
    expected = expect_photos(person=person, photos=photos)
    taken = Problem(
        "photo_differs",
        detail="Another record has announced this photo: give it an id of its own.",
        field="payload.photos",
    )
    if DefectPhoto.objects.filter(photo__in=expected).exists():
        raise taken
    try:
        SightingPhoto.objects.bulk_create(
            [SightingPhoto(sighting=sighting, photo=photo, position=i) for i, photo in enumerate(expected)]
        )
    except IntegrityError:
        raise taken from None


@transaction.atomic(savepoint=False)
def close_sighting(*, person: Person, sighting_id: uuid.UUID, at: dt.datetime, note: str = "") -> Sighting:
    """Somebody looked into it; ``note`` says what came of it. The first one stands.

    Raises ``unknown_sighting`` where the person may not see it, and ``transition_not_allowed``.
    """
    visible = Sighting.objects.visible_to(person).filter(pk=sighting_id)
    sighting = Sighting.objects.select_for_update(of=("self",)).filter(pk__in=visible).first()
    if sighting is None:
        raise Problem("unknown_sighting", field="payload.sighting_id")
    if sighting.closed_at is not None:
        detail = "Somebody has looked into this one already."
        raise Problem("transition_not_allowed", detail=detail, field="payload.sighting_id")
    sighting.closed_at = min(max(at, sighting.seen_at), timezone.now())
    sighting.closed_by = person
    sighting.closed_note = note.strip()
    sighting.save(update_fields=["closed_at", "closed_by", "closed_note"])
    record(
        kind="sighting.closed",
        subject=("sighting", sighting.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        at=sighting.closed_at,
    )
    return sighting
