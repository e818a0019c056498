"""Ellis, of the EMS crew, on a phone: the day's list, a job without signal, an after photo."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from deploy import packages
from tests.browser.conftest import PHONE, LiveStack
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
from tests.browser.warden import ask, kept, outbox_is_empty
from tests.chromium import FLAGS
from tests.load.phone import Phone
from tests.running import wait_for

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
SIZES = [(360, 740), (412, 915)]


def _photo() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(out, "JPEG")
    return {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _my_day(page: Page) -> None:
    sign_in(page, "ems")
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    expect(page.locator("a.job-card").first).to_be_visible(timeout=15_000)


def _open_a_job_to_do(page: Page) -> None:
    page.goto("/jobs?whose=team")
    jobs = page.locator("a.job-card").filter(
        has_not=page.locator(".chip", has_text=re.compile("Started|Paused|Done|Handed back|Accepted"))
    )
    jobs.first.click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def _open_one(page: Page, fits: Callable[[dict[str, Any]], object]) -> None:
    """Open a job that nobody has accepted and that fits."""
    rows = ask(page, "/api/jobs?status=open&page_size=200")["results"]
    page.goto(f"/jobs/{next(row['id'] for row in rows if fits(row))}")
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def _start(page: Page) -> None:
    """Start the job; where there is something to read first, read it."""
    page.get_by_role("button", name="Start").click()
    read = page.get_by_role("button", name="I have read it: start")
    done = page.get_by_role("link", name="Done: take the after photo")
    expect(read.or_(done)).to_be_visible()
    if read.is_visible():
        read.click()
    expect(done).to_be_visible()


def _row(page: Page) -> dict[str, Any]:
    """The job whose screen is open, as the server has it."""
    job_id = re.findall(r"/jobs/([0-9a-f-]{36})", page.url)[0]
    return dict(ask(page, f"/api/jobs/{job_id}"))


def _stand(phone: BrowserContext, place: dict[str, Any], *, north_m: float = 0) -> None:
    phone.set_geolocation(
        {"longitude": place["longitude"], "latitude": place["latitude"] + north_m / 111_195, "accuracy": 6}
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_crew_screen_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, size: tuple[int, int], colours: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = open_phone(viewport=viewport, color_scheme=colours).new_page()
    _my_day(page)
    name = f"crew-{size[0]}-{colours}"
    fits_everyone(page, phone=True)
    see(page, screenshots, f"{name}-day")
    _open_a_job_to_do(page)
    fits_everyone(page, phone=True)
    see(page, screenshots, f"{name}-job")
    here = page.url
    for step in ("close", "hand-back", "made-safe"):
        page.goto(f"{here}/{step}")
        expect(page.locator(".action-bar")).to_be_visible()
        fits_everyone(page, phone=True)
        see(page, screenshots, f"{name}-{step}")
    page.goto("/report-back")
    expect(page.get_by_role("heading", name="Tell wardens or police")).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, f"{name}-report-back")


def test_letters_twice_the_size_still_fit(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone(viewport={"width": 360, "height": 740}).new_page()
    _my_day(page)
    at_twice_the_size(page)
    fits_everyone(page)
    see(page, screenshots, "crew-360-large-day")
    _open_a_job_to_do(page)
    at_twice_the_size(page)
    fits_everyone(page)
    see(page, screenshots, "crew-360-large-job")


def test_a_job_is_started_and_finished_without_signal(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    _my_day(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _open_a_job_to_do(page)
    address = page.url
    phone.set_offline(True)

    _start(page)
    page.get_by_role("link", name="Done: take the after photo").click()
    expect(page.get_by_role("button", name="Finish the job")).to_have_count(0)
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_text("After", exact=True)).to_be_visible()
    page.get_by_label("Note").fill("Cleared, swept")
    page.get_by_role("button", name="Finish the job").click()

    expect(page.get_by_text(re.compile(r"J-\d+ is done\."))).to_be_visible()
    expect(page.locator("a.job-card", has_text="On this phone").first).to_be_visible()
    page.reload()
    expect(page.locator("a.job-card", has_text="On this phone").first).to_be_visible()

    phone.set_offline(False)
    page.goto(address)
    expect(page.locator(".chip", has_text="Done").first).to_be_visible()
    expect(page.locator(".chip", has_text="On this phone")).to_have_count(0, timeout=30_000)


def test_handing_back_needs_a_reason_and_says_what_follows(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 360, "height": 740}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    page.get_by_role("link", name="Can't do it").click()
    page.get_by_role("button", name="Hand it back").click()
    expect(page.get_by_text("Choose why it can't be done")).to_be_visible()
    expect(page.locator("input[name=return-reason]").first).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Hand it back").press("Enter")
    expect(page.get_by_text(re.compile(r"J-\d+ is handed back\."))).to_be_visible()


def test_pausing_asks_why_and_carrying_on_starts_the_clock_again(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 412, "height": 915}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    _start(page)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Pause the job").click()
    expect(page.get_by_text("Choose why the work waits")).to_be_visible()
    page.locator(".sheet .radio-card").first.click()
    page.locator(".sheet input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_alt_text("What is in the way")).to_be_visible()
    page.get_by_role("button", name="Pause the job").click()
    expect(page.locator(".chip", has_text="Paused").first).to_be_visible()
    [pause] = [row for row in kept(page, "operations") if row["operation"]["kind"] == "pause_job"]
    assert len(pause["operation"]["payload"]["photos"]) == 1
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_role("link", name="Done: take the after photo")).to_be_visible()


def test_the_map_opens_on_the_place_and_loads_only_then(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 412, "height": 915}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _my_day(page)
    _open_a_job_to_do(page)
    assert not [url for url in asked if "maplibre" in url]
    page.get_by_role("button", name="Map").click()
    expect(page.locator(".map-box[data-map=ready]")).to_be_visible(timeout=20_000)
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Map")).to_be_focused()


def _dangerous_waste_is_reported(address: str, beside: dict[str, Any]) -> str:
    """A warden reports it where EMS have a job; the report's id."""
    warden = Phone(address, "warden", (0, 0, 1, 1))
    operation = warden.operation()
    place = {**operation["payload"]["place"], "longitude": beside["longitude"], "latitude": beside["latitude"]}
    operation["payload"] |= {"category": "FT-HAZ", "severity": 1, "place": place, "note": "Gas bottles"}
    warden.push([operation])
    return str(operation["payload"]["defect_id"])


