/** A saved report is put right: in all that it says while it is only on this phone, else in what may be amended. */
import { useState } from "preact/hooks";
import type { Category, Payloads, Place } from "../../api/types";
import { navigate, query, useRoute } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { tick } from "../../device/install";
import { placeProblem } from "../../device/place-choice";
import { usePosition } from "../../device/position";
import { amendReport, categories, type DefectView, defects, myItems, type OutboxItem, perform } from "../../sync";
import { ActionBar, Banner, Button, Empty, Field, TopBar } from "../../ui";
import {
  change,
  type Draft,
  draft,
  emptyDraft,
  endChange,
  photosReady,
  photoTrouble,
  saved,
  slots,
  toSend,
  workOn,
} from "./draft";
import { keepNow } from "./draft-keeping";
import { NotSaved, type Wrong, wrongOf } from "./not-saved";
import { PlaceSheet } from "./place-sheet";
import { CategoryStep } from "./report-category";
import { problemOf, WhatItIs } from "./report-details";
import { NotePart, PeoplePart, PhotoStrip, PlacePart, WasteChoice } from "./report-form";
import { isOpenToChange, saidIn } from "./save-report";
import { SeverityChoice } from "./severity-choice";

/** The one who raised it may change it until it is done with. */
export function canChange(row: DefectView): boolean {
  const disputed = row.local?.kind === "raise_defect" && row.local.state === "conflict";
  return row.mine && (row.status === "open" || row.status === "routed") && !disputed;
}

function raisedBy(id: string): OutboxItem | undefined {
  return myItems.value.find(
    ({ operation }) =>
      operation.kind === "raise_defect" && (operation.payload as Payloads["raise_defect"]).defect_id === id,
  );
}

/** The form as the report stands now. */
function asSaved(row: DefectView, item: OutboxItem | undefined): Draft {
  const raised = item?.operation.payload as Payloads["raise_defect"] | undefined;
  return emptyDraft({
    ...{ defect_id: row.id, category: row.category, severity: row.severity, note: row.note },
    ...{ place: row.place, street: row.street_text, people: row.people_in_photo },
    waste: raised?.fly_tipping?.waste_type ?? "",
    changes: { item_id: item?.id ?? null, photo_ids: row.photos.map((photo) => photo.id) },
  });
}

/** Takes up the changes that were being made to this very report, or begins with it as it is. */
function begin(row: DefectView, item: OutboxItem | undefined): void {
  const { making, changing } = slots.peek();
  if (changing?.defect_id !== row.id) slots.value = { making, changing: asSaved(row, item) };
}

/** What may be amended of a report that was sent, as far as it differs. */
function amended(one: Draft, row: DefectView): Pick<Payloads["amend_defect"], "note" | "severity" | "street_text"> {
  const street = (one.street ?? "").trim().slice(0, 200);
  return {
    ...(one.note.trim() !== row.note.trim() && { note: one.note.trim() }),
    ...(one.severity !== null && one.severity !== row.severity && { severity: one.severity }),
    ...(street !== row.street_text && { street_text: street }),
  };
}

/** Resolves once the phone keeps the change. "folded": the report itself was changed before it was sent. */
async function keepChange(row: DefectView, category: Category): Promise<"folded" | "amended" | "nothing"> {
  const known = photoTrouble.value;
  await photosReady(draft.value);
  if (photoTrouble.value !== known) throw new TypeError(photoTrouble.value?.words);
  const one = draft.value;
  const item = raisedBy(row.id);
  const addPhotos = one.photos.map((photo) => toSend(photo, category.evidence ?? false));
  if (isOpenToChange(item) && one.place) {
    const kept = new Set(one.changes?.photo_ids);
    const { photos: had } = item.operation.payload as Payloads["raise_defect"];
    const dropPhotoIds = had.map((photo) => photo.id).filter((id) => !kept.has(id));
    return amendReport(item.id, saidIn(one, category, one.place, one.street ?? ""), { addPhotos, dropPhotoIds });
  }
  const part = amended(one, row);
  if (Object.keys(part).length + addPhotos.length === 0) return "nothing";
  const payload = { defect_id: row.id, at: new Date().toISOString(), ...part };
  await perform("amend_defect", payload, addPhotos, { basedOn: row.version || null });
  return "amended";
}

