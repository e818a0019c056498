"""A rule as a sentence that people can check. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.vocabulary import MOST_RULE_DEPTH

_OPS = {
    "is": "is {}",
    "is_not": "is not {}",
    "above": "is above {}",
    "below": "is below {}",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "answered": "is answered",
    "includes": "includes {}",
}


def rule_in_words(rule: Any, labels: Mapping[str, str], depth: int = 0) -> str:
    """``B3 Alley gates is fail, and (D1 Lamps is pass or D2 Signs is pass)``; ``labels`` are by code.

    Takes any JSON: what is no rule is told as "a rule that can't be read".
    """
    if isinstance(rule, dict) and depth <= MOST_RULE_DEPTH:
        for name, joined in (("all", " and "), ("any", " or ")):
            if isinstance(rule.get(name), list) and rule[name]:
                parts = [rule_in_words(part, labels, depth + 1) for part in rule[name]]
                text = joined.join(parts)
                return f"({text})" if depth and len(parts) > 1 else text
        if "not" in rule:
            return f"not ({rule_in_words(rule['not'], labels, depth + 1)})"
        question, op = rule.get("question"), rule.get("op")
        if isinstance(question, str) and isinstance(op, str) and op in _OPS:
            return f"{labels.get(question, question)} {_OPS[op].format(rule.get('value'))}"
    return "a rule that can't be read"
