"""Morgan changes the book of routes at a desk, by the keyboard, and tries the change before it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens import fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
WIDE = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}
SCREENS = [
    ("list", "/rules/routes", ".table tbody tr"),
    ("new", "/rules/routes/new", ".route-form"),
    ("draft", "/rules/routes/draft", ".editions li"),
    ("gaps", "/rules/routes/gaps", ".matrix tbody tr"),
]
# A route whose priority matters to no other story.
POSTERS = "/rules/routes?q=offensive%20posters"


def _visit(page: Page, path: str, sign: str) -> None:
    page.goto(path)
    expect(page.locator(sign).first).to_be_visible(timeout=45_000)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_screens_of_the_book_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, colours: str
) -> None:
    page = open_phone(**WIDE, color_scheme=colours).new_page()
    sign_in(page, "manager")
    for name, path, sign in SCREENS:
        _visit(page, path, sign)
        fits_everyone(page)
        see(page, screenshots, f"routes-{colours}-{name}")
    _visit(page, "/rules/routes", ".table tbody tr")
    page.locator(".table .book-link").first.click()
    expect(page.locator(".version").first).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, f"routes-{colours}-route")


@pytest.mark.parametrize("size", [(360, 740), (412, 915)])
def test_the_screens_of_the_book_fit_a_phone(open_phone: OpenPhone, screenshots: Path, size: tuple[int, int]) -> None:
    page = open_phone(viewport={"width": size[0], "height": size[1]}).new_page()
    sign_in(page, "manager")
    for name, path, sign in SCREENS:
        _visit(page, path, sign)
        fits_everyone(page, phone=True)
        see(page, screenshots, f"routes-{size[0]}-{name}")


def test_a_change_is_proposed_tried_and_published_without_a_mouse(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "manager")
    _visit(page, POSTERS, ".table tbody tr")
    page.locator(".table .book-link").first.press("Enter")
    expect(page.get_by_role("heading", name="Its one version")).to_be_visible()
    page.get_by_role("link", name="Propose a change").press("Enter")

    page.get_by_label("Service level").select_option(label="3 working days")
    page.get_by_role("button", name="Put it into the draft").press("Enter")

    expect(page).to_have_url(re.compile("/rules/routes/draft"))
    change = page.locator(".change")
    expect(change.locator("ins")).to_have_text("3 working days")
    fits_everyone(page)

    page.get_by_role("button", name="Try it").press("Enter")
    expect(page.locator(".trial-words")).to_have_text(re.compile(r"Of [\d,]+ reports?, |Nothing would"), timeout=60_000)
    fits_everyone(page)
    see(page, screenshots, "routes-draft-tried")

    publish = page.get_by_role("button", name="Publish the next edition")
    publish.press("Enter")
    expect(page.get_by_text("Say in a sentence what changes")).to_be_visible()
    page.get_by_label("What changes, and who agreed to it").fill("Offensive posters go sooner; agreed with EMS.")
    publish.press("Enter")
    expect(page.get_by_text("Published. The next report is routed by the new edition")).to_be_visible()
    expect(page.get_by_text("Offensive posters go sooner; agreed with EMS.")).to_be_visible()

    _visit(page, POSTERS, ".table tbody tr")
    expect(page.locator(".table tbody tr").first).to_contain_text("3 working days")


def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "manager")
    _visit(page, "/rules/routes/new", ".route-form")
    page.get_by_role("button", name="Put it into the draft").click()

    for words in ("Give it a name", "Choose who gets the work", "Choose by when"):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page).to_have_url(re.compile("/rules/routes/new"))


def test_a_dispatcher_reads_and_is_offered_no_change(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "dispatcher")
    _visit(page, "/rules/routes", ".table tbody tr")
    expect(page.get_by_role("link", name="Propose a new route")).to_have_count(0)
    page.locator(".table .book-link").first.click()
    expect(page.locator(".version").first).to_be_visible()
    expect(page.get_by_role("link", name="Propose a change")).to_have_count(0)
