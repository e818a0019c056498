/** Escalations and ladders as the server tells them. */
import type { JobStatus, Named } from "../../../api/types";

export interface Body extends Named {
  short_name: string;
  kind: string;
}

export interface Escalation {
  id: string;
  job: {
    id: string;
    number: string;
    category: string;
    street_text: string;
    ward: string | null;
    organisation: Body;
    assigned_to: Named | null;
    status: JobStatus;
    due_at: string;
    latest_note: string;
  };
  level: number;
  title: string;
  person: Named | null;
  role: string;
  role_of: Body;
  is_mine: boolean;
  due_at: string;
  at: string;
  said_at: string;
  seen_at: string | null;
  seen_by: Named | null;
  note: string;
}

export interface Escalations {
  results: Escalation[];
  open: number;
  mine: number;
}

export interface Step {
  level: number;
  title: string;
  person: Named | null;
  role: string;
  of_council: boolean;
  after_minutes: number;
  person_has_left: boolean;
}

export interface Ladder {
  organisation: Body;
  is_own: boolean;
  steps: Step[];
  people: Named[];
}
