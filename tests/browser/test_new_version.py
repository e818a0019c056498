"""A new version of the app never replaces the code under a person's hands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import warden
from tests.browser.conftest import LiveStack
from tests.browser.publishing import PWA, Publisher, build_with
from tests.browser.screens import until

HERE = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
OLD_ROLE = "Neighbourhood warden"
NEW_ROLE = "Warden of the new version"
OLD_BUTTON = "Report a problem"
NEW_BUTTON = "Report it anew"


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_with(
        tmp_path_factory.mktemp("newer"),
        ("src/rooms/account/me.tsx", f'"{OLD_ROLE}"', f'"{NEW_ROLE}"'),
        ("src/rooms/audits/today.tsx", f"          {OLD_BUTTON}\n", f"          {NEW_BUTTON}\n"),
    )


@pytest.fixture
def publisher(live_stack: LiveStack) -> Iterator[Publisher]:
    publisher = Publisher(PWA / "dist", live_stack.address)
    yield publisher
    publisher.stop()


@pytest.fixture
def warden_phone(open_phone: Callable[..., BrowserContext], publisher: Publisher) -> BrowserContext:
    """The old version, signed in and able to start without signal."""
    phone = open_phone(base_url=publisher.address, geolocation=HERE)
    warden.signed_in(phone)
    return phone


def _hear_of_the_new_version(page: Page) -> None:
    """As when the person looks at the phone again; ends when the new one is fetched and waits."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)")


def _go(page: Page, words: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=words).click()


def test_what_is_being_written_stays_and_so_does_the_code_under_it(
    warden_phone: BrowserContext, publisher: Publisher, newer: Path, tmp_path: Path
) -> None:
    page = warden_phone.pages[0]
    warden.begin_report(page, warden.a_photo(tmp_path))
    warden.pick_category(page, "dumped sofa")
    page.get_by_label("Note for the crew").fill("Beside the second gate")
    publisher.publish(newer)
    _hear_of_the_new_version(page)

    expect(page.get_by_label("Note for the crew")).to_have_value("Beside the second gate")
    expect(page.get_by_text("A new version is ready")).to_be_hidden()
    warden.save(page)
    page.get_by_role("link", name="Back to Today").click()
    expect(page.get_by_role("button", name=OLD_BUTTON, exact=True)).to_be_visible()
    _go(page, "Me")
    # A part that this window loads only now: the server no longer has it.
    expect(page.get_by_text(OLD_ROLE)).to_be_visible()

    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_text(NEW_ROLE)).to_be_visible(timeout=15_000)
    expect(page.get_by_text("A new version is ready")).to_be_hidden()


def test_it_starts_without_signal_before_and_after(
    warden_phone: BrowserContext, publisher: Publisher, newer: Path
) -> None:
    page = warden_phone.pages[0]
    publisher.publish(newer)
    _hear_of_the_new_version(page)
    warden_phone.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name=OLD_BUTTON, exact=True)).to_be_visible()
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("button", name=NEW_BUTTON, exact=True)).to_be_visible(timeout=15_000)
    page.goto("/me")
    expect(page.get_by_text(NEW_ROLE)).to_be_visible()


def test_opened_anew_with_nothing_else_open_it_is_the_new_one(
    warden_phone: BrowserContext, publisher: Publisher, newer: Path
) -> None:
    page = warden_phone.pages[0]
    publisher.publish(newer)
    _hear_of_the_new_version(page)
    page.goto("about:blank")
    # The browser notices a moment later that the window is gone.
    page.wait_for_timeout(1_000)
    page.goto("/today")
    expect(page.get_by_role("button", name=NEW_BUTTON, exact=True)).to_be_visible(timeout=15_000)


def test_another_window_takes_it_and_the_one_with_a_form_goes_on(
    warden_phone: BrowserContext, publisher: Publisher, newer: Path, tmp_path: Path
) -> None:
    form = warden_phone.pages[0]
    warden.begin_report(form, warden.a_photo(tmp_path))
    warden.pick_category(form, "dumped sofa")
    form.get_by_label("Note for the crew").fill("By the bus stop")
    other = warden_phone.new_page()
    other.goto("/me")
    publisher.publish(newer)
    _hear_of_the_new_version(other)
    other.get_by_role("button", name="Start it").click()
    expect(other.get_by_text(NEW_ROLE)).to_be_visible(timeout=15_000)

    expect(form.get_by_label("Note for the crew")).to_have_value("By the bus stop")
    warden.save(form)
    form.get_by_role("link", name="Back to Today").click()
    _go(form, "Me")
    expect(form.get_by_text(OLD_ROLE)).to_be_visible()
    form.get_by_role("button", name="Start it").click()
    expect(form.get_by_text(NEW_ROLE)).to_be_visible(timeout=15_000)


def test_a_page_that_is_not_ours_never_becomes_the_app(
    warden_phone: BrowserContext, publisher: Publisher, newer: Path, tmp_path: Path
) -> None:
    """A worker of the new version with the page of something else: it is not taken on at all."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for each in newer.iterdir():
        (broken / each.name).symlink_to(each)
    (broken / "index.html").unlink()
    (broken / "index.html").write_text("<h1>Welcome to the free Wi-Fi</h1>")
    page = warden_phone.pages[0]
    publisher.publish(broken)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    until(
        page,
        "navigator.serviceWorker.getRegistration().then((one) => !one.installing && !one.waiting)",
        seconds=20,
    )
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Today"))).to_be_visible()
