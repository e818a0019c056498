import { describe, expect, it } from "vitest";
import { waitInWords, waitingWords, wrongWords } from "./pin-words";

describe("words about the PIN", () => {
  it.each([
    [1, "1 second"],
    [8, "8 seconds"],
    [60, "1 minute"],
    [61, "2 minutes"],
    [900, "15 minutes"],
  ])("%s s", (seconds, words) => {
    expect(waitInWords(seconds)).toBe(words);
  });
  it.each([
    [1, 1, "That is not the PIN. Wait 1 second, then try again."],
    [4, 8, "That is not the PIN. 4 wrong tries so far. Wait 8 seconds, then try again."],
    [2, 0, "That is not the PIN. 2 wrong tries so far."],
  ])("%s wrong, %s s", (wrong, waitS, words) => {
    expect(wrongWords(wrong, waitS)).toBe(words);
  });
  it.each([
    [0, 0, "Nothing unsent waits on this phone."],
    [1, 0, "1 record waits on this phone, locked and safe. Sending goes on once it is open."],
    [3, 5, "3 records and 5 photos wait on this phone, locked and safe. Sending goes on once it is open."],
  ])("%s records, %s photos", (records, photos, words) => {
    expect(waitingWords(records, photos)).toBe(words);
  });
});
