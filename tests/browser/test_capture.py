"""From the shutter to the photo that is kept: every size and kind of picture, and files that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import pictures, warden

ON_RAKER_STREET = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
READY_WITHIN_MS = 60_000


@pytest.fixture
def street(open_phone: Callable[..., BrowserContext]) -> BrowserContext:
    return open_phone(geolocation=ON_RAKER_STREET)


@pytest.fixture
def page(street: BrowserContext) -> Page:
    """A warden's phone out of reach of the network, so that what is saved stays where we can look at it."""
    page = warden.signed_in(street)
    street.set_offline(True)
    return page


def photos_ready(page: Page, count: int) -> None:
    strip = page.get_by_role("list", name="Photos")
    expect(strip.get_by_role("button", name="Take photo")).to_have_count(count, timeout=READY_WITHIN_MS)
    expect(page.get_by_text("Getting")).to_have_count(0, timeout=READY_WITHIN_MS)


def save_with(page: Page, photo: Path, *, words: str = "litter", note: str = "") -> dict[str, Any]:
    """The one photo of a report, as the phone keeps it."""
    warden.begin_report(page, photo)
    warden.pick_category(page, words)
    if note:
        page.get_by_label("Note for the crew").fill(note)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**step=saved", timeout=READY_WITHIN_MS)
    (kept,) = warden.kept(page, "photos")
    return kept


def size_of(page: Page, photo_id: str) -> list[int]:
    """Width and height as they are shown, and how red the upper edge is."""
    size: list[int] = page.evaluate(
        """async (id) => {
          const open = indexedDB.open("sightline");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const asked = db.transaction("photo_bytes").objectStore("photo_bytes").get(id);
          const row = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
          db.close();
          const image = await createImageBitmap(new Blob([row.bytes]));
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const [red, green] = context.getImageData(image.width / 2, 20, 1, 1).data;
          return [image.width, image.height, red - green];
        }""",
        photo_id,
    )
    return size


def test_twelve_megapixels_held_upright_are_kept_upright_and_small(page: Page, tmp_path: Path) -> None:
    photo = pictures.camera_jpeg(tmp_path, turned=True)
    kept = save_with(page, photo)
    width, height, red = size_of(page, kept["id"])
    assert (width, height) == (1536, 2048)
    assert red > 100, "the picture is not the right way up"
    assert kept["content_type"] == "image/jpeg"
    assert kept["size_bytes"] < photo.stat().st_size
    assert kept["place"]["accuracy_m"] == 6
    assert kept["place"]["fix_at"] <= kept["taken_at"]


def test_forty_eight_megapixels_survive(page: Page, tmp_path: Path) -> None:
    kept = save_with(page, pictures.camera_jpeg(tmp_path, width=8000, height=6000))
    width, height, red = size_of(page, kept["id"])
    assert (width, height) == (2048, 1536)
    assert red > 100


def test_where_photos_may_go_to_court_the_cameras_own_bytes_are_sent(
    street: BrowserContext, page: Page, tmp_path: Path
) -> None:
    photo = pictures.camera_jpeg(tmp_path)
    kept = save_with(page, photo, words="dumped sofa", note="For the court")
    assert kept["sha256"] == pictures.sha256(photo)
    assert kept["size_bytes"] == photo.stat().st_size
    street.set_offline(False)
    warden.outbox_is_empty(page)
    (row,) = warden.on_server(page, "For the court")
    assert row["photos_missing"] == 0


def test_a_heic_that_this_browser_cannot_open_is_kept_as_it_is_and_arrives(
    street: BrowserContext, page: Page, tmp_path: Path
) -> None:
    photo = pictures.heic(tmp_path)
    # Some phones say nothing about its type, some call it a JPEG: what counts is what is in it.
    unnamed = photo.rename(tmp_path / "picture.jpg")
    kept = save_with(page, unnamed, note="From an iPhone")
    assert kept["content_type"] == "image/heic"
    assert kept["sha256"] == pictures.sha256(unnamed)
    street.set_offline(False)
    warden.outbox_is_empty(page)
    (row,) = warden.on_server(page, "From an iPhone")
    assert row["photos_missing"] == 0


def test_files_that_are_no_photo_say_so_and_the_good_one_beside_them_is_kept(page: Page, tmp_path: Path) -> None:
    good = pictures.camera_jpeg(tmp_path, width=800, height=600)
    half = tmp_path / "half.jpg"
    half.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    empty = tmp_path / "empty.jpg"
    empty.touch()
    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear Sir")
    warden.begin_report(page, good)
    warden.pick_category(page, "litter")
    for file, words in ((half, "This photo is broken"), (empty, "came out empty"), (letter, "not a photo")):
        page.get_by_role("button", name="More").click()
        page.locator("input[data-photo=choose]").set_input_files(file)
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible(timeout=READY_WITHIN_MS)
        photos_ready(page, 1)
    warden.save(page)
    (kept,) = warden.kept(page, "photos")
    # Small already: nothing was drawn anew.
    assert kept["sha256"] == pictures.sha256(good)


def test_ten_photos_at_once_are_made_ready_one_after_the_other(page: Page, tmp_path: Path) -> None:
    page.evaluate(
        """() => {
          window.under = 0;
          window.most = 0;
          window.Worker = class extends Worker {
            constructor(...all) {
              super(...all);
              this.addEventListener("message", () => { window.under -= 1; });
            }
            postMessage(...all) {
              window.most = Math.max(window.most, (window.under += 1));
              super.postMessage(...all);
            }
          };
        }"""
    )
    page.get_by_role("button", name="Report a problem").click()
    photo = pictures.camera_jpeg(tmp_path, width=3200, height=2400)
    page.locator("input[data-photo=choose]").set_input_files([photo] * 11)
    page.wait_for_url("**step=category")
    warden.pick_category(page, "litter")
    photos_ready(page, 10)
    expect(page.get_by_text("A report holds 10 photos: one was left out.")).to_be_visible()
    assert page.evaluate("window.most") == 1
    warden.save(page)
    kept = warden.kept(page, "photos")
    assert len({each["id"] for each in kept}) == 10


def test_without_its_worker_the_phone_makes_the_photo_ready_itself(street: BrowserContext, tmp_path: Path) -> None:
    page = street.new_page()
    page.add_init_script("window.Worker = class { constructor() { throw new Error('no worker here'); } }")
    warden.sign_in(page)
    kept = save_with(page, pictures.camera_jpeg(tmp_path))
    assert kept["content_type"] == "image/jpeg"


def test_the_browser_is_asked_to_keep_what_is_here_at_the_first_save(street: BrowserContext, tmp_path: Path) -> None:
    page = street.new_page()
    page.add_init_script(
        """window.asked = 0;
        StorageManager.prototype.persisted = async () => false;
        StorageManager.prototype.persist = async () => { window.asked += 1; return true; };"""
    )
    warden.sign_in(page)
    photo = pictures.camera_jpeg(tmp_path, width=800, height=600)
    page.get_by_role("button", name="Report a problem").click()
    page.locator("input[data-photo=camera]").set_input_files(photo)
    warden.pick_category(page, "litter")
    assert page.evaluate("window.asked") == 0
    warden.save(page)
    page.get_by_role("button", name="Report another").click()
    page.locator("input[data-photo=camera]").set_input_files(photo)
    warden.pick_category(page, "litter")
    warden.save(page)
    assert page.evaluate("window.asked") == 1
