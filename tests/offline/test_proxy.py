"""The proxy that breaks connections does to each request what its plan says, and nothing else."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import http.client
import json
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.offline.faults import PORTAL_PATH, Fault, Plan, lane_of
from tests.offline.proxy import FaultyProxy, Shape, in_a_thread
from tests.offline.wire import Head

ANSWER = json.dumps({"said": "x" * 400}).encode()


@dataclass
class Upstream:
    """A server that remembers which bodies reached it whole."""

    address: str
    received: list[bytes] = field(default_factory=list)
    broken_off: int = 0


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    kept = Upstream("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: object) -> None:
            pass

        def do_GET(self) -> None:
            wanted = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(wanted)
            if len(body) < wanted:
                kept.broken_off += 1
                return
            kept.received.append(body)
            self.send_response(200)
            self.send_header("X-Sightline", "1")
            if self.path == "/api/chunks":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for piece in (ANSWER[:100], ANSWER[100:], b""):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                return
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        do_POST = do_PUT = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.address = f"http://127.0.0.1:{server.server_port}"
    yield kept
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def street(upstream: Upstream, fault: Fault | None, *, stall_s: float = 0.3) -> Iterator[FaultyProxy]:
    """A proxy where every request meets this fault, or none does."""
    weights = {other: float(other is fault) for other in Fault}
    plan = Plan(1, rate=0.0 if fault is None else 1.0, weights=weights, stall_s=stall_s)
    with in_a_thread(FaultyProxy(upstream.address, plan)) as proxy:
        yield proxy


@dataclass
class Heard:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    proxy: FaultyProxy, method: str = "POST", path: str = "/api/sync/push", body: bytes | None = b"b" * 9000
) -> Heard:
    """One request on a connection of its own. Raises what a client would see."""
    parts = urllib.parse.urlsplit(proxy.address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.request(method, path, None if method == "GET" else body)
        answer = connection.getresponse()
        return Heard(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def wait_until(happened: object) -> None:
    ends_at = time.monotonic() + 10
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_without_faults_everything_passes_unchanged_on_one_connection(upstream: Upstream) -> None:
    with street(upstream, None) as proxy:
        parts = urllib.parse.urlsplit(proxy.address)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        for path, body in (("/api/sync/push", b"one"), ("/api/chunks", b"two"), ("/api/photos/x", b"t" * 300_000)):
            connection.request("PUT", path, body)
            answer = connection.getresponse()
            assert answer.read() == ANSWER and answer.headers["X-Sightline"] == "1"
        connection.close()
        assert upstream.received == [b"one", b"two", b"t" * 300_000]
        assert proxy.counts == Counter() and proxy.traffic["requests"] == 3


def test_a_request_that_is_dropped_before_never_reaches_the_server(upstream: Upstream) -> None:
    with street(upstream, Fault.DROPPED_BEFORE) as proxy:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(proxy)
        assert upstream.received == [] and proxy.counts[Fault.DROPPED_BEFORE] == 1


def test_half_an_upload_reaches_the_server_as_half(upstream: Upstream) -> None:
    with street(upstream, Fault.HALF_UPLOAD) as proxy:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(proxy)
        wait_until(lambda: upstream.broken_off == 1)
        assert upstream.received == []


def test_an_upload_cannot_be_half_where_there_is_none(upstream: Upstream) -> None:
    with street(upstream, Fault.HALF_UPLOAD) as proxy:
        assert ask(proxy, "GET").body == ANSWER
        assert proxy.counts == Counter()


def test_the_server_did_it_but_the_phone_never_hears(upstream: Upstream) -> None:
    with street(upstream, Fault.DROPPED_AFTER) as proxy:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(proxy)
        assert len(upstream.received) == 1


@pytest.mark.parametrize("path", ["/api/sync/push", "/api/chunks"])
def test_an_answer_that_ends_in_the_middle(upstream: Upstream, path: str) -> None:
    with street(upstream, Fault.DROPPED_DURING) as proxy:
        with pytest.raises((ConnectionError, http.client.IncompleteRead)):
            ask(proxy, path=path)
        assert len(upstream.received) == 1


@pytest.mark.parametrize("path", ["/api/sync/push", "/api/chunks"])
def test_an_answer_cut_short_looks_whole_and_still_bears_our_mark(upstream: Upstream, path: str) -> None:
    with street(upstream, Fault.TRUNCATED) as proxy:
        heard = ask(proxy, path=path)
        assert heard.body == ANSWER[: len(ANSWER) // 2] and heard.headers["X-Sightline"] == "1"


@pytest.mark.parametrize(
    ("fault", "status", "ours", "reaches"),
    [
        (Fault.ERROR_500, 500, True, 0),
        (Fault.ERROR_500_PLAIN, 500, False, 0),
        (Fault.BAD_GATEWAY, 502, False, 0),
        (Fault.BAD_GATEWAY_AFTER, 502, False, 1),
        (Fault.TOO_MANY, 429, True, 0),
        (Fault.TOO_LARGE, 413, True, 0),
        (Fault.TOO_LARGE_PROXY, 413, False, 0),
        (Fault.SIGNED_OUT, 401, True, 0),
        (Fault.SIGNED_OUT_PROXY, 401, False, 0),
        (Fault.LOGIN_PAGE, 200, False, 0),
        (Fault.LOGIN_REDIRECT, 302, False, 0),
    ],
)
def test_answers_in_the_servers_place(upstream: Upstream, fault: Fault, status: int, ours: bool, reaches: int) -> None:
    with street(upstream, fault) as proxy:
        heard = ask(proxy)
        assert (heard.status, "X-Sightline" in heard.headers, len(upstream.received)) == (status, ours, reaches)
        assert ours or b"<html>" in heard.body or heard.headers["Content-Type"] == "text/plain" or status == 302
        assert ("Retry-After" in heard.headers) == (fault is Fault.TOO_MANY)
        assert proxy.counts == Counter({fault: 1})


def test_the_redirect_leads_to_a_login_page_with_200(upstream: Upstream) -> None:
    with street(upstream, Fault.LOGIN_REDIRECT) as proxy:
        assert ask(proxy).headers["Location"] == PORTAL_PATH
        proxy.calm()
        heard = ask(proxy, "GET", PORTAL_PATH)
        assert heard.status == 200 and b"Free Wi-Fi" in heard.body and upstream.received == []


def test_a_duplicated_request_arrives_twice_and_is_answered_once(upstream: Upstream) -> None:
    with street(upstream, Fault.DUPLICATED) as proxy:
        assert ask(proxy).body == ANSWER
        assert len(upstream.received) == 2


def test_a_replayed_request_arrives_again_later(upstream: Upstream) -> None:
    with street(upstream, Fault.REPLAYED) as proxy:
        assert ask(proxy, body=b"old").body == ANSWER
        proxy.calm()
        wait_until(lambda: upstream.received == [b"old", b"old"])


def test_a_reordered_request_arrives_after_those_that_came_later(upstream: Upstream) -> None:
    with street(upstream, Fault.REORDERED) as proxy:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(proxy, body=b"first")
        proxy.plan.calm()
        for body in (b"second", b"third", b"fourth"):
            assert ask(proxy, body=body).body == ANSWER
        wait_until(lambda: len(upstream.received) == 4)
        assert upstream.received.index(b"first") >= 2


@pytest.mark.parametrize(("fault", "reached"), [(Fault.STALLED, 0), (Fault.STALLED_ANSWER, 1)])
def test_a_stall_lasts_as_long_as_the_plan_says(upstream: Upstream, fault: Fault, reached: int) -> None:
    with street(upstream, fault, stall_s=60) as proxy:
        heard: list[Heard] = []
        asking = threading.Thread(target=lambda: heard.append(ask(proxy)))
        asking.start()
        wait_until(lambda: proxy.counts[fault] == 1 and len(upstream.received) == reached)
        assert not heard
        # The end of all faults ends the stall too.
        proxy.calm()
        asking.join(timeout=10)
        assert heard[0].body == ANSWER


def test_without_signal_nothing_gets_through_until_it_is_back(upstream: Upstream) -> None:
    with street(upstream, None) as proxy:
        proxy.lose_signal()
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(proxy)
        proxy.regain_signal()
        assert ask(proxy).body == ANSWER


def test_while_the_server_is_away_the_proxy_says_502_in_html() -> None:
    with in_a_thread(FaultyProxy("http://127.0.0.1:9", Plan.calm_one())) as proxy:
        heard = ask(proxy)
        assert heard.status == 502 and b"<html>" in heard.body and proxy.traffic["server away"] == 1


def test_a_link_carries_no_more_than_its_shape(upstream: Upstream) -> None:
    shape = Shape(up_bytes_s=200_000, down_bytes_s=200_000, latency_s=0.05)
    with in_a_thread(FaultyProxy(upstream.address, Plan.calm_one(), shape=shape)) as proxy:
        began = time.monotonic()
        assert ask(proxy, body=b"u" * 100_000).body == ANSWER
        # 0.5 s for the bytes, a way there and back for the handshake and one for the request.
        assert time.monotonic() - began >= 0.5 + 4 * 0.05


def test_the_same_seed_deals_the_same_faults_and_another_seed_others() -> None:
    asked = [Head("PUT /api/photos/x HTTP/1.1", [("Content-Length", "9")])] * 200

    def dealt(seed: int) -> list[Fault | None]:
        plan = Plan(seed, rate=0.3)
        return [plan.deal(head) for head in asked]

    assert dealt(7) == dealt(7) != dealt(8)


def test_one_deck_holds_every_fault_and_the_share_that_was_asked_for() -> None:
    plan = Plan(3, rate=0.25)
    head = Head("POST /api/sync/push HTTP/1.1", [("Content-Length", "9")])
    dealt = [plan.deal(head) for _ in range(len(Fault) * 4)]
    assert {fault for fault in dealt if fault} == set(Fault)
    assert sum(fault is not None for fault in dealt) == len(dealt) / 4


def test_a_rare_fault_comes_in_every_fourth_deck() -> None:
    plan = Plan(3, rate=1.0)
    head = Head("POST /api/sync/push HTTP/1.1", [("Content-Length", "9")])
    dealt = Counter(plan.deal(head) for _ in range(400))
    assert 0 < dealt[Fault.STALLED] <= dealt[Fault.BAD_GATEWAY] / 3


def test_lanes_tell_pushes_photos_and_screens_apart() -> None:
    asked = {
        ("POST", "/api/sync/push"): "push",
        ("PUT", "/api/photos/1"): "photo",
        ("PATCH", "/api/photos/1"): "photo",
        ("HEAD", "/api/photos/1"): "photo",
        ("GET", "/api/photos/1/thumbnail"): "other",
        ("GET", "/api/sync/changes?cursor=9"): "pull",
        ("GET", "/api/session"): "session",
        ("GET", "/today"): "page",
    }
    assert {key: lane_of(*key) for key in asked} == asked


def test_a_proxy_within_a_loop_ends_with_its_block(upstream: Upstream) -> None:
    async def story() -> str:
        async with FaultyProxy(upstream.address, Plan.calm_one()) as proxy:
            heard = await asyncio.to_thread(ask, proxy)
            assert heard.body == ANSWER
            return proxy.address

    # In a thread of its own: a browser of an earlier test may have left a loop running in this one.
    with concurrent.futures.ThreadPoolExecutor(1) as alone:
        parts = urllib.parse.urlsplit(alone.submit(asyncio.run, story()).result())
    with pytest.raises(ConnectionError):
        http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=2).request("GET", "/")
