/** One audit for a screen: what the server and this phone know of it, with its checklist. */
import { useEffect, useState } from "preact/hooks";
import type { AuditAnswer, Photo } from "../../../api/types";
import { localPhotoAddress, myItems, outboxRead, reference, session } from "../../../sync";
import {
  auditsRead,
  checklists,
  fetchAudit,
  type KeptAudit,
  type OutboxItem,
  serverAudits,
  startAudits,
  versionOf,
} from "../../../sync/audits";
import type { Answers, Definition } from "../questions/definition";
import { keyOf } from "../questions/definition";
import { Asking } from "../questions/rules";
import { type Asked, askedOf } from "./asked";
import { type AuditContext, type AuditView, overlayAudit } from "./overlay";
import { type Standing, standing } from "./standing";

export interface Walk {
  audit: AuditView;
  /** Null while its version of the checklist is not on this phone. */
  definition: Definition | null;
  asking: Asking | null;
  standings: ReadonlyMap<string, Standing>;
  answers: Answers;
  asked: readonly Asked[];
  /** This person may answer, and the audit takes answers. */
  canAnswer: boolean;
}

export type Found = { walk: Walk; state: "here" } | { walk: null; state: "reading" | "offline" | "gone" };

export function auditContext(): AuditContext {
  return {
    person: session.value.person,
    photoUrl: localPhotoAddress,
    checklist: (code, version) => versionOf(code, version) ?? null,
    areaName: (id) => reference.value?.areas.find((area) => area.id === id)?.name ?? "",
    earlier: (id) => serverAudits.value.get(id) ?? null,
  };
}

/** Begins reading what this phone has of audits; for every screen of the walk. */
export function useAudits(): boolean {
  const [ready, setReady] = useState(auditsRead.value);
  useEffect(() => {
    void Promise.all([startAudits(), outboxRead()]).then(() => setReady(true));
  }, []);
  return ready && auditsRead.value;
}

/** An audit that could not be had is asked for again so often, while somebody waits for it. */
const AGAIN_MS = 4_000;

/** Photos that each one took, and points that each one set, need no reconciling: they are added up. */
function mayDiffer(definition: Definition | null): ReadonlySet<string> {
  const all = definition?.sections.flatMap((section) => section.questions.flatMap((each) => [each, ...each.questions]));
  return new Set(
    (all ?? []).filter(({ type }) => ["photo", "pin", "repeat", "assets"].includes(type)).map(({ code }) => code),
  );
}

export function definitionOf(audit: Pick<AuditView, "checklist">): Definition | null {
  const { code, version, version_id } = audit.checklist;
  const kept = checklists.value.get(version_id) ?? versionOf(code, version);
  return (kept?.content as Definition | undefined) ?? null;
}

export function walkOf(audit: AuditView): Walk {
  const definition = definitionOf(audit);
  const standings = standing(audit.answers, mayDiffer(definition));
  const answers: Answers = new Map([...standings].map(([key, one]) => [key, one.value]));
  const asking = definition && new Asking(definition, answers);
  const asked = asking ? askedOf(asking, answers) : [];
  const open = audit.state !== "signed" && audit.state !== "abandoned";
  return { audit, definition, asking, standings, answers, asked, canAnswer: open && audit.may.walk };
}

/** What the last walk was made of: the next screen of the same audit need not reckon it again. */
let reckoned: { from: readonly unknown[]; walk: Walk | null } | null = null;

function walkFrom(id: string, row: KeptAudit | null, items: readonly OutboxItem[]): Walk | null {
  const from = [id, row, items, checklists.value, reference.value, session.value.person];
  if (reckoned?.from.every((part, i) => part === from[i])) return reckoned.walk;
  const audit = overlayAudit(id, row, items, auditContext());
  const walk = audit && walkOf(audit);
  reckoned = { from, walk };
  return walk;
}

/** The audit of this id; asked for where it does not belong on this phone. */
export function useWalk(id: string): Found {
  const ready = useAudits();
  const [missing, setMissing] = useState<"offline" | "gone" | null>(null);
  const walk = ready ? walkFrom(id, serverAudits.value.get(id) ?? null, myItems.value) : null;
  const unknown = ready && walk === null;
  useEffect(() => {
    if (!unknown) return;
    setMissing(null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let here = true;
    const look = async () => {
      const answer = await fetchAudit(id);
      if (!here || answer.kind === "ok") return;
      const refused = answer.kind === "problem" && answer.status < 500;
      setMissing(refused ? "gone" : "offline");
      if (!refused) timer = setTimeout(() => void look(), AGAIN_MS);
    };
    void look();
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [id, unknown]);
  if (walk) return { walk, state: "here" };
  return { walk: null, state: ready && missing ? missing : "reading" };
}

/** All photos that were taken for a question, whoever's answer they came with. */
export function photosFor(audit: AuditView, key: string): Photo[] {
  return audit.answers.filter((one) => keyOf(one.question, one.instance) === key).flatMap((one) => one.photos);
}

/** The newest that this person said to a question, also where they took the value back. */
export function mineOf(audit: AuditView, key: string): AuditAnswer | null {
  const me = session.value.person?.id;
  const own = audit.answers.filter((one) => one.by.id === me && keyOf(one.question, one.instance) === key);
  return own.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null;
}
