"""The outbox shows what waits and why, what arrived, and gives a copy; nothing leaves it unasked."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import warden
from tests.browser.screens import at_twice_the_size, fits_everyone, see, until

HERE = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
SMALL = {"width": 360, "height": 740}


@pytest.fixture
def street(open_phone: Callable[..., BrowserContext]) -> BrowserContext:
    return open_phone(geolocation=HERE, viewport=SMALL)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return warden.a_photo(tmp_path)


def _line(page: Page) -> Any:
    """The one line about sending, at the top of every screen."""
    return page.locator(".sync-line [role=status]")


def _change_items(page: Page, note: str, changes: dict[str, Any]) -> None:
    """As if the sender had noted an answer of the server's."""
    page.evaluate(
        """async ([note, changes]) => {
          const open = indexedDB.open("sightline");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const store = db.transaction("operations", "readwrite").objectStore("operations");
          const all = await new Promise((done) => { const q = store.getAll(); q.onsuccess = () => done(q.result); });
          const one = all.find((item) => item.operation.payload.note === note);
          await new Promise((done) => { store.put({ ...one, ...changes }).onsuccess = done; });
          db.close();
        }""",
        [note, changes],
    )


def test_the_line_says_what_is_here_on_every_screen_and_the_receipt_stays(
    street: BrowserContext, photo: Path, screenshots: Path
) -> None:
    page = warden.signed_in(street)
    street.set_offline(True)
    warden.report(page, photo, note="Kept while out of signal")
    for path in ("/today", "/reports", "/outbox", "/nearby", "/me", "/report?step=category"):
        page.goto(path)
        expect(_line(page)).to_have_text("No signal: 1 safe on this phone")
        assert _line(page).get_attribute("aria-live") == "polite"
    page.goto("/outbox")
    before = page.locator(".top-bar").bounding_box()
    see(page, screenshots, "outbox waiting")
    street.set_offline(False)

    expect(page.get_by_text("Nothing waits on this phone")).to_be_visible(timeout=warden.SENT_WITHIN_MS)
    receipt = page.get_by_role("list", name="Arrived").get_by_role("listitem").first
    expect(receipt).to_contain_text(re.compile(r"D-\d+ · .+Received .+, 1 photo confirmed"))
    expect(_line(page)).to_have_text("All sent")
    assert page.locator(".top-bar").bounding_box() == before, "the line jumped"
    until(
        page,
        """async () => {
          const open = indexedDB.open("sightline");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const asked = db.transaction("operations").objectStore("operations").count();
          const count = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
          db.close();
          return count === 0;
        }""",
        seconds=60,
    )
    page.reload()
    expect(receipt).to_contain_text("1 photo confirmed")
    receipt.get_by_role("link").click()
    page.wait_for_url("**/reports/*")


