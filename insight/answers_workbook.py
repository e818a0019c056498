"""The answers of an audit as a workbook: one row an answer, and sheets for defects, concerns and actions.

As in every file that leaves the house, nothing restricted is in it.
"""

from __future__ import annotations

import datetime as dt
from typing import IO, Any

from django.utils import timezone

from audits.answer_words import answer_in_words
from audits.models import Audit
from audits.result_serializers import checklist_in_words
from audits.results import Counted, counted, in_order, thing_of
from checklists.scoring import worth_of
from insight import report_parts as parts
from insight.audit_report import place_of
from insight.report_rules import GRADES
from insight.workbook import Sheet, workbook

_ANSWERS = ("Section", "Code", "Question", "Of", "Answer", "Points", "Out of", "Note", "By", "At", "Counts")


class _NoPictures:
    def source_of(self, photo: Any) -> str:
        return ""


def answers_workbook(audit: Audit, now: dt.datetime) -> IO[bytes]:
    """The workbook's bytes, to be read from their beginning."""
    told = counted(audit)
    return workbook(
        [
            Sheet("Audit", ("What", "Value"), _audit(told, now), wide=frozenset({"Value"})),
            Sheet("Answers", _ANSWERS, _answers(told), wide=frozenset({"Question", "Answer", "Note"})),
            _defects(told, now),
            _concerns(told),
            _actions(audit),
        ]
    )


def _local(at: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(at).replace(tzinfo=None, microsecond=0) if at else None


def _audit(told: Counted, now: dt.datetime) -> list[tuple[str, Any]]:
    audit, overall = told.audit, told.result["overall"]
    rows: list[tuple[str, Any]] = [
        ("Audit", audit.reference),
        ("Area", place_of(audit)),
        ("Checklist", checklist_in_words(audit)),
        ("Began", _local(audit.started_at)),
        ("Walked", _local(audit.walked_at)),
        ("Led by", audit.led_by.name),
        ("Grade", GRADES.get(overall["grade"] or "", "Not graded")),
        ("Per cent", overall["percent"]),
        ("Defect points", told.result["defect_points"]["points"]),
        ("Signed off", _local(audit.signed_at)),
        ("Fingerprint", audit.content_hash),
        ("Re-visit due", audit.revisit_due_on),
        ("Made", _local(now)),
    ]
    for section in told.result["sections"]:
        grade = GRADES.get(section["grade"] or "", "not graded")
        rows.append((section["title"], f"{grade}, {section['points']:g} of {section['out_of']:g} points"))
    return rows


def _answers(told: Counted) -> list[list[Any]]:
    """What counts, and beside it what others answered: nothing was overwritten."""
    names = parts.unnamed(told)
    hidden = {q.code for q in told.definition.questions.values() if q.restricted}
    rows = []
    for key in in_order(told.definition, told.standing):
        question = told.definition.questions.get(key[0])
        if question is None or question.code in hidden or question.group in hidden:
            continue
        found, section = told.standing[key], told.definition.section_of[question.code]
        for said in (found.answer, *found.others):
            row = told.answers[said.id]
            counts = said.id == found.answer.id
            worth = worth_of(question, said.value) if said.value is not None and section.scored else None
            rows.append(
                [
                    *(section.title, question.code, question.label, thing_of(told, question, key[1])),
                    parts.fit_to_leave(answer_in_words(question, said.value), names),
                    None if worth is None or not question.weight else round(worth * question.weight, 2),
                    question.weight if section.scored and question.weight else None,
                    *(parts.fit_to_leave(row.note, names), row.by.name, _local(row.answered_at)),
                    ("differs" if found.differs else "yes") if counts else "no",
                ]
            )
    return rows


def _defects(told: Counted, now: dt.datetime) -> Sheet:
    headings = ("Number", "What", "Severity", "Street", "State", "Whose", "Due", "Note", "Longitude", "Latitude")
    rows = [
        [
            *(d["number"], d["what"], d["severity"], d["place"], d["state"], d["whose"], d["due"], d["note"]),
            *(round(d["longitude"], 6), round(d["latitude"], 6)),
        ]
        for d in parts.defect_rows(parts.defects_shown(told), _NoPictures(), now)
    ]
    return Sheet("Defects", headings, rows, wide=frozenset({"What", "Note"}))


def _concerns(told: Counted) -> Sheet:
    groups = parts.concern_groups(parts.concerns_shown(told.audit), set(), parts.unnamed(told), _NoPictures())
    rows = [[group["title"], item["text"]] for group in groups for item in group["items"]]
    return Sheet("Residents", ("Kind", "What was said"), rows, wide=frozenset({"What was said"}))


def _actions(audit: Audit) -> Sheet:
    headings = ("Number", "Action", "Detail", "Owner", "Due", "Cost", "Upkeep", "State")
    rows = [
        [a["number"], a["title"], a["detail"], a["owner"], a["due"], a["cost"], a["upkeep"], a["state"]]
        for a in parts.action_rows(parts.actions_of(audit))
    ]
    return Sheet("Action plan", headings, rows, wide=frozenset({"Action", "Detail", "Upkeep"}))
