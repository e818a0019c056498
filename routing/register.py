"""The register of decisions: what was decided at a place, and the new decision that takes its place."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Defect
from ledger.problems import Problem
from ledger.recording import record
from places.models import LandParcel
from routing import book, rules
from routing.models import Basis, Decider, Demarcation

USUAL_RADIUS_M = 25
# A decision about an alley holds for the whole alley; one about a lay-by does not for all adopted roads.
LARGEST_PARCEL_M2 = 10_000
# No decision reaches further (a constraint of the table), in degrees from east to west up to 65° north.
_REACH_DEGREES = 0.011

_AT_THE_PLACE = """
SELECT decision.id
FROM routing_demarcation decision
WHERE decision.guides AND decision.superseded_by_id IS NULL
  AND (decision.group_id IS NULL OR decision.group_id = %(group)s)
  AND (decision.valid_until IS NULL OR decision.valid_until > %(day)s)
  AND (
    decision.parcel_id = %(parcel)s
    OR (
      decision.point && ST_Expand(ST_SetSRID(ST_MakePoint(%(longitude)s, %(latitude)s), 4326), %(reach)s)
      AND ST_DistanceSphere(decision.point, ST_SetSRID(ST_MakePoint(%(longitude)s, %(latitude)s), 4326))
          <= decision.radius_m
    )
  )
"""

_RULING = f"""
SELECT decision.id, decision.organisation_id, organisation.short_name, organisation.closed_on,
       decision.decided_at, person.name, decision.basis, decision.settled_at
FROM routing_demarcation decision
JOIN accounts_organisation organisation ON organisation.id = decision.organisation_id
JOIN accounts_person person ON person.id = decision.decided_by_id
WHERE decision.id IN ({_AT_THE_PLACE})
ORDER BY decision.decided_at DESC, decision.id DESC LIMIT 1
"""  # noqa: S608 - two pieces of our own

_NEARBY = """
SELECT defect.id FROM audits_defect defect
WHERE defect.id = ANY (%(ids)s) AND EXISTS (
    SELECT FROM routing_demarcation decision
    WHERE decision.guides AND decision.superseded_by_id IS NULL
      AND (decision.parcel_id = defect.parcel_id OR decision.point && ST_Expand(defect.point, %(reach)s))
)
"""


def _place(point: Point, parcel_id: uuid.UUID | None, group: str | None, day: dt.date) -> dict[str, Any]:
    return {
        "longitude": point.x,
        "latitude": point.y,
        "reach": _REACH_DEGREES,
        "parcel": parcel_id,
        "group": group,
        "day": day,
    }


def ruling_at(point: Point, *, parcel_id: uuid.UUID | None, group: str, day: dt.date) -> rules.Ruling | None:
    """The newest decision that holds at a WGS84 point on the local day, for a group of categories. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RULING, _place(point, parcel_id, group, day))
        found = cursor.fetchone()
    if found is None:
        return None
    pk, organisation_id, organisation_name, closed_on, decided_at, name, basis, settled_at = found
    return rules.Ruling(
        number=pk,
        reference=Demarcation(pk=pk).reference,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        closed_on=closed_on,
        decided_on=book.council_day(decided_at),
        decided_by=name,
        clear_first=basis == Basis.CLEAR_FIRST and settled_at is None,
    )


def write_decision(
    *,
    defect: Defect,
    organisation: Organisation,
    person: Person,
    basis: str,
    note: str,
    guides: bool,
    radius_m: int = USUAL_RADIUS_M,
) -> Demarcation:
    """Enter a decision about a locked defect. One that guides later routing takes the place of what stood there.

    Call it in a transaction. Raises ``invalid_input`` where "clear first" gives no reason.
    """
    if basis == Basis.CLEAR_FIRST and not note.strip():
        raise Problem("invalid_input", detail="Say why it is cleared before it is settled.", field="note")
    now = timezone.now()
    decision = Demarcation.objects.create(
        point=defect.point,
        radius_m=radius_m,
        parcel_id=_small_parcel(defect.parcel_id),
        group_id=defect.category.group_id,
        organisation=organisation,
        basis=basis,
        defect=defect,
        place_text=defect.street_text or (defect.ward.name if defect.ward else ""),
        note=note.strip(),
        decided_by=person,
        decided_at=now,
        guides=guides,
    )
    if guides:
        supersede(decision)
    record(
        kind="demarcation.decided",
        subject=("demarcation", str(decision.pk)),
        actor=person.pk,
        organisation=organisation.pk,
        at=now,
        data={
            "defect": str(defect.pk),
            "organisation": str(organisation.pk),
            "basis": basis,
            "guides": guides,
            "radius_m": radius_m,
        },
    )
    return decision


