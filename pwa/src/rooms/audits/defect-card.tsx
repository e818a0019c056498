import type { ComponentChildren } from "preact";
import { categories, type DefectView, photosHere, serverNow } from "../../sync";
import { Card, Chip, Photo } from "../../ui";
import "./defect-card.css";
import { reportState } from "./report-state";

/** One report in a list: its photo, what and where, how far on it is. */
export function DefectCard({ row, aside }: { row: DefectView; aside?: ComponentChildren }) {
  const category = categories.value.get(row.category);
  const here = row.photos.filter((photo) => photosHere.value.has(photo.id)).length;
  const state = reportState(row, serverNow(), here);
  const photo = row.photos.find((candidate) => candidate.role === "before") ?? row.photos[0];
  const tone = state.needs === "outbox" ? "late" : state.needs === "look" ? "good" : "plain";
  return (
    <Card href={`/reports/${row.id}`} tone={tone} class="defect-card">
      <div class="defect-card-row">
        <Photo src={photo?.thumbnail} state={photo?.state} alt="" icon={category?.icon} />
        <div class="defect-card-words">
          <h3>{category?.label ?? row.category}</h3>
          <p class="quiet-text small-text">
            {[row.street_text || row.ward?.name, row.number, aside].filter(Boolean).join(" · ")}
          </p>
          <p class="defect-card-state">
            <Chip status={state.status} />
          </p>
          <p class="small-text">{state.words}</p>
        </div>
      </div>
    </Card>
  );
}
