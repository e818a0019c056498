import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { Imported } from "../../api/types";
import { countConflicts } from "../../app/open-conflicts";
import { Banner, Button, Card, Icon, LinkButton, Section, TopBar } from "../../ui";
import { isComplete, type Line, linesOf, summaryOf } from "./import-words";

/** A large file over a slow line takes its time. */
const PATIENCE_MS = 15 * 60_000;

/** Hand in the file that a phone wrote when it could not send: each thing in it is done once. */
export function ImportScreen() {
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [imported, setImported] = useState<Imported | null>(null);
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setFailed(null);
    setImported(null);
  };
  const handIn = async () => {
    if (!file || busy) return;
    setBusy(true);
    setFailed(null);
    const answer = await ask<Imported>("/api/sync/import", {
      method: "POST",
      body: file,
      headers: { "Content-Type": "application/zip" },
      timeoutMs: PATIENCE_MS,
    });
    setBusy(false);
    if (answer.kind === "ok") {
      setImported(answer.data);
      void countConflicts();
    } else {
      setFailed(failure(answer, "The connection broke. Nothing is lost: hand the same file in again when it is back."));
    }
  };
  return (
    <>
      <TopBar title="Hand in a phone's file" back="/conflicts" />
      <div class="page desk-list">
        <p>
          A phone that can't send can write all that is unsent into one file: <strong>Outbox, Save a copy</strong>. Hand
          that file in here. It counts as the work of whoever recorded it, at the time they recorded it.
        </p>
        <div class="field">
          <label class="field-label" for="import-file">
            The file
          </label>
          <div class="field-hint" id="import-hint">
            Its name begins with sightline- and ends with .zip.
          </div>
          <input
            id="import-file"
            class="import-file"
            type="file"
            accept=".zip,application/zip"
            aria-describedby="import-hint"
            onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
          />
        </div>
        {failed && <Banner kind="late" title={failed} live="alert" />}
        {!imported && (
          <Button kind="primary" large icon="sent" busy={busy} disabled={!file} onClick={() => void handIn()}>
            {busy ? "Handing it in" : "Hand it in"}
          </Button>
        )}
        {imported && <WhatCame imported={imported} />}
        <p class="quiet-text">
          Keep the file until everything in it is taken in. Handing it in twice does no harm: each thing is done once.
        </p>
      </div>
    </>
  );
}

function WhatCame({ imported }: { imported: Imported }) {
  const { records, photos } = linesOf(imported);
  const settled = [...records, ...photos].every((line) => line.good);
  return (
    <>
      <Banner kind={settled ? "good" : "risk"} title={summaryOf(imported)} live="status">
        <p>
          {isComplete(imported)
            ? "Everything in the file is on the server. It is needed no longer."
            : "Not every photo is here. Keep the file, and the phone."}
        </p>
      </Banner>
      <Lines title="Records" lines={records} />
      {photos.length > 0 && <Lines title="Photos" lines={photos} />}
      {records.some((line) => !line.good) && (
        <LinkButton kind="primary" href="/conflicts">
          See the conflicts
        </LinkButton>
      )}
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <Section title={title}>
      <Card>
        <ul class="import-results">
          {lines.map((line) => (
            <li key={line.id} class="import-result">
              <Icon name={line.good ? "check" : "warning"} /> <span>{line.words}</span>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
