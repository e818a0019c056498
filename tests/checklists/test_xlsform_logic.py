"""Formulae of other tools' forms as rules, and rules as formulae."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.xlsform_logic import Known, NoSuchName, NotKept, Scope, formula_of, outcome_of
from checklists.xpath import BrokenFormula, parse

KNOWN = {
    "light": Known("light", "one_of", choices=("on", "off", "1")),
    "seen": Known("seen", "many_of", choices=("litter", "glass")),
    "bags": Known("bags", "count"),
    "day": Known("day", "date"),
    "words": Known("words", "text"),
    "pictures": Known("pictures", "photo"),
    "doors": Known("doors", "repeat"),
    "locked": Known("locked", "yes_no", group="doors", choices=("yes", "partly", "no", "na")),
}
TYPES = {name: known.type for name, known in KNOWN.items()}


def rule(question: str, op: str, *value: Any) -> dict[str, Any]:
    return {"question": question, "op": op, **({"value": value[0]} if value else {})}


LIT = rule("light", "is", "on")
MANY = rule("bags", "above", 1)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("${light} = 'on'", LIT),
        ("'on'=${light}", LIT),
        ("../light = 'on'", LIT),
        ("/data/group/light='on'", LIT),
        ("current()/../light = 'on'", LIT),
        ("selected(${light}, 'on')", LIT),
        ("${light} = 1", rule("light", "is", "1")),
        ("${light} != 'on'", rule("light", "is_not", "on")),
        ("selected(${seen}, 'glass')", rule("seen", "includes", "glass")),
        ("${seen} = 'glass'", rule("seen", "is", "glass")),
        ("${bags} > 3", rule("bags", "above", 3)),
        ("3 < ${bags}", rule("bags", "above", 3)),
        ("${bags} <= 2.5", rule("bags", "at_most", 2.5)),
        ("${bags} >= -1", rule("bags", "at_least", -1)),
        ("${day} > '2026-01-31'", rule("day", "above", "2026-01-31")),
        ("${words} != ''", rule("words", "answered")),
        ("${words} = ''", {"not": rule("words", "answered")}),
        ("string-length(${words}) > 0", rule("words", "answered")),
        ("count-selected(${seen}) < 1", {"not": rule("seen", "answered")}),
        ("count(${pictures}) >= 2", rule("pictures", "at_least", 2)),
        ("${pictures} != ''", rule("pictures", "answered")),
        ("not(${light} = 'on')", {"not": LIT}),
        ("${light}='on' and ${bags}>1 and ${words}!=''", {"all": [LIT, MANY, rule("words", "answered")]}),
        ("${light}='on' and (${bags}>1 or true())", LIT),
        ("${light}='on' or (${bags}>1 and ${bags}<5)", {"any": [LIT, {"all": [MANY, rule("bags", "below", 5)]}]}),
        (
            "if(${light}='on', ${bags} > 1, ${bags} > 5)",
            {"any": [{"all": [LIT, MANY]}, {"all": [{"not": LIT}, rule("bags", "above", 5)]}]},
        ),
        ("true()", True),
        ("1 = 2", False),
        ("'a' = 'a' and 2 > 1", True),
        # Nobody can have chosen what is not offered.
        ("${light} = 'green'", False),
        ("${light} != 'green'", True),
    ],
)  # fmt: skip
def test_a_formula_says_the_same_as_a_rule(formula: str, expected: Any) -> None:
    assert outcome_of(parse(formula), Scope(KNOWN)) == expected


def test_a_calculation_is_read_in_the_place_of_its_name() -> None:
    """A cascade by calculation, as a form of 2012 has it."""
    calculations = {"which": parse("if(${light}='on', ${words}, if(${light}='off', ${day}, 'neither'))")}
    assert outcome_of(parse("${which} = 'x'"), Scope(KNOWN, calculations)) == {
        "any": [
            {"all": [LIT, rule("words", "is", "x")]},
            {"all": [{"all": [{"not": LIT}, rule("light", "is", "off")]}, rule("day", "is", "x")]},
        ]
    }
    circle = {"a": parse("${b}"), "b": parse("${a}")}
    with pytest.raises(NotKept, match="asks for itself"):
        outcome_of(parse("${a} = 1"), Scope(KNOWN, circle))


def test_a_dot_is_the_answer_itself() -> None:
    scope = Scope(KNOWN, myself=KNOWN["seen"])
    formula = parse("not(selected(., 'litter') and selected(., 'glass'))")
    both = {"all": [rule("seen", "includes", "litter"), rule("seen", "includes", "glass")]}
    assert outcome_of(formula, scope) == {"not": both}


def test_a_filter_reads_the_columns_of_each_choice() -> None:
    formula = parse("${light} = lit or lit = ''")
    assert outcome_of(formula, Scope(KNOWN, columns={"lit": "on"})) == LIT
    assert outcome_of(formula, Scope(KNOWN, columns={"lit": ""})) is True
    with pytest.raises(NoSuchName, match="no column yes"):
        outcome_of(parse("lit = yes"), Scope(KNOWN, columns={"lit": "on"}))


def test_a_repeat_is_only_looked_into_from_inside() -> None:
    formula = parse("${locked} = 'no'")
    assert outcome_of(formula, Scope(KNOWN, group="doors")) == rule("locked", "is", "no")
    with pytest.raises(NotKept, match="from outside"):
        outcome_of(formula, Scope(KNOWN))


@pytest.mark.parametrize(
    "formula",
    [
        ". >= today()", "regex(${words}, '[A-Z]+')", "${bags} + 1 > 3", "${bags} > ${bags}", "${words} > 3",
        "${light}", "position(..) > 2", "${bags} = 'many'", "instance('x')/list/item[name=${light}]/label = 'y'",
        "count(${light}) > 1", "${missing} = 1", "string-length(${words}) > 5", "${light} > 'on'", "//light[1] = 'on'",
        "name = 'x'",
    ],
)  # fmt: skip
def test_what_a_rule_cannot_say_is_named(formula: str) -> None:
    scope = Scope(KNOWN, myself=KNOWN["day"])
    with pytest.raises(NotKept) as lost:
        outcome_of(parse(formula), scope)
    assert len(lost.value.words) > 10


@pytest.mark.parametrize(
    "formula",
    ["", "${light} =", "(${light} = 'on'", "${light} = 'on", "${light} 'on'", "and and", "${} = 1", "a(", "1 + * 2 /",
     "because it doesn't say", "${light} = 'on')", "a[", "%", "(" * 100 + "1" + ")" * 100, "1" + "+1" * 500,
     "x" * 30_000 + " y"],
)  # fmt: skip
def test_a_broken_formula_is_refused_in_words(formula: str) -> None:
    with pytest.raises(BrokenFormula) as broken:
        parse(formula)
    assert len(broken.value.words) > 10


_PIECES = st.sampled_from([*"()[]/.,'\"=<>!*+-|@ ", "${light}", " and ", " or ", "not(", "1", "a::b", "if("])


@given(st.text(max_size=80) | st.lists(_PIECES, max_size=25).map("".join))
def test_no_formula_breaks_the_reader(formula: str) -> None:
    with contextlib.suppress(BrokenFormula, NotKept):
        outcome_of(parse(formula), Scope(KNOWN, myself=KNOWN["words"]))


_LEAVES = st.sampled_from(
    [
        LIT,
        rule("light", "is_not", "off"),
        rule("seen", "includes", "glass"),
        rule("seen", "is", "litter"),
        rule("bags", "at_least", 2),
        rule("bags", "below", 0.5),
        rule("words", "is", 'it\'s "so"'),
        rule("words", "answered"),
        rule("day", "at_most", "2026-11-22"),
        rule("pictures", "above", 1),
        rule("doors", "is", 0),
    ]
)
RULES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


@given(RULES)
def test_every_rule_reads_back_from_its_formula(told: dict[str, Any]) -> None:
    assert outcome_of(parse(formula_of(told, TYPES)), Scope(KNOWN)) == told
