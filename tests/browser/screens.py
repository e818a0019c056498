"""What every test of a screen does: sign in, wait for it, and hold it to the rules for everyone."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO_PASSWORD
from tests.running import wait_for

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Fingers in gloves: everything on a phone that can be pressed and is not a word in a sentence.
_TOO_SMALL = """() => [...document.querySelectorAll("main a, main button, main input, main select, main textarea")]
  .filter((each) => {
    const box = each.getBoundingClientRect();
    const hidden = !box.width || !box.height || each.closest(".sr-only") || each.closest(".maplibregl-map");
    const inText = getComputedStyle(each).display === "inline" || ["radio", "checkbox"].includes(each.type);
    return !hidden && !inText && (box.height < 47.5 || box.width < 47.5);
  })
  .map((each) => each.outerHTML.slice(0, 120))"""

_LET_GO = """() => {
  const style = document.createElement("style");
  style.id = "let-go";
  style.textContent = ".shell-tabs, .bottom-bar, .action-bar, .top-bar { position: static !important }";
  document.head.append(style);
}"""


def sign_in(page: Page, username: str) -> None:
    """From a fresh browser to the person's first screen."""
    page.goto("/sign-in")
    expect(page.get_by_label("User name")).to_be_visible(timeout=20_000)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/sign-in"), timeout=15_000)


def fits_everyone(page: Page, *, phone: bool = False) -> None:
    """Axe finds nothing, nothing is wider than the screen, and on a phone nothing is too small to hit.

    Bars that stick to the edges are let go of first: they cover part of what is scrolled under them,
    which is not a fault of that part.
    """
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the screen at {page.url}"
    page.evaluate(_LET_GO)
    found = Axe().run(page, options=_RULES).response["violations"]
    small = page.evaluate(_TOO_SMALL) if phone else []
    page.evaluate("document.getElementById('let-go').remove()")
    told = [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]
    assert told == [], f"{page.url}: {told}"
    assert small == [], f"{page.url}: under 48 px: {small[:5]}"


def at_twice_the_size(page: Page) -> None:
    """As with the text size set to 200 %."""
    page.add_style_tag(content="html { font-size: 225% !important }")


def until(page: Page, script: str, *, seconds: float = 30) -> None:
    """Ask the page until the script's answer is true, also where that is promised: Playwright's own
    ``wait_for_function`` takes a promise for an answer."""
    wait_for(lambda: page.evaluate(script), seconds=seconds, what=script)


def see(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")