def test_the_danger_is_read_before_the_work_begins(open_phone: OpenPhone, live_stack: LiveStack) -> None:
    page = open_phone(viewport={"width": 390, "height": 844}).new_page()
    _my_day(page)
    known = ask(page, "/api/jobs?category=FT-GEN&page_size=1")["results"][0]
    defect_id = _dangerous_waste_is_reported(live_stack.address, known["place"])

    def is_theirs() -> bool:
        rows = ask(page, "/api/jobs?category=FT-HAZ&status=open&page_size=200")["results"]
        return any(row["defect_id"] == defect_id for row in rows)

    wait_for(is_theirs, seconds=30, what="a job of dangerous waste for EMS")
    _open_one(page, lambda row: row["defect_id"] == defect_id)
    hazard = str(_row(page)["hazard"])
    first = page.locator(".job-page > *").first
    expect(first).to_contain_text(hazard)
    page.get_by_role("button", name="Start").click()
    sheet = page.get_by_role("dialog", name="Before you start")
    expect(sheet).to_contain_text(hazard)
    assert _row(page)["status"] == "open", "nothing begins before it was read"
    sheet.get_by_role("button", name="I have read it: start").click()
    expect(page.get_by_role("link", name="Done: take the after photo")).to_be_visible()


def test_the_order_goes_from_where_the_crew_stands_and_by_due_time_where_nobody_knows(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 390, "height": 844}, permissions=[])
    page = phone.new_page()
    _my_day(page)
    page.goto("/jobs?whose=team")
    expect(
        page.get_by_text("this phone does not know where it is").or_(page.get_by_text("from your last job"))
    ).to_be_visible()
    card = page.locator("a.job-card", has=page.locator(".job-stop")).first
    job_id = re.findall(r"/jobs/([0-9a-f-]{36})", str(card.get_attribute("href")))[0]
    place = dict(ask(page, f"/api/jobs/{job_id}"))["place"]

    phone.grant_permissions(["geolocation"])
    _stand(phone, place)
    page.goto("/jobs?whose=team")
    expect(page.get_by_text("In the order to drive from where you are")).to_be_visible()
    # It may be the next one now: in the card above the list.
    expect(page.get_by_text("right here").first).to_be_visible()
    expect(
        page.get_by_role("link", name="Open this job").or_(page.get_by_role("link", name="Take the after photo"))
    ).to_have_count(1)


