/** What the server tells of planned walks and of campaigns. */
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Calendar = Schemas["WalkCalendarOut"];
export type Booking = Schemas["BookingOut"];
export type Invitation = Schemas["InvitationOut"];
export type Choices = Schemas["CalendarChoicesOut"];
export type Feed = Schemas["CalendarFeedOut"];
export type Campaigns = Schemas["CampaignsOut"];
export type Campaign = Schemas["CampaignOut"];
export type Stop = Schemas["CampaignStopOut"];
export type StopTask = Schemas["StopTaskOut"];
export type OutputKind = Schemas["OutputKind"];
export type CampaignKind = Schemas["CampaignKind"];
