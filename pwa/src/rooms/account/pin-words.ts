/** Words about the PIN. Pure. */

/** "8 seconds", "2 minutes". */
export function waitInWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

/** What a wrong PIN is answered with; `waitS`: seconds until the next try. */
export function wrongWords(wrong: number, waitS: number): string {
  const times = wrong <= 1 ? "That is not the PIN." : `That is not the PIN. ${wrong} wrong tries so far.`;
  return waitS > 0 ? `${times} Wait ${waitInWords(waitS)}, then try again.` : times;
}

/** What waits behind the lock. */
export function waitingWords(records: number, photos: number): string {
  const parts: string[] = [];
  if (records > 0) parts.push(records === 1 ? "1 record" : `${records} records`);
  if (photos > 0) parts.push(photos === 1 ? "1 photo" : `${photos} photos`);
  if (parts.length === 0) return "Nothing unsent waits on this phone.";
  const verb = records + photos === 1 ? "waits" : "wait";
  return `${parts.join(" and ")} ${verb} on this phone, locked and safe. Sending goes on once it is open.`;
}
