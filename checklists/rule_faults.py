"""What is wrong with a rule (relevance, required, constraint, choice), and which rules run in a circle. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from checklists import vocabulary as v


@dataclass(frozen=True)
class Asked:
    """What a rule has to know of a question. ``needs`` are the rules that decide whether it is asked."""

    code: str
    path: str
    type: str
    group: str
    choices: frozenset[str]
    needs: tuple[Any, ...]


RuleFault = tuple[str, str, str]


def rule_faults(rule: Any, asked: Mapping[str, Asked], at: Asked | None) -> Iterator[RuleFault]:
    """(path below the rule, code, words) of each fault. ``at`` is the question that the rule belongs to.

    What is neither a rule nor null was named with the field's type already.
    """
    if isinstance(rule, dict):
        yield from _faults(rule, asked, at, 1)


def _faults(rule: Any, asked: Mapping[str, Asked], at: Asked | None, depth: int) -> Iterator[RuleFault]:
    if not isinstance(rule, dict):
        yield "", "bad_rule", "A rule is an object: all, any, not, or a question with an op."
    elif depth > v.MOST_RULE_DEPTH:
        yield "", "too_deep", f"A rule is nested at most {v.MOST_RULE_DEPTH} deep."
    elif len(rule) == 1 and rule.keys() <= {"all", "any", "not"}:
        for path, part in _parts(rule):
            for below, code, words in _faults(part, asked, at, depth + 1):
                yield path + below, code, words
    elif not {"question", "op"} <= rule.keys() <= {"question", "op", "value"}:
        yield "", "bad_rule", "A rule is one of: all, any, not, or a question with an op and a value."
    else:
        yield from _test_faults(rule, asked, at)


def _parts(rule: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The rules inside all, any or not, each with its path. A list that is none, or empty, is a part that is wrong."""
    ((name, parts),) = rule.items()
    if name == "not" or not isinstance(parts, list) or not parts:
        return [(f".{name}", parts)]
    return [(f".{name}[{number}]", part) for number, part in enumerate(parts)]


def _test_faults(rule: Mapping[str, Any], asked: Mapping[str, Asked], at: Asked | None) -> Iterator[RuleFault]:
    code, op, value = rule["question"], rule["op"], rule.get("value")
    if op not in v.OPS:
        yield ".op", "bad_rule", f"Say one of: {', '.join(v.OPS)}."
        return
    if (op == "answered") != ("value" not in rule):
        yield ".value", "bad_rule", "Every op but answered compares with a value."
        return
    other = asked.get(code) if isinstance(code, str) else None
    if other is None:
        yield ".question", "unknown_question", f"There is no question {str(code)[:40]}."
    elif other.group and (at is None or other.group not in (at.group, at.code)):
        yield ".question", "out_of_reach", f"{other.code} is asked of each of a group: only that group can look at it."
    elif "value" in rule:
        yield from _value_faults(op, value, other)


def _value_faults(op: str, value: Any, other: Asked) -> Iterator[RuleFault]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number and not isinstance(value, str):
        yield ".value", "bad_value", "Compare with text or a number."
    elif op == "includes" and other.type != "many_of":
        yield ".op", "bad_rule", "Only a question with many answers includes one."
    elif other.type in v.COUNTED:
        if not number:
            yield ".value", "bad_value", f"{other.code} is a number: compare it with one."
    elif op in v.ORDERING_OPS and other.type not in {"date", "grade"}:
        yield ".op", "bad_rule", f"{other.code} is neither a number, a date nor a grade: it has no above and below."
    elif not isinstance(value, str):
        yield ".value", "bad_value", f"{other.code} is no number: compare it with text."
    elif other.choices and value not in other.choices:
        yield ".value", "bad_value", f"{value[:40]} is no answer to {other.code}."


def looks_at(rule: Any, depth: int = 0) -> Iterator[str]:
    """The codes of the questions that a rule asks about, in the order in which they stand."""
    if not isinstance(rule, dict) or depth > v.MOST_RULE_DEPTH:
        return
    if isinstance(rule.get("question"), str):
        yield rule["question"]
    parts = rule.get("all") or rule.get("any") or [rule.get("not")]
    for part in parts if isinstance(parts, list) else ():
        yield from looks_at(part, depth + 1)


def circles(asked: Mapping[str, Asked]) -> list[list[str]]:
    """The first circle of questions, each of which is asked depending on the next; [] where there is none."""
    graph: dict[str, set[str]] = {}
    for code, each in asked.items():
        needs = {other for rule in each.needs for other in looks_at(rule) if other in asked}
        graph[code] = needs | ({each.group} if each.group else set())
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]  # each is needed by the next, the first once more at the end
        return [circle[::-1]]
    return []
