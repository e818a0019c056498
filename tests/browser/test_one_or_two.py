"""The warden reports what is known already; Dee sees both beside each other and says whether it is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import running
from tests.browser import warden
from tests.browser.screens import fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
HERE = {"longitude": 1.5974931, "latitude": 53.3098457, "accuracy": 6}
DESK = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}
ASKED = "Known beside it. Is it one of these?"


def reported_twice(open_phone: OpenPhone, folder: Path, screenshots: Path, note: str) -> tuple[str, str]:
    """The ids of two reports of one spot, the second made without signal beside the first one's photo."""
    phone = open_phone(geolocation=HERE)
    page = warden.signed_in(phone)
    photo = warden.a_photo(folder)
    warden.report(page, photo, note=f"{note}, from the road")
    warden.outbox_is_empty(page)
    [first] = warden.on_server(page, f"{note}, from the road")
    expect_routed(page, first["id"])
    page.goto("/today")
    expect(page.get_by_text("All sent")).to_be_visible(timeout=warden.SENT_WITHIN_MS)

    phone.set_offline(True)
    warden.begin_report(page, photo)
    warden.pick_category(page, "dumped sofa")
    beside = page.get_by_role("heading", name=ASKED)
    expect(beside).to_be_visible()
    expect(page.get_by_text(f"{note}, from the road")).to_be_visible()
    beside.scroll_into_view_if_needed()
    fits_everyone(page, phone=True)
    page.screenshot(path=screenshots / "one-or-two-known-beside.png", full_page=True)
    page.get_by_label("Note for the crew").fill(f"{note}, from the park")
    warden.save(page)
    phone.set_offline(False)
    warden.outbox_is_empty(page)
    [second] = warden.on_server(page, f"{note}, from the park")
    expect_routed(page, second["id"])
    return first["id"], second["id"]


def expect_routed(page: Page, defect_id: str) -> None:
    """The worker has asked whose it is, and what lies beside it."""

    def is_routed() -> bool:
        row = warden.ask(page, f"/api/defects/{defect_id}")
        return bool(row["job"] or row["triage_reason"])

    running.wait_for(is_routed, seconds=60, what=f"a decision about {defect_id}")


def test_the_desk_says_that_two_are_two_and_then_that_two_are_one(
    open_phone: OpenPhone, tmp_path: Path, screenshots: Path
) -> None:
    first, second = reported_twice(open_phone, tmp_path, screenshots, "Mattress and bags")
    page = open_phone(**DESK).new_page()
    sign_in(page, "dispatcher")
    page.goto(f"/defects/{second}")
    expect(page.get_by_role("heading", name="Is it the same?")).to_be_visible(timeout=15_000)
    expect(page.locator(".maybe-same .version")).to_have_count(2)
    expect(page.get_by_text("Mattress and bags, from the road")).to_be_visible()
    fits_everyone(page)
    page.screenshot(path=screenshots / "one-or-two-wide.png", full_page=True)

    small = open_phone().new_page()
    sign_in(small, "dispatcher")
    small.goto(f"/defects/{second}")
    expect(small.get_by_role("heading", name="Is it the same?")).to_be_visible(timeout=15_000)
    fits_everyone(small, phone=True)
    small.screenshot(path=screenshots / "one-or-two-small.png", full_page=True)

    # From the older one too, and what one says is said for both.
    page.goto(f"/defects/{first}")
    page.get_by_role("button", name="Same", exact=True).click()
    expect(page.get_by_role("heading", name="Is it the same?")).to_be_hidden()
    page.goto(f"/defects/{second}")
    expect(page.get_by_text("stands for both")).to_be_visible()

    _, third = reported_twice_more(open_phone, tmp_path)
    page.goto(f"/defects/{third}")
    page.get_by_role("button", name="Different").click()
    expect(page.get_by_role("heading", name="Is it the same?")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_text("they are two")).to_be_visible()


def reported_twice_more(open_phone: OpenPhone, folder: Path) -> tuple[str, str]:
    """Two more of another kind, each saved though the other is shown."""
    page = warden.signed_in(open_phone(geolocation=HERE))
    ids = []
    for note in ("Swastika on the wall", "Tag on the bin"):
        warden.report(page, warden.a_photo(folder), words="graffiti", note=note)
        warden.outbox_is_empty(page)
        [row] = warden.on_server(page, note)
        expect_routed(page, row["id"])
        ids.append(row["id"])
    return ids[0], ids[1]


def test_the_desk_puts_one_job_off_sends_it_elsewhere_and_takes_it_back(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**DESK).new_page()
    sign_in(page, "dispatcher")
    found = warden.ask(page, "/api/jobs?status=open&page_size=1&breach=on_time")
    job = found["results"][0]
    page.goto(f"/jobs/{job['id']}")
    page.get_by_role("button", name="Put off…").click()
    page.get_by_label("Until which day").fill(
        page.evaluate("new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 10)")
    )
    page.get_by_role("button", name=re.compile("^Put off: J-")).click()
    expect(page.get_by_text(f"{job['number']} was put off.")).to_be_visible()
    expect(page.get_by_text("Put off to", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Put off to", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Send elsewhere…").click()
    page.get_by_label("Who gets it").select_option(index=1)
    page.get_by_role("button", name=re.compile("^Send elsewhere: J-")).click()
    expect(page.get_by_text("Say why: it stands in the story of the job.")).to_be_visible()
    see(page, screenshots, "one-or-two-elsewhere")
    page.get_by_label("Why").fill("Their land since June")
    page.get_by_role("button", name=re.compile("^Send elsewhere: J-")).click()
    expect(page.get_by_text(f"{job['number']} was sent elsewhere.")).to_be_visible()
    expect(page.get_by_text("It goes on as")).to_be_visible()
    fits_everyone(page)
    page.screenshot(path=screenshots / "one-or-two-sent.png", full_page=True)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("button", name="Send elsewhere…")).to_be_visible()
    assert warden.ask(page, f"/api/jobs/{job['id']}")["status"] == "open"
    fits_everyone(page)
