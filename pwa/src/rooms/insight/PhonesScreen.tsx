import { useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { DeviceRow } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { NOTHING_CHANGED } from "../../api/words";
import { setQuery, useRoute } from "../../app/router";
import { Stale } from "../../app/stale";
import { serverNow } from "../../sync";
import {
  agoInWords,
  Banner,
  Button,
  Card,
  Empty,
  exactTime,
  Field,
  Sheet,
  Tag,
  TextArea,
  TopBar,
  useNow,
} from "../../ui";

interface Devices {
  results: DeviceRow[];
}

/** The phones and browsers that one's people sign in on: lock one that was lost, take that back. */
export function PhonesScreen() {
  const { query } = useRoute();
  const words = query.get("q") ?? "";
  const asked = useAsk<Devices>(`/api/devices?q=${encodeURIComponent(words)}`, 60_000);
  const [locking, setLocking] = useState<DeviceRow | null>(null);
  const [said, setSaid] = useState<{ kind: "good" | "late"; words: string } | null>(null);
  const now = useNow(serverNow);
  const rows = [...(asked.data?.results ?? [])].sort((a, b) => Number(!a.revoked_at) - Number(!b.revoked_at));
  const restore = async (row: DeviceRow) => {
    const answer = await ask(`/api/devices/${row.id}/restore`, { method: "POST", json: {} });
    const failed = failure(answer, NOTHING_CHANGED);
    if (failed !== null) setSaid({ kind: "late", words: failed });
    else setSaid({ kind: "good", words: `${row.person.name} can sign in on it again.` });
    asked.again();
  };
  return (
    <>
      <TopBar title="Phones" status={<span>What your people sign in on, the last seen first</span>} />
      <div class="page desk-list">
        {said && <Banner kind={said.kind} title={said.words} live="status" />}
        <Field
          label="Find a person or an organisation"
          type="search"
          value={words}
          onInput={(value) => setQuery({ q: value || null })}
          maxLength={100}
        />
        <Stale asked={asked} what="The list" />
        {asked.data && rows.length === 0 && (
          <Empty icon="phone" title={words ? "Nobody of that name has signed in" : "Nobody has signed in yet"}>
            <p>A phone comes here when somebody signs in on it.</p>
          </Empty>
        )}
        <ul class="stack-tight">
          {rows.map((row) => (
            <li key={row.id}>
              <Phone row={row} now={now} onLock={() => setLocking(row)} onRestore={() => void restore(row)} />
            </li>
          ))}
        </ul>
      </div>
      <LockSheet
        row={locking}
        onClose={() => setLocking(null)}
        onDone={(row) => {
          setLocking(null);
          setSaid({ kind: "good", words: `${row.person.name}'s phone (${row.name}) is locked.` });
          asked.again();
        }}
      />
    </>
  );
}

function Phone(props: { row: DeviceRow; now: Date; onLock: () => void; onRestore: () => void }) {
  const { row, now } = props;
  return (
    <Card tone={row.revoked_at ? "late" : "plain"} class="phone-card">
      <div class="phone-words">
        <h2 class="conflict-card-title">{row.person.name}</h2>
        <p>
          {row.name}, {row.person.organisation.name}
        </p>
        <p class="quiet-text small-text">
          <span title={exactTime(row.last_seen_at)}>Last seen {agoInWords(row.last_seen_at, now)}</span>, first{" "}
          {exactTime(row.first_seen_at)}
        </p>
        {row.revoked_at && (
          <p class="small-text">
            Locked {agoInWords(row.revoked_at, now)}
            {row.revoked_by && ` by ${row.revoked_by.name}`}
            {row.note && `: “${row.note}”`}
          </p>
        )}
      </div>
      {row.revoked_at ? (
        <div class="row">
          <Tag tone="late" icon="lock">
            Locked
          </Tag>
          <Button icon="undo" onClick={props.onRestore}>
            Found again
          </Button>
        </div>
      ) : row.this_one ? (
        <Tag icon="check">You use this one now</Tag>
      ) : (
        <Button icon="lock" onClick={props.onLock}>
          Lock this phone
        </Button>
      )}
    </Card>
  );
}

function LockSheet(props: { row: DeviceRow | null; onClose: () => void; onDone: (row: DeviceRow) => void }) {
  const { row } = props;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const lock = async () => {
    if (!row || busy) return;
    setBusy(true);
    setFailed(null);
    const answer = await ask<DeviceRow>(`/api/devices/${row.id}/revoke`, {
      method: "POST",
      json: { note: note.trim() },
    });
    setBusy(false);
    if (answer.kind === "ok") {
      setNote("");
      props.onDone(answer.data);
    } else setFailed(failure(answer, "No connection. The phone is not locked yet; try again when it is back."));
  };
  return (
    <Sheet open={row !== null} title={row ? `Lock ${row.person.name}'s phone` : "Lock"} onClose={props.onClose}>
      {row && (
        <div class="stack">
          {failed && <Banner kind="late" title={failed} live="alert" />}
          <p>
            {row.name}, last seen {exactTime(row.last_seen_at)}.
          </p>
          <ul class="lock-effects">
            <li>Nobody can sign in or see anything of the council's on it, from now on.</li>
            <li>When it next has signal, Sightline shows nothing on it any more.</li>
            <li>What was not sent yet stays on the phone, hidden, and is sent when it is found again.</li>
            <li>{row.person.name} can go on at once on another phone.</li>
          </ul>
          <TextArea
            label="What happened"
            hint="You can leave it empty."
            value={note}
            onInput={setNote}
            rows={2}
            maxLength={300}
          />
          <div class="row">
            <Button kind="danger" icon="lock" busy={busy} onClick={() => void lock()}>
              Lock it now
            </Button>
            <Button onClick={props.onClose}>Leave it</Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}
