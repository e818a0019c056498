import { useEffect, useRef, useState } from "preact/hooks";
import { ask, failure } from "../../api/client";
import type { NewsChannel, NewsChannelRow, NewsPreferences, NewsTopic } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { session } from "../../sync";
import { Banner, Checkbox, exactTime, Field, Icon, LinkButton, Section, Select, Skeleton, TopBar } from "../../ui";
import { FailingPart } from "./FailingPart";
import { PhonePart } from "./PhonePart";
import { asSent, CHANNELS, DIGEST_HOURS, quietProblem, troubled, turned } from "./words";

const SAVE_AFTER_MS = 600;
const MANAGES = new Set(["manager", "administrator"]);

type Saving = "kept" | "saving" | "saved" | string;

/** The ways that lead nowhere, each with what happened and what to do. */
function Trouble({ rows }: { rows: readonly NewsChannelRow[] }) {
  return (
    <>
      {troubled(rows).map((row) => (
        <Banner
          key={row.channel}
          kind={row.state === "failing" ? "late" : "info"}
          title={row.channel === "email" ? "E-mail" : "Notifications"}
        >
          <p>{row.words}</p>
          {row.next_try_at && <p class="small-text">Next try: {exactTime(row.next_try_at)}.</p>}
        </Banner>
      ))}
    </>
  );
}

function Topic({ row, onTurn }: { row: NewsTopic; onTurn: (channel: NewsChannel) => void }) {
  return (
    <fieldset class="hear-topic">
      <legend>{row.name}</legend>
      <p class="quiet-text small-text">{row.hint}</p>
      <div class="hear-ways">
        {CHANNELS.map(({ channel, short }) => (
          <button
            key={channel}
            type="button"
            class="hear-way"
            aria-pressed={row[channel]}
            aria-label={`${short}: ${row.name}`}
            onClick={() => onTurn(channel)}
          >
            <Icon name={row[channel] ? "check" : "plus"} size="1.1em" />
            {short}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Times({ kept, onChange }: { kept: NewsPreferences; onChange: (next: NewsPreferences) => void }) {
  const quiet = kept.quiet_from !== null || kept.quiet_until !== null;
  return (
    <Section title="When">
      <Checkbox
        label="Quiet hours"
        hint="Notifications wait until they are over."
        checked={quiet}
        onChange={(on) => onChange({ ...kept, quiet_from: on ? "22:00" : null, quiet_until: on ? "07:00" : null })}
      />
      {quiet && (
        <>
          <div class="hear-times">
            <Field
              label="From"
              type="time"
              value={kept.quiet_from ?? ""}
              onInput={(quiet_from) => onChange({ ...kept, quiet_from })}
            />
            <Field
              label="Until"
              type="time"
              value={kept.quiet_until ?? ""}
              onInput={(quiet_until) => onChange({ ...kept, quiet_until })}
            />
          </div>
          {quietProblem(kept) && <Banner kind="late" live="alert" title={quietProblem(kept) ?? ""} />}
          <Checkbox
            label="Escalations come then, too"
            hint="A late job that has reached you does not wait."
            checked={kept.urgent_passes}
            onChange={(urgent_passes) => onChange({ ...kept, urgent_passes })}
          />
        </>
      )}
      <Select
        label="E-mail comes at"
        hint="Once a day, what you have not seen in Sightline. Escalations come at once."
        value={String(kept.digest_hour)}
        options={DIGEST_HOURS}
        onChange={(hour) => onChange({ ...kept, digest_hour: Number(hour) })}
      />
    </Section>
  );
}

/** Keeps each change by itself, a moment after the last one. */
function useKept(from: NewsPreferences | null, onSaved: () => void) {
  const [kept, setKept] = useState<NewsPreferences | null>(from);
  const [saving, setSaving] = useState<Saving>("kept");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const owed = useRef<NewsPreferences | null>(null);
  useEffect(() => {
    if (from && !owed.current) setKept(from);
  }, [from]);
  const save = async () => {
    const sent = owed.current;
    if (!sent) return;
    setSaving("saving");
    const answer = await ask("/api/news/preferences", { method: "PUT", json: asSent(sent) });
    const failed = failure(answer, "Not saved: no connection. Change it again when it is back.");
    if (owed.current === sent) owed.current = null;
    setSaving(failed ?? "saved");
    if (failed === null) onSaved();
  };
  // What was changed last is kept also when somebody leaves at once.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      void save();
    },
    [],
  );
  const change = (next: NewsPreferences) => {
    setKept(next);
    clearTimeout(timer.current);
    owed.current = quietProblem(next) === null ? next : null;
    if (owed.current) timer.current = setTimeout(() => void save(), SAVE_AFTER_MS);
  };
  return { kept, saving, change };
}

function Said({ saving }: { saving: Saving }) {
  if (saving === "kept" || saving === "saving") return <span>Each change is kept at once</span>;
  return <span role="status">{saving === "saved" ? "Saved" : saving}</span>;
}

/** Which news one gets, by which way and when; whether this phone takes any; what does not arrive. */
export function HearScreen() {
  const asked = useAsk<NewsPreferences>("/api/news/preferences");
  const ways = useAsk<{ channels: NewsChannelRow[] }>("/api/news/channels");
  const { kept, saving, change } = useKept(asked.data, () => {
    asked.again();
    ways.again();
  });
  const role = session.value.person?.role ?? "";
  return (
    <>
      <TopBar title="What I hear of" back="/me" backLabel="Me" status={<Said saving={saving} />} />
      <div class="page">
        {saving !== "kept" && saving !== "saving" && saving !== "saved" && (
          <Banner kind="late" live="alert" title={saving} />
        )}
        {asked.state === "offline" && (
          <Banner kind="offline" title={kept ? "No connection: this may be older" : "No connection"}>
            What you choose is kept on the server. Come back when there is signal.
          </Banner>
        )}
        <Trouble rows={ways.data?.channels ?? []} />
        <PhonePart onChange={ways.again} />
        {!kept && asked.state === "loading" && <Skeleton rows={4} />}
        {kept && (
          <>
            <Section title="What">
              {kept.topics.map((row) => (
                <Topic key={row.topic} row={row} onTurn={(channel) => change(turned(kept, row.topic, channel))} />
              ))}
            </Section>
            <Times kept={kept} onChange={change} />
          </>
        )}
        {MANAGES.has(role) && <FailingPart />}
        <LinkButton kind="quiet" wide icon="bell" href="/news">
          All news
        </LinkButton>
      </div>
    </>
  );
}
