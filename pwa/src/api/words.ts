/** What a desk reads when a change could not be sent. */
export const NOTHING_CHANGED = "No connection. Nothing was changed; try again when it is back.";