def test_what_is_left_for_later_stays_so_over_a_reload_and_comes_back(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 390, "height": 844}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    address = page.url
    number = _row(page)["id"]
    page.get_by_role("button", name="Leave for later").click()
    expect(page.get_by_role("button", name="Take it back in")).to_be_visible()
    page.goto("/jobs?whose=team")
    left = page.locator("section.stack-tight", has=page.get_by_role("heading", name="Left for later"))
    left.scroll_into_view_if_needed()
    expect(left.locator(f"a.job-card[href='/jobs/{number}']")).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name="Take it back in").click()
    page.goto("/jobs?whose=team")
    expect(page.get_by_role("heading", name="Left for later")).to_have_count(0)


def test_closing_at_the_place_says_how_near_it_was(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 390, "height": 844})
    page = phone.new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    address = page.url
    _stand(phone, _row(page)["place"], north_m=20)
    _start(page)
    page.goto(f"{address}/close")
    expect(page.get_by_text("You are 20 m from the place, known within 6 m.")).to_be_visible()
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_text("Taken 20 m from the place, known within 6 m.")).to_be_visible()
    page.get_by_role("button", name="Finish the job").click()
    expect(page.get_by_text(re.compile(r"J-\d+ is done\."))).to_be_visible()
    outbox_is_empty(page)
    page.goto(address)
    row = _row(page)
    assert (round(row["done_distance_m"]), row["done_accuracy_m"], row["away_reason"]) == (20, 6, "")


def test_closing_from_afar_asks_why_and_never_stands_in_the_way(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 390, "height": 844})
    page = phone.new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    address = page.url
    _stand(phone, _row(page)["place"], north_m=400)
    phone.set_offline(True)
    _start(page)
    page.get_by_role("link", name="Done: take the after photo").click()
    expect(page.get_by_text("You are 400 m from the place")).to_be_visible()
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_text("Taken 400 m from the place")).to_be_visible()
    page.get_by_role("button", name="Finish the job").click()
    expect(page.get_by_text("Say why, or press again to finish without")).to_be_visible()
    page.get_by_text("I could not get closer").click()
    page.get_by_role("button", name="Finish the job").click()
    expect(page.get_by_text(re.compile(r"J-\d+ is done\."))).to_be_visible()

    phone.set_offline(False)
    outbox_is_empty(page)
    page.goto(address)
    row = _row(page)
    assert (round(row["done_distance_m"]), row["away_reason"]) == (400, "I could not get closer")
    assert row["status"] == "done"


def test_a_crew_says_whose_it_is(open_phone: OpenPhone) -> None:
    page = open_phone(viewport={"width": 390, "height": 844}).new_page()
    _my_day(page)
    _open_a_job_to_do(page)
    page.get_by_role("link", name="Can't do it").click()
    page.get_by_text("Not ours", exact=True).click()
    whose = page.get_by_label("Whose is it, do you think?")
    whose.select_option(index=1)
    name = whose.evaluate("each => each.selectedOptions[0].label")
    assert name != "I don't know"
    page.get_by_role("button", name="Hand it back").click()
    expect(page.get_by_text(re.compile(r"J-\d+ is handed back\."))).to_be_visible()
    outbox_is_empty(page)


def test_made_safe_needs_a_photo_and_the_work_stays_open(open_phone: OpenPhone) -> None:
    phone = open_phone(viewport={"width": 390, "height": 844})
    page = phone.new_page()
    _my_day(page)
    _open_one(page, lambda row: row["kind"] == "complete")
    address = page.url
    phone.set_offline(True)
    page.get_by_role("link", name="Made safe for now").click()
    expect(page.get_by_role("button", name="It is safe", exact=True)).to_have_count(0)
    fits_everyone(page, phone=True)
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_alt_text("How it was made safe")).to_be_visible()
    page.get_by_label("What is still to be done").fill("Bring two panels")
    page.get_by_role("button", name="It is safe", exact=True).click()
    expect(page.get_by_text(re.compile(r"J-\d+ is made safe\."))).to_be_visible()
    phone.set_offline(False)
    outbox_is_empty(page)
    page.goto(address)
    row = _row(page)
    assert (row["status"] in {"open", "accepted"}, row["latest_note"]) == (True, "Bring two panels")
    assert [photo["role"] for photo in row["photos"]].count("evidence") == 1


