import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokens(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]));
}

const blocks = css.split(/\n\s*:root/).slice(1);
const light = tokens(blocks[0] ?? "");
const darkByDevice = tokens(blocks[1] ?? "");
const darkByChoice = tokens(blocks[2] ?? "");

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const PAIRS = [
  ...["paper", "surface", "sunk"].flatMap((ground) => [
    ["ink", ground],
    ["ink-soft", ground],
  ]),
  ...["paper", "surface"].flatMap((ground) => ["accent", "late", "risk", "good"].map((tone) => [tone, ground])),
  ...["late", "risk", "good", "idle", "busy"].map((tone) => [tone, `${tone}-wash`]),
  ["ink", "accent-wash"],
  ["accent", "accent-wash"],
  ["accent-strong", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["surface", "late"],
] as [string, string][];

describe.each([
  ["light", light],
  ["dark", darkByDevice],
])("the %s theme can be read in low sun", (_, theme) => {
  it.each(PAIRS)("%s on %s is at least 7:1", (text, ground) => {
    expect(contrast(theme[text] ?? "", theme[ground] ?? "")).toBeGreaterThanOrEqual(7);
  });
});

it("is the same dark theme by the device's wish and by the person's choice", () => {
  expect(darkByChoice).toEqual(darkByDevice);
  expect(Object.keys(darkByChoice).length).toBeGreaterThan(15);
});
