"""One run: people report through the screens while everything around them breaks, then all is compared."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis
from playwright.async_api import Playwright, async_playwright

from tests.offline import server
from tests.offline.comparison import Findings, OnPhone, compare
from tests.offline.disputes import Disputed, Disputes
from tests.offline.faults import Fault, Plan
from tests.offline.journal import Capture, Journal
from tests.offline.mishaps import OF_PHONES, OF_THE_SERVER, Deck, Mishap, PhoneMishaps, ServerMishaps
from tests.offline.phone import Gone, StreetPhone, Stuck
from tests.offline.proxy import FaultyProxy, Shape
from tests.whole_stack import WholeStack

PEOPLE = ("warden", "warden2", "officer")
# The share of requests that meet a fault, by what they are for.
RATES = {"push": 0.3, "photo": 0.2, "pull": 0.2, "session": 0.15, "page": 0.1}
# A browser that hangs for reasons of its own is started again so often in a run, then the run gives up.
MOST_FRESH_STARTS = 6
# What goes wrong when something is killed that is just ending by itself: it comes again with another card.
MISSED = (psutil.Error, IndexError, redis.RedisError)
# A link such as a phone has in town: 1 MB/s each way, 15 ms.
TOWN = Shape(up_bytes_s=1_000_000, down_bytes_s=2_000_000, latency_s=0.015)


@dataclass(frozen=True)
class Wanted:
    """What a run is made of. The same ``seed`` and the same numbers make the same run."""

    seed: int
    captures: int
    phones: int = 3
    stall_s: float = 30.0
    # One phone mishap in so many captures of a phone, one of the server's in so many of all.
    mishap_every: int = 8
    server_mishap_every: int = 25
    # One dispute of each kind in so many captures of all.
    dispute_every: int = 60
    drain_s: float = 1200.0
    fault_rate: float = 0.1
    # Few requests: all kinds of them share one deck of faults.
    one_deck: bool = False
    # Captures beyond those asked for, so that what never happened yet can happen.
    more: int = 200

    @classmethod
    def short(cls, seed: int, captures: int) -> Wanted:
        return cls(
            seed,
            captures,
            phones=2,
            stall_s=3.0,
            mishap_every=2,
            server_mishap_every=7,
            dispute_every=15,
            drain_s=120.0,
            fault_rate=0.25,
            one_deck=True,
            more=60,
        )


class Run:
    """Holds the stack, the phones and what was noted; ``go`` does it all."""

    def __init__(self, wanted: Wanted, stack: WholeStack, folder: Path, say: Callable[[str], None]) -> None:
        self.wanted = wanted
        self.stack = stack
        self.folder = folder
        self.say = say
        self.note_prefix = f"Walk {wanted.seed}, number "
        self.journal = Journal(folder / "journal.jsonl")
        self.plan = Plan(
            wanted.seed,
            rate=wanted.fault_rate,
            rates={} if wanted.one_deck else RATES,
            stall_s=wanted.stall_s,
            one_deck=wanted.one_deck,
        )
        self.mishaps: Counter[Mishap] = Counter()
        self.stumbles: Counter[str] = Counter()
        self.traffic: Counter[str] = Counter()
        self._numbers = 0
        self._said_at = 0.0
        self._fresh_starts = 0
        self._deck = Deck(OF_PHONES, random.Random(f"{wanted.seed}/phones"))
        self._server_deck = Deck(OF_THE_SERVER, random.Random(f"{wanted.seed}/server"))
        self._server_mishaps = ServerMishaps(stack, self.mishaps, random.Random(f"{wanted.seed}/which"))
        self._next_server_mishap = wanted.server_mishap_every
        self._next_disputes = wanted.dispute_every // 2
        self._breaking_server: asyncio.Task[None] | None = None
        self._disputing: asyncio.Task[None] | None = None

    async def go(self) -> Findings:
        """Raises Stuck when a phone cannot go on."""
        async with contextlib.AsyncExitStack() as proxies, async_playwright() as driver:
            self.proxies: dict[str, FaultyProxy] = {}
            phones = []
            for number in range(1, self.wanted.phones + 1):
                name = f"phone {number}"
                proxy = FaultyProxy(self.stack.address, self.plan, shape=TOWN, log=self.folder / "requests.log")
                self.proxies[name] = await proxies.enter_async_context(proxy)
                phones.append(self._phone(name, PEOPLE[(number - 1) % len(PEOPLE)], proxy, driver))
            crews = FaultyProxy(self.stack.address, self.plan, shape=TOWN, log=self.folder / "requests.log")
            self.proxies["crews"] = await proxies.enter_async_context(crews)
            around = await asyncio.to_thread(lambda: self.stack.around)
            self.disputes = Disputes(self.wanted.seed, crews.address, self.stack.address, around)
            try:
                await self._prepare(phones)
                began = time.monotonic()
                await self._work(phones)
                self.say(f"{self._numbers} reports begun in {time.monotonic() - began:.0f} s; now the faults stop.")
                on_phones = await self._come_home(phones)
            finally:
                self.journal.close()
                for phone in phones:
                    await phone.close()
                for proxy in self.proxies.values():
                    self.traffic += proxy.traffic
        await asyncio.to_thread(self._wait_until_nothing_is_owed)
        made = self.disputes.made
        on_server = await asyncio.to_thread(server.everything, self.note_prefix, self.stack.address, made)
        findings = compare(self.journal.captures.values(), on_phones, on_server, made)
        findings.wrong += self.disputes.wrong
        return findings

    def _phone(self, name: str, username: str, proxy: FaultyProxy, driver: Playwright) -> StreetPhone:
        profile = self.folder / name.replace(" ", "-")
        shutil.rmtree(profile, ignore_errors=True)
        return StreetPhone(
            name, username, proxy.address, profile=profile, driver=driver, journal=self.journal,
            around=self.stack.around, chance=random.Random(f"{self.wanted.seed}/{name}"),
        )  # fmt: skip

    async def _prepare(self, phones: list[StreetPhone]) -> None:
        """Every phone is signed in once with a good network, as at the start of a shift."""
        plan, self.plan.is_calm = self.plan, True
        for phone in phones:
            await phone.sign_in(await phone.page())
            await phone.ready()
        plan.is_calm = False
        self._mishaps_of_phones = PhoneMishaps(
            self.mishaps, self.capture, server.end_sessions, self.proxies, [phone.username for phone in phones]
        )

    # ── the working day ──────────────────────────────────────────────────────

    async def _work(self, phones: list[StreetPhone]) -> None:
        self._began = time.monotonic()
        await asyncio.gather(*(self._walk(phone) for phone in phones))
        for under_way in (self._breaking_server, self._disputing):
            if under_way:
                await under_way

    async def _walk(self, phone: StreetPhone) -> None:
        """One person's day: report after report, and now and then something happens."""
        until_mishap = phone.chance.randint(1, self.wanted.mishap_every)
        while self._goes_on():
            self._break_the_server_now_and_then()
            self._disagree_now_and_then()
            has_mishap = until_mishap <= 0
            until_mishap = phone.chance.randint(1, 2 * self.wanted.mishap_every - 1) if has_mishap else until_mishap - 1
            try:
                await (self._have_a_mishap(phone) if has_mishap else self.capture(phone, False))
                await self._sign_in_again_if_asked(phone)
            except Stuck as error:
                await self._start_afresh(phone, error)

    async def _start_afresh(self, phone: StreetPhone, stuck: Stuck) -> None:
        """As a person does whose browser hangs. Raises ``stuck`` when that was done too often."""
        self._stumble(phone, _first_line(stuck))
        self._fresh_starts += 1
        if self._fresh_starts > MOST_FRESH_STARTS:
            raise stuck
        await phone.kill()

    def _goes_on(self) -> bool:
        """Until all captures were made and everything has happened once, or clearly won't."""
        said = len(self.journal.acknowledged)
        if said < self.wanted.captures:
            return self._numbers < 3 * self.wanted.captures + self.wanted.more
        return bool(self.never_happened()) and said < self.wanted.captures + self.wanted.more

    def never_happened(self) -> list[str]:
        return [what for what, count in self.injected().items() if not count]

    def injected(self) -> dict[str, int]:
        """How often each thing really happened; 0 for what did not."""
        return {
            **{str(fault): self.plan.counts[fault] for fault in Fault},
            **{str(mishap): self.mishaps[mishap] for mishap in Mishap},
            **{str(disputed): self.disputes.counts[disputed] for disputed in Disputed},
        }

    async def _have_a_mishap(self, phone: StreetPhone) -> None:
        mishap = self._deck.draw()
        before = self.mishaps[mishap]
        self.journal.mishap(f"{phone.name}: {mishap}")
        try:
            await self._mishaps_of_phones.happen(mishap, phone)
        except Gone as error:
            self._stumble(phone, f"{mishap}: {_first_line(error)}")
        how = "" if self.mishaps[mishap] > before else " did not come about"
        self.journal.mishap(f"{phone.name}: {mishap}{how}, over")

    def _break_the_server_now_and_then(self) -> None:
        busy = self._breaking_server is not None and not self._breaking_server.done()
        if busy or self._numbers < self._next_server_mishap:
            return
        self._next_server_mishap = self._numbers + self.wanted.server_mishap_every
        mishap = self._server_deck.draw()
        self.journal.mishap(str(mishap))
        self._breaking_server = asyncio.create_task(self._break_the_server(mishap))

    async def _break_the_server(self, mishap: Mishap) -> None:
        try:
            await asyncio.to_thread(self._server_mishaps.happen, mishap)
        except MISSED as error:
            self.stumbles[f"{mishap}: {_first_line(error)}"] += 1

    def _disagree_now_and_then(self) -> None:
        busy = self._disputing is not None and not self._disputing.done()
        if busy or self._numbers < self._next_disputes:
            return
        self._next_disputes = self._numbers + self.wanted.dispute_every
        self._disputing = asyncio.create_task(self._disagree())

    async def _disagree(self) -> None:
        self.journal.mishap("disputes")
        try:
            await asyncio.to_thread(self.disputes.one_of_each)
        except TimeoutError as error:
            words = _first_line(error)
            self.stumbles[words] += 1
            self.journal.mishap(f"disputes stumbled: {words}")

    async def capture(self, phone: StreetPhone, second_tab: bool) -> bool:
        """One more report; whether the screen said Saved."""
        self._numbers += 1
        number = self._numbers
        note = f"{self.note_prefix}{number:05}"
        unheard = self.proxies[phone.name].heard_at < phone.clock_set_at
        begun = Capture(
            number, phone.name, phone.username, note, dt.datetime.now(dt.UTC), phone.chance.randint(1, 3),
            clock_jump_ms=phone.clock_jump_ms if unheard else 0,
        )  # fmt: skip
        self.journal.begun(begun)
        try:
            await phone.capture(number, note, second_tab=second_tab)
        except Gone as error:
            self._stumble(phone, _first_line(error))
            if phone.context is not None:
                with contextlib.suppress(*Gone, Stuck):
                    page = await phone.page(second=second_tab)
                    await page.goto("/today", wait_until="domcontentloaded", timeout=10_000)
        self._tell_how_far()
        return begun.was_said

    def _stumble(self, phone: StreetPhone, words: str) -> None:
        phone.last_words = words
        self.stumbles[words] += 1
        self.journal.mishap(f"{phone.name} stumbled: {words}")

    async def _sign_in_again_if_asked(self, phone: StreetPhone) -> None:
        with contextlib.suppress(*Gone):
            page = await phone.page()
            if await phone.wants_sign_in(page):
                await phone.sign_in(page)

    def _tell_how_far(self) -> None:
        if time.monotonic() - self._said_at < 15:
            return
        self._said_at = time.monotonic()
        said, seconds = len(self.journal.acknowledged), time.monotonic() - self._began
        injected = sum(self.plan.counts.values()) + sum(self.mishaps.values())
        self.say(f"{seconds:6.0f} s  {said} saved of {self._numbers} begun ({said / seconds:.1f}/s), {injected} faults")

    # ── the evening ──────────────────────────────────────────────────────────

    async def _come_home(self, phones: list[StreetPhone]) -> list[OnPhone]:
        """The network is good again; each phone is left open until nothing waits. Bounded."""
        for proxy in self.proxies.values():
            proxy.calm()
        await asyncio.to_thread(self.stack.wait_until_it_answers)
        people = [phone.username for phone in phones]
        await asyncio.gather(*(self._send_all(phone, people) for phone in phones))
        for proxy in self.proxies.values():
            await proxy.settled()
        return [OnPhone(phone.name, **await phone.everything(hashes=True)) for phone in phones]

    async def _send_all(self, phone: StreetPhone, people: list[str]) -> None:
        """First the person whose phone it is, then whoever else left something on it."""
        page = await phone.only_one_tab()
        with contextlib.suppress(*Gone):
            await page.context.set_offline(False)
        await phone.shift_clock(0)
        await page.reload()
        ends_at = time.monotonic() + self.wanted.drain_s
        await self._send_as(phone, phone.username, ends_at)
        for other in people:
            if other != phone.username and await self._waits(phone, other):
                await phone.sign_out(await phone.page())
                await self._send_as(phone, other, ends_at)

    async def _send_as(self, phone: StreetPhone, username: str, ends_at: float) -> None:
        """Does what the outbox asks a person to do, until nothing of theirs waits or time is up."""
        told_at = 0.0
        while time.monotonic() < ends_at:
            try:
                page = await phone.page()
                if await phone.wants_sign_in(page):
                    await phone.sign_in(page, username)
                waits = await self._waits(phone, username)
                if waits == 0:
                    return
                if time.monotonic() - told_at > 15:
                    told_at = time.monotonic()
                    self.say(f"{phone.name}: {waits} things of {username} wait")
                await phone.ask_to_send(page)
            except Gone as error:
                self._stumble(phone, f"while sending: {_first_line(error)}")
            except Stuck as error:
                await self._start_afresh(phone, error)
            await asyncio.sleep(1)

    async def _waits(self, phone: StreetPhone, username: str) -> int:
        """What of this person has not arrived and could."""
        person_id = await asyncio.to_thread(server.person_id, username)
        kept = await phone.everything()
        items = {item["id"]: item for item in kept["items"]}
        conflicts = {key for key, item in items.items() if item["state"] == "conflict"}
        waiting: list[Any] = [
            item for item in items.values() if item["person_id"] == person_id and item["state"] in {"here", "refused"}
        ]
        waiting += [
            photo
            for photo in kept["photos"]
            if photo["person_id"] == person_id
            and photo["state"] in {"here", "refused"}
            and photo["operation_id"] not in conflicts
        ]
        return len(waiting)

    def _wait_until_nothing_is_owed(self) -> None:
        ends_at = time.monotonic() + self.wanted.drain_s
        while owed := server.owed():
            if time.monotonic() > ends_at:
                self.say(f"{owed} reactions are still owed")
                return
            time.sleep(1)


def _first_line(error: BaseException) -> str:
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0][:240] if words else 'no words'}"
