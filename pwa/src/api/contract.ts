/**
 * Holds the shapes that are kept by hand in types.ts to the server's own description, at compile
 * time only: `npm run check` fails where the server answers or takes something else.
 */
import type { components } from "./schema";
import type {
  AuditAnswer,
  AuditBrief,
  AuditDefect,
  AuditRow,
  AuditState,
  BulkAnswer,
  BulkAsked,
  Carried,
  Changes,
  Concern,
  Conflict,
  Coverage,
  Defect,
  DefectStatus,
  DeviceRow,
  Job,
  JobStatus,
  News,
  OperationKind,
  Participant,
  Payloads,
  PushResult,
} from "./types";

type Server = components["schemas"];

/** True, or the names that differ, which the compiler then prints. */
type None<Names> = [Names] extends [never] ? true : Names;
/** Every name that we read is a name that the server sends. */
type Reads<Ours, Theirs> = None<Exclude<keyof Ours, keyof Theirs>>;
/** The same words, no more and no fewer; also for the names of what we send. */
type Same<Ours, Theirs> = None<Exclude<Ours, Theirs> | Exclude<Theirs, Ours>>;

type Kind = Server["OperationRequest"]["kind"];
type Form<K extends Kind> = Extract<Server["OperationRequest"], { kind: K }>["payload"];
/** The kinds whose payload has a name too many or too few. */
type Different = {
  [K in OperationKind]: true extends Same<keyof Payloads[K], keyof Form<K>> ? never : K;
}[OperationKind];

type Holds<_ extends true> = true;

export type Contract = [
  Holds<Reads<Defect, Server["DefectOut"]>>,
  Holds<Reads<NonNullable<Defect["job"]>, Server["DefectJobOut"]>>,
  Holds<Reads<Job, Server["JobOut"]>>,
  Holds<Same<keyof AuditRow, keyof Server["AuditOut"]>>,
  Holds<Reads<AuditBrief, Server["AuditBriefOut"]>>,
  Holds<Same<keyof AuditAnswer, keyof Server["AnswerOut"]>>,
  Holds<Same<keyof Concern, keyof Server["ConcernOut"]>>,
  Holds<Reads<Participant, Server["ParticipantOut"]>>,
  Holds<Same<keyof AuditDefect, keyof Server["AuditDefectOut"]>>,
  Holds<Same<keyof Carried, keyof Server["CarriedOut"]>>,
  Holds<Same<keyof Coverage, keyof Server["CoverageOut"]>>,
  Holds<Same<AuditState, Server["AuditOut"]["state"]>>,
  Holds<Same<keyof BulkAsked, keyof Server["BulkInRequest"]>>,
  Holds<Same<keyof BulkAnswer, keyof Server["BulkOut"]>>,
  Holds<Reads<Changes, Server["ChangesOut"]>>,
  Holds<Reads<News, Server["NewsOut"]>>,
  Holds<Same<keyof Conflict, keyof Server["ConflictOut"]>>,
  Holds<Same<keyof DeviceRow, keyof Server["DeviceOut"]>>,
  Holds<Reads<PushResult, Server["ResultOut"]>>,
  Holds<Same<PushResult["status"], Server["PushStatus"]>>,
  Holds<Same<DefectStatus, Server["DefectStatus"]>>,
  Holds<Same<JobStatus, Server["JobStatus"]>>,
  Holds<Same<OperationKind, Kind>>,
  Holds<None<Different>>,
];
