"""Action plans with the jobs that work on them: nobody types again what a job knows already."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce, TruncDate

from accounts.models import Organisation, Person, Role
from accounts.serializers import organisation_row, person_row
from audits import plan_rules as rules
from audits.models import Audit
from audits.plan_api import may_read_whole, recommendation_rows
from audits.plan_models import Action, ActionQuerySet, ActionState, Plan, PlanState, fixed, owned_by
from audits.planning import may_say
from audits.story import story
from insight.redaction import redacted
from jobs.defects import that_matters
from jobs.models import Job, JobKind
from jobs.rules import UNFINISHED
from ledger.problems import Problem
from routing.book import council_day, council_zone

# "Due soon" in the list of all plans: about until the next meeting.
DUE_WITHIN_DAYS = 28
# What people wrote of an action, as far as a councillor reads it.
_WORDS = ("title", "detail", "source_words", "funding", "maintenance_owner", "no_maintenance_reason")


def actions_with_days(actions: ActionQuerySet) -> ActionQuerySet:
    """The same, each with ``due_by``: the day that was named, else the day on which its defect's job is due."""
    jobs = Job.objects.filter(defect=Coalesce(OuterRef("defect__duplicate_of"), OuterRef("defect")))
    unfinished = jobs.filter(status__in=sorted(UNFINISHED)).order_by("due_at")
    latest = jobs.filter(kind=JobKind.COMPLETE).order_by("-number")
    due_at = Coalesce(Subquery(unfinished.values("due_at")[:1]), Subquery(latest.values("due_at")[:1]))
    return actions.annotate(
        due_by=Coalesce("due_on", TruncDate(due_at, tzinfo=council_zone()), output_field=DateField())
    )


def with_rows(actions: ActionQuerySet) -> QuerySet[Action]:
    """Fetches what `action_rows` shows, without a query a row."""
    return (
        actions_with_days(actions)
        .annotate(said=Count("comments"))
        .select_related(
            "plan__audit__area",
            "plan__audit__led_by",
            "defect__category",
            "defect__owner_organisation",
            "defect__duplicate_of__category",
            "defect__duplicate_of__owner_organisation",
            "owner_organisation",
            "owner_person",
        )
    )


