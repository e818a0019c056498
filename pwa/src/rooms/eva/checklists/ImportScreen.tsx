import "./checklists.css";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { NOTHING_CHANGED } from "../../../api/words";
import { navigate } from "../../../app/router";
import { Banner, Button, counted, Section, Select, Table, TopBar } from "../../../ui";
import { FormAsRead } from "./FormAsRead";
import { everyQuestion } from "./places";
import type { Checklists, Dropped, Imported, ImportFault } from "./shapes";

/** 2,000 questions over a slow line take a while. */
const PATIENCE_MS = 120_000;

/** A form of the field's standard becomes a checklist: tried first, so that nothing is half brought in. */
export default function ImportScreen() {
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [tried, setTried] = useState<Imported | null>(null);
  const known = useAsk<Checklists>("/api/checklists");
  const [into, setInto] = useState("");
  const follows = known.data?.results.find((list) => list.code === into);

  const send = async (chosen: File, dry: boolean): Promise<Imported | null> => {
    setBusy(true);
    setFailed(null);
    const body = new FormData();
    body.append("file", chosen);
    body.append("dry", String(dry));
    const basedOn = (follows?.draft ?? follows?.published)?.content_hash;
    if (!dry && basedOn) {
      body.append("code", into);
      body.append("based_on", basedOn);
    }
    const answer = await ask<Imported>("/api/checklists/import", { method: "POST", body, timeoutMs: PATIENCE_MS });
    setBusy(false);
    if (answer.kind === "ok") return answer.data;
    setFailed(failure(answer, NOTHING_CHANGED));
    return null;
  };
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setTried(null);
    setFailed(null);
    if (chosen) setTried(await send(chosen, true));
  };
  const bringIn = async () => {
    if (!file) return;
    const done = await send(file, false);
    if (done?.code) navigate(`/checklists/${done.code}/edit`);
    else if (done) setTried(done);
  };
  return (
    <>
      <TopBar
        title="Bring in an XLSForm"
        back="/checklists"
        backLabel="Checklists"
        status={<span>The spreadsheet form of ODK, Kobo and others</span>}
      />
      <div class="page checklist-import">
        <div class="field">
          <label class="field-label" for="xlsform-file">
            The file
          </label>
          <div class="field-hint" id="xlsform-hint">
            An .xlsx or .xls of up to 5 MB with a sheet “survey”. It is looked through first; nothing is kept before you
            say so.
          </div>
          <input
            id="xlsform-file"
            class="xlsform-file"
            type="file"
            accept=".xlsx,.xls,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/vnd.ms-excel"
            aria-describedby="xlsform-hint"
            disabled={busy}
            onChange={(event) => void choose(event.currentTarget.files?.[0] ?? null)}
          />
        </div>
        {busy && <p role="status">Looking through it</p>}
        {failed && <Banner kind="late" live="alert" title={failed} />}
        {tried && !busy && (
          <Tried tried={tried} onBringIn={() => void bringIn()}>
            <Select
              label="It becomes"
              hint={
                follows?.draft
                  ? "This checklist has a draft: what you bring in takes its place."
                  : "No walk goes by it before you publish it."
              }
              value={into}
              options={[
                { value: "", label: "A checklist of its own" },
                ...(known.data?.results ?? []).map((list) => ({
                  value: list.code,
                  label: `The next version of: ${list.title}`,
                })),
              ]}
              onChange={setInto}
            />
          </Tried>
        )}
      </div>
    </>
  );
}

function Tried(props: { tried: Imported; onBringIn: () => void; children: ComponentChildren }) {
  const { tried, onBringIn } = props;
  const { content, faults, dropped } = tried;
  if (faults.length > 0 || !content) {
    return (
      <>
        <Banner
          kind="late"
          live="status"
          title={`It can’t be brought in: ${counted(faults.length, "fault")}. Nothing was kept`}
        >
          <p>Mend these rows in the spreadsheet and choose the file again.</p>
        </Banner>
        <Faults faults={faults} />
        <LeftOut dropped={dropped} />
      </>
    );
  }
  return (
    <>
      <Banner
        kind={dropped.length ? "risk" : "good"}
        live="status"
        title={`${tried.title}: ${counted(content.sections.length, "section")}, ${counted(everyQuestion(content).length, "question")}`}
      >
        <p>
          {dropped.length
            ? `${counted(dropped.length, "thing")} can’t be kept. See below before you bring it in.`
            : "Everything in it can be kept."}
        </p>
      </Banner>
      <LeftOut dropped={dropped} />
      {props.children}
      <Button kind="primary" large icon="check" onClick={onBringIn}>
        Bring it in as a draft
      </Button>
      <Section title="As it will be read">
        <FormAsRead definition={content} />
      </Section>
    </>
  );
}

function Faults({ faults }: { faults: readonly ImportFault[] }) {
  return (
    <Table
      caption="Faults by row"
      columns={[
        { key: "where", head: "Where", rowHead: true, cell: whereOf },
        { key: "words", head: "What is wrong", cell: (fault: ImportFault) => fault.words },
      ]}
      rows={faults}
      keyOf={(fault) => `${fault.sheet} ${fault.row} ${fault.column} ${fault.code} ${fault.words}`}
    />
  );
}

function whereOf(fault: { sheet?: string; row: number | null; column?: string | null }): string {
  const parts = [fault.sheet, fault.row !== null && `row ${fault.row}`, fault.column];
  return parts.filter(Boolean).join(", ") || "The file";
}

function LeftOut({ dropped }: { dropped: readonly Dropped[] }) {
  if (dropped.length === 0) return null;
  return (
    <Section title={`Left out: ${counted(dropped.length, "thing")}`}>
      <Table
        caption="What can’t be kept"
        columns={[
          { key: "where", head: "Where", rowHead: true, cell: whereOf },
          { key: "what", head: "What", cell: (row: Dropped) => row.what },
          { key: "words", head: "Why", cell: (row: Dropped) => row.words },
        ]}
        rows={dropped}
        keyOf={(row) => `${row.sheet} ${row.row} ${row.what} ${row.words}`}
      />
    </Section>
  );
}