def test_a_copy_holds_everything_and_throwing_away_names_what_is_lost(
    street: BrowserContext, photo: Path, tmp_path: Path
) -> None:
    page = warden.signed_in(street)
    street.set_offline(True)
    warden.report(page, photo, note="By the canal")
    page.goto("/outbox")
    page.get_by_role("button", name="On this phone").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Take it back").click()
    expect(sheet).to_contain_text("The record and 1 photo would be lost for good")
    sheet.get_by_role("button", name="Save a copy first").click()
    with page.expect_download() as waiting:
        sheet.get_by_role("link", name="Save the file").click()
    assert re.fullmatch(r"sightline-warden-\d{4}-\d\d-\d\d-\d{4}\.zip", waiting.value.suggested_filename)
    waiting.value.save_as(tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        manifest = json.loads(copy.read("outbox.json"))
        (announced,) = manifest["photos"]
        assert (manifest["format"], manifest["version"]) == ("sightline-outbox", 1)
        assert manifest["person"]["username"] == "warden"
        assert [one["payload"]["note"] for one in manifest["operations"]] == ["By the canal"]
        assert announced["operation_id"] == manifest["operations"][0]["id"]
        assert hashlib.sha256(copy.read(announced["file"])).hexdigest() == announced["sha256"]
        assert {each.compress_type for each in copy.infolist()} == {zipfile.ZIP_STORED}

    sheet.get_by_role("button", name="Close").click()
    assert len(warden.kept(page, "operations")) == 1, "a copy takes nothing away"
    page.get_by_role("button", name="On this phone").click()
    sheet.get_by_role("button", name="Take it back").click()
    sheet.get_by_role("button", name="Keep it").click()
    sheet.get_by_role("button", name="Take it back").click()
    sheet.get_by_role("button", name="Throw away for good").click()
    expect(page.get_by_text("Nothing waits on this phone")).to_be_visible()
    assert warden.kept(page, "operations") == []
    assert warden.kept(page, "photo_bytes") == []


def test_a_conflict_shows_both_versions_and_who_decides(street: BrowserContext, photo: Path, screenshots: Path) -> None:
    page = warden.signed_in(street)
    street.set_offline(True)
    warden.report(page, photo, note="Seen twice")
    changed = {"state": "conflict", "code": "changed_meanwhile", "reason": "It was closed meanwhile."}
    _change_items(page, "Seen twice", changed)
    page.goto("/outbox")
    expect(_line(page)).to_have_text(re.compile("1 (safe )?on this phone"))
    page.get_by_role("button", name="A dispatcher decides").click()
    sheet = page.get_by_role("dialog")
    for words in ("What you did", "What the server has", "Seen twice", "A dispatcher decides, and you are told"):
        expect(sheet).to_contain_text(words)
    expect(sheet.get_by_role("button", name="Try again")).to_have_count(0)
    see(page, screenshots, "outbox conflict")
    fits_everyone(page, phone=True)


def test_a_server_in_trouble_and_an_old_report_are_said_calmly(street: BrowserContext, photo: Path) -> None:
    page = warden.signed_in(street)

    def in_trouble(route: Route) -> None:
        route.fulfill(status=503, headers={"X-Sightline": "1"}, json={"code": "server_fault", "title": "", "type": ""})

    street.route("**/api/sync/push", in_trouble)
    warden.report(page, photo, note="While the server is ill")
    page.goto("/outbox")
    expect(_line(page)).to_have_text("Server has trouble: 1 safe on this phone", timeout=warden.SENT_WITHIN_MS)
    street.set_offline(True)
    page.evaluate(
        """async () => {
          const open = indexedDB.open("sightline");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const store = db.transaction("operations", "readwrite").objectStore("operations");
          const all = await new Promise((done) => { const q = store.getAll(); q.onsuccess = () => done(q.result); });
          for (const item of all) {
            item.operation.made_at = new Date(Date.now() - 50 * 3_600_000).toISOString();
            await new Promise((done) => { store.put(item).onsuccess = done; });
          }
          db.close();
        }"""
    )
    page.goto("/outbox")
    expect(_line(page)).to_have_text("1 here, oldest 2 days: find signal")
    expect(page.get_by_text("The oldest has waited 2 days")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_outbox_works_for_everyone(
    open_phone: Callable[..., BrowserContext], photo: Path, screenshots: Path, theme: str
) -> None:
    page = warden.signed_in(open_phone(geolocation=HERE, viewport=SMALL, color_scheme=theme))
    warden.report(page, photo, note="Arrived")
    warden.outbox_is_empty(page)
    page.context.set_offline(True)
    warden.report(page, photo, note="Refused one")
    refused = {"state": "refused", "code": "unknown_category", "reason": "There is no category 'XX'.", "tries": 1}
    _change_items(page, "Refused one", refused)
    warden.report(page, photo, note="Waiting one")
    page.goto("/outbox")
    expect(page.get_by_role("button", name="Needs you")).to_be_visible()
    fits_everyone(page, phone=True)
    see(page, screenshots, f"outbox {theme}")
    page.get_by_role("button", name="Needs you").click()
    expect(page.get_by_role("dialog")).to_contain_text("Change it to another kind")
    fits_everyone(page, phone=True)
    see(page, screenshots, f"outbox refused {theme}")
    page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    fits_everyone(page, phone=True)
    page.get_by_role("dialog").get_by_role("button", name="Save a copy first").click()
    expect(page.get_by_role("link", name="Save the file")).to_be_visible()
    fits_everyone(page, phone=True)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    at_twice_the_size(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the screen at twice the size"
    see(page, screenshots, f"outbox large {theme}")
