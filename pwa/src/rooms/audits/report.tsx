/** Report a problem: camera, category, one screen with everything filled in, saved. */
import { useState } from "preact/hooks";
import { query } from "../../app/router";
import { usePosition } from "../../device/position";
import { session } from "../../sync";
import { Skeleton, TopBar } from "../../ui";
import { draft, isEmpty, saved, workOn } from "./draft";
import { draftsOf } from "./draft-keeping";
import { ResumeStep } from "./draft-resume";
import { CategoryStep } from "./report-category";
import { DetailsStep } from "./report-details";
import { PhotoStep } from "./report-photo";
import { SavedStep } from "./report-saved";

/** Camera first, unless there is a report that was begun: decided when the screen opens, not while it is used. */
function FirstStep({ next }: { next: boolean }) {
  const [begun] = useState(!isEmpty(draft.peek()));
  return begun && !isEmpty(draft.value) ? <ResumeStep /> : <PhotoStep next={next} />;
}

export function Report() {
  usePosition();
  workOn("making");
  const step = query.value.get("step");
  if (step === "saved" && saved.value) return <SavedStep saved={saved.value} />;
  if (draftsOf.value !== session.value.person?.id) {
    return (
      <>
        <TopBar title="Report a problem" back="/today" />
        <div class="page">
          <Skeleton rows={3} words="Opening" />
        </div>
      </>
    );
  }
  if (step === "details" && draft.value.category) return <DetailsStep category={draft.value.category} />;
  if (step === "category") return <CategoryStep back="/report" next="/report?step=details" />;
  return <FirstStep key={draft.value.defect_id} next={step === "next"} />;
}
