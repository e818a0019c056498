"""How much of a slow link the phone uses to send a day's reports: real Chromium, the bench's stack, a shaped link."""

from __future__ import annotations

import base64
import io
import random
import time
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import Page

from tests.load.figures import Figure
from tests.load.throttled import ThrottledPhone, throttled_phone
from tests.offline.faults import Plan
from tests.offline.proxy import FaultyProxy, Shape, in_a_thread

if TYPE_CHECKING:
    from tests.load.parts import Bench

DEFECTS = 100
PHOTOS_EACH = 2
PHOTO_BYTES = 300_000
# 1.6 Mbit/s, and 300 ms there and back.
BYTES_S = 200_000.0
LATENCY_S = 0.150

# Puts reports into the phone's own store as the app does: photos of the same picture, each with its own bytes.
_FILL = """async ([defects, photosEach, base64, around]) => {
  const request = indexedDB.open("sightline");
  const db = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  const asked = (of) => new Promise((done, fail) => {
    of.onsuccess = () => done(of.result);
    of.onerror = () => fail(of.error);
  });
  const person = await asked(db.transaction("meta").objectStore("meta").get("person"));
  const picture = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let count = 0;
  const uuid = () => {
    count += 1;
    const time = (Date.now() + count).toString(16).padStart(12, "0");
    const rest = hex(crypto.getRandomValues(new Uint8Array(9)));
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
  };
  const [west, south, east, north] = around;
  const now = new Date().toISOString();
  for (let index = 0; index < defects; index += 1) {
    const id = uuid();
    const photos = [];
    for (let each = 0; each < photosEach; each += 1) {
      const bytes = picture.slice();
      crypto.getRandomValues(bytes.subarray(bytes.length - 16));
      const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
      const record = { id: uuid(), sha256, size_bytes: bytes.length, content_type: "image/jpeg", taken_at: now };
      photos.push({ record, bytes: bytes.buffer });
    }
    const share = index / defects;
    const payload = {
      defect_id: uuid(), category: "LT-BIN", severity: 2, note: "Measured", observed_at: now, street_text: "",
      people_in_photo: false, patrol_id: null, photos: photos.map(({ record }) => record),
      place: {
        longitude: west + (east - west) * share, latitude: south + (north - south) * share,
        accuracy_m: 6, source: "gps",
      },
    };
    const operation = {
      id, kind: "raise_defect", made_at: now, clock_offset_ms: 0, based_on: null, after: null, payload,
    };
    const tx = db.transaction(["operations", "photos", "photo_bytes"], "readwrite");
    tx.objectStore("operations").add({
      id, person_id: person.id, operation, state: "here", reason: null, code: null, tries: 0, tried_at: null,
      sent_at: null, received_at: null, number: null, saved_at: now, revision: id,
    });
    for (const { record, bytes } of photos) {
      tx.objectStore("photos").add({
        ...record, operation_id: id, person_id: person.id, state: "here", reason: null, tries: 0, offset: 0,
        has_bytes: true, has_preview: false, preview_size_bytes: 0, sent_at: null,
      });
      tx.objectStore("photo_bytes").add({ id: record.id, bytes });
    }
    await new Promise((done, fail) => { tx.oncomplete = done; tx.onabort = () => fail(tx.error); });
  }
  db.close();
}"""

# Photos whose bytes are still only here, and what the server did not take.
_LEFT = """async () => {
  const request = indexedDB.open("sightline");
  const db = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  const asked = (of) => new Promise((done) => { of.onsuccess = () => done(of.result); });
  const bytes = await asked(db.transaction("photo_bytes").objectStore("photo_bytes").count());
  const all = [
    ...(await asked(db.transaction("operations").objectStore("operations").getAll())),
    ...(await asked(db.transaction("photos").objectStore("photos").getAll())),
  ];
  db.close();
  const notTaken = all.filter((one) => one.state === "refused" || one.state === "conflict");
  return { bytes, refused: notTaken.map((one) => one.reason) };
}"""


def link(bench: Bench, *, defects: int = DEFECTS) -> list[Figure]:
    """Percent of what the link could carry, from the moment of signal until the phone is empty."""
    proxy = FaultyProxy(bench.address, Plan.calm_one(), shape=Shape(BYTES_S, BYTES_S, LATENCY_S))
    with in_a_thread(proxy), throttled_phone(proxy.address) as phone:
        phone.slow_down(1)
        phone.sign_in()
        phone.offline()
        picture = base64.b64encode(_picture()).decode()
        phone.page.evaluate(_FILL, [defects, PHOTOS_EACH, picture, bench.around])
        # The app finds what is in its store when it is opened.
        phone.page.reload()
        seconds = _seconds_until_empty(phone, longest_s=defects * PHOTOS_EACH * PHOTO_BYTES / BYTES_S * 3 + 60)
    carried = defects * PHOTOS_EACH * PHOTO_BYTES
    return [Figure("link.sending_share", carried / (BYTES_S * seconds) * 100, "%", 85, at_most=False)]


def _seconds_until_empty(phone: ThrottledPhone, *, longest_s: float) -> float:
    began = time.monotonic()
    phone.offline(False)
    while time.monotonic() - began < longest_s:
        left = _left(phone.page)
        if left["refused"]:
            raise RuntimeError(f"the server refused: {left['refused'][:3]}")
        if left["bytes"] == 0:
            return time.monotonic() - began
        time.sleep(0.5)
    raise RuntimeError(f"after {longest_s:.0f} s there are still {_left(phone.page)['bytes']} photos on the phone")


def _left(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_LEFT)
    return found


def _picture() -> bytes:
    """A JPEG of exactly PHOTO_BYTES: noise as a camera's, and bytes behind its end that readers skip."""
    noise = random.Random(1).randbytes(480 * 360)
    picture = Image.frombytes("L", (480, 360), noise).resize((1600, 1200), Image.Resampling.BILINEAR).convert("RGB")
    for quality in range(90, 10, -5):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        content = out.getvalue()
        if len(content) <= PHOTO_BYTES - 16:
            return content + bytes(PHOTO_BYTES - len(content))
    raise RuntimeError("no picture is small enough")
