"""Me: what the device keeps, what can be freed, everything anew, and the PIN."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import warden
from tests.browser.screens import at_twice_the_size, fits_everyone, see, until

HERE = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
SMALL = {"width": 360, "height": 740}
PIN = "271828"


@pytest.fixture
def phone(open_phone: Callable[..., BrowserContext]) -> BrowserContext:
    return open_phone(geolocation=HERE, viewport=SMALL)


def _set_pin(page: Page) -> None:
    page.goto("/me")
    page.get_by_role("button", name="Set a PIN").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("New PIN", exact=True).fill(PIN)
    sheet.get_by_label("The new PIN once more").fill(PIN)
    sheet.get_by_role("button", name="Set a PIN").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible(timeout=30_000)


def _open(page: Page, pin: str) -> None:
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_enabled(timeout=15_000)
    page.get_by_label("Your PIN").fill(pin)
    page.get_by_role("button", name="Open", exact=True).click()


def test_a_pin_closes_what_is_not_sent_and_opens_it_again(
    phone: BrowserContext, tmp_path: Path, screenshots: Path
) -> None:
    page = warden.signed_in(phone)
    phone.set_offline(True)
    warden.report(page, warden.a_photo(tmp_path), note="Nobody else's business")
    page.goto("/me")
    page.get_by_role("button", name="Set a PIN").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("New PIN", exact=True).fill("123456")
    sheet.get_by_role("button", name="Set a PIN").click()
    expect(sheet).to_contain_text("Choose one that is harder to guess.")
    sheet.get_by_label("New PIN", exact=True).fill(PIN)
    sheet.get_by_label("The new PIN once more").fill("999111")
    sheet.get_by_role("button", name="Set a PIN").click()
    expect(sheet).to_contain_text("The two are not the same.")
    fits_everyone(page, phone=True)
    sheet.get_by_role("button", name="Close").click()
    _set_pin(page)
    (sealed,) = warden.kept(page, "operations")
    assert "operation" not in sealed

    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(page.get_by_text("1 record and 1 photo wait on this phone")).to_be_visible()
    expect(page.get_by_label("Your PIN")).to_have_attribute("inputmode", "numeric")
    see(page, screenshots, "locked")
    _open(page, "111999")
    expect(page.get_by_text("That is not the PIN.")).to_be_visible(timeout=15_000)
    fits_everyone(page, phone=True)
    _open(page, PIN)
    expect(page.get_by_role("heading", name="Me", exact=True)).to_be_visible(timeout=15_000)
    page.goto("/outbox")
    _open(page, PIN)
    page.get_by_role("button", name="On this phone").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nobody else's business")


def test_locked_work_stays_when_its_person_signs_out_and_goes_after_the_pin(
    phone: BrowserContext, tmp_path: Path
) -> None:
    page = warden.signed_in(phone)
    phone.set_offline(True)
    warden.report(page, warden.a_photo(tmp_path), note="Locked and then sent")
    _set_pin(page)
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("button", name="Forgotten the PIN").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    assert len(warden.kept(page, "operations")) == 1
    phone.set_offline(False)
    page.get_by_label("User name").fill("warden")
    page.get_by_label("Password", exact=True).fill(warden.DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible(timeout=15_000)
    assert warden.on_server(page, "Locked and then sent") == []
    _open(page, PIN)
    expect(page.get_by_text("All sent")).to_be_visible(timeout=warden.SENT_WITHIN_MS)
    assert len(warden.on_server(page, "Locked and then sent")) == 1


def test_a_pin_is_changed_and_removed(phone: BrowserContext) -> None:
    page = warden.signed_in(phone)
    _set_pin(page)
    page.get_by_role("button", name="Change the PIN").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("The PIN you have now").fill(PIN)
    sheet.get_by_label("New PIN", exact=True).fill("a longer phrase")
    sheet.get_by_label("The new PIN once more").fill("a longer phrase")
    sheet.get_by_role("button", name="Change the PIN").click()
    expect(sheet).to_be_hidden(timeout=30_000)
    page.get_by_role("button", name="Remove the PIN").click()
    sheet.get_by_label("The PIN you have now").fill("a longer phrase")
    sheet.get_by_role("button", name="Remove the PIN").click()
    expect(page.get_by_role("button", name="Set a PIN")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_role("heading", name="Me", exact=True)).to_be_visible()


def test_everything_is_fetched_again_and_what_is_not_sent_stays(phone: BrowserContext, tmp_path: Path) -> None:
    page = warden.signed_in(phone)
    phone.set_offline(True)
    warden.report(page, warden.a_photo(tmp_path), note="Stays while the rest comes anew")
    page.goto("/me")
    page.get_by_role("button", name="Fetch everything again").click()
    expect(page.get_by_text("There is no signal. What is here stays")).to_be_visible(timeout=15_000)
    phone.route("**/api/sync/push", lambda route: route.abort())
    rows = len(warden.kept(page, "defects"))
    phone.set_offline(False)
    page.get_by_role("button", name="Fetch everything again").click()
    expect(page.get_by_text("Done. Everything here is as the server has it.")).to_be_visible(timeout=30_000)
    assert len(warden.kept(page, "defects")) >= rows > 0
    assert len(warden.kept(page, "operations")) == 1


def test_freeing_space_takes_photos_looked_at_and_nothing_that_is_unsent(phone: BrowserContext, tmp_path: Path) -> None:
    page = warden.signed_in(phone)
    page.goto("/reports?show=all")
    page.locator(".defect-card img").first.wait_for(timeout=15_000)
    until(page, "caches.open('photos').then((one) => one.keys()).then((all) => all.length > 3)")
    phone.set_offline(True)
    warden.report(page, warden.a_photo(tmp_path), note="Not to be freed")
    page.goto("/me#space")
    expect(page.get_by_text("What you have not sent is never freed.")).to_be_in_viewport()
    for button in page.locator(".me-free").get_by_role("button").all():
        button.click()
    expect(page.get_by_text("freed.", exact=False).last).to_be_visible()
    expect(page.locator(".me-free")).to_have_count(0)
    assert len(warden.kept(page, "photo_bytes")) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_me_works_for_everyone(open_phone: Callable[..., BrowserContext], screenshots: Path, theme: str) -> None:
    page = warden.signed_in(open_phone(geolocation=HERE, viewport=SMALL, color_scheme=theme))
    page.goto("/me")
    expect(page.get_by_role("button", name="Set a PIN")).to_be_visible()
    fits_everyone(page, phone=True)
    page.screenshot(path=screenshots / f"me {theme}.png", full_page=True)
    at_twice_the_size(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the screen at twice the size"
