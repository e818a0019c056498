"""What every test of a screen does: sign in, wait for it, and hold it to the rules for everyone."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO_PASSWORD

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


def sign_in(page: Page, username: str) -> None:
    """From a fresh browser to the person's first screen."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(f"{page.url.split('/sign-in')[0]}/sign-in")


def fits_everyone(page: Page, *, phone: bool = False) -> None:
    """Axe finds nothing, nothing is wider than the screen, and on a phone nothing is too small to hit.

    Where a bar sticks to the foot of the screen, all of it is laid out at once first: the bar covers
    part of what is scrolled under it, which is not a fault of that part.
    """
    size = page.viewport_size
    assert size is not None
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the screen at {page.url}"
    if page.locator(".bottom-bar, .action-bar").locator("visible=true").count():
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height + 200, 9_000))})
    found = Axe().run(page, options=_RULES).response["violations"]
    small = page.evaluate(_TOO_SMALL) if phone else []
    page.set_viewport_size(size)
    told = [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]
    assert told == [], f"{page.url}: {told}"
    assert small == [], f"{page.url}: under 48 px: {small[:5]}"


def at_twice_the_size(page: Page) -> None:
    """As with the text size set to 200 %."""
    page.add_style_tag(content="html { font-size: 225% !important }")


def see(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")
