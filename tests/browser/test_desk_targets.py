"""Morgan, the manager, changes a target and a calendar, and counts a due time out day by day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

LEVELS, CALENDARS = "/rules/service-levels", "/rules/calendars"
AT_DESK = {**DESK, "is_mobile": False, "has_touch": False}


def opened(context: BrowserContext, username: str, address: str) -> Page:
    page = context.new_page()
    sign_in(page, username)
    page.goto(address)
    expect(page.locator(".target-card").first).to_be_visible(timeout=15_000)
    return page


@pytest.mark.parametrize("screen", [LEVELS, CALENDARS])
@pytest.mark.parametrize("look", [AT_DESK, {}, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
def test_the_rules_of_time_can_be_read_by_everyone(
    open_phone: Callable[..., BrowserContext], tmp_path: Path, screen: str, look: dict[str, object]
) -> None:
    page = opened(open_phone(**look), "manager", screen)
    see(page, tmp_path, "as-it-opens")
    fits_everyone(page, phone=look is not AT_DESK)
    page.get_by_role("button", name="Change").first.click()
    see(page, tmp_path, "changing")
    fits_everyone(page, phone=look is not AT_DESK)
    if look == {}:
        at_twice_the_size(page)
        fits_everyone(page)


def test_a_target_is_changed_from_tomorrow_and_today_stays(open_phone: Callable[..., BrowserContext]) -> None:
    page = opened(open_phone(**AT_DESK), "manager", LEVELS)
    card = page.locator(".target-card", has=page.get_by_role("heading", name="5 working days", exact=True))
    card.get_by_role("button", name="Change").click()
    page.get_by_label("Done within", exact=True).fill("0")
    page.get_by_role("button", name="Keep this as a new version").click()
    expect(page.get_by_role("alert")).to_contain_text("A target is 1 to 366 working days")

    page.get_by_label("Done within", exact=True).fill("4")
    expect(page.locator(".target-preview")).to_contain_text("4 working days from")
    page.get_by_label("Somebody has to accept it sooner").check()
    page.get_by_label("Accepted within", exact=True).fill("8")
    page.get_by_label("Accepted within, counted in").select_option("working_hours")
    page.get_by_role("button", name="Keep this as a new version").click()

    expect(page.get_by_text("5 working days: 4 working days from")).to_be_visible()
    expect(card.locator(".banner")).to_contain_text("4 working days")
    expect(card.locator(".facts")).to_contain_text("5 working days")


def test_a_calendar_gets_a_season_and_a_closure_and_shows_what_they_do(
    open_phone: Callable[..., BrowserContext],
) -> None:
    page = opened(open_phone(**AT_DESK), "manager", CALENDARS)
    page.get_by_role("button", name="Add a calendar").click()
    page.get_by_label("Name", exact=True).fill("Grounds")
    page.get_by_label("Wednesday").fill("all day")
    page.get_by_role("button", name="Keep this calendar").click()
    expect(page.get_by_text("Write it as 08:00-17:00, or leave it empty")).to_be_visible()
    page.get_by_label("Wednesday").fill("08:00-12:00, 13:00-17:00")
    page.get_by_role("button", name="Add a season").click()
    season = page.locator(".week-card").nth(1)
    season.get_by_label("Saturday").fill("7-19")
    page.get_by_role("button", name="Add a closure").click()
    page.get_by_label("Day", exact=True).fill("2027-06-10")
    page.get_by_label("Why").fill("Stocktaking")
    page.get_by_role("button", name="Keep this calendar").click()

    expect(page.get_by_text("Grounds is kept.")).to_be_visible()
    expect(page.get_by_text("Wednesday 08:00 to 12:00, 13:00 to 17:00")).to_be_visible()
    expect(page.get_by_text("Saturday 07:00 to 19:00")).to_be_visible()

    page.get_by_label("A target of", exact=True).fill("2")
    page.get_by_label("Received, day").fill("2027-06-09")
    page.get_by_label("Received, time").fill("16:00")
    page.get_by_role("button", name="Count it out").click()
    expect(page.locator(".tried-due")).to_contain_text("due Saturday 12 June 2027 at 23:59:59")
    days = page.locator(".tried-days li")
    expect(days.nth(1)).to_contain_text("Shut: Stocktaking.")
    expect(days.nth(3)).to_contain_text("Day 2, due at its end.")


def test_a_dispatcher_reads_and_tries_and_changes_nothing(open_phone: Callable[..., BrowserContext]) -> None:
    page = opened(open_phone(**AT_DESK), "dispatcher", CALENDARS)
    page.get_by_label("The clock stood still for a while").check()
    page.get_by_label("Paused until, day").fill("2020-01-01")
    page.get_by_role("button", name="Count it out").click()
    expect(page.get_by_role("alert")).to_contain_text("The pause would end before it starts")
    expect(page.get_by_role("button", name="Change this calendar")).to_have_count(0)

    page.goto(LEVELS)
    expect(page.locator(".target-card").first).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Change")).to_have_count(0)
