/** The server's rows as this phone last saw them. */
import type { Changes, Defect, Job } from "../api/types";
import { type Habits, withDatabase } from "./db";

export async function allRows(): Promise<{ defects: Defect[]; jobs: Job[] }> {
  return withDatabase(async (db) => ({
    defects: await db.getAll("defects"),
    jobs: await db.getAll("jobs"),
  }));
}

/** Writes one page of changes and the cursor behind it in one transaction. */
export async function applyChanges(changes: Changes, personId: string): Promise<void> {
  await withDatabase(async (db) => {
    const tx = db.transaction(["defects", "jobs", "meta"], "readwrite");
    const defects = tx.objectStore("defects");
    const jobs = tx.objectStore("jobs");
    const meta = tx.objectStore("meta");
    if (changes.reset) await Promise.all([defects.clear(), jobs.clear()]);
    await Promise.all([
      ...changes.defects.map((row) => defects.put(row)),
      ...changes.jobs.map((row) => jobs.put(row)),
      ...changes.gone.defects.map((id) => defects.delete(id)),
      ...changes.gone.jobs.map((id) => jobs.delete(id)),
      meta.put(changes.cursor, "cursor"),
      meta.put(personId, "rows_of"),
      meta.put(changes.server_time, "pulled_at"),
    ]);
    await tx.done;
  });
}

/** Forgets what the server said (another person signed in here); the outbox is not touched. */
export async function forgetRows(): Promise<void> {
  await withDatabase(async (db) => {
    const tx = db.transaction(["defects", "jobs", "meta"], "readwrite");
    await Promise.all([
      tx.objectStore("defects").clear(),
      tx.objectStore("jobs").clear(),
      ...["cursor", "rows_of", "pulled_at", "news"].map((name) => tx.objectStore("meta").delete(name)),
    ]);
    await tx.done;
  });
}

export async function habitsOf(personId: string): Promise<Habits> {
  const kept = await withDatabase((db) => db.get("habits", personId));
  return kept ?? { person_id: personId, counts: {}, recent: [] };
}

export async function saveHabits(habits: Habits): Promise<void> {
  await withDatabase((db) => db.put("habits", habits));
}
