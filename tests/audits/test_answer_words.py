"""An answer as people read it: by the labels of the version that was asked."""

from __future__ import annotations

from typing import Any

import pytest

from audits.answer_words import answer_in_words
from checklists.definition import fill, read


def question(kind: str, **more: Any) -> Any:
    content = {"title": "T", "sections": [{"code": "A", "title": "A", "questions": [{"code": "Q", "label": "Q?"}]}]}
    asked = content["sections"][0]["questions"][0]  # type: ignore[index]
    asked.update(type=kind, **more)
    if kind in {"repeat", "assets"}:
        asked["questions"] = [{"code": "Q1", "label": "Of it?", "type": "text"}]
    return read(fill(content)).questions["Q"]


WEEDS = [{"code": "w", "label": "Weeds", "points": 0}, {"code": "l", "label": "Litter", "points": 0}]


@pytest.mark.parametrize(
    ("kind", "more", "value", "words"),
    [
        ("pass_fail", {}, "fail", "Fail"),
        ("pass_fail", {"choices": [{"code": "na", "label": "No shared doors"}]}, "na", "No shared doors"),
        ("yes_no", {}, "partly", "Partly"),
        ("grade", {}, "B-", "B-"),
        ("many_of", {"choices": WEEDS}, ["l", "w"], "Litter, Weeds"),
        ("one_of", {"choices": WEEDS}, "gone", "gone"),
        ("scale", {}, 3, "3 of 5"),
        ("count", {"unit": "lamps"}, 2, "2 lamps"),
        ("number", {"unit": "m"}, 1.5, "1.5 m"),
        ("number", {}, 4.0, "4"),
        ("text", {}, "As it was", "As it was"),
        ("date", {}, "2026-05-03", "3 May 2026"),
        ("date", {}, "soon", "soon"),
        ("photo", {}, 1, "1 photo"),
        ("pin", {}, [{"longitude": 0, "latitude": 0, "words": "the arch"}, {}], "2 places: the arch"),
        ("repeat", {}, {"label": "Mill Lane end", "asset_id": None}, "Mill Lane end"),
        ("assets", {}, {"label": "", "asset_id": None}, "Looked at"),
        ("text", {}, "", "Not answered"),
        ("pin", {}, [], "Not answered"),
        ("count", {}, None, "Not answered"),
        ("count", {}, 0, "0"),
    ],
)
def test_an_answer_is_said_in_its_questions_words(kind: str, more: dict[str, Any], value: Any, words: str) -> None:
    assert answer_in_words(question(kind, **more), value) == words
