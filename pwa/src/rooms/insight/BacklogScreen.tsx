import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Job } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { navigate, setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { boxAround, MapPane, type MapPoint } from "../../map";
import { reference, serverNow, session } from "../../sync";
import { Button, clockNow, clockTime, dueState, Empty, Sheet, Table, TopBar, useNow } from "../../ui";
import { ByAge, ByOrganisation, Totals } from "./Figures";
import { FilterBar } from "./FilterBar";
import type { Backlog } from "./figures";
import { type Filters, filtersFrom, firstBreach, jobsQuestion, only, stepTo } from "./filters";
import { jobColumns, titleOf } from "./JobRows";
import { type Key, KeyList } from "./KeyList";
import { useJobList } from "./useJobList";
import { useKeys } from "./useKeys";

const EVERY_MS = 30_000;

/** The manager's first screen: how much, how late, whose; and the list behind every figure. */
export function BacklogScreen() {
  const asked = useAsk<Backlog>("/api/insight/backlog", EVERY_MS);
  const backlog = asked.data;
  const { query } = useRoute();
  // The list the screen opened on stays while figures change under it.
  const opened = useRef<ReturnType<typeof firstBreach> | null>(null);
  if (backlog && opened.current === null) opened.current = firstBreach(backlog.totals);
  const filters = filtersFrom(query, opened.current ?? firstBreach(null));
  const mayList = session.value.person?.role !== "councillor";
  return (
    <>
      <TopBar title="Backlog" status={backlog && <span>As of {clockTime(backlog.as_of)}, renewed by itself</span>} />
      <div class="desk">
        <Stale asked={asked} what="The backlog" />
        {backlog && (
          <>
            <Totals backlog={backlog} filters={filters} />
            <div class="panels">
              <ByOrganisation rows={backlog.organisations} filters={filters} />
              <ByAge rows={backlog.ages} filters={filters} />
            </div>
            {mayList && <JobList filters={filters} />}
          </>
        )}
      </div>
    </>
  );
}

function found(job: Job, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hay = [titleOf(job), job.number, job.street_text, job.ward?.name, job.note].join(" ").toLowerCase();
  return words.every((word) => hay.includes(word));
}

function pointsOf(rows: readonly Job[], now: Date): MapPoint[] {
  return rows.map((job) => {
    const over = job.done_at !== null || !job.due_at;
    const at = clockNow(now, job.paused);
    const state = over || !job.due_at ? "done" : dueState(job.due_at, at, job.at_risk_at);
    return { id: job.id, ...job.place, state, label: `${titleOf(job)}, ${job.street_text}` };
  });
}

function JobList({ filters }: { filters: Filters }) {
  const { query } = useRoute();
  const now = useNow(serverNow);
  const list = useJobList(jobsQuestion(filters));
  const [text, setText] = useState("");
  const [help, setHelp] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const rows = text ? list.rows.filter((job) => found(job, text)) : list.rows;
  const ids = rows.map((job) => job.id);
  const current = query.get("job");
  const points = useMemo(() => pointsOf(rows, now), [list.asked.data, rows.length, text, now]);
  const bounds = useMemo(() => boxAround(points), [list.asked.data === null, ids.join()]);
  const here = `/backlog${query.size ? `?${query}` : ""}`;
  const linkTo = (job: Job) => `/jobs/${job.id}?from=${encodeURIComponent(here)}`;
  const pick = (id: string | null) => setQuery({ job: id });
  const openCurrent = () => {
    const job = rows.find((row) => row.id === current);
    if (job) navigate(linkTo(job));
  };
  useKeys({
    j: () => pick(stepTo(ids, current, 1)),
    k: () => pick(stepTo(ids, current, -1)),
    e: openCurrent,
    "/": () => search.current?.focus(),
    "?": () => setHelp(true),
  });
  useEffect(() => {
    if (current) document.getElementById(`row-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  return (
    <section class="list-and-map" aria-label="Jobs">
      <FilterBar
        filters={filters}
        text={text}
        onText={setText}
        searchRef={search}
        onHelp={() => setHelp(true)}
        count={text ? rows.length : list.count}
      />
      <div class="list-side">
        <Stale asked={list.asked} what="The list" />
        {rows.length > 0 && (
          <Table
            caption="Jobs that fit the filters"
            columns={jobColumns(now, linkTo)}
            rows={rows}
            keyOf={(job) => job.id}
            current={current}
            onPick={(job) => pick(job.id)}
          />
        )}
        {rows.length === 0 && list.asked.data && <NoJobs />}
        {list.more && (
          <Button wide busy={list.fetching} onClick={() => void list.fetchMore()}>
            Show more
          </Button>
        )}
      </div>
      <MapPane
        class="map-beside"
        label="Map of the jobs in the list"
        settings={reference.value?.map ?? null}
        points={points}
        bounds={bounds}
        selected={current}
        onPick={pick}
      />
      <KeysSheet open={help} onClose={() => setHelp(false)} />
    </section>
  );
}

function NoJobs() {
  return (
    <Empty icon="check" title="No job fits these filters">
      <p>Jobs appear here as soon as a report has an owner.</p>
      <Button onClick={() => setQuery(only({ breach: "all" }))}>Show everything to do</Button>
    </Empty>
  );
}

function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const keys: Key[] = [
    ["j", "Next job in the list"],
    ["k", "The one before"],
    ["e", "Open it"],
    ["/", "Find in the list"],
    ["?", "Show these keys"],
  ];
  return (
    <Sheet open={open} title="Keys" onClose={onClose}>
      <KeyList keys={keys} />
    </Sheet>
  );
}
