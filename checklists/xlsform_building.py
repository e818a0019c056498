"""Makes the content of a checklist out of what a form asks: its words, its logic and its choices."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from checklists import definition
from checklists.vocabulary import BUILT_IN, CHOSEN
from checklists.xlsform_asked import Asked, Item, Part, bound, choice_code_of
from checklists.xlsform_book import SheetFault
from checklists.xlsform_logic import NoSuchName, NotKept, Outcome, Rule, Scope, both, either, outcome_of
from checklists.xlsform_reading import ROW, Head
from checklists.xlsform_rows import CALCULATE, CONSTRAINT, CONSTRAINT_WORDS, RELEVANT, REQUIRED, Rows
from checklists.xpath import Binary, BrokenFormula, Call, Number, Self, Text, Tree, answers_in, parse, parts_of

# Each question has its own copy of its list: a list of 10,000 that 500 questions use is 5,000,000 choices.
MOST_CHOICES_IN_ALL = 50_000
_YES, _NO = {"yes", "true", "true()", "1"}, {"no", "false", "false()", "0"}
_FROM_OUTSIDE = {"pulldata", "instance"}
_CHOICE_FILTER: Head = ("choice_filter",)
_NUMBERS = {"count", "number"}
_HEADS: dict[str, Head] = {
    "code": ("name",), "label": ("label",), "title": ("label",), "help": ("hint",), "relevant": RELEVANT,
    "required_when": REQUIRED, "constraint": CONSTRAINT, "constraint_words": CONSTRAINT_WORDS,
    "defect": ("sightline", "defect"), "examples": ("sightline", "examples"), "weight": ("sightline", "weight"),
    "when": _CHOICE_FILTER,
}  # fmt: skip


class Building:
    """One form on its way to a checklist. ``places`` are the rows of the content's parts, by their paths."""

    def __init__(self, rows: Rows, asked: Asked) -> None:
        self.rows = rows
        self.asked = asked
        self.places: dict[str, tuple[str, int]] = {}
        self.choices_in_all = 0
        self.lists = set(rows.form.tree.get("choices") or {})
        self.calculations = self._calculations()

    def content(self, title: str) -> dict[str, Any]:
        """The whole content; ``title`` where the form's settings have none."""
        rows = self.rows
        grading = {key: rows.setting(key) for key in ("green_from", "amber_from")}
        filled = definition.fill(
            {
                "title": rows.setting("", "title") or title,
                "purpose": rows.setting("purpose"),
                "kind": rows.setting("kind") or "other",
                "sections": [self._section(at, part) for at, part in enumerate(self.asked.parts)],
                "grading": {key: _number(told) for key, told in grading.items() if _number(told) is not None},
            }
        )
        return dict(filled)

    def located(self, fault: definition.Fault) -> SheetFault:
        """A fault of the content as one of the sheet."""
        path = fault.path
        while path and path not in self.places:
            path = re.sub(r"(\.?\w+|\[\d+\])$", "", path) if re.search(r"(\.?\w+|\[\d+\])$", path) else ""
        sheet, row = self.places.get(path, ("survey", 0))
        last = re.sub(r"\[.*", "", fault.path[len(path) :].lstrip(".").split(".", 1)[0])
        head = _HEADS.get(last, ("type",) if sheet == "survey" else ("name",))
        return SheetFault(sheet, row, self.rows.form.column(sheet, head) if row else "", fault.code, fault.words)

    def _section(self, at: int, part: Part) -> dict[str, Any]:
        path = f"sections[{at}]"
        self.places[path] = ("survey", part.row)
        relevant = self._condition(bound(part.element, "relevant"), part.row, RELEVANT, None)
        return {
            "code": part.code,
            "title": part.title,
            "help": "\n".join(filter(None, [self.rows.words(part.row, ("hint",)), *part.notes])),
            "relevant": self._rule(relevant, part.row),
            "scored": self.rows.own(part.row, "scored").lower() not in _NO,
            "questions": [self._question(item, f"{path}.questions[{n}]") for n, item in enumerate(part.items)],
        }

    def _question(self, item: Item, path: str) -> dict[str, Any]:
        self.places[path] = ("survey", item.row)
        own = item.row if not item.made else 0
        label, hint = self._words(item)
        relevant: Outcome = True
        for row, formula in (*item.conditions, (item.row, bound(item.element, "relevant"))):
            relevant = both(relevant, self._condition(formula, row, RELEVANT, item))
        required, required_when = self._required(item)
        least, most, constraint = self._constraint(item)
        return {
            "code": item.known.code,
            "label": label,
            "help": "\n".join(filter(None, [*item.notes, hint, self.rows.words(own, ("guidance_hint",))])),
            "examples": self._examples(own),
            "type": item.known.type,
            "required": required,
            "required_when": required_when,
            "relevant": self._rule(relevant, item.row),
            "constraint": constraint,
            "constraint_words": self.rows.words(own, CONSTRAINT_WORDS),
            "restricted": self.rows.own(own, "restricted").lower() in _YES,
            "choices": self._choices(item, path),
            "unit": self.rows.own(own, "unit"),
            "least": least,
            "most": most,
            "weight": self._weight(item, own),
            "defect": self._defect(own),
            "asset_kind": self.rows.own(own, "asset_kind") or ("other" if item.known.type == "assets" else ""),
            "questions": [self._question(each, f"{path}.questions[{n}]") for n, each in enumerate(item.inside)],
        }

    # ── words and our own columns ──
    def _words(self, item: Item) -> tuple[str, str]:
        """Label and hint; a hint alone is the label."""
        if item.made:
            return "Which other?", ""
        label, hint = (self.rows.words(item.row, head) for head in (("label",), ("hint",)))
        if not label and not hint:
            self.rows.drop(item.row, item.name, "It has no label: its name stands in its place.")
        label, hint = (label, hint) if label else (hint or item.name.replace("_", " "), "")
        return self.rows.said(item.row, item.name, label), self.rows.said(item.row, item.name, hint)

    def _weight(self, item: Item, row: int) -> float:
        told = _number(self.rows.own(row, "weight"))
        if told is not None:
            return told
        return 1 if item.known.type in BUILT_IN else 0

    def _defect(self, row: int) -> dict[str, Any] | None:
        category = self.rows.own(row, "defect")
        return {"category": category, "when": self.rows.own(row, "defect_when").split()} if category else None

    def _examples(self, row: int) -> Any:
        told = self.rows.own(row, "examples")
        try:
            return json.loads(told) if told else []
        except (ValueError, RecursionError):
            self.rows.fault(row, "bad_example", "Examples are a list in JSON.", ("sightline", "examples"))
            return []

    # ── logic ──
    def _scope(self, item: Item | None, columns: Mapping[str, str] | None = None) -> Scope:
        inside = item is not None and item.known.type in {"repeat", "assets"}
        group = "" if item is None else item.known.code if inside else item.known.group
        lost = frozenset(self.asked.lost | self.asked.groups)
        return Scope(self.asked.known, self.calculations, lost, columns, item.known if item else None, group)

    def _calculations(self) -> dict[str, Tree]:
        found = {name: (row, self._tree(formula, row, CALCULATE)) for name, (row, formula) in self._computed()}
        for name, (row, tree) in found.items():
            if tree is not None:
                self._names_known(tree, row, CALCULATE, found)
            else:
                self.asked.lost.add(name)
        return {name: tree for name, (_, tree) in found.items() if tree is not None}

    def _computed(self) -> Any:
        return self.asked.calculations.items()

    def _tree(self, formula: str, row: int, head: Head) -> Tree | None:
        try:
            tree = parse(formula)
        except BrokenFormula as broken:
            self.rows.fault(row, "broken_formula", f"The formula can't be read. {broken.words}", head)
            return None
        if self._asks_outside(tree):
            words = "It asks a list outside of the form: put the choices on the sheet 'choices'."
            self.rows.fault(row, "external_instance", words, head)
            return None
        return tree

    def _asks_outside(self, tree: Tree) -> bool:
        if isinstance(tree, Call) and tree.function in _FROM_OUTSIDE:
            first = tree.arguments[0] if tree.arguments else None
            own = tree.function == "instance" and isinstance(first, Text) and first.value in self.lists
            return not own
        return any(self._asks_outside(part) for part in parts_of(tree))

    def _names_known(self, tree: Tree, row: int, head: Head, calculations: Mapping[str, Any]) -> bool:
        known = {*self.asked.known, *self.asked.lost, *self.asked.groups, *calculations}
        unknown = sorted(answers_in(tree) - known)
        if unknown:
            self.rows.fault(row, "unknown_question", f"There is no question {unknown[0][:60]!r} in the form.", head)
        return not unknown

    def _condition(
        self, formula: str, row: int, head: Head, item: Item | None, columns: Mapping[str, str] | None = None
    ) -> Outcome:
        """What a formula comes to; True, and named, where a rule can't say it."""
        if not formula:
            return True
        tree = self._tree(formula, row, head)
        return True if tree is None else self._outcome(tree, formula, row, head, item, columns)

    def _outcome(
        self, tree: Tree, formula: str, row: int, head: Head, item: Item | None, columns: Mapping[str, str] | None
    ) -> Outcome:
        if not self._names_known(tree, row, head, self.calculations):
            return True
        try:
            return outcome_of(tree, self._scope(item, columns))
        except NoSuchName as wrong:
            self.rows.fault(row, "unknown_name", wrong.words, head)
        except NotKept as lost:
            heading = self.rows.form.heads["survey"].get(head) or head[-1]
            words = f"A rule here can't say {lost.words}; the formula is left out: {formula[:120]}"
            self.rows.drop(row, heading, words)
        return True

    def _rule(self, outcome: Outcome, row: int) -> Rule | None:
        if outcome is False:
            self.rows.fault(row, "never_asked", "The formula is never true: nobody would be asked this.", RELEVANT)
        return None if isinstance(outcome, bool) else outcome

    def _required(self, item: Item) -> tuple[bool, Rule | None]:
        formula = bound(item.element, "required")
        own = self.rows.own(item.row, "required_when") if not item.made else ""
        if formula.lower() in _YES | _NO | {""}:
            when = self._condition(own, item.row, ("sightline", "required_when"), item) if own else False
            return formula.lower() in _YES, None if isinstance(when, bool) else when
        outcome = self._condition(formula, item.row, REQUIRED, item)
        return (outcome, None) if isinstance(outcome, bool) else (False, outcome)

    def _constraint(self, item: Item) -> tuple[float | None, float | None, Rule | None]:
        """The least, the most, and what else an answer has to fulfil."""
        limits: dict[str, float | None] = {">=": item.kind.least, "<=": item.kind.most}
        rule: Outcome = True
        own = not item.made and self.rows.has_own("least")
        if own:
            limits = {">=": _number(self.rows.own(item.row, "least")), "<=": _number(self.rows.own(item.row, "most"))}
        for formula in filter(None, (bound(item.element, "constraint"), item.kind.constraint)):
            tree = self._tree(formula, item.row, CONSTRAINT)
            if tree is None:
                continue
            rest = _without_limits(tree, limits, own, item.known.type in _NUMBERS)
            if rest is not None:
                rule = both(rule, self._outcome(rest, formula, item.row, CONSTRAINT, item, None))
        if rule is False:
            self.rows.fault(item.row, "never_right", "The formula is never true: no answer would do.", CONSTRAINT)
        return limits[">="], limits["<="], None if isinstance(rule, bool) else rule

    # ── choices ──
    def _choices(self, item: Item, path: str) -> list[dict[str, Any]]:
        if item.known.type not in CHOSEN:
            return []
        if not item.element.get("choices"):
            return [{"code": "OK", "label": "OK", "points": None, "fails": False, "when": None}]
        self.choices_in_all += len(item.element["choices"])
        if self.choices_in_all > MOST_CHOICES_IN_ALL:
            words = f"With this one the questions offer more than {MOST_CHOICES_IN_ALL:,} choices together."
            self.rows.fault(item.row, "too_many_choices", words)
            return []
        formula = str(item.element.get("choice_filter") or "")
        tree = self._tree(formula, item.row, _CHOICE_FILTER) if formula else None
        found: dict[str, dict[str, Any]] = {}
        for choice in item.element["choices"]:
            made = self._choice(choice, item, tree, formula)
            if made is not None:
                self._add(found, made, int(choice.get(ROW) or 0), path)
        if not found and item.known.type not in BUILT_IN:
            self.rows.fault(item.row, "no_choices", "The filter leaves nothing to choose.", _CHOICE_FILTER)
        return list(found.values())

    def _add(self, found: dict[str, dict[str, Any]], made: dict[str, Any], row: int, path: str) -> None:
        """The same choice may stand in a list once for each answer that brings it: it is one choice here."""
        code = made["code"]
        if code not in found:
            self.places[f"{path}.choices[{len(found)}]"] = ("choices", row)
            found[code] = made
            return
        first = found[code]
        if {**first, "when": None} != {**made, "when": None}:
            words = f"The choice {code} stands twice in its list, and not with the same words."
            self.rows.fault(row, "duplicate_name", words, ("name",), "choices")
        joined = either(first["when"] or True, made["when"] or True)
        first["when"] = None if isinstance(joined, bool) else joined

    def _choice(self, choice: dict[str, Any], item: Item, tree: Tree | None, formula: str) -> dict[str, Any] | None:
        """One choice; None where the filter never offers it, or where it is as the type has it anyway."""
        row, name = int(choice.get(ROW) or 0), str(choice.get("name", ""))
        if item.known.type in BUILT_IN and str(choice.get("sightline_given", "")).lower() not in _YES:
            return None
        if choice_code_of(name) != name:
            self.rows.drop(row, name, f"Its code is {choice_code_of(name)} here: no spaces.", "choices")
        label = self.rows.words(row, ("label",), "choices") or ("" if row else "Other")
        if not label:
            self.rows.drop(row, name, "The choice has no label: its name stands in its place.", "choices")
        when: Outcome = True
        if tree is not None:
            when = self._filter(choice, item, tree, formula)
        own = str(choice.get("sightline_when", ""))
        if own and when is not False:
            when = both(when, self._condition(own, item.row, _CHOICE_FILTER, item))
        if when is False:
            return None
        return {
            "code": choice_code_of(name),
            "label": label or name,
            "points": _number(str(choice.get("sightline_points", ""))),
            "fails": str(choice.get("sightline_fails", "")).lower() in _YES,
            "when": None if isinstance(when, bool) else when,
        }

    def _filter(self, choice: dict[str, Any], item: Item, tree: Tree, formula: str) -> Outcome:
        """The question's filter, with this choice's columns in the place of their names."""
        heads = self.rows.form.heads["choices"]
        columns = {head[0]: "" for head in heads if len(head) == 1}
        columns |= {key: value for key, value in choice.items() if isinstance(value, str)}
        return self._outcome(tree, formula, item.row, _CHOICE_FILTER, item, columns)


