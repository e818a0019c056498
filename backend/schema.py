"""What the OpenAPI description says of every address alike: refusals are problem+json."""

from typing import Any

from backend.errors import MEDIA_TYPE
from ledger.problems import PROBLEMS

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457; docs/problems.md explains each code.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "example": "/problems/unknown_category"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def add_problem(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A drf-spectacular hook: every operation may also answer with a problem."""
    result["components"]["schemas"]["Problem"] = _PROBLEM
    answer = {
        "description": "A refusal that says what to do",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = answer
    return result
