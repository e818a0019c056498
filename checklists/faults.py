"""What is wrong with a checklist's content, each fault with where it stands and what to do. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from checklists import vocabulary as v
from checklists.rule_faults import Asked, circles, rule_faults

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
# A choice may be a grade (B+) or a number, as forms from elsewhere have them.
CHOICE_CODE = re.compile(r"[A-Za-z0-9_.+-]+\Z")
PICTURE = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z]+)?\Z")

_TEXT, _YES_NO, _LIST, _OBJECT = "text", "true or false", "a list", "an object"
_RULE, _NUMBER, _NUMBER_OR_NOTHING, _OFFER = "a rule or null", "a number", "a number or null", "an object or null"

_CONTENT = {"title": _TEXT, "purpose": _TEXT, "kind": _TEXT, "sections": _LIST, "grading": _OBJECT}
_GRADING = {"green_from": _NUMBER, "amber_from": _NUMBER}
_SECTION = {
    "code": _TEXT,
    "title": _TEXT,
    "help": _TEXT,
    "relevant": _RULE,
    "scored": _YES_NO,
    "questions": _LIST,
}
_QUESTION = {
    "code": _TEXT,
    "label": _TEXT,
    "help": _TEXT,
    "examples": _LIST,
    "type": _TEXT,
    "required": _YES_NO,
    "required_when": _RULE,
    "relevant": _RULE,
    "constraint": _RULE,
    "constraint_words": _TEXT,
    "restricted": _YES_NO,
    "choices": _LIST,
    "unit": _TEXT,
    "least": _NUMBER_OR_NOTHING,
    "most": _NUMBER_OR_NOTHING,
    "weight": _NUMBER,
    "defect": _OFFER,
    "asset_kind": _TEXT,
    "questions": _LIST,
}
_CHOICE = {"code": _TEXT, "label": _TEXT, "points": _NUMBER_OR_NOTHING, "fails": _YES_NO, "when": _RULE}
_EXAMPLE = {"picture": _TEXT, "words": _TEXT, "good": _YES_NO}
_DEFECT = {"category": _TEXT, "when": _LIST}
_LONGER = {"help", "purpose"}
_NOT_SCORED = tuple(kind for kind in v.QUESTION_TYPES if kind not in v.SCORED)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: ``path`` such as ``sections[0].questions[2].defect``, a code, and words."""

    path: str
    code: str
    words: str


def find_faults(content: Any, categories: Collection[str] | None) -> list[Fault]:
    """Every fault of any JSON, in the order in which it stands; never raises."""
    return list(dict.fromkeys(_Reading(categories).content(content)))


