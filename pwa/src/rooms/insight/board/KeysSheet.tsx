import { useState } from "preact/hooks";
import { Checkbox, Sheet } from "../../../ui";
import { KeyList } from "../KeyList";
import { keysAreOn, turnKeys } from "../useKeys";

const KEYS = [
  ["j k", "Down and up in the list"],
  ["Enter", "Open the job"],
  ["x", "Choose it, or not"],
  ["X", "Choose from the last one to this"],
  ["a", "Give the chosen to a crew"],
  ["d", "Put the chosen off"],
  ["s", "Send the chosen elsewhere"],
  ["n", "Show what is new"],
  ["1 – 9, 0", "The queues from left to right"],
  ["/", "Find"],
  ["m", "Map on or off"],
  ["Esc", "Choose none"],
  ["?", "These keys"],
] as const;

export function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [on, setOn] = useState(keysAreOn);
  return (
    <Sheet open={open} title="Keys" onClose={onClose}>
      <KeyList class="board-keys" keys={KEYS} />
      <Checkbox
        label="Use single keys"
        hint="Turn them off where speech or a slip of the hand presses keys. Tab and Enter always work."
        checked={on}
        onChange={(wanted) => {
          turnKeys(wanted);
          setOn(wanted);
        }}
      />
    </Sheet>
  );
}
