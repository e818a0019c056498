"""The route of a walk, where those who walk want it kept, and how much of the area's streets was seen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from audits.actions import PhoneTime
from audits.locking import change_audit, lock_audit, walker_of
from audits.models import Audit, StreetCheck, StreetState, Track
from audits.track_rules import FOUND_NEAR_STREET_M, KEPT, NEAR_STREET_M, Fix, length_m, lines_of
from ledger.problems import Problem

_WALKED = """
    SELECT street.name
    FROM places_street street
    JOIN places_area area ON area.id = %(area)s AND ST_Covers(area.boundary, street.point)
    GROUP BY street.name
    HAVING 2 * count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM audits_track track WHERE track.audit_id = %(audit)s
        AND ST_DWithin(track.line::geography, street.point::geography, %(near)s)
    )) >= count(*)
"""

# What was answered, reported or said at a place belongs to the street that is nearest to it.
_FOUND = """
    WITH found AS (
        SELECT point FROM audits_answer WHERE audit_id = %(audit)s AND point IS NOT NULL
        UNION SELECT point FROM audits_defect WHERE audit_id = %(audit)s
        UNION SELECT point FROM audits_concern WHERE audit_id = %(audit)s AND point IS NOT NULL
    )
    SELECT DISTINCT street.name
    FROM found
    CROSS JOIN LATERAL (
        SELECT near.name, near.point FROM (
            SELECT name, point FROM places_street ORDER BY point <-> found.point LIMIT 8
        ) near ORDER BY ST_DistanceSphere(near.point, found.point) LIMIT 1
    ) street
    WHERE ST_DistanceSphere(street.point, found.point) <= %(near)s
"""

_STREETS = """
    SELECT DISTINCT street.name
    FROM places_street street JOIN places_area area ON ST_Covers(area.boundary, street.point)
    WHERE area.id = %(area)s ORDER BY street.name
"""


@transaction.atomic(savepoint=False)
def add_track(
    *,
    person: Person,
    audit_id: uuid.UUID,
    track_id: uuid.UUID,
    points: Sequence[Sequence[float]],
    phone: PhoneTime,
    received_at: dt.datetime | None = None,
) -> Audit:
    """Keep a stretch of the route: ``points`` are [longitude, latitude, accuracy in metres, seconds since 1970
    by the phone's clock]. Bad fixes are thrown away, and nothing is kept but the line.

    Raises ``unknown_audit``, ``track_not_wanted``, ``audit_differs``.
    """
    audit = lock_audit(audit_id=audit_id, person=person)
    if not audit.track_wanted:
        detail = "Nobody asked for the route of this audit to be kept, so it is not."
        raise Problem("track_not_wanted", detail=detail, field="payload.audit_id")
    if Track.objects.filter(pk=track_id).exists():
        raise Problem("audit_differs", detail="There is a track with this id.", field="payload.track_id")
    now = received_at or timezone.now()
    lines = lines_of(Fix(*point) for point in points)
    first, last = (_moment(pick(point[3] for point in points), phone, now) for pick in (min, max))
    walker_of(audit, person, first)
    metres = sum(length_m(line) for line in lines)
    if lines:
        drawn = MultiLineString([LineString(line, srid=4326) for line in lines], srid=4326)
        Track.objects.create(
            id=track_id, audit=audit, person=person, line=drawn, length_m=metres, from_at=first, to_at=last
        )
        _mark_streets(audit)
    data = {"metres": round(metres), "fixes": len(points)}
    return change_audit(audit, kind="audit.track_added", person=person, at=last, data=data)


def _moment(seconds: float, phone: PhoneTime, now: dt.datetime) -> dt.datetime:
    """When a fix was taken, put right by the phone's clock; the receipt where it says what can't be."""
    try:
        told = dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return phone.honest(told, now=now)


def _mark_streets(audit: Audit) -> None:
    """The streets that the tracks show as walked. This is kept when the tracks are forgotten, so it says
    neither who was there nor when."""
    if audit.area_id is None:
        return
    named = {"area": audit.area_id, "audit": audit.pk, "near": NEAR_STREET_M}
    walked, at = StreetState.WALKED, audit.started_at
    StreetCheck.objects.bulk_create(
        [
            StreetCheck(audit=audit, street_name=name, state=walked, by_track=True, at=at)
            for name in _names(_WALKED, named)
        ],
        ignore_conflicts=True,
    )


def _names(question: str, named: dict[str, Any]) -> list[str]:
    with connection.cursor() as sql:
        sql.execute(question, named)
        return [name for (name,) in sql.fetchall()]


def coverage(audit: Audit) -> dict[str, Any]:
    """How each street of the audit's area was seen, as CoverageOut: something was found there, or what somebody
    said of it, or what a track showed."""
    if audit.area_id is None:
        return {"streets": [], "seen": 0, "of": 0, "percent": None}
    names = _names(_STREETS, {"area": audit.area_id})
    found = set(_names(_FOUND, {"audit": audit.pk, "near": FOUND_NEAR_STREET_M}))
    said = {row.street_name: row for row in newest_checks(audit.street_checks.all())}
    streets = []
    for name in names:
        row = said.get(name)
        state, by_track = "not_seen", False
        if name in found:
            state = "found"
        elif row is not None and row.state != StreetState.TAKEN_BACK:
            state, by_track = row.state, row.by_track
        streets.append({"name": name, "state": state, "by_track": by_track})
    seen = sum(street["state"] != "not_seen" for street in streets)
    percent = 100 * seen // len(streets) if streets else None
    return {"streets": streets, "seen": seen, "of": len(streets), "percent": percent}


def newest_checks(checks: Any) -> list[StreetCheck]:
    """What was said last of each street, by its name; a track only where nobody said anything."""
    last: dict[str, StreetCheck] = {}
    for check in sorted(checks, key=lambda each: (not each.by_track, each.at, str(each.by_id), each.state)):
        last[check.street_name] = check
    return [last[name] for name in sorted(last)]


@transaction.atomic
def forget_tracks(now: dt.datetime | None = None) -> int:
    """Delete what was walked more than 90 days ago; returns how many stretches. Which streets
    they showed as walked stays."""
    old = Track.objects.filter(to_at__lt=(now or timezone.now()) - KEPT)
    return old.delete()[0]
