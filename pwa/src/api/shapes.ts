/** Whether an answer has the shape that the server promises: the few names that the phone relies on. */

type Loose = Record<string, unknown>;

function isObject(data: unknown): data is Loose {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

export function isSession(data: unknown): boolean {
  if (!isObject(data) || typeof data.signed_in !== "boolean") return false;
  return !data.signed_in || (isObject(data.person) && typeof data.person.id === "string");
}

export function isPushAnswer(data: unknown): boolean {
  return (
    isObject(data) &&
    Array.isArray(data.results) &&
    data.results.every((result) => isObject(result) && typeof result.status === "string")
  );
}

/** A receipt for a whole photo, or (202) how much of it there is. */
export function isPhotoAnswer(data: unknown): boolean {
  return (
    isObject(data) &&
    typeof data.id === "string" &&
    (typeof data.sha256 === "string" || typeof data.offset === "number")
  );
}

export function isChanges(data: unknown): boolean {
  return (
    isObject(data) &&
    typeof data.cursor === "string" &&
    typeof data.more === "boolean" &&
    Array.isArray(data.defects) &&
    Array.isArray(data.jobs) &&
    isObject(data.gone) &&
    Array.isArray(data.gone.defects) &&
    Array.isArray(data.gone.jobs)
  );
}

export function isReference(data: unknown): boolean {
  return isObject(data) && Array.isArray(data.categories) && Array.isArray(data.streets) && isObject(data.map);
}

export function isNews(data: unknown): boolean {
  return isObject(data) && typeof data.unread === "number" && Array.isArray(data.results);
}
