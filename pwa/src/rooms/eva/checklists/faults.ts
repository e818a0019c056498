/** Which fault is whose: the server's paths, brought to the places of an editor. Pure. */
import type { At } from "./places";
import { sameAt } from "./places";

/** One thing that is wrong, as the server says it: `sections[0].questions[2].defect.category`. */
export interface Fault {
  path: string;
  code: string;
  words: string;
}

export interface PlacedFault extends Fault {
  at: At;
  /** The rest of the path: "label", "choices[1].points", "relevant.all[0].value". */
  field: string;
}

const STEP = /^\.?(?:sections|questions)\[(\d+)\]/;

/** Where a fault stands and what of it is wrong. What can't be placed is the checklist's own. */
export function placed(fault: Fault): PlacedFault {
  const at: number[] = [];
  let rest = fault.path;
  for (let step = STEP.exec(rest); step && at.length < 3; step = STEP.exec(rest)) {
    at.push(Number(step[1]));
    rest = rest.slice(step[0].length);
  }
  return { ...fault, at, field: rest.replace(/^\./, "") };
}

/** The words of the first fault of one field of what stands at `at`: "choices[1].points", or all below "relevant". */
export function wordsAt(faults: readonly PlacedFault[], at: At, field: string): string | null {
  const found = faults.find(
    (fault) =>
      sameAt(fault.at, at) &&
      (fault.field === field || (/^[.[]/.test(fault.field.slice(field.length)) && fault.field.startsWith(field))),
  );
  return found?.words ?? null;
}

/** Faults of what stands at `at` that none of the shown fields says. */
export function othersAt(faults: readonly PlacedFault[], at: At, shown: readonly string[]): PlacedFault[] {
  return faults.filter(
    (fault) =>
      sameAt(fault.at, at) &&
      !shown.some(
        (field) => fault.field === field || fault.field.startsWith(`${field}.`) || fault.field.startsWith(`${field}[`),
      ),
  );
}

/** How many faults stand at a place or within it. */
export function faultsWithin(faults: readonly PlacedFault[], at: At): number {
  return faults.filter((fault) => at.every((step, depth) => fault.at[depth] === step)).length;
}
