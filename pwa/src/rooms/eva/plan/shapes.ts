/** Action plans as the server tells them. */
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];

export type Plan = Schemas["PlanOut"];
export type Action = Schemas["ActionOut"];
export type ActionPage = Schemas["ActionPageOut"];
export type Actions = Schemas["ActionsOut"];
export type Proposal = Schemas["ProposalOut"];
export type Proposals = Schemas["ProposalsOut"];
export type Recommendation = Schemas["RecommendationOut"];
export type Owner = Schemas["PlanOwnerOut"];
export type Owners = Schemas["PlanOwnersOut"];
export type ActionWritten = Schemas["ActionWrittenOut"];
export type PlanWritten = Schemas["PlanWrittenOut"];
export type PlanState = Schemas["PlanState"];
export type ActionState = Schemas["ActionState"];
export type Attribute = Exclude<Action["attribute"], "">;
export type CostBand = Action["cost_band"];
