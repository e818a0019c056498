/** The end of the walk: what is still open, how safe it feels, and that it is walked. */
import { useState } from "preact/hooks";
import { navigate } from "../../../app/router";
import { tick } from "../../../device/install";
import { syncState } from "../../../sync";
import { ActionBar, Banner, Button, counted, Icon, Section } from "../../../ui";
import { isGroup } from "../questions/definition";
import { act, keeping, now } from "./answering";
import { WalkFrame } from "./Frame";
import type { Walk } from "./useWalk";

export default function FinishScreen({ id }: { id: string | null }) {
  return (
    <WalkFrame id={id ?? ""} title="Finish the walk">
      {(walk) => <Finish walk={walk} />}
    </WalkFrame>
  );
}

function Finish({ walk }: { walk: Walk }) {
  const { audit } = walk;
  const [busy, setBusy] = useState(false);
  const to = `/audits/${audit.id}`;
  const open = walk.asked.filter((each) => !each.answered && !isGroup(each.question));
  const needed = open.filter((each) => each.required);
  const differ = [...walk.standings.values()].filter((one) => one.differs).length;
  const unjudged = audit.carried.filter((one) => one.outcome === "").length;
  const done = audit.state === "walked" || audit.state === "signed";
  const finish = async () => {
    setBusy(true);
    const kept = await keeping(() => act("finish_audit", { audit_id: audit.id, at: now() }));
    setBusy(false);
    if (!kept) return;
    tick();
    navigate(to, { replace: true });
  };
  return (
    <>
      <div class="page walk">
        <Section title="Before you finish">
          <ul class="walk-rows">
            <Check ok={needed.length === 0} href={to} words={neededWords(needed.length)} />
            <Check
              ok={open.length === needed.length}
              href={to}
              words={
                open.length > needed.length
                  ? `${open.length - needed.length} more are not answered, and count for nothing`
                  : "Nothing else is open"
              }
            />
            {unjudged > 0 && (
              <Check ok={false} href={`${to}/carried`} words={`${unjudged} left open last time: not looked at yet`} />
            )}
            {differ > 0 && (
              <Check
                ok={false}
                href={`${to}/reconcile`}
                words={`${counted(differ, "answer differs", "answers differ")}: decide before the sign-off`}
              />
            )}
            <Check
              ok={audit.participants.length > 0}
              href={`${to}/people`}
              words={
                audit.participants.length > 0
                  ? `${counted(audit.participants.length, "person", "people")} took part`
                  : "Nobody is noted as taking part"
              }
            />
          </ul>
        </Section>
        <Section title="How safe does it feel here?">
          <Safe walk={walk} field="feels_safe_day" label="By day" />
          <Safe walk={walk} field="feels_safe_dark" label="After dark" />
        </Section>
        {syncState.value.unsent > 0 && (
          <Banner kind="info" title="Finishing works without signal">
            <p>What is on this phone is sent when there is signal. Others may add their answers until the sign-off.</p>
          </Banner>
        )}
      </div>
      <ActionBar>
        {done ? (
          <p role="status">
            <Icon name="check" /> The walk is finished.
          </p>
        ) : (
          <Button
            kind="primary"
            large
            icon="check"
            busy={busy}
            disabled={!walk.canAnswer}
            onClick={() => void finish()}
          >
            Finish the walk
          </Button>
        )}
      </ActionBar>
    </>
  );
}

function neededWords(count: number): string {
  if (count === 0) return "Everything that must be answered is";
  return `${counted(count, "question", "questions")} must be answered before the sign-off`;
}

function Check({ ok, href, words }: { ok: boolean; href: string; words: string }) {
  return (
    <li>
      <a class={ok ? "walk-row" : "walk-row walk-row-risk"} href={href}>
        <Icon name={ok ? "check" : "warning"} />
        <span class="walk-row-words">{words}</span>
        <Icon name="forward" />
      </a>
    </li>
  );
}

const STEPS = [1, 2, 3, 4, 5];

function Safe({ walk, field, label }: { walk: Walk; field: "feels_safe_day" | "feels_safe_dark"; label: string }) {
  const value = walk.audit[field];
  return (
    <fieldset class="walk-safe">
      <legend class="field-label">{label}</legend>
      <div class="answers answers-scale">
        {STEPS.map((step) => (
          <button
            key={step}
            type="button"
            class="answer"
            aria-pressed={value === step}
            disabled={!walk.canAnswer}
            onClick={() => void keeping(() => act("set_audit", { audit_id: walk.audit.id, at: now(), [field]: step }))}
          >
            {step}
          </button>
        ))}
      </div>
      <p class="answers-ends small-text quiet-text" aria-hidden="true">
        <span>Not safe</span>
        <span>Safe</span>
      </p>
    </fieldset>
  );
}
