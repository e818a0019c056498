"""The report of an audit for the partnership: everything that may be shown, as its template shows it.

What is restricted (notes, answers, concerns, contacts) is in no report for anybody: a file leaves the house.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Organisation
from audits.comparing import broken_windows
from audits.models import Audit, AuditState, Carried, Defect, Light, Participant, Weather
from audits.result_serializers import checklist_in_words, hotspots_seen, photos_on_their_way
from audits.results import Compared, Counted, compared, counted
from audits.revisit_rules import OUTCOMES
from insight import report_parts as parts
from insight.report_map import Mark, StreetName, draw
from insight.report_parts import Pictures, day_in_words, grade_row, percent_in_words, time_in_words
from places.models import Street

_A_RESIDENT = "A resident"
_FEELS = {1: "1 of 5, not at all safe", 2: "2 of 5", 3: "3 of 5", 4: "4 of 5", 5: "5 of 5, quite safe"}


def partnership_report(audit: Audit, pictures: Pictures, now: dt.datetime) -> dict[str, Any]:
    """What audit_report.html shows."""
    told = counted(audit)
    before = compared(told)
    shown = parts.defects_shown(told)
    defects = parts.defect_rows(shown, pictures, now)
    actions = parts.actions_of(audit)
    concerns = parts.concerns_shown(audit)
    people = _people(told.participants)
    return {
        **heading(audit, told, now),
        "compared": {"words": before.words[0]} if before else None,
        "because": _because(told, before),
        "lead": f"{audit.led_by.name}, {audit.led_by.organisation.name}",
        "took_part": _took_part(audit, told.participants),
        "figures": _figures(told, shown, len(concerns), len(actions)),
        "sections": parts.section_rows(told, before, pictures),
        "why": _why(audit),
        "walk": _walk(audit),
        "people": people,
        "map": map_of(audit, defects, f"Map of {place_of(audit)} with {len(defects)} numbered defects"),
        "map_words": _map_words(audit, defects),
        "carried": _carried(audit),
        "carried_from": _carried_from(audit),
        "defects": defects,
        "defects_words": "The most serious come first. The number of each is its number on the map.",
        "concerns": parts.concern_groups(concerns, {row["name"] for row in people}, parts.unnamed(told), pictures),
        "recommendations": parts.recommendation_groups(audit),
        "actions": parts.action_rows(actions),
        "plan_words": _plan_words(audit, len(actions)),
        "version_hash": audit.checklist_version.content_hash if audit.checklist_version else "",
        "next_visit": day_in_words(audit.revisit_due_on) or "Not set",
        "method": _method(told),
    }


def heading(audit: Audit, told: Counted, now: dt.datetime) -> dict[str, Any]:
    """What stands on every report: whose, where, when, how it did, and whether it is signed."""
    overall = told.result["overall"]
    place = place_of(audit)
    is_draft = audit.state != AuditState.SIGNED
    return {
        "title": f"Environmental Visual Audit {audit.reference}: {place}",
        "running_title": mark_safe(in_css(place)),  # noqa: S308 - letters, digits and escapes only
        "description": f"What was found on a walk of {place} and what is to be done about it.",
        "number": audit.reference,
        "council": council_name(),
        "place": place,
        "walked": _walked(audit),
        "checklist": checklist_in_words(audit),
        "is_draft": is_draft,
        "draft_words": "It is not signed off: what is said here may still change." if is_draft else "",
        "grade": grade_row(overall["grade"]),
        "percent": percent_in_words(overall["percent"]),
        "sign": _sign(audit, told),
        "made": f"Made on {time_in_words(now)} by Sightline.",
    }


def in_css(text: str) -> str:
    """As it stands in a string of a style sheet, where HTML's own escapes would be read as they are written."""
    return "".join(each if each.isalnum() or each == " " else f"\\{ord(each):06x}" for each in text)


def council_name() -> str:
    council = Organisation.objects.filter(is_council=True).first()
    return council.name if council else ""


def place_of(audit: Audit) -> str:
    return audit.area.name if audit.area else audit.title or "the area"


def _walked(audit: Audit) -> str:
    began = timezone.localtime(audit.started_at)
    ended = timezone.localtime(audit.walked_at) if audit.walked_at else None
    if ended is None:
        return f"Walked on {day_in_words(began.date())}"
    if ended.date() == began.date():
        return f"Walked on {day_in_words(began.date())}, {began:%H:%M} to {ended:%H:%M}"
    return f"Walked from {time_in_words(began)} to {time_in_words(ended)}"


