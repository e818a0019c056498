/** What the server says of checklists (checklists/checklist_serializers.py). */
import type { Status } from "../../../ui";
import type { ChecklistKind, Definition } from "../questions/definition";
import type { Fault } from "./faults";

interface Named {
  id: string;
  name: string;
}

export interface VersionBrief {
  version: number;
  version_id: string;
  state: "draft" | "published" | "replaced";
  source: "library" | "editor" | "xlsform";
  /** What changed, as its publisher says. */
  note: string;
  content_hash: string;
  made_by: Named | null;
  made_at: string;
  published_by: Named | null;
  published_at: string | null;
}
export interface Version extends VersionBrief {
  code: string;
  title: string;
  content: Definition;
}
export interface DraftSaved extends Version {
  faults: Fault[];
}
export interface Checklist {
  code: string;
  title: string;
  kind: ChecklistKind;
  purpose: string;
  retired: boolean;
  sections: number;
  questions: number;
  published: VersionBrief | null;
  draft: VersionBrief | null;
}
export interface Checklists {
  may_edit: boolean;
  results: Checklist[];
}
export interface ChecklistStory extends Checklist {
  may_edit: boolean;
  versions: VersionBrief[];
}
export interface Change {
  path: string;
  kind: "added" | "removed" | "changed" | "moved";
  label: string;
  before: string | null;
  after: string | null;
  words: string;
}
export interface Difference {
  before: VersionBrief;
  after: VersionBrief;
  changes: Change[];
}

/** What a form from elsewhere holds that is wrong, or that Sightline can't keep. */
export interface ImportFault {
  sheet: string;
  row: number | null;
  column: string | null;
  code: string;
  words: string;
}
export interface Dropped {
  sheet: string;
  row: number | null;
  what: string;
  words: string;
}
export interface Imported {
  title: string;
  content: Definition | null;
  faults: ImportFault[];
  dropped: Dropped[];
  /** Of the checklist whose draft it became; null after a trial. */
  code: string | null;
}

export const VERSION_STATUS: Record<string, Status> = {
  draft: { tone: "busy", icon: "edit", word: "Draft" },
  published: { tone: "good", icon: "check", word: "In use" },
  replaced: { tone: "idle", icon: "clock", word: "Earlier" },
};

export const SOURCE_WORDS: Record<VersionBrief["source"], string> = {
  library: "Sightline’s library",
  editor: "the editor",
  xlsform: "an XLSForm",
};
