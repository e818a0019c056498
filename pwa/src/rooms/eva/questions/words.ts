/** An answer in words, as lists and read-only screens show it. Pure. */
import { longDay } from "../../../ui";
import type { Instance, Pin, Question, Value } from "./definition";
import { choicesOf, isUnanswered } from "./definition";

const SCALE = ["Very poor", "Poor", "Fair", "Good", "Very good"];

/** "1, very poor" to "5, very good": the ends of the scale in words, so that nobody has to remember them. */
export function scaleWords(step: number): string {
  return SCALE[step - 1] ?? String(step);
}

function pinsInWords(pins: readonly Pin[]): string {
  const said = pins.map((pin) => pin.words.trim()).filter(Boolean);
  const count = pins.length === 1 ? "1 place" : `${pins.length} places`;
  return said.length > 0 ? `${count}: ${said.join("; ")}` : count;
}

function labelOf(question: Question, code: string): string {
  return choicesOf(question).find((choice) => choice.code === code)?.label ?? code;
}

/** "Not answered" for what was never answered or was taken back. */
export function valueInWords(question: Question, value: Value | undefined): string {
  if (value === undefined || value === null || isUnanswered(question, value)) return "Not answered";
  switch (question.type) {
    case "many_of":
      return (value as string[]).map((code) => labelOf(question, code)).join(", ");
    case "scale":
      return `${value} of 5: ${scaleWords(Number(value)).toLowerCase()}`;
    case "count":
    case "number":
      return question.unit ? `${value} ${question.unit}` : String(value);
    case "text":
      return String(value);
    case "date":
      return longDay(String(value)) || String(value);
    case "photo":
      return value === 1 ? "1 photo" : `${value} photos`;
    case "pin":
      return pinsInWords(value as Pin[]);
    case "repeat":
    case "assets":
      return (value as Instance).label;
    default:
      return labelOf(question, String(value));
  }
}
