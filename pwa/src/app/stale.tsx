import type { Asked } from "../api/useAsk";
import { Banner, Button, clockTime, Empty, Skeleton } from "../ui";

/** What a desk says when the newest answer could not be had: how old what it shows is, or why there
 *  is nothing. Draws nothing when all is well. */
export function Stale({ asked, what }: { asked: Asked<unknown>; what: string }) {
  if (asked.state === "offline") {
    return (
      <Banner
        kind="offline"
        live="status"
        title={asked.at ? `No connection: this is from ${clockTime(asked.at)}` : "No connection"}
      >
        <div class="row-apart">
          <p>{asked.at ? "It is fetched again by itself." : `${what} comes when the connection is back.`}</p>
          <Button onClick={asked.again}>Try now</Button>
        </div>
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
  if (asked.state === "loading" && asked.data === null) {
    return <Skeleton rows={4} words={`Fetching: ${what.toLowerCase()}`} />;
  }
  return null;
}
