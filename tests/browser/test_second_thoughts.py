"""A report that is being made outlives a killed app; a saved one can be taken back or changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from tests import running
from tests.browser import pictures, screens, warden

ON_RAKER_STREET = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}


@pytest.fixture
def street(open_phone: Callable[..., BrowserContext]) -> BrowserContext:
    return open_phone(geolocation=ON_RAKER_STREET, viewport={"width": 360, "height": 740})


@pytest.fixture
def page(street: BrowserContext) -> Page:
    """A warden's phone without signal."""
    page = warden.signed_in(street)
    street.set_offline(True)
    return page


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return pictures.camera_jpeg(tmp_path, width=1600, height=1200)


def begin(page: Page, photo: Path, *, note: str, words: str = "litter") -> None:
    warden.begin_report(page, photo)
    warden.pick_category(page, words)
    page.get_by_label("Note for the crew").fill(note)
    strip = page.get_by_role("list", name="Photos")
    expect(strip.get_by_role("button", name="Take photo")).to_have_count(1)


def until_kept(page: Page, note: str) -> None:
    running.wait_for(
        lambda: any((row["content"]["making"] or {}).get("note") == note for row in warden.kept(page, "drafts")),
        what=f"a draft with the note {note!r}",
    )


def killed(page: Page) -> Page:
    """The system ends the app, as iOS does while the camera is open; the person opens it again."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=5_000)
    again = page.context.new_page()
    page.close()
    again.goto("/today")
    return again


def operations(page: Page) -> list[dict[str, Any]]:
    return [item["operation"] for item in warden.kept(page, "operations")]


# ── drafts ───────────────────────────────────────────────────────────────────


def test_a_report_that_was_being_made_is_there_again_after_the_app_was_killed(page: Page, photo: Path) -> None:
    begin(page, photo, note="Half written")
    until_kept(page, "Half written")
    page = killed(page)
    expect(page.get_by_role("heading", name="You were making a report")).to_be_visible()
    screens.fits_everyone(page, phone=True)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Note for the crew")).to_have_value("Half written")
    expect(page.get_by_role("list", name="Photos").get_by_role("button", name="Take photo")).to_have_count(1)
    warden.save(page)
    (raised,) = operations(page)
    (kept,) = warden.kept(page, "photos")
    assert raised["payload"]["note"] == "Half written"
    assert kept["sha256"] == raised["payload"]["photos"][0]["sha256"]
    # It became the report in one step: the draft and its pictures are gone.
    assert warden.kept(page, "drafts") == warden.kept(page, "draft_bytes") == []
    page.goto("/today")
    expect(page.get_by_role("button", name="Report a problem")).to_be_visible()
    expect(page.get_by_text("You were making a report")).to_have_count(0)


def test_the_photo_that_the_camera_took_down_with_the_app_is_asked_for_again(page: Page) -> None:
    with page.expect_file_chooser():
        page.get_by_role("button", name="Report a problem").click()
    running.wait_for(lambda: warden.kept(page, "drafts"), what="a note that the camera was opened")
    page = killed(page)
    page.get_by_role("button", name="Report a problem").click()
    expect(page.get_by_text("Your photo did not arrive")).to_be_visible()
    screens.fits_everyone(page, phone=True)
    expect(page.get_by_role("button", name="Take a photo")).to_be_visible()


def test_reporting_begins_with_what_is_left_over_and_throwing_it_away_is_asked_twice(page: Page, photo: Path) -> None:
    begin(page, photo, note="Never mind")
    until_kept(page, "Never mind")
    page = killed(page)
    page.goto("/report")
    expect(page.get_by_role("heading", name="You were making a report")).to_be_visible()
    screens.fits_everyone(page, phone=True)
    page.get_by_role("button", name="Throw away").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Throw away").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    expect(page.get_by_role("button", name="Take a photo")).to_be_visible()
    running.wait_for(lambda: warden.kept(page, "draft_bytes") == [], what="the end of the draft's photo")


def test_what_one_person_was_writing_is_not_shown_to_the_next(street: BrowserContext, photo: Path) -> None:
    page = street.new_page()
    warden.sign_in(page)
    begin(page, photo, note="Mine alone")
    until_kept(page, "Mine alone")
    page.goto("/me")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in**")
    warden.sign_in(page, "warden2")
    page.get_by_role("button", name="Report a problem").click()
    expect(page.get_by_role("button", name="Take a photo")).to_be_visible()
    page.goto("/me")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in**")
    warden.sign_in(page, "warden")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Note for the crew")).to_have_value("Mine alone")


# ── save ─────────────────────────────────────────────────────────────────────


def test_however_often_save_is_pressed_it_is_saved_once(page: Page, photo: Path) -> None:
    begin(page, photo, note="Pressed four times")
    page.evaluate(
        """() => {
          const [save, next] = document.querySelectorAll(".save-bar button");
          for (const button of [save, save, next, save]) button.click();
        }"""
    )
    page.wait_for_url("**step=saved")
    assert [each["payload"]["note"] for each in operations(page)] == ["Pressed four times"]


# Other things fill the phone, until not even a few kilobytes fit any more.
_FILL = """async () => {
  const open = indexedDB.open("ballast", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("stones", { autoIncrement: true });
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const put = (size) => new Promise((done) => {
    const parts = Array.from({ length: size / 4096 }, () => crypto.getRandomValues(new Uint8Array(4096)));
    const tx = db.transaction("stones", "readwrite");
    tx.objectStore("stones").add(parts);
    tx.oncomplete = () => done(true);
    tx.onabort = () => done(false);
  });
  for (const size of [1048576, 131072, 16384]) while (await put(size));
  db.close();
}"""
_FREE = "() => new Promise((done) => { indexedDB.deleteDatabase('ballast').onsuccess = () => done(); })"


def test_on_a_full_phone_nothing_is_lost_and_it_says_what_to_do(
    street: BrowserContext, photo: Path, live_stack: Any
) -> None:
    keeper = street.new_page()
    keeper.goto("/healthz")
    cdp = street.new_cdp_session(keeper)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": live_stack.address, "quotaSize": 20_000_000})
    page = street.new_page()
    warden.sign_in(page)
    warden.wait_until_works_offline(page)
    street.set_offline(True)
    begin(page, photo, note="Before it was full")
    warden.save(page)
    keeper.evaluate(_FILL)
    begin(page, photo, note="No room for this")
    expect(page.get_by_text("Don't close the app before you have saved")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="This phone is full, so nothing was saved.")).to_be_visible()
    link = page.get_by_role("link", name="Free some space").last
    assert (link.get_attribute("href") or "").startswith("/me")
    screens.fits_everyone(page, phone=True)
    assert [each["payload"]["note"] for each in operations(page)] == ["Before it was full"]
    expect(page.get_by_label("Note for the crew")).to_have_value("No room for this")
    keeper.evaluate(_FREE)
    warden.save(page)
    assert [each["payload"]["note"] for each in operations(page)] == ["Before it was full", "No room for this"]


# ── undo ─────────────────────────────────────────────────────────────────────


def test_undo_takes_a_report_back_into_the_form_with_its_photo(page: Page, photo: Path) -> None:
    begin(page, photo, note="Too quick")
    warden.save(page)
    (before,) = operations(page)
    screens.fits_everyone(page, phone=True)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**step=details")
    assert operations(page) == warden.kept(page, "photos") == []
    # Killed right now, it would still be there.
    until_kept(page, "Too quick")
    page = killed(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Note for the crew").fill("Thought over")
    warden.save(page)
    (after,) = operations(page)
    assert after["payload"]["note"] == "Thought over"
    assert after["payload"]["photos"] == before["payload"]["photos"]
    assert after["payload"]["defect_id"] == before["payload"]["defect_id"]


def test_what_was_sent_is_not_taken_back_but_can_be_changed(street: BrowserContext, photo: Path) -> None:
    page = street.new_page()
    warden.sign_in(page)
    begin(page, photo, note="Sent at once")
    warden.save(page)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0, timeout=warden.SENT_WITHIN_MS)
    expect(page.get_by_role("link", name="Change")).to_be_visible()


# ── change ───────────────────────────────────────────────────────────────────


def test_a_report_still_on_the_phone_is_changed_in_all_that_it_says_and_sent_as_one(
    street: BrowserContext, page: Page, photo: Path, tmp_path: Path
) -> None:
    begin(page, photo, note="First words")
    page.get_by_role("button", name="More").click()
    page.locator("input[data-photo=choose]").set_input_files(
        pictures.camera_jpeg(tmp_path, width=900, height=700, turned=True)
    )
    expect(page.get_by_role("button", name="Take photo 2 away")).to_be_visible()
    warden.save(page)
    page.get_by_role("link", name="Change").click()
    screens.fits_everyone(page, phone=True)
    page.get_by_role("button", name="Take photo 1 away").click()
    page.get_by_label("Note for the crew").fill("Better words")
    page.get_by_role("link", name="Change what it is").click()
    warden_picks = page.get_by_label("Find it by a word")
    warden_picks.fill("dog mess")
    page.get_by_label("Found").get_by_role("button").first.click()
    expect(page.get_by_label("Note for the crew")).to_have_value("Better words")
    page.get_by_role("button", name="Save the change").click()
    page.wait_for_url("**step=saved")
    (raised,) = operations(page)
    (kept,) = warden.kept(page, "photos")
    assert raised["kind"] == "raise_defect"
    assert raised["payload"]["note"] == "Better words"
    assert raised["payload"]["category"].startswith("LT-DOG")
    assert [each["id"] for each in raised["payload"]["photos"]] == [kept["id"]]
    street.set_offline(False)
    warden.outbox_is_empty(page)
    (row,) = warden.on_server(page, "Better words")
    assert len(row["photos"]) == 1


def test_a_sent_report_is_changed_in_what_may_be_amended_and_gets_another_photo(
    street: BrowserContext, photo: Path
) -> None:
    page = street.new_page()
    warden.sign_in(page)
    begin(page, photo, note="Seen in a hurry")
    warden.save(page)
    warden.outbox_is_empty(page)
    (before,) = warden.on_server(page, "Seen in a hurry")
    page.goto(f"/reports/{before['id']}")
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_text("is sent")).to_be_visible()
    screens.fits_everyone(page, phone=True)
    page.get_by_label("Note for the crew").fill("Seen again in peace")
    page.get_by_label("Street").fill("Behind number 9")
    page.get_by_role("button", name="More").click()
    page.locator("input[data-photo=choose]").set_input_files(photo)
    expect(page.get_by_role("button", name="Take photo 2 away")).to_be_visible()
    page.get_by_role("button", name="Save the change").click()
    page.wait_for_url(f"**/reports/{before['id']}")
    warden.outbox_is_empty(page)
    (after,) = warden.on_server(page, "Seen again in peace")
    assert after["id"] == before["id"]
    assert after["street_text"] == "Behind number 9"
    assert after["category"] == before["category"]
    assert len(after["photos"]) == 2


def test_changes_that_were_begun_are_there_again_and_can_be_left_undone(page: Page, photo: Path) -> None:
    begin(page, photo, note="As it was")
    warden.save(page)
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Note for the crew").fill("Not so sure")
    running.wait_for(
        lambda: any(
            (row["content"]["changing"] or {}).get("note") == "Not so sure" for row in warden.kept(page, "drafts")
        ),
        what="the begun change",
    )
    (raised,) = operations(page)
    page = killed(page)
    page.goto(f"/reports/{raised['payload']['defect_id']}/change")
    expect(page.get_by_label("Note for the crew")).to_have_value("Not so sure")
    page.get_by_role("button", name="Leave it as it was").click()
    page.wait_for_url(f"**/reports/{raised['payload']['defect_id']}")
    running.wait_for(lambda: warden.kept(page, "drafts") == [], what="the end of the begun change")
    assert operations(page) == [raised]


def test_what_the_server_refused_is_put_right_where_it_is_and_arrives(street: BrowserContext, photo: Path) -> None:
    def of_a_kind_that_is_gone(route: Route) -> None:
        category = '"category":"'
        before, _, after = str(route.request.post_data).partition(category)
        route.continue_(post_data=f"{before}{category}NO-SUCH{after[after.index(chr(34)) :]}")

    page = street.new_page()
    warden.sign_in(page)
    street.route("**/api/sync/push", of_a_kind_that_is_gone)
    begin(page, photo, note="Refused at first")
    warden.save(page)
    page.goto("/outbox")
    page.get_by_role("listitem").get_by_role("button").first.click(timeout=warden.SENT_WITHIN_MS)
    expect(page.get_by_text("no longer on the list")).to_be_visible()
    street.unroute("**/api/sync/push")
    page.get_by_role("link", name="Put it right").click()
    page.get_by_role("button", name="Save the change").click()
    page.wait_for_url(re.compile(r"/reports/[^/]+$"))
    warden.outbox_is_empty(page)
    (row,) = warden.on_server(page, "Refused at first")
    assert len(row["photos"]) == 1
