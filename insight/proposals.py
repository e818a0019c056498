"""What an audit found that no action is about yet: each becomes an action with one tap."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from accounts.models import Person
from accounts.serializers import organisation_row
from audits.models import Audit, Defect, DefectStatus
from audits.plan_models import Action, ActionSource, ActionState
from audits.plan_sources import concerns_for, failed_answers
from insight.plans import job_row, jobs_of
from ledger.problems import Problem

_NO_WORK = [DefectStatus.REJECTED, DefectStatus.DUPLICATE]


def proposals(person: Person, audit_id: uuid.UUID, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows as ProposalOut: the walk's defects, the most severe first, then answers that say that something is
    wrong and became no defect, then concerns. Raises ``not_allowed`` and ``unknown_audit``."""
    if not person.writes_plans:
        raise Problem("not_allowed", detail="Officers and the council's desks write action plans.")
    audit = Audit.objects.evas().select_related("checklist_version").filter(pk=audit_id).first()
    if audit is None:
        raise Problem("unknown_audit")
    planned = Action.objects.filter(plan=audit_id).exclude(state=ActionState.DROPPED).select_related("answer")
    actions = list(planned)
    defects = _of_defects(audit, {action.defect_id for action in actions}, now)
    return [*defects, *_of_answers(audit, actions), *_of_concerns(audit, actions, person)]


def _of_defects(audit: Audit, planned: set[uuid.UUID | None], now: dt.datetime) -> list[dict[str, Any]]:
    found = Defect.objects.filter(audit=audit).exclude(status__in=_NO_WORK)
    defects = [
        defect
        for defect in found.select_related("category", "owner_organisation").order_by("severity", "number")
        if defect.pk not in planned
    ]
    jobs = jobs_of(defect.pk for defect in defects)
    rows = []
    for defect in defects:
        job = jobs.get(defect.pk)
        where = f", {defect.street_text}" if defect.street_text else ""
        rows.append(
            {
                "source": ActionSource.DEFECT,
                "source_id": str(defect.pk),
                "number": defect.reference,
                "title": f"{defect.category.label}{where}"[:200],
                "detail": defect.note,
                "words": f"Defect {defect.reference}",
                "attribute": "",
                "severity": defect.severity,
                "owner": organisation_row(defect.owner_organisation) if defect.owner_organisation else None,
                "job": job_row(job, now) if job else None,
            }
        )
    return rows


def _of_answers(audit: Audit, actions: list[Action]) -> list[dict[str, Any]]:
    """A failed answer that somebody raised a defect from is proposed as that."""
    planned = {(action.answer.question, action.answer.instance) for action in actions if action.answer}
    raised = Defect.objects.filter(audit=audit, answer_id__isnull=False).exclude(status__in=_NO_WORK)
    shown_as_defects = set(raised.values_list("answer_id", flat=True))
    return [
        {
            "source": ActionSource.ANSWER,
            "source_id": str(failed.answer.pk),
            "number": "",
            "title": failed.label[:200],
            "detail": failed.detail,
            "words": failed.words,
            "attribute": failed.attribute,
            "severity": None,
            "owner": None,
            "job": None,
        }
        for failed in failed_answers(audit)
        if failed.key not in planned and failed.answer.pk not in shown_as_defects
    ]


def _of_concerns(audit: Audit, actions: list[Action], person: Person) -> list[dict[str, Any]]:
    """What is restricted stays in the concern: an action is read by many."""
    planned = {action.concern_id for action in actions}
    return [
        {
            "source": ActionSource.CONCERN,
            "source_id": str(concern.pk),
            "number": "",
            "title": "A concern that was raised on the walk" if concern.restricted else concern.text[:200],
            "detail": "",
            "words": "Restricted concern" if concern.restricted else concern.get_kind_display(),
            "attribute": "",
            "severity": None,
            "owner": None,
            "job": None,
        }
        for concern in concerns_for(audit, person)
        if concern.pk not in planned
    ]
