"""The action plan of an audit in the browser: Olu writes it on the phone, the manager approves it at the desk, a
job that is closed is done in it, and everybody finds what is overdue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import cast, running
from tests.browser.conftest import DESK
from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
AT_DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
SENT_WITHIN_MS = 20_000


def sent(page: Page, *operations: dict[str, Any]) -> None:
    """Send these as the phone of whoever is signed in there does."""
    token = next(each["value"] for each in page.context.cookies() if each["name"] == "csrftoken")
    answer = page.request.post(
        "/api/sync/push",
        data={"device_id": cast.new_id(), "operations": list(operations)},
        headers={"X-CSRFToken": token},
    )
    results = answer.json()["results"]
    assert [each["status"] for each in results] == ["applied"] * len(operations), results


def walked(page: Page) -> str:
    """The officer walked an estate: two defects, a gate that does not lock, and what a resident said. Its id."""
    audit, now = cast.new_id(), dt.datetime.now(dt.UTC)
    began = (now - dt.timedelta(hours=2)).isoformat()
    place = {**where_routes_lead(page), "source": "gps"}
    checklists = page.request.get("/api/checklists/published").json()
    rows = checklists if isinstance(checklists, list) else checklists["results"]
    walk = next(row for row in rows if row["code"] == "estate-walk")
    sent(
        page,
        cast.operation(
            "begin_audit",
            {
                "audit_id": audit,
                "checklist": walk["code"],
                "checklist_version": walk["version"],
                "title": "Garages behind the parade",
                "started_at": began,
                "trigger": "Complaints since summer",
                "risk": {"done": True, "note": ""},
            },
        ),
    )
    defects = [
        cast.operation("raise_defect", cast.defect_payload(place=place, patrol_id=audit, note=note, **more))
        for note, more in (
            ("Two panels out behind number 4", {}),
            ("Dumped beds and a fridge", {"category": "FT-GEN", "severity": 2}),
        )
    ]
    gate = {
        "answer_id": cast.new_id(),
        "audit_id": audit,
        "question": "S2",
        "value": "fail",
        "note": "Laurel over head height along the path",
        "at": began,
    }
    said = {
        "concern_id": cast.new_id(),
        "audit_id": audit,
        "kind": "concern",
        "text": "My daughter walks the long way round after dark",
        "said_by": "A resident",
        "at": began,
    }
    sent(page, *defects, cast.operation("answer_question", gate), cast.operation("note_concern", said))
    sent(page, cast.operation("finish_audit", {"audit_id": audit, "at": now.isoformat()}))
    fly_tip = defects[1]["payload"]["defect_id"]
    running.wait_for(lambda: has_a_job(page, fly_tip), seconds=30, what=lambda: "the fly-tip has no job")
    return audit


def where_routes_lead(page: Page) -> dict[str, Any]:
    """A place of the borough where somebody has a job already, so that what is raised there finds an owner."""
    known = page.request.get("/api/defects?status=routed&category=FT-GEN&page_size=50").json()["results"]
    return dict(next(row["place"] for row in known if row["job"]))


def has_a_job(page: Page, defect: str) -> bool:
    return bool(page.request.get(f"/api/defects/{defect}").json().get("job"))


def opened(open_phone: OpenPhone, username: str, address: str, **look: object) -> Page:
    page = open_phone(**look).new_page()
    sign_in(page, username)
    if address:
        page.goto(address)
    return page


def in_plan(page: Page, title: str) -> Any:
    return page.locator(".plan-action", has_text=title)


def in_days(days: int) -> str:
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)).isoformat()


def test_a_plan_is_written_on_the_phone_approved_at_the_desk_and_done(open_phone: OpenPhone, screenshots: Path) -> None:
    olu = opened(open_phone, "officer", "")
    audit = walked(olu)
    takes_what_the_walk_found(olu, audit, screenshots)
    adds_a_fence_and_advice(olu, screenshots)
    submits_it_once_all_is_there(olu, screenshots)
    mo = opened(open_phone, "manager", f"/audits/{audit}/plan", **AT_DESK)
    approves_it_with_upkeep(mo, screenshots)
    action = starts_one_and_comments(mo, screenshots)
    says_that_it_is_done(olu, action, screenshots)


def takes_what_the_walk_found(olu: Page, audit: str, screenshots: Path) -> None:
    olu.goto(f"/audits/{audit}/plan")
    proposals = olu.locator(".plan-proposal")
    expect(proposals).to_have_count(4, timeout=SENT_WITHIN_MS)
    expect(olu.get_by_text("The plan is empty")).to_be_visible()
    see(olu, screenshots, "plan-phone-empty")
    fits_everyone(olu, phone=True)

    # What has a job has an owner and a day from there.
    proposals.filter(has_text="Dumped waste").get_by_role("button", name="Add").click()
    expect(in_plan(olu, "Dumped waste")).to_contain_text("with EMS")
    expect(in_plan(olu, "Dumped waste")).not_to_contain_text("Still needs")
    expect(olu.get_by_text(re.compile(r"P-\d+ is in the plan"))).to_be_visible()
    expect(proposals).to_have_count(3)
    laurel = proposals.filter(has_text="Shrubs below 1 m")
    laurel.get_by_role("button", name="Add").click()
    expect(in_plan(olu, "Shrubs below 1 m")).to_contain_text("Still needs an owner and a due day")


def adds_a_fence_and_advice(olu: Page, screenshots: Path) -> None:
    olu.get_by_role("button", name="Add an action").click()
    olu.get_by_label("What is to be done").fill("Build a fence along the garages")
    olu.get_by_role("dialog").get_by_label("Owner").select_option(index=1)
    olu.get_by_label("Due day").fill(in_days(60))
    olu.get_by_label("Cost", exact=True).select_option("5000_to_25000")
    olu.get_by_text("It builds something that has to be kept up").click()
    see(olu, screenshots, "plan-phone-adding")
    fits_everyone(olu, phone=True)
    olu.get_by_role("button", name="Add it to the plan").click()
    expect(in_plan(olu, "Build a fence")).to_contain_text("Still needs word of who keeps it up")

    olu.get_by_role("button", name="Recommend").click()
    olu.get_by_label("Attribute of Safer Places").select_option("surveillance")
    olu.get_by_label("What you recommend, and why").fill("Keep shrubs under one metre, so that homes see the path.")
    olu.get_by_role("button", name="Keep it").click()
    expect(olu.locator(".plan-advice")).to_contain_text("homes see the path")


def submits_it_once_all_is_there(olu: Page, screenshots: Path) -> None:
    """What has neither owner nor day is named."""
    olu.get_by_role("button", name="Submit for approval").click()
    olu.get_by_role("button", name="Submit it").click()
    expect(olu.get_by_role("alert")).to_contain_text("needs an owner and a due day")
    olu.get_by_role("button", name="Not now").click()
    # What was added by mistake is taken out, and can be added again.
    olu.locator(".plan-proposal", has_text="My daughter").get_by_role("button", name="Add").click()
    in_plan(olu, "My daughter").get_by_role("button", name="Change").click()
    olu.get_by_role("button", name=re.compile(r"Drop P-\d+")).click()
    expect(in_plan(olu, "My daughter")).to_contain_text("Dropped")
    expect(olu.locator(".plan-proposal", has_text="My daughter")).to_be_visible()
    in_plan(olu, "Shrubs below 1 m").get_by_role("button", name="Change").click()
    olu.get_by_role("dialog").get_by_label("Owner").select_option(index=1)
    olu.get_by_label("Due day").fill(in_days(21))
    olu.get_by_role("button", name="Keep the change").click()
    expect(in_plan(olu, "Shrubs below 1 m")).to_contain_text("in 21 days")
    see(olu, screenshots, "plan-phone-written")
    olu.get_by_role("button", name="Submit for approval").click()
    see(olu, screenshots, "plan-phone-submitting")
    olu.get_by_role("button", name="Submit it").click()
    expect(olu.get_by_text("It waits for the council's managers to approve it")).to_be_visible()
    expect(olu.get_by_role("button", name="Submit for approval")).to_have_count(0)


def approves_it_with_upkeep(mo: Page, screenshots: Path) -> None:
    """No fence without upkeep, or a reason."""
    expect(in_plan(mo, "Build a fence")).to_be_visible(timeout=SENT_WITHIN_MS)
    see(mo, screenshots, "plan-desk-submitted")
    fits_everyone(mo)
    mo.get_by_role("button", name="Approve 3 actions").click()
    mo.get_by_role("button", name="Approve it").click()
    expect(mo.get_by_role("alert")).to_contain_text("who keeps it up")
    see(mo, screenshots, "plan-desk-not-approved")
    fits_everyone(mo)
    mo.get_by_role("button", name="Not now").click()
    in_plan(mo, "Build a fence").get_by_role("button", name="Change").click()
    mo.get_by_label("Who keeps it up").fill("Housing")
    mo.get_by_label("For how many years").fill("10")
    see(mo, screenshots, "plan-desk-changing")
    fits_everyone(mo)
    mo.get_by_role("button", name="Keep the change").click()
    expect(in_plan(mo, "Build a fence")).to_contain_text("Kept up by Housing for 10 years")
    mo.get_by_role("button", name="Approve 3 actions").click()
    mo.get_by_role("button", name="Approve it").click()
    expect(mo.get_by_text("approved it for the partnership")).to_be_visible()
    see(mo, screenshots, "plan-desk-approved")
    fits_everyone(mo)


def starts_one_and_comments(mo: Page, screenshots: Path) -> str:
    """Over all plans, then on one action; its address."""
    mo.goto("/plans")
    expect(in_plan(mo, "Build a fence")).to_be_visible(timeout=SENT_WITHIN_MS)
    see(mo, screenshots, "plans-desk")
    fits_everyone(mo)
    in_plan(mo, "Shrubs below 1 m").get_by_role("link").first.click()
    expect(mo.get_by_role("heading", name="How does it go?")).to_be_visible()
    mo.get_by_label("Write a comment").fill("Before the nesting season, please")
    mo.get_by_role("button", name="Send it").click()
    expect(mo.locator(".plan-thread")).to_contain_text("nesting season")
    mo.get_by_role("button", name="It has started").click()
    mo.get_by_role("dialog").get_by_role("button", name="It has started").click()
    expect(mo.locator(".story")).to_contain_text("Started")
    see(mo, screenshots, "action-desk")
    fits_everyone(mo)

    return mo.url


def says_that_it_is_done(olu: Page, action: str, screenshots: Path) -> None:
    olu.goto(action)
    expect(olu.locator(".plan-thread")).to_contain_text("nesting season", timeout=SENT_WITHIN_MS)
    see(olu, screenshots, "action-phone")
    fits_everyone(olu, phone=True)
    olu.get_by_role("button", name="It was not done").click()
    olu.get_by_role("dialog").get_by_role("button", name="It was not done").click()
    expect(olu.get_by_text("Say why, so that others need not ask")).to_be_visible()
    olu.get_by_role("button", name="Not now").click()
    olu.get_by_role("button", name="It is done").click()
    olu.get_by_role("dialog").get_by_role("button", name="It is done").click()
    expect(olu.locator(".top-bar")).to_contain_text("Done")
    olu.goto("/plans")
    expect(in_plan(olu, "Build a fence")).to_be_visible(timeout=SENT_WITHIN_MS)
    expect(in_plan(olu, "Shrubs below 1 m")).to_have_count(0)
    see(olu, screenshots, "plans-phone")
    fits_everyone(olu, phone=True)
    olu.get_by_role("button", name="Filters").click()
    expect(olu.get_by_label("Area")).to_be_visible()
    fits_everyone(olu, phone=True)
    at_twice_the_size(olu)
    fits_everyone(olu)


def test_a_councillor_reads_no_plan_that_is_not_approved(open_phone: OpenPhone, screenshots: Path) -> None:
    olu = opened(open_phone, "officer", "")
    audit = walked(olu)
    clive = opened(open_phone, "councillor", f"/audits/{audit}/plan", **DESK, is_mobile=False, has_touch=False)
    expect(clive.get_by_text("It may not be approved yet")).to_be_visible(timeout=SENT_WITHIN_MS)
    see(clive, screenshots, "plan-councillor")
    fits_everyone(clive)
