"""Whose job, by when: handed back, disputed, paused, late, passed up, and done by a link without an account.

A fly-tip goes to EMS, who say that it isn't theirs; so do Highways: the one who decides gives it to EMS,
"clear first, settle later". The crew pauses for a parked car and goes on. A second job is let grow late:
it is passed up the ladder of EMS. Its desk sends a contractor a link, who closes it with a photo; the link
is revoked and opens nothing any more.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from playwright.sync_api import Browser, Page

from accounts.models import Person
from audits.models import Defect
from jobs.models import Alarm, Escalation, Job, JobStatus
from ledger.models import Entry
from news.models import NewsItem
from places.models import LandType
from routing.models import Demarcation
from tests.journeys.acting import DESK, PHONE, Finding, a_browser, photo, report, sign_in
from tests.journeys.steps import Steps

FLY_TIP = Finding(
    LandType.HIGHWAY, "dumped sofa", "Dumped waste (fly-tip)", "EMS", "ems", "Two mattresses across the rear path"
)
LEFT_LYING = Finding(LandType.HIGHWAY, "dumped sofa", "Dumped waste (fly-tip)", "EMS", "ems", "Rubble by the garages")
# Nobody can wait for a day here: the clock of one job is put this far back, in the open.
_PUT_BACK = dt.timedelta(hours=29)


def run(address: str, steps: Steps) -> None:
    """The whole story. Raises ``Missing`` at the first thing that did not happen."""
    with a_browser() as browser:
        _story(browser, address, steps)


def _story(browser: Browser, address: str, steps: Steps) -> None:
    steps.step("a warden reports two fly-tips; each becomes a job of EMS, with the reason in words")
    warden = sign_in(browser, address, "warden", PHONE)
    disputed, late = (_reported(browser, address, warden, finding, steps) for finding in (FLY_TIP, LEFT_LYING))
    for job in (disputed, late):
        steps.require(job.organisation.short_name == "EMS", f"EMS has it: {job.route_reason}")
        steps.require("because" in job.route_reason, f"the route is explained: {job.route_reason}")

    _handed_to_and_fro(browser, address, disputed.defect, steps)
    _paused_and_gone_on(browser, address, disputed.defect, steps)
    _late_and_passed_up(browser, address, late, steps)
    _done_by_a_link(browser, address, late, steps)

    steps.step("the warden hears that it is fixed, and sees the photo")
    phone = warden.pages[0]
    steps.wait(
        lambda: NewsItem.objects.filter(person__username="warden", defect_id=late.defect_id, kind="defect_resolved"),
        "news for the warden",
    )
    phone.goto("/today")
    phone.get_by_text("Looks done").first.wait_for()
    steps.see(phone, "warden hears")


def _reported(browser: Browser, address: str, warden, finding: Finding, steps: Steps) -> Job:
    defect_id = report(warden, warden.pages[0], finding, steps)
    return steps.wait(lambda: _open_job(defect_id), f"a job for “{finding.note}”")


def _handed_to_and_fro(browser: Browser, address: str, defect: Defect, steps: Steps) -> None:
    steps.step("EMS hand it back: not ours; Highways, they think")
    _hand_back(browser, address, "ems", defect, "Highways", steps)
    steps.step("the dispatcher has it before them, with a time to decide by, and gives it to Highways")
    desk = sign_in(browser, address, "dispatcher", DESK).pages[0]
    desk.goto(f"/triage?defect={defect.pk}")
    desk.get_by_text("Decide:").first.wait_for()
    steps.see(desk, "triage with a time")
    steps.require(Defect.objects.get(pk=defect.pk).triage_due_at, "triage has a due time")
    _decide(desk, defect, "Aldermere Highways", "It lies on the carriageway", steps)

    steps.step("Highways hand it back, too: it goes to the one who decides")
    _hand_back(browser, address, "highways", defect, None, steps)
    manager = sign_in(browser, address, "manager", DESK)
    desk = manager.pages[0]
    steps.wait(lambda: Defect.objects.filter(pk=defect.pk, decider__username="manager"), "a named person decides")
    desk.goto(f"/triage?defect={defect.pk}")
    desk.get_by_role("button", name="Send it there").wait_for()
    steps.see(desk, "ping-pong before the decider")

    steps.step("clear first, settle later: EMS, by name, on the register")
    desk.get_by_text("Clear first, settle later").first.click()
    _decide(desk, defect, "Enterprise Management Services", "Children pass there. The bill is settled later.", steps)
    decision = steps.wait(lambda: Demarcation.objects.filter(defect=defect).first(), "a decision on the register")
    steps.require(decision.basis == "clear_first", "it is unsettled")
    desk.goto("/rules/demarcations")
    desk.get_by_text(decision.reference).first.wait_for()
    steps.see(desk, "register of decisions")


def _paused_and_gone_on(browser: Browser, address: str, defect: Defect, steps: Steps) -> None:
    steps.step("the crew pauses for a parked car, and goes on")
    job = _open_job(str(defect.pk))
    steps.require(job and job.organisation.short_name == "EMS", "EMS has it again")
    steps.require(job.clock_started_at == defect.received_at, "the clock still starts with the report")
    context = sign_in(browser, address, "ems", PHONE)
    page = context.pages[0]
    page.goto(f"/jobs/{job.pk}")
    page.get_by_role("button", name="Start").wait_for()
    steps.see(page, "crew job with the decision")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("No access").first.click()
    page.get_by_label("Note").fill("White van across the path")
    page.get_by_role("button", name="Pause the job").click()
    steps.wait(lambda: Job.objects.get(pk=job.pk).status == JobStatus.PAUSED, "the clock stands still")
    steps.see(page, "crew paused")
    page.get_by_role("button", name="Carry on").click()
    steps.wait(lambda: Job.objects.get(pk=job.pk).status != JobStatus.PAUSED, "the clock runs again")
    after = Job.objects.get(pk=job.pk)
    steps.require(after.due_at > after.gross_due_at, "the due time moved by the pause, and what it was is kept")
    steps.see(page, "crew goes on")
    context.close()


def _late_and_passed_up(browser: Browser, address: str, job: Job, steps: Steps) -> None:
    steps.step(f"{job.reference} grows late (its clock is put back): the watch says so, and passes it up")
    Job.objects.filter(pk=job.pk).update(
        clock_started_at=F("clock_started_at") - _PUT_BACK,
        due_at=F("due_at") - _PUT_BACK,
        gross_due_at=F("gross_due_at") - _PUT_BACK,
        at_risk_at=F("at_risk_at") - _PUT_BACK,
        opened_at=F("opened_at") - _PUT_BACK,
    )
    moved = Job.objects.get(pk=job.pk)
    Alarm.objects.filter(job=job).update(at=moved.at_risk_at, due_at=moved.due_at, said=[])
    steps.wait(lambda: Escalation.objects.filter(job=job, level=2).exists(), "the contract manager hears", seconds=40)
    kinds = list(Entry.objects.filter(subject_id=str(job.pk)).order_by("sequence").values_list("kind", flat=True))
    told = [kind for kind in kinds if kind in {"job.at_risk", "job.breached", "job.escalated"}]
    wanted = ["job.at_risk", "job.breached", "job.escalated", "job.escalated"]
    steps.require(told == wanted, f"each was said once and in order: {told}")
    boss = Person.objects.get(username="emsboss")
    steps.wait(lambda: NewsItem.objects.filter(person=boss, job_id=job.pk).exists(), "news for the contract manager")
    desk = sign_in(browser, address, "emsboss", DESK).pages[0]
    desk.goto("/escalations")
    desk.get_by_text(job.reference).first.wait_for()
    steps.see(desk, "escalations of EMS")


def _done_by_a_link(browser: Browser, address: str, job: Job, steps: Steps) -> None:
    steps.step("the desk of EMS sends a contractor a link; they close it with a photo, without an account")
    desk = sign_in(browser, address, "emsdesk", DESK).pages[0]
    desk.goto(f"/jobs/{job.pk}")
    desk.get_by_role("button", name="Send a link").click()
    desk.get_by_label("Who is it for").fill("Mere Skips")
    desk.get_by_role("button", name="Make the link").click()
    link = desk.get_by_label("The link").input_value()
    steps.see(desk, "link made")

    outside = browser.new_context(**PHONE, base_url=address, java_script_enabled=False)
    page = outside.new_page()
    page.goto(link)
    steps.see(page, "link on a phone")
    page.get_by_role("button", name="I will do it").click()
    page.get_by_role("button", name="I start now").click()
    page.get_by_label("Photo of the finished work").set_input_files(photo("cleared"))
    page.get_by_role("button", name="Send photo and close the job").click()
    page.get_by_text("Thank you").wait_for()
    steps.see(page, "link done")
    steps.wait(lambda: Job.objects.get(pk=job.pk).status == JobStatus.DONE, f"{job.reference} is done")

    steps.step("the link is revoked: it opens nothing any more")
    desk.reload()
    desk.get_by_role("button", name="Send a link").click()
    desk.get_by_role("button", name="Take it back").first.click()
    answer = steps.wait(lambda: (a := page.goto(link)) and a.status == 410 and a, "the link is gone")
    steps.require(answer.status == 410, "410 Gone")
    steps.see(page, "link revoked")
    outside.close()


def _hand_back(browser: Browser, address: str, username: str, defect: Defect, whose: str | None, steps: Steps) -> None:
    job = steps.wait(lambda: _open_job(str(defect.pk)), "an open job")
    context = sign_in(browser, address, username, PHONE)
    page = context.pages[0]
    page.goto(f"/jobs/{job.pk}/hand-back")
    page.get_by_text("Not ours").first.click()
    if whose:
        choice = page.get_by_label("Whose is it, do you think?")
        choice.select_option(label=next(one for one in choice.locator("option").all_inner_texts() if whose in one))
    page.get_by_label("Note for the dispatcher").fill("Not on our list of streets")
    steps.see(page, f"{username} hands back")
    page.get_by_role("button", name="Hand it back").click()
    steps.wait(lambda: Job.objects.get(pk=job.pk).status == JobStatus.RETURNED, f"{job.reference} is handed back")
    context.close()


def _decide(desk: Page, defect: Defect, whom: str, why: str, steps: Steps) -> None:
    desk.get_by_label("Give it to").select_option(label=whom)
    desk.get_by_label("Why").fill(why)
    desk.get_by_role("button", name="Send it there").click()
    steps.wait(lambda: Defect.objects.get(pk=defect.pk).status == "routed", f"it is with {whom}")


def _open_job(defect_id: str) -> Job | None:
    jobs = Job.objects.select_related("organisation", "defect", "service_level")
    return jobs.filter(defect=defect_id).unfinished().first()
