"""Audits that were walked before a story begins: with a checklist, defects, a plan, a grade."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Person
from audits.models import Action, Audit, AuditKind, Defect, Plan
from audits.revisiting import carry
from checklists.definition import content_hash, fill
from checklists.versions import Checklist, ChecklistVersion, VersionState
from places.models import Area
from tests import cast, towns
from tests.audits.plans import WALKED
from tests.jobs.stories import defect_at


def checklist(code: str = "estate-walk") -> ChecklistVersion:
    """A published version of this checklist, made once."""
    made = Checklist.objects.get_or_create(code=code, defaults={"title": code.replace("-", " ").capitalize()})[0]
    content = fill({**WALKED, "title": made.title})
    values = {
        "state": VersionState.PUBLISHED,
        "content": content,
        "content_hash": content_hash(content),
        "source": "library",
        "published_at": timezone.now(),
    }
    return ChecklistVersion.objects.get_or_create(checklist=made, number=1, defaults=values)[0]


def graded(grade: str | None, percent: float | None = None, points: int = 0, **sections: Any) -> dict[str, Any]:
    """A result as scoring makes it; sections by code as (percent, grade)."""
    return {
        "overall": {"percent": percent, "grade": grade, "because": []},
        "sections": [
            {"code": code, "title": code.title(), "percent": value, "grade": colour}
            for code, (value, colour) in sections.items()
        ],
        "transects": {},
        "defect_points": {"points": points, "band": "A", "by_severity": {}},
    }


def audit(area: Area | None = None, *, days_ago: int = 60, state: str = "signed", **more: Any) -> Audit:
    """An audit of the area (Castle), led by the officer, in this state; a re-visit carries what is open."""
    lead: Person = cast.person("officer")
    at = timezone.now() - dt.timedelta(days=days_ago)
    signed = {"signed_at": at, "signed_by": lead} if state == "signed" else {}
    values = {
        "kind": AuditKind.AUDIT,
        "area": area or towns.testford().castle,
        "led_by": lead,
        "started_at": at,
        "state": state,
        "title": "Estate walk",
        "checklist_version": checklist(),
        "number": Audit.next_number(),
        **({"walked_at": at} if state in {"walked", "signed"} else {}),
    }
    made = Audit.objects.create(id=uuid.UUID(cast.new_id()), **{**values, **signed, **more})
    made.refresh_from_db()
    carry(made)
    return made


def revisit(of: Audit, *, days_ago: int = 0, state: str = "walking", **more: Any) -> Audit:
    """A re-visit of an audit, begun so many days ago."""
    return audit(of.area, days_ago=days_ago, state=state, revisit_of=of, **more)


def defect(of: Audit, place: dict[str, Any] = towns.ROAD, category: str = "FN-DAM", **more: Any) -> Defect:
    """A defect that was found on the walk, received and routed."""
    found = defect_at(place, category, **more)
    found.audit = of
    found.save(update_fields=["audit"])
    return found


def action(of: Audit, title: str = "Cut the hedge back", *, state: str = "agreed", **more: Any) -> Action:
    """An action of the plan of an audit."""
    officer = cast.person("officer")
    plan = Plan.objects.get_or_create(audit=of, defaults={"begun_by": officer})[0]
    done = {"done_on": timezone.localdate()} if state == "done" else {}
    made = Action.objects.create(plan=plan, title=title, state=state, added_by=officer, **{**done, **more})
    made.refresh_from_db()
    return made
