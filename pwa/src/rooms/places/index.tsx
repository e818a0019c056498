import { Nearby } from "./nearby";
import "./places.css";

/** Where things are. */
export default function Places() {
  return <Nearby />;
}
