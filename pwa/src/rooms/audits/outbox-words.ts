/** Why something is still on the phone, in words. Pure. */
import type { LocalPhoto, OutboxItem } from "../../storage/db";
import type { Hindrance } from "../../sync";

export interface WhyHere {
  /** A code of SYNC_STATUS. */
  status: "on_phone" | "sending" | "photos" | "problem";
  words: string;
  needsYou: boolean;
}

const HINDRANCES: Record<Exclude<Hindrance, null>, string> = {
  no_signal: "There is no signal. It goes by itself when there is.",
  not_our_server: "This network does not let Sightline through. If it is public Wi-Fi, open its own sign-in page.",
  sign_in: "Sign in to send it.",
  server_trouble: "The server has trouble. Sightline tries again by itself.",
};

export function whyHere(item: OutboxItem, photos: readonly LocalPhoto[], hindrance: Hindrance): WhyHere {
  if (item.state === "refused" || item.state === "conflict") {
    const words = item.reason ?? "The server did not accept this.";
    return { status: "problem", words, needsYou: true };
  }
  const refused = photos.find((photo) => photo.state === "refused");
  if (refused) {
    return {
      status: "problem",
      words: `The photo was not taken: ${refused.reason ?? "no reason given"}`,
      needsYou: true,
    };
  }
  if (item.state === "sent") {
    const left = photos.length === 1 ? "1 photo" : `${photos.length} photos`;
    const reason = photos.find((photo) => photo.reason)?.reason;
    const words = reason ?? (hindrance ? HINDRANCES[hindrance] : `The report has arrived; ${left} still to go.`);
    return { status: "photos", words, needsYou: false };
  }
  if (hindrance) return { status: "on_phone", words: HINDRANCES[hindrance], needsYou: false };
  if (item.code === "waiting") {
    return {
      status: "on_phone",
      words: item.reason ?? "It waits for an earlier one to arrive first.",
      needsYou: false,
    };
  }
  return { status: "sending", words: "It is being sent.", needsYou: false };
}
