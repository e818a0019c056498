"""The walk on a phone four times slower than this machine, without signal: 60 questions, 40 defects, 80 photos."""

from __future__ import annotations

import os
import statistics
from typing import TYPE_CHECKING

from tests.load.figures import Figure, p95
from tests.load.throttled import ThrottledPhone, throttled_phone
from tests.running import wait_for

if TYPE_CHECKING:
    from tests.load.parts import Bench

DEFECTS, PHOTOS = 40, 80
UNANSWERED = 12
STARTS = 5
TIMES = 5

# When the walk could be gone on with: the question of now is on the screen, nothing lies over its first
# answer, and a frame with it was drawn. Milliseconds since the page was asked for.
_USABLE = """
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    const button = document.querySelector(".question-now button");
    const box = button?.getBoundingClientRect();
    const seen = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (seen && button.contains(seen)) setTimeout(() => { window.walkUsableMs = performance.now(); });
    else requestAnimationFrame(look);
  };
  look();
});
"""

# From the press until a frame was drawn in which something is there; without one, until the answer that was
# pressed stands, or has made way for the next question.
_PRESS = """([press, seen]) => new Promise((done, failed) => {
  const button = document.querySelector(press);
  const stands = () => button.getAttribute("aria-pressed") === "true" || !button.isConnected;
  const there = () => (seen ? document.querySelector(seen) : stands());
  if (!button) return failed(new Error(`there is no ${press} at ${location.pathname}`));
  const began = performance.now();
  const look = () => {
    const late = performance.now() - began > 20_000;
    if (there() || late) setTimeout(() => done(late ? -1 : performance.now() - began));
    else requestAnimationFrame(look);
  };
  button.click();
  requestAnimationFrame(look);
})"""

_KEPT = """async () => {
  const open = indexedDB.open("sightline");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const asked = db.transaction("audits").objectStore("audits").getAllKeys();
  const keys = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  db.close();
  return keys;
}"""


def eva_screens(bench: Bench) -> list[Figure]:
    """Opening the audit in a browser that was just killed (median), and the slowest press of each kind (p95)."""
    bench.address  # noqa: B018 - starts the stack
    audit, section, open_questions = _audit_that_goes_on()
    with throttled_phone(bench.address) as phone:
        phone.sign_in("warden")
        phone.page.goto(f"/audits/{audit}")
        phone.page.wait_for_selector(".question-now button")
        wait_for(lambda: audit in phone.page.evaluate(_KEPT), seconds=60, what="the audit on the phone")
        phone.offline()
        starts = [_cold_start(phone, audit) for _ in range(STARTS)]
        presses = _presses(phone, audit, section, open_questions[:TIMES])
    return [
        Figure("eva_screens.offline_open", statistics.median(starts), "ms", 700),
        *(Figure(f"eva_screens.{name}", p95(values), "ms", 100) for name, values in presses.items()),
    ]


def _audit_that_goes_on() -> tuple[str, str, list[str]]:
    """The large audit of the demo borough, being walked; codes of its longest section, and of open questions."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    from audits.models import Answer, Audit
    from tests.insight.in_demo import audit_in_demo

    audit = audit_in_demo(DEFECTS, PHOTOS)
    Audit.objects.filter(pk=audit).update(state="walking", walked_at=None)
    plain = Answer.objects.filter(audit=audit, photos=None, instance="", value="pass")
    open_again = list(plain.values_list("question", flat=True)[:UNANSWERED])
    if len(open_again) < TIMES:
        raise RuntimeError(f"only {len(open_again)} questions can be asked again")
    Answer.objects.filter(audit=audit, question__in=open_again).delete()
    content = Audit.objects.select_related("checklist_version").get(pk=audit).checklist_version.content
    largest = max(content["sections"], key=lambda each: len(each["questions"]))
    return audit, largest["code"], open_again


def _cold_start(phone: ThrottledPhone, audit: str) -> float:
    # What the last visit wrote is on the disk: a phone is seldom killed within a second of its use.
    phone.page.wait_for_timeout(1500)
    phone.kill()
    phone.restart(offline=True)
    phone.page.add_init_script(_USABLE)
    phone.page.goto(f"/audits/{audit}", wait_until="commit")
    phone.until("window.walkUsableMs > 0")
    return float(phone.page.evaluate("window.walkUsableMs"))


def _presses(phone: ThrottledPhone, audit: str, section: str, questions: list[str]) -> dict[str, list[float]]:
    page = phone.page
    hub = f"/audits/{audit}"
    found: dict[str, list[float]] = {name: [] for name in ("answer", "section", "list_answer", "back", "people")}

    def press(name: str, button: str, seen: str = "") -> None:
        took = float(page.evaluate(_PRESS, [button, seen]))
        if took < 0:
            raise RuntimeError(f"{name}: nothing came of pressing {button} at {page.url}")
        found[name].append(took)

    for question in questions:
        page.goto(f"{hub}?question={question}")
        page.wait_for_selector(".question-now .answer")
        press("answer", ".question-now .answer[aria-pressed=false]")
        page.wait_for_timeout(800)
        press("section", f'a[href="{hub}/section/{section}"]', ".action-bar .button")
        page.wait_for_timeout(300)
        press("list_answer", ".answer[aria-pressed=false]")
        page.wait_for_timeout(800)
        press("back", ".top-bar-back", "a.walk-row")
        page.wait_for_timeout(300)
        press("people", f'a[href="{hub}/people"]', 'input[list="walk-roles"]')
    return found
