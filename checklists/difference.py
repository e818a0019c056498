"""What changed from one version of a checklist to another, by the codes of what it is made of. Pure.

Takes any two contents, drafts with faults too: what can't be read as a section or a question is passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checklists.rule_words import rule_in_words
from checklists.vocabulary import BUILT_IN


@dataclass(frozen=True)
class Change:
    """``kind`` is added, removed, changed or moved; ``before`` and ``after`` are the words on each side, or None."""

    path: str
    kind: str
    label: str
    before: str | None
    after: str | None
    words: str


Fields = Mapping[str, Any]

_ABOUT_ALL = {"title": "The title", "purpose": "The purpose", "kind": "The kind"}
_ABOUT_SECTION = {
    "title": "the title",
    "help": "the help",
    "relevant": "when it is asked",
    "scored": "whether it is scored",
}
_ABOUT_QUESTION = {
    "label": "the question",
    "help": "the help",
    "examples": "the examples",
    "type": "the type",
    "required": "whether it must be answered",
    "required_when": "when it must be answered",
    "relevant": "when it is asked",
    "constraint": "what an answer must keep to",
    "constraint_words": "the words for an answer that doesn't",
    "restricted": "whether its answers are restricted",
    "unit": "the unit",
    "least": "the least",
    "most": "the most",
    "weight": "the weight",
    "defect": "the defect that it offers",
    "asset_kind": "the kind of asset",
}
_ABOUT_CHOICE = {
    "label": "the words",
    "points": "the points",
    "fails": "whether it fails by itself",
    "when": "when it is offered",
}
_RULES = {"relevant", "required_when", "constraint", "when"}
_LONGEST = 300


def difference(before: Any, after: Any) -> list[Change]:
    """Every change that leads from one content to the other, in the order of the newer one."""
    return list(_Difference(before, after).changes())


class _Difference:
    def __init__(self, before: Any, after: Any) -> None:
        self.before = before if isinstance(before, dict) else {}
        self.after = after if isinstance(after, dict) else {}
        self.old, self.new = dict(_questions(self.before)), dict(_questions(self.after))
        self.labels = {code: _label(question) for code, (_, question) in {**self.old, **self.new}.items()}

    def changes(self) -> Iterator[Change]:
        yield from self._fields("", "The checklist", self.before, self.after, _ABOUT_ALL)
        yield from self._grading()
        old, new = _by_code(self.before.get("sections")), _by_code(self.after.get("sections"))
        moved = _moved(list(old), list(new))
        for code, section in new.items():
            path, label = f"sections/{code}", f"{code} {section.get('title', '')}".strip()
            if code not in old:
                yield Change(path, "added", label, None, label, f"The section “{label}” is new.")
            else:
                if code in moved:
                    yield Change(path, "moved", label, None, None, f"The section “{label}” stands elsewhere.")
                yield from self._fields(path, f"Section “{label}”", old[code], section, _ABOUT_SECTION, label)
            yield from self._within(path, old.get(code, {}), section)
        for code, section in old.items():
            label = f"{code} {section.get('title', '')}".strip()
            if code not in new:
                yield Change(f"sections/{code}", "removed", label, label, None, f"The section “{label}” is gone.")
        for code, (where, question) in self.old.items():
            if code not in self.new:
                label = _label(question)
                yield Change(f"{where}/{code}", "removed", label, label, None, f"“{label}” is not asked any more.")

    def _grading(self) -> Iterator[Change]:
        old, new = self.before.get("grading"), self.after.get("grading")
        for name, words in (("green_from", "Green begins"), ("amber_from", "Amber begins")):
            was = old.get(name) if isinstance(old, dict) else None
            is_now = new.get(name) if isinstance(new, dict) else None
            if was != is_now:
                told = f"{words} at {_words(is_now)}% instead of {_words(was)}%."
                yield Change(f"grading/{name}", "changed", words, _words(was), _words(is_now), told)

    def _within(self, path: str, old: Fields, new: Fields) -> Iterator[Change]:
        """The questions of a section or a group of the newer version, whatever the older had at their place."""
        wanted = _by_code(new.get("questions"))
        moved = _moved(list(_by_code(old.get("questions"))), list(wanted))
        for code, question in wanted.items():
            here, label = f"{path}/questions", _label(question)
            if code not in self.old:
                yield Change(f"{here}/{code}", "added", label, None, label, f"“{label}” is new.")
                was: Fields = {}
            else:
                where, was = self.old[code]
                if where != here or code in moved:
                    to = "" if where == here else f" in {here.split('/')[1]}"
                    yield Change(f"{here}/{code}", "moved", label, where, here, f"“{label}” stands elsewhere{to}.")
                yield from self._fields(f"{here}/{code}", f"“{label}”", was, question, _ABOUT_QUESTION, label)
                yield from self._choices(f"{here}/{code}", label, was, question)
            yield from self._within(f"{here}/{code}", was, question)

    def _choices(self, path: str, label: str, old: Fields, new: Fields) -> Iterator[Change]:
        was, will_be = _choices_of(old), _choices_of(new)
        moved = _moved(list(was), list(will_be))
        for code, choice in will_be.items():
            at, name = f"{path}/choices/{code}", _words(choice.get("label"))
            if code not in was:
                yield Change(at, "added", label, None, name, f"“{label}”: the choice “{name}” is new.")
                continue
            if code in moved:
                yield Change(at, "moved", label, None, None, f"“{label}”: the choice “{name}” stands elsewhere.")
            yield from self._fields(at, f"“{label}”, choice “{name}”", was[code], choice, _ABOUT_CHOICE, label)
        for code, choice in was.items():
            if code not in will_be:
                name = _words(choice.get("label"))
                words = f"“{label}”: the choice “{name}” is gone."
                yield Change(f"{path}/choices/{code}", "removed", label, name, None, words)

    def _fields(
        self, path: str, of: str, old: Fields, new: Fields, about: Mapping[str, str], label: str | None = None
    ) -> Iterator[Change]:
        for name, what in about.items():
            was, is_now = old.get(name), new.get(name)
            if was == is_now:
                continue
            before, after = self._told(name, was), self._told(name, is_now)
            subject = what if label is None else f"{of}: {what}"
            at = f"{path}/{name}" if path else name
            words = f"{subject} is now “{after}” instead of “{before}”."
            yield Change(at, "changed", label or what, before, after, words)

    def _told(self, name: str, value: Any) -> str:
        if name in _RULES and isinstance(value, dict):
            return rule_in_words(value, self.labels)
        return "always" if name in {"relevant", "when"} and value is None else _words(value)


def _questions(content: Fields) -> Iterator[tuple[str, tuple[str, Fields]]]:
    """(code, (path of the list that it stands in, question)), the first of each code."""
    seen: set[str] = set()
    for section_code, section in _by_code(content.get("sections")).items():
        here = f"sections/{section_code}/questions"
        for code, question in _by_code(section.get("questions")).items():
            inside = [(f"{here}/{code}/questions", each) for each in _by_code(question.get("questions")).items()]
            for path, (name, each) in [(here, (code, question)), *inside]:
                if name not in seen:
                    seen.add(name)
                    yield name, (path, each)


def _by_code(items: Any) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for each in items if isinstance(items, list) else ():
        if isinstance(each, dict) and isinstance(each.get("code"), str):
            found.setdefault(each["code"], each)
    return found


def _choices_of(question: Fields) -> dict[str, Fields]:
    """The choices as they count: a built-in one is there also where the question doesn't list it."""
    kind = question.get("type")
    built_in = BUILT_IN.get(kind, ()) if isinstance(kind, str) else ()
    base: dict[str, Fields] = {
        code: {"code": code, "label": label, "points": points, "fails": False, "when": None}
        for code, label, points in built_in
    }
    return {**base, **_by_code(question.get("choices"))}


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest of those in both lists that have to move for the others to keep their order."""
    position = {code: number for number, code in enumerate(old)}
    common = [code for code in new if code in position]
    ends: list[int] = []  # the lowest position that a kept row of each length can end with
    lasts: list[str] = []
    before: dict[str, str | None] = {}
    for code in common:
        at = bisect_left(ends, position[code])
        before[code] = lasts[at - 1] if at else None
        ends[at : at + 1] = [position[code]]
        lasts[at : at + 1] = [code]
    kept: set[str] = set()
    last = lasts[-1] if lasts else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return set(common) - kept


def _label(question: Fields) -> str:
    label = question.get("label")
    return f"{question.get('code', '')} {label if isinstance(label, str) else ''}".strip()[:_LONGEST]


def _words(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)[:_LONGEST]
    if isinstance(value, dict):
        return "; ".join(_words(each) for each in value.values())[:_LONGEST]
    return str(value)[:_LONGEST]
