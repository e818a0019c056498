"""An area that was audited before, with what was found: made over the API as a phone would send it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests import running
from tests.browser import warden

# A defect of that walk with a photo of its own, drawn in the page and sent by the photo lane's rules.
_WALK = """async ({ area, place, note }) => {
  const now = () => new Date().toISOString();
  const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
  const push = async (kind, payload) => {
    const operation = { id: crypto.randomUUID(), kind, made_at: now(), clock_offset_ms: 0, payload };
    const answer = await fetch("/api/sync/push", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ device_id: crypto.randomUUID(), operations: [operation] }),
    });
    const { results } = await answer.json();
    if (results[0].status !== "applied") throw new Error(JSON.stringify(results));
  };
  const picture = async (words) => {
    const canvas = new OffscreenCanvas(1200, 900);
    const draw = canvas.getContext("2d");
    draw.fillStyle = "#7a8577";
    draw.fillRect(0, 0, 1200, 900);
    draw.fillStyle = "#8a5230";
    for (let x = 80; x < 1200; x += 190) draw.fillRect(x, 260, 120, 480);
    draw.fillStyle = "#ffffff";
    draw.font = "64px sans-serif";
    draw.fillText(words, 60, 160);
    const bytes = await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const id = crypto.randomUUID();
    const told = { id, sha256, size_bytes: bytes.byteLength, content_type: "image/jpeg", taken_at: now() };
    return { told, bytes };
  };
  const { results: published } = await (await fetch("/api/checklists/published")).json();
  const checklist = published.find((one) => one.code === "estate-walk");
  const audit_id = crypto.randomUUID();
  await push("begin_audit", {
    audit_id, checklist: checklist.code, checklist_version: checklist.version, area_id: area,
    started_at: now(), risk: { done: true, note: "" },
  });
  const found = [];
  for (const [index, words] of note.entries()) {
    const photo = await picture(words);
    const defect_id = crypto.randomUUID();
    const at = { ...place, longitude: place.longitude + index * 0.0009, accuracy_m: 6, source: "gps" };
    await push("raise_defect", {
      defect_id, category: "FN-DAM", severity: 3, note: words, observed_at: now(), place: at,
      street_text: "", people_in_photo: false, patrol_id: audit_id, photos: [photo.told],
    });
    const sent = await fetch(`/api/photos/${photo.told.id}`, {
      method: "PUT",
      headers: { "Content-Type": "image/jpeg", "X-Content-SHA256": photo.told.sha256, "X-CSRFToken": token },
      body: photo.bytes,
    });
    if (!sent.ok) throw new Error(await sent.text());
    found.push({ id: defect_id, photo: photo.told.id });
  }
  const ways = {
    pass_fail: () => "pass", yes_no: () => "partly", grade: () => "B-", scale: () => 4, count: () => 0,
    number: (one) => one.least ?? 1, text: () => "Seen", one_of: (one) => one.choices[0].code,
    many_of: (one) => [one.choices[0].code],
  };
  for (const one of checklist.content.sections.flatMap((section) => section.questions)) {
    if (!ways[one.type]) continue;
    await push("answer_question", {
      answer_id: crypto.randomUUID(), audit_id, question: one.code, value: ways[one.type](one), at: now(),
    });
  }
  await push("finish_audit", { audit_id, at: now() });
  return { id: audit_id, found };
}"""


def walked(page: Page, area: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """``{"id", "found": [{"id", "photo"}]}`` of an audit of the area that this person walked to its end; it left
    these broken fences open, each with a photo that can be shown."""
    west, south, east, north = area["bbox"]
    place = {"longitude": (west + east) / 2, "latitude": (south + north) / 2}
    told: dict[str, Any] = page.evaluate(_WALK, {"area": area["id"], "place": place, "note": notes})

    def is_ready() -> bool:
        row = warden.ask(page, f"/api/audits/{told['id']}")
        photos = [photo for item in row["open_items"] for photo in item["photos_before"]]
        return len(photos) == len(notes) and all(photo["state"] == "ready" for photo in photos)

    running.wait_for(is_ready, seconds=60, what="the photos of the first walk")
    return told


def signed_off(page: Page, audit_id: str, *, due_again: str) -> None:
    """Sign it off, and say on which day (YYYY-MM-DD) the area is walked again."""
    sign = """async ({ id, on }) => {
      const result = await (await fetch(`/api/audits/${id}/result`)).json();
      const headers = {
        "Content-Type": "application/json",
        "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)[1],
      };
      for (const [verb, asked] of [
        ["sign", { content_hash: result.content_hash, note: "" }],
        ["revisit-due", { on, note: "The partnership wants to see it soon" }],
      ]) {
        const body = JSON.stringify(asked);
        const answer = await fetch(`/api/audits/${id}/${verb}`, { method: "POST", headers, body });
        if (!answer.ok) return await answer.text();
      }
      return "";
    }"""
    assert page.evaluate(sign, {"id": audit_id, "on": due_again}) == ""
