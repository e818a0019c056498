"""From a cold start to "Saved", on a phone four times slower than this machine and without signal."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.load.figures import Figure
from tests.load.throttled import SLOWER, ThrottledPhone, throttled_phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

STARTS = 5
THE_SHUTTER = 1
SAVES = 5

# Tells, in milliseconds since the page was asked for, when the Report button could be pressed: it is on
# the screen, nothing lies over it, and a frame with it was drawn.
_REPORT_BUTTON = """
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    const button = document.querySelector(".today-report");
    const box = button?.getBoundingClientRect();
    const seen = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (seen && button.contains(seen)) setTimeout(() => { window.reportUsableMs = performance.now(); });
    else requestAnimationFrame(look);
  };
  look();
});
"""

# Notes when the picture came, how long the worker had it, when Save was pressed, when the phone said
# "Saved", and the longest gap between two frames from the press until half a second after it was saved.
_STOPWATCH = """() => {
  const noted = (window.noted = { gap: 0 });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const began = performance.now();
    this.addEventListener("message", () => {
      noted.ready = performance.now();
      noted.prepared = noted.ready - began;
    }, { once: true });
    return post.call(this, message, ...rest);
  };
  addEventListener("change", () => { noted.changed ??= performance.now(); }, true);
  let last = performance.now();
  const frame = (now) => {
    if (noted.pressed && now > noted.pressed) noted.gap = Math.max(noted.gap, now - Math.max(last, noted.pressed));
    last = now;
    const at = new URL(location.href).searchParams.get("step");
    const press = (selector) => document.querySelector(selector)?.click();
    if (at === "category") press(".category-big");
    if (at === "details" && !noted.pressed && document.querySelector(".save-bar button")) {
      noted.pressed = performance.now();
      press(".save-bar button");
    }
    if (at === "saved") noted.saved ??= performance.now();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


def capture(bench: Bench) -> list[Figure]:
    """Medians of five each.

    `save_durable` is from the picture's arrival to "Saved" by somebody who presses the kind and Save as
    soon as they are on the screen. Chromium's throttle doesn't reach the worker that scales and hashes, so
    its time is multiplied here.
    """
    with throttled_phone(bench.address) as phone, tempfile.TemporaryDirectory() as folder:
        phone.sign_in()
        photo = twelve_megapixels(Path(folder))
        phone.offline()
        taps = _count_taps(phone, photo)
        saves = [_save_one(phone, photo) for _ in range(SAVES)]
        starts = [cold_start(phone) for _ in range(STARTS)]
    return [
        Figure("capture.cold_start", statistics.median(starts) / 1000, "s", 1),
        Figure("capture.save_free", statistics.median(each["gap"] for each in saves), "ms", 100),
        Figure("capture.save_durable", statistics.median(_durable_ms(each) for each in saves) / 1000, "s", 1.5),
        Figure("capture.taps", taps, "taps", 4),
    ]


def twelve_megapixels(folder: Path) -> Path:
    """A JPEG of 4000 × 3000 with as much detail as a street has: about 3.5 MB."""
    grain = Image.effect_noise((1000, 750), 90).resize((4000, 3000), Image.Resampling.BICUBIC)
    fine = Image.effect_noise((4000, 3000), 22)
    picture = Image.merge("RGB", (grain, fine, Image.blend(grain, fine, 0.5)))
    path = folder / "street.jpg"
    picture.save(path, quality=90)
    return path


def cold_start(phone: ThrottledPhone) -> float:
    """Milliseconds from asking for the app to a Report button that works, in a browser that was just killed."""
    # What the last visit wrote is on the disk: a phone is seldom killed within a second of its use.
    phone.page.wait_for_timeout(1500)
    phone.kill()
    phone.restart(offline=True)
    phone.page.add_init_script(_REPORT_BUTTON)
    phone.page.goto("/", wait_until="commit")
    phone.until("window.reportUsableMs > 0")
    return float(phone.page.evaluate("window.reportUsableMs"))


def _count_taps(phone: ThrottledPhone, photo: Path) -> float:
    """From Today to "Saved". The camera opens by itself; its shutter is a tap too."""
    page = phone.page
    page.goto("/today")
    page.evaluate("window.taps = 0; addEventListener('click', (tap) => { window.taps += tap.isTrusted; }, true)")
    with page.expect_file_chooser() as camera:
        page.locator(".today-report").tap()
    camera.value.set_files(photo)
    page.locator(".category-big").first.tap()
    page.get_by_role("button", name="Save", exact=True).tap()
    page.wait_for_url("**step=saved")
    return float(page.evaluate("window.taps")) + THE_SHUTTER


def _save_one(phone: ThrottledPhone, photo: Path) -> dict[str, Any]:
    page = phone.page
    page.goto("/today")
    page.evaluate(_STOPWATCH)
    with page.expect_file_chooser() as camera:
        page.locator(".today-report").tap()
    camera.value.set_files(photo)
    phone.until("performance.now() - window.noted.saved > 500")
    noted: dict[str, Any] = page.evaluate("window.noted")
    return noted


def _durable_ms(noted: dict[str, Any]) -> float:
    """As if the worker were slowed down like the screen: its answer comes later by that much."""
    ready = noted["ready"] + (SLOWER - 1) * noted["prepared"]
    after = noted["saved"] - max(noted["pressed"], noted["ready"])
    return float(max(noted["pressed"], ready) + after - noted["changed"])
