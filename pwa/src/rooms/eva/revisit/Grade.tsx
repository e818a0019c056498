import { Chip } from "../../../ui";
import { gradeStatus, percentInWords } from "./words";

/** Colour, icon and word, and the percentage behind them. */
export function Grade(props: { grade?: string | null | undefined; percent?: number | null | undefined }) {
  return <Chip status={gradeStatus(props.grade)} note={percentInWords(props.percent) || undefined} />;
}
