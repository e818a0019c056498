import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { PhotoInput } from "../../device/PhotoInput";
import { fix } from "../../device/position";
import { serverNow } from "../../sync";
import { Button, TopBar } from "../../ui";
import { addPhoto } from "./draft";
import { chosenPlace } from "./place-choice";
import { PlaceLine } from "./place-line";

/** The first thing is the photo. */
export function PhotoStep({ next }: { next: boolean }) {
  const place = chosenPlace(null, fix.value);
  return (
    <>
      <TopBar title="Report a problem" back="/today" status={<SyncLine />} />
      <div class="page report-photo">
        <p class="report-lead">
          {next
            ? "Next one here: take its photo."
            : "Take a photo of the problem. One from close, one with its surroundings."}
        </p>
        <PlaceLine place={place} now={serverNow()} />
        <div class="report-photo-ways">
          <PhotoInput
            large
            openAtOnce
            onPhoto={(photo) => {
              addPhoto(photo);
              navigate("/report?step=category");
            }}
          />
          <Button kind="quiet" wide onClick={() => navigate("/report?step=category")}>
            Go on without a photo
          </Button>
        </div>
      </div>
    </>
  );
}
