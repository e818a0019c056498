"""An area is walked again: from the list of what is due to the last carried thing, without signal, and then read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from deploy import packages
from tests import running
from tests.browser import revisited, warden
from tests.browser.conftest import DESK, PHONE, LiveStack
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
from tests.chromium import FLAGS

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
AT_DESK = {**DESK, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}
FENCES = ["Fence by the gate", "Fence by the steps", "Fence by the garages"]


def an_area(page: Page, number: int) -> dict[str, Any]:
    """A ward of the demo borough."""
    wards = [area for area in warden.ask(page, "/api/reference")["areas"] if area["kind"] == "ward"]
    return dict(sorted(wards, key=lambda area: area["name"])[number])


def today(days: int = 0) -> str:
    """The council's day, as the server counts it."""
    return (dt.datetime.now(ZoneInfo("Europe/London")).date() + dt.timedelta(days=days)).isoformat()


def officer_on(phone: BrowserContext) -> Page:
    page = phone.new_page()
    warden.sign_in(page, "officer")
    warden.wait_until_works_offline(page)
    return page


def begin_revisit(page: Page, area: dict[str, Any], first: dict[str, Any]) -> str:
    """From the list of what is due to the walk; its id."""
    page.goto(f"/audits/due?area={area['id']}&which=this_month")
    card = page.locator(".due-card", has=page.get_by_role("heading", name=area["name"], exact=True))
    expect(card).to_contain_text("3 defects are still open", timeout=20_000)
    card.get_by_role("button", name="Begin the re-visit").click()
    page.wait_for_url("**/audits/new?**")
    number = warden.ask(page, f"/api/audits/{first['id']}")["number"]
    expect(page.get_by_label(re.compile(f"^Re-visit of {number}"))).to_be_checked()
    page.locator("#begin-risk input").first.check()
    page.get_by_role("button", name="Begin the walk").click()
    page.wait_for_url(re.compile(r"/audits/[0-9a-f-]{36}$"))
    return page.url.rsplit("/", 1)[1]


