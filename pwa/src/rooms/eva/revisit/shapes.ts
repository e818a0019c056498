/** What the server tells of audits over time. */
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Due = Schemas["DueOut"];
export type DueAudit = Schemas["DueAuditOut"];
export type AreaAudits = Schemas["AreaAuditsOut"];
export type AuditInSeries = Schemas["AuditInSeriesOut"];
export type Comparison = Schemas["ComparisonOut"];
export type Side = Schemas["SideOut"];
