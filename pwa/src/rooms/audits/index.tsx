import { watchDrafts } from "./draft-keeping";
import { OneReport } from "./one-report";
import { Outbox } from "./outbox";
import { Report } from "./report";
import { ChangeReport } from "./report-change";
import { Reports } from "./reports";
import { Sightings } from "./sightings";
import { Today } from "./today";
import "./audits.css";

watchDrafts();
// So that checklists and audits are on the phone before their owner stands where there is no signal.
void import("../../sync/audits").then(
  ({ startAudits }) => startAudits(),
  () => undefined,
);

/** The walk: what a person sees, reports, and hears back about. */
export default function Audits({ pattern }: { pattern: string }) {
  switch (pattern) {
    case "/report":
      return <Report />;
    case "/reports":
      return <Reports />;
    case "/reports/:id":
      return <OneReport />;
    case "/reports/:id/change":
      return <ChangeReport />;
    case "/sightings":
      return <Sightings />;
    case "/outbox":
      return <Outbox />;
    default:
      return <Today />;
  }
}
