import "./jobs.css";
import { useRoute } from "../../app/router";
import { session } from "../../sync";
import { CloseScreen } from "./CloseScreen";
import { DayScreen } from "./DayScreen";
import { DeskJobScreen } from "./DeskJobScreen";
import { HandBackScreen } from "./HandBackScreen";
import { JobScreen } from "./JobScreen";
import { MadeSafeScreen } from "./MadeSafeScreen";
import { ReportBackScreen } from "./ReportBackScreen";

/** The room of the work: a crew's day and its jobs; the desk reads the same job with its story. */
export default function JobsRoom({ pattern }: { pattern: string }) {
  const { params } = useRoute();
  const id = params.id ?? "";
  const crew = session.value.person?.role === "crew";
  if (pattern === "/jobs/:id/close") return <CloseScreen id={id} />;
  if (pattern === "/jobs/:id/hand-back") return <HandBackScreen id={id} />;
  if (pattern === "/jobs/:id/made-safe") return <MadeSafeScreen id={id} />;
  if (pattern === "/report-back") return <ReportBackScreen />;
  if (pattern === "/jobs/:id") return crew ? <JobScreen id={id} /> : <DeskJobScreen id={id} />;
  return <DayScreen />;
}