def test_what_was_left_open_is_judged_without_signal_one_thing_after_the_other(
    open_phone: OpenPhone, tmp_path: Path, screenshots: Path
) -> None:
    phone = open_phone()
    page = officer_on(phone)
    area = an_area(page, 0)
    first = revisited.walked(page, area, FENCES)
    revisited.signed_off(page, first["id"], due_again=today())
    page.goto(f"/audits/due?area={area['id']}&which=this_month")
    expect(page.locator(".due-card").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text("The partnership wants to see it soon")).to_be_visible()
    see(page, screenshots, "revisit-390-due")
    fits_everyone(page, phone=True)
    audit_id = begin_revisit(page, area, first)
    page.goto(f"/audits/{audit_id}/carried")
    expect(page.get_by_role("heading", name="What is it like now?")).to_be_visible()
    # The photos of all three are fetched ahead.
    running.wait_for(lambda: kept_photos(page) >= len(FENCES), seconds=30, what="the before photos on the phone")

    phone.set_offline(True)
    page.reload()
    expect(page.get_by_text(FENCES[0])).to_be_visible()
    expect(page.get_by_text("3 things left of 3")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Before:"))).to_be_visible()
    see(page, screenshots, "revisit-390-carried")
    fits_everyone(page, phone=True)
    at_twice_the_size(page)
    fits_everyone(page)
    page.reload()

    page.locator("input[data-photo=camera]").set_input_files(warden.a_photo(tmp_path))
    expect(page.get_by_text("Now", exact=True).first).to_be_visible()
    see(page, screenshots, "revisit-390-side-by-side")
    slide_by_keyboard(page)
    see(page, screenshots, "revisit-390-over")
    fits_everyone(page, phone=True)
    page.get_by_label("Words").fill("Two more panels are out")
    page.get_by_role("button", name="Worse", exact=True).click()

    expect(page.get_by_text("2 things left of 3")).to_be_visible()
    expect(page.get_by_text(FENCES[1])).to_be_visible()
    page.get_by_role("button", name="Not done", exact=True).click()
    expect(page.get_by_text(FENCES[2])).to_be_visible()
    page.get_by_role("button", name="Removed on purpose").click()
    expect(page.get_by_text("Say why it was removed, then press again")).to_be_visible()
    fits_everyone(page, phone=True)
    page.get_by_label("Words").fill("Taken down for the new path, says Housing")
    page.get_by_role("button", name="Removed on purpose").click()

    expect(page.get_by_text("All looked at")).to_be_visible()
    expect(page.get_by_text("1 not done, 1 worse, 1 removed on purpose")).to_be_visible()
    see(page, screenshots, "revisit-390-all")
    fits_everyone(page, phone=True)

    phone.set_offline(False)
    warden.outbox_is_empty(page)
    judged = warden.ask(page, f"/api/audits/{audit_id}")["carried"]
    assert [row["outcome"] for row in judged] == ["worse", "not_done", "removed_on_purpose"]
    assert [len(row["photos"]) for row in judged] == [1, 0, 0]

    def has_followed() -> bool:
        rows = [warden.ask(page, f"/api/defects/{found['id']}") for found in first["found"]]
        return [(row["severity"], row["status"] == "rejected") for row in rows] == [(2, False), (3, False), (3, True)]

    running.wait_for(has_followed, seconds=60, what="what follows from the judgements")


def kept_photos(page: Page) -> int:
    """How many photos in full the service worker keeps."""
    count: int = page.evaluate(
        """async () => {
          const paths = [];
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
          }
          return paths.filter((path) => /^\\/api\\/photos\\/.*\\/view$/.test(path)).length;
        }"""
    )
    return count


def slide_by_keyboard(page: Page) -> None:
    """The line between before and now goes where the arrow keys send it."""
    page.get_by_role("button", name="One over the other").click()
    line = page.get_by_label("Move the line")
    expect(line).to_have_value("50")
    line.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(line).to_have_value("70")
    expect(line).to_have_attribute("aria-valuetext", "Before on 70 % of the picture, now on the rest")
    expect(page.locator(".slide-now")).to_have_css("clip-path", re.compile("70%"))


def test_the_before_photo_lies_over_the_camera_at_a_revisit(
    playwright_driver: Playwright, live_stack: LiveStack, screenshots: Path
) -> None:
    """With a camera of the browser's own making."""
    made_up = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    browser = playwright_driver.chromium.launch(executable_path=packages.browser(), args=[*FLAGS, *made_up])
    try:
        asked: Any = {**PHONE, "permissions": ["geolocation", "camera"], "reduced_motion": "reduce"}
        page = officer_on(browser.new_context(base_url=live_stack.address, **asked))
        area = an_area(page, 1)
        first = revisited.walked(page, area, FENCES)
        revisited.signed_off(page, first["id"], due_again=today())
        audit_id = begin_revisit(page, area, first)
        page.goto(f"/audits/{audit_id}/carried")
        page.get_by_role("button", name="Line it up with this photo").click()
        take = page.get_by_role("button", name="Take the photo", exact=True)
        expect(take).to_be_enabled()
        expect(page.locator(".ghost-over")).to_have_class(re.compile("ghost-thin"))
        see(page, screenshots, "revisit-390-ghost")
        fits_everyone(page)
        take.click()
        expect(page.get_by_role("button", name="Side by side")).to_be_visible()
        page.get_by_role("button", name="Done", exact=True).click()
        expect(page.get_by_text("2 things left of 3")).to_be_visible()
        warden.outbox_is_empty(page)
    finally:
        browser.close()


def test_the_desk_reads_what_is_due_an_areas_audits_and_two_beside_each_other(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**AT_DESK).new_page()
    sign_in(page, "officer")
    area, other = an_area(page, 2), an_area(page, 3)
    audits = [revisited.walked(page, each, FENCES[:count]) for each, count in ((area, 2), (area, 1), (other, 1))]
    for audit in audits:
        revisited.signed_off(page, audit["id"], due_again=today())

    page.goto("/audits/due?which=never")
    expect(page.get_by_role("heading", name="Never audited")).to_be_visible(timeout=20_000)
    expect(page.locator(".never-list", has_text=area["name"])).to_have_count(0)
    see(page, screenshots, "revisit-wide-never")
    fits_everyone(page)

    move_to_another_day(page, area, screenshots)

    page.goto(f"/audits/area/{area['id']}")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=20_000)
    for audit in audits[:2]:
        number = warden.ask(page, f"/api/audits/{audit['id']}")["number"]
        expect(page.locator(".series-card", has_text=number)).to_have_count(1)
    expect(page.get_by_role("table")).to_contain_text("Broken-window index")
    page.screenshot(path=screenshots / "revisit-wide-area.png", full_page=True)
    fits_everyone(page)

    page.get_by_role("link", name="Compare the last two").click()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^About the same: .* in A-\d+"))).to_be_visible()
    page.get_by_label("The other").select_option(label=other["name"])
    page.get_by_label("One", exact=True).select_option(label=area["name"])
    expect(page.get_by_text(re.compile(rf"^{re.escape(area['name'])}: .*{re.escape(other['name'])}: "))).to_be_visible()
    page.screenshot(path=screenshots / "revisit-wide-compare.png", full_page=True)
    fits_everyone(page)

    small = open_phone().new_page()
    sign_in(small, "officer")
    for name, address in (
        ("area", f"/audits/area/{area['id']}"),
        ("compare", f"/audits/compare?left={area['id']}&right={other['id']}"),
    ):
        small.goto(address)
        expect(small.get_by_role("heading", name="Section by section")).to_be_visible(timeout=20_000)
        small.screenshot(path=screenshots / f"revisit-390-{name}.png", full_page=True)
        fits_everyone(small, phone=True)


def move_to_another_day(page: Page, area: dict[str, Any], screenshots: Path) -> None:
    """The desk puts a re-visit off, with the reason."""
    page.goto(f"/audits/due?area={area['id']}&which=this_month")
    card = page.locator(".due-card", has=page.get_by_role("heading", name=area["name"], exact=True))
    expect(card).to_contain_text("Due today", timeout=20_000)
    card.get_by_role("button", name="Another day").click()
    page.get_by_role("button", name="Keep this day").click()
    expect(page.get_by_text("Choose a day")).to_be_visible()
    expect(page.get_by_text("Say why on that day")).to_be_visible()
    page.get_by_label("Day", exact=True).fill(today(400))
    page.get_by_label("Why").fill("The lamps come in spring")
    see(page, screenshots, "revisit-wide-another-day")
    fits_everyone(page)
    page.get_by_role("button", name="Keep this day").click()
    expect(page.get_by_text(re.compile("is due again on"))).to_be_visible()
    page.goto(f"/audits/due?area={area['id']}&which=later")
    expect(page.get_by_text("The lamps come in spring")).to_be_visible()
