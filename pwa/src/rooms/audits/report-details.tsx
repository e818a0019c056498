import { useState } from "preact/hooks";
import type { Category, Place } from "../../api/types";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { placeProblem } from "../../device/place-choice";
import { categories } from "../../sync";
import { ActionBar, Banner, Button, CategoryIcon, TopBar } from "../../ui";
import { draft, photoCount, photosComing, photoTrouble } from "./draft";
import { KnownBeside } from "./known-beside";
import { NotSaved, type Wrong, wrongOf } from "./not-saved";
import { PlaceSheet } from "./place-sheet";
import { NotePart, PeoplePart, PhotoStrip, PlacePart, placeNow, WasteChoice } from "./report-form";
import { saveReport } from "./save-report";
import { SeverityChoice } from "./severity-choice";

/** Why it can't be saved yet, or null. */
export function problemOf(category: Category, place: Place | null, street: string): string | null {
  if (category.photo === "required" && photoCount(draft.value) === 0) {
    return "This kind of problem needs a photo. Take one, then save.";
  }
  return placeProblem(place, street);
}

export function WhatItIs({ category, href }: { category: Category; href: string }) {
  return (
    <div class="report-what">
      <CategoryIcon icon={category.icon} size="2em" />
      <p class="report-what-label">{category.label}</p>
      <a class="button button-quiet" href={href}>
        Change<span class="sr-only"> what it is</span>
      </a>
    </div>
  );
}

/** One screen with everything filled in; Save is the largest thing on it. */
export function DetailsStep({ category: code }: { category: string }) {
  const category = categories.value.get(code);
  const { place, street } = placeNow();
  const [correcting, setCorrecting] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [busy, setBusy] = useState(false);
  if (!category) return <Banner kind="risk" title="This kind of problem is no longer in the list" />;
  const known: Category = category;

  async function save(nextHere: boolean): Promise<void> {
    const problem = problemOf(known, place, street);
    setWrong(problem ? { words: problem, full: false } : null);
    if (problem || !place) {
      if (placeProblem(place, street)) setCorrecting(true);
      return;
    }
    setBusy(true);
    try {
      if (await saveReport(known, place, street, nextHere)) {
        navigate(nextHere ? "/report?step=next" : "/report?step=saved", { replace: true });
      } else {
        const words = photoTrouble.value?.words ?? "A photo could not be used.";
        setWrong({ words: `${words} Nothing was saved yet.`, full: false });
      }
    } catch (error) {
      setWrong(wrongOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <TopBar
        title="Check and save"
        back="/report?step=category"
        backLabel="Back to what it is"
        status={<SyncLine />}
      />
      <div class="page">
        <WhatItIs category={category} href="/report?step=category" />
        <PhotoStrip category={category} />
        <PlacePart place={place} street={street} onCorrect={() => setCorrecting(true)} />
        <KnownBeside category={category} place={place} />
        <SeverityChoice category={category} />
        <NotePart />
        <WasteChoice category={category} />
        <PeoplePart />
      </div>
      <ActionBar>
        <NotSaved wrong={wrong} />
        <div class="save-bar">
          <Button kind="primary" large icon="check" busy={busy} onClick={() => void save(false)}>
            {busy && photosComing(draft.value) > 0 ? "Getting the photo ready" : "Save"}
          </Button>
          <Button busy={busy} onClick={() => void save(true)}>
            Save and next here
          </Button>
        </div>
      </ActionBar>
      <PlaceSheet
        open={correcting}
        place={place}
        street={street}
        problem={placeProblem(place, street)}
        onClose={() => setCorrecting(false)}
      />
    </>
  );
}
