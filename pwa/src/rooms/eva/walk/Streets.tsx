import { useState } from "preact/hooks";
import type { Reference } from "../../../api/types";
import { nearest } from "../../../device/geo";
import { fix } from "../../../device/position";
import { reference } from "../../../sync";
import { Button, Icon, Sheet } from "../../../ui";
import { act, keeping, now } from "./answering";
import type { Walk } from "./useWalk";

/** The streets of an area, nearest first where the phone knows where it is. */
export function streetsOf(areaId: string | null, data: Reference | null, at: typeof fix.value): string[] {
  const box = data?.areas.find((area) => area.id === areaId)?.bbox;
  const streets = (data?.streets ?? []).filter(
    ({ longitude, latitude }) =>
      !box || (longitude >= box[0] && latitude >= box[1] && longitude <= box[2] && latitude <= box[3]),
  );
  const names = at
    ? nearest(streets, at, 40_000_000, (one) => one).map(({ item }) => item.name)
    : streets.map((one) => one.name).sort();
  return [...new Set(names)].slice(0, 60);
}

/** Which streets were looked at, and that nothing was found there: what is not said counts as not looked at. */
export function StreetSheet({ walk, open, onClose }: { walk: Walk; open: boolean; onClose: () => void }) {
  return (
    <Sheet open={open} title="Streets of the walk" onClose={onClose}>
      {open && <Streets walk={walk} />}
    </Sheet>
  );
}

function Streets({ walk }: { walk: Walk }) {
  const { audit } = walk;
  // Sorted once: rows that jump under the thumb while one walks would be marked by mistake.
  const [names] = useState(() => {
    const known = streetsOf(audit.area?.id ?? null, reference.value, fix.peek());
    return [...new Set([...known, ...audit.streets.map((one) => one.name)])];
  });
  const say = (street: string, state: "checked_nothing" | "taken_back") =>
    void keeping(() => act("check_street", { audit_id: audit.id, street, state, at: now() }));
  if (names.length === 0) return <p>No streets are known here.</p>;
  return (
    <>
      <p class="quiet-text small-text">
        {audit.track_wanted
          ? "Streets along your route mark themselves as walked once it is sent."
          : "Mark a street when you have looked at it and found nothing."}
      </p>
      <ul class="walk-streets">
        {names.map((name) => {
          const said = audit.streets.find((one) => one.name === name);
          return (
            <li key={name} class="row-apart">
              <span class="walk-row-words">
                <strong>{name}</strong>
                {said && (
                  <span class="small-text">
                    <Icon name="check" size="1em" />{" "}
                    {said.state === "walked"
                      ? "Walked"
                      : `Checked, nothing found${said.by?.name ? `, ${said.by.name}` : ""}`}
                  </span>
                )}
              </span>
              {walk.canAnswer &&
                (said?.state === "checked_nothing" ? (
                  <Button kind="quiet" icon="undo" iconOnly onClick={() => say(name, "taken_back")}>
                    {`Not checked after all: ${name}`}
                  </Button>
                ) : (
                  <Button onClick={() => say(name, "checked_nothing")}>
                    Nothing found<span class="sr-only">: {name}</span>
                  </Button>
                ))}
            </li>
          );
        })}
      </ul>
    </>
  );
}
