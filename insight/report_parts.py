"""The parts of an audit's report, each as its template shows it: findings, defects, concerns, actions.

A part holds nothing that is restricted. What is left out here never reaches a page or a file.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Q
from django.utils import timezone

from audits.answer_words import NOT_ANSWERED, answer_in_words
from audits.models import (
    Action,
    Answer,
    Audit,
    Concern,
    ConcernKind,
    Defect,
    DefectStatus,
    PhotoRole,
    Recommendation,
    StreetState,
)
from audits.plan_rules import COST_BANDS
from audits.result_serializers import fails
from audits.results import Compared, Counted, in_order, thing_of
from checklists.definition import Question, Section
from checklists.scoring import worth_of
from checklists.severity import SEVERITIES
from checklists.vocabulary import GROUPS
from insight.plans import jobs_of
from insight.redaction import redacted
from insight.report_rules import GRADE_MEANS, GRADES, KEPT_FOR_OFFICERS, VERDICTS
from jobs.models import Job, JobStatus
from media.models import Photo, PhotoState

SEVERITY_LABELS = {severity.value: severity.label for severity in SEVERITIES}
_MOST_PICTURES = {"answer": 3, "defect": 2, "concern": 2}
_FIXED = {DefectStatus.RESOLVED, DefectStatus.VERIFIED}
_ANOTHER_FAIL = "Automatic fail, for a reason that this report does not show."


class Pictures(Protocol):
    """Where a photo is shown from."""

    def source_of(self, photo: Photo) -> str: ...


def fit_to_leave(text: str, names: Iterable[str] = ()) -> str:
    """Somebody's words for a file that a partnership makes public: no number plates, telephones, e-mail
    addresses, and none of these names."""
    return redacted(text.strip(), names, homes=False)


def unnamed(told: Counted) -> set[str]:
    """Who came along and did not agree to be named, nor had to by their office."""
    return {each.name for each in told.participants if not each.consent and not each.organisation_name}


def day_in_words(day: dt.date | None) -> str:
    """ "22 November 2026"."""
    return f"{day.day} {day:%B %Y}" if day else ""


def time_in_words(at: dt.datetime) -> str:
    """ "22 November 2026, 14:05", by the council's clock."""
    local = timezone.localtime(at)
    return f"{day_in_words(local.date())}, {local:%H:%M}"


def grade_row(grade: str | None) -> dict[str, str] | None:
    return {"code": grade, "word": GRADES[grade], "means": GRADE_MEANS[grade]} if grade else None


def percent_in_words(percent: float | None) -> str | None:
    return None if percent is None else f"{percent:.1f}".removesuffix(".0")


# ── Sections and their findings ──────────────────────────────────────────────


def section_rows(told: Counted, before: Compared | None, pictures: Pictures) -> list[dict[str, Any]]:
    """Each section: its grade, its arithmetic, what fell short, and every answer that may be shown."""
    photos = _photos_of_answers(told)
    by_code = {section.code: section for section in told.definition.sections}
    rows = []
    for found in told.result["sections"]:
        section = by_code.get(found["code"])
        shown = [_answer(told, *each, photos, pictures) for each in _shown(told, section)] if section else []
        then = before.sections.get(found["code"]) if before else None
        percent = percent_in_words(found["percent"])
        rows.append(
            {
                "code": found["code"],
                "title": found["title"],
                "grade": grade_row(found["grade"]),
                "percent": percent,
                "points_words": f"{found['points']:g} of {found['out_of']:g}" if found["out_of"] else "–",
                "because": _because(found, section),
                "compared": {"word": VERDICTS[then["change"]]} if then and then["change"] in VERDICTS else None,
                "counted": f"{found['answered']} of {found['asked']} questions were answered.",
                "findings": [row for row in shown if row["is_finding"]],
                "answers": [row for row in shown if row["answer"] != NOT_ANSWERED],
            }
        )
    return rows


