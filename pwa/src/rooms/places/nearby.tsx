/** What is already known around here: a map and a list of the same things. */
import { useState } from "preact/hooks";
import type { Point } from "../../api/types";
import { query, setQuery } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { distanceWords } from "../../device/accuracy";
import { nearest } from "../../device/geo";
import { fix, measureAgain, positionStatus, usePosition } from "../../device/position";
import { boxAround, MapPane, type MapPoint } from "../../map";
import { categories, type DefectView, defects, reference, serverNow } from "../../sync";
import { Banner, Button, Choices, dueState, Empty, LinkButton, TopBar } from "../../ui";
import { DefectCard } from "../audits/defect-card";

type Show = "list" | "map";
const PAGE = 25;
const RADII_M = [100, 300, 1000] as const;

interface Near {
  item: DefectView;
  distance_m: number;
}

/** A place given in the address ("at=1.6,53.3"), for links from a report. */
function askedPlace(): Point | null {
  const [longitude, latitude] = (query.value.get("at") ?? "").split(",").map(Number);
  if (longitude === undefined || latitude === undefined) return null;
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return null;
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) return null;
  return { longitude, latitude };
}

function radius(): number {
  const asked = Number(query.value.get("within"));
  return RADII_M.find((metres) => metres === asked) ?? 300;
}

function pointOf({ item }: Near, now: Date): MapPoint {
  const due = item.job?.due_at;
  const done = item.status === "resolved";
  const label = categories.value.get(item.category)?.label ?? item.category;
  return {
    id: item.id,
    state: done ? "done" : due ? dueState(due, now) : "on_time",
    label: `${label}, ${item.number || "not sent yet"}`,
    longitude: item.place.longitude,
    latitude: item.place.latitude,
  };
}

function NoPlace() {
  const denied = positionStatus.value === "denied";
  const unavailable = positionStatus.value === "unavailable";
  if (!denied && !unavailable) {
    return (
      <Empty icon="locate" title="Finding where you are">
        Under the open sky this takes a few seconds.
      </Empty>
    );
  }
  return (
    <Banner
      kind="risk"
      title={denied ? "This phone may not tell Sightline where it is" : "The phone can't find its place"}
    >
      <p>
        {denied ? "Allow it in the browser's settings for this site, then try again." : "Try again under the open sky."}
      </p>
      <Button icon="locate" onClick={measureAgain}>
        Try again
      </Button>
    </Banner>
  );
}

function NearMap({ near, centre }: { near: readonly Near[]; centre: Point }) {
  const [picked, setPicked] = useState<string | null>(null);
  const now = serverNow();
  const chosen = near.find(({ item }) => item.id === picked);
  const around = near.map(({ item }) => item.place);
  return (
    <div class="stack">
      <MapPane
        class="nearby-map"
        label="Known problems around you; the list below has the same"
        settings={reference.value?.map ?? null}
        bounds={boxAround([...around, centre])}
        points={near.map((one) => pointOf(one, now))}
        selected={picked}
        marker={centre}
        onPick={setPicked}
      />
      {chosen && <DefectCard row={chosen.item} aside={distanceWords(chosen.distance_m)} />}
    </div>
  );
}

export function Nearby() {
  usePosition();
  const show: Show = query.value.get("show") === "map" ? "map" : "list";
  const [shown, setShown] = useState(PAGE);
  const centre = askedPlace() ?? fix.value;
  const within = radius();
  const open = defects.value.filter(
    (row) => row.status === "open" || row.status === "routed" || row.status === "resolved",
  );
  const near = centre ? nearest(open, centre, within, (row) => row.place) : [];
  return (
    <>
      <TopBar title="Nearby" status={<SyncLine />} />
      <div class="page">
        <div class="row-apart">
          <Choices<Show>
            label="Show as"
            value={show}
            choices={[
              { value: "list", label: "List" },
              { value: "map", label: "Map" },
            ]}
            onChange={(value) => setQuery({ show: value === "list" ? null : value })}
          />
          <Choices
            label="How far around"
            value={String(within)}
            choices={RADII_M.map((metres) => ({
              value: String(metres),
              label: metres >= 1000 ? `${metres / 1000} km` : `${metres} m`,
            }))}
            onChange={(value) => setQuery({ within: value })}
          />
        </div>
        {askedPlace() && (
          <Button kind="quiet" icon="locate" onClick={() => setQuery({ at: null })}>
            Around the phone instead
          </Button>
        )}
        {!centre && <NoPlace />}
        {centre && show === "map" && <NearMap near={near} centre={centre} />}
        {centre && near.length === 0 && (
          <Empty icon="nearby" title={`Nothing known within ${within} m`}>
            <p>What anybody reports around here appears in this list.</p>
            <LinkButton kind="primary" icon="camera" href="/report">
              Report a problem
            </LinkButton>
          </Empty>
        )}
        <ul class="stack">
          {near.slice(0, shown).map(({ item, distance_m }) => (
            <li key={item.id}>
              <DefectCard row={item} aside={distanceWords(distance_m)} />
            </li>
          ))}
        </ul>
        {near.length > shown && (
          <Button wide onClick={() => setShown(shown + PAGE)}>
            {`Show ${Math.min(PAGE, near.length - shown)} more of ${near.length}`}
          </Button>
        )}
      </div>
    </>
  );
}