function StreetPart() {
  return (
    <Field
      label="Street"
      value={draft.value.street ?? ""}
      maxLength={200}
      onInput={(street) => change({ street })}
      hint="In words that lead the crew there. The place on the map stays as it was sent."
    />
  );
}

interface FormProps {
  row: DefectView;
  category: Category;
  /** Nothing of it has left this phone: all of it can be changed. */
  whole: boolean;
}

function ChangeForm({ row, category, whole }: FormProps) {
  const [correcting, setCorrecting] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [busy, setBusy] = useState(false);
  const place: Place | null = draft.value.place;
  const street = draft.value.street ?? "";
  const here = `/reports/${row.id}/change`;

  function leave(): void {
    endChange();
    void keepNow();
    const fromSaved = saved.value?.defect_id === row.id;
    navigate(fromSaved ? "/report?step=saved" : `/reports/${row.id}`, { replace: true });
  }

  async function save(): Promise<void> {
    const problem = whole ? problemOf(category, place, street) : null;
    setWrong(problem ? { words: problem, full: false } : null);
    if (problem) return;
    setBusy(true);
    try {
      const how = await keepChange(row, category);
      if (how !== "nothing") tick();
      leave();
    } catch (error) {
      setWrong(wrongOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <TopBar title="Change the report" back={`/reports/${row.id}`} status={<SyncLine />} />
      <div class="page">
        {whole ? (
          <WhatItIs category={category} href={`${here}?step=category`} />
        ) : (
          <Banner kind="info" title={`${row.number || "This report"} is sent`}>
            <p>Its note, how bad it is and the street can be changed, and photos added. The crew is told.</p>
          </Banner>
        )}
        <PhotoStrip category={whole ? category : null} saved={row.photos} fixed={!whole} />
        {whole ? <PlacePart place={place} street={street} onCorrect={() => setCorrecting(true)} /> : <StreetPart />}
        <SeverityChoice category={category} />
        <NotePart />
        {whole && <WasteChoice category={category} />}
        {whole && <PeoplePart />}
        <Button kind="quiet" wide icon="undo" onClick={leave}>
          Leave it as it was
        </Button>
      </div>
      <ActionBar>
        <NotSaved wrong={wrong} />
        <Button kind="primary" large icon="check" busy={busy} onClick={() => void save()}>
          Save the change
        </Button>
      </ActionBar>
      {whole && (
        <PlaceSheet
          open={correcting}
          place={place}
          street={street}
          problem={placeProblem(place, street)}
          onClose={() => setCorrecting(false)}
        />
      )}
    </>
  );
}

function Begun({ row }: { row: DefectView }) {
  const item = raisedBy(row.id);
  useState(() => begin(row, item));
  workOn("changing");
  if (draft.value.defect_id !== row.id) return null;
  const category = categories.value.get(draft.value.category ?? row.category);
  const whole = isOpenToChange(item);
  if (!category) return <Banner kind="risk" title="This kind of problem is no longer in the list" />;
  if (whole && query.value.get("step") === "category") {
    return <CategoryStep back={`/reports/${row.id}/change`} next={`/reports/${row.id}/change`} />;
  }
  return <ChangeForm row={row} category={category} whole={whole} />;
}

export function ChangeReport() {
  usePosition();
  const id = useRoute().params.id ?? "";
  const row = defects.value.find((defect) => defect.id === id);
  if (row && canChange(row)) return <Begun key={row.id} row={row} />;
  return (
    <>
      <TopBar title="Change the report" back={`/reports/${id}`} />
      <Empty icon="edit" title="This report can't be changed here any more">
        <p>It is done with, or it needs you in the outbox first.</p>
        <Button onClick={() => navigate(`/reports/${id}`, { replace: true })}>See the report</Button>
      </Empty>
    </>
  );
}
