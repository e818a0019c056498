"""Audits over time: which are due again, all audits of an area, and two beside each other. Reads only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from accounts.models import Person
from accounts.serializers import person_row
from audits import comparing, revisit_rules
from audits.comparing import Side
from audits.models import Audit, AuditQuerySet, AuditState, Carried, Defect, DefectStatus, RevisitDay
from audits.rules import UNRESOLVED
from ledger.problems import Problem
from places.models import Area, AreaKind

# A list that is longer is not read.
MOST_DUE = 500
MOST_OF_AN_AREA = 100
_WALKED = (AuditState.WALKED, AuditState.SIGNED)
# Councils and hotspots are no ground that one walk covers.
_WALKED_GROUND = (AreaKind.WARD, AreaKind.ESTATE, AreaKind.SECTOR)
_NOT_ONE = (DefectStatus.REJECTED, DefectStatus.DUPLICATE)


def due(person: Person, *, today: dt.date, area: Area | None = None) -> dict[str, Any]:
    """Which areas are to be walked again, as DueOut: overdue first, then this month, then later, each by the day;
    and those that were never walked. ``area``: only it and what lies under it.

    An audit is off the list once somebody has begun its re-visit, or has signed off a later audit of the area
    by the same checklist.
    """
    found = _waiting(Audit.objects.visible_to(person))
    areas = Area.objects.filter(kind__in=_WALKED_GROUND)
    if area is not None:
        branch = Area.objects.in_branch(area)
        found, areas = found.filter(area__in=branch), areas.filter(pk__in=branch)
    groups: dict[str, list[dict[str, Any]]] = {"overdue": [], "this_month": [], "later": []}
    for audit in found.order_by("revisit_due_on", "number")[:MOST_DUE]:
        row = _due_row(audit, today)
        groups[row["state"]].append(row)
    never = areas.exclude(pk__in=_audited_areas()).order_by("kind", "name")[:MOST_DUE]
    rows = [{"id": str(each.pk), "name": each.name, "kind": each.kind} for each in never]
    return {"today": today, **groups, "never": rows}


def _waiting(audits: AuditQuerySet) -> AuditQuerySet:
    begun = Audit.objects.filter(revisit_of=OuterRef("pk")).exclude(state=AuditState.ABANDONED)
    newer = Audit.objects.filter(
        area=OuterRef("area"),
        checklist_version__checklist=OuterRef("checklist_version__checklist"),
        state=AuditState.SIGNED,
        started_at__gt=OuterRef("started_at"),
    )
    return (
        audits.filter(state__in=_WALKED, revisit_due_on__isnull=False)
        .exclude(Exists(begun))
        .exclude(Exists(newer))
        .with_walk()
        .prefetch_related(Prefetch("revisit_days", RevisitDay.objects.select_related("by")))
        .annotate(open_defects=Count("defects", filter=Q(defects__status__in=sorted(UNRESOLVED)), distinct=True))
    )


def _audited_areas() -> set[uuid.UUID]:
    """Areas that were walked, and all those that they lie in."""
    walked = set(
        Audit.objects.evas().filter(state__in=_WALKED, area__isnull=False).values_list("area", flat=True).distinct()
    )
    found, frontier = set(walked), walked
    while frontier:
        parents = Area.objects.filter(pk__in=frontier, parent__isnull=False).values_list("parent", flat=True)
        frontier = {parent for parent in parents if parent is not None} - found
        found |= frontier
    return found


def _due_row(audit: Audit, today: dt.date) -> dict[str, Any]:
    on = audit.revisit_due_on
    if on is None:
        raise ValueError("Only audits with a day are due.")
    percent, grade = comparing.overall(audit.result)
    changed = list(audit.revisit_days.all())
    return {
        **brief_row(audit),
        "led_by": person_row(audit.led_by),
        "percent": percent,
        "grade": grade,
        "due_on": on,
        "state": revisit_rules.state_of_due(on, today),
        "days_late": revisit_rules.days_late(on, today),
        "open_defects": audit.open_defects,  # type: ignore[attr-defined]  # the annotation is unknown to it
        "changed": _changed_row(changed[-1]) if changed else None,
    }


def _changed_row(day: RevisitDay) -> dict[str, Any]:
    return {"was": day.was, "on": day.on, "note": day.note, "by": person_row(day.by), "at": day.at}


def brief_row(audit: Audit) -> dict[str, Any]:
    """An audit in a list: what it is, of where, by which checklist, when."""
    version = audit.checklist_version
    return {
        "id": str(audit.pk),
        "number": audit.reference,
        "title": audit.title,
        "audit_state": audit.state,
        "area": {"id": str(audit.area_id), "name": audit.area.name} if audit.area else None,
        "checklist": {"code": version.checklist_id, "title": version.checklist.title, "version": version.number}
        if version
        else None,
        "walked_on": timezone.localdate(audit.walked_at or audit.started_at),
        "signed_at": audit.signed_at,
    }


def of_area(person: Person, area: Area) -> dict[str, Any]:
    """All audits of an area, oldest first, as AreaAuditsOut: grades of every section, the broken-window index, what
    became of what was carried, and what changed from the one before the last to the last, in sentences."""
    found = (
        Audit.objects.visible_to(person)
        .filter(area=area)
        .exclude(state=AuditState.ABANDONED)
        .with_walk()
        .prefetch_related(Prefetch("carried", Carried.objects.order_by("position")))
        .annotate(found_defects=Count("defects", filter=~Q(defects__status__in=_NOT_ONE), distinct=True))
        .order_by("-started_at", "id")[:MOST_OF_AN_AREA]
    )
    audits = list(found)[::-1]
    graded = [audit for audit in audits if audit.result]
    words = comparing.earlier_and_later(*(side_of(each) for each in graded[-2:])) if len(graded) > 1 else []
    return {
        "area": area_row(area),
        "sections": _all_sections(audits),
        "audits": [_series_row(audit, area) for audit in audits],
        "sentences": words + _sentences_of_last(audits),
    }


def area_row(area: Area) -> dict[str, Any]:
    return {"id": str(area.pk), "name": area.name, "kind": area.kind, "hectares": _hectares(area)}


def _hectares(area: Area | None) -> float | None:
    return round(area.area_m2 / 10_000, 1) if area else None


def _all_sections(audits: Iterable[Audit]) -> list[dict[str, str]]:
    """Every section that one of them has, as the newest calls it."""
    titles: dict[str, str] = {}
    for audit in audits:
        for section in (audit.result or {}).get("sections") or []:
            titles[section["code"]] = section.get("title") or section["code"]
    return [{"code": code, "title": title} for code, title in titles.items()]


def _series_row(audit: Audit, area: Area) -> dict[str, Any]:
    percent, grade = comparing.overall(audit.result)
    points = comparing.defect_points(audit.result)
    outcomes = Counter(each.outcome for each in audit.carried.all())
    sections = (audit.result or {}).get("sections") or []
    return {
        **brief_row(audit),
        "percent": percent,
        "grade": grade,
        "sections": [
            {"code": each["code"], "percent": each.get("percent"), "grade": each.get("grade")} for each in sections
        ],
        "points": points,
        "index": comparing.broken_windows(points, area.area_m2),
        "defects": audit.found_defects,  # type: ignore[attr-defined]  # the annotation is unknown to it
        "carried": {
            "asked": outcomes.total(),
            **{outcome.value: outcomes[outcome] for outcome in revisit_rules.Outcome},
        },
        "revisit_of": {"id": str(audit.revisit_of_id), "number": audit.revisit_of.reference}
        if audit.revisit_of
        else None,
        "revisit_due_on": audit.revisit_due_on,
    }


def _sentences_of_last(audits: Sequence[Audit]) -> list[str]:
    carried = list(audits[-1].carried.all()) if audits else []
    if not carried:
        return []
    return [comparing.carried_in_words([each.outcome for each in carried if each.outcome], len(carried))]


def side_of(audit: Audit, *, name: str = "") -> Side:
    """An audit as one side of a comparison."""
    return Side(
        name=name or f"{audit.reference} ({audit.walked_at or audit.started_at:%B %Y})",
        result=audit.result,
        area_m2=audit.area.area_m2 if audit.area else None,
        categories=Counter(
            Defect.objects.filter(audit=audit).exclude(status__in=_NOT_ONE).values_list("category__label", flat=True)
        ),
    )


def newest_signed(person: Person, area: Area) -> Audit | None:
    """The last signed audit of an area."""
    found = Audit.objects.visible_to(person).filter(area=area, state=AuditState.SIGNED)
    return found.with_walk().order_by("-started_at").first()


def compare(person: Person, left_id: uuid.UUID, right_id: uuid.UUID) -> dict[str, Any]:
    """Two beside each other, as ComparisonOut: two audits, or (an area's id) its last signed one. Of two audits of
    one area the earlier is the left.

    Raises ``unknown_audit`` where an id is of neither an audit nor an area, and ``invalid_input`` for one and the
    same.
    """
    if left_id == right_id:
        raise Problem("invalid_input", detail="Choose two that differ.", field="right")
    left, right = _found(person, left_id, "left"), _found(person, right_id, "right")
    over_time = left[1].pk == right[1].pk if left[1] and right[1] else False
    if over_time and left[0] and right[0] and left[0].started_at > right[0].started_at:
        left, right = right, left
    sides = [_side(audit, area, over_time=over_time) for audit, area in (left, right)]
    one, other = sides
    overall = comparing.overall(one.result), comparing.overall(other.result)
    words = comparing.earlier_and_later(one, other) if over_time else comparing.problem_and_improved(one, other)
    return {
        "kind": "over_time" if over_time else "areas",
        "left": _side_row(left[0], left[1], one),
        "right": _side_row(right[0], right[1], other),
        "change": comparing.change(*overall),
        "index_change": comparing.change_of_index(one.index, other.index),
        "sections": comparing.sections(one, other),
        "categories": comparing.categories(one, other),
        "sentences": words,
        "cautions": _cautions(left[0], right[0]),
    }


def _found(person: Person, which: uuid.UUID, field: str) -> tuple[Audit | None, Area | None]:
    audit = Audit.objects.visible_to(person).filter(pk=which).with_walk().first()
    if audit is not None:
        return audit, audit.area
    area = Area.objects.filter(pk=which).first()
    if area is None:
        raise Problem("unknown_audit", field=field)
    return newest_signed(person, area), area


def _side(audit: Audit | None, area: Area | None, *, over_time: bool) -> Side:
    area_name = area.name if area else ""
    if audit is None:
        return Side(name=area_name, area_m2=area.area_m2 if area else None)
    return side_of(audit, name="" if over_time else area_name)


def _side_row(audit: Audit | None, area: Area | None, side: Side) -> dict[str, Any]:
    percent, grade = comparing.overall(side.result)
    return {
        "name": side.name,
        "audit": brief_row(audit) if audit else None,
        "area": area_row(area) if area else None,
        "percent": percent,
        "grade": grade,
        "points": side.points,
        "index": side.index,
        "defects": sum(side.categories.values()),
    }


def _cautions(left: Audit | None, right: Audit | None) -> list[str]:
    """What to keep in mind before the figures are believed."""
    words = [
        f"{each.reference} is not signed off: its grades can still change."
        for each in (left, right)
        if each and each.state != AuditState.SIGNED
    ]
    if left is None or right is None:
        return words
    one, other = left.checklist_version, right.checklist_version
    if one and other and one.checklist_id != other.checklist_id:
        words.append("They were walked by different checklists: compare the sections, not the whole.")
    elif one and other and one.pk != other.pk:
        words.append(f"The checklist changed in between (version {one.number}, then {other.number}).")
    if left.light and right.light and left.light != right.light:
        words.append(
            f"One was walked in {left.get_light_display().lower()}, the other in {right.get_light_display().lower()}."
        )
    return words
