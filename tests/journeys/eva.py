"""An Environmental Visual Audit by two people without signal, its plan, its approval, and the re-visit.

An officer begins a walk of an estate, a warden walks along. Both lose signal; each answers, one question
differently; a failed answer becomes a defect with a photo. With signal both answers are there: the officer
decides in the open, finishes, and signs off. The plan takes what was found, the manager approves it, the
report is made as a PDF. The re-visit asks, without signal, what became of each thing.
"""

from __future__ import annotations

import re

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import Count
from playwright.sync_api import Browser, BrowserContext, Page

from audits.models import Action, Answer, Audit, Defect, Judgement, Plan
from jobs.models import Job
from places.models import Area, AreaKind, LandParcel, LandType
from tests.journeys.acting import DESK, PHONE, a_browser, photo, sign_in
from tests.journeys.steps import Steps

CHECKLIST = "Quick estate walk"


def run(address: str, steps: Steps) -> None:
    """The whole story. Raises ``Missing`` at the first thing that did not happen."""
    with a_browser() as browser:
        _story(browser, address, steps)


def _story(browser: Browser, address: str, steps: Steps) -> None:
    area, here = _an_area_to_walk()
    officer, warden = (sign_in(browser, address, name, PHONE) for name in ("officer", "warden"))
    for context in (officer, warden):
        context.set_geolocation({"longitude": here.x, "latitude": here.y, "accuracy": 6})
    audit = _begun(officer.pages[0], area, steps)
    _walked_along(warden.pages[0], audit, steps)
    defect = _answered_without_signal(officer, warden, audit, steps)
    _decided_in_the_open(officer.pages[0], audit, steps)
    _finished_and_signed(officer.pages[0], audit, steps)
    desk = _planned_and_approved(browser, address, officer.pages[0], audit, defect, steps)
    _reported(desk, audit, steps)
    _visited_again(officer, audit, defect, steps)


def _an_area_to_walk() -> tuple[Area, Point]:
    """An estate or ward, of those that were walked least, and a place in it on council housing land."""
    areas = Area.objects.filter(kind__in=[AreaKind.ESTATE, AreaKind.WARD]).annotate(walks=Count("audits"))
    for area in areas.order_by("walks", "kind", "?"):
        housing = LandParcel.objects.filter(
            land_type=LandType.COUNCIL_HOUSING, boundary__coveredby=area.boundary
        ).annotate(inside=PointOnSurface("boundary"))
        for parcel in housing.order_by("?")[:20]:
            if LandParcel.objects.containing(parcel.inside).first() == parcel:
                return area, parcel.inside
    raise RuntimeError("No area has council housing land.")


def _begun(phone: Page, area: Area, steps: Steps) -> Audit:
    steps.step(f"an officer begins an audit of {area.name}")
    phone.goto("/audits")
    phone.get_by_role("link", name="Begin an audit").first.click()
    phone.get_by_label("Checklist").select_option(label=CHECKLIST)
    phone.get_by_label("Area").select_option(value=str(area.pk))
    phone.get_by_label("In your words, if there is more").fill("Doors open at night; two burglaries in May")
    phone.get_by_label("I have made the risk check").check()
    steps.see(phone, "officer begins")
    phone.get_by_role("button", name="Begin the walk").click()
    phone.locator(".question-now").wait_for()
    steps.see(phone, "officer first question")
    audit_id = phone.url.rsplit("/", 1)[-1]
    return steps.wait(lambda: Audit.objects.filter(pk=audit_id).first(), "the audit on the server")


def _walked_along(phone: Page, audit: Audit, steps: Steps) -> None:
    steps.step("a warden walks along")
    phone.goto(f"/audits/{audit.pk}")
    phone.get_by_role("button", name="Walk along").click()
    phone.get_by_role("button", name="Everything").click()
    steps.wait(lambda: audit.walkers.filter(person__username="warden").exists(), "the warden on the audit")
    steps.see(phone, "warden walks along")


