"""The formulae of XLSForm (XPath 1.0 with ``${name}``), read into a tree. Pure: no Django, no pyxform.

It reads every formula that XPath allows, also what checklists can't keep: so that what is broken can be
told from what is merely not ours. checklists/xlsform_logic.py makes rules of the trees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# Deeper formulae are nobody's: a reader that calls itself would run out of stack first.
DEEPEST = 60
LONGEST = 20_000
LONGEST_CHAIN = 100


class BrokenFormula(ValueError):
    """The formula can't be read. ``words`` say where and why."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Answer:
    """The answer to a question: ``${name}``, or a path that ends in its name."""

    name: str


@dataclass(frozen=True)
class Self:
    """``.``: the answer to the question that the formula belongs to."""


@dataclass(frozen=True)
class Name:
    """A bare name: in a choice filter a column of the sheet of choices."""

    name: str


@dataclass(frozen=True)
class Other:
    """A path that leads nowhere in a form of one page: steps with conditions, attributes, unions."""

    source: str


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True)
class Binary:
    """``a op b``; ``and`` and ``or`` take as many parts as stand in one row."""

    op: str
    parts: tuple[Tree, ...]


Tree = Text | Number | Answer | Self | Name | Other | Call | Binary

_NAME = r"[^\W\d][\w.\-]*"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<answer>\$\{{\s*(?:last-saved\#)?[^\s{{}}]+\s*\}})
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<name>{_NAME}(?::(?!:){_NAME})?)
    | (?P<sign>!=|<=|>=|::|//|\.\.|[=<>+\-*/|(),\[\].@])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(formula: str) -> Tree:
    """The tree of one formula. Raises BrokenFormula."""
    if len(formula) > LONGEST:
        raise BrokenFormula(f"The formula is {len(formula):,} characters long; {LONGEST:,} is the most.")
    return _Reader(formula).whole()


def _tokens(formula: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while formula[at:].strip():
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            rest = formula[at:].strip()
            if rest[:1] in {"'", '"'}:
                raise BrokenFormula(f"A quote is opened and not closed: {rest[:30]}")
            raise BrokenFormula(f"This can't be read: {rest[:30]}")
        found.append(_Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        at = match.end()
    return [*found, _Token("end", "", len(formula))]


class _Reader:
    """One reading of one formula, from the loosest operator to the tightest."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = _tokens(formula)
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        if self.now.kind == "end":
            raise BrokenFormula("The formula is empty.")
        tree = self.any_of()
        if self.now.kind != "end":
            raise BrokenFormula(f"After a finished formula there is more: {self.formula[self.now.at :][:30]}")
        return tree

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def next(self) -> _Token:
        token = self.now
        if token.kind != "end":
            self.at += 1
        return token

    def takes(self, text: str) -> bool:
        """Step over this sign or word, where it stands here."""
        if self.now.text == text and self.now.kind in {"sign", "name"}:
            self.at += 1
            return True
        return False

    def needs(self, text: str) -> None:
        if not self.takes(text):
            found = f"{self.now.text!r} stands" if self.now.text else "the formula ends"
            raise BrokenFormula(f"{text!r} is missing: {found} in its place.")

    def any_of(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BrokenFormula(f"The formula is nested more than {DEEPEST} deep.")
        tree = self.row("or", self.all_of)
        self.depth -= 1
        return tree

    def all_of(self) -> Tree:
        return self.row("and", self.equal)

    def row(self, op: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self.takes(op):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Binary(op, tuple(parts))

    def chain(self, ops: set[str], part: Callable[[], Tree]) -> Tree:
        tree = part()
        length = 0
        while self.now.text in ops and self.now.kind in {"sign", "name"}:
            tree = Binary(self.next().text, (tree, part()))
            length += 1
            if length > LONGEST_CHAIN:
                raise BrokenFormula(f"More than {LONGEST_CHAIN} parts stand in one row.")
        return tree

    def equal(self) -> Tree:
        return self.chain({"=", "!="}, self.ordered)

    def ordered(self) -> Tree:
        return self.chain({"<", ">", "<=", ">="}, self.sum)

    def sum(self) -> Tree:
        return self.chain({"+", "-"}, self.product)

    def product(self) -> Tree:
        return self.chain({"*", "div", "mod"}, self.signed)

    def signed(self) -> Tree:
        minus = 0
        while self.takes("-"):
            minus += 1
        tree = self.union()
        if minus % 2 == 0:
            return tree
        return Number(-tree.value) if isinstance(tree, Number) else Call("minus", (tree,))

    def union(self) -> Tree:
        start = self.now.at
        tree = self.one()
        while self.takes("|"):
            self.one()
            tree = Other(self.formula[start : self.now.at].strip())
        return tree

    def one(self) -> Tree:
        token = self.now
        if token.kind == "number":
            self.next()
            return Number(float(token.text))
        if token.kind == "text":
            self.next()
            return self.steps(Text(token.text[1:-1]), token.at)
        if self.takes("("):
            tree = self.any_of()
            self.needs(")")
            return self.steps(tree, token.at)
        if token.kind == "answer":
            self.next()
            name = token.text[2:-1].strip()
            return self.steps(Other(token.text) if name.startswith("last-saved#") else Answer(name), token.at)
        if token.kind == "name" and self.tokens[self.at + 1].text == "(":
            return self.steps(self.call(), token.at)
        return self.path()

    def call(self) -> Tree:
        function = self.next().text
        self.needs("(")
        arguments: list[Tree] = []
        if not self.takes(")"):
            arguments.append(self.any_of())
            while self.takes(","):
                arguments.append(self.any_of())
            self.needs(")")
        return Call(function, tuple(arguments))

    def path(self) -> Tree:
        """``.``, ``name``, ``../name``, ``/data/group/name``: the last name is what counts."""
        start = self.now.at
        last: str | None = None
        rooted = self.takes("/") or self.takes("//")
        steps = 0
        plain = True
        while True:
            token = self.next()
            if token.text == "@":
                plain = False
                token = self.next()
            if token.kind == "name" and self.takes("::"):
                plain = False
                token = self.next()
            if token.text not in {".", "..", "*"} and token.kind != "name":
                found = f"before {token.text!r}" if token.text else "at its end"
                raise BrokenFormula(f"Something is missing {found}: {self.formula[max(0, token.at - 20) :][:30]}")
            plain = plain and token.text != "*"
            last = token.text if token.kind == "name" else (last if token.text == "." else None)
            steps += 1
            plain = not self.conditions() and plain
            if not (self.takes("/") or self.takes("//")):
                break
        if not plain:
            return Other(self.formula[start : self.now.at].strip())
        if last is not None:
            return Answer(last) if rooted or steps > 1 else Name(last)
        dots = self.formula[start : self.now.at].strip()
        return Self() if dots == "." else Other(dots)

    def conditions(self) -> bool:
        """Step over ``[…]``; whether there was any."""
        any_there = False
        while self.takes("["):
            any_there = True
            self.any_of()
            self.needs("]")
        return any_there

    def steps(self, tree: Tree, start: int) -> Tree:
        """What may follow a finished part: conditions and further steps, ``current()/../name``."""
        conditions = self.conditions()
        if self.takes("/") or self.takes("//"):
            rest = self.path()
            relative = isinstance(tree, Call) and tree.function == "current" and not conditions
            if relative and isinstance(rest, Answer | Name):
                return Answer(rest.name)
            source = self.formula[start : self.now.at].strip()
            return tree if isinstance(tree, Call) and tree.function == "instance" else Other(source)
        if conditions:
            return tree if isinstance(tree, Call) else Other(self.formula[start : self.now.at].strip())
        return tree


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """The trees right below this one."""
    if isinstance(tree, Call):
        return tree.arguments
    return tree.parts if isinstance(tree, Binary) else ()


def calls_in(tree: Tree) -> set[str]:
    """The names of every function that is called anywhere in the formula."""
    names = {tree.function} if isinstance(tree, Call) else set()
    return names.union(*(calls_in(part) for part in parts_of(tree)))


def answers_in(tree: Tree) -> set[str]:
    """The names of the questions whose answers the formula asks for."""
    names = {tree.name} if isinstance(tree, Answer) else set()
    return names.union(*(answers_in(part) for part in parts_of(tree)))
