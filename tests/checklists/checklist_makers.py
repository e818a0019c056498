"""Short ways to write a checklist for a test."""

from __future__ import annotations

from typing import Any

from checklists.definition import fill


def question(code: str, kind: str = "yes_no", **more: Any) -> dict[str, Any]:
    return {"code": code, "label": f"{code}?", "type": kind, **more}


def section(code: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": code, "title": f"Section {code}", "questions": list(questions), **more}


def checklist(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    content: dict[str, Any] = fill({"title": "Kings Heath", "sections": list(sections), **more})
    return content


def asks(code: str, op: str = "is", value: Any = "yes") -> dict[str, Any]:
    """A rule that asks about one question."""
    return {"question": code, "op": op} if op == "answered" else {"question": code, "op": op, "value": value}
