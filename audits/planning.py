"""The verbs of an action plan: add and change actions, submit, approve or return the plan, say how it goes,
comment, recommend.

Each runs in one transaction and writes one ledger entry. The plan is locked before its actions.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation, Person, Role
from audits import plan_rules as rules
from audits.models import Answer, Audit, Concern, Defect, DefectStatus
from audits.plan_models import Action, ActionComment, ActionSource, ActionState, Plan, PlanState, Recommendation
from audits.plan_sources import words_of_answer
from ledger.problems import Problem
from ledger.recording import record

# What may be said of an action when it is added and changed, as Action's fields.
TERMS = (
    "title",
    "detail",
    "attribute",
    "owner_organisation_id",
    "owner_person_id",
    "due_on",
    "cost_band",
    "funding",
    "builds",
    "maintenance_owner",
    "maintenance_years",
    "no_maintenance_reason",
    "position",
)
_UNFIXED = frozenset({DefectStatus.OPEN, DefectStatus.ROUTED})


@dataclass(frozen=True)
class From:
    """Where a new action comes from: a defect, an answer or a concern of the walk; or a person's own thought."""

    source: str = ActionSource.FREE
    source_id: uuid.UUID | None = None


@dataclass
class _Locked:
    plan: Plan
    action: Action


@transaction.atomic
def begin_plan(*, person: Person, audit_id: uuid.UUID) -> Plan:
    """The audit's plan, begun where there is none. Raises ``not_allowed`` and ``unknown_audit``."""
    return _plan_to_write(person, audit_id)


@transaction.atomic
def add_action(
    *,
    person: Person,
    audit_id: uuid.UUID,
    terms: dict[str, Any],
    origin: From | None = None,
    action_id: uuid.UUID | None = None,
) -> Action:
    """Propose an action. ``terms`` are of TERMS, with a title. What an approved plan is added to waits for
    approval again. Sent again with the same ``action_id`` it is the same action.

    Raises ``not_allowed``, ``unknown_audit``, ``transition_not_allowed`` (the plan waits for approval),
    ``unknown_defect``, ``unknown_source``, ``already_planned``, ``unknown_organisation`` and ``not_of_organisation``.
    """
    origin = origin or From()
    plan = _plan_to_write(person, audit_id)
    if action_id is not None:
        again = plan.actions.filter(pk=action_id).first()
        if again is not None:
            return again
    _require_open(plan, person)
    found = _source_of(origin, plan, person)
    _require_known_owner(terms.get("owner_organisation_id"), terms.get("owner_person_id"))
    last = plan.actions.order_by("-position").values_list("position", flat=True).first() or 0
    action = Action(
        id=action_id or uuid.uuid4(),
        plan=plan,
        source=origin.source,
        added_by=person,
        **{"position": last + 1, **terms, **found},
    )
    _save_new(action)
    if plan.state == PlanState.APPROVED:
        plan.state = PlanState.DRAFT
    _touch(plan, ["state"])
    _write(
        action,
        "action.added",
        person,
        {
            "audit": str(audit_id),
            "source": action.source,
            "from": str(origin.source_id) if origin.source_id else None,
        },
    )
    return action


@transaction.atomic
def change_action(
    *, person: Person, action_id: uuid.UUID, changes: dict[str, Any], version: int | None = None
) -> Action:
    """Put the terms of an action right: ``changes`` are of TERMS. ``version`` is the one that the person saw.

    What was agreed is changed by those who approve plans. Raises ``unknown_action``, ``not_allowed``,
    ``changed_meanwhile``, ``transition_not_allowed``, ``unknown_organisation`` and ``not_of_organisation``.
    """
    locked = _lock_action(action_id, person)
    _require_writer(person)
    action = locked.action
    if version is not None and version != action.version:
        raise Problem("changed_meanwhile", detail=f"{action.reference} was changed meanwhile. Look at it again.")
    _require_open(locked.plan, person)
    if action.state != ActionState.PROPOSED and not person.approves_plans:
        detail = "What was approved is changed by the council's managers. Write a comment, or add a new action."
        raise Problem("not_allowed", detail=detail)
    changed = [name for name in TERMS if name in changes and changes[name] != getattr(action, name)]
    if not changed:
        return action
    for name in changed:
        setattr(action, name, changes[name])
    _require_known_owner(action.owner_organisation_id, action.owner_person_id)
    _save(locked, changed)
    _write(action, "action.changed", person, {"fields": changed})
    return action


