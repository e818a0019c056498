"""What stories about action plans have in common: an audit that was walked, and what it found."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Person
from audits.models import Answer, Audit, AuditKind, AuditState, Concern
from audits.plan_models import Action, Plan
from checklists.definition import content_hash, fill
from checklists.versions import Checklist, ChecklistVersion, VersionSource, VersionState
from places.models import Area
from tests import cast, towns
from tests.jobs.stories import defect_at

WALKED = fill(
    {
        "title": "Estate walk",
        "kind": "quick",
        "sections": [
            {
                "code": "B",
                "title": "Access and movement",
                "questions": [
                    {
                        "code": "B3",
                        "label": "Alley gates closed and locked",
                        "type": "pass_fail",
                        "defect": {"category": "AG-LCK", "when": ["fail"]},
                    },
                    {"code": "B1", "label": "Routes are overlooked", "type": "yes_no"},
                ],
            },
            {
                "code": "F",
                "title": "Activity",
                "questions": [
                    {"code": "F1", "label": "No signs of drug use", "type": "pass_fail", "restricted": True},
                ],
            },
        ],
    }
)


def checklist_version() -> ChecklistVersion:
    known = ChecklistVersion.objects.filter(checklist="walk-for-plans").first()
    if known:
        return known
    checklist = Checklist.objects.create(code="walk-for-plans", title="Estate walk")
    return ChecklistVersion.objects.create(
        checklist=checklist,
        number=1,
        state=VersionState.PUBLISHED,
        content=WALKED,
        content_hash=content_hash(WALKED),
        source=VersionSource.LIBRARY,
        published_at=timezone.now(),
    )


def an_audit(area: Area | None = None, title: str = "Fairmead in autumn") -> Audit:
    """An audit that Olu, the officer, led a week ago and that was walked to its end."""
    began = timezone.now() - dt.timedelta(days=7)
    return Audit.objects.create(
        id=uuid.UUID(cast.new_id()),
        kind=AuditKind.AUDIT,
        state=AuditState.WALKED,
        number=Audit.next_number(),
        title=title,
        area=area,
        led_by=cast.person("officer"),
        checklist_version=checklist_version(),
        started_at=began,
        walked_at=began + dt.timedelta(hours=2),
    )


def defect_of(audit: Audit, place: dict[str, Any] = towns.ROAD, **more: Any) -> Any:
    """A fence that the walk found broken; routed, so that it has a job."""
    return defect_at(place, **{"patrol_id": str(audit.pk), **more})


def answered(audit: Audit, question: str, value: Any, **more: Any) -> Answer:
    """An answer of the officer's to a question of the walk."""
    usual = {"by": cast.person("officer"), "answered_at": audit.started_at}
    return Answer.objects.create(
        id=uuid.UUID(cast.new_id()), audit=audit, question=question, value=value, **{**usual, **more}
    )


def said(audit: Audit, text: str, *, restricted: bool = False) -> Concern:
    """What a resident said on the walk."""
    return Concern.objects.create(
        id=uuid.UUID(cast.new_id()),
        audit=audit,
        kind="concern",
        text=text,
        said_by="A resident",
        restricted=restricted,
        by=cast.person("officer"),
        at=audit.started_at,
    )


def call(somebody: Person, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the server answers to this person."""
    client = cast.client_of(somebody)
    if method == "get":
        return client.get(path, body or {})
    return getattr(client, method)(path, body or {}, content_type="application/json")


def propose(somebody: Person, audit: Audit, **terms: Any) -> Action:
    """This person adds an action that nothing is missing from, but for what ``terms`` say."""
    usual = {
        "title": "Talk to the shop about its bins",
        "owner_organisation_id": str(cast.organisation(cast.COUNCIL).pk),
        "due_on": (timezone.localdate() + dt.timedelta(days=30)).isoformat(),
    }
    answer = call(somebody, "post", f"/api/audits/{audit.pk}/actions", {**usual, **terms})
    assert answer.status_code == 201, answer.content
    return Action.objects.get(pk=answer.json()["id"])


def submitted(audit: Audit) -> Plan:
    """Olu puts the plan before those who approve it."""
    answer = call(cast.person("officer"), "post", f"/api/audits/{audit.pk}/plan/submit", {})
    assert answer.status_code == 200, answer.content
    return Plan.objects.get(pk=audit.pk)


def approved(audit: Audit) -> Plan:
    """The same, and Mo approves it."""
    submitted(audit)
    answer = call(cast.person("manager"), "post", f"/api/audits/{audit.pk}/plan/approve", {})
    assert answer.status_code == 200, answer.content
    return Plan.objects.get(pk=audit.pk)


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
