import { describe, expect, it } from "vitest";
import { match } from "./router";

describe("paths", () => {
  it.each([
    ["/jobs/:id", "/jobs/7", { id: "7" }],
    ["/jobs/:id", "/jobs/7/close", null],
    ["/jobs/:id/close", "/jobs/a%20b/close", { id: "a b" }],
    ["/today", "/today/", {}],
    ["/today", "/reports", null],
    ["/rules/*", "/rules", {}],
    ["/rules/*", "/rules/routes/7/change", {}],
    ["/rules/*", "/rulers", null],
    ["/rules/*", "/", null],
  ])("%s and %s", (pattern, path, params) => {
    expect(match(pattern, path)).toEqual(params);
  });
});
