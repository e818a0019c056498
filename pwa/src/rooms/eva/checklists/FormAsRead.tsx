import type { ComponentChildren } from "preact";
import { categories } from "../../../sync";
import { counted, Icon, Tag } from "../../../ui";
import { choicesOf, type Definition, isGroup, type Question, type Rule, type Section } from "../questions/definition";
import { questionsByCode } from "./places";
import { ASSET_WORDS, limitsInWords, pointsInWords, ruleInWords, TYPE_WORDS } from "./words";

type Questions = ReadonlyMap<string, Question>;

const MOST_CHOICES = 24;

/** A checklist as somebody reads a form on paper: every question with what can be answered and when it is asked. */
export function FormAsRead({ definition }: { definition: Definition }) {
  const questions = questionsByCode(definition);
  const { green_from, amber_from } = definition.grading;
  return (
    <article class="as-read">
      {definition.purpose && <p class="as-read-purpose">{definition.purpose}</p>}
      <p class="quiet-text">
        A section is green from {green_from} % of its points, amber from {amber_from} %, red below.
      </p>
      {definition.sections.length > 3 && <Contents definition={definition} />}
      {definition.sections.map((section) => (
        <OneSection key={section.code} section={section} questions={questions} />
      ))}
    </article>
  );
}

function Contents({ definition }: { definition: Definition }) {
  return (
    <nav class="as-read-contents" aria-label="Sections">
      <ol>
        {definition.sections.map((section) => (
          <li key={section.code}>
            <a href={`#section-${section.code}`}>
              {section.code} {section.title}
            </a>{" "}
            <span class="quiet-text">{section.questions.length}</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function OneSection({ section, questions }: { section: Section; questions: Questions }) {
  return (
    <section class="as-read-section" id={`section-${section.code}`}>
      <h2>
        {section.code} {section.title}
      </h2>
      {section.help && <p>{section.help}</p>}
      {!section.scored && <p class="quiet-text">This section is not graded.</p>}
      <When rule={section.relevant} questions={questions} before="Only when" />
      <ol class="as-read-questions">
        {section.questions.map((question) => (
          <li key={question.code}>
            <OneQuestion question={question} questions={questions} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function OneQuestion({ question, questions }: { question: Question; questions: Questions }) {
  const limits = limitsInWords(question);
  return (
    <div class="as-read-question">
      <p class="as-read-label">
        <span class="as-read-code">{question.code}</span> <strong>{question.label}</strong>
      </p>
      {question.help && <p class="as-read-help">{question.help}</p>}
      <p class="quiet-text small-text">
        {TYPE_WORDS[question.type]}
        {question.type === "assets" && ` (${(ASSET_WORDS[question.asset_kind] ?? question.asset_kind).toLowerCase()})`}
        {limits && `, ${limits}`}
        {question.required && ". Has to be answered"}
        {question.weight > 1 && `. Counts ${question.weight} times`}
      </p>
      {question.restricted && <Tag icon="lock">Only officers and council managers read the answers</Tag>}
      <Choices question={question} />
      <When rule={question.relevant} questions={questions} before="Asked only when" />
      <When rule={question.required_when} questions={questions} before="Has to be answered when" />
      <When rule={question.constraint} questions={questions} before="An answer is taken only when" />
      <Offer question={question} />
      <Examples question={question} />
      {isGroup(question) && question.questions.length > 0 && (
        <div class="as-read-inside">
          <p class="small-text quiet-text">Of each:</p>
          <ol class="as-read-questions">
            {question.questions.map((inner) => (
              <li key={inner.code}>
                <OneQuestion question={inner} questions={questions} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

/** What can be answered. The built-in answers go without saying, but not where they fail the audit. */
function Choices({ question }: { question: Question }) {
  const own = question.type === "one_of" || question.type === "many_of";
  const all = choicesOf(question);
  const said = own ? all : all.filter((choice) => question.choices.some((each) => each.code === choice.code));
  if (said.length === 0) return null;
  const shown = said.slice(0, MOST_CHOICES);
  return (
    <ul class="as-read-choices">
      {shown.map((choice) => (
        <li key={choice.code}>
          <span class="as-read-box" aria-hidden="true" /> {choice.label}
          {choice.points !== null && question.weight > 0 && (
            <span class="quiet-text small-text"> {pointsInWords(choice.points)}</span>
          )}
          {choice.fails && (
            <Tag tone="late" icon="hazard">
              Fails the audit
            </Tag>
          )}
        </li>
      ))}
      {said.length > shown.length && (
        <li class="quiet-text">and {counted(said.length - shown.length, "more answer")}</li>
      )}
    </ul>
  );
}

function When({ rule, questions, before }: { rule: Rule | null; questions: Questions; before: string }) {
  if (!rule) return null;
  return (
    <Line icon="filter">
      {before} {ruleInWords(rule, questions)}.
    </Line>
  );
}

function Line({ icon, children }: { icon: "filter" | "warning"; children: ComponentChildren }) {
  return (
    <p class="as-read-line small-text">
      <Icon name={icon} size="1.1em" /> <span>{children}</span>
    </p>
  );
}

function Offer({ question }: { question: Question }) {
  const { defect } = question;
  if (!defect) return null;
  const label = categories.value.get(defect.category)?.label ?? defect.category;
  const values = choicesOf(question)
    .filter((choice) => defect.when.includes(choice.code))
    .map((choice) => `“${choice.label}”`);
  const when = question.type === "scale" ? defect.when.join(" or ") : values.join(" or ");
  return (
    <Line icon="warning">
      {when || "An answer"} offers to report: {label}.
    </Line>
  );
}

function Examples({ question }: { question: Question }) {
  if (question.examples.length === 0) return null;
  return (
    <ul class="as-read-examples">
      {question.examples.map((example) => (
        <li key={example.picture}>
          <ExamplePicture picture={example.picture} alt={example.words} />
          <p class="small-text">
            <strong>{example.good ? "Good: " : "Not good: "}</strong>
            {example.words}
          </p>
        </li>
      ))}
    </ul>
  );
}

const PHOTO_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** A picture of the library by its name, or a photo by its id. */
export function ExamplePicture({ picture, alt }: { picture: string; alt: string }) {
  const src = PHOTO_ID.test(picture) ? `/api/photos/${picture}/thumbnail` : `/api/checklists/pictures/${picture}`;
  return <img class="example-picture" src={src} alt={alt} loading="lazy" />;
}
