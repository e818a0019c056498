"""What an audit comes to: the answers that count, the result they make, what is missing, and its fingerprint.

While an audit is walked this is reckoned anew at each look. Once it is signed off, what came later counts in
nothing here: it is kept, and told as late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from audits.answering import standing_among
from audits.comparing import Side, change, earlier_and_later, in_words, overall
from audits.models import Answer, Audit, AuditState, Defect, DefectStatus, Participant
from audits.revisiting import still_there
from audits.standing import Key, Standing, values
from checklists.asking import missing
from checklists.definition import Definition, Question, canonical
from checklists.scoring import result as reckoned

_NOT_COUNTED = (DefectStatus.REJECTED, DefectStatus.DUPLICATE)


@dataclass(frozen=True)
class Counted:
    """An audit with what counts in it. ``answers`` are the rows by id; ``late`` came after the sign-off;
    ``still_there`` are defects of earlier audits that a re-visit found again."""

    audit: Audit
    definition: Definition
    answers: dict[Any, Answer]
    standing: dict[Key, Standing]
    defects: list[Defect]
    participants: list[Participant]
    late: list[Answer]
    still_there: list[Defect]

    @cached_property
    def values(self) -> dict[Key, Any]:
        return values(self.standing)

    @cached_property
    def result(self) -> dict[str, Any]:
        """As `checklists.scoring` tells it; of a signed audit, what was signed."""
        if self.audit.state == AuditState.SIGNED and self.audit.result is not None:
            signed: dict[str, Any] = self.audit.result
            return signed
        return reckoned(self.definition, self.values, self.severities).as_json()

    @cached_property
    def content_hash(self) -> str:
        return content_hash_of(self)

    @property
    def severities(self) -> list[int]:
        """Of what was found: new on this walk, or carried from an earlier one and still there."""
        return [defect.severity for defect in (*self.defects, *self.still_there)]

    @property
    def differing(self) -> list[Key]:
        """What several people answered differently and nobody has chosen, in the checklist's order."""
        return [key for key in in_order(self.definition, self.standing) if self.standing[key].differs]

    @property
    def missing(self) -> list[Key]:
        """What is asked, has to be answered and isn't."""
        return missing(self.definition, self.values)

    def row_of(self, key: Key) -> Answer:
        """The answer that counts, as it was given: with its note, its place and its photos."""
        return self.answers[self.standing[key].answer.id]


def counted(audit: Audit) -> Counted:
    """The audit as it counts now, or as it counted when it was signed off. Four queries."""
    assert audit.checklist_version is not None  # noqa: S101 - a constraint holds it for every audit
    definition = audit.checklist_version.definition()
    signed_at = audit.signed_at if audit.state == AuditState.SIGNED else None
    rows = list(Answer.objects.filter(audit=audit).select_related("by").order_by("answered_at", "id"))
    late = [row for row in rows if row.is_late(audit)] if signed_at else []
    in_time = {row.pk: row for row in rows if row not in late} if late else {row.pk: row for row in rows}
    defects = Defect.objects.filter(audit=audit).exclude(status__in=_NOT_COUNTED)
    if signed_at:
        defects = defects.filter(received_at__lte=signed_at)
    return Counted(
        audit=audit,
        definition=definition,
        answers=in_time,
        standing=standing_among(audit, in_time.values()),
        defects=list(defects.select_related("category").order_by("number")),
        participants=list(audit.participants.all()),
        late=late,
        still_there=still_there(audit),
    )


def in_order(definition: Definition, keys: Iterable[Key]) -> list[Key]:
    """Keys as the checklist asks them; within a group one thing after the other. A question that this version
    does not have comes last."""
    order = {code: number for number, code in enumerate(definition.questions)}
    return sorted(keys, key=lambda key: (order.get(key[0], len(order)), key[1], key[0]))


def content_hash_of(told: Counted) -> str:
    """SHA-256, in hexadecimal, over the checklist version's own hash, every answer that counts (with its notes,
    by whom and when), the defects found and found again, and who took part. Another answer is another fingerprint."""
    version = told.audit.checklist_version
    content = {
        "audit": str(told.audit.pk),
        "version": version.content_hash if version else "",
        "answers": [_told(key, told) for key in sorted(told.standing)],
        "defects": sorted([str(defect.pk), defect.severity] for defect in told.defects),
        "still_there": sorted([str(defect.pk), defect.severity] for defect in told.still_there),
        "participants": sorted(
            [each.name, each.role, each.organisation_name, each.consent] for each in told.participants
        ),
    }
    return hashlib.sha256(canonical(content)).hexdigest()


def _told(key: Key, told: Counted) -> list[Any]:
    row, found = told.row_of(key), told.standing[key]
    return [
        *(*key, row.value, row.note, row.restricted_note),
        *(str(row.pk), str(row.by_id), row.answered_at.isoformat(), found.differs, found.chosen),
    ]


def earlier(audit: Audit) -> Audit | None:
    """The audit that this one is compared with: the one that it re-visits, or else the last one of the area with
    the same checklist that was signed off before this one began."""
    if audit.revisit_of is not None and audit.revisit_of.result is not None:
        return audit.revisit_of
    if audit.area_id is None or audit.checklist_version is None:
        return None
    return (
        Audit.objects.filter(
            area=audit.area_id,
            checklist_version__checklist=audit.checklist_version.checklist_id,
            state=AuditState.SIGNED,
            started_at__lt=audit.started_at,
        )
        .exclude(pk=audit.pk)
        .select_related("area")
        .order_by("-started_at")
        .first()
    )


@dataclass(frozen=True)
class Compared:
    """This audit beside an earlier one. ``sections`` holds ``{"change", "was"}`` by the section's code."""

    with_audit: Audit
    change: str
    was: str
    words: list[str]
    sections: dict[str, dict[str, str]]


def compared(told: Counted) -> Compared | None:
    """Better, the same or worse than last time, for all and for each section; None where there is no last time."""
    before = earlier(told.audit)
    if before is None or before.result is None:
        return None
    size = told.audit.area.area_m2 if told.audit.area else None
    now = Side("this one", told.result, size)
    then = Side(before.reference, before.result, size)
    sections = {}
    was = {section["code"]: (section["percent"], section["grade"]) for section in before.result["sections"]}
    for section in told.result["sections"]:
        if section["code"] in was:
            then_section = was[section["code"]]
            sections[section["code"]] = {
                "change": change(then_section, (section["percent"], section["grade"])),
                "was": in_words(then_section),
            }
    return Compared(
        with_audit=before,
        change=change(overall(before.result), overall(told.result)),
        was=in_words(overall(before.result)),
        words=earlier_and_later(then, now),
        sections=sections,
    )


def thing_of(told: Counted, question: Question, instance: str) -> str:
    """What a repeated question was asked of, by the name that it got: "Rear door, 12-24 Fern Court"."""
    if not instance:
        return ""
    value = told.values.get((question.group or question.code, instance))
    label = value.get("label") if isinstance(value, dict) else None
    return str(label or "")
