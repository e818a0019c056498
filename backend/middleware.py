"""Marks every answer as ours, so that a phone can tell it from a captive portal's page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date


class OurAnswer:
    """Adds ``X-Sightline: 1`` and ``Date`` (phones measure their clock's offset by it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Sightline"] = "1"
        if "Date" not in response:
            response["Date"] = http_date()
        if request.path.startswith("/api/") and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
