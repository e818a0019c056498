"""What is done to every request and answer: who asks, and whose answer it is."""

import time
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


# What the app may ask of this server. It grows when a release adds something that phones send, so that
# an app that is newer than its server can say so, instead of taking a refusal for the last word.
API_VERSION = 2


class OurAnswer:
    """Marks every answer as ours, so that a phone can tell it from a captive portal's page.

    Adds ``X-Sightline: 1``, ``X-Sightline-Api`` (see API_VERSION), ``X-Sightline-Time`` (now in
    milliseconds since 1970: phones measure their clock's offset by it) and ``Date``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Sightline"] = "1"
        response["X-Sightline-Api"] = str(API_VERSION)
        response["X-Sightline-Time"] = str(time.time_ns() // 1_000_000)
        if "Date" not in response:
            response["Date"] = http_date()
        if request.path.startswith("/api/") and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
