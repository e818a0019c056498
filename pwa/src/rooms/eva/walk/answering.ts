/** From a tap to an answer that the phone keeps. */
import { signal } from "@preact/signals";
import { tick } from "../../../device/install";
import { lastPlace } from "../../../device/position";
import { myItems, undo, uuid7 } from "../../../sync";
import { act, answer } from "../../../sync/audits";
import { keyOf, type Question, type Value } from "../questions/definition";
import type { Given } from "../questions/QuestionCard";
import type { Asked } from "./asked";
import { mineOf, type Walk } from "./useWalk";

/** Why the last thing could not be kept, in words; null when it was. */
export const notKept = signal<string | null>(null);

/** Does it and remembers whether the phone could keep it. True when it did. */
export async function keeping(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    notKept.value = null;
    return true;
  } catch (error) {
    const words = error instanceof Error ? error.message : "";
    notKept.value = words || "This phone could not keep it. Free some storage and try again.";
    return false;
  }
}

/** Keeps what was said to one question. Resolves with the answer's id, or null when it could not be kept. */
export async function give(
  walk: Walk,
  { question, instance }: Pick<Asked, "question" | "instance">,
  given: Given,
): Promise<string | null> {
  const key = keyOf(question.code, instance);
  const now = walk.standings.get(key);
  const mine = mineOf(walk.audit, key);
  let id: string | null = null;
  const kept = await keeping(async () => {
    id = await answer(
      {
        audit_id: walk.audit.id,
        question: question.code,
        instance,
        value: given.value !== undefined ? given.value : (now?.value ?? null),
        note: given.note ?? mine?.note ?? "",
        restricted_note: given.restricted_note ?? mine?.restricted_note ?? "",
        place: lastPlace(),
        based_on: now?.answer.id ?? null,
      },
      given.photos ?? [],
    );
  });
  if (kept) tick();
  return id;
}

/** One more of a group; its id is the phone's own, so that two people can add some at the same time. */
export async function addInstance(
  walk: Walk,
  group: Question,
  label: string,
  asset_id: string | null = null,
): Promise<string | null> {
  const instance = uuid7();
  const value: Value = { label, asset_id };
  return (await give(walk, { question: group, instance }, { value })) ? instance : null;
}

/** The pass-or-fail questions of a section that nobody has answered. */
export function restOf(asked: readonly Asked[], section: string): Asked[] {
  return asked.filter((each) => each.section.code === section && each.question.type === "pass_fail" && !each.answered);
}

/** Passes all of these. Returns the answers that were given, for taking them back. */
export async function passAll(walk: Walk, rest: readonly Asked[]): Promise<{ asked: Asked; answer: string }[]> {
  const given: { asked: Asked; answer: string }[] = [];
  for (const asked of rest) {
    const answerId = await give(walk, asked, { value: "pass" });
    if (!answerId) break;
    given.push({ asked, answer: answerId });
  }
  return given;
}

/** Takes them back: as if nothing had been said where nothing has left the phone, else by a word more. */
export async function takeBack(walk: Walk, given: readonly { asked: Asked; answer: string }[]): Promise<void> {
  for (const { asked, answer: answerId } of given) {
    const item = myItems
      .peek()
      .find(({ operation }) => (operation.payload as { answer_id?: string }).answer_id === answerId);
    const gone = item?.operation.kind === "answer_question" && (await undo(item.id).catch(() => false));
    if (!gone) await give(walk, asked, { value: null });
  }
}

export function now(): string {
  return new Date().toISOString();
}

export { act };
