"""Which questions are asked, which answers are missing, and which can't be: one reading of rules and answers.

Pure. Answers are ``{(question, instance): value}``; instance is "" at the top and names one of a group inside.
A question that isn't asked counts as unanswered, whatever was answered before.
pwa/src/rooms/eva/questions/rules.ts is its twin; tests/checklists/cases holds both to the same answers.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.definition import Choice, Definition, Question, Rule
from checklists.rule_faults import looks_at
from checklists.vocabulary import CHOSEN, GRADES, GROUPS, LEAST_SCALE, LONGEST_TEXT, MOST_SCALE

Key = tuple[str, str]
Answers = Mapping[Key, Any]

INSTANCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
# A number beyond this is a slip of the finger, and JSON readers disagree on it.
_LARGEST = 1e12
_MOST_PINS = 100


def is_unanswered(question: Question, value: Any) -> bool:
    """Nothing was said: no answer, one that was taken back, or an empty one."""
    return value is None or value == "" or value == [] or (question.type == "photo" and value == 0)


def relevant(definition: Definition, answers: Answers) -> set[Key]:
    """Every (question, instance) that is asked, given these answers. Ends for every definition."""
    return set(Asking(definition, answers).asked)


def live(definition: Definition, answers: Answers) -> dict[Key, Any]:
    """The answers that count: of questions that are asked, and not taken back. In the checklist's order."""
    return Asking(definition, answers).in_order()


def missing(definition: Definition, answers: Answers) -> list[Key]:
    """What is asked, has to be answered and isn't, in the checklist's order."""
    asking = Asking(definition, answers)
    found = []
    for question in definition.questions.values():
        for key in asking.keys_of(question):
            if key in asking.asked and not asking.is_answered(key):
                needed = question.required_when is not None and asking.holds(question.required_when, key[1])
                if question.required or needed:
                    found.append(key)
    return found


def instances(definition: Definition, answers: Answers, group: str) -> list[str]:
    """The instances of a repeat or assets question that stand, sorted by their id."""
    return Asking(definition, answers).instances(group)


def offered(definition: Definition, answers: Answers, question: str, instance: str = "") -> list[Choice]:
    """The choices that a question offers, given these answers."""
    asking = Asking(definition, answers)
    choices = definition.questions[question].choices
    return [choice for choice in choices if choice.when is None or asking.holds(choice.when, instance)]


def constraint_holds(definition: Definition, answers: Answers, question: str, instance: str = "") -> bool:
    """Whether the answer keeps to the question's constraint; what isn't answered does."""
    asking = Asking(definition, answers)
    constraint = definition.questions[question].constraint
    return constraint is None or not asking.is_answered((question, instance)) or asking.holds(constraint, instance)


def offered_defect(question: Question, value: Any) -> str | None:
    """The category of the defect that this answer offers to report; None where it offers none.

    A question that lists no values offers it for every answer but 0: something was found.
    """
    if question.defect is None or is_unanswered(question, value) or value == 0:
        return None
    when = question.defect.when
    given = [str(each) for each in (value if isinstance(value, list) else [value])]
    return question.defect.category if not when or any(each in when for each in given) else None


class Asking:
    """One walk through the questions: what is asked, by the answers of what was decided before.

    ``asked`` are the keys of the questions that are asked, ``live`` the answers that count: of questions that
    are asked, and not taken back. An instance of a group is a key of ``live`` too.
    """

    def __init__(self, definition: Definition, answers: Answers) -> None:
        self.definition = definition
        self.answers = answers
        self.asked: set[Key] = set()
        self.live: dict[Key, Any] = {}
        self._instances: dict[str, list[str]] = {}
        groups = {code for code, each in definition.questions.items() if each.type in GROUPS}
        for code, instance in sorted(key for key in answers if key[0] in groups and key[1]):
            if not is_unanswered(definition.questions[code], answers[code, instance]):
                self._instances.setdefault(code, []).append(instance)
        for question in _decided_in_order(definition):
            self._decide(question)

    def instances(self, group: str) -> list[str]:
        """Of a group that is asked; none of one that isn't, or isn't decided yet."""
        return self._instances.get(group, []) if (group, "") in self.asked else []

    def keys_of(self, question: Question) -> list[Key]:
        """Where this question could be asked: at the top, or in each instance of its group."""
        if not question.group:
            return [(question.code, "")]
        return [(question.code, instance) for instance in self.instances(question.group)]

    def _decide(self, question: Question) -> None:
        section = self.definition.section_of[question.code]
        if section.relevant is not None and not self.holds(section.relevant, ""):
            return
        for key in self.keys_of(question):
            if question.relevant is None or self.holds(question.relevant, key[1]):
                self.asked.add(key)
                if question.type in GROUPS:
                    for instance in self.instances(question.code):
                        self.live[question.code, instance] = self.answers[question.code, instance]
                elif not is_unanswered(question, self.answers.get(key)):
                    self.live[key] = self.answers[key]

    def is_answered(self, key: Key) -> bool:
        question = self.definition.questions[key[0]]
        return bool(self.instances(key[0])) if question.type in GROUPS else key in self.live

    def in_order(self) -> dict[Key, Any]:
        ordered: dict[Key, Any] = {}
        for question in self.definition.questions.values():
            keys = self.keys_of(question)
            if question.type in GROUPS:
                keys = [(question.code, instance) for instance in self.instances(question.code)]
            ordered.update((key, self.live[key]) for key in keys if key in self.live)
        return ordered

    def holds(self, rule: Rule, instance: str) -> bool:
        """Whether a rule holds, looking in this instance first, then at the top."""
        if "all" in rule:
            return all(self.holds(part, instance) for part in rule["all"])
        if "any" in rule:
            return any(self.holds(part, instance) for part in rule["any"])
        if "not" in rule:
            return not self.holds(rule["not"], instance)
        question = self.definition.questions.get(rule["question"])
        value = self._value(question, instance) if question else None
        if question is None or value is None:
            return bool(rule["op"] == "is_not")
        return _compare(question, rule["op"], value, rule.get("value"))

    def _value(self, question: Question, instance: str) -> Any:
        """What a rule compares: the answer, or how many there are of groups and pins. None: unanswered."""
        if question.type in GROUPS:
            return len(self.instances(question.code)) or None
        value = self.live.get((question.code, instance if question.group else ""))
        return len(value) if question.type == "pin" and isinstance(value, list) else value


