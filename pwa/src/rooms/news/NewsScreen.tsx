import type { NewsItem } from "../../api/types";
import { SyncLine } from "../../app/sync-line";
import { news, readNews, serverNow } from "../../sync";
import { agoInWords, Button, Empty, Icon, LinkButton, Photo, TopBar, useNow } from "../../ui";

/** News of an older server name no screen. */
function leadsTo({ path, kind, job_id, defect_id }: NewsItem): string {
  if (path) return path;
  if (job_id && kind.startsWith("job_")) return `/jobs/${job_id}`;
  return defect_id ? `/reports/${defect_id}` : "/news";
}

/** What one was told lately, newest first; kept on the phone, so it is there without signal. */
export function NewsScreen() {
  const now = useNow(serverNow);
  const items = news.value.results;
  const unread = items.filter((item) => !item.read_at).map((item) => item.id);
  return (
    <>
      <TopBar title="News" back="/me" backLabel="Me" status={<SyncLine />} />
      <div class="page">
        {items.length === 0 && (
          <Empty icon="bell" title="Nothing to tell yet">
            What concerns you comes here: what becomes of your reports and jobs, and what waits for you.
          </Empty>
        )}
        {unread.length > 0 && (
          <Button wide icon="check-double" onClick={() => void readNews(unread)}>
            {unread.length === 1 ? "Mark it as seen" : `Mark all ${unread.length} as seen`}
          </Button>
        )}
        <ul class="news-list">
          {items.map((item) => (
            <li key={item.id} class={item.read_at ? "news-item" : "news-item news-unread"}>
              <a href={leadsTo(item)} onClick={() => !item.read_at && void readNews([item.id])}>
                {item.photo && (
                  <span class="news-photo">
                    <Photo src={item.photo.thumbnail} alt="" size="thumb" />
                  </span>
                )}
                <span class="news-words">
                  <span>{item.words}</span>
                  <span class="quiet-text small-text">
                    {!item.read_at && (
                      <>
                        <Icon name="bell" size="1em" /> New ·{" "}
                      </>
                    )}
                    {agoInWords(item.created_at, now)}
                  </span>
                </span>
              </a>
            </li>
          ))}
        </ul>
        <LinkButton kind="quiet" wide icon="settings" href="/me/news">
          What I hear of
        </LinkButton>
      </div>
    </>
  );
}
