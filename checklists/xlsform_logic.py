"""The logic of a form, both ways: XLSForm's formulae to rules of a checklist, and rules to formulae. Pure.

A formula that asks for something that a rule can't say raises NotKept with the reason, so that whoever
imports a form hears of it by name; nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from checklists.vocabulary import COUNTED, ORDERING_OPS
from checklists.xpath import Answer, Binary, Call, Name, Number, Self, Text, Tree

Rule = dict[str, Any]
# What a formula comes to: a rule, or the same for everybody.
Outcome = Rule | bool

_OPS = {"=": "is", "!=": "is_not", ">": "above", "<": "below", ">=": "at_least", "<=": "at_most"}
_SIGNS = {op: sign for sign, op in _OPS.items()}
_FLIPPED = {"=": "=", "!=": "!=", ">": "<", "<": ">", ">=": "<=", "<=": ">="}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
# ``if`` in ``if``: each adds a branch to every comparison with it.
MOST_BRANCHES = 40
_COUNTABLE = frozenset({"photo", "pin", "repeat", "assets"})


class NotKept(ValueError):
    """A rule can't say this. ``words`` name what it is."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class NoSuchName(NotKept):
    """A bare name that is no column here: in XPath it is nothing, which nobody means."""


@dataclass(frozen=True)
class Known:
    """What a formula has to know of a question: its code here, its type, the group that it is in, the codes of its
    choices, and what they were called in the form where that is something else."""

    code: str
    type: str
    group: str = ""
    choices: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """Where a formula stands.

    ``questions`` by the names of the form, ``lost`` are names whose question was not kept, ``columns`` the
    further columns of the choice whose filter it is, ``myself`` the question that ``.`` means, ``group`` the
    repeat that it stands in. A calculation is read in the place of its name.
    """

    questions: Mapping[str, Known]
    calculations: Mapping[str, Tree] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    columns: Mapping[str, str] | None = None
    myself: Known | None = None
    group: str = ""


@dataclass(frozen=True)
class _Asked:
    """The answer to a question, in a comparison; ``counted`` where its number is meant."""

    known: Known
    counted: bool = False


_Value = str | float | _Asked


def outcome_of(tree: Tree, scope: Scope) -> Outcome:
    """What a formula comes to as a condition. Raises NotKept, also with a name that the form doesn't have."""
    return _Translation(scope).condition(tree)


