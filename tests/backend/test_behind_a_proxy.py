"""Who is asking, when all that the server sees is its own proxy."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from backend.middleware import AddressFromProxy


def address_seen(forwarded: str) -> str:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    AddressFromProxy(answer)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        # What a caller claims stands first; what the proxy knows stands last.
        ("198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("", "10.0.0.9"),
    ],
)
def test_behind_our_proxy_its_word_counts(settings: Settings, forwarded: str, address: str) -> None:
    settings.BEHIND_PROXY = True
    assert address_seen(forwarded) == address


def test_without_a_proxy_the_header_is_only_a_claim(settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    assert address_seen("203.0.113.5") == "10.0.0.9"
