"""Morgan, the manager, at the screens of the rules: the register, contracts, hotspots, and who decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
AT_DESK = {**DESK, "is_mobile": False, "has_touch": False}
SCREENS = [
    ("rules", "/rules", ".rules-card"),
    ("register", "/rules/demarcations?state=all", ".register-card"),
    ("contracts", "/rules/contracts", ".register-card"),
    ("hotspots", "/rules/hotspots", ".register-card"),
    ("deciders", "/rules/deciders", ".register"),
    ("triage", "/triage", ".triage-row"),
]


def opened(open_phone: OpenPhone, username: str, address: str, sign: str, **look: object) -> Page:
    page = open_phone(**look).new_page()
    sign_in(page, username)
    visit(page, address, sign)
    return page


def visit(page: Page, address: str, sign: str) -> None:
    page.goto(address)
    expect(page.locator(sign).first).to_be_visible(timeout=45_000)


@pytest.mark.parametrize("look", [AT_DESK, {}, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
def test_the_screens_of_the_rules_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, look: dict[str, object], request: pytest.FixtureRequest
) -> None:
    page = opened(open_phone, "manager", "/rules", ".rules-card", **look)
    for name, address, sign in SCREENS:
        visit(page, address, sign)
        see(page, screenshots, f"rules-{request.node.callspec.id}-{name}")
        fits_everyone(page, phone=look is not AT_DESK)
        if look == {}:
            at_twice_the_size(page)
            fits_everyone(page)
            page.reload()


def test_triage_decides_clear_first_and_the_register_settles_it(open_phone: OpenPhone, screenshots: Path) -> None:
    page = opened(open_phone, "dispatcher", "/triage", ".triage-row", **AT_DESK)
    page.get_by_label("Give it to").select_option(index=2)
    page.get_by_text("Clear first, settle later").click()
    page.get_by_role("button", name="Send it there").click()
    expect(page.get_by_text("Say why it is cleared first")).to_be_visible()
    page.get_by_label("Why").fill("Needles beside the school gate")
    page.get_by_text("Later reports of this kind here go there too").click()
    see(page, screenshots, "rules-triage-clear-first")
    fits_everyone(page)
    page.get_by_role("button", name="Send it there").click()
    said = page.get_by_text(re.compile(r"decision R-\d+ is on the register"))
    expect(said).to_be_visible()
    reference = re.search(r"R-\d+", said.inner_text())
    assert reference is not None

    visit(page, "/rules/demarcations", ".register-card")
    card = page.locator(".register-card", has_text="Needles beside the school gate")
    expect(card).to_contain_text("To settle")
    card.get_by_role("button", name=f"Settle {reference.group()}").click()
    page.get_by_label("How it was settled").fill("The school's, by the lease")
    see(page, screenshots, "rules-settling")
    fits_everyone(page)
    page.get_by_role("button", name="Settle it", exact=True).click()
    expect(page.get_by_text(f"{reference.group()} is settled")).to_be_visible()
    expect(page.locator(".register-card", has_text="Needles beside the school gate")).to_have_count(0)


def test_a_hotspot_is_declared_and_ended(open_phone: OpenPhone, screenshots: Path) -> None:
    page = opened(open_phone, "manager", "/rules/hotspots", ".register", **AT_DESK)
    page.get_by_role("button", name="Declare a hotspot").click()
    page.get_by_role("button", name="Declare it", exact=True).click()
    expect(page.get_by_text("Give it the name that people use")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Station Approach")
    page.get_by_label("Last day").fill("2020-01-01")
    page.get_by_role("button", name="Declare it", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("It ends before it starts")
    see(page, screenshots, "rules-declaring")
    fits_everyone(page)
    first = page.get_by_label("First day").input_value()
    page.get_by_label("Last day").fill(first)
    page.get_by_label("Review on").fill(first)
    page.get_by_role("button", name="Declare it", exact=True).click()
    expect(page.get_by_text("“Station Approach” is a hotspot until")).to_be_visible()

    card = page.locator(".register-card", has_text="Station Approach")
    card.get_by_role("button", name="End it now").click()
    page.get_by_role("dialog").get_by_role("button", name="End it now").click()
    expect(page.get_by_text("“Station Approach” has ended")).to_be_visible()
    expect(card).to_have_count(0)


def test_a_contract_is_made_and_somebody_named_to_decide(open_phone: OpenPhone, screenshots: Path) -> None:
    page = opened(open_phone, "manager", "/rules/contracts", ".register", **AT_DESK)
    page.get_by_role("button", name="New contract").click()
    page.get_by_label("Name", exact=True).fill("Parks from 2030")
    page.get_by_label("Who works under it").select_option(index=1)
    page.get_by_label("First day").fill("2030-04-01")
    page.get_by_label("Last day").fill("2037-03-31")
    page.get_by_text("Go to whoever follows", exact=True).click()
    see(page, screenshots, "rules-new-contract")
    fits_everyone(page)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".register-card", has_text="Parks from 2030")).to_contain_text("1 April 2030 to 31 March 2037")

    visit(page, "/rules/deciders", ".register")
    page.get_by_role("button", name=re.compile("Name somebody|Another area")).click()
    page.get_by_label("Who decides").last.select_option(index=1)
    page.get_by_role("button", name="Keep these").click()
    expect(page.get_by_text("It holds from the next one on")).to_be_visible()
    see(page, screenshots, "rules-deciders-named")
