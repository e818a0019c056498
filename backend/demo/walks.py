"""Audits of Aldermere: an estate that was walked twice and got worse, one that got better, one from yesterday.

Made by the verbs themselves, as phones and desks would have sent it; then each is put back to its day.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Person
from audits import planning
from audits.answering import answer_question
from audits.models import Action, Answer, Audit, Defect, SignOff
from audits.noting import add_participant, check_street, note_concern
from audits.plan_rules import Attribute
from audits.results import counted
from audits.rules import UNRESOLVED
from audits.signing import sign_audit
from audits.walking import begin_audit, finish_audit
from checklists.asking import relevant
from checklists.checklist_library import read_checklists
from checklists.definition import Definition, Question
from checklists.editing import load_checklists
from checklists.scoring import worth_of
from checklists.versions import ChecklistVersion, VersionState
from places.models import Area, AreaKind, Street

from .following import followed
from .loading import Cast, dice, new_id

_STREETS_CHECKED = 6


@dataclass(frozen=True)
class Walk:
    """One walk to be made. ``kept`` is how likely a question is answered with the best that it offers, 0 to 1."""

    checklist: str
    days_ago: int
    leader: str
    kept: float
    trigger: str
    summary: str
    signed: bool = True


_WORSE = (
    Walk("full-eva", 460, "officer", 0.8, "Routine walk", "Agreed by the partnership for each estate."),
    Walk(
        "full-eva",
        63,
        "officer",
        0.35,
        "Complaints, and a rise in reports",
        "41 reports of waste and 9 of damaged fences in three months; 12 in the three before.",
    ),
)
_BETTER = (
    Walk("estate-walk", 370, "warden2", 0.3, "Complaints", "Residents' letter about the garages and the alleys."),
    Walk("estate-walk", 48, "warden2", 0.95, "Re-visit after the works", "New lamps and gates since the spring."),
)
_YESTERDAY = (
    Walk("estate-walk", 1, "warden", 0.6, "Routine walk", "Quarterly walk with the housing officer.", signed=False),
)


def make(actors: Cast, seed: int, now: dt.datetime) -> int:
    """Publish the library's checklists, walk as far as there are areas to walk, and plan; answers how many."""
    load_checklists(library=read_checklists())
    rng = dice(seed, "walks")
    areas = _areas_by_need()
    made = 0
    with followed(since=now - dt.timedelta(days=2)):
        for area, walks in zip(areas, (_WORSE, _BETTER, _YESTERDAY), strict=False):
            earlier: Audit | None = None
            for walk in walks:
                earlier = _walk(actors, area, walk, earlier, rng, now)
                made += 1
            if walks is _WORSE and earlier is not None:
                _plan(actors, earlier, now)
    return made


def _areas_by_need() -> list[Area]:
    """Estates, or wards where there are none: the one with most that is open, then the one with least, then others."""
    areas = list(Area.objects.filter(kind=AreaKind.ESTATE)) or list(Area.objects.wards())
    opened = {
        area.pk: Defect.objects.filter(status__in=UNRESOLVED, point__coveredby=area.boundary).count() for area in areas
    }
    ranked = sorted(areas, key=lambda area: (-opened[area.pk], area.name))
    return [*ranked[:1], *ranked[-1:], *ranked[1:-1]] if len(ranked) > 1 else ranked


def _walk(actors: Cast, area: Area, walk: Walk, earlier: Audit | None, rng: random.Random, now: dt.datetime) -> Audit:
    leader = actors.people[walk.leader]
    began = (now - dt.timedelta(days=walk.days_ago)).replace(hour=10, minute=0, second=0, microsecond=0)
    version = ChecklistVersion.objects.get(checklist=walk.checklist, state=VersionState.PUBLISHED)
    audit = begin_audit(
        person=leader,
        audit_id=new_id(rng),
        checklist=walk.checklist,
        checklist_version=version.number,
        started_at=began,
        received_at=began,
        risk={"done": True, "note": "Walked in two. Dogs at the garages."},
        area_id=area.pk,
        trigger=walk.trigger,
        evidence={
            "summary": walk.summary,
            "from": (began - dt.timedelta(days=91)).date(),
            "to": began.date(),
            "source": "Sightline's own reports",
        },
        light="day",
        weather=rng.choice(("dry", "wet")),
        revisit_of=earlier.pk if earlier and earlier.checklist_version_id == version.pk else None,
    )
    ended = _fill(audit, leader, version.definition(), walk, began, rng)
    _who_came(audit, actors, leader, began, rng)
    _streets(audit, leader, area, ended)
    finish_audit(person=leader, audit_id=audit.pk, at=ended)
    audit.refresh_from_db()
    if walk.signed:
        _sign(audit, leader, ended + dt.timedelta(days=1))
    return audit


def _fill(
    audit: Audit, leader: Person, definition: Definition, walk: Walk, began: dt.datetime, rng: random.Random
) -> dt.datetime:
    """Answer every question that is asked, a minute each; answers the time of the last."""
    answers: dict[tuple[str, str], Any] = {}
    at = began

    def answer(question: Question, value: Any, instance: str = "") -> None:
        nonlocal at
        if value is None:
            return
        at += dt.timedelta(minutes=1)
        answers[question.code, instance] = value
        answer_question(
            person=leader,
            audit_id=audit.pk,
            answer_id=new_id(rng),
            question=question.code,
            instance=instance,
            value=value,
            at=at,
            received_at=at,
        )

    for section in definition.sections:
        for question in section.questions:
            if (question.code, "") not in relevant(definition, answers):
                continue
            if not question.questions:
                answer(question, _value(question, walk.kept, began.date(), rng))
                continue
            for number in (1, 2):
                instance = str(new_id(rng))
                answer(question, {"label": f"{audit.title} {number}", "asset_id": None}, instance)
                for inner in question.questions:
                    answer(inner, _value(inner, walk.kept, began.date(), rng), instance)
    Answer.objects.filter(audit=audit).update(kept_at=at)
    return at


