/** A draft while somebody edits it: kept on the server whenever the typing rests, with what is wrong with it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, failure } from "../../../../api/client";
import type { Definition } from "../../questions/definition";
import { type PlacedFault, placed } from "../faults";
import type { At } from "../places";
import type { ChecklistStory, DraftSaved } from "../shapes";

const REST_MS = 900;
const RETRY_MS = 10_000;
const UNHEARD = "No connection: your changes are in this window only. They are saved when it is back; keep it open.";

export type Saving = "saved" | "waiting" | "saving" | "failed" | "overtaken";

interface Step {
  definition: Definition;
  /** What was picked when it was changed. */
  at: At;
  /** Changes of one field in a row are taken back together. */
  field: string | null;
}

export interface Editing {
  definition: Definition;
  /** `at`: what is picked. `field` names what is typed in, so that Undo takes back words, not letters. */
  change: (definition: Definition, at: At, field?: string) => void;
  /** Takes the last change back; null where there is none. Answers what was picked before it. */
  undo: (() => At) | null;
  faults: readonly PlacedFault[];
  saving: Saving;
  /** Why it is not saved, in words. */
  failed: string | null;
  savedAt: string | null;
  /** The draft as it was last saved: its hash, and its number, null where nothing was changed yet. */
  draft: () => { hash: string; number: number | null };
  /** Saves now. False where that could not be done. */
  save: () => Promise<boolean>;
  /** Puts what is here in place of what somebody else saved meanwhile. */
  insist: () => Promise<void>;
}

/** What was opened: a draft, or the version in use (`number` null), with what is wrong with it. */
export interface Start {
  content: Definition;
  hash: string;
  number: number | null;
  faults: readonly PlacedFault[];
}

/** A draft that is another one by now than what was opened is not written over. */
export function useDraft(code: string, opened: Start): Editing {
  const start = opened.content;
  const [steps, setSteps] = useState<Step[]>([{ definition: start, at: [], field: null }]);
  const [faults, setFaults] = useState(opened.faults);
  const [saving, setSaving] = useState<Saving>("saved");
  const [failed, setFailed] = useState<string | null>(null);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const definition = steps.at(-1)?.definition ?? start;

  const latest = useRef(definition);
  latest.current = definition;
  const kept = useRef(start);
  const draft = useRef({ hash: opened.hash, number: opened.number });
  const underWay = useRef<Promise<boolean> | null>(null);

  const put = async (): Promise<boolean> => {
    const sent = latest.current;
    setSaving("saving");
    const answer = await ask<DraftSaved>(`/api/checklists/${code}/draft`, {
      method: "PUT",
      json: { content: sent, based_on: draft.current.hash },
    });
    if (answer.kind === "ok") {
      draft.current = { hash: answer.data.content_hash, number: answer.data.version };
      kept.current = sent;
      setFaults(answer.data.faults.map(placed));
      setFailed(null);
      setSavedAt(new Date().toISOString());
      setSaving(latest.current === sent ? "saved" : "waiting");
      return true;
    }
    setFailed(failure(answer, UNHEARD));
    setSaving(answer.kind === "problem" && answer.problem.status === 409 ? "overtaken" : "failed");
    return false;
  };

  const save = async (): Promise<boolean> => {
    while (latest.current !== kept.current) {
      underWay.current ??= put().finally(() => {
        underWay.current = null;
      });
      if (!(await underWay.current)) return false;
    }
    return true;
  };

  // When the typing rests, and again where it could not be sent; never over somebody else's.
  useEffect(() => {
    if (saving === "overtaken" || saving === "saving") return;
    if (definition === kept.current) {
      // Undo may lead back to what is saved already.
      setSaving("saved");
      return;
    }
    const timer = setTimeout(() => void save(), saving === "failed" ? RETRY_MS : REST_MS);
    return () => clearTimeout(timer);
  }, [definition, saving]);

  useLeaving(() => latest.current !== kept.current, save);

  const change = (next: Definition, at: At, field?: string) => {
    if (next === latest.current) return;
    latest.current = next;
    setSaving((was) => (was === "overtaken" ? was : "waiting"));
    setSteps((was) => withStep(was, { definition: next, at, field: field ?? null }));
  };
  const undo = useMemo(() => {
    if (steps.length < 2) return null;
    return (): At => {
      const undone = steps.at(-1);
      setSaving((was) => (was === "overtaken" ? was : "waiting"));
      setSteps(steps.slice(0, -1));
      return undone?.at ?? [];
    };
  }, [steps]);

  const insist = async () => {
    const now = await ask<ChecklistStory>(`/api/checklists/${code}`);
    const theirs = now.kind === "ok" ? (now.data.draft ?? now.data.versions[0]) : null;
    if (!theirs) {
      setFailed(failure(now, UNHEARD));
      return;
    }
    draft.current = { hash: theirs.content_hash, number: theirs.version };
    setSaving("waiting");
    await save();
  };

  return { definition, change, undo, faults, saving, failed, savedAt, save, insist, draft: () => draft.current };
}

const MOST_STEPS = 200;

function withStep(steps: Step[], step: Step): Step[] {
  const last = steps.at(-1);
  // Never into the first: that is what was opened.
  const goesOn = last && steps.length > 1 && step.field !== null && last.field === step.field;
  return [...(goesOn ? steps.slice(0, -1) : steps.slice(-MOST_STEPS)), step];
}

/** Saves when the screen is left, and asks before the window is closed over what could not be saved. */
function useLeaving(isUnsaved: () => boolean, save: () => Promise<boolean>): void {
  const now = useRef({ isUnsaved, save });
  now.current = { isUnsaved, save };
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => {
      if (!now.current.isUnsaved()) return;
      void now.current.save();
      event.preventDefault();
    };
    const hide = () => document.visibilityState === "hidden" && void now.current.save();
    addEventListener("beforeunload", stay);
    document.addEventListener("visibilitychange", hide);
    return () => {
      removeEventListener("beforeunload", stay);
      document.removeEventListener("visibilitychange", hide);
      void now.current.save();
    };
  }, []);
}
