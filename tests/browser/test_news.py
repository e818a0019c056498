"""What I hear of, on a phone and at a desk; what the service worker does with a push message.

Chromium can't subscribe here: that asks the phone maker's service. So the browser's own tools hand the worker
what such a service would (tests/news proves that what the server seals is opened by the phone's keys), and a
click is dispatched in the worker.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import warden
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in, until

pytestmark = pytest.mark.browser
ASKED = ["geolocation", "notifications"]


def me(page: Page) -> str:
    """The id of who is signed in."""
    return str(warden.ask(page, "/api/session")["person"]["id"])


def open_hearing(page: Page) -> None:
    page.goto("/me")
    page.get_by_role("link", name="What I hear of").click()
    expect(page.get_by_role("heading", name="What I hear of")).to_be_visible()
    expect(page.get_by_role("group", name="What becomes of my reports")).to_be_visible()


def test_a_warden_chooses_on_the_phone_and_it_is_kept(
    open_phone: Callable[..., BrowserContext], screenshots: Path
) -> None:
    page = warden.signed_in(open_phone(permissions=ASKED))
    open_hearing(page)
    email = page.get_by_role("button", name="E-mail: What becomes of my reports")
    expect(email).to_have_attribute("aria-pressed", "false")
    email.click()
    page.get_by_label("Quiet hours").check()
    page.get_by_label("Until", exact=True).fill("06:30")
    page.get_by_label("E-mail comes at").select_option("18")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    see(page, screenshots, "news-hearing-phone")
    fits_everyone(page, phone=True)

    until(
        page,
        """async () => {
          const kept = await (await fetch("/api/news/preferences")).json();
          return kept.quiet_until === "06:30" && kept.digest_hour === 18;
        }""",
    )
    page.reload()
    expect(email).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Until", exact=True)).to_have_value("06:30")
    at_twice_the_size(page)
    see(page, screenshots, "news-hearing-phone-large")
    fits_everyone(page, phone=True)


def test_quiet_hours_without_an_end_are_named_and_not_kept(open_phone: Callable[..., BrowserContext]) -> None:
    page = warden.signed_in(open_phone(permissions=ASKED))
    open_hearing(page)
    page.get_by_label("Quiet hours").check()
    page.get_by_label("Until", exact=True).fill("")
    expect(page.get_by_text("Write a beginning and an end.")).to_be_visible()


def test_a_phone_that_can_not_reach_its_push_service_says_so_and_stays_off(
    open_phone: Callable[..., BrowserContext],
) -> None:
    page = warden.signed_in(open_phone(permissions=ASKED))
    open_hearing(page)
    page.get_by_role("button", name="Turn notifications on").click()
    expect(page.get_by_role("alert")).to_contain_text("could not reach its push service")
    expect(page.get_by_text("Off. Nothing comes here.")).to_be_visible()
    assert warden.ask(page, "/api/news/push")["phones"] == []


def test_without_a_mail_server_the_screen_says_so_in_words(desk: Page, screenshots: Path) -> None:
    sign_in(desk, "manager")
    desk.goto("/me/news")
    expect(desk.get_by_text("E-mail is not set up on this server.")).to_be_visible()
    expect(desk.get_by_role("heading", name="Whom messages do not reach")).to_be_visible()
    see(desk, screenshots, "news-hearing-desk")
    fits_everyone(desk)


def test_news_are_listed_and_ticked_off(open_phone: Callable[..., BrowserContext], screenshots: Path) -> None:
    page = warden.signed_in(open_phone(permissions=ASKED))
    page.goto("/news")
    expect(page.locator(".news-item").first).to_be_visible()
    see(page, screenshots, "news-list-phone")
    fits_everyone(page, phone=True)
    all_seen = page.get_by_role("button", name="as seen")
    if all_seen.is_visible():
        all_seen.click()
    expect(page.locator(".news-unread")).to_have_count(0)
    until(page, "fetch('/api/news?kinds=all').then((a) => a.json()).then((a) => a.unread === 0)")


# ── The worker ───────────────────────────────────────────────────────────────


def deliver(phone: BrowserContext, page: Page, data: str) -> None:
    """What the browser does when its push service brings something."""
    devtools = phone.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    for _ in range(100):
        if ours := [one for one in found if not one["isDeleted"] and one["scopeURL"].startswith("http://127.0.0.1")]:
            break
        page.wait_for_timeout(100)
    where = {"origin": ours[-1]["scopeURL"].rstrip("/"), "registrationId": ours[-1]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", {**where, "data": data})


def shown(page: Page, count: int) -> list[dict[str, Any]]:
    """The notifications that stand there, once there are so many."""
    script = """async (count) => {
      const worker = await navigator.serviceWorker.ready;
      for (;;) {
        const all = await worker.getNotifications();
        if (all.length === count) return all.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
        await new Promise((next) => setTimeout(next, 100));
      }
    }"""
    return list(page.evaluate(script, count))


def told(person: str, **more: str) -> str:
    usual = {"id": "n1", "person": person, "title": "Fixed", "body": "Fixed: fly-tip at Mere Road.", "path": "/reports"}
    return json.dumps({**usual, **more})


def test_the_worker_shows_what_came_once_however_often_it_comes(open_phone: Callable[..., BrowserContext]) -> None:
    phone = open_phone(permissions=ASKED)
    page = warden.signed_in(phone)
    person = me(page)
    for _ in "12":
        deliver(phone, page, told(person))
    deliver(phone, page, told(person, id="n2", body="Another."))
    assert shown(page, 2) == [
        {"title": "Fixed", "body": "Fixed: fly-tip at Mere Road.", "tag": "n1", "data": {"path": "/reports"}},
        {"title": "Fixed", "body": "Another.", "tag": "n2", "data": {"path": "/reports"}},
    ]


@pytest.mark.parametrize("data", [told("somebody-else"), "not json", "{}", "null", '{"body": 7, "id": "x"}'])
def test_the_worker_tells_nobody_of_anothers_news_and_stumbles_over_nothing(
    open_phone: Callable[..., BrowserContext], data: str
) -> None:
    phone = open_phone(permissions=ASKED)
    page = warden.signed_in(phone)
    deliver(phone, page, data)
    [only] = shown(page, 1)
    assert (only["title"], only["body"]) == ("News from Sightline", "Open Sightline to see it.")


def click(phone: BrowserContext) -> str:
    """A tap on the notification that stands there; the screen that the worker then asks the browser to open.

    The browser itself opens windows for real taps only, so what the worker asks is read instead.
    """
    [worker] = [one for one in phone.service_workers if one.url.endswith("/sw.js")]
    return str(
        worker.evaluate(
            """async () => {
              const [notification] = await registration.getNotifications();
              const asked = new Promise((done) => { clients.openWindow = (path) => { done(path); return null; }; });
              self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
              return asked;
            }"""
        )
    )


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("/reports?show=fixed", "/reports?show=fixed"),
        ("https://elsewhere.example/x", "/news"),
        ("//elsewhere", "/news"),
    ],
)
def test_a_tap_opens_the_screen_never_another_site_and_takes_no_open_window_away(
    open_phone: Callable[..., BrowserContext], path: str, opened: str
) -> None:
    phone = open_phone(permissions=ASKED)
    page = warden.signed_in(phone)
    here = page.url
    deliver(phone, page, told(me(page), path=path))
    shown(page, 1)
    assert click(phone) == opened
    assert shown(page, 0) == []
    assert page.url == here
