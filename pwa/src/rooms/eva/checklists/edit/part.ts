import type { Definition } from "../../questions/definition";
import type { PlacedFault } from "../faults";
import type { At } from "../places";

/** What every part of the editor's form works on. */
export interface Part {
  definition: Definition;
  at: At;
  faults: readonly PlacedFault[];
  /** `field` names what is typed in, so that Undo takes back words, not letters. */
  change: (definition: Definition, at: At, field?: string) => void;
}
