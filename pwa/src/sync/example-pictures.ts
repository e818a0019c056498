/** The pictures that checklists show as examples, fetched while there is signal: the service worker keeps them. */

interface Asked {
  examples: { picture: string }[];
  questions: Asked[];
}
interface Content {
  sections: { questions: Asked[] }[];
}

const PHOTO_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** Where an example's picture is read: a drawing of the library by its name, or a photo by its id. */
function addressOf(picture: string): string {
  return PHOTO_ID.test(picture) ? `/api/photos/${picture}/thumbnail` : `/api/checklists/pictures/${picture}`;
}

/** Every picture that these checklists show, each once. */
export function picturesOf(contents: readonly unknown[]): string[] {
  const asked = (contents as Content[]).flatMap((content) => content.sections.flatMap((section) => section.questions));
  const all = asked.flatMap((question) => [question, ...question.questions]);
  return [...new Set(all.flatMap((question) => question.examples.map((example) => addressOf(example.picture))))];
}

/** One after the other, in no hurry; one that doesn't come is fetched when it is looked at. */
export async function fetchPictures(contents: readonly unknown[]): Promise<void> {
  for (const address of picturesOf(contents)) await fetch(address).catch(() => undefined);
}