class _Translation:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.inside: list[str] = []

    def condition(self, tree: Tree) -> Outcome:
        if isinstance(tree, Binary):
            if tree.op in {"and", "or"}:
                return _row(tree.op, [self.condition(part) for part in tree.parts])
            if tree.op in _OPS:
                return self.comparison(tree.op, tree.parts[0], tree.parts[1])
            raise NotKept(f"the sum with {tree.op!r}")
        if isinstance(tree, Call):
            return self.call(tree)
        if isinstance(tree, Text):
            return bool(tree.value)
        if isinstance(tree, Number):
            return tree.value != 0 and not math.isnan(tree.value)
        if isinstance(tree, Answer) and tree.name in self.scope.calculations:
            return self.calculated(tree.name, self.condition)
        raise NotKept("an answer that is neither compared nor asked for")

    def call(self, tree: Call) -> Outcome:
        name, given = tree.function, tree.arguments
        if name in {"true", "false"} and not given:
            return name == "true"
        if name == "not" and len(given) == 1:
            return _not(self.condition(given[0]))
        if name in {"boolean", "boolean-from-string"} and len(given) == 1:
            return self.condition(given[0])
        if name == "selected" and len(given) == 2:
            return self.selected(given[0], given[1])
        if name == "if" and len(given) == 3:
            sure = self.condition(given[0])
            then = _row("and", [sure, self.condition(given[1])])
            return _row("or", [then, _row("and", [_not(sure), self.condition(given[2])])])
        raise NotKept(f"the function {name}()")

    def selected(self, whose: Tree, which: Tree) -> Outcome:
        found: list[Outcome] = []
        for guard, left in self.values(whose):
            for other, right in self.values(which):
                if isinstance(right, _Asked):
                    raise NotKept("selected() with another answer")
                code = _plain(right)
                if not isinstance(left, _Asked):
                    chosen: Outcome = code in str(left).split()
                elif left.known.type == "many_of":
                    chosen = _test(left.known, "includes", code)
                else:
                    chosen = _test(left.known, "is", code)
                found.append(_row("and", [guard, other, chosen]))
        return _row("or", found)

    def comparison(self, sign: str, left: Tree, right: Tree) -> Outcome:
        measured = self.measured(sign, left, right)
        if measured is not None:
            return measured
        pairs = list(product(self.values(left), self.values(right)))
        if len(pairs) > MOST_BRANCHES:
            raise NotKept("if() in if(), too many times")
        return _row("or", [_row("and", [g, h, _compare(sign, a, b)]) for (g, a), (h, b) in pairs])

    def measured(self, sign: str, left: Tree, right: Tree) -> Outcome | None:
        """``string-length(x) > 0`` and ``count-selected(x) >= 1``: is there an answer? None for other formulae."""
        if isinstance(left, Number):
            left, right, sign = right, left, _FLIPPED[sign]
        if not (isinstance(left, Call) and left.function in {"string-length", "count-selected"}):
            return None
        if not (isinstance(right, Number) and len(left.arguments) == 1):
            raise NotKept(f"the function {left.function}()")
        answered = self.comparison("!=", left.arguments[0], Text(""))
        if (sign, right.value) in {(">", 0), ("!=", 0), (">=", 1)}:
            return answered
        if (sign, right.value) in {("=", 0), ("<", 1), ("<=", 0)}:
            return _not(answered)
        raise NotKept(f"the function {left.function}() other than for whether there is an answer")

    def values(self, tree: Tree) -> list[tuple[Outcome, _Value]]:
        """What an operand can be, each with the condition on which it is that."""
        if isinstance(tree, Text):
            return [(True, tree.value)]
        if isinstance(tree, Number):
            return [(True, tree.value)]
        if isinstance(tree, Self):
            if self.scope.myself is None:
                raise NotKept("a dot that means no question")
            return [(True, _Asked(self.scope.myself))]
        if isinstance(tree, Name):
            return self.named(tree.name)
        if isinstance(tree, Answer):
            if tree.name in self.scope.calculations:
                return self.calculated(tree.name, self.values)
            return [(True, _Asked(self.known(tree.name)))]
        if isinstance(tree, Call):
            return self.called(tree)
        raise NotKept(f"the sum with {tree.op!r}" if isinstance(tree, Binary) else f"the path {tree.source}")

    def called(self, tree: Call) -> list[tuple[Outcome, _Value]]:
        name, given = tree.function, tree.arguments
        if name == "if" and len(given) == 3:
            sure = self.condition(given[0])
            branches = [(sure, given[1]), (_not(sure), given[2])]
            found = [
                (_row("and", [guard, more]), value) for guard, branch in branches for more, value in self.values(branch)
            ]
            if len(found) > MOST_BRANCHES:
                raise NotKept("if() in if(), too many times")
            return [(guard, value) for guard, value in found if guard is not False]
        if name in {"string", "number", "int", "once"} and len(given) == 1:
            return self.values(given[0])
        if name == "concat" and all(isinstance(part, Text) for part in given):
            return [(True, "".join(part.value for part in given if isinstance(part, Text)))]
        if name == "count" and len(given) == 1 and isinstance(given[0], Answer | Self):
            known = self.known(given[0].name) if isinstance(given[0], Answer) else self.scope.myself
            if known is not None and known.type in _COUNTABLE:
                return [(True, _Asked(known, counted=True))]
        if name in {"true", "false"} and not given:
            return [(True, name)]
        raise NotKept(f"the function {name}()")

    def named(self, name: str) -> list[tuple[Outcome, _Value]]:
        columns = self.scope.columns
        if columns is None:
            raise NoSuchName(
                f"{name} stands without ${{ }}: write ${{{name}}} for the answer, or '{name}' for the word."
            )
        if name not in columns:
            raise NoSuchName(f"The sheet 'choices' has no column {name}: write '{name}' for the word.")
        return [(True, columns[name])]

    def known(self, name: str) -> Known:
        if name in self.scope.lost:
            raise NotKept(f"the answer to {name}, which is not kept")
        known = self.scope.questions.get(name)
        if known is None:
            raise NotKept(f"the answer to {name}, which is no question")
        if known.group and known.group != self.scope.group:
            raise NotKept(f"the answer to {name}, which is asked of each in a repeat, from outside of it")
        return known

    def calculated(self, name: str, reading: Callable[[Tree], Any]) -> Any:
        if name in self.inside:
            raise NotKept(f"the calculation {name}, which asks for itself")
        self.inside.append(name)
        try:
            return reading(self.scope.calculations[name])
        finally:
            self.inside.pop()


