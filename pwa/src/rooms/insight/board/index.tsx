import "../insight.css";
import "./board.css";
import "./rows.css";
import { BoardScreen } from "./BoardScreen";

/** The dispatcher's first screen; fetched by itself, so that it opens quickly. */
export default function BoardRoom() {
  return <BoardScreen />;
}