def action_rows(actions: Iterable[Action], person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows as ActionOut in the given order; fetch the actions by `with_rows`. One query for all jobs."""
    shown = list(actions)
    jobs = jobs_of({action.work.pk for action in shown if action.work})
    today = council_day(now)
    rows = [
        _action_row(action, jobs.get(action.work.pk if action.work else None), person, now, today) for action in shown
    ]
    return [_for_the_public(row) for row in rows] if person.role == Role.COUNCILLOR else rows


def jobs_of(defects: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, Job]:
    """Of each defect the job that matters now."""
    of_each: dict[uuid.UUID | None, list[Job]] = {}
    for job in Job.objects.filter(defect__in=list(defects)).select_related("organisation"):
        of_each.setdefault(job.defect_id, []).append(job)
    found = ((defect, that_matters(jobs)) for defect, jobs in of_each.items())
    return {defect: job for defect, job in found if job is not None}


def _action_row(action: Action, job: Job | None, person: Person, now: dt.datetime, today: dt.date) -> dict[str, Any]:
    defect, state = action.work, action.shown_state
    owner = action.owner_organisation or (defect.owner_organisation if defect else None)
    due_by: dt.date | None = action.due_by  # type: ignore[attr-defined]  # annotated by with_rows
    return {
        "id": str(action.pk),
        "number": action.reference,
        "version": action.version,
        "audit": audit_row(action.plan.audit),
        "position": action.position,
        "title": action.title,
        "detail": action.detail,
        "source": action.source,
        "source_words": _source_words(action),
        "defect": _defect_row(action) if defect else None,
        "job": job_row(job, now) if job else None,
        "attribute": action.attribute,
        "attribute_words": rules.ATTRIBUTES.get(action.attribute, ""),
        "owner": organisation_row(owner) if owner else None,
        "owner_named": action.owner_organisation_id is not None,
        "owner_person": person_row(action.owner_person) if action.owner_person else None,
        "due_on": action.due_on,
        "due_by": due_by,
        "cost_band": action.cost_band,
        "cost_words": action.get_cost_band_display(),
        "funding": action.funding,
        "builds": action.builds,
        "maintenance_owner": action.maintenance_owner,
        "maintenance_years": action.maintenance_years,
        "no_maintenance_reason": action.no_maintenance_reason,
        "lacks": _lacks(action),
        "state": state,
        "overdue": rules.is_overdue(state, due_by, today),
        "progress_note": action.progress_note,
        "done_on": _done_on(action, state),
        "comments": action.said,  # type: ignore[attr-defined]  # annotated by with_rows
        "may": _may(action, state, person),
    }


def _for_the_public(row: dict[str, Any]) -> dict[str, Any]:
    """A councillor reads what was approved without plates and telephones, and not what was said on the way."""
    words = {name: redacted(row[name], homes=False) for name in _WORDS}
    return {**row, **words, "progress_note": "", "comments": 0}


def audit_row(audit: Audit) -> dict[str, Any]:
    """As PlanAuditOut."""
    area = audit.area
    local = audit.started_at.astimezone(council_zone())
    return {
        "id": str(audit.pk),
        "number": audit.reference,
        "title": audit.title or f"{area.name if area else 'Audit'}, {local.day} {local:%B %Y}",
        "area": {"id": str(area.pk), "name": area.name} if area else None,
        "started_at": audit.started_at,
    }


def job_row(job: Job, now: dt.datetime) -> dict[str, Any]:
    """As PlanJobOut."""
    return {
        "id": str(job.pk),
        "number": job.reference,
        "status": job.status,
        "organisation": {"id": str(job.organisation_id), "name": job.organisation.short_name},
        "due_at": job.due_at,
        "done_at": job.done_at,
        "breach": job.breach(now),
    }


def _defect_row(action: Action) -> dict[str, Any] | None:
    defect = action.work
    if defect is None:
        return None
    return {
        "id": str(defect.pk),
        "number": defect.reference,
        "status": defect.status,
        "category": defect.category.label,
        "street_text": defect.street_text,
    }


def _source_words(action: Action) -> str:
    if action.defect is not None:
        where = f", {action.defect.street_text}" if action.defect.street_text else ""
        return f"{action.defect.reference}: {action.defect.category.label.lower()}{where}"
    return action.source_words


def _lacks(action: Action) -> list[str]:
    terms = action.terms()
    found = []
    if not terms.has_owner:
        found.append("An owner")
    if not terms.has_due:
        found.append("A due day")
    if rules.maintenance_missing(terms):
        found.append("Who keeps it up and for how long, or why nobody does")
    return found if action.state != ActionState.DROPPED else []


def _done_on(action: Action, state: str) -> dt.date | None:
    if state != ActionState.DONE:
        return None
    if action.done_on is None and action.work is not None and action.work.resolved_at is not None:
        return council_day(action.work.resolved_at)
    return action.done_on


def _may(action: Action, state: str, person: Person) -> dict[str, Any]:
    open_to = action.plan.state != PlanState.SUBMITTED or person.approves_plans
    change = person.writes_plans and open_to and (action.state == ActionState.PROPOSED or person.approves_plans)
    change = change and action.state != ActionState.DROPPED
    steps = [each for each in ActionState if rules.may_become(action.state, each) and may_say(action, each, person)]
    if not open_to:
        steps = [each for each in steps if ActionState.PROPOSED not in {each, action.state}]
    if action.work is not None and (state == ActionState.DONE or action.work.status in {"open", "routed"}):
        steps = [each for each in steps if each not in {ActionState.STARTED, ActionState.DONE}]
    return {
        "change": change,
        "comment": person.role != Role.COUNCILLOR,
        "progress": [each.value for each in steps],
    }


# ── The list over all plans ──────────────────────────────────────────────────


def actions_page(person: Person, asked: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """As ActionsOut: what is overdue stands first, then by due day; what was done last stands first."""
    today = council_day(now)
    visible = actions_with_days(_asked_for(Action.objects.visible_to(person), asked, person))
    found = _in_state(visible, asked["state"], today)
    order = ("-done_on", "-number") if asked["state"] == "done" else ("due_by", "number")
    first, size = asked["cursor"], asked["page_size"]
    keys = list(found.order_by(*order).values_list("pk", flat=True)[first : first + size + 1])
    by_key = {row.pk: row for row in with_rows(Action.objects.filter(pk__in=keys[:size]))}
    everybodys = actions_with_days(
        _asked_for(Action.objects.visible_to(person), {**asked, "organisation": None}, person)
    )
    return {
        "today": today,
        "due_within_days": DUE_WITHIN_DAYS,
        "counts": _counts(visible, today),
        "organisations": _by_owner(everybodys, today),
        "next": first + size if len(keys) > size else None,
        "results": action_rows([by_key[key] for key in keys[:size]], person, now),
    }


def _asked_for(actions: ActionQuerySet, asked: dict[str, Any], person: Person) -> ActionQuerySet:
    if asked.get("organisation"):
        actions = actions.filter(owned_by(asked["organisation"]))
    if asked.get("area"):
        actions = actions.filter(plan__audit__area=asked["area"])
    if asked.get("mine"):
        actions = actions.filter(Q(owner_person=person.pk) | Q(owner_person=None) & owned_by(person.organisation_id))
    return actions


def _in_state(actions: ActionQuerySet, state: str, today: dt.date) -> ActionQuerySet:
    match state:
        case "overdue":
            return actions.undone().filter(due_by__lt=today)  # type: ignore[misc]  # by actions_with_days
        case "due":
            until = today + dt.timedelta(days=DUE_WITHIN_DAYS)
            return actions.undone().filter(due_by__range=(today, until))  # type: ignore[misc]  # the same
        case "open":
            return actions.undone()
        case "done":
            return actions.filter(Q(state=ActionState.DONE) | fixed()).exclude(
                state__in=[ActionState.DROPPED, ActionState.REMOVED_ON_PURPOSE]
            )
    return actions


def _counts(actions: ActionQuerySet, today: dt.date) -> dict[str, int]:
    return {state: _in_state(actions, state, today).count() for state in ("overdue", "due", "open", "done")}


def _by_owner(actions: ActionQuerySet, today: dt.date) -> list[dict[str, Any]]:
    """Who has undone actions, those with most overdue first."""
    rows = actions.undone().annotate(
        owner=Coalesce("owner_organisation", "defect__duplicate_of__owner_organisation", "defect__owner_organisation")
    )
    counted = (
        rows.order_by().values("owner").annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_by__lt=today)))
    )
    found = {row["owner"]: row for row in counted if row["owner"]}
    owners = Organisation.objects.in_bulk(list(found))
    shown = [
        {
            "id": str(key),
            "name": owner.name,
            "short_name": owner.short_name,
            "open": found[key]["open"],
            "overdue": found[key]["overdue"],
        }
        for key, owner in owners.items()
    ]
    return sorted(shown, key=lambda row: (-row["overdue"], -row["open"], row["name"]))


# ── One plan, one action ─────────────────────────────────────────────────────


def plan_page(person: Person, audit_id: uuid.UUID, now: dt.datetime) -> dict[str, Any]:
    """As PlanOut. Raises ``unknown_audit``, and ``not_found`` where nothing of it is the reader's to see."""
    audit = Audit.objects.evas().select_related("area").filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    plan = Plan.objects.select_related("submitted_by", "decided_by").filter(pk=audit_id).first()
    whole = may_read_whole(person, audit_id)
    visible = Action.objects.visible_to(person).filter(plan=audit_id)
    rows = action_rows(with_rows(visible).order_by("position", "number"), person, now)
    if not whole and not rows:
        raise Problem("not_found", detail="There is no action plan here that you may read. It may not be approved yet.")
    today = council_day(now)
    decides = plan is not None and plan.state == PlanState.SUBMITTED and person.approves_plans
    writes = person.writes_plans and (plan is None or plan.state != PlanState.SUBMITTED or person.approves_plans)
    is_new = plan is not None and plan.state in {PlanState.DRAFT, PlanState.RETURNED}
    return {
        "audit": audit_row(audit),
        "begun": plan is not None,
        "whole": whole,
        **_plan_row(plan),
        "today": today,
        "counts": _counts(actions_with_days(visible), today),
        "actions": rows,
        "recommendations": recommendation_rows(audit_id) if whole else [],
        "may": {
            "write": writes,
            "submit": person.writes_plans and is_new and bool(rows),
            "decide": decides,
            "recommend": person.role == Role.OFFICER,
        },
    }


def _plan_row(plan: Plan | None) -> dict[str, Any]:
    return {
        "state": plan.state if plan else PlanState.DRAFT,
        "version": plan.version if plan else 0,
        "note": plan.note if plan else "",
        "submitted_by": plan.submitted_by.name if plan and plan.submitted_by else "",
        "submitted_at": plan.submitted_at if plan else None,
        "decided_by": plan.decided_by.name if plan and plan.decided_by else "",
        "decided_at": plan.decided_at if plan else None,
        "approved_at": plan.approved_at if plan else None,
    }


def action_page(person: Person, action_id: uuid.UUID, now: dt.datetime) -> dict[str, Any]:
    """As ActionPageOut: with its story, that of its defect and its jobs, and what people wrote. Raises
    ``unknown_action``."""
    found = list(with_rows(Action.objects.visible_to(person).filter(pk=action_id)))
    if not found:
        raise Problem("unknown_action")
    action = found[0]
    subjects = [("action", str(action.pk)), ("plan", str(action.plan_id))]
    if action.work is not None:
        subjects += [("defect", str(pk)) for pk in {action.defect_id, action.work.pk}]
        jobs = Job.objects.filter(defect__in=[action.defect_id, action.work.pk]).values_list("pk", flat=True)
        subjects += [("job", str(pk)) for pk in jobs]
    steps = story(subjects) if person.role != Role.COUNCILLOR else []
    thread = action.comments.select_related("by") if person.role != Role.COUNCILLOR else []
    return {
        **action_rows(found, person, now)[0],
        "today": council_day(now),
        # What became of the plan before the action was in it is not its story.
        "story": [
            _step(each) for each in steps if not each["kind"].startswith("plan.") or each["at"] > action.added_at
        ],
        "thread": [
            {"id": str(each.pk), "text": each.text, "by": each.by.name, "at": each.at, "state": each.state}
            for each in thread
        ],
    }


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    actor = entry["actor"]
    words = f"{entry['words']}, by {actor['name']}" if actor else entry["words"]
    return {"at": entry["at"], "kind": entry["kind"], "words": words}
