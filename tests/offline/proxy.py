"""A reverse proxy that breaks requests on purpose: what the street does to a phone's connection.

    async with FaultyProxy("http://127.0.0.1:8420", Plan(seed=1)) as proxy:
        ...  # open proxy.address in a browser
        proxy.calm()

The browser sees the proxy's loopback address as its origin, so service workers run and cookies
stay. ``Host`` passes unchanged: to the server, the origin is the one that the browser sees.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.offline import wire
from tests.offline.faults import PORTAL_PATH, Fault, Plan, forged, login_page
from tests.offline.wire import Broken, Head, read_head

# A request that was put back waits at most so long for later ones to overtake it.
LONGEST_HOLD_S = 8.0
OVERTAKEN_BY = 2
REPLAYED_AFTER_S = 1.5
WHOLE_ANSWERS = {None, Fault.DUPLICATED, Fault.REPLAYED, Fault.STALLED, Fault.STALLED_ANSWER}
# By answers to these a phone learns the server's time.
TELLS_THE_TIME = ("/api/sync/", "/api/session", "/api/reference")
# What a real proxy says while the server restarts.
AWAY = forged(Fault.BAD_GATEWAY)


@dataclass(frozen=True)
class Shape:
    """A link: bytes a second up and down (0: as fast as it goes) and seconds of delay each way."""

    up_bytes_s: float = 0.0
    down_bytes_s: float = 0.0
    latency_s: float = 0.0


class _Line:
    """One direction of a link, shared by all that goes over it."""

    def __init__(self, bytes_s: float) -> None:
        self._bytes_s = bytes_s
        self._free_at = 0.0

    async def carry(self, size: int) -> None:
        """Return when ``size`` more bytes are through."""
        if not self._bytes_s:
            return
        self._free_at = max(time.monotonic(), self._free_at) + size / self._bytes_s
        await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))


@dataclass
class _Exchange:
    """One request on its connection, and what became of it."""

    head: Head
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    # Whether the request's body was read to its end; the connection is of no more use otherwise.
    is_read: bool = False
    status: int = 0

    @property
    def keeps_alive(self) -> bool:
        return self.head.get("Connection").lower() != "close"


class _Dropped(Exception):
    """The client's connection is to be torn down."""


