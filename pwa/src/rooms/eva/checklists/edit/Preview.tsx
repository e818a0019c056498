import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { categories } from "../../../../sync";
import { Button, Icon } from "../../../../ui";
import { type Definition, isGroup, keyOf, type Question, type Section, type Value } from "../../questions/definition";
import { QuestionCard } from "../../questions/QuestionCard";
import { Asking, offeredDefect } from "../../questions/rules";
import { type Light, resultOf } from "../../questions/scoring";
import { type At, questionsByCode, sectionAt } from "../places";
import { ruleInWords } from "../words";

/** One of a group is enough to try its questions on. */
const SAMPLE = "1";

/** The section as the phone asks it, to be answered: so that rules and grades can be tried. */
export function Preview({ definition, at }: { definition: Definition; at: At }) {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Value>>(new Map());
  const screen = useRef<HTMLDivElement>(null);
  const asking = useMemo(() => new Asking(definition, withSamples(definition, answers)), [definition, answers]);
  const section = sectionAt(definition, at.length ? at : [0]);
  const place = at.join(".");
  useEffect(() => {
    const picked = screen.current?.querySelector<HTMLElement>('[data-picked="true"]');
    if (screen.current && picked) screen.current.scrollTop = picked.offsetTop - screen.current.offsetTop - 60;
  }, [place, section?.code]);
  const answer = (key: string, value: Value) => setAnswers((was) => new Map(was).set(key, value));
  return (
    <div class="phone">
      <div class="row-apart">
        <h2 class="phone-head">On the phone</h2>
        <Button kind="quiet" icon="undo" disabled={answers.size === 0} onClick={() => setAnswers(new Map())}>
          Clear the answers
        </Button>
      </div>
      <div class="phone-screen" ref={screen}>
        {section ? (
          <SectionOnPhone section={section} at={at} asking={asking} answers={answers} onAnswer={answer} />
        ) : (
          <p class="quiet-text">The first section will be here.</p>
        )}
      </div>
      <p class="quiet-text small-text">Try it: answers given here are kept nowhere.</p>
    </div>
  );
}

/** The answers with one instance of every group, so that what is asked of each is seen. */
function withSamples(definition: Definition, answers: ReadonlyMap<string, Value>): Map<string, Value> {
  const all = new Map(answers);
  for (const question of definition.sections.flatMap((section) => section.questions)) {
    if (isGroup(question)) all.set(keyOf(question.code, SAMPLE), { label: "The first", asset_id: null });
  }
  return all;
}

interface Tried {
  asking: Asking;
  answers: ReadonlyMap<string, Value>;
  onAnswer: (key: string, value: Value) => void;
}

function SectionOnPhone({ section, at, ...tried }: Tried & { section: Section; at: At }) {
  const { asking } = tried;
  const found = resultOf(asking).sections.find((each) => each.code === section.code);
  const graded = section.scored && found && found.percent !== null;
  return (
    <>
      <header class="phone-section">
        <p class="phone-title">
          {section.code} {section.title || "(no title yet)"}
        </p>
        {section.help && <p class="small-text">{section.help}</p>}
        {graded && (
          <p class="phone-grade" role="status">
            {LIGHT_WORDS[found.grade ?? "red"]}: {found.because.join(" ")}
          </p>
        )}
      </header>
      {section.questions.map((question, q) => (
        <QuestionOnPhone key={question.code} question={question} picked={at[1] === q} at={at} {...tried} />
      ))}
      {section.questions.length === 0 && <p class="quiet-text">Its questions will be here.</p>}
    </>
  );
}

const LIGHT_WORDS: Record<Light, string> = { green: "Green", amber: "Amber", red: "Red" };

function QuestionOnPhone({ question, picked, at, ...tried }: Tried & { question: Question; picked: boolean; at: At }) {
  const inside = isGroup(question);
  return (
    <div class="phone-question" data-picked={picked && (at.length < 3 || !inside) ? "true" : undefined}>
      <Card question={question} instance="" {...tried} />
      {inside && (
        <div class="phone-inside">
          <p class="small-text quiet-text">Of each, such as the first:</p>
          {question.questions.map((inner, i) => (
            <div key={inner.code} class="phone-question" data-picked={picked && at[2] === i ? "true" : undefined}>
              <Card question={inner} instance={SAMPLE} {...tried} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Card({ question, instance, asking, answers, onAnswer }: Tried & { question: Question; instance: string }) {
  const key = keyOf(question.code, instance);
  if (!asking.asked.has(key)) {
    const rule = ruleInWords(question.relevant, questionsByCode(asking.definition));
    return (
      <p class="phone-not-asked small-text">
        <strong>{question.label || question.code}</strong> is not asked with these answers
        {rule && `: only when ${rule}`}.
      </p>
    );
  }
  const value = answers.get(key) ?? null;
  const category = offeredDefect(question, value);
  const wrong = value !== null && !asking.constraintHolds(question, instance);
  return (
    <QuestionCard
      question={question.label ? question : { ...question, label: "(no words yet)" }}
      value={value}
      choices={asking.offered(question, instance)}
      required={asking.isNeeded(question, instance)}
      fault={wrong ? question.constraint_words || "This answer can’t be right." : null}
      onAnswer={(given) => given.value !== undefined && onAnswer(key, given.value)}
      level={3}
    >
      {category && (
        <p class="phone-offers" role="status">
          <Icon name="warning" /> Offers to report: {categories.value.get(category)?.label ?? category}
        </p>
      )}
    </QuestionCard>
  );
}
