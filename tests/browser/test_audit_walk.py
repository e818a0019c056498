"""Ash walks an audit on the phone: without signal, with others, and what differs is decided in the open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screens import at_twice_the_size, fits_everyone, see
from tests.browser.screens import sign_in as sign_in_anybody
from tests.browser.warden import SENT_WITHIN_MS, a_photo, ask, kept, signed_in, wait_until_works_offline
from tests.running import wait_for

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
HERE = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}


def _has_checklists(page: Page) -> None:
    """Opens the audits, and waits until this phone can begin one without signal."""
    page.goto("/audits")
    expect(page.get_by_role("link", name="Begin an audit")).to_be_visible(timeout=15_000)
    wait_for(
        lambda: len(kept(page, "checklists")) > 0,
        seconds=20,
        what=lambda: f"no checklist came to the phone: {kept(page, 'checklists')}",
    )


def _begin(page: Page, *, checklist: str = "Quick estate walk") -> str:
    """Begins an audit of the area around, and returns its id."""
    page.goto("/audits/new")
    page.get_by_label("Checklist").select_option(label=checklist)
    expect(page.get_by_label("Area")).not_to_have_value("", timeout=15_000)
    page.get_by_label("I have made the risk check").check()
    page.get_by_role("button", name="Begin the walk").click()
    expect(_now(page)).to_be_visible(timeout=15_000)
    return page.url.rsplit("/", 1)[1]


def _now(page: Page) -> Any:
    """The question that is to be answered now."""
    return page.locator(".question-now")


def _answer(page: Page, value: str) -> str:
    """Answers the question of now, and returns its code."""
    code = _now(page).get_attribute("data-question")
    _now(page).locator(f".answer[data-value={value}]").click()
    return str(code)


def _fail_until_a_defect_is_offered(page: Page) -> None:
    """Not every question has a defect to offer: those that have none make way for the next."""
    offer = page.get_by_role("button", name="Report the defect")
    for _ in range(10):
        code = _answer(page, "fail")
        expect(offer.or_(page.locator(f'.question-now:not([data-question="{code}"])'))).to_be_visible()
        if offer.is_visible():
            return
    raise AssertionError("no failed answer offered a defect")


def _all_sent(page: Page) -> None:
    page.goto("/audits")
    expect(page.get_by_text("All sent")).to_be_visible(timeout=40_000)


def _photograph_and_report_what_failed(page: Page, photo: Path) -> str:
    """The failed question of now gets a photo and a note, and becomes a defect that has both; its code."""
    _fail_until_a_defect_is_offered(page)
    failed = str(_now(page).get_attribute("data-question"))
    _now(page).get_by_role("button", name="Photo or note").click()
    _now(page).locator("input[data-photo=camera]").set_input_files(photo)
    expect(_now(page).get_by_role("list", name="Photos").locator("img")).to_have_count(1, timeout=15_000)
    _now(page).get_by_label("Note", exact=True).fill("The latch is gone")
    _now(page).get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Report the defect").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("What it is")).not_to_have_value("")
    expect(sheet.get_by_label("Note for the crew")).to_have_value("The latch is gone")
    expect(sheet.get_by_alt_text("The defect")).to_be_visible(timeout=15_000)
    sheet.get_by_role("button", name="Save the report").click()
    expect(page.get_by_text("The defect is reported")).to_be_visible()
    return failed


def _pass_the_rest_of_a_section(page: Page) -> None:
    """All the rest at once; taken back, and said again."""
    page.locator("a.walk-row").first.click()
    page.get_by_role("button", name="Checked, nothing found").click()
    page.get_by_role("button", name="Take that back").click()
    expect(page.get_by_role("button", name="Checked, nothing found")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Checked, nothing found").click()
    expect(page.get_by_role("button", name="Take that back")).to_be_visible(timeout=15_000)


def _note_people_a_sheet_and_a_street(page: Page, hub: str, photo: Path) -> None:
    page.goto(f"{hub}/people")
    page.get_by_label("Name", exact=True).fill("Pat from number 4")
    page.get_by_label("Role").fill("Resident")
    page.get_by_label("They agree to be named in the report").check()
    page.get_by_role("button", name="Add to the walk").click()
    expect(page.get_by_text("May be named in the report")).to_be_visible()

    page.goto(f"{hub}/concerns")
    page.get_by_label("A sheet: how it is", exact=False).check()
    page.locator("input[data-photo=camera]").set_input_files(photo)
    page.get_by_label("What is there").fill("The dark corner")
    page.get_by_role("button", name="Here, within").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Places: The dark corner")).to_be_visible(timeout=15_000)

    page.goto(hub)
    page.get_by_role("button", name="Streets").click()
    page.get_by_role("button", name="Nothing found").first.click()
    expect(page.get_by_role("dialog").get_by_text("Checked, nothing found")).to_be_visible()
    page.keyboard.press("Escape")


def test_an_audit_is_walked_without_signal_and_arrives_whole(open_phone: OpenPhone, tmp_path: Path) -> None:
    phone = open_phone(geolocation=HERE)
    page = signed_in(phone)
    _has_checklists(page)
    photo = a_photo(tmp_path, width=1200, height=900)

    phone.set_offline(True)
    audit = _begin(page)
    hub = f"/audits/{audit}"
    expect(page.get_by_text("The timer starts when this is sent")).to_be_visible()
    first = _answer(page, "pass")
    expect(_now(page)).not_to_have_attribute("data-question", first)
    failed = _photograph_and_report_what_failed(page, photo)
    _pass_the_rest_of_a_section(page)
    _note_people_a_sheet_and_a_street(page, hub, photo)
    page.goto(f"{hub}/finish")
    page.get_by_role("group", name="By day").get_by_role("button", name="4").click()
    page.get_by_role("button", name="Finish the walk").click()
    expect(page.get_by_text("Walked, not signed off")).to_be_visible()

    phone.set_offline(False)
    _all_sent(page)
    row = ask(page, f"/api{hub}")
    assert (row["state"], row["number"][:2], row["feels_safe_day"]) == ("walked", "A-", 4)
    said = {answer["question"]: answer for answer in row["answers"] if answer["value"] is not None}
    assert said[first]["value"] == "pass"
    assert (said[failed]["value"], said[failed]["note"]) == ("fail", "The latch is gone")
    assert len(said[failed]["photos"]) == 1
    assert [(defect["answer_id"], len(defect["photos"])) for defect in row["defects"]] == [(said[failed]["id"], 1)]
    assert [(each["name"], each["consent"]) for each in row["participants"]] == [("Pat from number 4", True)]
    sheets = [(each["kind"], each["pins"][0]["words"]) for each in row["concerns"]]
    assert sheets == [("picture_now", "The dark corner")]
    assert [street["state"] for street in row["streets"]] == ["checked_nothing"]
    # What is on the server is let go of, and is still all to be seen.
    page.goto(hub)
    expect(page.get_by_role("heading", name="Found here: 1")).to_be_visible(timeout=15_000)


def test_two_people_see_it_differently_and_the_lead_decides(open_phone: OpenPhone) -> None:
    ash = open_phone(geolocation=HERE)
    page = signed_in(ash)
    _has_checklists(page)
    audit = _begin(page)
    code = str(_now(page).get_attribute("data-question"))
    expect(page.get_by_text("A-0")).to_be_visible(timeout=SENT_WITHIN_MS)

    sky = open_phone(geolocation=HERE)
    other = sky.new_page()
    sign_in_anybody(other, "officer")
    wait_until_works_offline(other)
    other.goto(f"/audits/{audit}")
    other.get_by_role("button", name="Walk along").click()
    other.get_by_role("button", name="Everything").click()
    expect(other.get_by_role("button", name="Walk along")).to_be_hidden()
    wait_for(
        lambda: any(row["id"] == audit for row in kept(other, "audits")),
        seconds=60,
        what=lambda: f"the audit did not stay on the officer's phone: {[row['id'] for row in kept(other, 'audits')]}",
    )

    # Both without signal, on the same question.
    ash.set_offline(True)
    sky.set_offline(True)
    for each, value in ((page, "pass"), (other, "fail")):
        each.goto(f"/audits/{audit}")
        expect(_now(each)).to_have_attribute("data-question", code, timeout=15_000)
        assert _answer(each, value) == code
        expect(each.get_by_text("1 of 18 answered")).to_be_visible()
    sky.set_offline(False)
    _all_sent(other)
    ash.set_offline(False)
    _all_sent(page)

    page.goto(f"/audits/{audit}")
    expect(page.get_by_text("1 answer differs")).to_be_visible(timeout=SENT_WITHIN_MS)
    page.get_by_role("link", name="1 answer differs").click()
    sides = page.locator(".walk-side")
    expect(sides).to_have_count(2)
    expect(sides.filter(has_text="You")).to_contain_text("Pass")
    sides.filter(has_text="Fail").get_by_role("button", name="This one stands").click()
    expect(page.get_by_text("Nothing differs")).to_be_visible()
    expect(page.get_by_text("Beside it: ")).to_contain_text("Pass")

    _all_sent(page)
    row = ask(page, f"/api/audits/{audit}")
    assert row["differs"] == []
    assert sorted((each["value"], each["chosen"]) for each in row["answers"]) == [("fail", True), ("pass", False)]


def _walked_a_little(page: Page) -> str:
    _has_checklists(page)
    audit = _begin(page)
    code = _answer(page, "fail")
    expect(page.locator(f'[data-question="{code}"], .walk-last').first).to_be_visible()
    return audit


@pytest.mark.parametrize(
    ("size", "dark", "large"),
    [((360, 740), False, False), ((412, 915), True, False), ((360, 740), False, True)],
    ids=["small", "dark", "large letters"],
)
def test_the_walk_fits_everyone(
    open_phone: OpenPhone, screenshots: Path, size: tuple[int, int], dark: bool, large: bool
) -> None:
    looks = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": "dark" if dark else "light"}
    page = signed_in(open_phone(geolocation=HERE, **looks))
    audit = _walked_a_little(page)
    name = f"walk-{size[0]}{'-dark' if dark else ''}{'-large' if large else ''}"
    section = page.locator("a.walk-row").first.get_attribute("href")
    hub = f"/audits/{audit}"
    screens = ["/audits", "/audits/new", hub, section, *(f"{hub}/{part}" for part in ("people", "concerns", "finish"))]
    for number, address in enumerate(screens):
        page.goto(str(address))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".page.walk")).to_be_visible(timeout=15_000)
        if large:
            at_twice_the_size(page)
        see(page, screenshots, f"{name}-{number}")
        fits_everyone(page, phone=not large)
