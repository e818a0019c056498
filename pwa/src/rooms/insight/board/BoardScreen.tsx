import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAsk } from "../../../api/useAsk";
import type { Crews, JobChange } from "../../../app/job-change";
import { navigate, setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { boxAround, MapPane, type MapPoint } from "../../../map";
import { reference, serverNow } from "../../../sync";
import { Button, clockNow, clockTime, dueState, Empty, TopBar, useNow } from "../../../ui";
import { useKeys } from "../useKeys";
import { type Asked, askedBy, filtersSet, noFilters, questionOf } from "./address";
import { BoardFilters, Files, Order } from "./BoardFilters";
import { BoardList, titleOf } from "./BoardList";
import { BulkBar, type LastChange } from "./BulkBar";
import { KeysSheet } from "./KeysSheet";
import { newsInWords, stepTo } from "./merge";
import { QueueStrip } from "./QueueStrip";
import { type BoardPage, type BoardRow, countInWords } from "./shapes";
import { type Board, useBoard } from "./useBoard";
import { useChosen } from "./useChosen";
import { useMapBeside } from "./useMapBeside";

const NO_CREWS: readonly Crews[] = [];

/** The dispatcher's first screen: what can still be saved, whose it is, and what to do with it. */
export function BoardScreen() {
  const { query } = useRoute();
  const asked = askedBy(query);
  const board = useBoard(asked);
  const { page } = board;
  // What the server chose to open on stands in the address from then on: the queue stays under one's hands.
  useEffect(() => {
    if (page && !asked.queue) setQuery({ queue: page.queue });
  }, [page, asked.queue]);
  const as_of = page && `As of ${clockTime(page.as_of)}, renewed by itself`;
  return (
    <>
      <TopBar title="Board" status={<span>{as_of ?? "What is to be done, and by when"}</span>} />
      <div class="desk board">
        {(page === null || board.answered.state !== "loading") && <Stale asked={board.answered} what="The board" />}
        {page && <QueueStrip page={page} current={asked.queue || page.queue} />}
        {page && <Work asked={asked} board={board} page={page} />}
      </div>
    </>
  );
}

function pointsOf(rows: readonly BoardRow[], now: Date): MapPoint[] {
  return rows.map((row) => ({
    id: row.id,
    longitude: row.longitude,
    latitude: row.latitude,
    state: row.done_at ? "done" : dueState(row.due_at, clockNow(now, row.paused), row.at_risk_at),
    label: `${titleOf(row)}, ${row.street_text}`,
  }));
}

function Work({ asked, board, page }: { asked: Asked; board: Board; page: BoardPage }) {
  const { query } = useRoute();
  const { shown } = board;
  const now = useNow(serverNow);
  const crews = useAsk<{ organisations: Crews[] }>("/api/board/crews").data?.organisations ?? NO_CREWS;
  const [current, setCurrent] = useState<string | null>(query.get("job"));
  const [action, setAction] = useState<JobChange | null>(null);
  const [last, setLast] = useState<LastChange | null>(null);
  const [words, setWords] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const [withMap, toggleMap] = useMapBeside();
  const search = useRef<HTMLInputElement>(null);
  const chosen = useChosen(shown.rows, questionOf(asked).toString());
  const ids = shown.rows.map((row) => row.id);
  const mayReroute = crews.length > 1;

  const linkTo = (row: BoardRow) => {
    const here = new URLSearchParams(query);
    here.set("job", row.id);
    return `/jobs/${row.id}?from=${encodeURIComponent(`/board?${here}`)}`;
  };
  const go = (step: number) => {
    const id = stepTo(ids, current, step);
    setCurrent(id);
    const row = id && document.getElementById(`row-${id}`);
    if (!row) return;
    row.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const row = shown.rows.find((one) => one.id === current);
    if (row) navigate(linkTo(row));
  };
  const ask = (wanted: JobChange) => chosen.rows.length > 0 && setAction(wanted);
  const done = (change: LastChange) => {
    setAction(null);
    setLast(change);
    setWords(null);
    chosen.none();
    board.reread();
  };
  useKeys({
    j: () => go(1),
    k: () => go(-1),
    Enter: open,
    x: () => current && chosen.choose(current, false),
    X: () => current && chosen.choose(current, true),
    a: () => ask("assign"),
    d: () => ask("defer"),
    s: () => mayReroute && ask("reroute"),
    n: board.showNew,
    m: toggleMap,
    Escape: chosen.none,
    "/": () => search.current?.focus(),
    "?": () => setHelp(true),
    ...Object.fromEntries(
      page.queues.map((queue, i) => [String((i + 1) % 10), () => setQuery({ queue: queue.key, job: null })]),
    ),
  });
  return (
    <section class={withMap ? "board-work board-with-map" : "board-work"} aria-label="Jobs">
      <BoardFilters asked={asked} crews={crews} searchRef={search} />
      <div class="board-side">
        <Head
          asked={asked}
          board={board}
          page={page}
          withMap={withMap}
          onMap={toggleMap}
          onHelp={() => setHelp(true)}
          allChosen={ids.length > 0 && chosen.rows.length === ids.length}
          onAll={chosen.toggleAll}
        />
        {words && <p role="status">{words}</p>}
        {shown.rows.length > 0 ? (
          <BoardList
            shown={shown}
            now={now}
            current={current}
            chosen={chosen.ids}
            onCurrent={setCurrent}
            onChoose={chosen.choose}
            linkTo={linkTo}
            manyOwners={crews.length > 1}
            label="Jobs of this queue"
            busy={board.changing}
          />
        ) : (
          <NoJobs asked={asked} page={page} />
        )}
        {shown.next && (
          <Button wide busy={board.fetching} onClick={() => void board.fetchMore()}>
            Show more
          </Button>
        )}
        <BulkBar
          rows={chosen.rows}
          crews={crews}
          mayReroute={mayReroute}
          action={action}
          onAction={setAction}
          onNone={chosen.none}
          last={last}
          onDone={done}
          onUndone={(told) => {
            setLast(null);
            setWords(told);
            board.reread();
          }}
        />
      </div>
      {withMap && <BoardMap rows={shown.rows} now={now} current={current} onPick={(id) => pick(id, setCurrent)} />}
      <KeysSheet open={help} onClose={() => setHelp(false)} />
    </section>
  );
}

function pick(id: string, setCurrent: (id: string) => void): void {
  setCurrent(id);
  document.getElementById(`row-${id}`)?.scrollIntoView({ block: "nearest" });
}

function BoardMap(props: {
  rows: readonly BoardRow[];
  now: Date;
  current: string | null;
  onPick: (id: string) => void;
}) {
  const { rows, now } = props;
  const points = useMemo(() => pointsOf(rows, now), [rows, now]);
  const places = rows.map((row) => row.id).join();
  const bounds = useMemo(() => boxAround(points), [places]);
  return (
    <MapPane
      class="board-map"
      label="Map of the jobs in the list"
      settings={reference.value?.map ?? null}
      points={points}
      bounds={bounds}
      selected={props.current}
      onPick={props.onPick}
    />
  );
}

/** The line above the list, always of one height, so that news move no row. */
function Head(props: {
  asked: Asked;
  board: Board;
  page: BoardPage;
  withMap: boolean;
  onMap: () => void;
  onHelp: () => void;
  allChosen: boolean;
  onAll: () => void;
}) {
  const { asked, board, page } = props;
  const news = newsInWords(board.shown);
  const queue = page.queues.find((one) => one.key === (asked.queue || page.queue));
  const shownCount = board.shown.rows.length - board.shown.gone.size;
  return (
    <div class="board-head">
      <label class="board-all">
        <input type="checkbox" checked={props.allChosen} onChange={props.onAll} />
        <span class="sr-only">Choose all {shownCount} that are shown</span>
      </label>
      <p class="board-count">
        <strong>{queue?.label}</strong>
        <span class="quiet-text tabular">
          {" "}
          {shownCount} of {queue ? countInWords(queue) : shownCount}
        </span>
      </p>
      <div class="board-news" role="status">
        {news && (
          <Button kind="primary" icon="refresh" onClick={board.showNew}>
            {`${news}: show`}
          </Button>
        )}
      </div>
      <div class="board-tools">
        <Order asked={asked} />
        <Files asked={asked} />
        <Button kind="quiet" icon="map" iconOnly pressed={props.withMap} onClick={props.onMap}>
          Map
        </Button>
        <Button class="board-keys-button" kind="quiet" icon="keyboard" iconOnly onClick={props.onHelp}>
          Keys
        </Button>
      </div>
    </div>
  );
}

const NONE: Record<string, string> = {
  at_risk: "Nothing is about to run late.",
  late: "Nothing is late.",
  today: "Nothing else is due today.",
  later: "Nothing is due after today.",
  paused: "No clock stands still.",
  unacknowledged: "Every job was taken on.",
  escalated: "Nothing went up the ladder.",
  returned: "Nothing was handed back and waits.",
  done: "Nothing was done yet today.",
  all: "There is nothing to do.",
};

function NoJobs({ asked, page }: { asked: Asked; page: BoardPage }) {
  const narrowed = filtersSet(asked) > 0;
  return (
    <Empty icon="check" title={narrowed ? "No job fits these filters" : (NONE[page.queue] ?? "No jobs here")}>
      <p>Jobs appear here by themselves.</p>
      {narrowed && <Button onClick={() => setQuery({ ...noFilters(), job: null })}>Clear filters</Button>}
    </Empty>
  );
}