def test_what_a_crew_saw_reaches_the_warden_who_looks_into_it(open_phone: OpenPhone) -> None:
    """Without signal and without a place of its own: the job beside it says where."""
    crew = open_phone(viewport={"width": 390, "height": 844}, permissions=[])
    page = crew.new_page()
    _my_day(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    crew.set_offline(True)
    page.get_by_role("link", name="Tell wardens or police what you saw").click()
    page.get_by_role("button", name="Tell the wardens").click()
    expect(page.get_by_text("Choose what you saw")).to_be_visible()
    page.get_by_text("Needles", exact=True).click()
    page.get_by_role("button", name="Tell the wardens").click()
    expect(page.locator(".banner-title", has_text="Choose a job near it")).to_be_visible()
    page.get_by_label("Near which job?").select_option(index=1)
    words = "Six or seven behind the bin store"
    page.get_by_label("What exactly").fill(words)
    page.locator("input[data-photo=camera]").set_input_files(_photo())  # type: ignore[arg-type]
    expect(page.get_by_alt_text("What you saw")).to_be_visible()
    page.get_by_role("button", name="Tell the wardens").click()
    expect(page.get_by_text("What you saw is passed on.")).to_be_visible()
    crew.set_offline(False)
    outbox_is_empty(page)

    warden = open_phone(viewport={"width": 390, "height": 844}).new_page()
    sign_in(warden, "warden")
    card = warden.locator(".card", has_text=words)
    expect(card).to_be_visible(timeout=15_000)
    expect(card).to_contain_text("For wardens")
    fits_everyone(warden, phone=True)
    warden.goto("/sightings")
    expect(card).to_be_visible()
    fits_everyone(warden, phone=True)
    card.get_by_role("button", name="Looked into").click()
    warden.get_by_label("What came of it").fill("Collected")
    warden.get_by_role("button", name="Take it off the list").click()
    expect(card).to_have_count(0)
    outbox_is_empty(warden)
    warden.goto("/sightings?state=closed")
    expect(card).to_contain_text("Collected")

    desk = open_phone(viewport={"width": 1366, "height": 900}, has_touch=False, is_mobile=False).new_page()
    sign_in(desk, "manager")
    desk.goto("/sightings?state=closed")
    expect(desk.locator(".card", has_text=words)).to_contain_text("Collected")


def test_the_before_photo_lies_over_the_camera(
    playwright_driver: Playwright, live_stack: LiveStack, screenshots: Path
) -> None:
    """With a camera of the browser's own making."""
    made_up = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    browser = playwright_driver.chromium.launch(executable_path=packages.browser(), args=[*FLAGS, *made_up])
    try:
        asked: Any = {**PHONE, "permissions": ["geolocation", "camera"], "reduced_motion": "reduce"}
        page = browser.new_context(base_url=live_stack.address, **asked).new_page()
        _my_day(page)
        _open_one(page, lambda row: [each for each in row["photos"] if each["state"] == "ready"])
        page.goto(f"{page.url}/close")
        page.get_by_role("button", name="Line it up with this photo").click()
        take = page.get_by_role("button", name="Take the photo")
        expect(take).to_be_enabled()
        over = page.locator(".ghost-over")
        expect(over).to_have_class(re.compile("ghost-thin"))
        page.get_by_role("button", name="Strong").click()
        expect(over).to_have_class(re.compile("ghost-strong"))
        fits_everyone(page)
        see(page, screenshots, "crew-390-ghost")
        page.get_by_role("button", name="Off").click()
        expect(over).to_have_count(0)
        take.click()
        expect(page.get_by_text("After", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Finish the job")).to_be_visible()
    finally:
        browser.close()
