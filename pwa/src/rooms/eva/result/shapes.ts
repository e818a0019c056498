/** The result of an audit and the files of its report, as the server tells them. */
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];

export type AuditResult = Schemas["AuditResultOut"];
export type ResultSection = Schemas["ResultSectionOut"];
export type ResultLine = Schemas["ResultLineOut"];
export type OpenQuestion = Schemas["OpenQuestionOut"];
export type Grade = ResultSection["grade"];
export type Change = Schemas["ResultChangeOut"]["change"];
export type ReportFile = Schemas["ReportFileOut"];
export type ReportFiles = Schemas["ReportFilesOut"];
export type FileKind = ReportFile["kind"];
