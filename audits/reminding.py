"""Reminds of actions: a week before their day, and when it has passed; each once for each due day.

Nothing is remembered by the clock that starts this: what an outage left is said by the next look, and what is
overdue by then is not said to be due soon as well.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from audits.plan_models import Action
from audits.plan_rules import REMIND_BEFORE
from ledger.recording import Fact, record_many

BATCH = 500


def remind_of_actions(*, today: dt.date) -> int:
    """Write down which actions are due within seven days or overdue on ``today``, the council's day; returns how
    many. Safe beside another: rows that somebody else holds are left to the next look."""
    said = 0
    while found := _remind_of_some(today):
        said += found
        if found < BATCH:
            break
    return said


@transaction.atomic
def _remind_of_some(today: dt.date) -> int:
    unsaid_overdue = Q(due_on__lt=today) & (Q(overdue_for=None) | ~Q(overdue_for=F("due_on")))
    soon = Q(due_on__gte=today, due_on__lte=today + REMIND_BEFORE)
    unsaid_soon = soon & (Q(reminded_for=None) | ~Q(reminded_for=F("due_on")))
    waiting = Action.objects.undone().filter(unsaid_overdue | unsaid_soon).order_by("due_on", "number")
    actions = list(
        waiting.select_related("defect__duplicate_of").select_for_update(of=("self",), skip_locked=True)[:BATCH]
    )
    facts = []
    for action in actions:
        due = action.due_on
        if due is None:
            continue
        late = due < today
        action.reminded_for = due
        action.overdue_for = due if late else action.overdue_for
        kind = "action.overdue" if late else "action.due_soon"
        data = {"due_on": due.isoformat(), "days": abs((due - today).days)}
        facts.append(Fact(kind, ("action", action.pk), None, action.owner_organisation_id, data))
    Action.objects.bulk_update(actions, ["reminded_for", "overdue_for"])
    record_many(facts)
    return len(actions)
