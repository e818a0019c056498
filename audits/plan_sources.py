"""What an audit found that an action can come from: answers that say that something is wrong, and concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Person
from audits.answer_models import Answer
from audits.answer_words import answer_in_words
from audits.models import Audit, Concern
from audits.plan_rules import attribute_of
from audits.rules import may_read_restricted
from audits.standing import Chosen, Said, Standing, standing
from checklists.definition import Definition, Question

# A choice that earns less than this part of its points says that something is wrong.
_HALF = 0.5
# Of five.
_POOR = 2


@dataclass(frozen=True)
class Failed:
    """An answer that counts and says that something is wrong. ``words`` are fit for everybody; what was noted is
    not where the answer is ``restricted``."""

    answer: Answer
    words: str
    label: str
    attribute: str
    restricted: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.answer.question, self.answer.instance

    @property
    def detail(self) -> str:
        return "" if self.restricted else self.answer.note


def failed_answers(audit: Audit) -> list[Failed]:
    """The standing answers of an audit that say that something is wrong, in the checklist's order."""
    if audit.checklist_version is None:
        return []
    definition = audit.checklist_version.definition()
    answers = {answer.pk: answer for answer in audit.answers.all()}
    counting = _standing(audit, answers.values())
    found = []
    for code, question in definition.questions.items():
        for (asked, instance), each in counting.items():
            if asked == code and says_wrong(question, each.value):
                found.append(_failed(definition, question, answers[each.answer.id], counting, instance))
    return found


def says_wrong(question: Question, value: Any) -> bool:
    """Whether this value offers a defect, fails the audit or earns less than half of its points."""
    values = value if isinstance(value, list) else [value]
    if question.defect is not None and any(str(each) in question.defect.when for each in values):
        return True
    if question.type == "scale" and isinstance(value, int) and value <= _POOR:
        return True
    chosen = [question.choice_of[each] for each in values if isinstance(each, str) and each in question.choice_of]
    counts = question.weight > 0
    return any(each.fails or (counts and each.points is not None and each.points < _HALF) for each in chosen)


def concerns_for(audit: Audit, person: Person) -> list[Concern]:
    """What was said on the walk; what is restricted only for those who may read that."""
    found = audit.concerns.exclude(text="")
    if not may_read_restricted(person.role, is_council=person.organisation.is_council):
        found = found.filter(restricted=False)
    return list(found)


def words_of_answer(answer: Answer) -> str:
    """What everybody may read of an answer that an action comes from: "Alley gates locked: fail"."""
    version = answer.audit.checklist_version
    question = version.definition().questions.get(answer.question) if version else None
    if question is None:
        return ""
    if answer.restricted or question.restricted:
        return _asked(question)[:300]
    return f"{_asked(question)}: {answer_in_words(question, answer.value).lower()}"[:300]


def _standing(audit: Audit, answers: Iterable[Answer]) -> dict[tuple[str, str], Standing]:
    said = [
        Said(each.pk, each.question, each.instance, each.value, each.by_id, each.answered_at, each.based_on)
        for each in answers
    ]
    return standing(said, [Chosen(each.answer_id, each.at) for each in audit.choices.all()])


def _failed(
    definition: Definition,
    question: Question,
    answer: Answer,
    counting: dict[tuple[str, str], Standing],
    instance: str,
) -> Failed:
    restricted = answer.restricted or question.restricted
    group = counting.get((question.group, instance)) if question.group else None
    place = group.value.get("label") if group and isinstance(group.value, dict) else None
    label = f"{_asked(question)} ({place})" if place else _asked(question)
    return Failed(
        answer=answer,
        words=label if restricted else f"{label}: {answer_in_words(question, answer.value).lower()}",
        label=label,
        attribute=attribute_of(definition.section_of[question.code].title),
        restricted=restricted,
    )


def _asked(question: Question) -> str:
    """The question as the name of what is to be seen to: without its question mark."""
    return question.label.rstrip(" ?:.")
