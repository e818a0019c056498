"""What a warden does with the phone, in the words of the stories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DEMO_PASSWORD

SENT_WITHIN_MS = 20_000


def sign_in(page: Page, username: str = "warden") -> None:
    """Sign in and wait until the first rows and the service worker are on the phone."""
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")
    expect(page.get_by_text("All sent")).to_be_visible(timeout=SENT_WITHIN_MS)


def signed_in(phone: BrowserContext) -> Page:
    """A window of somebody who is signed in, on a phone that can start without signal."""
    page = phone.new_page()
    sign_in(page)
    wait_until_works_offline(page)
    return page


def wait_until_works_offline(page: Page) -> None:
    """The service worker has the app and answers for this page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def a_photo(folder: Path, *, width: int = 3000, height: int = 2000) -> Path:
    """A photo as a phone's camera makes it, larger than what is sent."""
    picture = Image.new("RGB", (width, height), (120, 130, 125))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 4, height // 3, width // 2, height // 2), fill=(160, 90, 60))
    path = folder / "camera.jpg"
    picture.save(path, quality=90)
    return path


def begin_report(page: Page, photo: Path) -> None:
    """From anywhere to the question what it is."""
    page.goto("/today")
    page.get_by_role("button", name="Report a problem").click()
    page.locator("input[data-photo=camera]").set_input_files(photo)
    page.wait_for_url("**step=category")


def pick_category(page: Page, words: str) -> None:
    page.get_by_label("Find it by a word").fill(words)
    page.get_by_label("Found").get_by_role("button").first.click()
    page.wait_for_url("**step=details")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**step=saved")


def report(page: Page, photo: Path, *, words: str = "dumped sofa", note: str) -> None:
    begin_report(page, photo)
    pick_category(page, words)
    page.get_by_label("Note for the crew").fill(note)
    save(page)


def ask(page: Page, path: str) -> Any:
    """What the server answers to this person, as JSON."""
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)


def on_server(page: Page, note: str) -> list[dict[str, Any]]:
    """This person's defects with exactly this note, as the server has them."""
    found = ask(page, "/api/defects?raised_by=me&page_size=200")
    return [row for row in found["results"] if row["note"] == note]


def outbox_is_empty(page: Page) -> None:
    page.goto("/outbox")
    expect(page.get_by_text("Nothing waits on this phone")).to_be_visible(timeout=SENT_WITHIN_MS)


def kept(page: Page, store: str) -> list[dict[str, Any]]:
    """What the phone's own database holds in a store, photos' bytes as their length."""
    rows = page.evaluate(
        """async (store) => {
          const open = indexedDB.open("sightline");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const all = db.transaction(store).objectStore(store).getAll();
          const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
          db.close();
          const brief = (_, value) => (value instanceof ArrayBuffer ? value.byteLength : value);
          return JSON.stringify(rows, brief);
        }""",
        store,
    )
    return list(json.loads(rows))