@transaction.atomic
def submit_plan(*, person: Person, audit_id: uuid.UUID, note: str = "") -> Plan:
    """Put the plan before those who approve it.

    Raises ``not_allowed``, ``unknown_audit``, ``transition_not_allowed``, ``plan_empty`` and ``action_incomplete``
    (naming each action that has no owner or no due day).
    """
    plan = _plan_to_write(person, audit_id)
    _require(plan, PlanState.SUBMITTED)
    actions = _counting(plan)
    if not actions:
        raise Problem("plan_empty", detail="Add an action first.")
    lacking = [(action, words) for action in actions if (words := rules.missing(action.terms()))]
    if lacking:
        raise _of_actions("action_incomplete", lacking)
    plan.state, plan.note = PlanState.SUBMITTED, note.strip()
    plan.submitted_by, plan.submitted_at = person, timezone.now()
    _touch(plan, ["state", "note", "submitted_by", "submitted_at"])
    _write_plan(plan, "plan.submitted", person, {"actions": len(actions)})
    return plan


@transaction.atomic
def approve_plan(*, person: Person, audit_id: uuid.UUID, note: str = "", version: int | None = None) -> Plan:
    """The partnership agrees: what was proposed is agreed. ``version`` is the plan that the person read.

    Raises ``not_allowed``, ``unknown_audit``, ``transition_not_allowed``, ``changed_meanwhile`` and
    ``maintenance_not_planned`` (naming each action that builds something which nobody is to keep up, and for
    which no reason is given).
    """
    plan = _plan_to_decide(person, audit_id, version)
    _require(plan, PlanState.APPROVED)
    actions = _counting(plan)
    unkept = [action for action in actions if rules.maintenance_missing(action.terms())]
    if unkept:
        words = "Say who keeps it up and for how many years, or why nobody does."
        raise _of_actions("maintenance_not_planned", [(action, f"{action.reference}: {words}") for action in unkept])
    now = timezone.now()
    plan.state, plan.note = PlanState.APPROVED, note.strip()
    plan.decided_by, plan.decided_at, plan.approved_at = person, now, now
    _touch(plan, ["state", "note", "decided_by", "decided_at", "approved_at"])
    fresh = [action for action in actions if action.state == ActionState.PROPOSED]
    plan.actions.filter(pk__in=[action.pk for action in fresh]).update(
        state=ActionState.AGREED, version=F("version") + 1
    )
    _write_plan(plan, "plan.approved", person, {"actions": len(actions), "agreed": [str(each.pk) for each in fresh]})
    return plan


@transaction.atomic
def return_plan(*, person: Person, audit_id: uuid.UUID, note: str, version: int | None = None) -> Plan:
    """Give the plan back to be changed; ``note`` says what.

    Raises ``not_allowed``, ``unknown_audit``, ``transition_not_allowed``, ``changed_meanwhile``, ``invalid_input``.
    """
    plan = _plan_to_decide(person, audit_id, version)
    _require(plan, PlanState.RETURNED)
    if not note.strip():
        raise Problem("invalid_input", detail="Say what has to change.", field="note")
    plan.state, plan.note = PlanState.RETURNED, note.strip()
    plan.decided_by, plan.decided_at = person, timezone.now()
    _touch(plan, ["state", "note", "decided_by", "decided_at"])
    _write_plan(plan, "plan.returned", person, {})
    return plan


