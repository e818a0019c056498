"""What people are told of action plans: who approves, who owns an action, who wrote the plan."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Person, Role
from audits.plan_models import Action, ActionComment, Plan, PlanState
from audits.plan_rules import UNDONE
from ledger.models import Entry
from ledger.reactions import reaction
from news import rules
from news.models import NewsKind
from news.telling import council, desk_of, person, tell_about


@reaction("news.tell_approvers_of_plan")
def tell_approvers_of_plan(entry: Entry) -> None:
    """On `plan.submitted`: the council's managers, its administrators where it has none. Not of a plan that was
    decided meanwhile."""
    plan = _plan(entry.subject_id)
    if plan.state != PlanState.SUBMITTED:
        return
    managers = council(Role.MANAGER)
    people = managers if managers.exists() else council(Role.ADMINISTRATOR)
    words = rules.plan_waits(_named(plan), entry.data["actions"])
    tell_about(entry, people, NewsKind.PLAN_SUBMITTED, words, None, path=_path(plan))


@reaction("news.tell_owners_of_plan")
def tell_owners_of_plan(entry: Entry) -> None:
    """On `plan.approved`: whoever submitted it, and the desk of each organisation that got an action."""
    plan = _plan(entry.subject_id)
    words = rules.plan_approved(_named(plan), 0)
    tell_about(entry, person(plan.submitted_by_id), NewsKind.PLAN_DECIDED, words, None, path=_path(plan))
    agreed = Action.objects.filter(pk__in=entry.data["agreed"]).select_related("defect__duplicate_of")
    yours = Counter(action.owner_id for action in agreed if action.owner_id)
    for organisation_id, many in yours.items():
        words = rules.plan_approved(_named(plan), many)
        desk = desk_of(organisation_id, Role.DISPATCHER, Role.MANAGER)
        tell_about(entry, desk, NewsKind.PLAN_DECIDED, words, None, path="/plans?mine=yes")


@reaction("news.tell_writer_of_plan")
def tell_writer_of_plan(entry: Entry) -> None:
    """On `plan.returned`: whoever submitted it, with what has to change."""
    plan = _plan(entry.subject_id)
    words = rules.plan_returned(_named(plan), plan.note if plan.state == PlanState.RETURNED else "")
    tell_about(entry, person(plan.submitted_by_id), NewsKind.PLAN_DECIDED, words, None, path=_path(plan))


@reaction("news.tell_of_due_action")
def tell_of_due_action(entry: Entry) -> None:
    """On `action.due_soon`: whoever has it; after an outage not of what is done or has another day by now."""
    action = _action(entry.subject_id)
    due = dt.date.fromisoformat(entry.data["due_on"])
    if not _still_due(action, due):
        return
    words = rules.action_due(action.reference, action.title, due)
    tell_about(entry, _doers(action), NewsKind.ACTION_DUE_SOON, words, None, path=f"/plans/actions/{action.pk}")


@reaction("news.tell_of_overdue_action")
def tell_of_overdue_action(entry: Entry) -> None:
    """On `action.overdue`: whoever has it, whoever wrote the plan, and the council's managers."""
    action = _action(entry.subject_id)
    due = dt.date.fromisoformat(entry.data["due_on"])
    if not _still_due(action, due):
        return
    words = rules.action_overdue(action.reference, action.title, due)
    people = _doers(action) | person(action.plan.submitted_by_id) | council(Role.MANAGER)
    tell_about(entry, people, NewsKind.ACTION_OVERDUE, words, None, path=f"/plans/actions/{action.pk}")


@reaction("news.tell_of_comment")
def tell_of_comment(entry: Entry) -> None:
    """On `action.commented`: whoever has it, whoever added it, and who wrote about it before."""
    action = _action(entry.subject_id)
    comment = ActionComment.objects.select_related("by").get(pk=entry.data["comment"])
    wrote = action.comments.values_list("by", flat=True)
    concerned = Q(pk__in=[*wrote, action.added_by_id])
    people = _doers(action) | Person.objects.filter(concerned, is_active=True)
    words = rules.action_commented(action.reference, action.title, comment.by.name)
    tell_about(entry, people, NewsKind.ACTION_COMMENTED, words, None, path=f"/plans/actions/{action.pk}")


def _plan(audit_id: str) -> Plan:
    return Plan.objects.select_related("audit__area").get(audit=UUID(audit_id))


def _action(action_id: UUID | str) -> Action:
    return Action.objects.select_related("plan", "defect__duplicate_of").get(pk=action_id)


def _named(plan: Plan) -> str:
    """The audit as people say it: "A-0007, Fairmead in March"."""
    audit = plan.audit
    return ", ".join(word for word in (audit.reference, audit.title or (audit.area.name if audit.area else "")) if word)


def _path(plan: Plan) -> str:
    return f"/audits/{plan.pk}/plan"


def _still_due(action: Action, due: dt.date) -> bool:
    return action.shown_state in UNDONE and action.due_on == due


def _doers(action: Action) -> QuerySet[Person]:
    """The person who was named; else the desk of the owner; else the council's managers."""
    if action.owner_person_id:
        return person(action.owner_person_id)
    desk = desk_of(action.owner_id, Role.DISPATCHER, Role.MANAGER)
    return desk if action.owner_id and desk.exists() else council(Role.MANAGER)
