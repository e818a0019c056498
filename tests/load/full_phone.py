"""A phone that has not found signal for weeks: 1,000 unsent reports with 2,000 photos of 300 kB each."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from tests.load.capture import cold_start
from tests.load.figures import Figure
from tests.load.throttled import SLOWER, ThrottledPhone, throttled_phone

if TYPE_CHECKING:
    from tests.load.parts import Bench

REPORTS = 1_000
PHOTOS_EACH = 2
PHOTO_BYTES = 300_000
STARTS = 3
FAR_PX = 20_000
FAST_PX_PER_S = 2_500

# Writes `count` reports, from number `from` on, as the app itself keeps them. Previews are pictures; a
# photo's bytes are only read when it is sent, so any 300 kB stand for it.
_FILL = """async ({ from, count, photosEach, photoBytes }) => {
  const open = indexedDB.open("sightline");
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail; });
  const got = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const meta = db.transaction("meta").objectStore("meta");
  const [person, reference] = await Promise.all([got(meta.get("person")), got(meta.get("reference"))]);
  const kinds = reference.value.categories.map((row) => row.code);
  const previews = [];
  for (let tone = 0; tone < 8; tone += 1) {
    const canvas = new OffscreenCanvas(320, 240);
    const pen = canvas.getContext("2d");
    for (let y = 0; y < 240; y += 6) for (let x = 0; x < 320; x += 6) {
      pen.fillStyle = `hsl(${tone * 45 + Math.random() * 40} ${Math.random() * 60}% ${20 + Math.random() * 60}%)`;
      pen.fillRect(x, y, 6, 6);
    }
    previews.push(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.7 })).arrayBuffer());
  }
  const stores = ["operations", "photos", "photo_bytes", "previews"];
  const tx = db.transaction(stores, "readwrite");
  const [operations, photos, bytes, small] = stores.map((name) => tx.objectStore(name));
  const id = (kind, number) => `019ec0de-${kind}000-7000-8000-${String(number).padStart(12, "0")}`;
  for (let number = from; number < from + count; number += 1) {
    const at = new Date(Date.UTC(2026, 5, 1) + number * 600_000).toISOString();
    const records = Array.from({ length: photosEach }, (_, each) => ({
      id: id(1 + each, number), sha256: "ab".repeat(32), size_bytes: photoBytes, content_type: "image/jpeg",
      taken_at: at, place: null,
    }));
    const operation_id = id(0, number);
    const operation = {
      id: operation_id, kind: "raise_defect", made_at: at, clock_offset_ms: 0, based_on: null, after: null,
      payload: {
        defect_id: id(9, number), category: kinds[number % kinds.length], severity: 3, note: `Number ${number}`,
        observed_at: at, street_text: "Raker Street", people_in_photo: false, patrol_id: null, fly_tipping: null,
        place: { longitude: 1.5 + number / 10000, latitude: 53.3, accuracy_m: 6, source: "gps" }, photos: records,
      },
    };
    operations.put({
      id: operation_id, person_id: person.id, operation, state: "here", reason: null, code: null, tries: 0,
      tried_at: null, sent_at: null, received_at: null, number: null, saved_at: at, revision: operation_id,
    });
    for (const [each, record] of records.entries()) {
      const preview = previews[(number + each) % previews.length];
      photos.put({
        ...record, operation_id, person_id: person.id, state: "here", reason: null, tries: 0, offset: 0,
        has_bytes: true, has_preview: true, sent_at: null, preview_size_bytes: preview.byteLength,
      });
      bytes.put({ id: record.id, bytes: new ArrayBuffer(photoBytes) });
      small.put({ id: record.id, bytes: preview });
    }
  }
  await new Promise((done, fail) => { tx.oncomplete = done; tx.onerror = () => fail(tx.error); });
  db.close();
}"""

_COUNT_FRAMES = """() => {
  // Its own list each time: one that was stopped may still have a frame to come.
  const mine = (window.frames_at = []);
  const frame = (now) => { if (window.frames_at !== mine) return; mine.push(now); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
_COUNTED = "() => { const counted = window.frames_at; window.frames_at = null; return counted; }"


def full_phone(bench: Bench) -> list[Figure]:
    """`start`: from asking for the app to a Report button that works, the median of three. `scroll`: frames a
    second while a wheel turns through the outbox and through My reports, the lower of the two. `memory`:
    private memory of the whole renderer process after both (its own code, the heap, pictures, buffers)."""
    with throttled_phone(bench.address) as phone:
        phone.sign_in()
        phone.offline()
        _fill(phone)
        starts = [cold_start(phone) for _ in range(STARTS)]
        rates = [_scroll(phone, "/outbox"), _scroll(phone, "/reports")]
        memory = phone.memory_mb()
    return [
        Figure("full_phone.start", statistics.median(starts) / 1000, "s", 1.5),
        Figure("full_phone.scroll", min(rates), "fps", 50, at_most=False),
        Figure("full_phone.memory", memory, "MB", 200),
    ]


def _fill(phone: ThrottledPhone) -> None:
    phone.slow_down(1)
    for first in range(0, REPORTS, 50):
        asked = {"from": first, "count": 50, "photosEach": PHOTOS_EACH, "photoBytes": PHOTO_BYTES}
        phone.page.evaluate(_FILL, asked)
    phone.slow_down(SLOWER)


def _scroll(phone: ThrottledPhone, path: str) -> float:
    """Frames a second while a wheel goes down the list of `path` and back; fails when the list is short."""
    page = phone.page
    page.goto(path)
    phone.until("document.querySelectorAll('[role=listitem]').length > 5")
    page.wait_for_timeout(1_000)
    frames: list[list[float]] = []
    for way in (-FAR_PX, FAR_PX):
        before = page.evaluate("scrollY")
        page.evaluate(_COUNT_FRAMES)
        gesture: dict[str, Any] = {"x": 180, "y": 400, "yDistance": way, "speed": FAST_PX_PER_S}
        phone.cdp.send("Input.synthesizeScrollGesture", {**gesture, "gestureSourceType": "mouse"})
        frames.append(page.evaluate(_COUNTED))
        moved = abs(page.evaluate("scrollY") - before)
        if moved < FAR_PX / 2:
            raise RuntimeError(f"{path} was scrolled by {moved} px only")
    seconds = sum(each[-1] - each[0] for each in frames) / 1000
    return sum(len(each) - 1 for each in frames) / seconds
