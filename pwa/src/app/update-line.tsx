/** "A new version is ready": one calm line above the tabs, on screens where nothing is being filled in. */
import { useState } from "preact/hooks";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { newVersion, takeNewVersion } from "./updates";

export function UpdateLine() {
  const [busy, setBusy] = useState(false);
  if (!newVersion.value) return null;
  return (
    <section class="update-line" aria-label="New version">
      <Icon name="refresh" />
      <p role="status">A new version is ready</p>
      <Button
        kind="primary"
        busy={busy}
        onClick={() => {
          setBusy(true);
          takeNewVersion();
        }}
      >
        {busy ? "Starting it" : "Start it"}
      </Button>
    </section>
  );
}
