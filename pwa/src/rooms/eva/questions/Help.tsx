import type { Question } from "./definition";

/** What to look for, with pictures of good and bad: one tap away, so that the answer stays under the thumb. */
export function Help({ question }: { question: Question }) {
  if (!question.help && question.examples.length === 0) return null;
  return (
    <details class="question-help">
      <summary>What to look for</summary>
      {question.help && <p>{question.help}</p>}
      {question.examples.length > 0 && (
        <ul class="question-examples">
          {question.examples.map((example) => (
            <li key={example.picture}>
              <img src={exampleAddress(example.picture)} alt={example.words} loading="lazy" />
              <p class="small-text">
                <strong>{example.good ? "Good: " : "Not good: "}</strong>
                {example.words}
              </p>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

const PHOTO_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

function exampleAddress(picture: string): string {
  return PHOTO_ID.test(picture) ? `/api/photos/${picture}/thumbnail` : `/api/checklists/pictures/${picture}`;
}
