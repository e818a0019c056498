"""The running stack shows itself to a phone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO_PASSWORD


def test_a_phone_that_nobody_signed_in_to_is_shown_the_door(phone: Page) -> None:
    phone.goto("/")
    expect(phone.get_by_role("button", name="Sign in")).to_be_visible()
    assert "/sign-in" in phone.url


def test_a_warden_signs_in_and_sees_their_day(phone: Page) -> None:
    phone.goto("/sign-in")
    phone.get_by_label("User name").fill("warden")
    phone.get_by_label("Password").fill(DEMO_PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    phone.wait_for_url("**/today")
    expect(phone.get_by_role("heading").first).to_be_visible()


def test_a_manager_signs_in_at_a_desk_and_sees_the_backlog(desk: Page) -> None:
    desk.goto("/sign-in")
    desk.get_by_label("User name").fill("manager")
    desk.get_by_label("Password").fill(DEMO_PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.wait_for_url("**/backlog")
    expect(desk.get_by_text("EMS").first).to_be_visible()