class FaultyProxy:
    """Passes requests on to ``upstream`` and does to them what the plan says."""

    def __init__(
        self, upstream: str, plan: Plan, *, shape: Shape | None = None, port: int = 0, log: Path | None = None
    ) -> None:
        parts = urllib.parse.urlsplit(upstream)
        self._upstream = (str(parts.hostname), int(parts.port or 80))
        self.plan = plan
        self.shape = shape or Shape()
        self._up, self._down = _Line(self.shape.up_bytes_s), _Line(self.shape.down_bytes_s)
        self._port = port
        self._log = log
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._later: set[asyncio.Task[None]] = set()
        self._answered = 0
        self._moved = asyncio.Condition()
        self._calmed = asyncio.Event()
        self._has_signal = True
        self._loop: asyncio.AbstractEventLoop | None = None
        # Requests that came, that went on to the server, and answers while the server was away.
        self.traffic: Counter[str] = Counter()
        # When the server last answered through here: seconds of ``time.monotonic``.
        self.heard_at = 0.0

    async def __aenter__(self) -> FaultyProxy:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=wire.LARGEST_HEAD)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        tasks = [*self._clients.values(), *self._later]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def counts(self) -> Counter[Fault]:
        """What was injected so far, by all proxies of this plan."""
        return self.plan.counts

    def calm(self) -> None:
        """No more faults; what is held back or stalls goes on at once."""
        self.plan.calm()
        self._has_signal = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._calmed.set)

    async def settled(self) -> None:
        """Wait until requests that were put back have reached the server."""
        await asyncio.gather(*self._later, return_exceptions=True)

    def lose_signal(self) -> None:
        """Tear every connection down and take no new one, while the phone believes it is online."""
        self._has_signal = False
        if self._loop:
            self._loop.call_soon_threadsafe(self._hang_up)

    def _hang_up(self) -> None:
        for writer in list(self._clients):
            writer.transport.abort()

    def regain_signal(self) -> None:
        self._has_signal = True

    # ── one connection ───────────────────────────────────────────────────────

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._clients[writer] = task
        try:
            # The handshake takes a way there and back.
            await asyncio.sleep(2 * self.shape.latency_s)
            while self._has_signal:
                head = await read_head(reader)
                if head is None or not await self._exchange(_Exchange(head, reader, writer)):
                    break
        except (_Dropped, Broken, OSError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._clients.pop(writer, None)
            writer.close()

    async def _exchange(self, exchange: _Exchange) -> bool:
        """One request and its answer; whether the connection can be used again."""
        self.traffic["requests"] += 1
        await asyncio.sleep(self.shape.latency_s)
        fault = self.plan.deal(exchange.head)
        try:
            if exchange.head.path.startswith(PORTAL_PATH):
                return await self._give(exchange, *login_page())
            if fault is None:
                return await self._pass(exchange)
            return await self._break(exchange, fault)
        finally:
            if fault in WHOLE_ANSWERS and exchange.status == 200 and exchange.head.path.startswith(TELLS_THE_TIME):
                self.heard_at = time.monotonic()
            self._note(exchange, fault)
            await self._count_answer()

    async def _break(self, exchange: _Exchange, fault: Fault) -> bool:
        self.plan.counts[fault] += 1
        match fault:
            case Fault.DROPPED_BEFORE:
                raise _Dropped
            case Fault.HALF_UPLOAD:
                await self._upload_half(exchange)
            case Fault.DROPPED_AFTER:
                await self._forward(exchange, await self._received(exchange))
                raise _Dropped
            case Fault.DROPPED_DURING | Fault.TRUNCATED:
                return await self._give_half(exchange, honest=fault is Fault.TRUNCATED)
            case Fault.DUPLICATED:
                content = await self._received(exchange)
                first, _second = await asyncio.gather(
                    self._forward(exchange, content), self._forward(exchange, content)
                )
                return await self._give(exchange, *first)
            case Fault.REPLAYED:
                content = await self._received(exchange)
                given = await self._forward(exchange, content)
                self._do_later(self._replay(exchange, content, self._calmed_after(REPLAYED_AFTER_S)))
                return await self._give(exchange, *given)
            case Fault.REORDERED:
                content = await self._received(exchange)
                self._do_later(self._replay(exchange, content, self._overtaken()))
                raise _Dropped
            case Fault.STALLED:
                await self._calmed_after(self.plan.stall_s)
                return await self._pass(exchange)
            case Fault.STALLED_ANSWER:
                given = await self._forward(exchange, await self._received(exchange))
                await self._calmed_after(self.plan.stall_s)
                return await self._give(exchange, *given)
        content = await self._received(exchange)
        if fault is Fault.BAD_GATEWAY_AFTER:
            await self._forward(exchange, content)
        return await self._give(exchange, *forged(fault, self.plan.retry_after_s()))

    # ── to the server and back ───────────────────────────────────────────────

    async def _pass(self, exchange: _Exchange) -> bool:
        """The request goes on as it comes, and so does the answer."""
        try:
            reader, writer = await self._dial(exchange.head)
        except OSError:
            return await self._server_is_away(exchange)
        upload = asyncio.create_task(self._upload(exchange, writer))
        try:
            head = await read_head(reader)
            if head is None:
                raise Broken("the server ended without an answer")
            await asyncio.sleep(self.shape.latency_s)
            framed = head.chunked or head.length is not None or wire.has_no_body(exchange.head.method, head.status)
            # An answer before the request was read to its end leaves the rest of it on the line.
            keep = framed and exchange.is_read and exchange.keeps_alive
            head = head.without("Connection", "Keep-Alive").also("Connection", "keep-alive" if keep else "close")
            exchange.status = head.status
            await self._write(exchange, head.raw())
            if not wire.has_no_body(exchange.head.method, head.status):
                async for piece in wire.body(reader, head):
                    await self._write(exchange, piece)
            return keep
        except (Broken, ConnectionError) as error:
            if exchange.status == 0 and not isinstance(upload.exception() if upload.done() else None, Broken):
                return await self._server_is_away(exchange)
            raise _Dropped from error
        finally:
            upload.cancel()
            with contextlib.suppress(asyncio.CancelledError, Broken, OSError):
                await upload
            writer.close()

    async def _upload(self, exchange: _Exchange, writer: asyncio.StreamWriter) -> None:
        try:
            async for piece in wire.body(exchange.reader, exchange.head):
                await self._up.carry(len(piece))
                writer.write(piece)
                await writer.drain()
            exchange.is_read = True
        except Broken:
            # The phone went away in the middle: so does its request.
            writer.transport.abort()
            raise

    async def _upload_half(self, exchange: _Exchange) -> None:
        """The server gets half of the body and then sees the connection end."""
        content = await self._received(exchange)
        with contextlib.suppress(OSError):
            _reader, writer = await self._dial(exchange.head)
            writer.write(content[: len(content) // 2])
            await writer.drain()
            # A little time, so that the server has begun with what it got.
            await asyncio.sleep(0.05)
            writer.close()
        raise _Dropped

    async def _give_half(self, exchange: _Exchange, *, honest: bool) -> bool:
        """Half of the answer; ``honest`` gives the half's own length, so that it looks whole."""
        head, content = await self._forward(exchange, await self._received(exchange))
        if not content and not honest:
            raise _Dropped
        half = content[: len(content) // 2]
        if honest:
            return await self._give(exchange, head, half)
        await self._write(exchange, head.also("Content-Length", str(len(content))).raw() + half)
        raise _Dropped

    async def _replay(self, exchange: _Exchange, content: bytes, moment: Coroutine[Any, Any, None]) -> None:
        await moment
        with contextlib.suppress(OSError, Broken):
            await self._forward(exchange, content)

    async def _overtaken(self) -> None:
        """Until later requests of this phone were answered, or long enough."""
        mark = self._answered + OVERTAKEN_BY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_HOLD_S), self._moved:
                await self._moved.wait_for(lambda: self._answered > mark or self._calmed.is_set())

    async def _calmed_after(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._calmed.wait(), seconds)

    async def _forward(self, exchange: _Exchange, content: bytes) -> tuple[Head, bytes]:
        """A request that was received whole goes to the server; its whole answer, unframed."""
        try:
            reader, writer = await self._dial(exchange.head.without("Transfer-Encoding"), len(content))
        except OSError:
            self.traffic["server away"] += 1
            return AWAY
        try:
            writer.write(content)
            head = await read_head(reader)
            if head is None:
                raise Broken("the server ended without an answer")
            pieces = []
            if not wire.has_no_body(exchange.head.method, head.status):
                pieces = [piece async for piece in wire.body(reader, head, framed=False)]
            exchange.status = head.status
            return head.without("Connection", "Keep-Alive", "Transfer-Encoding"), b"".join(pieces)
        except (Broken, ConnectionError):
            self.traffic["server away"] += 1
            return AWAY
        finally:
            writer.close()

    async def _dial(self, head: Head, length: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self._has_signal:
            raise _Dropped
        reader, writer = await asyncio.open_connection(*self._upstream, limit=wire.LARGEST_HEAD)
        head = head.without("Connection", "Keep-Alive").also("Connection", "close")
        if length:
            head = head.also("Content-Length", str(length))
        writer.write(head.raw())
        self.traffic["sent on"] += 1
        return reader, writer

    async def _received(self, exchange: _Exchange) -> bytes:
        """The whole body of the request, without its framing."""
        pieces = []
        async for piece in wire.body(exchange.reader, exchange.head, framed=False):
            await self._up.carry(len(piece))
            pieces.append(piece)
        exchange.is_read = True
        return b"".join(pieces)

    async def _server_is_away(self, exchange: _Exchange) -> bool:
        self.traffic["server away"] += 1
        return await self._give(exchange, *AWAY, keep=False)

    async def _give(self, exchange: _Exchange, head: Head, content: bytes, *, keep: bool = True) -> bool:
        """A whole answer to the phone."""
        await asyncio.sleep(self.shape.latency_s)
        keep = keep and exchange.is_read and exchange.keeps_alive
        silent = wire.has_no_body(exchange.head.method, head.status)
        if not silent:
            head = head.also("Content-Length", str(len(content)))
        exchange.status = head.status
        await self._write(exchange, head.also("Connection", "keep-alive" if keep else "close").raw())
        if not silent:
            for at in range(0, len(content), wire.PIECE):
                await self._write(exchange, content[at : at + wire.PIECE])
        return keep

    async def _write(self, exchange: _Exchange, content: bytes) -> None:
        await self._down.carry(len(content))
        if not self._has_signal:
            raise _Dropped
        exchange.writer.write(content)
        await exchange.writer.drain()

    # ── bookkeeping ──────────────────────────────────────────────────────────

    def _do_later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _count_answer(self) -> None:
        async with self._moved:
            self._answered += 1
            self._moved.notify_all()

    def _note(self, exchange: _Exchange, fault: Fault | None) -> None:
        if self._log is None:
            return
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        words = f"{at} {self._port} {exchange.head.method} {exchange.head.path[:120]} {exchange.status or '-'}"
        with self._log.open("a") as out:
            out.write(f"{words} {fault or ''}\n".rstrip(" "))


@contextlib.contextmanager
def in_a_thread(proxy: FaultyProxy) -> Iterator[FaultyProxy]:
    """The proxy for a program without an event loop of its own. Runs until the block ends."""
    started, ended = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    async def run() -> None:
        async with proxy:
            started.set()
            await asyncio.to_thread(ended.wait)

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            failed.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=work, name="faulty-proxy", daemon=True)
    thread.start()
    started.wait()
    if failed:
        raise failed[0]
    try:
        yield proxy
    finally:
        ended.set()
        thread.join(timeout=10)