def _row(op: str, parts: list[Outcome]) -> Outcome:
    """``and`` or ``or`` of these, with what is the same for everybody left out."""
    decides = op == "or"
    rules = [part for part in parts if not isinstance(part, bool)]
    if any(part is decides for part in parts):
        return decides
    if not rules:
        return not decides
    return rules[0] if len(rules) == 1 else {"any" if op == "or" else "all": rules}


def _not(outcome: Outcome) -> Outcome:
    return not outcome if isinstance(outcome, bool) else {"not": outcome}


def _compare(sign: str, left: _Value, right: _Value) -> Outcome:
    if isinstance(left, _Asked) and isinstance(right, _Asked):
        raise NotKept("the comparison of two answers")
    if isinstance(right, _Asked):
        return _compare(_FLIPPED[sign], right, left)
    if not isinstance(left, _Asked):
        return _constants(sign, left, right)
    if left.known.type in _COUNTABLE and not left.counted and right != "":
        raise NotKept(f"the value of {left.known.code}, other than for whether there is one")
    if right == "":
        if sign not in {"=", "!="}:
            raise NotKept("more or less than nothing")
        answered: Rule = {"question": left.known.code, "op": "answered"}
        return answered if sign == "!=" else {"not": answered}
    return _test(left.known, _OPS[sign], right)


def _constants(sign: str, left: str | float, right: str | float) -> bool:
    """XPath's own rule: as text where both are text and it is about being the same, else as numbers."""
    if isinstance(left, str) and isinstance(right, str) and sign in {"=", "!="}:
        return _COMPARE[sign](left, right)
    return _COMPARE[sign](_as_number(left), _as_number(right))


def _as_number(value: str | float) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _plain(value: str | float) -> str:
    """A literal as the code of a choice: 1, not 1.0."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value


def _test(known: Known, op: str, value: str | float) -> Outcome:
    """One comparison of an answer with a literal, in the type that the answer has."""
    if known.type in COUNTED:
        number = _as_number(value)
        if not math.isfinite(number):
            raise NotKept(f"the comparison of the number {known.code} with {value!r}")
        whole = int(number) if number.is_integer() else number
        return {"question": known.code, "op": op, "value": whole}
    text = known.renamed.get(_plain(value), _plain(value))
    if op in ORDERING_OPS and known.type not in {"date", "grade"}:
        raise NotKept(f"above or below of {known.code}, which is no number")
    if known.choices and text not in known.choices:  # nobody can have chosen it
        return op == "is_not"
    return {"question": known.code, "op": op, "value": text}


def both(first: Outcome, second: Outcome) -> Outcome:
    """Both have to hold."""
    return _row("and", [first, second])


def either(first: Outcome, second: Outcome) -> Outcome:
    """One of them has to hold."""
    return _row("or", [first, second])


def formula_of(rule: Mapping[str, Any], types: Mapping[str, str], myself: str = "") -> str:
    """A rule as XLSForm writes it. ``types`` by code; ``myself`` is the question that ``.`` stands for."""
    if "all" in rule or "any" in rule:
        word = "and" if "all" in rule else "or"
        parts = [formula_of(part, types, myself) for part in rule["all" if word == "and" else "any"]]
        nested = [set(part) & {"all", "any"} for part in rule["all" if word == "and" else "any"]]
        return f" {word} ".join(f"({part})" if deep else part for part, deep in zip(parts, nested, strict=True))
    if "not" in rule:
        return f"not({formula_of(rule['not'], types, myself)})"
    code, op = rule["question"], rule["op"]
    answer = "." if code == myself else f"${{{code}}}"
    if op == "answered":
        return f"{answer} != ''"
    if op == "includes":
        return f"selected({answer}, {_literal(rule['value'])})"
    if types.get(code) in _COUNTABLE:
        answer = f"count({answer})"
    return f"{answer} {_SIGNS[op]} {_literal(rule['value'])}"


def _literal(value: str | float) -> str:
    if not isinstance(value, str):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    pieces = ', "\'", '.join(f"'{piece}'" for piece in value.split("'"))
    return f"concat({pieces})"