class _Reading:
    """One look through one content: it remembers which codes stand where."""

    def __init__(self, categories: Collection[str] | None) -> None:
        self.categories = categories
        self.sections: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.asked: dict[str, Asked] = {}
        self.rules: list[tuple[str, Any, Asked | None]] = []

    def content(self, content: Any) -> Iterator[Fault]:
        yield from _fields("", content, _CONTENT)
        if not isinstance(content, dict):
            return
        yield from _words("title", content.get("title"), "Give the checklist a title.")
        if isinstance(content.get("kind"), str) and content["kind"] not in v.KINDS:
            yield Fault("kind", "unknown_kind", f"Say one of: {', '.join(v.KINDS)}.")
        yield from self.grading(content.get("grading"))
        sections = content.get("sections")
        if isinstance(sections, list):
            yield from _too_many("sections", sections, v.MOST_SECTIONS, "sections")
            for number, section in enumerate(sections[: v.MOST_SECTIONS]):
                yield from self.section(f"sections[{number}]", section)
            if not self.asked:
                yield Fault("sections", "no_questions", "Add a section with at least one question.")
        if len(self.asked) > v.MOST_QUESTIONS:
            yield Fault("sections", "too_many_questions", f"A checklist has at most {v.MOST_QUESTIONS:,} questions.")
        yield from self.of_rules()

    def of_rules(self) -> Iterator[Fault]:
        """After all questions were seen: a rule may ask about one that stands further down."""
        for path, rule, at in self.rules:
            for below, code, words in rule_faults(rule, self.asked, at):
                yield Fault(path + below, code, words)
        for codes in circles(self.asked):
            path = f"{self.asked[codes[0]].path}.relevant"
            yield Fault(
                path,
                "circular_relevance",
                f"{' asks about '.join(codes)}: none of them could be asked first. Take one of these rules out.",
            )

    def grading(self, grading: Any) -> Iterator[Fault]:
        wrong = list(_fields("grading", grading, _GRADING))
        yield from wrong
        if wrong or not isinstance(grading, dict):
            return
        green, amber = grading["green_from"], grading["amber_from"]
        if not 0 <= amber <= green <= 100:
            words = "Green and amber begin between 0 and 100 %, amber no higher than green."
            yield Fault("grading", "bad_grading", words)

    def section(self, path: str, section: Any) -> Iterator[Fault]:
        yield from _fields(path, section, _SECTION)
        if not isinstance(section, dict):
            return
        yield from self.code(path, section.get("code"), self.sections)
        yield from _words(f"{path}.title", section.get("title"), "Give the section a title.")
        self.rules.append((f"{path}.relevant", section.get("relevant"), None))
        questions = section.get("questions")
        if isinstance(questions, list):
            for number, question in enumerate(questions[: v.MOST_QUESTIONS + 1]):
                yield from self.question(f"{path}.questions[{number}]", question, section.get("relevant"), None)

    def code(self, path: str, code: Any, seen: dict[str, str]) -> Iterator[Fault]:
        """Whether the code is one, and the first of it."""
        if not isinstance(code, str):
            return
        if not CODE.match(code) or len(code) > v.LONGEST_CODE:
            words = f"A code is a letter, then letters, digits and _, {v.LONGEST_CODE} at most."
            yield Fault(f"{path}.code", "bad_code", words)
        elif code in seen:
            yield Fault(f"{path}.code", "duplicate_code", f"{code} stands twice: it is also at {seen[code]}.")
        else:
            seen[code] = path

    def question(self, path: str, question: Any, section_rule: Any, group: Asked | None) -> Iterator[Fault]:
        yield from _fields(path, question, _QUESTION)
        if not isinstance(question, dict):
            return
        yield from self.code(path, question.get("code"), self.codes)
        yield from _words(f"{path}.label", question.get("label"), "Write the question.")
        kind = question.get("type")
        if isinstance(kind, str) and kind not in v.QUESTION_TYPES:
            yield Fault(f"{path}.type", "unknown_type", f"Say one of: {', '.join(v.QUESTION_TYPES)}.")
        asked = Asked(
            code=question["code"] if isinstance(question.get("code"), str) else path,
            path=path,
            type=kind if isinstance(kind, str) else "",
            group=group.code if group else "",
            choices=frozenset(_codes_of_choices(question)),
            needs=(section_rule, question.get("relevant")),
        )
        self.asked.setdefault(asked.code, asked)
        for name in ("required_when", "relevant", "constraint"):
            self.rules.append((f"{path}.{name}", question.get(name), asked))
        yield from self.choices(path, question, asked)
        yield from _limits(path, question)
        yield from self.defect(path, question.get("defect"), asked)
        yield from _examples(path, question.get("examples"))
        yield from self.group(path, question, asked, section_rule, group)

    def group(
        self, path: str, question: dict[str, Any], asked: Asked, section_rule: Any, group: Asked | None
    ) -> Iterator[Fault]:
        kind, inside = asked.type, question.get("questions")
        if kind == "assets" and question.get("asset_kind") not in v.ASSET_KINDS:
            yield Fault(f"{path}.asset_kind", "unknown_asset_kind", f"Say one of: {', '.join(v.ASSET_KINDS)}.")
        if not isinstance(inside, list):
            return
        if kind not in v.GROUPS:
            if inside:
                yield Fault(f"{path}.questions", "not_a_group", "Only repeat and assets questions have others inside.")
        elif group is not None:
            yield Fault(path, "nested_too_deep", "A group can't stand inside a group.")
        else:
            if not inside:
                yield Fault(f"{path}.questions", "no_questions", "Add what is asked of each.")
            for number, each in enumerate(inside[: v.MOST_QUESTIONS + 1]):
                yield from self.question(f"{path}.questions[{number}]", each, section_rule, asked)

    def choices(self, path: str, question: dict[str, Any], asked: Asked) -> Iterator[Fault]:
        choices, kind = question.get("choices"), asked.type
        if not isinstance(choices, list):
            return
        built_in = {code for code, _, _ in v.BUILT_IN.get(kind, ())}
        if kind in {"one_of", "many_of"} and not choices:
            yield Fault(f"{path}.choices", "no_choices", "Add what can be chosen.")
        if choices and kind not in v.CHOSEN and kind in v.QUESTION_TYPES:
            yield Fault(f"{path}.choices", "bad_choice", "Nothing can be chosen in a question of this type.")
            return
        yield from _too_many(f"{path}.choices", choices, v.MOST_CHOICES, "choices")
        seen: set[str] = set()
        for number, choice in enumerate(choices[: v.MOST_CHOICES]):
            at = f"{path}.choices[{number}]"
            yield from _fields(at, choice, _CHOICE)
            if not isinstance(choice, dict):
                continue
            yield from _choice(at, choice, built_in, seen)
            self.rules.append((f"{at}.when", choice.get("when"), asked))

    def defect(self, path: str, defect: Any, asked: Asked) -> Iterator[Fault]:
        if defect is None:
            return
        yield from _fields(f"{path}.defect", defect, _DEFECT)
        if not isinstance(defect, dict):
            return
        category, when = defect.get("category"), defect.get("when")
        if isinstance(category, str) and self.categories is not None and category not in self.categories:
            words = f"There is no category {category[:40]}: choose one of the category library."
            yield Fault(f"{path}.defect.category", "unknown_category", words)
        for number, value in enumerate(when if isinstance(when, list) else ()):
            at = f"{path}.defect.when[{number}]"
            if not isinstance(value, str):
                yield Fault(at, "wrong_type", "This must be text.")
            elif asked.choices and value not in asked.choices:
                yield Fault(at, "bad_choice", f"{value[:40]} is no answer to this question.")


