"""Dee, the dispatcher, and Morgan, the manager: two versions of one thing, lost phones, a phone's file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens import fits_everyone, see, sign_in
from tests.browser.test_desk_backlog import WIDE

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
SMALL = {"viewport": {"width": 360, "height": 740}}


def at_desk(open_phone: OpenPhone, who: str = "manager", **options: object) -> Page:
    page = open_phone(**(options or WIDE)).new_page()
    sign_in(page, who)
    return page


def visit(page: Page, path: str, sign: str) -> None:
    page.goto(path)
    expect(page.locator(sign).first).to_be_visible(timeout=15_000)


@pytest.mark.parametrize(("name", "options"), [("wide", WIDE), ("small", SMALL)])
def test_every_screen_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, name: str, options: dict[str, object]
) -> None:
    page = at_desk(open_phone, **options)
    small = name == "small"
    for screen, path, sign in [
        ("conflicts", "/conflicts", ".conflict-card"),
        ("refused", "/conflicts?state=refused", ".empty, .conflict-card"),
        ("phones", "/phones", ".phone-card"),
        ("import", "/import", ".import-file"),
    ]:
        visit(page, path, sign)
        fits_everyone(page, phone=small)
        see(page, screenshots, f"conflicts-{name}-{screen}")
    for index in range(3):
        visit(page, "/conflicts", ".conflict-card")
        page.locator(".conflict-card").nth(index).click()
        expect(page.locator(".version")).to_have_count(2)
        expect(page.get_by_role("heading", name="Which one goes on?")).to_be_visible()
        fits_everyone(page, phone=small)
        page.screenshot(path=screenshots / f"conflicts-{name}-one-{index}.png", full_page=True)


def test_the_number_on_the_rail_and_the_differences_are_told_in_words(open_phone: OpenPhone) -> None:
    page = at_desk(open_phone, "dispatcher")
    rail = page.get_by_role("link", name=re.compile(r"Conflicts"))
    expect(rail).to_contain_text(re.compile(r"\d+ waiting"))
    rail.click()
    page.locator(".conflict-card", has_text="joined to").first.click()
    expect(page.get_by_role("region", name="What stands")).to_be_visible()
    expect(page.get_by_role("region", name="What came later")).to_be_visible()
    expect(page.locator(".version-differs").first).to_contain_text("Differs")


def test_a_phone_is_locked_with_its_consequences_in_words_and_found_again(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    lost = open_phone(**SMALL).new_page()
    sign_in(lost, "officer")
    page = at_desk(open_phone)
    visit(page, "/phones", ".phone-card")
    page.get_by_label("Find a person or an organisation").fill("Ona")
    card = page.locator(".phone-card", has_text="Ona Pell").first
    expect(card).to_be_visible()
    card.get_by_role("button", name="Lock this phone").press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("What was not sent yet stays on the phone")
    sheet.get_by_label("What happened").fill("Left on the 14 bus")
    fits_everyone(page)
    see(page, screenshots, "conflicts-wide-lock")
    sheet.get_by_role("button", name="Lock it now").click()
    expect(page.get_by_role("status")).to_contain_text("is locked")
    expect(card).to_contain_text("Left on the 14 bus")
    told = lost.evaluate("fetch('/api/news').then((answer) => answer.status)")
    assert told == 401
    card.get_by_role("button", name="Found again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("can sign in on it again")
    expect(card.get_by_role("button", name="Lock this phone")).to_be_visible()


def test_a_file_that_is_no_export_is_refused_in_words_and_kept(
    open_phone: OpenPhone, screenshots: Path, tmp_path: Path
) -> None:
    page = at_desk(open_phone)
    visit(page, "/import", ".import-file")
    expect(page.get_by_role("button", name="Hand it in")).to_be_disabled()
    holiday = io.BytesIO()
    with zipfile.ZipFile(holiday, "w") as file:
        file.writestr("holiday.txt", "sand")
    chosen = tmp_path / "holiday.zip"
    chosen.write_bytes(holiday.getvalue())
    page.get_by_label("The file").set_input_files(chosen)
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=15_000)
    see(page, screenshots, "conflicts-wide-import-refused")
    expect(page.get_by_role("button", name="Hand it in")).to_be_enabled()


def test_a_report_is_joined_to_another_beside_it(open_phone: OpenPhone, screenshots: Path) -> None:
    page = at_desk(open_phone, "dispatcher")
    report = page.evaluate(
        """async () => {
          const open = (await (await fetch('/api/defects?status=routed&page_size=100')).json()).results;
          for (const one of open) {
            const at = `longitude=${one.place.longitude}&latitude=${one.place.latitude}&radius_m=150`;
            const near = (await (await fetch(`/api/defects/nearby?${at}`)).json()).results;
            if (near.length > 1) return one.id;
          }
        }"""
    )
    assert report, "the borough has two open reports within 150 m"
    visit(page, f"/defects/{report}", ".story-step")
    page.get_by_role("button", name="Same as another report").press("Enter")
    sheet = page.get_by_role("dialog")
    sheet.locator(".same-row").first.press("Enter")
    join = sheet.get_by_role("button", name=re.compile("^Join D-"))
    expect(join).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "conflicts-wide-join")
    join.press("Enter")
    expect(page.get_by_text(re.compile("^Joined to D-"))).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Same as another report")).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "words"),
    [("Keep what stands", "The first one stays"), ("Take what came later", "The later one was taken")],
)
def test_a_conflict_is_decided_with_the_keyboard(
    open_phone: OpenPhone, screenshots: Path, button: str, words: str
) -> None:
    page = at_desk(open_phone, "dispatcher")
    visit(page, "/conflicts", ".conflict-card")
    waiting = page.locator(".conflict-card").count()
    page.locator(".conflict-card").first.press("Enter")
    page.get_by_label(re.compile("^Why, for ")).fill("Looked at both")
    page.get_by_role("button", name=button).press("Enter")
    expect(page.get_by_text(words).first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("was told")).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, f"conflicts-wide-decided-{button.split()[0].lower()}")
    page.get_by_role("link", name="Back to the conflicts").press("Enter")
    expect(page.locator(".conflict-card")).to_have_count(waiting - 1)
    page.get_by_role("button", name="Decided").press("Enter")
    expect(page.locator(".conflict-card").first).to_contain_text(words)
