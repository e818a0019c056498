import type { Asked } from "../../api/useAsk";
import { Banner, Button, clockTime, Empty, Skeleton } from "../../ui";

/** Why a list is old or not there yet; draws nothing when all is well. */
export function Fetched({ asked, what }: { asked: Asked<unknown>; what: string }) {
  if (asked.state === "offline") {
    const title = asked.at ? `No connection: this is from ${clockTime(asked.at)}` : "No connection";
    return (
      <Banner kind="offline" live="status" title={title}>
        <Button icon="refresh" onClick={asked.again}>
          Try now
        </Button>
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
