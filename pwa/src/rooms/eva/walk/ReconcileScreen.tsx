/** Where people saw it differently: side by side, with what they photographed. One is chosen; both stay. */
import { useState } from "preact/hooks";
import type { AuditAnswer } from "../../../api/types";
import { tick } from "../../../device/install";
import { serverNow, session } from "../../../sync";
import { agoInWords, Banner, Button, counted, LinkButton, TextArea } from "../../../ui";
import type { Question } from "../questions/definition";
import { PhotoRow } from "../questions/Extras";
import { valueInWords } from "../questions/words";
import { act, keeping, now } from "./answering";
import type { Asked } from "./asked";
import { WalkFrame } from "./Frame";
import type { Walk } from "./useWalk";

export default function ReconcileScreen({ id }: { id: string | null }) {
  return (
    <WalkFrame id={id ?? ""} title="Answers that differ">
      {(walk) => <Reconcile walk={walk} />}
    </WalkFrame>
  );
}

function Reconcile({ walk }: { walk: Walk }) {
  const open = walk.asked.filter((each) => walk.standings.get(each.key)?.differs);
  const decided = walk.asked.filter((each) => walk.standings.get(each.key)?.chosen);
  const may = walk.audit.may.reconcile && walk.audit.state !== "signed";
  return (
    <div class="page walk">
      {open.length === 0 ? (
        <>
          <Banner kind="good" title="Nothing differs" live="status">
            <p>Every question has one answer that stands.</p>
          </Banner>
          <LinkButton kind="primary" large href={`/audits/${walk.audit.id}`}>
            Back to the walk
          </LinkButton>
        </>
      ) : (
        <p>
          {counted(open.length, "question was", "questions were")} answered differently. Choose which answer stands; the
          other stays beside it, with who said it.
          {!may && " Who leads the audit, or an officer, decides."}
        </p>
      )}
      {open.map((each) => (
        <Between key={each.key} walk={walk} asked={each} may={may} />
      ))}
      {decided.length > 0 && <Decided walk={walk} asked={decided} />}
    </div>
  );
}

function Between({ walk, asked, may }: { walk: Walk; asked: Asked; may: boolean }) {
  const [note, setNote] = useState("");
  const between = walk.standings.get(asked.key)?.between ?? [];
  const choose = async (answer: AuditAnswer) => {
    const which = { audit_id: walk.audit.id, answer_id: answer.id, note: note.trim(), at: now() };
    if (await keeping(() => act("choose_answer", which))) tick();
  };
  return (
    <section class="question" data-question={asked.question.code}>
      <p class="question-where quiet-text small-text">
        {[asked.section.title, asked.label].filter(Boolean).join(" · ")}
      </p>
      <h2 class="question-label">{asked.question.label}</h2>
      <div class="walk-between">
        {between.map((answer) => (
          <div key={answer.id} class="walk-side">
            <Said question={asked.question} answer={answer} />
            {may && (
              <Button kind="primary" wide icon="check" onClick={() => void choose(answer)}>
                This one stands<span class="sr-only">: {valueInWords(asked.question, answer.value)}</span>
              </Button>
            )}
          </div>
        ))}
      </div>
      {may && <TextArea label="Why, if it helps later" rows={2} maxLength={2000} value={note} onInput={setNote} />}
    </section>
  );
}

function Said({ question, answer }: { question: Question; answer: AuditAnswer }) {
  const me = session.value.person?.id;
  return (
    <>
      <p class="quiet-text small-text">
        {answer.by.id === me ? "You" : answer.by.name}, {agoInWords(answer.at, serverNow())}
      </p>
      <p class="walk-side-value">{valueInWords(question, answer.value)}</p>
      {answer.note && <p class="question-note">{answer.note}</p>}
      <PhotoRow photos={answer.photos} what={question.label} />
    </>
  );
}

function Decided({ walk, asked }: { walk: Walk; asked: readonly Asked[] }) {
  return (
    <section class="section">
      <h2>Decided</h2>
      <ul class="walk-rows">
        {asked.map((each) => {
          const standing = walk.standings.get(each.key);
          const rest = standing?.others.filter((one) => one.by.id !== standing.answer.by.id) ?? [];
          return (
            <li key={each.key} class="walk-row">
              <span class="walk-row-words">
                <strong>{each.question.label}</strong>
                <span>
                  {standing?.answer.by.name || "You"}: {valueInWords(each.question, each.value)}
                </span>
                <span class="quiet-text small-text">
                  Beside it: {rest.map((one) => `${one.by.name}: ${valueInWords(each.question, one.value)}`).join("; ")}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
