import "./insight.css";
import "./triage.css";
import "./conflicts.css";
import { useRoute } from "../../app/router";
import { BacklogScreen } from "./BacklogScreen";
import { ConflictScreen } from "./ConflictScreen";
import { ConflictsScreen } from "./ConflictsScreen";
import { DefectScreen } from "./DefectScreen";
import { HotspotsScreen } from "./HotspotsScreen";
import { ImportScreen } from "./ImportScreen";
import { MapScreen } from "./MapScreen";
import { PhonesScreen } from "./PhonesScreen";
import { TriageScreen } from "./TriageScreen";

/** The desk: what waits, where it is, whose it is, and the story of each. */
export default function InsightRoom({ pattern }: { pattern: string }) {
  const { params } = useRoute();
  if (pattern === "/map") return <MapScreen />;
  if (pattern === "/hotspots") return <HotspotsScreen />;
  if (pattern === "/triage") return <TriageScreen />;
  if (pattern === "/conflicts") return <ConflictsScreen />;
  if (pattern === "/conflicts/:id") return <ConflictScreen id={params.id ?? ""} />;
  if (pattern === "/phones") return <PhonesScreen />;
  if (pattern === "/import") return <ImportScreen />;
  if (pattern === "/defects/:id") return <DefectScreen id={params.id ?? ""} />;
  return <BacklogScreen />;
}
