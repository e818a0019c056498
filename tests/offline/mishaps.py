"""What happens to phones and to the server while people work: dealt from a seeded deck, counted when it really did."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

import psutil
import redis

from tests.offline.phone import Gone, StreetPhone
from tests.offline.proxy import FaultyProxy
from tests.whole_stack import WholeStack

DAY_MS = 86_400_000


class Mishap(StrEnum):
    TAB_CRASHED = "tab killed"
    TAB_CLOSED = "tab closed without a word"
    BROWSER_KILLED = "browser killed and started again"
    TWO_TABS = "two tabs at work at once"
    DATABASE_CLOSED = "IndexedDB connection closed"
    DATABASE_ABORTED = "IndexedDB connection closed within transactions"
    QUOTA_HIT = "quota hit"
    CLOCK_JUMPED = "clock jumped two days"
    SIGNED_OUT = "session ended in the middle"
    HANDED_OVER = "phone used by somebody else meanwhile"
    OFFLINE = "offline and online again"
    NO_SIGNAL = "signal lost without a word"
    WEB_WORKER_KILLED = "web worker process killed"
    WEB_KILLED = "web server killed and started again"
    CELERY_KILLED = "Celery worker killed and started again"
    REDIS_FLUSHED = "Redis flushed"
    POSTGRES_RESTARTED = "PostgreSQL restarted (immediate)"


OF_PHONES = [mishap for mishap in Mishap if mishap not in list(Mishap)[-5:]]
OF_THE_SERVER = list(Mishap)[-5:]


class Deck:
    """Each kind once before any comes again, in an order that the seed gives."""

    def __init__(self, kinds: Sequence[Mishap], chance: random.Random) -> None:
        self._kinds = list(kinds)
        self._chance = chance
        self._left: list[Mishap] = []

    def draw(self) -> Mishap:
        if not self._left:
            self._left = self._chance.sample(self._kinds, len(self._kinds))
        return self._left.pop()


# Starts one more report on a phone and waits for its end, whatever that is: (phone, in the second tab).
# True when the screen said Saved.
Capture = Callable[[StreetPhone, bool], Awaitable[bool]]


class PhoneMishaps:
    """Breaks one phone while its person is in the middle of a report."""

    def __init__(
        self,
        counts: Counter[Mishap],
        capture: Capture,
        end_session: Callable[[str], int],
        proxies: dict[str, FaultyProxy],
        people: Sequence[str],
    ) -> None:
        self._counts = counts
        self._capture = capture
        self._end_session = end_session
        self._proxies = proxies
        self._people = people

    async def happen(self, mishap: Mishap, phone: StreetPhone) -> None:
        """Returns when the phone can be used again."""
        ways = {
            Mishap.TAB_CRASHED: self._tab_crashed,
            Mishap.TAB_CLOSED: self._tab_closed,
            Mishap.BROWSER_KILLED: self._browser_killed,
            Mishap.TWO_TABS: self._two_tabs,
            Mishap.DATABASE_CLOSED: self._database_closed,
            Mishap.DATABASE_ABORTED: self._database_aborted,
            Mishap.QUOTA_HIT: self._quota_hit,
            Mishap.CLOCK_JUMPED: self._clock_jumped,
            Mishap.SIGNED_OUT: self._signed_out,
            Mishap.HANDED_OVER: self._handed_over,
            Mishap.OFFLINE: self._offline,
            Mishap.NO_SIGNAL: self._no_signal,
        }
        if await ways[mishap](phone):
            self._counts[mishap] += 1

    @contextlib.asynccontextmanager
    async def _in_the_middle(self, phone: StreetPhone):  # type: ignore[no-untyped-def]
        """The block runs at some moment of a report."""
        reporting = asyncio.ensure_future(self._capture(phone, False))
        await asyncio.sleep(phone.chance.uniform(0, 0.9))
        try:
            yield
        finally:
            with contextlib.suppress(*Gone):
                await reporting

    async def _tab_crashed(self, phone: StreetPhone) -> bool:
        async with self._in_the_middle(phone):
            page = await phone.page()
            with contextlib.suppress(*Gone):
                async with asyncio.timeout(5), phone.devtools(page) as devtools:
                    await devtools.send("Page.crash")
        with contextlib.suppress(*Gone):
            await asyncio.wait_for(page.close(), 5)
        return True

    async def _tab_closed(self, phone: StreetPhone) -> bool:
        async with self._in_the_middle(phone):
            page = await phone.page()
            with contextlib.suppress(*Gone):
                # Another stays open, or the browser would end in order.
                await page.context.new_page()
                await page.close(run_before_unload=False)
        return True

    async def _browser_killed(self, phone: StreetPhone) -> bool:
        async with self._in_the_middle(phone):
            await phone.kill()
        await phone.page()
        return True

    async def _two_tabs(self, phone: StreetPhone) -> bool:
        both = await asyncio.gather(self._capture(phone, False), self._capture(phone, True), return_exceptions=True)
        await phone.only_one_tab()
        return all(one is True for one in both)

    async def _database_closed(self, phone: StreetPhone) -> bool:
        return await self._close_database(phone, abort=False)

    async def _database_aborted(self, phone: StreetPhone) -> bool:
        return await self._close_database(phone, abort=True)

    async def _close_database(self, phone: StreetPhone, *, abort: bool) -> bool:
        closed = 0
        async with self._in_the_middle(phone):
            page = await phone.page()
            with contextlib.suppress(*Gone):
                how = {"abort": abort, "told": phone.chance.random() < 0.5}
                closed = await page.evaluate("how => window.__street.closeDatabase(how)", how)
        return closed > 0

    async def _quota_hit(self, phone: StreetPhone) -> bool:
        """The screen must refuse in words; ``Saved`` would be a lie, and is compared like any other."""
        page = await phone.page()
        await page.evaluate("window.__street.setFull(true)")
        if await self._capture(phone, False):
            with contextlib.suppress(*Gone):
                await page.evaluate("window.__street.setFull(false)")
            return False
        # The screen is opened anew after a failure, and with it the disk has room again.
        return "This phone is full" in phone.last_words

    async def _clock_jumped(self, phone: StreetPhone) -> bool:
        await phone.page()
        await phone.shift_clock(phone.chance.choice((-2, 2)) * DAY_MS)
        saved = [await self._capture(phone, False) for _ in range(2)]
        await phone.page()
        await phone.shift_clock(0)
        return any(saved)

    async def _signed_out(self, phone: StreetPhone) -> bool:
        async with self._in_the_middle(phone):
            ended = await asyncio.to_thread(self._end_session, phone.username)
        return ended > 0

    async def _handed_over(self, phone: StreetPhone) -> bool:
        """Somebody else signs in on this phone and reports; then it comes back to its person."""
        owner = phone.username
        other = phone.chance.choice([person for person in self._people if person != owner])
        page = await phone.page()
        try:
            await phone.sign_out(page)
            phone.username = other
            await phone.sign_in(page)
            saved = await self._capture(phone, False)
            page = await phone.page()
            await phone.sign_out(page)
        finally:
            phone.username = owner
        await phone.sign_in(await phone.page())
        return saved

    async def _offline(self, phone: StreetPhone) -> bool:
        page = await phone.page()
        await page.context.set_offline(True)
        saved = [await self._capture(phone, False) for _ in range(phone.chance.randint(1, 3))]
        with contextlib.suppress(*Gone):
            await page.context.set_offline(False)
        return any(saved)

    async def _no_signal(self, phone: StreetPhone) -> bool:
        proxy = self._proxies[phone.name]
        proxy.lose_signal()
        try:
            saved = [await self._capture(phone, False) for _ in range(phone.chance.randint(1, 3))]
        finally:
            proxy.regain_signal()
        return any(saved)


class ServerMishaps:
    """Breaks the real stack; every way returns when what was broken runs again."""

    def __init__(self, stack: WholeStack, counts: Counter[Mishap], chance: random.Random) -> None:
        self._stack = stack
        self._counts = counts
        self._chance = chance

    def happen(self, mishap: Mishap) -> None:
        {
            Mishap.WEB_WORKER_KILLED: self._kill_web_worker,
            Mishap.WEB_KILLED: self._kill_web,
            Mishap.CELERY_KILLED: self._kill_celery,
            Mishap.REDIS_FLUSHED: self._flush_redis,
            Mishap.POSTGRES_RESTARTED: self._stack.restart_postgres,
        }[mishap]()
        self._counts[mishap] += 1

    def _kill_web_worker(self) -> None:
        """One of the processes that answer, in the middle of what it does; its parent starts another."""
        self._stack.wait_until_it_answers()
        workers = psutil.Process(self._stack.programs["web"].pid).children()
        os.kill(self._chance.choice(sorted(worker.pid for worker in workers)), signal.SIGKILL)

    def _kill_web(self) -> None:
        self._stack.kill_and_start_again("web")
        self._stack.wait_until_it_answers()

    def _kill_celery(self) -> None:
        self._stack.kill_and_start_again(self._chance.choice(("default-worker", "photos-worker")))

    def _flush_redis(self) -> None:
        with redis.Redis.from_url(self._stack.env["REDIS_URL"]) as client:
            client.flushall()
