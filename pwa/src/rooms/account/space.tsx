import { useEffect, useState } from "preact/hooks";
import { type Freeable, free, type Room, room } from "../../storage/space";
import { syncState } from "../../sync";
import { Banner, Button, Section } from "../../ui";

const WHAT: Record<Freeable, { title: string; words: string }> = {
  photos_cache: { title: "Photos looked at", words: "They come again from the server when you look at them." },
  basemap: { title: "The map", words: "It comes again when you open a map where there is signal." },
  previews: { title: "Small pictures of what has arrived", words: "The server has these photos." },
};

const SMALLEST_BYTES = 50_000;

export function bytesInWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

function Used({ now }: { now: Room }) {
  const { waiting, photos_waiting } = syncState.value;
  const unsent = waiting + photos_waiting;
  return (
    <p>
      {now.used !== null && now.all !== null
        ? `Sightline uses ${bytesInWords(now.used)} of the ${bytesInWords(now.all)} that this phone lets it have. `
        : ""}
      {unsent > 0 ? "What you have not sent is never freed." : "Nothing here is unsent."}
    </p>
  );
}

/** What can be given up on a full phone: never anything that has not been sent. */
export function SpacePart() {
  const [now, setNow] = useState<Room | null>(null);
  const [busy, setBusy] = useState<Freeable | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => void room().then(setNow, () => undefined), []);

  async function give(what: Freeable): Promise<void> {
    setBusy(what);
    const back = now?.freeable[what] ?? 0;
    try {
      await free(what);
      setSaid(`${bytesInWords(back)} freed.`);
    } catch {
      setSaid("That could not be freed. Try again.");
    }
    setNow(await room().catch(() => now));
    setBusy(null);
  }

  const kinds = (Object.keys(WHAT) as Freeable[]).filter((what) => (now?.freeable[what] ?? 0) > SMALLEST_BYTES);
  return (
    <Section title="Free some space">
      {now && <Used now={now} />}
      {syncState.value.storage_full && (
        <Banner kind="late" title="This phone is full">
          <p>The last thing could not be saved. Free what is below, or delete films and apps you do not need.</p>
        </Banner>
      )}
      {said && <p role="status">{said}</p>}
      {now && kinds.length === 0 && <p class="quiet-text">There is nothing worth freeing just now.</p>}
      <ul class="stack">
        {kinds.map((what) => (
          <li key={what} class="me-free">
            <div>
              <strong>{WHAT[what].title}</strong>
              <p class="quiet-text small-text">{WHAT[what].words}</p>
            </div>
            <Button icon="trash" busy={busy === what} onClick={() => void give(what)}>
              {`Free ${bytesInWords(now?.freeable[what] ?? 0)}`}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
