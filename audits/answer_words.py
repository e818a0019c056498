"""An answer in words, as reports and lists show it. Pure: no Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from checklists.definition import Question
from checklists.vocabulary import GROUPS

NOT_ANSWERED = "Not answered"


def answer_in_words(question: Question, value: Any) -> str:
    """What was answered, by the labels of the version that was asked: "Fail", "12 lamps", "Litter, Glass",
    "3 photos", "22 November 2026". A value that this version does not know is shown as it is."""
    if value is None or value == "" or value == []:
        return NOT_ANSWERED
    if question.type in GROUPS:
        return _label_of_thing(value)
    if question.type == "many_of" and isinstance(value, list):
        return ", ".join(_label(question, each) for each in value)
    if question.choices:
        return _label(question, value)
    return _plain(question, value)


def _plain(question: Question, value: Any) -> str:
    if question.type == "scale":
        return f"{value} of 5"
    if question.type == "photo":
        return counted(value, "photo")
    if question.type == "pin" and isinstance(value, list):
        return _pins(value)
    if question.type == "date":
        return _day(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if question.type in {"count", "number"} and question.unit:
        return f"{value} {question.unit}"
    return str(value)


def _label(question: Question, code: Any) -> str:
    choice = question.choice_of.get(code) if isinstance(code, str) else None
    return choice.label if choice else str(code)


def _label_of_thing(value: Any) -> str:
    label = value.get("label") if isinstance(value, Mapping) else None
    return str(label or "Looked at")


def _pins(pins: list[Any]) -> str:
    said = [str(pin.get("words")) for pin in pins if isinstance(pin, Mapping) and pin.get("words")]
    places = counted(len(pins), "place")
    return f"{places}: {'; '.join(said)}" if said else places


def _day(value: Any) -> str:
    try:
        day = dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{day.day} {day:%B %Y}"


def counted(number: Any, thing: str) -> str:
    """ "1 photo", "2 photos"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