def _sign(audit: Audit, told: Counted) -> dict[str, str] | None:
    signed = audit.sign_offs.filter(reopened_at=None).select_related("by__organisation").first()
    if signed is None:
        return None
    late = len(told.late)
    since = f"{'1 answer' if late == 1 else f'{late} answers'} came after it and count in nothing here." if late else ""
    return {
        "by": f"{signed.by.name}, {signed.by.organisation.name}",
        "at": time_in_words(signed.at),
        "hash": signed.content_hash,
        "note": signed.note,
        "since": since,
    }


# ── At a glance, and why here ────────────────────────────────────────────────


def _figures(told: Counted, shown: list[Defect], concerns: int, actions: int) -> list[dict[str, Any]]:
    points = told.result["defect_points"]
    worst = sum(defect.severity <= 2 for defect in shown)
    figures: list[tuple[Any, str]] = [
        (len(shown), "defects found"),
        (worst, "of them critical or high"),
        (points["points"], f"defect points, band {points['band']}"),
        (concerns, "things that residents said"),
        (actions, "actions planned"),
    ]
    index = _points_a_hectare(told)
    if index is not None:
        figures.append((f"{index:g}", "defect points per hectare (broken-window index)"))
    return [{"value": value, "words": words} for value, words in figures]


def _points_a_hectare(told: Counted) -> float | None:
    area = told.audit.area
    return broken_windows(float(told.result["defect_points"]["points"]), area.area_m2 if area else None)


def _because(told: Counted, before: Compared | None) -> list[str]:
    words = [*told.result["overall"]["because"], *(before.words[1:] if before else [])]
    return [*words, *(f"{each['label']}: {each['words']}" for each in told.result["transects"].values())]


def _why(audit: Audit) -> list[str]:
    words = [audit.trigger.strip(), audit.evidence_summary.strip()]
    if audit.revisit_of:
        words.insert(0, f"This walk re-visits {audit.revisit_of.reference}.")
    period = " to ".join(filter(None, [day_in_words(audit.evidence_from), day_in_words(audit.evidence_to)]))
    if period or audit.evidence_source:
        words.append(". ".join(filter(None, [f"Period: {period}" if period else "", _source(audit)])) + ".")
    names = [spot["name"] for spot in hotspots_seen(audit)]
    if names:
        words.append(f"Declared hotspots here on that day: {', '.join(names)}.")
    return [each for each in words if each] or ["No reason was written down."]


def _source(audit: Audit) -> str:
    return f"Source: {audit.evidence_source.strip().rstrip('.')}" if audit.evidence_source.strip() else ""


# ── The walk ─────────────────────────────────────────────────────────────────


def _people(participants: list[Participant]) -> list[dict[str, str]]:
    """Who agreed to be named, by name; the others by their role."""
    return [
        {
            "name": each.name if each.consent else (each.role or _A_RESIDENT).capitalize(),
            "role": each.role if each.consent else "",
            "organisation": each.organisation_name,
        }
        for each in participants
    ]


def _took_part(audit: Audit, participants: list[Participant]) -> str:
    walkers = [walker.person.organisation.name for walker in audit.walkers.select_related("person__organisation")]
    others = [each.organisation_name for each in participants if each.organisation_name]
    organisations = list(dict.fromkeys([audit.led_by.organisation.name, *walkers, *others]))
    alone = sum(not each.organisation_name for each in participants)
    if alone:
        organisations.append("1 resident" if alone == 1 else f"{alone} residents")
    return ", ".join(organisations)


def _walk(audit: Audit) -> list[dict[str, str]]:
    streets = parts.streets_walked(audit)
    facts = [
        ("When", _walked(audit)),
        ("Light", Light(audit.light).label if audit.light else ""),
        ("Weather", Weather(audit.weather).label if audit.weather else ""),
        ("Feels safe by day", _FEELS.get(audit.feels_safe_day or 0, "")),
        ("Feels safe after dark", _FEELS.get(audit.feels_safe_dark or 0, "")),
        ("Streets walked", ", ".join(streets.get("walked", []))),
        ("Streets checked, nothing found", ", ".join(streets.get("checked_nothing", []))),
        ("Walked by", ", ".join(walker.person.name for walker in audit.walkers.all()) or audit.led_by.name),
    ]
    missing = photos_on_their_way(audit)
    if missing:
        facts.append(("Photos still on a phone", str(missing)))
    return [{"label": label, "value": value} for label, value in facts if value]


