"""Morgan, the manager, at a desk: figures that open their lists, the keyboard, the map, triage."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
WIDE = {"viewport": {"width": 1440, "height": 900}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}


@pytest.fixture
def manager(open_phone: OpenPhone) -> Page:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "manager")
    expect(page.get_by_role("heading", name="Backlog")).to_be_visible()
    expect(page.locator(".figure").first).to_be_visible(timeout=15_000)
    return page


def _count(page: Page) -> int:
    return int(page.locator(".filters-end strong").inner_text())


def _visit(page: Page, path: str, sign: str) -> None:
    page.goto(path)
    # A map drawn without a graphics card takes its time on a busy machine.
    expect(page.locator(sign).first).to_be_visible(timeout=45_000)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_desk_screen_can_be_used_by_everyone(open_phone: OpenPhone, screenshots: Path, colours: str) -> None:
    page = open_phone(**WIDE, color_scheme=colours).new_page()
    sign_in(page, "manager")
    for name, path, sign in [
        ("backlog", "/backlog?breach=all", ".table tbody tr"),
        ("hotspots", "/hotspots", ".table tbody tr"),
        ("cells", "/hotspots?by=cell", ".table tbody tr"),
        ("map", "/map", ".map-row"),
        ("triage", "/triage", ".triage-list"),
    ]:
        _visit(page, path, sign)
        fits_everyone(page)
        see(page, screenshots, f"desk-{colours}-{name}")
    _visit(page, "/backlog?breach=all", ".table tbody tr")
    page.locator("a.row-link").first.click()
    expect(page.locator(".story-step").first).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, f"desk-{colours}-job")
    page.get_by_role("link", name="See the report it came from").click()
    expect(page.locator(".story-step").first).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, f"desk-{colours}-defect")


def test_a_map_that_was_opened_before_its_settings_came_is_listed_when_they_do(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    held: list[Route] = []
    page.context.route("**/api/reference", lambda route: held.append(route))
    sign_in(page, "manager")
    page.goto("/map")
    expect(page.locator(".map-box[data-map=ready]")).to_be_visible(timeout=45_000)
    with page.expect_response(lambda answer: "/api/insight/map" in answer.url and _zoom(answer.url) > 10):
        held[-1].continue_()
    expect(page.locator(".map-row").first).to_be_visible(timeout=45_000)


def _zoom(address: str) -> float:
    return float(re.findall(r"zoom=([\d.]+)", address)[0])


@pytest.mark.parametrize("size", [(360, 740), (412, 915)])
def test_the_desk_fits_a_phone_too(open_phone: OpenPhone, screenshots: Path, size: tuple[int, int]) -> None:
    page = open_phone(viewport={"width": size[0], "height": size[1]}).new_page()
    sign_in(page, "manager")
    for path, sign in [
        ("/backlog", ".figure"),
        ("/hotspots", ".table tbody tr"),
        ("/map", ".map-row"),
        ("/triage", ".triage-list"),
    ]:
        _visit(page, path, sign)
        fits_everyone(page, phone=True)
        see(page, screenshots, f"desk-{size[0]}{path.replace('/', '-')}")


def test_letters_twice_the_size_still_fit(manager: Page, screenshots: Path) -> None:
    at_twice_the_size(manager)
    fits_everyone(manager)
    see(manager, screenshots, "desk-large-backlog")


def test_every_figure_opens_exactly_the_jobs_it_counts(manager: Page) -> None:
    figures = manager.locator("button.figure")
    for i in range(figures.count()):
        figure = figures.nth(i)
        said = int(figure.locator(".figure-count").inner_text())
        figure.click()
        expect(figure).to_have_attribute("aria-pressed", "true")
        expect(manager.locator(".filters-end strong")).to_have_text(str(said))
    for button in manager.locator("button.count, button.age").all():
        words = button.locator(".age-count").or_(button).last.inner_text()
        said = re.findall(r"\d+", words)[0]
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(manager.locator(".filters-end strong")).to_have_text(said)


def test_filters_are_in_the_address_so_that_a_list_can_be_sent(manager: Page) -> None:
    _visit(manager, "/backlog?breach=all", ".table tbody tr")
    everything = _count(manager)
    manager.locator("button.count").first.click()
    expect(manager).to_have_url(re.compile("organisation="))
    manager.get_by_label("Time left").select_option("late")
    expect(manager).to_have_url(re.compile("breach=late"))
    manager.reload()
    expect(manager.get_by_label("Time left")).to_have_value("late")
    manager.get_by_role("button", name="Clear").click()
    expect(manager.locator(".filters-end strong")).to_have_text(str(everything))


def test_the_list_is_walked_with_the_keyboard_alone(manager: Page) -> None:
    _visit(manager, "/backlog?breach=all", ".table tbody tr")
    manager.keyboard.press("j")
    expect(manager.locator("tr.row-current")).to_have_count(1)
    first = manager.locator("tr.row-current").get_attribute("id")
    manager.keyboard.press("j")
    expect(manager.locator("tr.row-current")).not_to_have_attribute("id", first or "")
    manager.keyboard.press("k")
    expect(manager.locator("tr.row-current")).to_have_attribute("id", first or "")
    number = manager.locator("tr.row-current .row-under").first.inner_text()
    manager.keyboard.press("/")
    expect(manager.get_by_label("Find in this list")).to_be_focused()
    manager.keyboard.type(number)
    expect(manager.locator(".table tbody tr")).to_have_count(1)
    manager.keyboard.press("Escape")
    manager.keyboard.press("e")
    expect(manager).to_have_url(re.compile("/jobs/"))
    expect(manager.get_by_text(number).first).to_be_visible()
    manager.get_by_role("link", name="Back to the list").press("Enter")
    expect(manager).to_have_url(re.compile("/backlog.*breach=all"))


def test_a_hotspot_prints_its_definition_and_opens_its_reports(manager: Page) -> None:
    _visit(manager, "/hotspots?period=365", ".table tbody tr")
    expect(manager.locator(".definition")).to_contain_text("severity points")
    row = manager.locator(".table tbody tr").first
    said = int(row.locator("td").nth(1).inner_text())
    row.get_by_role("button").press("Enter")
    behind = manager.locator(".section", has=manager.locator("h2", has_text="open")).locator("tbody tr")
    expect(behind).to_have_count(said)


def test_without_a_connection_the_desk_says_how_old_its_figures_are(manager: Page) -> None:
    _visit(manager, "/backlog?breach=all", ".table tbody tr")
    manager.evaluate("navigator.serviceWorker.ready.then(() => true)")
    manager.context.set_offline(True)
    manager.reload()
    expect(manager.get_by_text(re.compile(r"No connection: this is from \d\d:\d\d")).first).to_be_visible()
    expect(manager.locator(".table tbody tr").first).to_be_visible()


def test_the_map_and_its_list_show_the_same_things(manager: Page) -> None:
    _visit(manager, "/map", ".map-row")
    expect(manager.locator(".map-box[data-map=ready]")).to_be_visible(timeout=20_000)
    for _ in range(4):
        if manager.locator("a.map-row").count():
            break
        manager.locator("button.map-row").first.click()
        manager.wait_for_timeout(1_200)
    manager.locator("a.map-row").first.click()
    expect(manager.locator(".story-step").first).to_be_visible()


def test_a_dispatcher_decides_whose_it_is(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "dispatcher")
    _visit(page, "/triage", ".triage-row")
    waiting = page.locator(".triage-row").count()
    page.get_by_role("button", name="Send it there").click()
    expect(page.get_by_text("Choose who gets it")).to_be_visible()
    page.get_by_label("Give it to").select_option(index=1)
    page.get_by_label("By when").select_option(index=3)
    page.get_by_label("Why").fill("Nobody owns the alley: clear first, settle the bill later.")
    page.get_by_role("button", name="Send it there").click()
    expect(page.get_by_text(re.compile(r"D-\d+ is with "))).to_be_visible()
    expect(page.locator(".triage-row")).to_have_count(waiting - 1)


def test_a_councillor_sees_the_counts_and_no_list(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "councillor")
    _visit(page, "/backlog", ".figure")
    expect(page.locator(".filters")).to_have_count(0)
    fits_everyone(page)
