import { createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import type { Category } from "../../api/types";
import { navigate } from "../../app/router";
import { SyncLine } from "../../app/sync-line";
import { distanceM } from "../../device/geo";
import { fix } from "../../device/position";
import { defects, habits, reference } from "../../sync";
import { Banner, CategoryIcon, Empty, Field, Icon, Section, TopBar } from "../../ui";
import { eightCategories, searchCategories } from "./category-search";
import { change, draft, draftUrl, photosComing } from "./draft";
import { DraftTrouble } from "./report-form";

/** What is reported around here, newest first: the place's own habits. */
function codesNearby(): string[] {
  const here = fix.peek();
  if (!here) return [];
  return defects
    .peek()
    .filter((row) => distanceM(row.place, here) < 300)
    .slice(0, 50)
    .map((row) => row.category);
}

/** Where the screen goes when a kind was picked. */
const Next = createContext("/report?step=details");

function usePick(category: Category): () => void {
  const next = useContext(Next);
  return () => {
    const same = draft.peek().category === category.code;
    if (!same) change({ category: category.code, severity: null, waste: "" });
    navigate(next, { replace: draft.peek().changes !== null });
  };
}

function Big({ category }: { category: Category }) {
  return (
    <button type="button" class="category-big" onClick={usePick(category)}>
      <CategoryIcon icon={category.icon} size="2em" />
      <span>{category.label}</span>
    </button>
  );
}

function Row({ category }: { category: Category }) {
  return (
    <li>
      <button type="button" class="category-row" onClick={usePick(category)}>
        <CategoryIcon icon={category.icon} size="1.5em" />
        <span>{category.label}</span>
        <Icon name="forward" />
      </button>
    </li>
  );
}

function AllByGroup({ all }: { all: readonly Category[] }) {
  const groups = reference.value?.groups ?? [];
  return (
    <Section title="All, by kind">
      {groups.map((group) => (
        <details key={group.code} class="category-group">
          <summary>
            <CategoryIcon icon={group.icon} size="1.5em" />
            <span>{group.label}</span>
            <Icon name="down" />
          </summary>
          <ul class="category-rows">
            {all
              .filter((category) => category.group === group.code)
              .map((category) => (
                <Row key={category.code} category={category} />
              ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}

function Results({ hits, words }: { hits: readonly Category[]; words: string }) {
  if (hits.length === 0) {
    return (
      <Empty icon="search" title={`Nothing is called “${words}” here`}>
        Try another word, or look through all kinds below.
      </Empty>
    );
  }
  return (
    <ul class="category-rows" aria-label="Found">
      {hits.slice(0, 12).map((category) => (
        <Row key={category.code} category={category} />
      ))}
    </ul>
  );
}

function SameAsLast({ last }: { last: Category }) {
  return (
    <button type="button" class="category-row category-last" onClick={usePick(last)}>
      <Icon name="repeat" size="1.5em" />
      <span>
        Same as last: <strong>{last.label}</strong>
      </span>
      <Icon name="forward" />
    </button>
  );
}

function Suggestions({ all }: { all: readonly Category[] }) {
  const eight = useMemo(() => eightCategories(all, habits.value, codesNearby()), [all]);
  const byCode = new Map(all.map((category) => [category.code, category]));
  const recent = (habits.value?.recent ?? []).flatMap((code) => byCode.get(code) ?? []);
  const last = recent[0];
  const others = recent.filter((category) => !eight.includes(category)).slice(0, 4);
  return (
    <>
      {last && <SameAsLast last={last} />}
      <div class="category-eight">
        {eight.map((category) => (
          <Big key={category.code} category={category} />
        ))}
      </div>
      {others.length > 0 && (
        <Section title="Recent">
          <ul class="category-rows">
            {others.map((category) => (
              <Row key={category.code} category={category} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** What is it? Eight large buttons, recent ones, and a search over the words people use. */
export function CategoryStep({ back, next }: { back: string; next: string }) {
  const [words, setWords] = useState("");
  const all = reference.value?.categories ?? [];
  const hits = useMemo(() => searchCategories(all, words, habits.value), [all, words]);
  const photo = draft.value.photos[0];
  return (
    <Next.Provider value={next}>
      <TopBar title="What is it?" back={back} status={<SyncLine />} />
      <div class="page">
        {all.length === 0 && (
          <Banner kind="offline" title="The list of problems is not on this phone yet">
            <p>It comes by itself as soon as there is signal.</p>
          </Banner>
        )}
        <DraftTrouble />
        <div class="category-find">
          {photo?.preview && <img class="category-photo" src={draftUrl(photo)} alt="What you took a moment ago" />}
          {!photo && photosComing(draft.value) > 0 && (
            <p class="category-photo photo-strip-words" role="status">
              Getting the photo ready
            </p>
          )}
          <Field
            label="Find it by a word"
            type="search"
            value={words}
            onInput={setWords}
            placeholder="dumped sofa"
            autocapitalize="none"
          />
        </div>
        {words.trim() ? <Results hits={hits} words={words.trim()} /> : <Suggestions all={all} />}
        {all.length > 0 && <AllByGroup all={all} />}
      </div>
    </Next.Provider>
  );
}
