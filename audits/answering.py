"""Answers: given by whoever walks, in any order, never overwritten; and reconciled in the open."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from audits.actions import Place, evidence_of
from audits.answer_models import Answer, AnswerPhoto, Choice
from audits.locking import change_audit, keep_photos, lock_audit, may_lead, refuse_signed, walker_of
from audits.models import Audit
from audits.standing import Chosen, Key, Said, Standing, standing
from audits.walk_models import place_fields
from checklists.asking import INSTANCE, faults_of_value
from checklists.definition import Definition, Question
from checklists.versions import ChecklistVersion
from checklists.vocabulary import GROUPS
from ledger.problems import Problem
from media.actions import expect_photos

# Photos that each one took, points that each one set and what a thing is called: nobody has to choose.
_MAY_DIFFER = frozenset({"photo", "pin"}) | GROUPS


def definition_of(audit: Audit) -> Definition:
    """What the audit asks, by the version that it keeps. Raises ValueError for a patrol."""
    if audit.checklist_version_id is None:
        raise ValueError("A patrol asks nothing.")
    return _definition(audit.checklist_version_id)


@lru_cache(maxsize=64)
def _definition(version_id: uuid.UUID) -> Definition:
    """What was published never changes."""
    return ChecklistVersion.objects.get(pk=version_id).definition()


@transaction.atomic(savepoint=False)
def answer_question(
    *,
    person: Person,
    audit_id: uuid.UUID,
    answer_id: uuid.UUID,
    question: str,
    value: Any,
    at: dt.datetime,
    instance: str = "",
    note: str = "",
    restricted_note: str = "",
    place: Place | None = None,
    based_on: uuid.UUID | None = None,
    photos: list[dict[str, Any]] | None = None,
    received_at: dt.datetime | None = None,
) -> Answer:
    """Keep an answer; null takes back what they said before. Whoever answers walks from then on. Taken also
    after the walk, and after the sign-off, where it is kept as late.

    Raises ``unknown_audit``, ``invalid_input`` (no such question, or no answer to it), ``audit_differs`` and
    what `media.actions.expect_photos` raises.
    """
    audit = lock_audit(audit_id=audit_id, person=person)
    asked = _question(definition_of(audit), question, instance)
    if faults := faults_of_value(asked, value):
        raise Problem("invalid_input", detail=faults[0], field="payload.value")
    if Answer.objects.filter(pk=answer_id).exists():
        raise Problem("audit_differs", detail="There is an answer with this id.", field="payload.answer_id")
    walker_of(audit, person, at)
    answer = Answer.objects.create(
        id=answer_id,
        audit=audit,
        question=question,
        instance=instance,
        value=value,
        note=note,
        restricted_note=restricted_note,
        restricted=_is_restricted(definition_of(audit), asked),
        by=person,
        answered_at=at,
        received_at=received_at or timezone.now(),
        kept_at=timezone.now(),
        based_on=based_on,
        **place_fields(place),
    )
    expected = expect_photos(person=person, photos=photos) if photos else []
    keep_photos([AnswerPhoto(answer=answer, photo=photo, position=i) for i, photo in enumerate(expected)])
    change_audit(
        audit,
        kind="audit.answered_late" if answer.is_late(audit) else "audit.answered",
        person=person,
        at=at,
        data={
            "question": question,
            "instance": instance,
            "answer": str(answer_id),
            "taken_back": value is None,
            "photos": evidence_of(photos or []),
        },
    )
    return answer


def _question(definition: Definition, code: str, instance: str) -> Question:
    """The question of this code, asked where the instance says."""
    asked = definition.questions.get(code)
    if asked is None:
        detail = f"The checklist of this audit has no question {code!r}."
        raise Problem("invalid_input", detail=detail, field="payload.question")
    inside = bool(asked.group) or asked.type in GROUPS
    if inside and not INSTANCE.match(instance):
        detail = "This question is asked of several things: name the one."
        raise Problem("invalid_input", detail=detail, field="payload.instance")
    if not inside and instance:
        raise Problem("invalid_input", detail="This question is asked once.", field="payload.instance")
    return asked


def _is_restricted(definition: Definition, asked: Question) -> bool:
    """Its own answers are for some roles only, or those of the group that it is asked in."""
    group = definition.questions.get(asked.group)
    return asked.restricted or (group is not None and group.restricted)


@transaction.atomic(savepoint=False)
def choose_answer(
    *, person: Person, audit_id: uuid.UUID, answer_id: uuid.UUID, at: dt.datetime, note: str = ""
) -> Choice:
    """Of several people's answers, this one counts; the others stay and are shown. Raises ``unknown_audit``,
    ``not_allowed`` (neither lead nor officer), ``unknown_answer`` and ``audit_signed``."""
    audit = lock_audit(audit_id=audit_id, person=person)
    if not may_lead(audit, person):
        raise Problem("not_allowed", detail="The lead, an officer or a manager of the council decides between answers.")
    refuse_signed(audit)
    answer = Answer.objects.filter(audit=audit, pk=answer_id).first()
    if answer is None:
        raise Problem("unknown_answer", field="payload.answer_id")
    choice = Choice.objects.create(audit=audit, answer=answer, note=note.strip(), by=person, at=at)
    change_audit(
        audit,
        kind="audit.answer_chosen",
        person=person,
        at=at,
        data={"question": answer.question, "instance": answer.instance, "answer": str(answer_id)},
    )
    return choice


def standing_of(audit: Audit) -> dict[Key, Standing]:
    """What counts for each question of an audit now; what came after its sign-off does not."""
    return standing_among(audit, audit.answers.all())


def standing_among(audit: Audit, answers: Iterable[Answer]) -> dict[Key, Standing]:
    """The same, of answers that were fetched already."""
    said = [
        Said(each.pk, each.question, each.instance, each.value, each.by_id, each.answered_at, each.based_on)
        for each in answers
        if not each.is_late(audit)
    ]
    if not said:
        return {}
    chosen = [Chosen(answer, at) for answer, at in audit.choices.values_list("answer", "at")]
    questions = definition_of(audit).questions.values()
    may_differ = {each.code for each in questions if each.type in _MAY_DIFFER}
    return standing(said, chosen, may_differ=may_differ)
