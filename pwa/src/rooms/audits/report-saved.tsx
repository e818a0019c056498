import { useState } from "preact/hooks";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { categories, defects, myItems, photosHere, serverNow } from "../../sync";
import { ActionBar, Banner, Button, Chip, Icon, LinkButton, Photo, TopBar } from "../../ui";
import { isEmpty, type saved as lastSaved, slots } from "./draft";
import { NotSaved, type Wrong, wrongOf } from "./not-saved";
import { canChange } from "./report-change";
import { reportState } from "./report-state";
import { isStillHere, takeBack } from "./save-report";

type Saved = NonNullable<typeof lastSaved.value>;

const TOO_LATE = "It is being sent already, so it can't be taken back. You can still change it.";
const ANOTHER = "Another report is being made. Save it or throw it away first.";

/** What can still be done about it: take it back while nothing of it has left the phone, or change it. */
function SecondThoughts({ saved, here }: { saved: Saved; here: boolean }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  async function undo(): Promise<void> {
    if (!isEmpty(slots.peek().making)) {
      setWrong({ words: ANOTHER, full: false });
      return;
    }
    setBusy(true);
    try {
      if (await takeBack(saved.operation_id)) navigate("/report?step=details", { replace: true });
      else setWrong({ words: TOO_LATE, full: false });
    } catch (error) {
      setWrong(wrongOf(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <NotSaved wrong={wrong} />
      <div class="second-thoughts">
        <LinkButton icon="edit" href={`/reports/${saved.defect_id}/change`}>
          Change
        </LinkButton>
        {here && (
          <Button icon="undo" busy={busy} onClick={() => void undo()}>
            Undo
          </Button>
        )}
      </div>
    </>
  );
}

/** Done: what was saved, and what happens next. */
export function SavedStep({ saved }: { saved: Saved }) {
  const category = categories.value.get(saved.category);
  const row = defects.value.find((defect) => defect.id === saved.defect_id);
  const here = row?.photos.filter((photo) => photosHere.value.has(photo.id)).length ?? 0;
  const state = row ? reportState(row, serverNow(), here) : null;
  const item = myItems.value.find((each) => each.id === saved.operation_id);
  return (
    <>
      <TopBar title="Saved" back="/today" status={<SyncLine />} />
      <div class="page">
        <a class="saved-card" href={`/reports/${saved.defect_id}`}>
          {row?.photos[0] && (
            <Photo src={row.photos[0].thumbnail} state={row.photos[0].state} alt="" icon={category?.icon} />
          )}
          <span class="stack-tight">
            <h2>{category?.label}</h2>
            {row?.street_text && <span class="quiet-text">{row.street_text}</span>}
            {state && (
              <span>
                <Chip status={state.status} />
              </span>
            )}
          </span>
          <Icon name="forward" />
        </a>
        {row && canChange(row) && <SecondThoughts saved={saved} here={isStillHere(item)} />}
        <Banner kind="good" title="What happens next" icon="forward">
          <p>{category?.what_next || "It goes to the people whose job it is. You hear when it is done."}</p>
          {state?.status.word === "On this phone" && (
            <p>It is kept on this phone and goes by itself when there is signal.</p>
          )}
        </Banner>
      </div>
      <ActionBar>
        <Button kind="primary" large icon="camera" onClick={() => navigate("/report", { replace: true })}>
          Report another
        </Button>
        <LinkButton kind="quiet" wide href="/today">
          Back to Today
        </LinkButton>
      </ActionBar>
    </>
  );
}