@transaction.atomic
def progress_action(*, person: Person, action_id: uuid.UUID, state: str, note: str = "") -> Action:
    """Say how an action goes: its owner's people, and whoever writes plans. The same state again keeps the words.

    Raises ``unknown_action``, ``not_allowed``, ``transition_not_allowed`` (also where a job does it: that says
    when it is done), ``already_planned`` (a dropped one whose defect has another action) and ``invalid_input``.
    """
    locked = _lock_action(action_id, person)
    action = locked.action
    if not may_say(action, state, person):
        raise Problem("not_allowed", detail=_who_says(action, state))
    if ActionState.PROPOSED in {action.state, state}:
        _require_open(locked.plan, person)
    repeats = state == action.state and bool(note.strip())
    if not repeats and not rules.may_become(action.state, state):
        raise Problem("transition_not_allowed", detail=_cannot_follow(action, state), field="state")
    by_job = action.work is not None and action.work.status in _UNFIXED
    if by_job and state in {ActionState.STARTED, ActionState.DONE}:
        detail = f"The job of {action.work} does this: it shows as done when its job is closed."
        raise Problem("transition_not_allowed", detail=detail, field="state")
    if state in rules.NEEDS_WORDS and action.state != ActionState.PROPOSED and not note.strip():
        raise Problem("invalid_input", detail="Say why, so that others need not ask.", field="note")
    return _progressed(locked, person, ActionState(state), note)


def may_say(action: Action, state: str, person: Person) -> bool:
    """Whether this person may say that an action is now in ``state``, as far as it depends on the person: its
    owner's people and whoever writes plans how it goes; those who approve plans that what was agreed is dropped."""
    if ActionState.PROPOSED in {action.state, state}:
        return person.writes_plans
    if ActionState.DROPPED in {action.state, state}:
        return person.approves_plans
    owns = person.organisation_id == action.owner_id or person.pk == action.owner_person_id
    return person.writes_plans or (owns and person.role != Role.COUNCILLOR)


@transaction.atomic
def follow_revisit(*, person: Person, action_id: uuid.UUID, outcome: str, note: str, at: dt.datetime) -> Action:
    """A re-visit saw what became of an action: ``outcome`` is done, not_done, worse or removed_on_purpose.

    What somebody sees on the spot holds, whatever was said before. Raises ``unknown_action`` and ``invalid_input``.
    """
    state = rules.AFTER_REVISIT.get(outcome)
    if state is None:
        raise Problem("invalid_input", detail=f"{outcome!r} is no outcome of a re-visit.", field="outcome")
    return _progressed(_lock_action(action_id), person, ActionState(state), note, at=at, revisit=True)


@transaction.atomic
def comment_on_action(*, person: Person, action_id: uuid.UUID, text: str) -> ActionComment:
    """Keep what somebody says about an action that they may see. Raises ``unknown_action`` and ``invalid_input``."""
    if person.role == Role.COUNCILLOR:
        raise Problem("not_allowed", detail="Councillors read the plan.")
    if not text.strip():
        raise Problem("invalid_input", detail="Write something first.", field="text")
    action = _lock_action(action_id, person).action
    comment = ActionComment.objects.create(action=action, text=text.strip(), by=person)
    _write(action, "action.commented", person, {"comment": str(comment.pk)})
    return comment


@transaction.atomic
def recommend(*, person: Person, audit_id: uuid.UUID, attribute: str, text: str) -> Recommendation:
    """An officer's crime-prevention advice after an audit, by an attribute of Safer Places. A warden's audit is
    a condition survey, so a warden may not. Raises ``not_allowed``, ``unknown_audit`` and ``invalid_input``."""
    if person.role != Role.OFFICER:
        raise Problem("not_allowed", detail="Crime-prevention officers recommend. Raise what you saw as a defect.")
    audit = _known_audit(audit_id)
    if not text.strip():
        raise Problem("invalid_input", detail="Say what you recommend.", field="text")
    made = Recommendation.objects.create(audit=audit, attribute=attribute, text=text.strip(), by=person)
    record(
        kind="recommendation.made",
        subject=("audit", audit.pk),
        actor=person.pk,
        organisation=person.organisation_id,
        data={"recommendation": str(made.pk), "attribute": attribute},
    )
    return made


