/** Which audit something that a person did is about. Pure. */
import type { Operation } from "../api/types";

/** The audit's id; null for what is about none. A patrol's defect names its patrol, which no audit has the id of. */
export function auditOf(operation: Operation): string | null {
  const payload = operation.payload as { audit_id?: string; patrol_id?: string | null };
  return payload.audit_id ?? (operation.kind === "raise_defect" ? (payload.patrol_id ?? null) : null);
}