def map_of(audit: Audit, defects: list[dict[str, Any]], title: str) -> SafeString | None:
    """Drawn here, from our own rows; None where there is neither an area nor a place."""
    boundary = audit.area.boundary if audit.area else None
    rings = [ring for polygon in boundary.coords for ring in polygon] if boundary else []
    streets = Street.objects.filter(point__coveredby=boundary).order_by("name", "id")[:2000] if boundary else []
    drawn = draw(
        rings=rings,
        streets=[StreetName(street.name, street.point.x, street.point.y) for street in streets],
        marks=[Mark(d["mark"], d["longitude"], d["latitude"], d["severity_value"]) for d in defects],
        title=title,
    )
    # Its only words are names of streets and numbers, and it escapes them.
    return mark_safe(drawn) if drawn else None  # noqa: S308


def _map_words(audit: Audit, defects: list[dict[str, Any]]) -> str:
    boundary = "The line is the edge of the area. " if audit.area else ""
    if not defects:
        return boundary + "No defects were found."
    return (
        f"{boundary}Each number is a defect, listed under Defects. Diamond: critical. Square: high. Circle: medium or "
        "low. Numbers that lay on each other were moved apart; a thin line leads to the true place."
    )


# ── What came of earlier findings, the plan, how it was done ─────────────────


def _carried(audit: Audit) -> list[dict[str, str]]:
    found = Carried.objects.filter(audit=audit).exclude(action__answer__restricted=True)
    found = found.exclude(action__concern__restricted=True)
    kept = found.filter(parts.of_a_kept_defect() | parts.of_a_kept_defect("action__defect"))
    found = found.exclude(pk__in=kept.values("pk")).select_related("defect__category", "action")
    return [
        {**_what(each), "outcome": OUTCOMES.get(each.outcome, "Not looked at"), "note": each.note} for each in found
    ]


def _what(carried: Carried) -> dict[str, str]:
    if carried.defect is not None:
        label = f"{carried.defect.category.label} ({carried.defect.reference})"
        return {"title": label, "place": carried.defect.street_text}
    return {"title": carried.action.title if carried.action else "", "place": ""}


def _carried_from(audit: Audit) -> str:
    before = audit.revisit_of
    return f"{before.reference} of {day_in_words(timezone.localdate(before.started_at))}" if before else "earlier"


def _plan_words(audit: Audit, actions: int) -> str:
    plan = getattr(audit, "plan", None)
    if plan is None or not actions:
        return "There is no action plan yet."
    if plan.state == "approved" and plan.decided_by:
        return f"Approved by {plan.decided_by.name} on {day_in_words(timezone.localdate(plan.decided_at))}."
    return {
        "submitted": "Submitted, and waits for the partnership’s approval.",
        "returned": "Returned for changes: it is not approved yet.",
    }.get(plan.state, "A proposal: it is not approved yet.")


def _method(told: Counted) -> list[str]:
    grading = told.definition.grading
    return [
        f"The area was walked with the checklist “{checklist_in_words(told.audit)}”. Each scored answer earns between "
        "nothing and its weight; a section’s per cent are the points that were earned of those that could be. "
        f"Green is from {grading.green_from:g}%, amber from {grading.amber_from:g}%, red below. One answer that is "
        "an automatic fail makes its section and the whole red. “Not applicable” counts neither way.",
        "Each defect weighs by its severity: critical 8 points, high 4, medium 2, low 1. Up to 3 points are band A, "
        "up to 10 B, up to 20 C, more D. Better or worse than last time means another colour, or at least five points "
        "of difference within one.",
        "Streets and places are graded as Defra’s NI195 does where a section says so: A to D per 50 metres, and the "
        "share that is below B.",
        "What could harm somebody is in no report, though it counts in the points: notes and signs of drugs, vice and "
        "vulnerable people, homes that are worth making safer, contacts of those who took part, and photos that show "
        "people or number plates. Officers read them in Sightline.",
        "The fingerprint is computed over the checklist’s version, every answer that counts, the defects and who took "
        "part. If any of these were changed, it would be another one.",
    ]
