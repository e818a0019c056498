"""The result of an audit as JSON, and what signs it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework import serializers

from accounts.models import Person
from accounts.serializers import NamedOut, StrictSerializer, person_row
from audits import rules
from audits.answer_words import answer_in_words
from audits.comparing import BETTER, SAME, UNKNOWN, WORSE
from audits.locking import may_lead
from audits.models import Audit, AuditState, DefectStatus
from audits.results import Compared, Counted, compared, in_order, thing_of
from audits.serializers import NumberedOut
from audits.signing import may_reopen, next_visit
from checklists.definition import Question, Section
from checklists.scoring import worth_of
from checklists.vocabulary import GROUPS
from media.models import Photo
from places.models import Hotspot

RESULT_GRADES = ["green", "amber", "red"]
CHANGES = [BETTER, SAME, WORSE, UNKNOWN]


class SignIn(StrictSerializer):
    content_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="of the result as it was looked at")
    note = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class ReopenIn(StrictSerializer):
    note = serializers.CharField(max_length=2000, help_text="why")


class ResultChangeOut(serializers.Serializer):
    change = serializers.ChoiceField(choices=CHANGES)
    was = serializers.CharField(help_text="what it was then, in words")


class ResultComparedOut(ResultChangeOut):
    audit = NumberedOut()
    started_at = serializers.DateTimeField()
    words = serializers.ListField(child=serializers.CharField())


class ResultLineOut(serializers.Serializer):
    question = serializers.CharField()
    instance = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    thing = serializers.CharField(allow_blank=True, help_text="what it was asked of")
    answer = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    points = serializers.FloatField(allow_null=True, help_text="0 to its weight; null: not scored")
    weight = serializers.FloatField()
    fails = serializers.BooleanField()
    differs = serializers.BooleanField()


class ResultSectionOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    points = serializers.FloatField()
    out_of = serializers.FloatField()
    percent = serializers.FloatField(allow_null=True)
    grade = serializers.ChoiceField(choices=RESULT_GRADES, allow_null=True)
    because = serializers.ListField(child=serializers.CharField())
    automatic_fails = serializers.ListField(child=serializers.CharField())
    answered = serializers.IntegerField()
    asked = serializers.IntegerField()
    compared = ResultChangeOut(allow_null=True)
    lines = ResultLineOut(many=True)


class ResultOverallOut(serializers.Serializer):
    percent = serializers.FloatField(allow_null=True)
    grade = serializers.ChoiceField(choices=RESULT_GRADES, allow_null=True)
    because = serializers.ListField(child=serializers.CharField())


class TransectsOut(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    graded = serializers.IntegerField()
    percent_below_b = serializers.FloatField()
    words = serializers.CharField()


class DefectPointsOut(serializers.Serializer):
    points = serializers.IntegerField()
    band = serializers.CharField()
    by_severity = serializers.DictField(child=serializers.IntegerField())


class ResultDefectsOut(serializers.Serializer):
    raised = serializers.IntegerField()
    fixed = serializers.IntegerField()


class OpenQuestionOut(serializers.Serializer):
    section = serializers.CharField()
    question = serializers.CharField()
    instance = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]


class SeenHotspotOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    ends_on = serializers.DateField()


class SignedOut(serializers.Serializer):
    by = NamedOut()
    at = serializers.DateTimeField()
    hash = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class ResultMayOut(serializers.Serializer):
    sign = serializers.BooleanField()
    reopen = serializers.BooleanField()


class AuditResultOut(serializers.Serializer):
    audit = NumberedOut()
    title = serializers.CharField(allow_blank=True)
    area = NamedOut(allow_null=True)
    state = serializers.ChoiceField(choices=AuditState.choices)
    checklist = serializers.CharField(help_text="its title and version, in words")
    led_by = NamedOut()
    started_at = serializers.DateTimeField()
    overall = ResultOverallOut()
    sections = ResultSectionOut(many=True)
    transects = serializers.DictField(child=TransectsOut())
    defect_points = DefectPointsOut()
    defects = ResultDefectsOut()
    compared = ResultComparedOut(allow_null=True)
    hotspots = SeenHotspotOut(many=True)
    missing = OpenQuestionOut(many=True)
    differs = OpenQuestionOut(many=True)
    late_answers = serializers.IntegerField()
    photos_missing = serializers.IntegerField()
    content_hash = serializers.CharField()
    signed = SignedOut(allow_null=True)
    revisit_due_on = serializers.DateField(allow_null=True, help_text="once signed; else as it would be")
    may = ResultMayOut()


def result_row(told: Counted, person: Person) -> dict[str, Any]:
    """As AuditResultOut. What is restricted is left out for whoever may not read it."""
    audit, found = told.audit, told.result
    before = compared(told)
    return {
        "audit": {"id": str(audit.pk), "number": audit.reference},
        "title": audit.title,
        "area": {"id": str(audit.area_id), "name": audit.area.name} if audit.area else None,
        "state": audit.state,
        "checklist": checklist_in_words(audit),
        "led_by": person_row(audit.led_by),
        "started_at": audit.started_at,
        "overall": found["overall"],
        "sections": _sections(told, before, person),
        "transects": found["transects"],
        "defect_points": found["defect_points"],
        "defects": {
            "raised": len(told.defects),
            "fixed": sum(d.status in {DefectStatus.RESOLVED, DefectStatus.VERIFIED} for d in told.defects),
        },
        "compared": _compared(before) if before else None,
        "hotspots": hotspots_seen(audit),
        "missing": [_open(told, key) for key in told.missing],
        "differs": [_open(told, key) for key in told.differing],
        "late_answers": len(told.late),
        "photos_missing": photos_on_their_way(audit),
        "content_hash": audit.content_hash or told.content_hash,
        "signed": signed_row(audit),
        "revisit_due_on": audit.revisit_due_on or next_visit(audit, found["overall"]["grade"]),
        "may": {
            "sign": audit.state == AuditState.WALKED and may_lead(audit, person),
            "reopen": audit.state == AuditState.SIGNED and may_reopen(person),
        },
    }


def checklist_in_words(audit: Audit) -> str:
    """ "Estate walk, version 3"."""
    version = audit.checklist_version
    return f"{version.title}, version {version.number}" if version else ""


def signed_row(audit: Audit) -> dict[str, Any] | None:
    """As SignedOut; None where nobody has, or the audit was opened again."""
    signed = audit.sign_offs.filter(reopened_at=None).select_related("by").first()
    if signed is None:
        return None
    return {"by": person_row(signed.by), "at": signed.at, "hash": signed.content_hash, "note": signed.note}


def hotspots_seen(audit: Audit) -> list[dict[str, Any]]:
    """The declared hotspots that touch the area and were in force on the day of the walk."""
    if audit.area is None:
        return []
    day = timezone.localdate(audit.started_at)
    found = Hotspot.objects.in_force(day).filter(area__boundary__intersects=audit.area.boundary)
    return [
        {"id": each.pk, "name": each.area.name, "ends_on": each.ends_on}
        for each in found.select_related("area").order_by("area__name")
    ]


def photos_on_their_way(audit: Audit) -> int:
    """How many photos were announced with answers, concerns, defects or evidence and are not here yet."""
    ways = ("answer_photo__answer__audit", "concern_photo__concern__audit", "defect_photo__defect__audit")
    of_audit = Q()
    for way in (*ways, "audit_photo__audit"):
        of_audit |= Q(**{way: audit})
    return Photo.objects.missing().filter(of_audit).count()


def _compared(before: Compared) -> dict[str, Any]:
    return {
        "audit": {"id": str(before.with_audit.pk), "number": before.with_audit.reference},
        "started_at": before.with_audit.started_at,
        "change": before.change,
        "was": before.was,
        "words": before.words,
    }


def _sections(told: Counted, before: Compared | None, person: Person) -> list[dict[str, Any]]:
    sees_all = rules.may_read_restricted(person.role, is_council=person.organisation.is_council)
    by_code = {section.code: section for section in told.definition.sections}
    rows = []
    for section in told.result["sections"]:
        then = before.sections.get(section["code"]) if before else None
        asked = by_code.get(section["code"])
        lines = _lines(told, asked, person, sees_all=sees_all) if asked else []
        rows.append({**section, "compared": then, "lines": lines})
    return rows


def _lines(told: Counted, section: Section, person: Person, *, sees_all: bool) -> list[dict[str, Any]]:
    own = {question.code for question in section.all_questions()}
    rows = []
    for key in in_order(told.definition, told.standing):
        question = told.definition.questions.get(key[0])
        if question is None or key[0] not in own:
            continue
        if question.restricted and not sees_all and told.row_of(key).by_id != person.pk:
            continue
        rows.append(_line(told, question, key, is_scored=section.scored))
    return rows


def _line(told: Counted, question: Question, key: tuple[str, str], *, is_scored: bool) -> dict[str, Any]:
    found = told.standing[key]
    worth = worth_of(question, found.value) if is_scored and question.weight else None
    return {
        "question": key[0],
        "instance": key[1],
        "label": question.label,
        # The answer of a group's own question is the name of the thing.
        "thing": "" if question.type in GROUPS else thing_of(told, question, key[1]),
        "answer": answer_in_words(question, found.value),
        "note": told.row_of(key).note,
        "points": None if worth is None else round(worth * question.weight, 2),
        "weight": question.weight,
        "fails": is_scored and fails(question, found.value),
        "differs": found.differs,
    }


def fails(question: Question, value: Any) -> bool:
    """Whether the answer is one that fails an audit by itself."""
    codes = value if isinstance(value, list) else [value]
    return any(isinstance(c, str) and c in question.choice_of and question.choice_of[c].fails for c in codes)


def _open(told: Counted, key: tuple[str, str]) -> dict[str, Any]:
    question = told.definition.questions.get(key[0])
    section = told.definition.section_of.get(key[0])
    return {
        "section": section.code if section else "",
        "question": key[0],
        "instance": key[1],
        "label": question.label if question else key[0],
    }
