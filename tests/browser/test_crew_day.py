"""Ellis, of the EMS crew, on a phone: the day's list, a job without signal, an after photo."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
SIZES = [(360, 740), (412, 915)]


def _photo() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(out, "JPEG")
    return {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _my_day(page: Page) -> None:
    sign_in(page, "ems")
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    expect(page.locator("a.job-card").first).to_be_visible(timeout=15_000)


def _open_a_job_to_do(page: Page) -> None:
    page.goto("/jobs?whose=team")
    jobs = page.locator("a.job-card").filter(
        has_not=page.locator(".chip", has_text=re.compile("Started|Paused|Done|Handed back|Accepted"))
    )
    jobs.first.click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_crew_screen_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, size: tuple[int, int], colours: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = open_phone(viewport=viewport, color_scheme=colours).new_page()
    _my_day(page)
    name = f"crew-{size[0]}-{colours}"
    fits_everyone(page, phone=True)
    see(page, screenshots, f"{name}-day")
    _open_a_job_to_do(page)
    fits_everyone(page, phone=True)
    see(page, screenshots, f"{name}-job")
    here = page.url
    for step in ("close", "hand-back"):
        page.goto(f"{here}/{step}")
        expect(page.locator(".action-bar")).to_be_visible()
        fits_everyone(page, phone=True)
        see(page, screenshots, f"{name}-{step}")


def test_letters_twice_the_size_still_fit(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone(viewport={"width": 360, "height": 740}).new_page()
    _my_day(page)
    at_twice_the_size(page)
    fits_everyone(page)
    see(page, screenshots, "crew-360-large-day")
    _open_a_job_to_do(page)
    at_twice_the_size(page)
    fits_everyone(page)
    see(page, screenshots, "crew-360-large-job")


def test_a_job_is_started_and_finished_without_signal(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    _my_day(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _open_a_job_to_do(page)
    address = page.url
    phone.set_offline(True)

    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("link", name="Done: take the after photo")).to_be_visible()
    page.get_by_role("link", name="Done: take the after photo").click()
    expect(page.get_by_role("button", name="Finish the job")).to_have_count(0)
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_text("After", exact=True)).to_be_visible()
    page.get_by_label("Note").fill("Cleared, swept")
    page.get_by_role("button", name="Finish the job").click()

    expect(page.get_by_text(re.compile(r"J-\d+ is done\."))).to_be_visible()
    expect(page.locator("a.job-card", has_text="On this phone").first).to_be_visible()
    page.reload()
    expect(page.locator("a.job-card", has_text="On this phone").first).to_be_visible()

    phone.set_offline(False)
    page.goto(address)
    expect(page.locator(".chip", has_text="Done").first).to_be_visible()
    expect(page.locator(".chip", has_text="On this phone")).to_have_count(0, timeout=30_000)


def test_handing_back_needs_a_reason_and_says_what_follows(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 360, "height": 740}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    page.get_by_role("link", name="Can't do it").click()
    page.get_by_role("button", name="Hand it back").click()
    expect(page.get_by_text("Choose why it can't be done")).to_be_visible()
    expect(page.locator("input[name=return-reason]").first).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Hand it back").press("Enter")
    expect(page.get_by_text(re.compile(r"J-\d+ is handed back\."))).to_be_visible()


def test_pausing_asks_why_and_carrying_on_starts_the_clock_again(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 412, "height": 915}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Pause the job").click()
    expect(page.get_by_text("Choose why the work waits")).to_be_visible()
    page.locator(".sheet .radio-card").first.click()
    page.get_by_role("button", name="Pause the job").click()
    expect(page.locator(".chip", has_text="Paused").first).to_be_visible()
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_role("link", name="Done: take the after photo")).to_be_visible()


def test_the_map_opens_on_the_place_and_loads_only_then(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 412, "height": 915}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _my_day(page)
    _open_a_job_to_do(page)
    assert not [url for url in asked if "maplibre" in url]
    page.get_by_role("button", name="Map").click()
    expect(page.locator(".map-box[data-map=ready]")).to_be_visible(timeout=20_000)
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Map")).to_be_focused()
