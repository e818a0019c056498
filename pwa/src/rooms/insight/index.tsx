import "./insight.css";
import "./triage.css";
import { useRoute } from "../../app/router";
import { BacklogScreen } from "./BacklogScreen";
import { DefectScreen } from "./DefectScreen";
import { HotspotsScreen } from "./HotspotsScreen";
import { MapScreen } from "./MapScreen";
import { TriageScreen } from "./TriageScreen";

/** The desk: what waits, where it is, whose it is, and the story of each. */
export default function InsightRoom({ pattern }: { pattern: string }) {
  const { params } = useRoute();
  if (pattern === "/map") return <MapScreen />;
  if (pattern === "/hotspots") return <HotspotsScreen />;
  if (pattern === "/triage") return <TriageScreen />;
  if (pattern === "/defects/:id") return <DefectScreen id={params.id ?? ""} />;
  return <BacklogScreen />;
}
