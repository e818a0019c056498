"""A fencer's phone: the link comes by message, nothing is installed, and JavaScript may be off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK
from tests.browser.screens import fits_everyone, see, sign_in
from tests.browser.warden import a_photo

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]


@pytest.fixture
def desk(open_phone: OpenPhone) -> Page:
    page = open_phone(**DESK, has_touch=False, is_mobile=False, device_scale_factor=1).new_page()
    sign_in(page, "dispatcher")
    return page


def an_open_job(desk: Page) -> str:
    """A job that nobody has taken on, with a photo of what is wrong."""
    answer = desk.request.get("/api/jobs?status=open&page_size=200")
    for row in answer.json()["results"]:
        if any(photo["state"] == "ready" for photo in row["photos"]) and row["hazard"]:
            return str(row["id"])
    return str(answer.json()["results"][0]["id"])


def link_from(desk: Page, job: str) -> str:
    """The desk sends the job by a link: the address is shown this once."""
    desk.goto(f"/jobs/{job}")
    desk.get_by_role("button", name="Send a link").click()
    sheet = desk.get_by_role("dialog")
    sheet.get_by_label("Who is it for").fill("Fine Fences")
    sheet.get_by_label("Phone number or e-mail").fill("07700 900123")
    sheet.get_by_role("button", name="Make the link").click()
    url = sheet.get_by_label("The link").input_value()
    assert re.search(r"/l/[\w-]+\.[\w-]+$", url), url
    return url


def test_the_page_fits_every_phone(desk: Page, open_phone: OpenPhone, screenshots: Path) -> None:
    url = link_from(desk, an_open_job(desk))
    fits_everyone(desk)
    see(desk, screenshots, "desk-link-sheet")
    for colours in ("light", "dark"):
        phone = open_phone(color_scheme=colours).new_page()
        phone.goto(url)
        expect(phone.get_by_role("button", name="I will do it")).to_be_visible()
        for summary in phone.locator("summary").all():
            summary.click()
        fits_everyone(phone, phone=True)
        phone.screenshot(path=screenshots / f"link-{colours}.png", full_page=True)
    # Its policy takes no styles from outside, also not those of a test: as with the text size set to 200 %.
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    phone.goto(f"{url}x")
    expect(phone.get_by_role("heading", name="This link is not right")).to_be_visible()
    fits_everyone(phone, phone=True)


def test_a_whole_job_without_javascript_until_the_link_is_taken_back(
    desk: Page, open_phone: OpenPhone, screenshots: Path, tmp_path: Path
) -> None:
    job = an_open_job(desk)
    url = link_from(desk, job)
    phone = open_phone(java_script_enabled=False).new_page()
    phone.goto(url)
    see(phone, screenshots, "link-open")
    phone.get_by_role("button", name="I will do it").click()
    phone.get_by_role("button", name="I start now").click()
    expect(phone.get_by_role("button", name="Send photo and close the job")).to_be_visible()
    see(phone, screenshots, "link-started")
    phone.get_by_label("Photo of the finished work").set_input_files(a_photo(tmp_path))
    phone.get_by_label("Anything to add").fill("New posts too")
    phone.get_by_role("button", name="Send photo and close the job").click()
    expect(phone.get_by_role("heading", name="Done. Thank you")).to_be_visible()
    see(phone, screenshots, "link-done")

    desk.goto(f"/jobs/{job}")
    expect(desk.get_by_text(re.compile("by Fine Fences"))).to_be_visible()
    see(desk, screenshots, "desk-link-done")
    desk.get_by_role("button", name="Send a link").click()
    desk.get_by_role("button", name="Take it back").first.click()
    expect(desk.get_by_role("dialog").get_by_text("Taken back").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="This link was taken back")).to_be_visible()
    see(phone, screenshots, "link-over")


def test_the_desk_sees_who_is_told_and_what_was_passed_up(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone(**DESK, has_touch=False, is_mobile=False, device_scale_factor=1).new_page()
    sign_in(page, "manager")
    page.goto("/rules/escalations")
    expect(page.locator(".rungs li").first).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "desk-ladders")
    page.locator(".ladder", has_text="Enterprise Management").get_by_role("button", name="Change").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="One more step").click()
    last = sheet.locator(".rung-form").last
    last.get_by_label("What they are called").fill("Chief executive")
    last.get_by_label("How long").fill("9")
    last.get_by_label("Unit").select_option("days")
    fits_everyone(page)
    see(page, screenshots, "desk-ladder-sheet")
    sheet.get_by_role("button", name="Let this ladder hold").click()
    expect(page.get_by_text("9 days after it is due")).to_be_visible()

    page.goto("/escalations")
    card = page.locator(".escalation").first
    expect(card).to_be_visible(timeout=40_000)
    fits_everyone(page)
    see(page, screenshots, "desk-escalations")
    number = card.locator(".tabular").first.inner_text()
    card.get_by_role("button", name="I have seen it").click()
    page.get_by_label("What is done about it").fill("Spoke with the foreman: tomorrow at eight")
    page.get_by_role("button", name="I have it in hand").click()
    expect(page.get_by_text(f"{number}: everybody sees that you have it in hand.")).to_be_visible()
    page.get_by_role("button", name="Seen", exact=True).click()
    expect(page.get_by_text("Spoke with the foreman").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    fits_everyone(page)
    see(page, screenshots, "phone-escalations-seen")
