/** What came back, in words. Pure. */

const TIMES = ["", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];

/** "Third time here in 21 days": how often the same was reported at one place after it had been fixed. */
export function cameBackInWords(recurrence: { times: number; in_days: number }): string {
  const { times, in_days } = recurrence;
  const days = in_days === 1 ? "1 day" : `${in_days} days`;
  return `${TIMES[times] ?? `${times}th`} time here in ${days}`;
}