def _without_limits(tree: Tree, limits: dict[str, float | None], own: bool, numbers: bool) -> Tree | None:
    """The formula without ``. >= 1 and . <= 9``, which are the least and the most; None where nothing is left.

    A form of ours says them in columns of its own (``own``), and only what repeats those is taken out.
    """
    parts = list(tree.parts) if isinstance(tree, Binary) and tree.op == "and" else [tree]
    taken: set[str] = set()
    rest = []
    for part in parts:
        limit = _limit(part)
        if limit is not None and limit[0] not in taken:
            sign, value = limit
            if limits[sign] == value or (not own and numbers and limits[sign] is None):
                limits[sign] = value
                taken.add(sign)
                continue
        rest.append(part)
    if not rest:
        return None
    return rest[0] if len(rest) == 1 else Binary("and", tuple(rest))


def _limit(part: Tree) -> tuple[str, float] | None:
    if not isinstance(part, Binary) or len(part.parts) != 2:
        return None
    sign, (left, right) = part.op, part.parts
    if isinstance(left, Number) and isinstance(right, Self):
        sign, left, right = {">=": "<=", "<=": ">="}.get(sign, ""), right, left
    if sign in {">=", "<="} and isinstance(left, Self) and isinstance(right, Number):
        return sign, int(right.value) if right.value.is_integer() else right.value
    return None


def _number(told: str) -> float | None:
    """A number in a cell, whole where it is whole; None where the cell holds none."""
    try:
        value = float(told)
    except ValueError:
        return None
    return int(value) if value.is_integer() else value
