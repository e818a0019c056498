"""Ona, the officer, plans: a walk with guests, and a week of action with its worklist."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
from tests.browser.warden import ask

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
WIDE = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}


def _first_area(page: Page) -> str:
    choices = ask(page, "/api/calendar/choices")
    return next(area["name"] for area in choices["areas"] if area["kind"] == "estate")


def _choose_area(page: Page, label: str, name: str) -> None:
    picker = page.get_by_label(label, exact=True)
    value = picker.locator("option", has_text=re.compile(f"^{re.escape(name)} ")).first.get_attribute("value")
    picker.select_option(value=value)


def test_a_walk_is_booked_answered_and_called_off_on_a_phone(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone().new_page()
    sign_in(page, "officer")
    page.goto("/calendar")
    page.get_by_role("link", name="Book a walk").click()
    page.get_by_role("button", name="Book the walk").click()
    expect(page.get_by_text("Say where people meet")).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, "planning-book")

    area = _first_area(page)
    _choose_area(page, "Area", area)
    page.get_by_label("Where people meet").fill("The shops, by the bins")
    page.get_by_label("A colleague").select_option(index=1)
    page.get_by_text("Somebody without an account").click()
    page.get_by_label("Name", exact=True).fill("Rita Resident")
    page.get_by_label("E-mail").fill("rita@example.org")
    page.get_by_role("button", name="Ask them to come").click()
    expect(page.get_by_text("Rita Resident, rita@example.org", exact=True)).to_be_visible()
    see(page, screenshots, "planning-guests")
    page.get_by_role("button", name="Book the walk").click()

    expect(page.get_by_role("link", name="Begin the walk")).to_be_visible()
    expect(page.get_by_text("0 of 2 said yes")).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, "planning-walk")
    begin = page.get_by_role("link", name="Begin the walk").get_attribute("href") or ""
    assert "booking=" in begin and "area=" in begin and "checklist=" in begin
    with page.expect_download() as file:
        page.get_by_role("link", name="Calendar file").click()
    assert "BEGIN:VEVENT" in Path(file.value.path()).read_text()

    page.get_by_role("link", name="Calendar", exact=True).first.click()
    expect(page.get_by_role("link", name=re.compile("The shops, by the bins")).first).to_be_visible()
    expect(page.locator(".month-full").first).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, "planning-calendar")
    page.get_by_role("button", name="In your own calendar").click()
    page.get_by_role("button", name=re.compile("Make (an|a new) address")).click()
    expect(page.get_by_label("The address")).to_have_value(re.compile(r"/api/calendar/feed/.+\.ics$"))
    fits_everyone(page, phone=True)
    page.keyboard.press("Escape")

    page.get_by_role("link", name=re.compile("The shops, by the bins")).first.click()
    page.get_by_role("button", name="Call it off").click()
    page.get_by_label("Why").fill("Snow")
    page.locator("dialog").get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("Called off: Snow")).to_be_visible()


def test_a_week_of_action_is_planned_and_run_at_the_desk_and_on_a_phone(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "manager")
    page.goto("/campaigns/new")
    page.get_by_label("Name", exact=True).fill("Kleen Sweep")
    area = _first_area(page)
    _choose_area(page, "Area 1", area)
    page.get_by_role("button", name="Add an area").click()
    _choose_area(page, "Area 2", area)
    fits_everyone(page)
    see(page, screenshots, "planning-desk-new-campaign")
    page.get_by_role("button", name="Plan the campaign").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    address = page.url

    fill = page.get_by_role("button", name=re.compile("Add .* open defect"))
    if fill.count():
        fill.click()
        expect(page.get_by_text("on the worklist now")).to_be_visible()
    page.get_by_label("Something else to do").fill("Paint the garages")
    page.get_by_label("Something else to do").press("Enter")
    expect(page.get_by_label(re.compile("Paint the garages"))).to_be_visible()
    page.get_by_label(re.compile("Paint the garages")).check()
    expect(page.get_by_text(re.compile(r"[1-9]\d* of \d+ done"))).to_be_visible()
    page.get_by_label("How much").fill("12,5")
    page.get_by_role("button", name="Count it").click()
    expect(page.locator(".totals").get_by_text("12.5")).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "planning-desk-campaign")
    page.goto("/calendar")
    expect(page.locator(".month")).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "planning-desk-calendar")

    phone = open_phone(color_scheme="dark").new_page()
    sign_in(phone, "officer")
    phone.goto(address)
    expect(phone.get_by_role("heading", name="Worklist")).to_be_visible()
    fits_everyone(phone, phone=True)
    see(phone, screenshots, "planning-campaign-dark")
    phone.goto("/campaigns")
    expect(phone.get_by_text("Kleen Sweep")).to_be_visible()
    fits_everyone(phone, phone=True)
    at_twice_the_size(phone)
    fits_everyone(phone)
