import { StorageFull } from "../../storage/problems";
import { Banner, LinkButton } from "../../ui";

export interface Wrong {
  words: string;
  /** There is something to free on this phone. */
  full: boolean;
}

/** What a failed save tells the person. The form stays as it is. */
export function wrongOf(error: unknown): Wrong {
  if (error instanceof StorageFull) {
    return { words: "This phone is full, so nothing was saved. What you filled in is still here.", full: true };
  }
  const said = error instanceof Error && error.name !== "Error" ? error.message : "";
  return { words: said || "The phone could not keep this; nothing was saved. Try again.", full: false };
}

export function NotSaved({ wrong }: { wrong: Wrong | null }) {
  if (!wrong) return null;
  return (
    <Banner kind="late" live="alert" title={wrong.words}>
      {wrong.full && (
        <>
          <p>Free some space, come back and save. What you saved before is safe.</p>
          <LinkButton icon="phone" href="/me#space">
            Free some space
          </LinkButton>
        </>
      )}
    </Banner>
  );
}
