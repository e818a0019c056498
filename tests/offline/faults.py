"""What may happen to a request on its way, and the seeded plan that says to which it happens."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from tests.offline.wire import Head, answer


class Fault(StrEnum):
    """One thing that goes wrong with one request."""

    DROPPED_BEFORE = "dropped before it was sent on"
    HALF_UPLOAD = "dropped in the middle of the upload"
    DROPPED_AFTER = "dropped after the server had answered"
    DROPPED_DURING = "dropped in the middle of the answer"
    TRUNCATED = "answer cut short, its length put right"
    ERROR_500 = "500"
    ERROR_500_PLAIN = "500 of a proxy, in plain text"
    BAD_GATEWAY = "502 with HTML"
    BAD_GATEWAY_AFTER = "502 with HTML after the server had done it"
    TOO_MANY = "429 with Retry-After"
    TOO_LARGE = "413"
    TOO_LARGE_PROXY = "413 of a proxy, with HTML"
    SIGNED_OUT = "401"
    SIGNED_OUT_PROXY = "401 of a proxy, with HTML"
    LOGIN_PAGE = "200 with a login page"
    LOGIN_REDIRECT = "redirect to a login page"
    DUPLICATED = "sent on twice at once"
    REPLAYED = "sent on again later"
    REORDERED = "delivered after later requests"
    STALLED = "stalled before it was sent on"
    STALLED_ANSWER = "stalled before the answer"


# Faults that a request without a body cannot have.
NEEDS_A_BODY = {Fault.HALF_UPLOAD}
# Those that cost a phone most of its time: once in so many decks.
RARE = {Fault.STALLED: 0.25, Fault.STALLED_ANSWER: 0.25, Fault.SIGNED_OUT: 0.5, Fault.TOO_LARGE: 0.5}
# The way to the login page of a captive portal.
PORTAL_PATH = "/portal-login"


def lane_of(method: str, path: str) -> str:
    """What kind of request it is; each kind has a deck of its own."""
    path = path.partition("?")[0]
    if not path.startswith("/api/"):
        return "page"
    if path == "/api/sync/push":
        return "push"
    if path == "/api/sync/changes":
        return "pull"
    if path == "/api/session":
        return "session"
    if path.startswith("/api/photos/") and method != "GET":
        return "photo"
    return "other"


class Plan:
    """Deals a fault, or none, to each request. Same seed, same order of requests: same faults.

    Cards come from a shuffled deck for each kind of request, so that every fault has its turn
    however few the requests are. ``rates`` gives the share of requests with a fault for a lane
    ("push", "photo", "pull", "session", "page", "other"), ``rate`` that of the lanes not named.
    ``weights`` says how often a fault comes in each deck: 0 never, 0.25 in every fourth. One plan
    may serve several proxies; ``counts`` is what was really injected. ``one_deck`` deals to all lanes
    from one deck, so that everything happens within a few dozen requests.
    """

    def __init__(
        self,
        seed: int,
        *,
        rate: float = 0.2,
        rates: Mapping[str, float] | None = None,
        weights: Mapping[Fault, float] | None = None,
        stall_s: float = 30.0,
        one_deck: bool = False,
    ) -> None:
        self.seed = seed
        self.stall_s = stall_s
        self.counts: Counter[Fault] = Counter()
        self.is_calm = False
        self._rate = rate
        self._one_deck = one_deck
        self._rates = dict(rates or {})
        self._weights = {**dict.fromkeys(Fault, 1.0), **RARE, **(weights or {})}
        self._decks: dict[str, list[Fault | None]] = {}
        self._decks_dealt: Counter[str] = Counter()
        self._random = random.Random(f"{seed}/retry-after")

    @classmethod
    def calm_one(cls) -> Plan:
        """Nothing goes wrong: for a proxy that only shapes the link."""
        return cls(0, rate=0.0)

    def calm(self) -> None:
        """No more faults from now on."""
        self.is_calm = True

    def deal(self, head: Head) -> Fault | None:
        """The fault for this request."""
        lane = "all" if self._one_deck else lane_of(head.method, head.path)
        rate = self._rates.get(lane, self._rate)
        if self.is_calm or rate <= 0:
            return None
        deck = self._decks.get(lane) or self._new_deck(lane, rate)
        self._decks[lane] = deck
        fault = deck.pop()
        if fault in NEEDS_A_BODY and not (head.length or head.chunked):
            # Its turn comes with the next request that has one.
            deck.insert(0, fault)
            return None
        return fault

    def retry_after_s(self) -> int:
        return self._random.randint(1, 3)

    def _new_deck(self, lane: str, rate: float) -> list[Fault | None]:
        number = self._decks_dealt[lane]
        self._decks_dealt[lane] += 1
        deck: list[Fault | None] = []
        for fault, weight in self._weights.items():
            deck += [fault] * (math.ceil(weight * (number + 1)) - math.ceil(weight * number))
        deck += [None] * math.ceil(len(deck) / rate - len(deck))
        random.Random(f"{self.seed}/{lane}/{number}").shuffle(deck)
        return deck or [None]


HTML = [("Content-Type", "text/html; charset=utf-8")]
OURS = [("X-Sightline", "1"), ("Content-Type", "application/problem+json")]


def forged(fault: Fault, retry_after_s: int = 1) -> tuple[Head, bytes]:
    """The answer that somebody gives in the server's place. Raises ValueError where this fault brings none."""
    match fault:
        case Fault.ERROR_500:
            return answer(500, "Internal Server Error", OURS, _problem(500, "server_fault"))
        case Fault.ERROR_500_PLAIN:
            return answer(500, "Internal Server Error", [("Content-Type", "text/plain")], b"Internal Server Error")
        case Fault.BAD_GATEWAY | Fault.BAD_GATEWAY_AFTER:
            return answer(502, "Bad Gateway", HTML, _page("502 Bad Gateway"))
        case Fault.TOO_MANY:
            wait = [("Retry-After", str(retry_after_s))]
            return answer(429, "Too Many Requests", [*OURS, *wait], _problem(429, "too_many_attempts"))
        case Fault.TOO_LARGE:
            return answer(413, "Content Too Large", OURS, _problem(413, "body_too_large"))
        case Fault.TOO_LARGE_PROXY:
            return answer(413, "Request Entity Too Large", HTML, _page("413 Request Entity Too Large"))
        case Fault.SIGNED_OUT:
            return answer(401, "Unauthorized", OURS, _problem(401, "sign_in_needed"))
        case Fault.SIGNED_OUT_PROXY:
            return answer(401, "Unauthorized", HTML, _page("401 Authorization Required"))
        case Fault.LOGIN_PAGE:
            return login_page()
        case Fault.LOGIN_REDIRECT:
            return answer(302, "Found", [("Location", PORTAL_PATH), *HTML], b"")
    raise ValueError(fault)


def login_page() -> tuple[Head, bytes]:
    """What free Wi-Fi answers to everything."""
    form = "<form><p>Accept the terms to go online</p><button>Accept</button></form>"
    return answer(200, "OK", HTML, _page("Welcome to Free Wi-Fi", form))


def _page(title: str, rest: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{rest}</body></html>".encode()
    )


def _problem(status: int, code: str) -> bytes:
    words = f"Made by the test proxy: {code}."
    return json.dumps({"type": "about:blank", "title": words, "status": status, "code": code}).encode()