# ── Inside ───────────────────────────────────────────────────────────────────


def _known_audit(audit_id: uuid.UUID) -> Audit:
    audit = Audit.objects.evas().filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    return audit


def _require_writer(person: Person) -> None:
    if not person.writes_plans:
        raise Problem("not_allowed", detail="Officers and the council's desks write action plans.")


def _plan_to_write(person: Person, audit_id: uuid.UUID) -> Plan:
    audit = _known_audit(audit_id)
    _require_writer(person)
    Plan.objects.get_or_create(audit=audit, defaults={"begun_by": person})
    return _lock_plan(audit_id)


def _plan_to_decide(person: Person, audit_id: uuid.UUID, version: int | None) -> Plan:
    if not person.approves_plans:
        raise Problem("not_allowed", detail="The council's managers approve action plans for the partnership.")
    _known_audit(audit_id)
    plan = _lock_plan(audit_id)
    if version is not None and version != plan.version:
        raise Problem("changed_meanwhile", detail="The plan changed while you read it. Look at it again.")
    return plan


def _lock_plan(audit_id: uuid.UUID) -> Plan:
    plan = Plan.objects.select_for_update(of=("self",)).filter(pk=audit_id).first()
    if plan is None:
        raise Problem("transition_not_allowed", detail="There is no plan yet. Add an action first.")
    return plan


def _lock_action(action_id: uuid.UUID, person: Person | None = None) -> _Locked:
    found = Action.objects.all() if person is None else Action.objects.visible_to(person)
    plan_id = found.filter(pk=action_id).values_list("plan_id", flat=True).first()
    if plan_id is None:
        raise Problem("unknown_action")
    plan = _lock_plan(plan_id)
    action = Action.objects.select_for_update(of=("self",)).select_related("defect__duplicate_of").get(pk=action_id)
    return _Locked(plan, action)


def _require(plan: Plan, next_state: str) -> None:
    if not rules.plan_may_become(plan.state, next_state):
        is_now = plan.get_state_display().lower()
        raise Problem("transition_not_allowed", detail=f"The plan's state is “{is_now}”; that can't follow.")


def _require_open(plan: Plan, person: Person) -> None:
    if plan.state == PlanState.SUBMITTED and not person.approves_plans:
        detail = "The plan waits for approval. Ask for it to be returned, then change it."
        raise Problem("transition_not_allowed", detail=detail)


def _source_of(origin: From, plan: Plan, person: Person) -> dict[str, Any]:
    """The fields of an action that say where it comes from. One answer and one concern are planned once."""
    if origin.source_id is None:
        return {}
    if origin.source == ActionSource.DEFECT:
        defect = Defect.objects.visible_to(person).filter(pk=origin.source_id).first()
        if defect is None:
            raise Problem("unknown_defect", field="source_id")
        return {"defect": defect}
    if origin.source == ActionSource.ANSWER:
        answer = Answer.objects.select_related("audit__checklist_version").filter(pk=origin.source_id, audit=plan.pk)
        return _planned_once(plan, "answer", answer.first(), words_of_answer)
    if origin.source == ActionSource.CONCERN:
        concern = Concern.objects.filter(pk=origin.source_id, audit=plan.pk).first()
        return _planned_once(plan, "concern", concern, lambda said: "" if said.restricted else said.text[:300])
    return {}


def _planned_once(plan: Plan, name: str, found: Any, words: Callable[[Any], str]) -> dict[str, Any]:
    if found is None:
        raise Problem("unknown_source", field="source_id")
    known = plan.actions.filter(**{name: found}).exclude(state=ActionState.DROPPED).first()
    if known is not None:
        raise Problem("already_planned", detail=f"{known.reference} is about it already.")
    return {name: found, "source_words": words(found)}