def _because(found: dict[str, Any], section: Section | None) -> list[str]:
    """The arithmetic, without the name of a question whose answers are restricted."""
    hidden = {f"Automatic fail: {q.label}" for q in section.all_questions() if q.restricted} if section else set()
    return [_ANOTHER_FAIL if any(words.startswith(name) for name in hidden) else words for words in found["because"]]


def _shown(told: Counted, section: Section) -> list[tuple[Question, tuple[str, str]]]:
    own = {question.code: question for question in section.all_questions() if not question.restricted}
    groups = {q.code for q in section.all_questions() if q.restricted}
    keys = in_order(told.definition, told.standing)
    # What is asked inside of a restricted group is as restricted as the group.
    return [(own[key[0]], key) for key in keys if key[0] in own and own[key[0]].group not in groups]


def _answer(
    told: Counted,
    question: Question,
    key: tuple[str, str],
    photos: dict[Any, list[Photo]],
    pictures: Pictures,
) -> dict[str, Any]:
    value, row = told.standing[key].value, told.row_of(key)
    is_scored = told.definition.section_of[question.code].scored
    worth = worth_of(question, value) if is_scored and question.weight else None
    names = unnamed(told)
    answer = fit_to_leave(answer_in_words(question, value), names)
    thing, note = thing_of(told, question, key[1]), fit_to_leave(row.note, names)
    # What would be green by itself is no finding: grade B keeps to the standard.
    good = told.definition.grading.green_from / 100
    fell_short = (worth is not None and worth < good) or (is_scored and fails(question, value))
    # Beside a restricted note a photo may show what the note is about.
    shown = [] if row.restricted_note or row.restricted else photos.get(row.pk, [])[: _MOST_PICTURES["answer"]]
    is_finding = fell_short or bool(note) or bool(shown)
    return {
        "question": question.label,
        "thing": "" if question.type in GROUPS else thing,
        "answer": answer,
        "note": note,
        "points": "" if worth is None else f"{round(worth * question.weight, 2):g} of {question.weight:g}",
        "fails": is_scored and fails(question, value),
        "is_finding": is_finding and answer != NOT_ANSWERED,
        "pictures": [
            {"source": pictures.source_of(photo), "alt": f"Photo {n} to “{question.label}”: {answer}"}
            for n, photo in enumerate(shown if is_finding else [], start=1)
        ],
    }


def _photos_of_answers(told: Counted) -> dict[Any, list[Photo]]:
    links = Answer.photos.through.objects.filter(
        answer__in=[each.answer.id for each in told.standing.values()], photo__state=PhotoState.READY
    ).select_related("photo")
    found: dict[Any, list[Photo]] = defaultdict(list)
    for link in links.order_by("position", "pk"):
        found[link.answer_id].append(link.photo)
    return found


# ── Defects ──────────────────────────────────────────────────────────────────


def defects_shown(told: Counted) -> list[Defect]:
    """Without those that are for officers: by what they are, or because the answer that they belong to is."""
    restricted = {row.pk for row in told.answers.values() if row.restricted}
    return [
        defect
        for defect in told.defects
        if defect.category_id not in KEPT_FOR_OFFICERS and defect.answer_id not in restricted
    ]


def defect_rows(defects: Iterable[Defect], pictures: Pictures, now: dt.datetime) -> list[dict[str, Any]]:
    """Each defect with its photos, its place, whose it is and by when; ``mark`` is its number on the map."""
    listed = list(
        Defect.objects.filter(pk__in=[defect.pk for defect in defects])
        .select_related("category", "ward", "owner_organisation")
        .prefetch_related("defect_photos__photo")
        .order_by("severity", "number")
    )
    jobs = jobs_of({defect.pk for defect in listed})
    return [_defect(number, d, jobs.get(d.pk), pictures, now) for number, d in enumerate(listed, start=1)]


