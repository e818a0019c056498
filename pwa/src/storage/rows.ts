/** The server's rows as this phone last saw them. */
import type { Changes, Defect, Job } from "../api/types";
import { type Habits, reading, writing } from "./db";

export async function allRows(): Promise<{ defects: Defect[]; jobs: Job[] }> {
  return reading(["defects", "jobs"], async (tx) => ({
    defects: await tx.objectStore("defects").getAll(),
    jobs: await tx.objectStore("jobs").getAll(),
  }));
}

/** Writes one page of changes and the cursor behind it in one transaction. */
export async function applyChanges(changes: Changes, personId: string): Promise<void> {
  await writing(["defects", "jobs", "meta"], async (tx) => {
    const defects = tx.objectStore("defects");
    const jobs = tx.objectStore("jobs");
    const meta = tx.objectStore("meta");
    await Promise.all([
      ...(changes.reset ? [defects.clear(), jobs.clear()] : []),
      ...changes.defects.map((row) => defects.put(row)),
      ...changes.jobs.map((row) => jobs.put(row)),
      ...changes.gone.defects.map((id) => defects.delete(id)),
      ...changes.gone.jobs.map((id) => jobs.delete(id)),
      meta.put(changes.cursor, "cursor"),
      meta.put(personId, "rows_of"),
      meta.put(changes.server_time, "pulled_at"),
    ]);
  });
}

/** Forgets what the server said (another person signed in here); the outbox is not touched. */
export async function forgetRows(): Promise<void> {
  const rows = ["defects", "jobs", "audits"] as const;
  await writing([...rows, "meta"], async (tx) => {
    await Promise.all([
      ...rows.map((name) => tx.objectStore(name).clear()),
      ...["cursor", "rows_of", "pulled_at", "news", "audits_etag"].map((name) => tx.objectStore("meta").delete(name)),
    ]);
  });
}

export async function habitsOf(personId: string): Promise<Habits> {
  const kept = await reading(["habits"], (tx) => tx.objectStore("habits").get(personId));
  return kept ?? { person_id: personId, counts: {}, recent: [] };
}

export async function saveHabits(habits: Habits): Promise<void> {
  await writing(["habits"], (tx) => tx.objectStore("habits").put(habits));
}
