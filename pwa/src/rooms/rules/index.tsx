import "./rules.css";
import type { ComponentType } from "preact";
import { useLoaded } from "../../app/loaded";
import { useRoute } from "../../app/router";
import { Banner, Button, Skeleton } from "../../ui";
import { HubScreen } from "./HubScreen";
import { SCREENS } from "./screens";

type Screen = ComponentType<{ id: string | null }>;

/** By which rules the work goes: each screen comes when somebody opens it. */
export default function RulesRoom({ pattern }: { pattern: string }) {
  const { params } = useRoute();
  const load = SCREENS[pattern];
  if (!load) return <HubScreen />;
  return <Lazy key={pattern} load={load} id={params.id ?? null} />;
}

function Lazy({ load, id }: { load: () => Promise<{ default: Screen }>; id: string | null }) {
  const { it: Drawn, failed, again } = useLoaded(load);
  if (Drawn) return <Drawn id={id} />;
  if (failed) {
    return (
      <div class="page">
        <Banner kind="offline" title="This screen could not be fetched">
          <Button icon="refresh" onClick={again}>
            Try again
          </Button>
        </Banner>
      </div>
    );
  }
  return (
    <div class="page">
      <Skeleton rows={4} />
    </div>
  );
}
