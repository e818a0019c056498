"""A dispatcher's board in a real browser: it opens first, renews itself under a still hand, and obeys the keyboard."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import LiveStack
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
from tests.load.phone import Phone

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
WIDE = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}
ROW = ".board-row"


@pytest.fixture
def desk(open_phone: OpenPhone) -> Page:
    page = open_phone(**WIDE, accept_downloads=True).new_page()
    sign_in(page, "dispatcher")
    expect(page.get_by_role("heading", name="Board")).to_be_visible()
    expect(page.locator(".queue").first).to_be_visible(timeout=20_000)
    return page


def show(page: Page, query: str) -> None:
    page.goto(f"/board?{query}")
    expect(page.locator(f"{ROW}, .empty").first).to_be_visible(timeout=20_000)


def numbers(page: Page) -> list[str]:
    return page.locator(f"{ROW} .board-facts .tabular").all_inner_texts()


def said(page: Page, queue: str) -> int:
    return int(page.locator(f'.queue[data-queue="{queue}"] .queue-count').inner_text())


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_board_can_be_used_by_everyone(open_phone: OpenPhone, screenshots: Path, colours: str) -> None:
    page = open_phone(**WIDE, color_scheme=colours).new_page()
    sign_in(page, "dispatcher")
    for queue in ("all", "paused", "returned", "done", "escalated"):
        show(page, f"queue={queue}&map=0")
        fits_everyone(page)
    show(page, "queue=all")
    expect(page.locator(".map-box[data-map=ready]")).to_be_visible(timeout=45_000)
    page.locator(f"{ROW} input").first.click()
    fits_everyone(page)
    see(page, screenshots, f"board-1280-{colours}")
    page.get_by_role("button", name="Put off…").click()
    fits_everyone(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    fits_everyone(page)
    page.set_viewport_size({"width": 1600, "height": 1000})
    page.keyboard.press("Escape")
    fits_everyone(page)
    see(page, screenshots, f"board-1600-{colours}")


def test_the_board_fits_a_phone_and_its_filters_open_by_a_tap(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone().new_page()
    sign_in(page, "dispatcher")
    show(page, "queue=all")
    expect(page.locator(".map-box")).to_have_count(0)
    fits_everyone(page, phone=True)
    see(page, screenshots, "board-390")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Ward", exact=True).select_option(index=1)
    expect(page).to_have_url(re.compile("ward="))
    fits_everyone(page, phone=True)
    page.locator(".board-tick label").first.click()
    expect(page.get_by_text("1 job chosen")).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, "board-390-chosen")
    at_twice_the_size(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_each_queue_opens_the_jobs_that_it_counts(desk: Page) -> None:
    expect(desk).to_have_url(re.compile(r"/board\?queue="))
    for queue in ("at_risk", "late", "paused", "returned", "done"):
        count = said(desk, queue)
        desk.locator(f'.queue[data-queue="{queue}"]').click()
        expect(desk.locator(f'.queue[data-queue="{queue}"]')).to_have_attribute("aria-pressed", "true")
        expect(desk.locator(ROW)).to_have_count(min(count, 50))


def test_filters_are_in_the_address_and_clear_takes_them_away(desk: Page) -> None:
    show(desk, "queue=all")
    everything = said(desk, "all")
    desk.get_by_label("Organisation").select_option(label="EMS")
    expect(desk).to_have_url(re.compile("organisation="))
    expect(desk.locator('.queue[data-queue="all"] .queue-count')).not_to_have_text(str(everything))
    narrowed = said(desk, "all")
    assert 0 < narrowed < everything
    desk.reload()
    expect(desk.locator('.queue[data-queue="all"] .queue-count')).to_have_text(str(narrowed))
    expect(desk.get_by_label("Organisation")).not_to_have_value("")
    desk.get_by_role("button", name="Clear filters").first.click()
    expect(desk.locator('.queue[data-queue="all"] .queue-count')).to_have_text(str(everything))


def test_the_list_is_worked_with_the_keyboard_alone(desk: Page) -> None:
    show(desk, "queue=all")
    first, second = numbers(desk)[:2]
    current = desk.locator(".board-row-current .board-facts .tabular")
    desk.keyboard.press("j")
    expect(current).to_have_text(first)
    desk.keyboard.press("j")
    expect(current).to_have_text(second)
    desk.keyboard.press("x")
    expect(desk.get_by_text("1 job chosen")).to_be_visible()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("X")
    expect(desk.get_by_text("3 jobs chosen")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator(".bulk-bar")).to_have_count(0)
    desk.keyboard.press("/")
    expect(desk.get_by_label("Find a number, a street or words")).to_be_focused()
    desk.keyboard.type(second)
    expect(desk.locator(ROW)).to_have_count(1)
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("/jobs/"))
    expect(desk.get_by_text(second).first).to_be_visible()
    desk.go_back()
    expect(desk).to_have_url(re.compile(f"/board.*q={second}"))
    expect(desk.locator(".queue").first).to_be_visible()
    desk.keyboard.press("2")
    expect(desk.locator('.queue[data-queue="late"]')).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("m")
    expect(desk.locator(".map-pane")).to_have_count(0)


def test_single_keys_can_be_turned_off(desk: Page) -> None:
    show(desk, "queue=all&map=0")
    desk.keyboard.press("?")
    desk.get_by_label("Use single keys").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.keyboard.press("?")
    expect(desk.locator(".board-row-current")).to_have_count(0)
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.get_by_role("button", name="Keys").click()
    desk.get_by_label("Use single keys").check()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    expect(desk.locator(".board-row-current")).to_have_count(1)


def test_news_come_by_themselves_and_move_nothing_under_the_pointer(desk: Page, live_stack: LiveStack) -> None:
    """While the pointer rests on one paused job, its neighbour goes on and another is paused."""
    crew = Phone(live_stack.address, "ems", (0, 0, 1, 1))
    pulled = crew.call("GET", "/api/sync/changes")["jobs"]
    gone, resting, new = [job["id"] for job in pulled if job["status"] in {"open", "accepted", "in_progress"}][:3]
    _report(crew, "pause_job", gone, reason="weather")
    _report(crew, "pause_job", resting, reason="no_access")
    show(desk, "queue=paused&map=0")
    expect(desk.locator(f"#row-{gone}")).to_be_visible()
    watched = desk.locator(f"#row-{resting}")
    watched.hover()
    place, order = watched.bounding_box(), numbers(desk)

    _report(crew, "resume_job", gone)
    _report(crew, "pause_job", new, reason="weather")

    expect(desk.locator(f"#row-{gone}").get_by_text("Gone")).to_be_visible(timeout=40_000)
    announced = desk.get_by_role("button", name="1 new, 1 gone: show")
    expect(announced).to_be_visible(timeout=40_000)
    assert watched.bounding_box() == place
    assert numbers(desk) == order
    expect(desk.locator('.queue[data-queue="paused"] .queue-count')).to_have_text(str(len(order)))
    desk.keyboard.press("n")
    expect(desk.locator(f"#row-{gone}")).to_have_count(0)
    expect(desk.locator(f"#row-{new}")).to_be_visible()
    expect(announced).to_have_count(0)


def _report(crew: Phone, kind: str, job_id: str, **more: str) -> None:
    now = dt.datetime.now(dt.UTC).isoformat()
    crew.push([{**crew.operation(), "kind": kind, "payload": {"job_id": job_id, "at": now, **more}}])


def test_many_are_put_off_at_once_and_it_is_taken_back(desk: Page) -> None:
    show(desk, "queue=later&map=0")
    chosen = numbers(desk)[:2]
    desk.locator(f"{ROW} input").nth(0).click()
    desk.locator(f"{ROW} input").nth(1).click(modifiers=["Shift"])
    desk.keyboard.press("d")
    desk.get_by_role("button", name="Put off: 2 jobs").click()
    expect(desk.get_by_text("Choose a day.")).to_be_visible()
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date()
    desk.get_by_label("Until which day").fill(until.isoformat())
    desk.get_by_role("button", name="Put off: 2 jobs").click()
    expect(desk.get_by_text(f"2 jobs put off to {until.isoformat()}.")).to_be_visible()
    planned = desk.locator(ROW, has_text="planned")
    expect(planned).to_have_count(2)
    assert planned.locator(".board-facts .tabular").all_inner_texts() == chosen
    desk.get_by_role("button", name="Take it back").click()
    expect(planned).to_have_count(0)
    expect(desk.locator(".bulk-bar")).to_have_count(0)


def test_work_goes_to_a_crew_of_the_one_organisation_that_has_it(desk: Page) -> None:
    show(desk, "queue=unacknowledged&map=0")
    desk.get_by_label("Organisation").select_option(label="EMS")
    expect(desk).to_have_url(re.compile("organisation="))
    expect(desk.locator(".board-table-old")).to_have_count(0)
    first = numbers(desk)[0]
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("a")
    whom = desk.get_by_label("Who gets them")
    name = whom.locator("option").nth(1).inner_text()
    whom.select_option(index=1)
    desk.get_by_role("button", name="Give to a crew: 1 job").click()
    expect(desk.get_by_text(f"1 job given to {name}.")).to_be_visible()
    row = desk.locator(ROW, has_text=first)
    expect(row.locator(".board-who")).to_contain_text(name.removesuffix(" (team)"))


def test_what_is_shown_is_downloaded_whole(desk: Page, tmp_path: Path) -> None:
    show(desk, "queue=all&map=0")
    with desk.expect_download() as download:
        desk.get_by_role("link", name=re.compile("^CSV")).click()
    file = tmp_path / "jobs.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == said(desk, "all") > 50
    assert [row["Job"] for row in rows[:50]] == numbers(desk)
    assert download.value.suggested_filename.startswith("jobs-all-")


def test_show_more_goes_on_where_the_list_ends(desk: Page) -> None:
    show(desk, "queue=all&map=0")
    before = numbers(desk)
    desk.get_by_role("button", name="Show more").click()
    expect(desk.locator(ROW)).to_have_count(min(100, said(desk, "all")))
    after = numbers(desk)
    assert after[:50] == before
    assert len(set(after)) == len(after)


def test_emss_own_desk_sees_its_work_and_sends_none_elsewhere(open_phone: OpenPhone) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "emsdesk")
    show(page, "queue=all&map=0")
    expect(page.get_by_label("Organisation")).to_have_count(0)
    expect(page.locator(".queue", has_text="In triage")).to_have_count(0)
    page.locator(f"{ROW} input").first.click()
    expect(page.get_by_role("button", name="Give to…")).to_be_visible()
    expect(page.get_by_role("button", name="Send elsewhere…")).to_have_count(0)


def test_without_a_connection_the_board_says_so_and_recovers(desk: Page) -> None:
    show(desk, "queue=all&map=0")
    listed = numbers(desk)
    desk.context.set_offline(True)
    desk.locator('.queue[data-queue="late"]').click()
    expect(desk.get_by_text(re.compile("No connection"))).to_be_visible()
    desk.context.set_offline(False)
    desk.get_by_role("button", name="Try now").click()
    expect(desk.get_by_text(re.compile("No connection"))).to_have_count(0)
    expect(desk.locator(ROW)).to_have_count(min(50, said(desk, "late")))
    desk.locator('.queue[data-queue="all"]').click()
    expect(desk.locator(ROW)).to_have_count(len(listed))
