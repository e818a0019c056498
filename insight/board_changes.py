"""What the dispatch board asks every few seconds: did anything change? And whom work can be given to."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import Organisation, Person, Role, Team
from ledger import cursor as ledger

# More than this since the last question: the board reads itself anew, which costs less than the list.
MOST_CHANGES = 200
_SHOWN = frozenset({"job", "defect"})


def changes(person: Person, since: ledger.Cursor) -> dict[str, Any]:
    """Ids of jobs and defects that were touched since, as BoardChangesOut describes them. One query of the ledger.

    An organisation's desk hears of its own entries alone.
    """
    now, touched = ledger.look(since, limit=MOST_CHANGES)
    if touched is None:
        return {"cursor": str(now), "all": True, "changed": []}
    mine: uuid.UUID | None = None if person.sees_all_work else person.organisation_id
    ids = {
        each.subject_id: None
        for each in touched
        if each.subject_kind in _SHOWN and (mine is None or each.organisation_id == mine)
    }
    return {"cursor": str(now), "all": False, "changed": list(ids)}


def crews(person: Person) -> list[dict[str, Any]]:
    """The organisations that the person gives work to, with their teams and crews, as CrewsOut. Three queries."""
    organisations = Organisation.objects.all()
    if not person.sees_all_work:
        organisations = organisations.filter(pk=person.organisation_id)
    found: dict[uuid.UUID, dict[str, Any]] = {
        each.pk: {"id": str(each.pk), "name": each.name, "short_name": each.short_name, "teams": [], "people": []}
        for each in organisations
    }
    for team in Team.objects.filter(organisation__in=found):
        found[team.organisation_id]["teams"].append({"id": str(team.pk), "name": team.name})
    for each in Person.objects.filter(organisation__in=found, role=Role.CREW, is_active=True):
        team_name = each.team.name if each.team else ""
        found[each.organisation_id]["people"].append({"id": str(each.pk), "name": each.name, "team": team_name})
    return list(found.values())
