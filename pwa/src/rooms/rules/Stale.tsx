import type { Asked } from "../../api/useAsk";
import { Banner, Button, clockTime, Empty, Skeleton } from "../../ui";

/** What a screen of the rules says while its answer isn't the newest: how old it is, or why there is none. */
export function Stale({ asked, what }: { asked: Asked<unknown>; what: string }) {
  if (asked.state === "offline") {
    const title = asked.at ? `No connection: this is from ${clockTime(asked.at)}` : "No connection";
    return (
      <Banner kind="offline" live="status" title={title}>
        <p>{asked.at ? "Rules can be changed when it is back." : `${what} comes when the connection is back.`}</p>
        <Button onClick={asked.again}>Try now</Button>
      </Banner>
    );
  }
  if (asked.state === "problem") {
    return (
      <Empty icon="warning" title={asked.problem?.title ?? `${what} could not be had`}>
        <p>{asked.problem?.detail ?? "Try again in a minute."}</p>
        <Button onClick={asked.again}>Try again</Button>
      </Empty>
    );
  }
  return asked.data === null ? <Skeleton rows={4} words={`Fetching: ${what.toLowerCase()}`} /> : null;
}
