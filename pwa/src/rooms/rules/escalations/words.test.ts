import { expect, it } from "vitest";
import type { Step } from "./shapes";
import { amountOf, minutesOf, UNITS, whenInWords, whoInWords } from "./words";

it.each([
  [0, "as soon as it is late"],
  [30, "30 minutes after it is due"],
  [60, "1 hour after it is due"],
  [240, "4 hours after it is due"],
  [1440, "24 hours after it is due"],
  [2880, "2 days after it is due"],
  [90, "90 minutes after it is due"],
  [-120, "2 hours before it is due"],
])("%i minutes are %s", (minutes, words) => {
  expect(whenInWords(minutes)).toBe(words);
});

it("gives back the minutes that it was given, whatever the unit", () => {
  for (let minutes = 0; minutes <= 44_640; minutes += 30) {
    const { amount, unit } = amountOf(minutes);
    expect(UNITS).toContain(unit);
    expect(minutesOf(amount, unit)).toBe(minutes);
  }
});

const STEP: Step = {
  level: 1,
  title: "Contract manager",
  person: null,
  role: "manager",
  of_council: true,
  after_minutes: 0,
  person_has_left: false,
};

it("names the person, and everybody of the role where that person has left", () => {
  const mo = { id: "1", name: "Mo Manager" };
  expect(whoInWords(STEP, "EMS")).toBe("all managers of the council");
  expect(whoInWords({ ...STEP, of_council: false }, "EMS")).toBe("all managers of EMS");
  expect(whoInWords({ ...STEP, person: mo }, "EMS")).toBe("Mo Manager");
  expect(whoInWords({ ...STEP, person: mo, person_has_left: true }, "EMS")).toBe(
    "all managers of the council (Mo Manager has left)",
  );
});
