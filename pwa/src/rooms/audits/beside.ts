/** What is known beside a new report, by the server's own rule, from the rows that this phone holds. Pure. */
import type { Defect, Point } from "../../api/types";
import { nearest } from "../../device/geo";

/** As the server: two open reports of one group this near each other may be of one thing. */
export const BESIDE_M = 30;
const MOST = 3;

/** Open problems of the same group of categories within 30 m, nearest first, at most three. */
export function besideOf<T extends Pick<Defect, "status" | "category" | "place">>(
  rows: readonly T[],
  group: string,
  groupOf: (category: string) => string | undefined,
  place: Point,
): { item: T; distance_m: number }[] {
  const same = rows.filter(
    (row) => (row.status === "open" || row.status === "routed") && groupOf(row.category) === group,
  );
  return nearest(same, place, BESIDE_M, (row) => row.place).slice(0, MOST);
}