def _defect(mark: int, defect: Defect, job: Job | None, pictures: Pictures, now: dt.datetime) -> dict[str, Any]:
    photos, without = _photos_of_defect(defect)
    place = defect.street_text or (defect.ward.name if defect.ward else "")
    what = defect.category.label
    return {
        "mark": mark,
        "longitude": defect.point.x,
        "latitude": defect.point.y,
        "severity_value": defect.severity,
        "number": defect.reference,
        "what": what,
        "place": place or "Place: see the map",
        "severity": SEVERITY_LABELS[defect.severity],
        "state": state_of_defect(defect, job),
        "whose": whose_defect(defect),
        "due": due_of_defect(defect, job, now),
        "note": fit_to_leave(defect.note),
        "pictures": [
            {"source": pictures.source_of(photo), "alt": f"{role}: {what}{', ' + place if place else ''}"}
            for role, photo in photos
        ],
        "without_photo": without,
    }


def _photos_of_defect(defect: Defect) -> tuple[list[tuple[str, Photo]], str]:
    """Photos with what they show, or why there are none to be seen."""
    links = [link for link in defect.defect_photos.all() if link.photo.state == PhotoState.READY]
    if defect.people_in_photo:
        return [], "The photo is kept by the council: it shows people or a number plate." if links else ""
    before = [link.photo for link in links if link.role in {PhotoRole.BEFORE, PhotoRole.SEEN_AGAIN}]
    after = [link.photo for link in links if link.role == PhotoRole.AFTER]
    if after and defect.status in _FIXED:
        return [("Before", photo) for photo in before[:1]] + [("After", after[-1])], ""
    return [(f"Photo {n}", photo) for n, photo in enumerate(before[: _MOST_PICTURES["defect"]], start=1)], ""


def whose_defect(defect: Defect) -> str:
    owner = defect.owner_organisation
    return owner.name if owner else "Nobody’s yet: a person decides whose it is"


def state_of_defect(defect: Defect, job: Job | None) -> str:
    if defect.status == DefectStatus.ROUTED and job is not None:
        return f"With {job.organisation.short_name}: {JobStatus(job.status).label.lower()}"
    return DefectStatus(defect.status).label


def due_of_defect(defect: Defect, job: Job | None, now: dt.datetime) -> str:
    if defect.status in _FIXED and defect.resolved_at:
        return f"Fixed on {day_in_words(timezone.localdate(defect.resolved_at))}"
    if job is None or defect.status != DefectStatus.ROUTED:
        return ""
    late = ", late" if job.breach(now) == "late" else ""
    return f"Due {time_in_words(job.due_at)}{late}"


# ── What residents said ──────────────────────────────────────────────────────


def concerns_shown(audit: Audit) -> list[Concern]:
    """What may leave the council's own people: never what was marked as restricted."""
    return list(audit.concerns.filter(restricted=False).prefetch_related("concern_photos__photo"))


def concern_groups(
    concerns: Iterable[Concern], named: set[str], unnamed: set[str], pictures: Pictures
) -> list[dict[str, Any]]:
    """By kind, in words. ``named``: who agreed to be named; nobody else is, and ``unnamed`` in nobody's words."""
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for concern in concerns:
        pins = [str(pin.get("words")) for pin in concern.pins if isinstance(pin, dict) and pin.get("words")]
        text = "\n".join(part for part in (concern.text.strip(), *pins) if part)
        grouped[concern.kind].append(
            {
                "text": fit_to_leave(text, unnamed) or "A sheet that was drawn, without words",
                "by": concern.said_by if concern.said_by in named else "",
                "pictures": _pictures_of_concern(concern, pictures),
            }
        )
    titles = {
        ConcernKind.CONCERN: "Concerns",
        ConcernKind.PICTURE_NOW: "How it is, as people drew it",
        ConcernKind.PICTURE_WISHED: "How people wish it were",
    }
    return [{"title": title, "items": grouped[kind]} for kind, title in titles.items() if grouped[kind]]


def _pictures_of_concern(concern: Concern, pictures: Pictures) -> list[dict[str, str]]:
    photos = [link.photo for link in concern.concern_photos.all() if link.photo.state == PhotoState.READY]
    what = {ConcernKind.CONCERN: "Photo of what was said"}.get(ConcernKind(concern.kind), "Sheet that people drew")
    return [
        {"source": pictures.source_of(photo), "alt": f"{what}: {concern.text.strip() or 'without words'}"[:300]}
        for photo in photos[: _MOST_PICTURES["concern"]]
    ]


