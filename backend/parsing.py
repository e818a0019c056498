"""Reads JSON bodies within limits of size and depth."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from ledger.problems import Problem


class GuardedJSONParser(BaseParser):
    """JSON in UTF-8 of at most ``MAX_BODY_BYTES``; NaN and Infinity are refused.

    Raises the problems ``body_too_large`` and ``unreadable``.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.MAX_BODY_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem("body_too_large", detail=f"Send at most {limit:,} bytes at a time.")
        try:
            return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except RecursionError:
            raise Problem("unreadable", detail="The JSON is nested too deeply.") from None
        except ValueError as error:
            raise Problem("unreadable", detail=f"The body is not JSON: {error}.") from None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