def _codes_of_choices(question: Mapping[str, Any]) -> Iterator[str]:
    kind, choices = question.get("type"), question.get("choices")
    if not isinstance(kind, str):
        return
    yield from (code for code, _, _ in v.BUILT_IN.get(kind, ()))
    if kind == "scale":
        yield from map(str, range(v.LEAST_SCALE, v.MOST_SCALE + 1))
    if kind in v.CHOSEN and isinstance(choices, list):
        for choice in choices:
            if isinstance(choice, dict) and isinstance(choice.get("code"), str):
                yield choice["code"]


def _choice(path: str, choice: dict[str, Any], built_in: set[str], seen: set[str]) -> Iterator[Fault]:
    code, points = choice.get("code"), choice.get("points")
    if isinstance(code, str):
        if not CHOICE_CODE.match(code) or len(code) > v.LONGEST_CODE:
            yield Fault(f"{path}.code", "bad_code", f"{code[:40]!r} can't be a choice's code: letters, digits, _ . + -")
        elif built_in and code not in built_in:
            yield Fault(f"{path}.code", "bad_choice", f"This type of question has only: {', '.join(sorted(built_in))}.")
        elif code in seen:
            yield Fault(f"{path}.code", "duplicate_code", f"{code} stands twice among the choices.")
        seen.add(code)
    yield from _words(f"{path}.label", choice.get("label"), "Write what can be chosen.")
    if _is_number(points) and not 0 <= points <= 1:
        yield Fault(f"{path}.points", "bad_points", "Points are from 0 to 1, or nothing where it isn't scored.")


