/** Where the photos are that the server still waits for, in one set of words for every screen. */

interface Awaited {
  role: string;
  state: string;
}

/** Whose phone holds a photo of this role: who saw it, or who worked on it. */
function holder(role: string): "warden" | "crew" {
  return role === "after" || role === "evidence" ? "crew" : "warden";
}

/** "2 of 3 photos still on the warden's phone", or null where none is missing. `reporters` says whose
 *  the reporter's phone is where that is known: "your phone", "Ash Warden's phone". */
export function missingInWords(photos: readonly Awaited[], reporters = "the warden's phone"): string | null {
  const missing = photos.filter((photo) => photo.state === "expected");
  if (missing.length === 0) return null;
  const holders = new Set(missing.map((photo) => holder(photo.role)));
  const [only] = holders;
  const where = holders.size > 1 ? "the phones that took them" : only === "crew" ? "the crew's phone" : reporters;
  if (photos.length === 1) return `The photo is still on ${where}`;
  if (missing.length === photos.length) return `All ${photos.length} photos still on ${where}`;
  return `${missing.length} of ${photos.length} photos still on ${where}`;
}
