import { SyncLine } from "../../app/sync-line";
import { Empty, LinkButton, TopBar } from "../../ui";

/** A job that this phone doesn't have: handed on, cancelled, or never this crew's. */
export function NoJob() {
  return (
    <>
      <TopBar title="Job" back="/jobs" backLabel="Back to my day" status={<SyncLine />} />
      <div class="page">
        <Empty icon="list" title="This job is not on your list">
          <p>It may have gone to another crew, or it has not come to this phone yet.</p>
          <LinkButton href="/jobs" kind="primary">
            See my day
          </LinkButton>
        </Empty>
      </div>
    </>
  );
}
