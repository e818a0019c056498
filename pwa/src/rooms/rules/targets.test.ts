import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codeOf,
  dayInWords,
  type Hours,
  hoursOf,
  hoursText,
  ordinaryWeek,
  readDay,
  weekInWords,
  weeksOf,
  weekTitle,
} from "./targets";

const all = { season_from: "", season_until: "", valid_from: null, valid_until: null };
const summer = { ...all, season_from: "04-01", season_until: "09-30" };

function row(weekday: number, opens: string, closes: string, more: Partial<Hours> = {}): Hours {
  return { weekday, opens, closes, ...all, ...more };
}

describe("hours as a person types them", () => {
  it.each([
    ["08:00-17:00", [["08:00", "17:00"]]],
    ["8-17", [["08:00", "17:00"]]],
    ["8.30 to 12", [["08:30", "12:00"]]],
    [
      "08:00-12:00, 13:00-17:00",
      [
        ["08:00", "12:00"],
        ["13:00", "17:00"],
      ],
    ],
    ["22:00–24:00", [["22:00", "00:00"]]],
    ["", []],
    ["  ", []],
  ])("reads %j", (text, stretches) => {
    expect(readDay(text)?.map((each) => [each.opens, each.closes])).toEqual(stretches);
  });

  it.each([
    "17:00-08:00",
    "25:00-26:00",
    "8",
    "eight to five",
    "08:70-09:00",
    "08:00-17:00 08:00-17:00",
    "24:30-01:00",
  ])("does not guess at %j", (text) => {
    expect(readDay(text)).toBeNull();
  });

  it("says which day of which week it could not read, and keeps the others", () => {
    const week = ordinaryWeek();
    week.days[2] = "all day";

    const { hours, wrong } = hoursOf([week]);

    expect(Object.keys(wrong)).toEqual(["0.2"]);
    expect(hours.map((each) => each.weekday)).toEqual([0, 1, 3, 4]);
  });
});

describe("a calendar's weeks", () => {
  it("has eight to five where it names no hours", () => {
    expect(weekInWords(weeksOf([])[0] ?? ordinaryWeek())).toEqual(["Monday to Friday 08:00 to 17:00"]);
  });

  it("puts seasons after the rest of the year", () => {
    const weeks = weeksOf([row(5, "07:00", "19:00", summer), row(0, "08:00", "12:00"), row(0, "13:00", "00:00")]);

    expect(weeks.map(weekTitle)).toEqual(["All the year", "1 April to 30 September"]);
    expect(weeks.map(weekInWords)).toEqual([["Monday 08:00 to 12:00, 13:00 to midnight"], ["Saturday 07:00 to 19:00"]]);
  });

  it("says from when and until when hours hold", () => {
    const [week] = weeksOf([row(0, "08:00", "17:00", { valid_from: "2026-07-01", valid_until: "2027-01-01" })]);

    expect(week && weekTitle(week)).toBe("All the year, from Wed 1 Jul 2026, before Fri 1 Jan 2027");
  });

  it("gives back what it was given, whatever the hours", () => {
    const time = fc
      .tuple(fc.nat(22), fc.nat(59))
      .map(([h, m]) => [h * 60 + m, h * 60 + m + 1 + ((h * 7 + m) % 60)] as const);
    const text = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    const rows = fc.array(
      fc
        .tuple(fc.nat(6), time, fc.boolean())
        .map(([day, [from, until], inSummer]) => row(day, text(from), text(until), inSummer ? summer : {})),
      { minLength: 1, maxLength: 20 },
    );
    const sorted = (hours: Hours[]) => hours.map((each) => JSON.stringify(Object.entries(each).sort())).sort();

    fc.assert(
      fc.property(rows, (hours) => {
        const back = hoursOf(weeksOf(hours));
        expect(back.wrong).toEqual({});
        expect(sorted(back.hours)).toEqual(sorted(hours));
      }),
    );
  });
});

describe("small words", () => {
  it("tells days, hours and codes as people write them", () => {
    expect(dayInWords("2026-06-10")).toBe("Wed 10 Jun 2026");
    expect([hoursText(90), hoursText(240), hoursText(20)]).toEqual(["1.5", "4", "0.33"]);
    expect(codeOf("12 hours, Parks & Lakes ")).toBe("12-hours-parks-lakes");
  });
});
