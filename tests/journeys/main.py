"""From the street without signal to a job with an owner and a clock, fixed, and heard of.

A warden records a fly-tip on the highway and a broken fence on housing land, both without signal.
Both become jobs at the right organisations, each crew closes its own with an after photo, the
warden hears of it and says that it looks done, and the manager's counts move.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import holidays
from playwright.sync_api import Browser, Page

from audits.models import Defect
from jobs.models import Job
from places.models import LandType
from routing import clocks
from tests.journeys.acting import DESK, PHONE, Finding, a_browser, job_of, photo, report, sign_in
from tests.journeys.steps import Steps

LONDON = ZoneInfo("Europe/London")


FLY_TIP = Finding(
    LandType.HIGHWAY, "dumped sofa", "Dumped waste (fly-tip)", "EMS", "ems", "Blue sofa and two bags by the lamp"
)
FENCE = Finding(
    LandType.COUNCIL_HOUSING, "broken fence", "Damaged or leaning fence or wall", "Housing", "housing", "Two panels out"
)


def run(address: str, steps: Steps) -> None:
    """The whole story. Raises ``Missing`` at the first thing that did not happen."""
    with a_browser() as browser:
        _story(browser, address, steps)


def _story(browser: Browser, address: str, steps: Steps) -> None:
    steps.step("the manager reads the backlog")
    desk = sign_in(browser, address, "manager", DESK).pages[0]
    before = _counts(desk, steps)
    steps.see(desk, "manager backlog before")

    steps.step("a warden signs in")
    warden = sign_in(browser, address, "warden", PHONE)
    phone = warden.pages[0]
    phone.get_by_role("link", name="Report a problem").or_(
        phone.get_by_role("button", name="Report a problem")
    ).first.wait_for()
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    steps.see(phone, "warden today")

    steps.step("the signal goes; the app opens all the same")
    warden.set_offline(True)
    phone.goto(f"{address}/today")
    phone.get_by_text("Report a problem").first.wait_for()
    steps.see(phone, "warden today offline")

    found: list[tuple[Finding, str]] = []
    for finding in (FLY_TIP, FENCE):
        steps.step(f"without signal: {finding.label.lower()} on {finding.land.replace('_', ' ')}")
        found.append((finding, report(warden, phone, finding, steps)))
    steps.step("both are safe on the phone")
    phone.goto(f"{address}/outbox")
    phone.get_by_text("2 safe on this phone").first.wait_for()
    steps.see(phone, "outbox offline")
    held = Defect.objects.filter(pk__in=[defect_id for _, defect_id in found]).count()
    steps.require(held == 0, "the server knows nothing yet")

    steps.step("the signal returns: both become jobs with the right owner and the right clock")
    warden.set_offline(False)
    jobs = {finding: steps.wait(lambda i=i: job_of(i), f"a job for {finding.label}") for finding, i in found}
    for finding, job in jobs.items():
        _check_owner_and_clock(finding, job, steps)
    phone.get_by_text("All sent").first.wait_for()
    steps.see(phone, "outbox sent")
    phone.goto(f"{address}/reports")
    phone.get_by_text("With EMS").first.wait_for()
    steps.see(phone, "my reports with owners")

    for finding, job in jobs.items():
        steps.step(f"the crew of {finding.organisation} closes {job.reference} with an after photo")
        _close(browser, address, finding, job, steps)

    steps.step("the warden hears of both and says that one looks done")
    phone.goto(f"{address}/today")
    phone.get_by_text("Looks done").first.wait_for()
    steps.see(phone, "warden hears")
    defect_id = found[0][1]
    phone.goto(f"{address}/reports/{defect_id}")
    phone.get_by_role("button", name="Looks done").click()
    steps.wait(lambda: Defect.objects.get(pk=defect_id).status == "verified", "the defect is verified")
    steps.see(phone, "report verified")

    steps.step("the manager's counts have moved")
    after = _counts(desk, steps)
    steps.see(desk, "manager backlog after")
    done = after["Done in 7 days"] - before["Done in 7 days"]
    steps.require(done >= 2, f"two more are done in 7 days (from {before} to {after})")


def _close(browser: Browser, address: str, finding: Finding, job: Job, steps: Steps) -> None:
    context = sign_in(browser, address, finding.crew, PHONE)
    page = context.pages[0]
    context.set_geolocation({"longitude": job.defect.point.x, "latitude": job.defect.point.y, "accuracy": 8})
    page.goto("/jobs")
    page.get_by_role("button", name="Team").click()
    steps.see(page, f"{finding.crew} day")
    # A long list draws what is in sight; the new job may be far down the road.
    page.goto(f"/jobs/{job.pk}")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Done: take the after photo").wait_for()
    steps.see(page, f"{finding.crew} job")
    page.get_by_role("link", name="Done: take the after photo").click()
    page.locator("input[data-photo=camera]").last.set_input_files(photo("after"))
    page.get_by_role("button", name="Finish the job").wait_for()
    steps.see(page, f"{finding.crew} after photo")
    page.get_by_role("button", name="Finish the job").click()
    steps.wait(lambda: Job.objects.get(pk=job.pk).status == "done", f"{job.reference} is done")
    steps.wait(
        lambda: job.defect.defect_photos.filter(role="after", photo__state="ready").exists(),
        "the after photo is ready to be seen",
    )
    context.close()


def _check_owner_and_clock(finding: Finding, job: Job, steps: Steps) -> None:
    steps.require(
        job.organisation.short_name == finding.organisation,
        f"{finding.label} goes to {finding.organisation}, not {job.organisation.short_name}: {job.route_reason}",
    )
    steps.require(job.clock_started_at == job.defect.received_at, "the clock starts at the receipt")
    if finding is FLY_TIP:
        wanted = job.defect.received_at + dt.timedelta(hours=24)
        steps.require(job.due_at == wanted, f"due 24 clock hours after receipt, not {job.due_at}")
    else:
        level = job.service_level
        steps.require(
            (level.clock, level.amount) == (clocks.WORKING_DAYS, 20), f"a fence has 20 working days, not {level}"
        )
        wanted_day = _working_day(job.defect.received_at.astimezone(LONDON).date(), 20)
        due_day = job.due_at.astimezone(LONDON).date()
        steps.require(due_day == wanted_day, f"due at the end of {wanted_day}, not on {due_day}")


def _working_day(received_on: dt.date, count: int) -> dt.date:
    """The count-th working day in England after a day, walked one by one."""
    closed = holidays.country_holidays("GB", subdiv="ENG")
    day = received_on
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5 and day not in closed
    return day


def _counts(desk: Page, steps: Steps) -> dict[str, int]:
    """The figures at the top of the backlog, as the manager reads them."""
    desk.goto("/backlog")
    desk.locator(".figure-count").first.wait_for()
    figures = desk.locator(".figure").all()
    counts = {}
    for figure in figures:
        label = figure.locator(".figure-label").inner_text().strip()
        counts[label] = int(figure.locator(".figure-count").inner_text())
    steps.require("Done in 7 days" in counts, f"the backlog counts what is done, not only {sorted(counts)}")
    return counts