def supersede(decision: Demarcation) -> int:
    """What stood at the place for the same work gives way to a new decision; returns how many did."""
    day = book.council_day(decision.decided_at)
    with connection.cursor() as cursor:
        cursor.execute(_AT_THE_PLACE, _place(decision.point, decision.parcel_id, decision.group_id, day))
        standing = [pk for (pk,) in cursor.fetchall() if pk != decision.pk]
    # A decision for every kind of work stays beside one for a single group.
    same_work = Demarcation.objects.filter(pk__in=standing, group=decision.group_id)
    return same_work.update(superseded_by=decision)


def _small_parcel(parcel_id: uuid.UUID | None) -> uuid.UUID | None:
    if parcel_id is None:
        return None
    return LandParcel.objects.filter(pk=parcel_id, area_m2__lte=LARGEST_PARCEL_M2).values_list("pk", flat=True).first()


def with_decisions_nearby(defect_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these defects lie where a decision may hold: few, so that each can be asked for. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEARBY, {"ids": defect_ids, "reach": _REACH_DEGREES})
        return {pk for (pk,) in cursor.fetchall()}


def decider_at(point: Point) -> Person | None:
    """Who decides in the end at a WGS84 point: the person named for the smallest area there, else for everywhere."""
    named = Decider.objects.select_related("person").filter(person__is_active=True)
    here = named.filter(area__boundary__covers=point).order_by("area__area_m2").first()
    found = here or named.filter(area=None).first()
    return found.person if found else None


def lock_decision(demarcation_id: int) -> Demarcation:
    """The decision, locked until the transaction ends. Raises ``unknown_demarcation``."""
    found = Demarcation.objects.select_for_update(of=("self",)).select_related("organisation", "group", "decided_by")
    decision = found.filter(pk=demarcation_id).first()
    if decision is None:
        raise Problem("unknown_demarcation")
    return decision


def settle_decision(
    *, decision: Demarcation, organisation: Organisation, person: Person, note: str, at: dt.datetime
) -> Demarcation:
    """Write down how a locked "clear first" was settled. Another organisation gets a decision of its own."""
    decision.settled_at, decision.settled_by, decision.settled_note = at, person, note.strip()
    if organisation.pk != decision.organisation_id:
        decision.superseded_by = _handed_on(decision, organisation, decided_by=person, note=note.strip(), at=at)
    decision.save()
    record(
        kind="demarcation.settled",
        subject=("demarcation", str(decision.pk)),
        actor=person.pk,
        organisation=organisation.pk,
        at=at,
        data={"organisation": str(organisation.pk), "superseded_by": decision.superseded_by_id},
    )
    return decision


def _handed_on(
    decision: Demarcation, organisation: Organisation, *, decided_by: Person, note: str, at: dt.datetime
) -> Demarcation:
    """The same decision for another organisation, settled."""
    return Demarcation.objects.create(
        point=decision.point,
        radius_m=decision.radius_m,
        parcel_id=decision.parcel_id,
        group_id=decision.group_id,
        organisation=organisation,
        basis=Basis.SETTLED,
        defect_id=decision.defect_id,
        place_text=decision.place_text,
        note=note,
        decided_by=decided_by,
        decided_at=at,
        guides=decision.guides,
        valid_until=decision.valid_until,
    )


def hand_over(*, old: Organisation, new: Organisation | None, day: dt.date, note: str) -> int:
    """At the end of a contract: what was decided for the old organisation holds for the one that follows, or,
    where none does, no longer from the local day on. Returns how many decisions that was."""
    standing = Demarcation.objects.standing(day).filter(organisation=old)
    if new is None:
        return standing.update(valid_until=day)
    count = 0
    for decision in standing.select_for_update(of=("self",)).select_related("decided_by"):
        words = f"{note} Before: “{decision.note}”" if decision.note else note
        after = _handed_on(decision, new, decided_by=decision.decided_by, note=words[:2000], at=timezone.now())
        Demarcation.objects.filter(pk=decision.pk).update(superseded_by=after)
        count += 1
    return count