def _value(question: Question, kept: float, day: dt.date, rng: random.Random) -> Any:
    """An answer as good as the place is kept; None where people would pass over it."""
    good = rng.random() < kept
    if question.type == "scale":
        return 4 if good else 2
    if question.type == "date":
        return (day + dt.timedelta(days=14)).isoformat()
    if question.type == "count":
        return 0 if good else rng.randint(1, 4)
    codes = [choice.code for choice in question.choices if not (choice.fails and rng.random() < 0.7)]
    worths = {code: worth_of(question, [code] if question.type == "many_of" else code) for code in codes}
    scored = sorted((code for code in codes if worths[code] is not None), key=lambda code: worths[code] or 0)
    if not scored:
        return _unscored(question, codes)
    code = scored[-1] if good else rng.choice(scored[: max(1, len(scored) - 1)])
    return [code] if question.type == "many_of" else code


def _unscored(question: Question, codes: list[str]) -> Any:
    """What has to be said though it counts for nothing; the rest is passed over."""
    if codes:
        return [codes[0]] if question.type == "many_of" else codes[0]
    return "As seen from the path." if question.type == "text" and question.required else None


def _who_came(audit: Audit, actors: Cast, leader: Person, began: dt.datetime, rng: random.Random) -> None:
    came = [
        ("Housing officer", "Housing officer", actors.bodies["housing"].name, True),
        ("Two residents of the estate", "Residents", "", False),
    ]
    for name, role, organisation, consent in came:
        add_participant(
            person=leader,
            audit_id=audit.pk,
            participant_id=new_id(rng),
            name=name,
            role=role,
            organisation=organisation,
            consent=consent,
            at=began,
        )
    for text in ("The rear doors stand open at night.", "Nobody says when the fence will be mended."):
        note_concern(
            person=leader,
            audit_id=audit.pk,
            concern_id=new_id(rng),
            kind="concern",
            text=text,
            said_by="A resident",
            at=began + dt.timedelta(minutes=20),
        )


def _streets(audit: Audit, leader: Person, area: Area, at: dt.datetime) -> None:
    inside = Street.objects.filter(point__coveredby=area.boundary).order_by("name").values_list("name", flat=True)
    for street in sorted(set(inside))[:_STREETS_CHECKED]:
        check_street(person=leader, audit_id=audit.pk, street=street, state="walked", at=at)


def _sign(audit: Audit, leader: Person, at: dt.datetime) -> None:
    audit = Audit.objects.select_related("checklist_version__checklist", "area").get(pk=audit.pk)
    sign_audit(person=leader, audit_id=audit.pk, content_hash=counted(audit).content_hash)
    Audit.objects.filter(pk=audit.pk).update(signed_at=at, state_at=at)
    SignOff.objects.filter(audit=audit.pk).update(at=at)


def _plan(actors: Cast, audit: Audit, now: dt.datetime) -> None:
    """The partnership's plan after the walk: one action done, one late, one that builds, two that are jobs already."""
    officer, manager, today = actors.people["officer"], actors.people["manager"], timezone.localdate(now)

    def add(title: str, owner: str, days: int, **more: Any) -> Action:
        terms = {
            "title": title,
            "owner_organisation_id": actors.bodies[owner].pk,
            "due_on": today + dt.timedelta(days=days),
            **more,
        }
        return planning.add_action(person=officer, audit_id=audit.pk, terms=terms)

    done = add("Cut the shrubs back below a metre along the rear path", "ems", -20, cost_band="under_500")
    add(
        "Bring new lamps to the garage court", "highways", -6, cost_band="500_to_5000", attribute=Attribute.SURVEILLANCE
    )
    add(
        "Fence the gap behind the flats",
        "housing",
        40,
        cost_band="5000_to_25000",
        funding="Estate improvement budget",
        builds=True,
        maintenance_owner=actors.bodies["housing"].name,
        maintenance_years=10,
        attribute=Attribute.PROTECTION,
    )
    # What waits in triage has no owner yet, and an action without one can't be agreed.
    owned = Defect.objects.filter(status__in=UNRESOLVED, owner_organisation__isnull=False)
    near = owned.filter(point__coveredby=audit.area.boundary).order_by("number")[:2] if audit.area else []
    for defect in near:
        origin = planning.From(source="defect", source_id=defect.pk)
        terms = {"title": defect.category.label, "due_on": today + dt.timedelta(days=14)}
        planning.add_action(person=officer, audit_id=audit.pk, terms=terms, origin=origin)
    planning.recommend(
        person=officer,
        audit_id=audit.pk,
        attribute=Attribute.SURVEILLANCE,
        text="Open the view from the kitchens to the parking: no fence there above a metre.",
    )
    planning.submit_plan(person=officer, audit_id=audit.pk)
    planning.approve_plan(person=manager, audit_id=audit.pk, note="Agreed at the partnership's meeting.")
    planning.progress_action(person=manager, action_id=done.pk, state="done", note="Seen on the spot.")
