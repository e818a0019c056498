/** What can be wrong with the phone's own store, each with words for the person. */

/** `message` can be shown to a person as it is. */
export class StorageProblem extends Error {
  override name = "StorageProblem";
}

const FULL =
  "This phone is full, so this was not saved. Everything saved before is safe. Free some space and save again.";

/** The phone is full. What was there is still there; what was to be saved was not saved. */
export class StorageFull extends StorageProblem {
  override name = "StorageFull";
  constructor(cause?: unknown, words = FULL) {
    super(words, { cause });
  }
}

/** A newer version of the app has changed the store. Nothing is touched. */
export class StoreTooNew extends StorageProblem {
  override name = "StoreTooNew";
  constructor(cause?: unknown) {
    super(
      "A newer version of Sightline has been used on this phone. Everything on it is safe. Close all Sightline windows and open it again with signal to get the new version.",
      { cause },
    );
  }
}

/** The browser lets nothing be kept (a private window), or its store doesn't answer. */
export class StoreUnavailable extends StorageProblem {
  override name = "StoreUnavailable";
}

/** The content is sealed and the PIN has not been entered since the app was opened. */
export class VaultLocked extends StorageProblem {
  override name = "VaultLocked";
  constructor() {
    super("Your work on this phone is locked. Enter your PIN first.");
  }
}

/** What was taken up in two windows was saved in the other one. */
export class SavedElsewhere extends StorageProblem {
  override name = "SavedElsewhere";
  constructor(cause?: unknown) {
    super(SAVED_ELSEWHERE, { cause });
  }
}

/** The PIN can't be used: too short, or too easy to guess. */
export class PinRefused extends StorageProblem {
  override name = "PinRefused";
}

const NO_STORE =
  "This browser lets Sightline keep nothing on this device. If this is a private window, open Sightline in an ordinary one.";
const NO_ANSWER =
  "The store on this phone did not answer. What was saved before is safe. Close Sightline, open it again and try once more.";
const UNCERTAIN =
  "The store on this phone stopped answering in the middle of saving. Close Sightline, open it again, and look whether this is there before you save it again.";
const SAVED_ELSEWHERE =
  "This was already saved in another window of Sightline, as it was there. It is safe. What you changed here since is not in it: open it in your reports to change it.";
const OTHER_WINDOW =
  "Sightline is still open in another window with an older version. Close the other windows, then try again.";

export function noStore(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(NO_STORE, { cause });
}

export function noAnswer(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(NO_ANSWER, { cause });
}

/** The connection was lost around the commit, and nothing can be asked any more. */
export function uncertain(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(UNCERTAIN, { cause });
}

export function otherWindow(): StoreUnavailable {
  return new StoreUnavailable(OTHER_WINDOW);
}

/** The browser's name for an error, "" for what is none of its own. */
export function nameOf(error: unknown): string {
  return error instanceof DOMException || error instanceof Error ? error.name : "";
}
