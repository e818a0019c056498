"""One phone on the street: a real Chromium on a profile that outlives it, and the person who holds it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page, Playwright, Worker
from playwright.async_api import Error as PlaywrightError

from deploy import packages
from tests.chromium import FLAGS, processes_of
from tests.load.phone import PASSWORD
from tests.offline.journal import Journal
from tests.whole_stack import Around

STREET = (Path(__file__).parent / "street.js").read_text()
SCREEN = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "en-GB",
    "permissions": ["geolocation", "background-sync"],
}
# What may go wrong between two steps of a story while phones are broken on purpose.
Gone = (PlaywrightError, TimeoutError, asyncio.TimeoutError)
STEP_S = 30.0
SIGN_IN_TRIES = 40


class Stuck(Exception):
    """The phone cannot be brought to a state in which its person could go on."""


class StreetPhone:
    """Opens on ``address``, which stays the same for its whole life: it is the profile's origin."""

    def __init__(
        self, name: str, username: str, address: str, *, profile: Path, driver: Playwright, journal: Journal,
        around: Around, chance: random.Random,
    ) -> None:  # fmt: skip
        self.name = name
        self.username = username
        self.address = address
        self.chance = chance
        self.clock_shift_ms = 0
        # How far its clock jumped last, and when: seconds of ``time.monotonic``.
        self.clock_jump_ms = 0
        self.clock_set_at = 0.0
        self._profile = profile
        self._driver = driver
        self._journal = journal
        self._around = around
        self.context: BrowserContext | None = None
        self._crashed: set[Page] = set()
        # Why the last report was not saved.
        self.last_words = ""

    # ── the browser and its tabs ─────────────────────────────────────────────

    async def start(self) -> None:
        """The browser on this profile, without any page of ours yet."""
        for lock in self._profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)
        context = await self._driver.chromium.launch_persistent_context(
            self._profile,
            executable_path=packages.browser(),
            args=[*FLAGS],
            base_url=self.address,
            geolocation=self._somewhere(),
            **SCREEN,  # type: ignore[arg-type]
        )
        context.set_default_timeout(STEP_S * 1000)
        await context.expose_function("__acknowledged", self._acknowledged)
        await context.add_init_script(STREET)
        context.on("serviceworker", self._give_worker_our_clock)
        context.on("page", self._watch)
        for page in context.pages:
            self._watch(page)
        self.context = context

    def _watch(self, page: Page) -> None:
        page.on("crash", lambda crashed: self._crashed.add(crashed))

    def _acknowledged(self, said: dict[str, Any]) -> None:
        self._journal.said(said["number"], said["defect_id"])

    async def page(self, *, second: bool = False) -> Page:
        """A live tab at the app; the second one where two are wanted."""
        if self.context is None:
            await self.start()
        assert self.context
        alive = [page for page in self.context.pages if not page.is_closed() and page not in self._crashed]
        wanted = 1 if second else 0
        while len(alive) <= wanted:
            alive.append(await asyncio.wait_for(self.context.new_page(), STEP_S))
        page = alive[wanted]
        if not page.url.startswith(self.address) or not await self._answers(page):
            await self._open(page, "/today")
        return page

    async def _answers(self, page: Page) -> bool:
        try:
            return bool(await asyncio.wait_for(page.evaluate("Boolean(window.__street)"), 5))
        except Gone:
            return False

    async def _open(self, page: Page, path: str) -> None:
        for _ in range(10):
            with contextlib.suppress(*Gone):
                await page.goto(path, wait_until="domcontentloaded", timeout=10_000)
                await self.until(page, "window.__street && document.querySelector('#app h1') !== null", seconds=12)
                return
            await asyncio.sleep(0.5)
        raise Stuck(f"{self.name} cannot open {path}")

    async def only_one_tab(self) -> Page:
        page = await self.page()
        assert self.context
        for other in self.context.pages:
            if other is not page:
                with contextlib.suppress(*Gone):
                    await asyncio.wait_for(other.close(), 5)
        return page

    async def close(self) -> None:
        """As a person does: everything has time to end."""
        if self.context is not None:
            with contextlib.suppress(*Gone):
                await asyncio.wait_for(self.context.close(), 20)
            self.context = None

    async def kill(self) -> None:
        """SIGKILL to the browser with all its processes: nobody writes anything any more."""
        context, self.context = self.context, None
        for process in await asyncio.to_thread(processes_of, self._profile):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        if context is not None:
            with contextlib.suppress(*Gone, Exception):
                await asyncio.wait_for(context.close(), 10)

    @contextlib.asynccontextmanager
    async def devtools(self, page: Page) -> Any:
        assert self.context
        session: CDPSession = await self.context.new_cdp_session(page)
        try:
            yield session
        finally:
            with contextlib.suppress(*Gone):
                await asyncio.wait_for(session.detach(), 2)

    async def until(self, page: Page, script: str, *, seconds: float) -> Any:
        """What the script gives once that is true. Raises TimeoutError.

        Playwright's own waiting would evaluate text in the page, which our content policy forbids.
        """
        async with asyncio.timeout(seconds):
            while not (found := await page.evaluate(script)):
                await asyncio.sleep(0.1)
        return found

    # ── the person ───────────────────────────────────────────────────────────

    async def sign_in(self, page: Page, username: str | None = None) -> None:
        """Through the screen, again and again until it works: the network may be as bad as it likes."""
        said: object = ""
        for _ in range(SIGN_IN_TRIES):
            try:
                await self._to_sign_in(page)
                # A session that stands after all leads on by itself.
                there = await self.until(page, _AT_SIGN_IN_OR_PAST, seconds=15)
                if there == "past":
                    return
                await page.get_by_label("User name").fill(username or self.username, timeout=8_000)
                await page.get_by_label("Password", exact=True).fill(PASSWORD)
                await page.get_by_role("button", name="Sign in", exact=True).click()
                said = await self.until(page, _SIGNED_IN, seconds=35)
                if said is True:
                    return
            except Gone as error:
                said = str(error)[:200]
            await asyncio.sleep(0.5)
        raise Stuck(f"{self.name} could not sign in as {username or self.username}: {said}")

    async def _to_sign_in(self, page: Page) -> None:
        """By the app's own link: a fresh open would lead on before it has heard that the session has ended."""
        link = page.locator("a[href^='/sign-in']").first
        if "/sign-in" in page.url:
            return
        if await link.count():
            await link.click(timeout=3_000)
        else:
            await self._open(page, "/sign-in")

    async def sign_out(self, page: Page) -> None:
        """By the button; what is unsent stays on the phone, hidden."""
        for _ in range(SIGN_IN_TRIES):
            with contextlib.suppress(*Gone):
                await self._open(page, "/me")
                if "/sign-in" in page.url:
                    return
                await page.get_by_role("button", name="Sign out", exact=True).click(timeout=5_000)
                all_the_same = page.get_by_role("button", name="Sign out all the same")
                with contextlib.suppress(*Gone):
                    await all_the_same.click(timeout=700)
                await page.wait_for_url("**/sign-in*", timeout=40_000)
                return
            await asyncio.sleep(0.3)
        raise Stuck(f"{self.name} could not sign out")

    async def ready(self) -> None:
        """The app works without the network: its worker is in charge, the reference and the first rows are here."""
        page = await self.page()
        await self.until(page, "navigator.serviceWorker.controller !== null", seconds=60)
        await self.until(page, _HAS_REFERENCE, seconds=60)

    async def wants_sign_in(self, page: Page) -> bool:
        """Whether the screen asks for a sign-in, to go on or to send."""
        return bool(await asyncio.wait_for(page.evaluate(_WANTS_SIGN_IN), STEP_S))

    async def capture(self, number: int, note: str, *, second_tab: bool = False) -> dict[str, Any]:
        """One report through the screens; what the phone then kept of it.

        Raises one of ``Gone`` when the phone broke, or the screen refused, before it said Saved.
        """
        page = await self.page(second=second_tab)
        if "/sign-in" in page.url and await page.evaluate("!document.querySelector('a[href=\"/today\"]')"):
            await self.sign_in(page)
        assert self.context
        await self.context.set_geolocation(self._somewhere())  # type: ignore[arg-type]
        spec = {
            "number": number,
            "note": note,
            "photos": [number * 10 + nth for nth in range(self._journal.captures[number].photos_taken)],
            "choice": self.chance.randrange(10_000),
            "take_up": self.chance.random() < 0.5,
        }
        found = await asyncio.wait_for(page.evaluate("spec => window.__street.capture(spec)", spec), STEP_S)
        if found["kept"]:
            self._journal.kept(number, found["kept"]["photos"])
        return dict(found)

    def _somewhere(self) -> dict[str, float]:
        west, south, east, north = self._around
        return {
            "longitude": self.chance.uniform(west, east),
            "latitude": self.chance.uniform(south, north),
            "accuracy": 6,
        }

    # ── what can be done to it ───────────────────────────────────────────────

    async def shift_clock(self, ms: int) -> None:
        """The phone's clock jumps, in every tab and in the service worker."""
        jump_ms, self.clock_shift_ms = abs(ms - self.clock_shift_ms), ms
        assert self.context
        for page in self.context.pages:
            with contextlib.suppress(*Gone):
                await page.evaluate("ms => window.__street?.shiftClock(ms)", ms)
        for worker in self.context.service_workers:
            self._give_worker_our_clock(worker)
        if jump_ms:
            self.clock_jump_ms, self.clock_set_at = jump_ms, time.monotonic()

    def _give_worker_our_clock(self, worker: Worker) -> None:
        async def give() -> None:
            with contextlib.suppress(*Gone):
                await worker.evaluate(_WORKER_CLOCK, self.clock_shift_ms)

        asyncio.get_running_loop().create_task(give())

    async def ask_to_send(self, page: Page) -> None:
        """What a person does at the outbox: try again what was refused, and send now."""
        if not page.url.endswith("/outbox"):
            await self._open(page, "/outbox")
        for words in ("Try again", "Send now"):
            for one in await page.get_by_role("button", name=words, exact=True).all():
                with contextlib.suppress(*Gone):
                    await one.click(timeout=1_000)

    async def everything(self, *, hashes: bool = False) -> dict[str, Any]:
        page = await self.page()
        asking = page.evaluate("given => window.__street.everything(given)", {"hashes": hashes})
        return dict(await asyncio.wait_for(asking, 300))


_AT_SIGN_IN_OR_PAST = """!location.pathname.startsWith("/sign-in") ? "past"
  : document.querySelector("input[name=username]") ? "there" : null"""
_SIGNED_IN = "!location.pathname.startsWith('/sign-in') || window.__street.alarm()"
_HAS_REFERENCE = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const database = await asked(indexedDB.open("sightline"));
  const keys = await asked(database.transaction("meta").objectStore("meta").getAllKeys());
  database.close();
  return keys.includes("reference") && keys.includes("cursor");
}"""
_WANTS_SIGN_IN = r"""() => location.pathname.startsWith("/sign-in")
  || [...document.querySelectorAll("a[href='/sign-in']")].some((one) => /sign in/i.test(one.textContent))"""
_WORKER_CLOCK = """(shift) => {
  globalThis.__realDate ??= Date;
  const real = globalThis.__realDate;
  const now = () => real.now() + shift;
  globalThis.Date = new Proxy(real, {
    construct: (target, given, self) =>
      given.length === 0 ? Reflect.construct(target, [now()], self) : Reflect.construct(target, given, self),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}"""
