"""What lies beside a new report: an open one that may be the same, and one that was fixed not long before."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterable

from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.allowed import require_council_desk
from accounts.models import Person
from audits import rules
from audits.actions import add_note, change_defect, lock_defect
from audits.models import Defect, DefectStatus
from ledger.problems import Problem
from places.rules import distance_m

_FIXED = (DefectStatus.RESOLVED, DefectStatus.VERIFIED)
_METRES_IN_A_DEGREE = 111_000.0


def require_may_compare(person: Person) -> None:
    """Raises ``not_allowed``: whether two reports are one is for the council's desks to say."""
    require_council_desk(person, "The council's dispatchers and managers decide what is the same.")


def look_beside(*, defect: Defect) -> Defect:
    """Note with a locked, new defect what of the same group of categories lies beside it; one query, and
    another two where something does.

    Open and within `rules.DUPLICATE_WITHIN_M`: the nearest may be the same, which a desk decides. Fixed
    within `rules.RECURS_WITHIN_M`, not longer ago than `rules.RECURS_WITHIN` and before this was seen: it
    has come back, and how often is counted along the chain.
    """
    near = [(_apart_m(defect, other), other) for other in _of_its_group_around(defect)]
    same = [(metres, other) for metres, other in near if _may_be_the_same(defect, other, metres)]
    if same:
        metres, other = min(same, key=lambda each: (each[0], each[1].number))
        defect.possible_duplicate_of = other
        data = {"of": str(other.pk), "distance_m": round(metres, 1)}
        fields = ["possible_duplicate_of"]
        change_defect(defect, kind="defect.possible_duplicate", person=None, data=data, fields=fields)
    fixed = [other for metres, other in near if _came_back(defect, other, metres)]
    if fixed:
        _note_recurrence(defect, max(fixed, key=lambda other: (other.resolved_at or other.received_at, other.number)))
    return defect


def _of_its_group_around(defect: Defect) -> Iterable[Defect]:
    reach = rules.DUPLICATE_WITHIN_M / _METRES_IN_A_DEGREE
    x, y = defect.point.x, defect.point.y
    wide = reach / max(0.01, math.cos(math.radians(y)))
    box = Polygon.from_bbox((x - wide, y - reach, x + wide, y + reach))
    box.srid = 4326
    lately = Q(status__in=_FIXED, resolved_at__gte=defect.received_at - rules.RECURS_WITHIN)
    around = Defect.objects.filter(point__bboverlaps=box, category__group=defect.category.group_id)
    return around.filter(Q(status__in=rules.UNRESOLVED) | lately).exclude(pk=defect.pk).order_by()


def _apart_m(defect: Defect, other: Defect) -> float:
    return distance_m(defect.point.x, defect.point.y, other.point.x, other.point.y)


def _may_be_the_same(defect: Defect, other: Defect, metres: float) -> bool:
    """Not where the other one says it of this one already: once is enough for a desk."""
    is_open = other.status in rules.UNRESOLVED
    return is_open and metres <= rules.DUPLICATE_WITHIN_M and other.possible_duplicate_of_id != defect.pk


def _came_back(defect: Defect, other: Defect, metres: float) -> bool:
    """What was seen before it was fixed, and arrived later, has not come back."""
    fixed_at = other.resolved_at
    is_fixed = other.status in _FIXED and fixed_at is not None and fixed_at <= defect.observed_at
    return is_fixed and metres <= rules.RECURS_WITHIN_M


def _note_recurrence(defect: Defect, before: Defect) -> None:
    defect.recurrence_of = before
    defect.recurrence_count = before.recurrence_count + 1
    defect.recurring_since = before.recurring_since or before.received_at
    fixed_at = before.resolved_at or before.received_at
    change_defect(
        defect,
        kind="defect.recurred",
        person=None,
        data={
            "of": str(before.pk),
            "before": defect.recurrence_count,
            "days": rules.days_between(fixed_at, defect.received_at),
        },
        fields=["recurrence_of", "recurrence_count", "recurring_since"],
    )


def maybe_same(defect: Defect) -> list[Defect]:
    """The open reports that may be of the same thing as this open one: the one that it was found beside,
    and those that were found beside it. Two queries, with what rows show."""
    if defect.status not in rules.UNRESOLVED:
        return []
    beside = Q(possible_duplicates=defect.pk) | Q(possible_duplicate_of=defect.pk)
    return list(Defect.objects.with_rows().unresolved().filter(beside).distinct().order_by("number"))


@transaction.atomic
def tell_apart(
    *, person: Person, defect_id: uuid.UUID, from_id: uuid.UUID, note: str = "", at: dt.datetime | None = None
) -> Defect:
    """A desk looked at both: they are two, and nobody asks again.

    Raises ``not_allowed``, ``unknown_defect`` and ``transition_not_allowed`` (nobody took them for one).
    """
    require_may_compare(person)
    # By id, as everywhere where two are locked.
    locked = {each: lock_defect(defect_id=each) for each in sorted({defect_id, from_id})}
    defect, other = locked[defect_id], locked[from_id]
    if other.possible_duplicate_of_id == defect.pk:
        flagged, beside = other, defect
    elif defect.possible_duplicate_of_id == other.pk:
        flagged, beside = defect, other
    else:
        detail = f"{defect.reference} and {other.reference} are told apart already."
        raise Problem("transition_not_allowed", detail=detail)
    at = at or timezone.now()
    add_note(defect=flagged, person=person, text=note, at=at)
    flagged.possible_duplicate_of = None
    data = {"from": str(beside.pk)}
    change_defect(flagged, kind="defect.told_apart", person=person, at=at, data=data, fields=["possible_duplicate_of"])
    if beside.possible_duplicate_of_id == flagged.pk:  # two that were received at one moment name each other
        beside.possible_duplicate_of = None
        data = {"from": str(flagged.pk)}
        change_defect(
            beside, kind="defect.told_apart", person=person, at=at, data=data, fields=["possible_duplicate_of"]
        )
    return defect
