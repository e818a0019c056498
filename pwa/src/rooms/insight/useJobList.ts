import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { Job } from "../../api/types";
import { type Asked, useAsk } from "../../api/useAsk";
import type { JobPage } from "./figures";

const EVERY_MS = 30_000;

export interface JobList {
  asked: Asked<JobPage>;
  rows: readonly Job[];
  count: number;
  /** There is more than what is shown. */
  more: boolean;
  fetching: boolean;
  fetchMore: () => Promise<void>;
}

/** A list of jobs by its question, with further pages under the first. */
export function useJobList(question: string | null): JobList {
  const asked = useAsk<JobPage>(question, EVERY_MS);
  const [pages, setPages] = useState<JobPage[]>([]);
  const [fetching, setFetching] = useState(false);
  useEffect(() => setPages([]), [question]);
  const next = pages.length ? pages[pages.length - 1]?.next : asked.data?.next;
  const fetchMore = async () => {
    if (!question || !next) return;
    setFetching(true);
    const answer = await ask<JobPage>(`${question}&cursor=${encodeURIComponent(next)}`);
    setFetching(false);
    if (answer.kind === "ok") setPages((now) => [...now, answer.data]);
  };
  const known = new Map<string, Job>();
  for (const page of [asked.data, ...pages]) {
    for (const row of page?.results ?? []) known.set(row.id, row);
  }
  return {
    asked,
    rows: [...known.values()],
    count: asked.data?.count ?? 0,
    more: Boolean(next),
    fetching,
    fetchMore,
  };
}
