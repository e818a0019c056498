"""Olu the officer looks at the result of a walk, makes its report and signs it off; Morgan opens it again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.state import CHECKOUT
from tests.browser.conftest import DESK, LiveStack
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
AT_DESK = {**DESK, "is_mobile": False, "has_touch": False}


@pytest.fixture(scope="module")
def audit(live_stack: LiveStack) -> str:
    """A walk that is finished and not signed off, with photos and residents' words; its id."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.insight.in_demo", "6", "4"],
        cwd=CHECKOUT, env=live_stack.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-3000:]
    return made.stdout.split()[-1]


def visit(page: Page, address: str, sign: str) -> None:
    page.goto(address)
    expect(page.locator(sign).first).to_be_visible(timeout=45_000)


@pytest.mark.parametrize("look", [AT_DESK, {}, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
def test_result_and_report_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, look: dict[str, object], request: pytest.FixtureRequest, audit: str
) -> None:
    page = open_phone(**look).new_page()
    sign_in(page, "officer")
    visit(page, f"/audits/{audit}/result", ".verdict")
    page.locator(".result-section summary").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    see(page, screenshots, f"result-{request.node.callspec.id}")
    fits_everyone(page, phone=look is not AT_DESK)
    visit(page, f"/audits/{audit}/report", ".report-preview")
    preview = page.frame_locator(".report-preview")
    expect(preview.get_by_role("heading", name="At a glance")).to_be_visible(timeout=30_000)
    see(page, screenshots, f"report-{request.node.callspec.id}")
    fits_everyone(page, phone=look is not AT_DESK)
    if look == {}:
        for address, sign in ((f"/audits/{audit}/result", ".verdict"), (f"/audits/{audit}/report", ".report-preview")):
            visit(page, address, sign)
            at_twice_the_size(page)
            fits_everyone(page)


def test_the_report_is_made_with_its_progress_and_downloaded(
    open_phone: OpenPhone, screenshots: Path, tmp_path: Path, audit: str
) -> None:
    page = open_phone(**AT_DESK).new_page()
    sign_in(page, "manager")
    visit(page, f"/audits/{audit}/report", ".report-preview")
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.locator(".report-file progress")).to_be_visible()
    download = page.get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=180_000)
    see(page, screenshots, "report-made")
    with page.expect_download() as coming:
        download.click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    with pypdfium2.PdfDocument(path) as pdf:
        assert len(pdf) > 5
        assert "Draft" in pdf[0].get_textpage().get_text_range()
    page.get_by_text("For residents").click()
    expect(page.get_by_text("Read it before you hand it out")).to_be_visible()
    heading = page.frame_locator(".report-preview").get_by_role("heading", name="You said, we do")
    expect(heading).to_be_visible(timeout=30_000)
    see(page, screenshots, "report-for-residents")


def test_it_is_signed_with_name_time_and_fingerprint_and_opened_again_with_a_reason(
    open_phone: OpenPhone, screenshots: Path, audit: str
) -> None:
    officer = open_phone().new_page()
    sign_in(officer, "officer")
    visit(officer, f"/audits/{audit}/result", ".verdict")
    officer.get_by_role("button", name="Sign off").click()
    see(officer, screenshots, "result-signing")
    officer.get_by_label("Anything to say with it").fill("Seen with the housing officer.")
    officer.get_by_role("button", name="Put my name to it").click()
    expect(officer.get_by_role("heading", name="Signed off")).to_be_visible()
    expect(officer.get_by_text("Seen with the housing officer.")).to_be_visible()
    fits_everyone(officer, phone=True)
    see(officer, screenshots, "result-signed")
    expect(officer.get_by_role("button", name="Open it again")).to_have_count(0)

    manager = open_phone(**AT_DESK).new_page()
    sign_in(manager, "manager")
    visit(manager, f"/audits/{audit}/result", ".verdict")
    manager.get_by_role("button", name="Open it again").click()
    again = manager.get_by_role("dialog").get_by_role("button", name="Open it again")
    expect(again).to_be_disabled()
    manager.get_by_label("Why").fill("A phone came back with two answers.")
    again.click()
    expect(manager.get_by_role("button", name="Sign off")).to_be_visible()
