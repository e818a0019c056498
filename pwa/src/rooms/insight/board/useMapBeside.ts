import { useEffect, useState } from "preact/hooks";
import { setQuery, useRoute } from "../../../app/router";

/** From here on list and map fit side by side. */
const WIDE = "(min-width: 75em)";

/** Whether the map stands with the list, and a switch for it. Where there is room it does unless the address
 *  says no; on a narrow screen only when asked for, so that the list comes first and the map is not fetched. */
export function useMapBeside(): [boolean, () => void] {
  const { query } = useRoute();
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const asked = matchMedia(WIDE);
    const change = () => setWide(asked.matches);
    asked.addEventListener("change", change);
    return () => asked.removeEventListener("change", change);
  }, []);
  const said = query.get("map");
  const shown = said === null ? wide : said === "1";
  return [shown, () => setQuery({ map: shown === wide ? (shown ? "0" : "1") : null })];
}
