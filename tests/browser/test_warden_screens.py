"""The warden's screens work for everyone: axe, touch targets, large text, both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import warden

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
HERE = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
PATHS = ["/today", "/report", "/report?step=category", "/reports", "/outbox", "/nearby", "/me", "/no-such-screen"]
SMALLEST_TARGET_PX = 48
SMALLEST_GAP_PX = 8


def _found_by_axe(page: Page) -> list[str]:
    results = Axe().run(page, options=RULES)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in results.response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(open_phone: Callable[..., BrowserContext], theme: str, tmp_path: Path) -> None:
    # Tall, so that axe does not take what is scrolled under a bar for a target of two pixels.
    tall = {"width": 390, "height": 3600}
    page = open_phone(geolocation=HERE, color_scheme=theme, viewport=tall).new_page()
    found: dict[str, list[str]] = {}
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    found["/sign-in"] = _found_by_axe(page)
    warden.sign_in(page)
    for path in PATHS:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(300)
        found[path] = _found_by_axe(page)
    warden.begin_report(page, warden.a_photo(tmp_path))
    warden.pick_category(page, "dumped sofa")
    found["details"] = _found_by_axe(page)
    page.get_by_role("button", name="Correct").click()
    found["place"] = _found_by_axe(page)
    page.get_by_role("button", name="This is the place").click()
    warden.save(page)
    found["saved"] = _found_by_axe(page)
    page.locator("a.saved-card").click()
    page.wait_for_url("**/reports/*")
    found["one report"] = _found_by_axe(page)
    assert {screen: problems for screen, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    "path", ["/today", "/report", "/report?step=category", "/reports", "/outbox", "/nearby", "/me"]
)
def test_everything_that_is_tapped_is_large_enough_for_a_glove(
    open_phone: Callable[..., BrowserContext], path: str
) -> None:
    page = open_phone(geolocation=HERE, viewport={"width": 360, "height": 740}).new_page()
    warden.sign_in(page)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(300)
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("a, button, summary, label.radio-card")]
          .filter((e) => e.checkVisibility() && !e.closest(".sr-only, .skip-link, .map-pane, .facts"))
          .filter((e) => e.tabIndex >= 0 || e.tagName === "LABEL")
          .map((e) => ({ words: e.textContent.trim().slice(0, 40), box: e.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
          .map(({ words, box }) => `${words}: ${Math.round(box.width)}x${Math.round(box.height)}`)""",
        SMALLEST_TARGET_PX,
    )
    assert small == []


@pytest.mark.parametrize("path", ["/today", "/report", "/report?step=category", "/reports", "/nearby", "/me"])
def test_no_screen_scrolls_sideways_even_with_text_twice_as_large(
    open_phone: Callable[..., BrowserContext], path: str
) -> None:
    page = open_phone(geolocation=HERE, viewport={"width": 360, "height": 740}).new_page()
    warden.sign_in(page)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for size in ("112.5%", "225%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{path} at {size}"


def test_the_report_can_be_made_with_the_keyboard_alone(
    open_phone: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = open_phone(geolocation=HERE).new_page()
    warden.sign_in(page)
    page.get_by_role("button", name="Report a problem").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/report")
    page.locator("input[data-photo=camera]").set_input_files(warden.a_photo(tmp_path))
    page.wait_for_url("**step=category")
    page.locator(".category-big").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**step=details")
    page.locator("input[name=severity]:checked").focus()
    page.keyboard.press("ArrowUp")
    chosen = page.locator("input[name=severity]:checked").input_value()
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**step=saved")
    assert [op["operation"]["payload"]["severity"] for op in warden.kept(page, "operations")][-1] == int(chosen)


def test_the_app_opens_without_signal_from_the_second_visit(open_phone: Callable[..., BrowserContext]) -> None:
    context = open_phone(geolocation=HERE)
    page = context.new_page()
    warden.sign_in(page)
    warden.wait_until_works_offline(page)
    page.close()
    context.set_offline(True)
    page = context.new_page()
    for path in ("/", "/report", "/reports", "/nearby", "/outbox", "/me"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/report?step=category")
    expect(page.locator(".category-big")).to_have_count(8)


def test_the_app_can_be_installed(phone: Page) -> None:
    phone.goto("/sign-in")
    manifest = phone.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["display"] == "standalone"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        answer = phone.request.get(icon["src"])
        assert answer.ok and answer.headers["content-type"].startswith("image/")