# ── The plan ─────────────────────────────────────────────────────────────────


def actions_of(audit: Audit) -> list[Action]:
    """The actions of the audit's plan in its order, without dropped ones and those of what is for officers."""
    found = Action.objects.filter(plan=audit.pk).exclude(state="dropped")
    found = found.exclude(answer__restricted=True).exclude(concern__restricted=True)
    found = found.exclude(pk__in=found.filter(of_a_kept_defect()).values("pk"))
    return list(found.select_related("owner_organisation", "owner_person", "defect__owner_organisation"))


def of_a_kept_defect(of: str = "defect") -> Q:
    """Rows whose defect is for officers; ``of`` is the way to it."""
    restricted = Answer.objects.filter(restricted=True).values("pk")
    kept = Q(**{f"{of}__category__in": sorted(KEPT_FOR_OFFICERS)})
    return kept | Q(**{f"{of}__answer_id__in": restricted})


def action_rows(actions: list[Action]) -> list[dict[str, str]]:
    """What, whose, by when, for how much, and who keeps it up. A defect's job brings its owner and due time."""
    jobs = jobs_of({action.defect_id for action in actions if action.defect_id})
    return [_action(action, jobs.get(action.defect_id)) for action in actions]


def _action(action: Action, job: Job | None) -> dict[str, str]:
    state = action.shown_state
    cost = COST_BANDS[action.cost_band]
    return {
        "number": action.reference,
        "title": action.title,
        "detail": fit_to_leave(action.detail),
        "owner": owner_of_action(action) or "No owner yet",
        "owner_organisation": organisation_of_action(action),
        "due": due_of_action(action, job) or "No day yet",
        "cost": f"{cost}, {action.funding}" if action.funding else cost,
        "state": dict(Action._meta.get_field("state").flatchoices)[state],
        "upkeep": _upkeep(action),
    }


def owner_of_action(action: Action) -> str:
    organisation = organisation_of_action(action)
    return f"{organisation}, {action.owner_person.name}" if action.owner_person else organisation


def organisation_of_action(action: Action) -> str:
    owner = action.owner_organisation or (action.defect.owner_organisation if action.defect else None)
    return owner.name if owner else ""


def due_of_action(action: Action, job: Job | None) -> str:
    if action.due_on:
        return day_in_words(action.due_on)
    return day_in_words(timezone.localdate(job.due_at)) if job else ""


def _upkeep(action: Action) -> str:
    if not action.builds:
        return ""
    if action.maintenance_owner and action.maintenance_years:
        years = "1 year" if action.maintenance_years == 1 else f"{action.maintenance_years} years"
        return f"Kept up by {action.maintenance_owner} for {years}."
    if action.no_maintenance_reason:
        return f"No upkeep planned: {action.no_maintenance_reason}"
    return "Who keeps it up is not settled."


def recommendation_groups(audit: Audit) -> list[dict[str, Any]]:
    """An officer's advice by the attributes of Safer Places."""
    grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
    for each in Recommendation.objects.filter(audit=audit).select_related("by"):
        grouped[each.get_attribute_display()].append({"text": each.text, "by": each.by.name})
    return [{"attribute": attribute, "items": items} for attribute, items in grouped.items()]


# ── The walk ─────────────────────────────────────────────────────────────────


def streets_walked(audit: Audit) -> dict[str, list[str]]:
    """Names of streets by the last word on each; a track speaks only where nobody did."""
    newest: dict[str, str] = {}
    for check in sorted(audit.street_checks.all(), key=lambda each: (not each.by_track, each.at, each.pk)):
        newest[check.street_name] = check.state
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(newest):
        if newest[name] != StreetState.TAKEN_BACK:
            found[newest[name]].append(name)
    return found
