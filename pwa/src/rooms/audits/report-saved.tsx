import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { categories, defects, myPhotos, serverNow } from "../../sync";
import { ActionBar, Banner, Button, Chip, LinkButton, Photo, TopBar } from "../../ui";
import { reportState } from "./report-state";

/** Done: what was saved, and what happens next. */
export function SavedStep({ saved }: { saved: { defect_id: string; category: string } }) {
  const category = categories.value.get(saved.category);
  const row = defects.value.find((defect) => defect.id === saved.defect_id);
  const here = myPhotos.value.filter(
    (photo) => photo.state === "here" && row?.photos.some((own) => own.id === photo.id),
  ).length;
  const state = row ? reportState(row, serverNow(), here) : null;
  return (
    <>
      <TopBar title="Saved" back="/today" status={<SyncLine />} />
      <div class="page">
        <div class="saved-card">
          {row?.photos[0] && (
            <Photo src={row.photos[0].thumbnail} state={row.photos[0].state} alt="" icon={category?.icon} />
          )}
          <div class="stack-tight">
            <h2>{category?.label}</h2>
            {row?.street_text && <p class="quiet-text">{row.street_text}</p>}
            {state && (
              <p>
                <Chip status={state.status} />
              </p>
            )}
          </div>
        </div>
        <Banner kind="good" title="What happens next" icon="forward">
          <p>{category?.what_next || "It goes to the people whose job it is. You hear when it is done."}</p>
          {state?.status.word === "On this phone" && (
            <p>It is kept on this phone and goes by itself when there is signal.</p>
          )}
        </Banner>
        {row && <LinkButton href={`/reports/${row.id}`}>See this report</LinkButton>}
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
