"""What a contract manager reads about clocks is what was worked out by hand and is tested."""

from __future__ import annotations

import re

from deploy.state import CHECKOUT
from tests.routing.clock_table import answers

PAGE = CHECKOUT / "docs" / "routing-and-sla.md"
EXAMPLE = re.compile(r"^\| ([A-Z]\d\d) \|(.*)\|$", re.MULTILINE)


def test_every_worked_example_is_a_row_of_the_table_word_for_word() -> None:
    known = {answer.number: answer.cells[1:] for answer in answers()}
    told = {
        number: tuple(cell.strip() for cell in cells.split("|"))
        for number, cells in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    }

    assert len(told) >= 50
    assert {number: cells for number, cells in told.items() if known.get(number) != cells} == {}


def test_every_clock_pauses_and_uplift_have_an_example() -> None:
    kinds = {number[0] for number, _ in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))}

    assert kinds == {answer.number[0] for answer in answers()}
