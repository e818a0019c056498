import { expect, it } from "vitest";
import { uuid7 } from "./ids";

it("makes UUIDv7s that sort by when they were made, also within one millisecond", () => {
  const now = Date.now();
  const made = Array.from({ length: 5000 }, () => uuid7(now));
  expect(new Set(made).size).toBe(5000);
  expect([...made].sort()).toEqual(made);
  for (const id of made.slice(0, 20)) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(Number.parseInt(made[0]?.replace("-", "").slice(0, 12) ?? "", 16)).toBe(now);
});
