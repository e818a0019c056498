import { afterEach, describe, expect, it, vi } from "vitest";
import { betterClock, type ClockSample, noteSteadyClock, sampleOf, setBackMs } from "./clock";

const heard = (server_ms: number, got_ms: number, round_trip_ms: number, server_within_ms = 0): ClockSample => {
  const sample = sampleOf({ server_ms, got_ms, round_trip_ms, server_within_ms });
  if (!sample) throw new Error("the server said no time");
  return sample;
};

describe("the server's clock, as a phone knows it", () => {
  it("is half the round trip older when the answer comes", () => {
    expect(heard(10_000, 9_000, 400)).toEqual({ offset_ms: 1_200, within_ms: 200, at_ms: 9_000 });
  });
  it("is not learnt from an answer that doesn't say it", () => {
    expect(sampleOf({ server_ms: null, server_within_ms: 0, got_ms: 1, round_trip_ms: 1 })).toBeNull();
  });
  it("is taken from the quickest answer, whatever comes later", () => {
    const quick = heard(10_000, 9_000, 40);
    const slow = heard(20_700, 20_000, 3_000);
    expect(betterClock(null, slow)).toBe(slow);
    expect(betterClock(slow, quick)).toBe(quick);
    expect(betterClock(quick, slow)).toBe(quick);
  });
  it("is taken anew when the phone's clock was changed, even from a slow answer", () => {
    const before = heard(10_000, 9_000, 40);
    const twoDays = 172_800_000;
    const after = heard(20_000, 20_000 + twoDays, 3_000);
    expect(betterClock(before, after)).toBe(after);
  });
  it("is trusted less as it grows old, since clocks drift", () => {
    const old = heard(10_000, 9_000, 40);
    const day = 86_400_000;
    const fresh = heard(10_000 + day, 9_000 + day, 400);
    expect(betterClock(old, fresh)).toBe(fresh);
  });
  it("is believed to the second only where an older server tells only that", () => {
    const toTheSecond = heard(10_500, 9_000, 40, 500);
    expect(toTheSecond.within_ms).toBe(520);
    const exact = heard(12_000, 11_000, 900);
    expect(betterClock(toTheSecond, exact)).toBe(exact);
  });
});

describe("a clock that is set while nobody can be asked", () => {
  const DAY = 86_400_000;
  afterEach(() => void vi.useRealTimers());

  it("is told by how far it was set back, until the server was heard again", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    noteSteadyClock();
    vi.setSystemTime(Date.now() - 2 * DAY);
    expect(Math.abs(setBackMs() - 2 * DAY)).toBeLessThan(1000);
    noteSteadyClock();
    expect(setBackMs()).toBe(0);
  });

  it("says nothing of one that is ahead: the phone may have slept", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    noteSteadyClock();
    vi.setSystemTime(Date.now() + 2 * DAY);
    expect(setBackMs()).toBe(0);
  });
});
