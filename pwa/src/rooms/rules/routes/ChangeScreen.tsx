import "./routes.css";
import { useRef, useState } from "preact/hooks";
import { ask, failure } from "../../../api/client";
import { useAsk } from "../../../api/useAsk";
import { navigate } from "../../../app/router";
import { Stale } from "../../../app/stale";
import { ActionBar, Banner, Button, TopBar } from "../../../ui";
import { RouteForm } from "./RouteForm";
import type { Draft, Drafts, RouteChoices, RouteFields, RouteStory } from "./shapes";

const UNHEARD = "No connection. Nothing was sent; what you filled in is still here. Try again when it is back.";

/** A change of a route, or a new one (`id` null): kept in the draft, where others see it. */
export default function ChangeScreen({ id }: { id: string | null }) {
  const choices = useAsk<RouteChoices>("/api/route-choices");
  const drafts = useAsk<Drafts>("/api/route-drafts");
  const kept = drafts.data?.draft?.changes.find((one) => one.route_code === id && one.action !== "end");
  // A route that only the draft has is read from there.
  const story = useAsk<RouteStory>(id !== null && drafts.data && !kept ? `/api/routes/${id}` : null);
  const start =
    id === null ? newRoute() : ((kept?.fields ?? story.data?.versions[0]?.fields) as RouteFields | undefined);
  return (
    <>
      <TopBar
        title={id === null ? "Propose a new route" : "Propose a change"}
        back={id === null ? "/rules/routes" : `/rules/routes/${kept?.action === "add" ? "draft" : id}`}
        status={start && id !== null && <span>{start.name}</span>}
      />
      {choices.data && start && drafts.data ? (
        <Editor
          key={id ?? "new"}
          id={id}
          start={start}
          choices={choices.data}
          draft={drafts.data.draft && { id: drafts.data.draft.id, version: drafts.data.draft.version }}
        />
      ) : (
        <div class="page">
          <Stale
            asked={[choices, drafts, story].find((asked) => asked.state === "problem") ?? drafts}
            what="The route"
          />
        </div>
      )}
    </>
  );
}

function newRoute(): RouteFields {
  return {
    name: "",
    category: null,
    group: null,
    land_types: [],
    land_owner_id: null,
    area_id: null,
    severities: [],
    valid_from: new Date().toISOString().slice(0, 10),
    valid_until: null,
    contract_id: null,
    organisation_id: "",
    team_id: null,
    service_level: "",
    priority: 3,
  };
}

function missing(fields: RouteFields): Record<string, string> {
  const found: Record<string, string> = {};
  if (!fields.name.trim()) found["fields.name"] = "Give it a name";
  if (!fields.organisation_id) found["fields.organisation_id"] = "Choose who gets the work";
  if (!fields.service_level) found["fields.service_level"] = "Choose by when";
  if (!fields.valid_from) found["fields.valid_from"] = "Choose its first day";
  return found;
}

interface Seen {
  id: number;
  version: number;
}

interface EditorProps {
  id: string | null;
  start: RouteFields;
  choices: RouteChoices;
  /** The draft as it was when the form was opened; null: there was none. */
  draft: Seen | null;
}

function Editor({ id, start, choices, draft }: EditorProps) {
  const [fields, setFields] = useState(start);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [outOfDate, setOutOfDate] = useState(false);
  const [busy, setBusy] = useState(false);
  const seen = useRef(draft);

  const keep = async () => {
    const found = missing(fields);
    setErrors(found);
    setOutOfDate(false);
    setFailed(Object.keys(found).length ? "Something is missing: see the marked fields." : null);
    if (Object.keys(found).length) return;
    setBusy(true);
    const answer = await send(id, fields, seen);
    setBusy(false);
    if (answer.kind === "ok") {
      navigate("/rules/routes/draft");
      return;
    }
    if (answer.kind === "problem") {
      setErrors(Object.fromEntries((answer.problem.errors ?? []).map((one) => [one.field, one.message])));
      setOutOfDate(answer.problem.code === "draft_out_of_date");
    }
    setFailed(failure(answer, UNHEARD));
  };

  return (
    <form
      class="page route-form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
      noValidate
    >
      {failed && (
        <Banner kind="late" title={failed} live="alert">
          {outOfDate && (
            <p>
              <a class="book-link" href="/rules/routes/draft" target="_blank" rel="noreferrer">
                See the draft as it is now
              </a>
              . What you filled in stays here: put it into the draft again where it is still right.
            </p>
          )}
        </Banner>
      )}
      <RouteForm
        fields={fields}
        choices={choices}
        errors={errors}
        set={(changes) => setFields((before) => ({ ...before, ...changes }))}
      />
      <ActionBar>
        <p class="quiet-text small-text">Nothing holds before the draft is published.</p>
        <Button type="submit" kind="primary" large icon="reports" busy={busy}>
          Put it into the draft
        </Button>
      </ActionBar>
    </form>
  );
}

/** Keeps the change in the draft that was seen, or in a new one; `seen` is then the draft as it is now. */
async function send(id: string | null, fields: RouteFields, seen: { current: Seen | null }) {
  if (seen.current === null) {
    const begun = await ask<Draft>("/api/route-drafts", { method: "POST", json: {} });
    if (begun.kind !== "ok") return begun;
    // Somebody else may have begun one and changed it since: then the server says so.
    seen.current = { id: begun.data.id, version: 1 };
  }
  const changes = `/api/route-drafts/${seen.current.id}/changes`;
  const { version } = seen.current;
  const answer =
    id === null
      ? await ask<Draft>(changes, { method: "POST", json: { version, fields } })
      : await ask<Draft>(`${changes}/${id}`, { method: "PUT", json: { version, action: "change", fields } });
  if (answer.kind === "problem" && answer.problem.status === 409) {
    const now = await ask<Drafts>("/api/route-drafts");
    if (now.kind === "ok") seen.current = now.data.draft && { id: now.data.draft.id, version: now.data.draft.version };
  }
  return answer;
}
