/** The board, kept fresh by asking every few seconds whether anything changed, and only then for the list. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../../../api/client";
import { type Asked as Answered, useAsk } from "../../../api/useAsk";
import { type Asked, nextPath, pagePath, questionOf } from "./address";
import { continued, laidOut, NOTHING_SHOWN, renewed, type Shown } from "./merge";
import type { BoardPage, Changes } from "./shapes";

const EVERY_MS = 5_000;
const LONGEST_MS = 60_000;
/** What is due falls late without anybody's doing: the counts are read anew this often in any case. */
const ANEW_MS = 60_000;
/** A board that nobody touches for this long lays itself out anew. */
const UNTOUCHED_MS = 120_000;

export interface Board {
  page: BoardPage | null;
  shown: Shown;
  answered: Answered<BoardPage>;
  /** The list of other filters is on its way; what is shown is still that of the old ones. */
  changing: boolean;
  fetching: boolean;
  fetchMore: () => Promise<void>;
  /** Lay the list out as it is now. */
  showNew: () => void;
  /** Read it now and lay it out: after a change of one's own. */
  reread: () => void;
}

export function useBoard(asked: Asked): Board {
  const [shown, setShown] = useState<Shown>(NOTHING_SHOWN);
  const [page, setPage] = useState<BoardPage | null>(null);
  const [fetching, setFetching] = useState(false);
  const answered = useAsk<BoardPage>(pagePath(asked, shown.rows.length));
  const question = questionOf(asked).toString();
  const laidOutFor = useRef<string | null>(null);
  const layOut = useRef(false);
  const lastTouch = useLastTouch();

  useEffect(() => {
    const fresh = answered.data;
    if (!fresh) return;
    const named = new URLSearchParams(question);
    if (!named.has("queue")) named.set("queue", fresh.queue);
    named.sort();
    const key = named.toString();
    const untouched = Date.now() - lastTouch.current > UNTOUCHED_MS;
    const anew = laidOutFor.current !== key || layOut.current || untouched;
    laidOutFor.current = key;
    layOut.current = false;
    setPage(fresh);
    setShown((old) => (anew ? laidOut(fresh) : renewed(old, fresh, asked.order)));
  }, [answered.data]);

  const again = answered.again;
  useChanges(page?.cursor ?? null, again);

  const fetchMore = useCallback(async () => {
    if (!shown.next) return;
    setFetching(true);
    const answer = await ask<BoardPage>(nextPath(asked, shown.next));
    setFetching(false);
    if (answer.kind === "ok") setShown((old) => continued(old, answer.data));
  }, [shown.next, question]);

  return {
    page,
    shown,
    answered,
    changing: answered.data === null && page !== null && answered.state === "loading",
    fetching,
    fetchMore,
    showNew: () => page && setShown(laidOut(page)),
    reread: () => {
      layOut.current = true;
      again();
    },
  };
}

/** When somebody last moved the pointer or pressed a key. */
function useLastTouch() {
  const last = useRef(Date.now());
  useEffect(() => {
    const note = () => {
      last.current = Date.now();
    };
    const kinds = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"];
    for (const kind of kinds) addEventListener(kind, note, { passive: true });
    return () => {
      for (const kind of kinds) removeEventListener(kind, note);
    };
  }, []);
  return last;
}

/** Calls `onChange` when anything changed since the cursor; less often while nobody answers, not at all
 *  behind other windows. */
function useChanges(cursor: string | null, onChange: () => void): void {
  const since = useRef(cursor);
  const read = useRef(Date.now());
  useEffect(() => {
    since.current = cursor;
    read.current = Date.now();
  }, [cursor]);
  useEffect(() => {
    let timer = 0;
    let wait = EVERY_MS;
    let over = false;
    const look = async () => {
      if (document.visibilityState !== "visible" || !since.current) return true;
      const answer = await ask<Changes>(`/api/board/changes?since=${encodeURIComponent(since.current)}`);
      if (answer.kind === "ok") since.current = answer.data.cursor;
      const changed = answer.kind === "ok" && (answer.data.all || answer.data.changed.length > 0);
      // A cursor that the server doesn't know (put back from a backup) is cured by reading anew.
      const lost = answer.kind === "problem" && answer.problem.code === "bad_cursor";
      if (!over && (changed || lost || (answer.kind === "ok" && Date.now() - read.current > ANEW_MS))) onChange();
      return answer.kind === "ok";
    };
    const tick = async () => {
      clearTimeout(timer);
      const heard = await look();
      wait = heard ? EVERY_MS : Math.min(LONGEST_MS, wait * 2);
      if (!over) timer = window.setTimeout(() => void tick(), wait);
    };
    const shown = () => document.visibilityState === "visible" && void tick();
    timer = window.setTimeout(() => void tick(), wait);
    document.addEventListener("visibilitychange", shown);
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [onChange]);
}
