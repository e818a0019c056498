"""A checklist's definition: its sections, questions and rules, read from the JSON that is kept and sent.

Pure. ``fill`` adds what was left out, ``check`` names what is wrong, ``read`` makes the definition that
asking.py and scoring.py work on. pwa/src/rooms/eva/questions/definition.ts is its twin.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checklists.faults import Fault, find_faults
from checklists.vocabulary import AMBER_FROM, BUILT_IN, GREEN_FROM, GROUPS, SCORED

__all__ = [
    "Choice",
    "Definition",
    "DefinitionNotGood",
    "Example",
    "Fault",
    "Grading",
    "Offer",
    "Question",
    "Rule",
    "Section",
    "canonical",
    "check",
    "content_hash",
    "fill",
    "read",
]

# {"all": [Rule…]} | {"any": [Rule…]} | {"not": Rule} | {"question": code, "op": op, "value"?: str | number}
Rule = Mapping[str, Any]


class DefinitionNotGood(ValueError):
    """The content can't be read as a definition; ``faults`` says where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.words}" for fault in self.faults[:3]))


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen. ``points`` are 0 to 1, None where it isn't scored; ``fails`` fails the audit."""

    code: str
    label: str
    points: float | None
    fails: bool
    when: Rule | None


@dataclass(frozen=True)
class Example:
    picture: str
    words: str
    good: bool


@dataclass(frozen=True)
class Offer:
    """The defect that these answers offer to report: a category's code, and the values that offer it; without
    any, every answer but 0 does."""

    category: str
    when: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question. ``group`` is the code of the repeat or assets question that it is asked inside of, or ""."""

    code: str
    label: str
    help: str
    examples: tuple[Example, ...]
    type: str
    required: bool
    required_when: Rule | None
    relevant: Rule | None
    constraint: Rule | None
    constraint_words: str
    restricted: bool
    choices: tuple[Choice, ...]
    unit: str
    least: float | None
    most: float | None
    weight: float
    defect: Offer | None
    asset_kind: str
    questions: tuple[Question, ...]
    group: str = ""

    @cached_property
    def choice_of(self) -> dict[str, Choice]:
        """The choices by code, the built-in ones included."""
        return {choice.code: choice for choice in self.choices}


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    help: str
    relevant: Rule | None
    scored: bool
    questions: tuple[Question, ...]

    def all_questions(self) -> Iterator[Question]:
        """Every question in the order in which it stands, those inside a group after it."""
        for question in self.questions:
            yield question
            yield from question.questions


@dataclass(frozen=True)
class Grading:
    """From how many percent a section is green and amber; what is lower is red."""

    green_from: float
    amber_from: float


@dataclass(frozen=True)
class Definition:
    title: str
    purpose: str
    kind: str
    sections: tuple[Section, ...]
    grading: Grading

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by code, in the order in which it stands."""
        return {question.code: question for section in self.sections for question in section.all_questions()}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section of each question, by the question's code."""
        return {question.code: section for section in self.sections for question in section.all_questions()}


def check(content: Any, categories: frozenset[str] | set[str] | None = None) -> list[Fault]:
    """Everything that is wrong with a checklist's content; an empty list where it can be published.

    Takes any JSON and never raises. Where ``categories`` is given, the defects that questions offer must
    be among these codes.
    """
    return find_faults(content, categories)


def read(content: Any) -> Definition:
    """The definition of this content. Raises DefinitionNotGood where ``check`` finds anything."""
    faults = check(content)
    if faults:
        raise DefinitionNotGood(faults)
    return Definition(
        title=content["title"],
        purpose=content["purpose"],
        kind=content["kind"],
        sections=tuple(_section(each) for each in content["sections"]),
        grading=Grading(**content["grading"]),
    )


def _section(told: Mapping[str, Any]) -> Section:
    return Section(**{**told, "questions": tuple(_question(each) for each in told["questions"])})


def _question(told: Mapping[str, Any], group: str = "") -> Question:
    offer = told["defect"]
    return Question(
        **{
            **told,
            "examples": tuple(Example(**each) for each in told["examples"]),
            "choices": _choices(told["type"], told["choices"]),
            "defect": offer and Offer(offer["category"], tuple(offer["when"])),
            "questions": tuple(_question(each, told["code"]) for each in told["questions"]),
            "group": group,
        }
    )


def _choices(question_type: str, told: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """The choices as they count: the built-in ones of the type, each replaced by the question's own of that code."""
    own = {each["code"]: Choice(**each) for each in told}
    if question_type not in BUILT_IN:
        return tuple(own.values())
    return tuple(
        own.get(code) or Choice(code, label, points, False, None) for code, label, points in BUILT_IN[question_type]
    )


def canonical(content: Any) -> bytes:
    """The one way to write this content: sorted keys, no spaces, UTF-8, whole numbers without a fraction.

    Raises ValueError on a number that JSON doesn't have.
    """
    text = json.dumps(_whole(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 1.0 from a form and 1 from a file are the same."""
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical content, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def fill(content: Any) -> Any:
    """The content with every field that was left out, so that a short file holds what the phone expects.

    Changes nothing that is there and never raises: what is wrong stays, for ``check`` to name.
    """
    if not isinstance(content, dict):
        return content
    filled = {"purpose": "", "kind": "other", "sections": [], "grading": {}, **content}
    if isinstance(filled["grading"], dict):
        filled["grading"] = {"green_from": GREEN_FROM, "amber_from": AMBER_FROM, **filled["grading"]}
    filled["sections"] = _each(filled["sections"], _fill_section)
    return filled


def _each(items: Any, filling: Any) -> Any:
    if not isinstance(items, list):
        return items
    return [filling(item) if isinstance(item, dict) else item for item in items]


def _fill_section(section: dict[str, Any]) -> dict[str, Any]:
    filled = {"help": "", "relevant": None, "scored": True, "questions": [], **section}
    return {**filled, "questions": _each(filled["questions"], _fill_question)}


def _fill_question(question: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    kind = question.get("type")
    kind = kind if isinstance(kind, str) else ""
    filled: dict[str, Any] = {
        "help": "",
        "examples": [],
        "required": False,
        "required_when": None,
        "relevant": None,
        "constraint": None,
        "constraint_words": "",
        "restricted": False,
        "choices": [],
        "unit": "",
        "least": None,
        "most": None,
        "weight": 1 if kind in SCORED else 0,
        "defect": None,
        "asset_kind": "other" if kind == "assets" else "",
        "questions": [],
        **question,
    }
    filled["examples"] = _each(filled["examples"], lambda each: {"words": "", "good": True, **each})
    filled["choices"] = _each(filled["choices"], lambda each: _fill_choice(kind, each))
    if kind in GROUPS and depth == 1:  # deeper is a fault already, and the depth of what was sent has no end
        filled["questions"] = _each(filled["questions"], lambda each: _fill_question(each, depth + 1))
    return filled


def _fill_choice(question_type: str, choice: dict[str, Any]) -> dict[str, Any]:
    known = {code: (label, points) for code, label, points in BUILT_IN.get(question_type, ())}
    code = choice.get("code")
    label, points = known.get(code, ("", None)) if isinstance(code, str) else ("", None)
    return {"label": label, "points": points, "fails": False, "when": None, **choice}
