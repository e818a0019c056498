/** The outbox as rows for the screen: each unsent thing with its photos and where it is. */
import type { DefectView, JobView, LocalPhoto, OutboxItem } from "../../sync";
import { defects, jobs, myItems, myPhotos, photosByOperation } from "../../sync";
import { serverAudits } from "../../sync/audits";

export interface OutboxRow {
  item: OutboxItem;
  /** All its photos on this phone. */
  photos: readonly LocalPhoto[];
  /** Those that the server has not confirmed. */
  open: readonly LocalPhoto[];
}

export interface Subject {
  category: string | null;
  where: string;
  /** What the server says of it; null where it does not know it (yet). */
  defect: DefectView | null;
  job: JobView | null;
}

/** Everything that is not wholly on the server: what needs the person first, then oldest first. */
export function outboxRows(): OutboxRow[] {
  const photos = photosByOperation(myPhotos.value);
  const rows: OutboxRow[] = [];
  for (const item of myItems.value) {
    const own = photos.get(item.id) ?? [];
    const open = own.filter((photo) => photo.state !== "sent");
    if (item.state !== "sent" || open.length > 0) rows.push({ item, photos: own, open });
  }
  const first = (row: OutboxRow) => row.item.state === "refused" || row.open.some((photo) => photo.state === "refused");
  return [...rows.filter(first), ...rows.filter((row) => !first(row))];
}

/** What an operation is about, as far as this phone knows it. */
export function subjectOf(item: OutboxItem): Subject {
  const payload = item.operation.payload as {
    category?: string;
    street_text?: string;
    defect_id?: string;
    job_id?: string;
    audit_id?: string;
  };
  const job = payload.job_id ? (jobs.value.find((row) => row.id === payload.job_id) ?? null) : null;
  const defect = payload.defect_id ? (defects.value.find((row) => row.id === payload.defect_id) ?? null) : null;
  const row = defect ?? job;
  return {
    category: payload.category ?? row?.category ?? null,
    where: payload.street_text || row?.street_text || row?.ward?.name || auditTitle(payload.audit_id),
    defect,
    job,
  };
}

/** What an audit is called, as far as this phone knows it. */
function auditTitle(id: string | undefined): string {
  if (!id) return "";
  const known = serverAudits.value.get(id);
  if (known) return known.title;
  for (const { operation } of myItems.value) {
    const { audit_id, title } = operation.payload as { audit_id?: string; title?: string };
    if (operation.kind === "begin_audit" && audit_id === id) return title ?? "";
  }
  return "";
}
