import "./result.css";
import { useEffect, useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { setQuery, useRoute } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { Banner, Button, Choices, exactTime, LinkButton, Section, TopBar } from "../../../ui";
import type { FileKind, ReportFile, ReportFiles } from "./shapes";
import { FILES, isOnItsWay, progressInWords, sizeInWords } from "./words";

const POLL_MS = 700;
const UNHEARD = "No connection. The file is made when you ask again with one.";

/** The report to look at, and to make files of: for the partnership, or for people who live there. */
export default function ReportScreen({ id }: { id: string | null }) {
  const { query } = useRoute();
  const reader = query.get("for") === "residents" ? "residents" : "partnership";
  const page = `/api/audits/${id}/report?for=${reader}`;
  return (
    <>
      <TopBar title="Report" back={`/audits/${id}/result`} backLabel="Back to the result" />
      <div class="page result report">
        <Choices
          label="For whom"
          value={reader}
          choices={[
            { value: "partnership", label: "For the partnership" },
            { value: "residents", label: "For residents" },
          ]}
          onChange={(value) => setQuery({ for: value === "residents" ? value : null })}
        />
        <p>
          {reader === "residents"
            ? "Plain words, with “You said, we do”. No names, no photos, no number plates, no numbers of homes. Read it before you hand it out: a program can’t know every name."
            : "Title page, findings, defects, what residents said, the action plan and the sign-off. What is restricted is in no report."}
        </p>
        {id && <Files id={id} reader={reader} />}
        <Section
          title="Preview"
          aside={
            <LinkButton icon="external" href={page} outside>
              Open as a page
            </LinkButton>
          }
        >
          <iframe key={page} class="report-preview" src={page} title="Preview of the report" />
        </Section>
      </div>
    </>
  );
}

function Files({ id, reader }: { id: string; reader: "partnership" | "residents" }) {
  const asked = useAsk<ReportFiles>(`/api/audits/${id}/files`);
  const [busy, setBusy] = useState<FileKind | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const kinds: FileKind[] = reader === "residents" ? ["resident_pdf"] : ["pdf", "xlsx"];
  const files = (asked.data?.results ?? []).filter((file) => kinds.includes(file.kind));
  const waits = files.some(isOnItsWay);
  const { again } = asked;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(again, POLL_MS);
    return () => clearInterval(timer);
  }, [waits, again]);
  const make = async (kind: FileKind) => {
    setBusy(kind);
    const answer = await ask<ReportFile>(`/api/audits/${id}/files`, { method: "POST", json: { kind } });
    setBusy(null);
    setFailed(failure(answer, UNHEARD));
    again();
  };
  return (
    <Section title="Files">
      <div class="report-make">
        {kinds.map((kind, place) => (
          <Button
            key={kind}
            kind={place === 0 ? "primary" : "secondary"}
            large={place === 0}
            icon={place === 0 ? "reports" : "list"}
            busy={busy === kind || files.some((file) => file.kind === kind && isOnItsWay(file))}
            onClick={() => void make(kind)}
          >
            {FILES[kind].make}
          </Button>
        ))}
      </div>
      {failed && <Banner kind="late" title={failed} live="alert" />}
      <Stale asked={asked} what="The files" />
      {files.length > 0 && (
        <ul class="report-files">
          {files.map((file) => (
            <li key={file.id}>
              <File file={file} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function File({ file }: { file: ReportFile }) {
  return (
    <div class="report-file">
      <div class="report-file-words">
        <strong>{FILES[file.kind].name}</strong>
        <span class="quiet-text">
          {exactTime(file.asked_at)}
          {file.size_bytes !== null && ` · ${sizeInWords(file.size_bytes)}`}
        </span>
        <span role="status">{progressInWords(file)}</span>
        {isOnItsWay(file) && (
          <progress
            aria-label={`How far ${FILES[file.kind].name} is`}
            {...(file.total > 0 ? { value: file.done, max: file.total } : {})}
          />
        )}
      </div>
      {file.url && (
        <a class="button button-secondary" href={file.url} download={file.name}>
          Download<span class="sr-only"> {file.name}</span>
        </a>
      )}
    </div>
  );
}
