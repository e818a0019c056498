/**
 * Put into every page of a phone before the app starts: a warden who taps through the app's own
 * screens, eyes that read the phone's database, and hands that break things under the app.
 */
(() => {
  if (window.__street) return;

  // ── a clock that can be wrong ───────────────────────────────────────────────
  const RealDate = Date;
  let shiftMs = 0;
  try {
    shiftMs = Number(localStorage.getItem("__clock_shift_ms") ?? 0);
  } catch {
    // A page without storage keeps the right time.
  }
  const now = () => RealDate.now() + shiftMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, self) =>
      given.length === 0 ? Reflect.construct(target, [now()], self) : Reflect.construct(target, given, self),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  const stamp = globalThis.GeolocationPosition
    ? Object.getOwnPropertyDescriptor(GeolocationPosition.prototype, "timestamp")
    : null;
  if (stamp?.get) {
    Object.defineProperty(GeolocationPosition.prototype, "timestamp", {
      get() {
        return stamp.get.call(this) + shiftMs;
      },
    });
  }
  function shiftClock(ms) {
    shiftMs = ms;
    localStorage.setItem("__clock_shift_ms", String(ms));
  }

  // ── a database whose connection can be taken away ───────────────────────────
  const connections = new Set();
  const running = new Set();
  const begin = IDBDatabase.prototype.transaction;
  let isFull = false;
  let refusals = 0;
  IDBDatabase.prototype.transaction = function (...given) {
    const transaction = begin.apply(this, given);
    connections.add(this);
    running.add(transaction);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => running.delete(transaction));
    return transaction;
  };
  /**
   * A full phone, as browsers show it: requests succeed, then the transaction is undone with
   * QuotaExceededError. Chromium's own override of the quota does not reach IndexedDB.
   */
  for (const verb of ["add", "put"]) {
    const write = IDBObjectStore.prototype[verb];
    IDBObjectStore.prototype[verb] = function (...given) {
      const request = write.apply(this, given);
      if (isFull) {
        const { transaction } = this;
        transaction.__writing = (transaction.__writing ?? 0) + 1;
        request.addEventListener("success", () => {
          transaction.__writing -= 1;
          if (transaction.__writing > 0) return;
          const error = new DOMException("The disk is full.", "QuotaExceededError");
          Object.defineProperty(transaction, "error", { value: error, configurable: true });
          refusals += 1;
          transaction.abort();
        });
      }
      return request;
    };
  }
  /** From now on nothing more fits on this phone, or it does again; how many writes were refused. */
  function setFull(full) {
    isFull = full;
    const before = refusals;
    refusals = 0;
    return before;
  }

  /** As the system does when memory is short: what was being written is undone, the connection is gone. */
  function closeDatabase({ abort, told }) {
    const closed = connections.size;
    if (abort) {
      for (const transaction of running) {
        try {
          transaction.abort();
        } catch {
          // It had just ended.
        }
      }
    }
    for (const connection of connections) {
      connection.close();
      if (told) connection.dispatchEvent(new Event("close"));
    }
    connections.clear();
    return closed;
  }

  // ── eyes ────────────────────────────────────────────────────────────────────
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const title = () => document.querySelector("h1")?.textContent.trim() ?? "";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const button = (...words) => all("button, a").find((one) => words.includes(one.textContent.trim()));
  const alarm = () =>
    all("[role=alert]")
      .map((one) => one.textContent.trim())
      .find(Boolean);

  async function seen(find, what, ms = 20_000) {
    const endsAt = performance.now() + ms;
    for (;;) {
      const found = find();
      if (found) return found;
      if (performance.now() > endsAt) {
        const said = alarm() ?? "nothing";
        throw new Error(`${what} was not seen at ${location.pathname} under "${title()}", which said: ${said}`);
      }
      await pause(10);
    }
  }

  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });

  async function withDatabase(work) {
    const database = await asked(indexedDB.open("sightline"));
    try {
      const stores = ["operations", "photos", "photo_bytes"].filter((name) => database.objectStoreNames.contains(name));
      const transaction = begin.call(database, stores);
      return await work((name) => (stores.includes(name) ? transaction.objectStore(name) : null));
    } finally {
      database.close();
    }
  }

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const hash = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

  /** Photos as they lie in the database; `stored` is the hash of their bytes, null where there are none. */
  async function described(rows) {
    const photos = [];
    for (const { photo, bytes } of rows) {
      photos.push({
        id: photo.id,
        operation_id: photo.operation_id,
        person_id: photo.person_id,
        state: photo.state,
        reason: photo.reason,
        sha256: photo.sha256,
        stored: bytes?.byteLength ? await hash(bytes) : null,
      });
    }
    return photos;
  }

  async function withBytes(store, photos) {
    const rows = [];
    for (const photo of photos) {
      const kept = store("photo_bytes") ? await asked(store("photo_bytes").get(photo.id)) : null;
      rows.push({ photo, bytes: kept?.bytes ?? photo.bytes ?? null });
    }
    return rows;
  }

  /** What the phone keeps of one report, newest operations first; null when it is not there (any more). */
  async function keptOf(defectId) {
    const found = await withDatabase(async (store) => {
      const newest = await asked(store("operations").openCursor(null, "prev")).then(async (first) => {
        const items = [];
        for (let cursor = first; cursor && items.length < 60; ) {
          items.push(cursor.value);
          const request = cursor.request;
          cursor.continue();
          cursor = await asked(request);
        }
        return items;
      });
      const item = newest.find((one) => one.operation?.payload?.defect_id === defectId);
      if (!item) return null;
      const photos = (await asked(store("photos").index("operation").getAll(item.id))) ?? [];
      return { item, rows: await withBytes(store, photos) };
    });
    if (!found) return null;
    return { operation_id: found.item.id, photos: await described(found.rows) };
  }

  /** All that this phone keeps for whoever used it; with `hashes` the photos' bytes are read and hashed. */
  async function everything({ hashes }) {
    const { items, rows } = await withDatabase(async (store) => {
      const photos = await asked(store("photos").getAll());
      return {
        items: await asked(store("operations").getAll()),
        rows: hashes ? await withBytes(store, photos) : photos.map((photo) => ({ photo, bytes: null })),
      };
    });
    return {
      items: items.map((item) => ({
        id: item.id,
        person_id: item.person_id,
        kind: item.operation?.kind ?? "sealed",
        defect_id: item.operation?.payload?.defect_id ?? null,
        job_id: item.operation?.payload?.job_id ?? null,
        state: item.state,
        code: item.code,
        reason: item.reason,
      })),
      photos: await described(rows),
    };
  }

  // ── hands ───────────────────────────────────────────────────────────────────
  /** A JPEG that nobody took before: noise and colours from its seed. */
  async function picture(seed) {
    let state = (seed * 2654435761 + 1) >>> 0;
    const next = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state;
    };
    const [width, height] = [200 + (next() % 120), 160 + (next() % 100)];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const pixels = new ImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    for (let at = 0; at < words.length; at++) words[at] = next() | 0xff000000;
    context.putImageData(pixels, 0, 0);
    context.fillStyle = `#${(next() & 0xffffff).toString(16).padStart(6, "0")}`;
    context.fillRect(20, 20, width - 60, height - 60);
    context.fillStyle = "#fff";
    context.fillText(String(seed), 40, 60);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
    return new File([blob], `${seed}.jpg`, { type: "image/jpeg" });
  }

  function give(input, files) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function write(field, text) {
    const prototype = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const camera = () => all("input[data-photo=camera]")[0];
  const chooser = () => all("input[data-photo=choose]")[0];
  const kinds = () => all(".category-eight button, .category-group .category-row");

  /** A report that a killed tab left behind: taken up or thrown away, as its person likes. */
  async function decideOnLeftOver(takeUp) {
    if (takeUp) {
      button("Continue").click();
      await seen(() => title() !== "You were making a report", "the report that was begun");
      return;
    }
    button("Throw away").click();
    (await seen(() => all("dialog button, [role=dialog] button").find((one) => one.textContent.trim() === "Throw away"), "the question")).click();
    await seen(() => title() === "Report a problem" && camera(), "the camera");
  }

  /** At the camera, or within a report that was taken up again. */
  async function beginReport(takeUp) {
    const there = () => (title() === "Report a problem" && camera()) || title() === "You were making a report";
    if (!there()) {
      const way = button("Report another") ?? document.querySelector(".today-report") ?? document.querySelector("a[href='/today']");
      if (!way) throw new Error(`no way to report from ${location.pathname} under "${title()}"`);
      way.click();
      if (way.getAttribute("href") === "/today") {
        (await seen(() => document.querySelector(".today-report"), "the way to report")).click();
      }
      await seen(there, "the camera");
    }
    if (title() === "You were making a report") await decideOnLeftOver(takeUp);
  }

  const shown = () => all(".photo-strip li").length;
  async function addPhotos(seeds) {
    for (const seed of seeds) {
      const before = shown();
      if (!chooser()) (await seen(() => document.querySelector(".photo-strip-add"), "More photos")).click();
      give(await seen(chooser, "the chooser"), [await picture(seed)]);
      await seen(() => shown() > before, "one more photo");
    }
  }

  /**
   * One report through the screens: camera, what it is, check and save. `spec`: number, note,
   * photos (seeds), choice (which kind),
   * take_up (go on with a report that a killed tab left). Tells the journal as soon as the screen says Saved.
   */
  async function capture(spec) {
    await beginReport(spec.take_up);
    if (title() === "Report a problem") {
      give(camera(), [await picture(spec.photos[0])]);
      await seen(() => title() === "What is it?" && kinds().length > 0, "what it is");
    }
    if (title() !== "Check and save") {
      const choices = await seen(() => (kinds().length > 0 ? kinds() : null), "what it is");
      choices[spec.choice % choices.length].click();
    }
    const note = await seen(() => title() === "Check and save" && document.querySelector("textarea"), "the note");
    await addPhotos(spec.photos.slice(1));
    write(note, spec.note);
    await seen(() => /within|m\b/.test(document.querySelector(".report-place")?.textContent ?? ""), "the place");
    const saidBefore = alarm();
    (await seen(() => button("Save"), "Save")).click();
    const refused = () => alarm() && alarm() !== saidBefore;
    await seen(() => title() === "Saved" || refused(), "Saved");
    if (title() !== "Saved") throw new Error(`the screen said: ${alarm()}`);
    const link = await seen(() => document.querySelector("a[href^='/reports/']"), "the way to the report");
    const defectId = link.getAttribute("href").split("/").pop();
    await globalThis.__acknowledged({ number: spec.number, defect_id: defectId });
    return { defect_id: defectId, kept: await keptOf(defectId).catch(() => null) };
  }

  window.__street = {
    capture, everything, keptOf, shiftClock, closeDatabase, setFull, alarm, picture, give, button, seen, title, write,
  };
})();
