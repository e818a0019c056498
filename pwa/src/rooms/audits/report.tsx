/** Report a problem: camera, category, one screen with everything filled in, saved. */
import { useEffect } from "preact/hooks";
import { query } from "../../app/router";
import { usePosition } from "../../device/position";
import { draft, saved, startAfresh } from "./draft";
import { CategoryStep } from "./report-category";
import { DetailsStep } from "./report-details";
import { PhotoStep } from "./report-photo";
import { SavedStep } from "./report-saved";

export function Report() {
  usePosition();
  const step = query.value.get("step");
  useEffect(() => {
    if (!step) startAfresh();
  }, [step]);
  if (step === "saved" && saved.value) return <SavedStep saved={saved.value} />;
  if (step === "details" && draft.value.category) return <DetailsStep category={draft.value.category} />;
  if (step === "category") return <CategoryStep />;
  return <PhotoStep next={step === "next"} />;
}
