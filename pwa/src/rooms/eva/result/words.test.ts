import { describe, expect, it } from "vitest";
import type { AuditResult, ReportFile } from "./shapes";
import { changeStatus, dayInWords, gradeStatus, inTheWay, percentInWords, progressInWords, sizeInWords } from "./words";

const READY = { state: "walked", differs: [], missing: [] } as unknown as AuditResult;
const question = { section: "A", question: "A1", instance: "", label: "Is it lit?" };

describe("what is in the way of signing off", () => {
  it("is nothing once all is walked, answered and agreed on", () => {
    expect(inTheWay(READY)).toEqual([]);
  });
  it("is said with what to do, the first thing first", () => {
    const open = { ...READY, state: "walking", differs: [question], missing: [question, question] } as AuditResult;
    expect(inTheWay(open)).toEqual([
      "The walk still goes on. Finish it first.",
      "1 question got different answers: choose which one counts.",
      "2 questions still to be answered.",
    ]);
  });
});

describe("a grade", () => {
  it("is never colour alone", () => {
    const signs = (["green", "amber", "red", null] as const).map(gradeStatus);
    expect(new Set(signs.map((sign) => sign.icon)).size).toBe(4);
    expect(signs.map((sign) => sign.word)).toEqual(["Green", "Amber", "Red", "Not graded"]);
  });
  it.each([
    [81.666, "81.7%"],
    [80, "80%"],
    [0, "0%"],
    [null, ""],
  ])("of %s is %s", (percent, words) => {
    expect(percentInWords(percent)).toBe(words);
  });
  it("is compared in words that differ", () => {
    const words = (["better", "same", "worse", "unknown"] as const).map((change) => changeStatus(change).word);
    expect(new Set(words).size).toBe(4);
  });
});

describe("the next visit", () => {
  it("is a day in words, or said to be none", () => {
    expect(dayInWords("2027-01-17", "Not set")).toBe("17 January 2027");
    expect(dayInWords(null, "Not set")).toBe("Not set");
  });
});

describe("a file that is made", () => {
  const file = { state: "making", done: 12, total: 87, failure: "" } as ReportFile;
  it("says how far it is", () => {
    expect(progressInWords(file)).toBe("Step 12 of 87");
    expect(progressInWords({ ...file, total: 0 })).toBe("Being made");
    expect(progressInWords({ ...file, state: "waiting" })).toBe("Waits for its turn");
    expect(progressInWords({ ...file, state: "failed", failure: "It could not be made." })).toBe(
      "It could not be made.",
    );
  });
  it.each([
    [1_684_604, "1.7 MB"],
    [29_298, "29 kB"],
    [12, "1 kB"],
    [null, ""],
  ])("of %s bytes is %s", (bytes, words) => {
    expect(sizeInWords(bytes)).toBe(words);
  });
});