def _compare(question: Question, op: str, value: Any, other: Any) -> bool:
    if op == "answered":
        return True
    if op == "includes":
        return isinstance(value, list) and other in value
    same = value == [other] if isinstance(value, list) else value == other
    if op == "is":
        return same
    if op == "is_not":
        return not same
    order = _order(question, value, other)
    if order is None:
        return False
    return {"above": order > 0, "below": order < 0, "at_least": order >= 0, "at_most": order <= 0}[op]


def _order(question: Question, value: Any, other: Any) -> int | None:
    """Above 0 where the value is more (a better grade, a later day), below 0 where it is less; None: no order."""
    left: Any = value
    right: Any = other
    if question.type == "grade":
        if value not in GRADES or other not in GRADES:
            return None
        left, right = -GRADES.index(value), -GRADES.index(other)
    elif not (_is_number(left) and _is_number(right)) and not (isinstance(left, str) and isinstance(right, str)):
        return None
    return (left > right) - (left < right)


def _decided_in_order(definition: Definition) -> list[Question]:
    """Every question after those that its rules ask about, otherwise as it stands; a circle is cut where it closes."""
    questions = definition.questions
    done: list[Question] = []
    begun: set[str] = set()
    for start in questions.values():
        # By hand instead of by recursion: a chain may be as long as the checklist.
        path: list[tuple[Question, Iterator[str]]] = []
        if start.code not in begun:
            begun.add(start.code)
            path.append((start, _needs(definition, start)))
        while path:
            needs = path[-1][1]
            following = next((code for code in needs if code in questions and code not in begun), None)
            if following is None:
                done.append(path.pop()[0])
            else:
                begun.add(following)
                path.append((questions[following], _needs(definition, questions[following])))
    return done


def _needs(definition: Definition, question: Question) -> Iterator[str]:
    yield from looks_at(definition.section_of[question.code].relevant)
    if question.group:
        yield question.group
    yield from looks_at(question.relevant)


def faults_of_value(question: Question, value: Any) -> list[str]:
    """What is wrong with an answer, in words; an empty list where it can be kept. None (taken back) always can."""
    if value is None:
        return []
    if question.type in CHOSEN:
        return _faults_of_chosen(question, value)
    if question.type in GROUPS:
        return _faults_of_instance(value)
    if question.type == "pin":
        return _faults_of_pins(value)
    if question.type == "text":
        if not isinstance(value, str):
            return ["The answer is text."]
        return [f"Write at most {LONGEST_TEXT:,} characters."] if len(value) > LONGEST_TEXT else []
    if question.type == "date":
        return [] if isinstance(value, str) and _is_day(value) else ["The answer is a day, as in 2026-05-31."]
    return _faults_of_number(question, value)


def _faults_of_chosen(question: Question, value: Any) -> list[str]:
    chosen = value if question.type == "many_of" else [value]
    known = question.choice_of
    if not isinstance(chosen, list) or not all(isinstance(code, str) and code in known for code in chosen):
        return [f"Choose from: {', '.join(list(known)[:12])}."]
    return ["A choice stands twice."] if len(set(chosen)) < len(chosen) else []


def _faults_of_number(question: Question, value: Any) -> list[str]:
    least, most = question.least, question.most
    if question.type == "scale":
        least, most = LEAST_SCALE, MOST_SCALE
    elif question.type in {"count", "photo"}:
        least = max(0, least or 0)
    if not _is_number(value) or abs(value) > _LARGEST:
        return ["The answer is a number."]
    if question.type != "number" and value != int(value):
        return ["The answer is a whole number."]
    if least is not None and value < least:
        return [f"The answer is at least {_plain(least)}."]
    if most is not None and value > most:
        return [f"The answer is at most {_plain(most)}."]
    return []


def _faults_of_instance(value: Any) -> list[str]:
    if not isinstance(value, dict) or set(value) != {"label", "asset_id"}:
        return ["One of a group has a label and an asset_id."]
    label, asset = value["label"], value["asset_id"]
    if not isinstance(label, str) or len(label) > 200 or not (asset is None or isinstance(asset, str)):
        return ["The label is text of at most 200 characters, the asset_id an id or null."]
    return []


def _faults_of_pins(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > _MOST_PINS:
        return [f"The answer is a list of at most {_MOST_PINS} pins."]
    for pin in value:
        if not isinstance(pin, dict) or set(pin) != {"longitude", "latitude", "words"}:
            return ["A pin has a longitude, a latitude and words."]
        east, north, words = pin["longitude"], pin["latitude"], pin["words"]
        if not (_is_number(east) and _is_number(north) and abs(east) <= 180 and abs(north) <= 90):
            return ["A pin lies on the Earth: longitude and latitude are in degrees."]
        if not isinstance(words, str) or len(words) > LONGEST_TEXT:
            return [f"A pin's words are text of at most {LONGEST_TEXT:,} characters."]
    return []


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)
