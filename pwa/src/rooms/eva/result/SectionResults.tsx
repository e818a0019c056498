import { Chip, Section, Tag } from "../../../ui";
import type { AuditResult, ResultLine, ResultSection } from "./shapes";
import { changeStatus, gradeStatus, percentInWords } from "./words";

/** Each section with its grade; opened, every answer with what it earned. */
export function SectionResults({ result }: { result: AuditResult }) {
  return (
    <Section title="Sections">
      <ul class="result-sections">
        {result.sections.map((section) => (
          <li key={section.code}>
            <One section={section} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function One({ section }: { section: ResultSection }) {
  return (
    <details class="result-section">
      <summary>
        <span class="result-section-title">{section.title}</span>
        <span class="result-section-figures">
          <Chip status={gradeStatus(section.grade)} />
          <span class="tabular">{percentInWords(section.percent)}</span>
          {section.compared && <Chip status={changeStatus(section.compared.change)} />}
        </span>
      </summary>
      <div class="result-section-inside">
        <p>
          {section.because.join(" ")} {section.answered} of {section.asked} questions were answered.
          {section.compared && ` Last time: ${section.compared.was}.`}
        </p>
        {section.lines.length > 0 && <Lines section={section} />}
      </div>
    </details>
  );
}

function Lines({ section }: { section: ResultSection }) {
  return (
    <div class="table-scroll">
      <table class="table table-stacks">
        <caption class="sr-only">Answers of {section.title} and what they earned</caption>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Answer</th>
            <th scope="col" class="number">
              Points
            </th>
          </tr>
        </thead>
        <tbody>
          {section.lines.map((line) => (
            <Line key={`${line.question}/${line.instance}`} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line }: { line: ResultLine }) {
  return (
    <tr>
      <th scope="row">
        {line.label}
        {line.thing && <span class="quiet-text"> ({line.thing})</span>}
      </th>
      <td data-label="Answer">
        {line.answer}
        {line.note && <span class="quiet-text result-note">{line.note}</span>}
        {line.fails && (
          <Tag tone="late" icon="hazard">
            Automatic fail
          </Tag>
        )}
        {line.differs && (
          <Tag tone="risk" icon="team">
            Answered differently
          </Tag>
        )}
      </td>
      <td class="number tabular" data-label="Points">
        {line.points === null ? "–" : `${line.points} of ${line.weight}`}
      </td>
    </tr>
  );
}