def _limits(path: str, question: dict[str, Any]) -> Iterator[Fault]:
    least, most, weight = question.get("least"), question.get("most"), question.get("weight")
    if _is_number(least) and _is_number(most) and least > most:
        yield Fault(f"{path}.least", "bad_limits", "The least is more than the most.")
    if _is_number(weight) and not 0 <= weight <= 100:
        yield Fault(f"{path}.weight", "bad_weight", "A weight is from 0 (not scored) to 100.")
    elif _is_number(weight) and weight and question.get("type") in _NOT_SCORED:
        yield Fault(f"{path}.weight", "cannot_score", "A question of this type has no points: its weight is 0.")


def _examples(path: str, examples: Any) -> Iterator[Fault]:
    if not isinstance(examples, list):
        return
    yield from _too_many(f"{path}.examples", examples, v.MOST_EXAMPLES, "examples")
    for number, example in enumerate(examples[: v.MOST_EXAMPLES]):
        at = f"{path}.examples[{number}]"
        yield from _fields(at, example, _EXAMPLE)
        picture = example.get("picture") if isinstance(example, dict) else None
        if isinstance(picture, str) and (not PICTURE.match(picture) or len(picture) > v.LONGEST_CODE):
            yield Fault(f"{at}.picture", "bad_example", "Name a picture of the library, or a photo by its id.")


def _words(path: str, text: Any, ask: str) -> Iterator[Fault]:
    if isinstance(text, str) and not text.strip():
        yield Fault(path, "empty_words", ask)


def _too_many(path: str, items: list[Any], most: int, what: str) -> Iterator[Fault]:
    if len(items) > most:
        yield Fault(path, f"too_many_{what}", f"There are {len(items):,} {what}; {most:,} is the most.")


def _fields(path: str, told: Any, wanted: Mapping[str, str]) -> Iterator[Fault]:
    """Whether ``told`` is an object with exactly these fields, each of its type."""
    if not isinstance(told, dict):
        yield Fault(path or "content", "wrong_type", "This must be an object with fields.")
        return
    start = f"{path}." if path else ""
    for name in told:
        if name not in wanted:
            yield Fault(f"{start}{str(name)[:60]}", "unknown_field", "There is no such field: take it out.")
    for name, kind in wanted.items():
        if name not in told:
            yield Fault(f"{start}{name}", "missing_field", f"This is missing: it is {kind}.")
        else:
            yield from _type(f"{start}{name}", told[name], kind, v.LONGEST_TEXT if name in _LONGER else v.LONGEST_LABEL)


def _type(path: str, value: Any, kind: str, longest: int) -> Iterator[Fault]:
    right = {
        _TEXT: isinstance(value, str),
        _YES_NO: isinstance(value, bool),
        _LIST: isinstance(value, list),
        _OBJECT: isinstance(value, dict),
        _RULE: value is None or isinstance(value, dict),
        _OFFER: value is None or isinstance(value, dict),
        _NUMBER: _is_number(value),
        _NUMBER_OR_NOTHING: value is None or _is_number(value),
    }[kind]
    if not right:
        yield Fault(path, "wrong_type", f"This must be {kind}.")
    elif isinstance(value, str) and len(value) > longest:
        yield Fault(path, "too_long", f"This is {len(value):,} characters long; {longest:,} is the most.")
    elif isinstance(value, str) and value != value.encode("utf-8", "replace").decode().replace("\0", "\ufffd"):
        yield Fault(path, "bad_text", "This holds a character that can't be kept, such as half of an emoji.")


def _is_number(value: Any) -> TypeGuard[float]:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)