def _answer(phone: Page, audit: Audit, section: str, values: dict[str, str]) -> None:
    phone.goto(f"/audits/{audit.pk}/section/{section}")
    for code, value in values.items():
        card = phone.locator(f'[data-question="{code}"]')
        card.locator(f'button.answer[data-value="{value}"]').click()
        card.locator(f'button.answer[data-value="{value}"][aria-pressed=true]').wait_for()


def _answered_without_signal(officer: BrowserContext, warden: BrowserContext, audit: Audit, steps: Steps) -> Defect:
    steps.step("both lose signal; each answers on their own, one question differently")
    for context in (officer, warden):
        context.pages[0].goto(f"/audits/{audit.pk}/section/S")
        context.pages[0].locator('[data-question="S1"]').wait_for()
        context.set_offline(True)
    one, other = officer.pages[0], warden.pages[0]
    _answer(one, audit, "S", {"S1": "pass", "S2": "fail", "S3": "pass", "S4": "pass", "S5": "fail", "S6": "2"})
    fence = one.locator('[data-question="S5"]')
    fence.get_by_role("button", name="Report the defect").click()
    one.locator("dialog[open] input[data-photo=camera]").set_input_files(photo("broken fence"))
    one.get_by_label("Note for the crew").fill("Three panels down behind the flats")
    steps.see(one, "officer defect of the walk")
    one.get_by_role("button", name="Save the report").click()
    fence.get_by_text("The defect is reported").wait_for()
    steps.see(one, "officer section offline")
    _answer(other, audit, "S", {"S1": "fail"})
    _answer(other, audit, "C", {"C1": "B", "C2": "A", "C3": "pass"})
    none = other.locator('[data-question="C4"]')
    none.get_by_role("button", name="None").click()
    none.locator("button.button-secondary", has_text="None").wait_for()
    _answer(other, audit, "K", {"K1": "satisfactory"})
    steps.see(other, "warden section offline")
    steps.require(not Answer.objects.filter(audit=audit).exists(), "nothing was sent without signal")

    steps.step("with signal everything arrives, both answers side by side")
    for context in (officer, warden):
        context.set_offline(False)
    wanted = {("officer", "S1"), ("warden", "S1"), ("officer", "S6"), ("warden", "K1")}
    steps.wait(
        lambda: wanted <= set(Answer.objects.filter(audit=audit).values_list("by__username", "question")),
        "the answers of both",
        seconds=30,
    )
    defect = steps.wait(lambda: Defect.objects.filter(audit=audit).first(), "the fence", seconds=30)
    steps.wait(lambda: Job.objects.filter(defect=defect).first(), "a job for the fence", seconds=30)
    return defect


def _decided_in_the_open(phone: Page, audit: Audit, steps: Steps) -> None:
    steps.step("the officer decides which answer stands; the other stays beside it")
    phone.goto(f"/audits/{audit.pk}/reconcile")
    between = phone.locator('section[data-question="S1"]')
    stands = between.get_by_role("button", name=re.compile("This one stands.*Fail"))
    stands.wait_for()
    steps.see(phone, "officer answers that differ")
    stands.click()
    phone.get_by_text("Nothing differs").wait_for()
    steps.see(phone, "officer decided")


def _finished_and_signed(phone: Page, audit: Audit, steps: Steps) -> None:
    steps.step("finished, graded with the arithmetic shown, signed off with name, time and fingerprint")
    phone.goto(f"/audits/{audit.pk}/finish")
    phone.get_by_role("button", name="Finish the walk").click()
    steps.wait(lambda: Audit.objects.filter(pk=audit.pk, state="walked").exists(), "the end of the walk")
    phone.goto(f"/audits/{audit.pk}/result")
    phone.get_by_role("button", name="Sign off").wait_for()
    steps.see(phone, "officer result")
    phone.get_by_role("button", name="Sign off").click()
    phone.get_by_role("button", name="Put my name to it").click()
    signed = steps.wait(lambda: Audit.objects.filter(pk=audit.pk, state="signed").first(), "the sign-off")
    steps.require(len(signed.content_hash) == 64, "the fingerprint of what was signed")
    steps.require(signed.revisit_due_on, f"a day for the re-visit: {signed.revisit_due_on}")
    phone.get_by_text("Signed off").first.wait_for()
    steps.see(phone, "officer signed")


