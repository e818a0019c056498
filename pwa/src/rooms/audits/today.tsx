import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { distanceWords } from "../../device/accuracy";
import { nearest } from "../../device/geo";
import { fix, measureAgain, positionStatus, usePosition } from "../../device/position";
import { categories, type DefectView, defects, news, readNews, serverNow } from "../../sync";
import { agoInWords, Button, Empty, Icon, LinkButton, Section, TopBar } from "../../ui";
import { DefectCard } from "./defect-card";
import { LeftOver } from "./draft-resume";
import { LookAgain } from "./look-again";
import { PatrolBar } from "./patrol";
import { SeenByCrews } from "./sightings";

const KNOWN_M = 100;
/** So many ask for an answer at once; the rest stand in the list of reports. */
const FIRST = 2;

function ForYou() {
  const fixed = defects.value.filter((row) => row.mine && row.status === "resolved");
  const shown = new Set(fixed.map((row) => row.id));
  const unread = news.value.results.filter(
    (item) => !item.read_at && item.kind !== "defect_routed" && !(item.defect_id && shown.has(item.defect_id)),
  );
  if (fixed.length + unread.length === 0) return null;
  const first = fixed.sort((a, b) => ((a.job?.done_at ?? "") < (b.job?.done_at ?? "") ? 1 : -1)).slice(0, FIRST);
  return (
    <Section title="For you">
      {first.map((row) => (
        <LookAgain key={row.id} row={row} />
      ))}
      {fixed.length > first.length && (
        <LinkButton kind="quiet" wide href="/reports?show=fixed">
          {`${fixed.length - first.length} more wait for your look`}
        </LinkButton>
      )}
      {unread.slice(0, 5).map((item) => (
        <div key={item.id} class="news-line">
          <Icon name="bell" />
          <a
            href={item.path || (item.defect_id ? `/reports/${item.defect_id}` : "/reports")}
            onClick={() => void readNews([item.id])}
          >
            {item.words}
          </a>
          <span class="quiet-text small-text">{agoInWords(item.created_at, serverNow())}</span>
          <Button kind="quiet" icon="check" iconOnly onClick={() => void readNews([item.id])}>
            {`Seen: ${item.words}`}
          </Button>
        </div>
      ))}
    </Section>
  );
}

function openNear(): { item: DefectView; distance_m: number }[] | null {
  if (!fix.value) return null;
  const open = defects.value.filter((row) => row.status === "open" || row.status === "routed");
  return nearest(open, fix.value, KNOWN_M, (row) => row.place);
}

function KnownHere() {
  const near = openNear();
  if (!near) {
    const denied = positionStatus.value === "denied";
    return (
      <Section title="Known around you">
        <p class="quiet-text" role="status">
          {denied
            ? "This phone may not tell Sightline where it is. Allow it in the browser's settings to see what is known here."
            : positionStatus.value === "unavailable"
              ? "The phone can't find its place here."
              : "Finding where you are."}
        </p>
        {(denied || positionStatus.value === "unavailable") && (
          <Button icon="locate" onClick={measureAgain}>
            Try again
          </Button>
        )}
      </Section>
    );
  }
  return (
    <Section
      title={`Known within ${KNOWN_M} m`}
      aside={
        <LinkButton kind="quiet" href="/nearby">
          {near.length > 0 ? `All ${near.length}` : "Look further"}
        </LinkButton>
      }
    >
      {near.length === 0 && (
        <p class="quiet-text">Nothing is known right around you. What you report appears here for everybody.</p>
      )}
      {near.slice(0, 3).map(({ item, distance_m }) => (
        <DefectCard key={item.id} row={item} aside={distanceWords(distance_m)} />
      ))}
    </Section>
  );
}

/** The first screen of a warden's day: what is sent, one big thing to do, and what came back. */
export function Today() {
  usePosition();
  return (
    <>
      <TopBar title="Today" status={<SyncLine />} />
      <div class="page today">
        <Button kind="primary" large icon="camera" class="today-report" onClick={() => navigate("/report")}>
          Report a problem
        </Button>
        <LeftOver />
        <PatrolBar />
        <SeenByCrews />
        <ForYou />
        <KnownHere />
        {categories.value.size === 0 && (
          <Empty icon="offline" title="Waiting for the first signal">
            The list of problems, streets and what is known comes once; after that everything works without signal.
          </Empty>
        )}
      </div>
    </>
  );
}
