"""An audit as phones walk it: a small checklist, what each person does, and how the audit stands."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Person
from audits.models import Audit
from checklists.definition import content_hash, fill
from checklists.versions import Checklist, ChecklistVersion, VersionState
from tests import cast, towns

CONTENT = fill(
    {
        "title": "Walk of Testford",
        "kind": "quick",
        "sections": [
            {
                "code": "S",
                "title": "Safe",
                "questions": [
                    {"code": "S1", "label": "Paths clear?", "type": "pass_fail", "required": True},
                    {"code": "S2", "label": "How safe does it feel?", "type": "scale"},
                    {"code": "S3", "label": "Signs of drugs?", "type": "yes_no", "restricted": True},
                ],
            },
            {
                "code": "D",
                "title": "Doors",
                "questions": [
                    {
                        "code": "D1",
                        "label": "Each door",
                        "type": "assets",
                        "asset_kind": "door_front",
                        "questions": [{"code": "D2", "label": "Does it close?", "type": "pass_fail"}],
                    },
                    {"code": "P1", "label": "The court", "type": "photo"},
                    {"code": "M1", "label": "What lies about?", "type": "many_of", "choices": [
                        {"code": "cans", "label": "Cans"}, {"code": "paper", "label": "Paper"},
                    ]},
                ],
            },
        ],
    }
)  # fmt: skip


def checklist(number: int = 1, state: str = VersionState.PUBLISHED) -> ChecklistVersion:
    """A version of the checklist `walk`, made once; it takes the place of an earlier one."""
    towns.testford()
    made = Checklist.objects.get_or_create(code="walk", defaults={"title": CONTENT["title"]})[0]
    found = ChecklistVersion.objects.filter(checklist=made, number=number).first()
    if found:
        return found
    if state == VersionState.PUBLISHED:
        ChecklistVersion.objects.filter(checklist=made, state=VersionState.PUBLISHED).update(state="replaced")
    return ChecklistVersion.objects.create(
        checklist=made,
        number=number,
        state=state,
        content=CONTENT,
        content_hash=content_hash(CONTENT),
        source="library",
        published_at=None if state == VersionState.DRAFT else timezone.now(),
    )


def at(minutes_ago: float = 0) -> str:
    return (timezone.now() - dt.timedelta(minutes=minutes_ago)).isoformat()


def begin(**more: Any) -> dict[str, Any]:
    """The operation that begins an audit of Castle, an hour ago."""
    checklist()
    payload = {
        "audit_id": cast.new_id(),
        "checklist": "walk",
        "checklist_version": 1,
        "area_id": str(towns.testford().castle.pk),
        "started_at": at(60),
        "risk": {"done": True, "note": "Two of us, in daylight"},
        **more,
    }
    return cast.operation("begin_audit", payload)


def begun(lead: Person, **more: Any) -> Audit:
    """An audit that this person has begun, as received."""
    sent = begin(**more)
    done(lead, sent)
    return Audit.objects.get(pk=sent["payload"]["audit_id"])


def of(audit: Audit, what: str, minutes_ago: float = 0, /, **payload: Any) -> dict[str, Any]:
    """An operation of this audit, done so many minutes ago."""
    told = {"audit_id": str(audit.pk), **payload}
    if what != "add_track":
        told["at"] = at(minutes_ago)
    return cast.operation(what, told)


def answer(audit: Audit, question: str, value: Any, minutes_ago: float = 0, **more: Any) -> dict[str, Any]:
    told = {"answer_id": cast.new_id(), "question": question, "value": value, **more}
    return of(audit, "answer_question", minutes_ago, **told)


def done(somebody: Person, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    """This person's phone sends them, and each is done."""
    results = cast.push(somebody, *operations)
    assert {result["status"] for result in results} == {"applied"}, results
    return results


def refused(somebody: Person, operation: dict[str, Any]) -> tuple[str, str | None]:
    """The code with which it is refused, and the field that is named."""
    [result] = cast.push(somebody, operation)
    assert result["status"] in {"rejected", "conflict"}, result
    return result["code"], result["errors"][0]["field"] if result["errors"] else None


def seen_by(somebody: Person, audit: Audit | uuid.UUID) -> dict[str, Any]:
    """The audit as this person is shown it."""
    found = cast.client_of(somebody).get(f"/api/audits/{audit.pk if isinstance(audit, Audit) else audit}")
    assert found.status_code == 200, found.content
    row: dict[str, Any] = found.json()
    return row


def photo(**more: Any) -> dict[str, Any]:
    """A photo as a phone announces it."""
    told = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**told, "taken_at": timezone.now().isoformat(), **more}
