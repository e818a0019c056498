"""What every story does the same way: sign in, take a photo, report what is found, look up its job."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from audits.models import Defect
from deploy import packages
from jobs.models import Job
from places.models import Area, AreaKind, LandParcel
from tests.chromium import FLAGS
from tests.journeys.steps import Steps

PASSWORD = "demo-sightline"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1440, "height": 900}}


@dataclass(frozen=True)
class Finding:
    """What the warden meets, and what should become of it."""

    land: str
    search: str
    label: str
    organisation: str
    crew: str
    note: str


@contextlib.contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium without a window, for the length of a story."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=packages.browser(), args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(browser: Browser, address: str, username: str, screen: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(
        **screen,
        base_url=address,
        locale="en-GB",
        timezone_id="Europe/London",
        permissions=["geolocation", "background-sync"],
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return context


def report(context: BrowserContext, phone: Page, finding: Finding, steps: Steps) -> str:
    """Report through the screens, as a warden does; the id that the phone gave the defect."""
    context.set_geolocation({**somewhere_on(finding.land), "accuracy": 6})
    phone.goto("/today")
    phone.get_by_text("Report a problem").first.click()
    phone.locator("input[data-photo=camera]").first.set_input_files(photo(finding.label))
    phone.get_by_label("Find it by a word").wait_for()
    steps.see(phone, f"{finding.organisation} category")
    phone.get_by_label("Find it by a word").fill(finding.search)
    phone.get_by_role("list", name="Found").get_by_text(finding.label).click()
    phone.get_by_label("Note for the crew").fill(finding.note)
    phone.get_by_text("Place known within 6 m").or_(phone.get_by_text("within 6 m")).first.wait_for()
    steps.see(phone, f"{finding.organisation} details")
    phone.get_by_role("button", name="Save", exact=True).click()
    link = phone.locator("a.saved-card")
    link.wait_for()
    phone.get_by_text("On this phone").first.wait_for()
    steps.see(phone, f"{finding.organisation} saved")
    return str(link.get_attribute("href")).rsplit("/", 1)[-1]


def job_of(defect_id: str) -> Job | None:
    return Job.objects.select_related("organisation", "defect", "service_level").filter(defect=defect_id).first()


def somewhere_on(land: str) -> dict[str, float]:
    """A place on this kind of land, away from what is known already."""
    parcels = list(LandParcel.objects.filter(land_type=land).annotate(inside=PointOnSurface("boundary")))
    random.shuffle(parcels)
    for parcel in parcels:
        here = parcel.inside
        around = set(Area.objects.containing(here).values_list("kind", flat=True))
        # In a declared hotspot the time is halved: that is another story.
        if AreaKind.WARD not in around or AreaKind.HOTSPOT in around:
            continue
        near = Defect.objects.unresolved().filter(point__dwithin=(here, 0.001)).exists()
        if LandParcel.objects.containing(here).first() == parcel and not near:
            return {"longitude": here.x, "latitude": here.y}
    raise RuntimeError(f"There is no {land} parcel without a known problem.")


def photo(words: str) -> dict[str, Any]:
    """A photo as a phone takes it: large, and noisy enough to weigh something."""
    noise = Image.effect_noise((1600, 1200), 60).convert("RGB")
    ImageDraw.Draw(noise).rectangle((300, 300, 1300, 900), fill=(110, 90, 70))
    ImageDraw.Draw(noise).text((600, 580), words, fill="white", font_size=60)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=85)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
