"""The service worker sends what is on the phone when no window of Sightline is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import warden
from tests.browser.screens import until
from tests.browser.warden import SENT_WITHIN_MS

ON_RAKER_STREET = {"longitude": 1.5974931, "latitude": 53.3092457, "accuracy": 6}
TAG = "sightline-outbox"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return warden.a_photo(tmp_path)


def test_what_was_saved_without_signal_goes_though_sightline_is_closed(
    open_phone: Callable[..., BrowserContext], photo: Path
) -> None:
    street = open_phone(geolocation=ON_RAKER_STREET)
    page = street.new_page()
    warden.sign_in(page)
    warden.wait_until_works_offline(page)
    street.set_offline(True)
    warden.report(page, photo, note="Sent by nobody's window")
    page.goto("about:blank")
    street.set_offline(False)

    _signal_returns(street, page)

    elsewhere = open_phone().new_page()
    warden.sign_in(elsewhere)
    until(
        elsewhere,
        """async () => {
          const rows = (await (await fetch("/api/defects?raised_by=me&page_size=200")).json()).results;
          const row = rows.find((one) => one.note === "Sent by nobody's window");
          return row !== undefined && row.photos.length === 1 && row.photos_missing === 0;
        }""",
        seconds=SENT_WITHIN_MS / 1000,
    )
    assert len(warden.on_server(elsewhere, "Sent by nobody's window")) == 1
    page.goto("/outbox")
    warden.outbox_is_empty(page)
    assert warden.kept(page, "photo_bytes") == []


def _signal_returns(phone: BrowserContext, page: Page) -> None:
    """What the browser does when there is signal again: it wakes the worker. Here without waiting for its time."""
    devtools = phone.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    for _ in range(100):
        ours = [one for one in registrations if not one["isDeleted"] and one["scopeURL"].startswith("http://127.0.0.1")]
        if ours:
            break
        page.wait_for_timeout(100)
    origin = ours[-1]["scopeURL"].rstrip("/")
    asked = {"origin": origin, "registrationId": ours[-1]["registrationId"], "tag": TAG, "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", asked)
