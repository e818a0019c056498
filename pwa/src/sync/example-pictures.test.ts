import { expect, it } from "vitest";
import { picturesOf } from "./example-pictures";

const question = (pictures: string[], questions: unknown[] = []) => ({
  code: "q",
  examples: pictures.map((picture) => ({ picture, words: "", good: true })),
  questions,
});

it("finds each picture once, those inside of a group too, and photos at their own address", () => {
  const photo = "01900000-0000-7000-8000-000000000000";
  const contents = [
    { sections: [{ questions: [question(["gate-open"], [question(["door-closed"])])] }] },
    { sections: [{ questions: [question([]), question(["gate-open", photo])] }] },
  ];
  expect(picturesOf(contents)).toEqual([
    "/api/checklists/pictures/gate-open",
    "/api/checklists/pictures/door-closed",
    `/api/photos/${photo}/thumbnail`,
  ]);
});
