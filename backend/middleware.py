"""What is done to every request and answer: who asks, and whose answer it is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date


class AddressFromProxy:
    """Behind our own proxy, the caller's address is what the proxy added last to X-Forwarded-For.

    Anything before that is a claim of the caller's, and so is the whole header without a proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.BEHIND_PROXY and forwarded:
            request.META["REMOTE_ADDR"] = forwarded
        return self.get_response(request)


class OurAnswer:
    """Marks every answer as ours, so that a phone can tell it from a captive portal's page.

    Adds ``X-Sightline: 1`` and ``Date`` (phones measure their clock's offset by it).
    """

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
