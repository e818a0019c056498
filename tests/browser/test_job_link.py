"""A fencer's phone: the link comes by message, nothing is installed, and JavaScript may be off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
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
    at_twice_the_size(phone)
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
    desk.get_by_role("button", name="Take it back").click()
    expect(desk.get_by_role("dialog").get_by_text("Taken back")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="This link was taken back")).to_be_visible()
    see(phone, screenshots, "link-over")
