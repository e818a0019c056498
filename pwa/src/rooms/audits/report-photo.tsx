import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { chosenPlace } from "../../device/place-choice";
import { PlaceLine } from "../../device/place-line";
import { fix } from "../../device/position";
import { serverNow } from "../../sync";
import { Banner, Button, TopBar } from "../../ui";
import { draft, isEmpty } from "./draft";
import { leftOver } from "./draft-keeping";
import { DraftPhotoInput, DraftTrouble } from "./report-form";

/** The first thing is the photo. */
export function PhotoStep({ next }: { next: boolean }) {
  const place = chosenPlace(null, fix.value);
  const lost = leftOver.value?.camera_open && isEmpty(draft.value);
  return (
    <>
      <TopBar title="Report a problem" back="/today" status={<SyncLine />} />
      <div class="page report-photo">
        {lost && (
          <Banner kind="risk" title="Your photo did not arrive">
            <p>The phone closed Sightline while the camera was open. Take the photo again.</p>
          </Banner>
        )}
        <p class="report-lead">
          {next
            ? "Next one here: take its photo."
            : "Take a photo of the problem. One from close, one with its surroundings."}
        </p>
        <PlaceLine place={place} now={serverNow()} />
        <DraftTrouble />
        <div class="report-photo-ways">
          <DraftPhotoInput large openAtOnce={!lost} onTaken={() => navigate("/report?step=category")} />
          <Button kind="quiet" wide onClick={() => navigate("/report?step=category")}>
            Go on without a photo
          </Button>
        </div>
      </div>
    </>
  );
}
