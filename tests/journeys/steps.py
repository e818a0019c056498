"""Prints each step with its time, keeps a screenshot of each screen, and stops at what is missing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page

from deploy.state import CHECKOUT

T = TypeVar("T")


class Missing(Exception):
    """Something that the story needs did not happen."""


class Steps:
    """The steps of one story. ``step`` ends the one before it and prints how long it took."""

    def __init__(self, part: str) -> None:
        self.folder = CHECKOUT / "var" / "journey" / part
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.png"):
            old.unlink()
        self._began_at = time.monotonic()
        self._step_at = self._began_at
        self._words = ""
        self._shots = 0

    def step(self, words: str) -> None:
        self._close("ok")
        self._words = words

    def see(self, page: Page, name: str) -> None:
        """Keep a screenshot: ``var/journey/<part>/03-name.png``."""
        self._shots += 1
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        page.screenshot(path=self.folder / f"{self._shots:02}-{slug}.png")

    def wait(self, happened: Callable[[], T], what: str, *, seconds: float = 15) -> T:
        """Look ten times a second until the answer is true; raises Missing with ``what``."""
        ends_at = time.monotonic() + seconds
        while True:
            found = happened()
            if found:
                return found
            if time.monotonic() > ends_at:
                raise Missing(f"{what} (waited {seconds:g} s)")
            time.sleep(0.1)

    def require(self, held: object, what: str) -> None:
        if not held:
            raise Missing(what)

    def fail(self, why: str) -> None:
        self._close("MISSING")
        print(f"The journey ended here: {why}\nScreenshots: {self._relative()}")

    def end(self) -> None:
        self._close("ok")
        seconds = time.monotonic() - self._began_at
        print(f"All of it in {seconds:.1f} s, {self._shots} screenshots in {self._relative()}")

    def _close(self, how: str) -> None:
        now = time.monotonic()
        if self._words:
            print(f"{how:8}{now - self._step_at:6.1f} s  {self._words}", flush=True)
        self._step_at, self._words = now, ""

    def _relative(self) -> Path:
        return self.folder.relative_to(CHECKOUT) if self.folder.is_relative_to(CHECKOUT) else Path(self.folder)
