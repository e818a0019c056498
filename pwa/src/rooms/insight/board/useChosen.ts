import { useEffect, useState } from "preact/hooks";
import { between } from "./bulk";
import type { BoardRow } from "./shapes";

/** Which rows are chosen, in the order of the list. A choice is of one list: another list begins with none. */
export function useChosen(rows: readonly BoardRow[], list: string) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  useEffect(() => setIds(new Set()), [list]);
  const choose = (id: string, range: boolean) => {
    const reach = range
      ? between(
          rows.map((row) => row.id),
          last,
          id,
        )
      : [id];
    const on = range || !ids.has(id);
    setIds((old) => {
      const now = new Set(old);
      for (const each of reach) on ? now.add(each) : now.delete(each);
      return now;
    });
    setLast(id);
  };
  const toggleAll = () =>
    setIds((old) => (rows.every((row) => old.has(row.id)) ? new Set() : new Set(rows.map((row) => row.id))));
  return { ids, rows: rows.filter((row) => ids.has(row.id)), choose, toggleAll, none: () => setIds(new Set()) };
}