def _planned_and_approved(
    browser: Browser, address: str, phone: Page, audit: Audit, defect: Defect, steps: Steps
) -> Page:
    steps.step("the plan takes what was found, and an action of its own")
    phone.goto(f"/audits/{audit.pk}/plan")
    phone.locator(".plan-proposal").first.wait_for()
    steps.see(phone, "officer plan proposals")
    phone.locator(".plan-proposal").filter(has_text="Damaged").first.or_(
        phone.locator(".plan-proposal").first
    ).first.get_by_role("button").click()
    steps.wait(lambda: Action.objects.filter(plan=audit.pk).count() == 1, "the first action")
    phone.get_by_role("button", name="Add an action").click()
    phone.get_by_label("What is to be done").fill("Hold a meeting with residents about the doors")
    phone.get_by_label("Owner", exact=True).select_option(label="Aldermere Homes")
    phone.get_by_label("Due day").fill("2027-03-01")
    phone.locator("dialog[open]").get_by_role("button", name="Add").first.click()
    steps.wait(lambda: Action.objects.filter(plan=audit.pk).count() == 2, "the second action")
    steps.see(phone, "officer plan")
    return _approve(browser, address, phone, audit, steps)


def _approve(browser: Browser, address: str, phone: Page, audit: Audit, steps: Steps) -> Page:
    phone.get_by_role("button", name="Submit for approval").click()
    phone.get_by_role("button", name="Submit it").click()
    steps.wait(lambda: Plan.objects.filter(pk=audit.pk, state="submitted").exists(), "the plan before the partnership")
    steps.step("the manager approves it for the partnership")
    desk = sign_in(browser, address, "manager", DESK).pages[0]
    desk.goto(f"/audits/{audit.pk}/plan")
    desk.get_by_role("button", name="Approve 2 actions").wait_for()
    steps.see(desk, "manager plan")
    desk.get_by_role("button", name="Approve 2 actions").click()
    desk.get_by_role("button", name="Approve it").click()
    steps.wait(lambda: Plan.objects.filter(pk=audit.pk, state="approved").exists(), "the approval")
    steps.see(desk, "manager approved")
    return desk


def _reported(desk: Page, audit: Audit, steps: Steps) -> None:
    steps.step("the report is made as a PDF, with progress")
    desk.goto(f"/audits/{audit.pk}/report")
    desk.get_by_role("button", name="Make the PDF").click()
    link = desk.get_by_role("link", name="Download").first
    link.wait_for(timeout=30_000)
    steps.see(desk, "manager report")
    with desk.expect_download() as got:
        link.click()
    made = got.value.path().read_bytes()
    steps.require(made.startswith(b"%PDF-"), "the file is a PDF")
    (steps.folder / "report.pdf").write_bytes(made)


def _visited_again(officer: BrowserContext, audit: Audit, defect: Defect, steps: Steps) -> None:
    steps.step("a re-visit is begun without signal and asks what became of each thing")
    phone = officer.pages[0]
    phone.goto(f"/audits/new?revisit_of={audit.pk}")
    phone.get_by_text("2 left open").wait_for()
    officer.set_offline(True)
    phone.goto(f"/audits/new?revisit_of={audit.pk}")
    phone.get_by_label("I have made the risk check").check()
    steps.see(phone, "officer begins the re-visit")
    phone.get_by_role("button", name="Begin the walk").click()
    phone.get_by_text("Left open last time").first.click()
    phone.get_by_role("button", name="Not done").first.wait_for()
    steps.see(phone, "officer carried")
    phone.get_by_role("button", name="Not done").first.click()
    steps.see(phone, "officer judged")
    officer.set_offline(False)
    said = steps.wait(
        lambda: Judgement.objects.filter(carried__audit__revisit_of=audit.pk).first(), "what was said", seconds=30
    )
    steps.require(said.outcome == "not_done", "not done, as was said")
    steps.see(phone, "officer re-visit goes on")
