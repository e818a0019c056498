"""A phone four times slower than this machine: real Chromium, a profile that outlives a kill, the bench's stack."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect, sync_playwright

from deploy import packages
from tests.chromium import FLAGS, processes_of
from tests.load.phone import PASSWORD
from tests.running import wait_for

SLOWER = 4
ON_RAKER_STREET = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
_SCREEN = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "permissions": ["geolocation", "background-sync"],
    "geolocation": ON_RAKER_STREET,
    "locale": "en-GB",
}


class ThrottledPhone:
    """One phone on `address`. `page` is its only open page, slowed down by four from the first byte.

    The throttle is Chromium's own (`Emulation.setCPUThrottlingRate`): it slows the page's main thread.
    Workers and the browser's own processes run at the machine's speed.
    """

    def __init__(self, driver: Playwright, address: str, profile: Path) -> None:
        self.address = address
        self._driver = driver
        self._profile = profile
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._cdp: CDPSession | None = None
        self._start()

    @property
    def page(self) -> Page:
        if self._page is None:
            raise RuntimeError("the browser was killed: restart it first")
        return self._page

    @property
    def context(self) -> BrowserContext:
        if self._context is None:
            raise RuntimeError("the browser was killed: restart it first")
        return self._context

    @property
    def cdp(self) -> CDPSession:
        """A DevTools session of `page`."""
        if self._cdp is None:
            raise RuntimeError("the browser was killed: restart it first")
        return self._cdp

    def _start(self) -> None:
        self._context = self._driver.chromium.launch_persistent_context(
            self._profile,
            executable_path=packages.browser(),
            args=[*FLAGS],
            base_url=self.address,
            **_SCREEN,  # type: ignore[arg-type]
        )
        self._page = self._context.pages[0] if self._context.pages else self._context.new_page()
        self._page.set_default_timeout(120_000)
        self._cdp = self._context.new_cdp_session(self._page)
        self.slow_down(SLOWER)

    def slow_down(self, times: float) -> None:
        """1 is the machine's own speed."""
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def sign_in(self, username: str = "warden") -> None:
        """Signed in, the first rows here, and the service worker able to open the app without signal."""
        self.page.goto("/sign-in")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url("**/today")
        self.until("navigator.serviceWorker.controller !== null")
        expect(self.page.locator(".today-report")).to_be_visible(timeout=60_000)
        self.until(_HAS_REFERENCE)

    def until(self, expression: str, *, seconds: float = 120) -> None:
        """Ask the page until it says yes; the app's own policy forbids Playwright's waiting inside the page."""
        wait_for(lambda: self.page.evaluate(expression), seconds=seconds, what=expression)

    def offline(self, off: bool = True) -> None:
        self.context.set_offline(off)

    def kill(self) -> None:
        """SIGKILL to the browser and all its processes: nothing is written behind us."""
        for process in processes_of(self._profile):
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(process.pid, signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        self._context = self._page = self._cdp = None

    def restart(self, *, offline: bool = False) -> None:
        """The browser again on the same profile, with an empty page; call after `kill`."""
        for lock in self._profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)
        self._start()
        if offline:
            self.offline()

    def close(self) -> None:
        if self._context is not None:
            self._context.close()

    def memory_mb(self) -> float:
        """Private memory of the largest renderer, in MB: the page with its workers."""
        renderers = [process for process in processes_of(self._profile) if "--type=renderer" in process.cmdline()]
        return max(process.memory_full_info().uss for process in renderers) / 1_000_000


_HAS_REFERENCE = """async () => {
  const open = indexedDB.open("sightline");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const asked = db.transaction("meta").objectStore("meta").getAllKeys();
  const keys = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  db.close();
  return keys.includes("reference") && keys.includes("cursor");
}"""


@contextlib.contextmanager
def throttled_phone(address: str) -> Iterator[ThrottledPhone]:
    """A fresh phone, not signed in; its profile is thrown away in the end."""
    profile = Path(tempfile.mkdtemp(prefix="throttled-"))
    with sync_playwright() as driver:
        phone = ThrottledPhone(driver, address, profile)
        try:
            yield phone
        finally:
            phone.close()
            shutil.rmtree(profile, ignore_errors=True)