def _require_known_owner(organisation_id: uuid.UUID | None, person_id: uuid.UUID | None) -> None:
    if organisation_id is not None and not Organisation.objects.filter(pk=organisation_id).exists():
        raise Problem("unknown_organisation", field="owner_organisation_id")
    if person_id is None:
        return
    if not Person.objects.filter(pk=person_id, organisation=organisation_id, is_active=True).exists():
        detail = "The person works for somebody else. Name the person's organisation as owner."
        raise Problem("not_of_organisation", detail=detail, field="owner_person_id")


def _save_new(action: Action) -> None:
    try:
        with transaction.atomic():
            action.save(force_insert=True)
    except IntegrityError:
        raise _already_planned(action) from None
    action.refresh_from_db(fields=["number"])


def _already_planned(action: Action) -> Problem:
    other = Action.objects.filter(plan=action.plan_id, defect=action.defect_id).exclude(state=ActionState.DROPPED)
    known = other.exclude(pk=action.pk).first() if action.defect_id else None
    detail = f"{known.reference} is about it already." if known else "An action with this id holds other content."
    return Problem("already_planned", detail=detail)


def _counting(plan: Plan) -> list[Action]:
    """All actions of a locked plan but those that were dropped."""
    return list(plan.actions.exclude(state=ActionState.DROPPED).select_related("defect__duplicate_of"))


def _of_actions(code: str, lacking: list[tuple[Action, str]]) -> Problem:
    errors = [{"field": f"actions.{action.pk}", "message": words} for action, words in lacking]
    return Problem(code, detail=" ".join(words for _, words in lacking[:3]), errors=errors)


def _who_says(action: Action, state: str) -> str:
    if ActionState.PROPOSED in {action.state, state}:
        return "Officers and the council's desks write action plans."
    if ActionState.DROPPED in {action.state, state}:
        return "What was agreed is dropped, and taken up again, by the council's managers."
    return "Its owner's people and the council's desks say how it goes."


def _cannot_follow(action: Action, state: str) -> str:
    if action.state == ActionState.PROPOSED:
        return f"{action.reference} is not agreed yet: its plan has to be approved first."
    return f"{action.reference} is {action.get_state_display().lower()}; “{ActionState(state).label}” can't follow."


def _progressed(
    locked: _Locked,
    person: Person,
    state: ActionState,
    note: str,
    *,
    at: dt.datetime | None = None,
    revisit: bool = False,
) -> Action:
    action, at = locked.action, at or timezone.now()
    before, action.state, action.progress_note = action.state, state, note.strip()
    action.done_on = timezone.localdate(at) if state == ActionState.DONE else None
    if state == ActionState.PROPOSED and locked.plan.state == PlanState.APPROVED:
        locked.plan.state = PlanState.DRAFT
    try:
        with transaction.atomic():
            _save(locked, ["state", "progress_note", "done_on"])
    except IntegrityError:
        raise _already_planned(action) from None
    if note.strip():
        ActionComment.objects.create(action=action, text=note.strip(), by=person, at=at, state=state)
    _write(action, "action.progressed", person, {"state": state, "before": before, "revisit": revisit}, at=at)
    return action


def _save(locked: _Locked, fields: list[str]) -> None:
    locked.action.version += 1
    locked.action.save(update_fields=[*fields, "version"])
    _touch(locked.plan, ["state"])


def _touch(plan: Plan, fields: list[str]) -> None:
    plan.version += 1
    plan.save(update_fields=[*fields, "version"])


def _write(action: Action, kind: str, person: Person, data: dict[str, Any], *, at: dt.datetime | None = None) -> None:
    record(
        kind=kind,
        subject=("action", action.pk),
        actor=person.pk,
        organisation=action.owner_id,
        data=data,
        at=at,
    )


def _write_plan(plan: Plan, kind: str, person: Person, data: dict[str, Any]) -> None:
    record(kind=kind, subject=("plan", plan.pk), actor=person.pk, organisation=person.organisation_id, data=data)
