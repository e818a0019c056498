/** What came of each thing in a phone's file, in words. */
import type { Imported, PushResult } from "../../api/types";

export interface Line {
  id: string;
  good: boolean;
  words: string;
}

const RESULT: Record<PushResult["status"], string> = {
  applied: "Taken in now",
  repeated: "Was here already",
  conflict: "In conflict: it lies under Conflicts to be decided",
  rejected: "Refused, and kept under Conflicts, Refused",
  waiting: "Kept: it waits for another one that has not come",
};

const PHOTO: Record<Imported["photos"][number]["status"], string> = {
  received: "Taken in now",
  repeated: "Was here already",
  refused: "Refused",
  missing: "Not in the file",
};

function withWhy(words: string, detail: string | null): string {
  return detail ? `${words}. ${detail}` : words;
}

/** One line for each record and each photo, those that need somebody first. */
export function linesOf(imported: Imported): { records: Line[]; photos: Line[] } {
  const records = imported.results.map((result, index) => ({
    id: result.id ?? String(index),
    good: result.status === "applied" || result.status === "repeated",
    words: `${result.subject?.number ?? `Record ${index + 1}`}: ${withWhy(RESULT[result.status], result.detail)}`,
  }));
  const photos = imported.photos.map((photo, index) => ({
    id: photo.id,
    good: photo.status === "received" || photo.status === "repeated",
    words: `Photo ${index + 1}: ${withWhy(PHOTO[photo.status], photo.detail)}`,
  }));
  const needsSomebodyFirst = (a: Line, b: Line) => Number(a.good) - Number(b.good);
  return { records: records.sort(needsSomebodyFirst), photos: photos.sort(needsSomebodyFirst) };
}

/** Whether all of it is on the server now, so that the file is needed no longer. */
export function isComplete(imported: Imported): boolean {
  const { photos } = linesOf(imported);
  return photos.every((line) => line.good);
}

/** "3 records and 5 photos of Ash Warden". */
export function summaryOf(imported: Imported): string {
  const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;
  const photos = imported.photos.length ? ` and ${count(imported.photos.length, "photo")}` : "";
  return `${count(imported.results.length, "record")}${photos} of ${imported.person.name}`;
}
