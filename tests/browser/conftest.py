"""The running stack and a phone-sized browser for it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from deploy import installs, packages, programs
from tests import running
from tests.chromium import FLAGS
from tests.servers import Servers, with_database, with_redis_database

DATABASE = "sightline_live"
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK = {"viewport": {"width": 1366, "height": 900}}
DEMO_PASSWORD = "demo-sightline"


@dataclass(frozen=True)
class LiveStack:
    """Web server, workers and beat on a database of their own with the demo borough."""

    address: str
    env: dict[str, str]
    programs: dict[str, running.Running]


@pytest.fixture(scope="session")
def live_stack(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    installs.ensure_pwa_built()
    folder = tmp_path_factory.mktemp("live")
    port = servers.state.port("web")
    env = {
        **servers.env,
        "DATABASE_URL": with_database(servers.env["DATABASE_URL"], DATABASE),
        # The tests empty theirs before each test.
        "REDIS_URL": with_redis_database(servers.env["REDIS_URL"], 2),
        "SIGHTLINE_PHOTO_FOLDER": str(folder / "photos"),
        "SIGHTLINE_WEB_WORKERS": "1",
    }
    _fresh_database(servers)
    running.manage(["migrate", "--no-input", "-v", "0"], env)
    running.manage(["make_demo_borough"], env)
    started = {
        program.name: running.Running(program, env, folder / f"{program.name}.log")
        for program in (
            programs.web(port),
            programs.worker("default", 1),
            programs.worker("photos", 1),
            programs.beat(servers.state),
        )
    }
    address = f"http://127.0.0.1:{port}"
    try:
        running.wait_for(
            lambda: _ready(address),
            seconds=60,
            what=lambda: f"the stack is not ready:\n{started['web'].log()[-3000:]}",
        )
        for name in ("default-worker", "photos-worker"):
            started[name].wait_for_line(r"ready\.|is ready")
        yield LiveStack(address, env, started)
    finally:
        for program in started.values():
            program.process.terminate()
        for program in started.values():
            program.stop()


def _fresh_database(servers: Servers) -> None:
    server = with_database(servers.env["DATABASE_URL"], "postgres").replace("postgis://", "postgresql://")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database if exists {DATABASE} with (force)")
        connection.execute(f"create database {DATABASE}")


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(executable_path=packages.browser(), args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def open_phone(chromium: Browser, live_stack: LiveStack) -> Iterator[Callable[..., BrowserContext]]:
    """Opens phones, each a browser of its own: `open_phone(geolocation=…, **options)`.

    They ask for no motion: what is measured in the middle of a fade is neither the old nor the new colour.
    """
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        asked = {"permissions": ["geolocation", "background-sync"], "locale": "en-GB", "reduced_motion": "reduce"}
        context = chromium.new_context(**{"base_url": live_stack.address, **PHONE, **asked, **options})  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def phone(open_phone: Callable[..., BrowserContext]) -> Page:
    """A page on a phone that nobody has signed in to."""
    return open_phone().new_page()


@pytest.fixture
def desk(open_phone: Callable[..., BrowserContext]) -> Page:
    """A page on a desk's screen that nobody has signed in to."""
    return open_phone(**DESK, has_touch=False, is_mobile=False, device_scale_factor=1).new_page()


@pytest.fixture
def screenshots() -> Path:
    folder = Path("var/screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
