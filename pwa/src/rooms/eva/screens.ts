/** The screens of the Environmental Visual Audit. Each is fetched when it is opened. */
import type { Route } from "../../app/routes";

const SCREENS: readonly Route[] = [
  { pattern: "/audits/due", title: "Re-visits due", load: () => import("./revisit/DueScreen") },
  { pattern: "/audits/compare", title: "Compare", load: () => import("./revisit/CompareScreen") },
  { pattern: "/audits/area/:id", title: "Audits of an area", load: () => import("./revisit/AreaScreen") },
  {
    pattern: "/audits/:id/carried",
    title: "What was left open",
    load: () => import("./revisit/CarriedScreen"),
    task: true,
  },
  // The walk: after the fixed addresses, which its `:id` would take.
  { pattern: "/audits", title: "Audits", load: () => import("./walk/ListScreen") },
  { pattern: "/audits/new", title: "Begin an audit", load: () => import("./walk/BeginScreen"), task: true },
  { pattern: "/audits/:id", title: "Audit", load: () => import("./walk/Hub"), task: true },
  { pattern: "/audits/:id/section/:code", title: "Section", load: () => import("./walk/SectionScreen"), task: true },
  { pattern: "/audits/:id/people", title: "People on the walk", load: () => import("./walk/PeopleScreen"), task: true },
  {
    pattern: "/audits/:id/concerns",
    title: "Concerns and sheets",
    load: () => import("./walk/ConcernsScreen"),
    task: true,
  },
  {
    pattern: "/audits/:id/reconcile",
    title: "Answers that differ",
    load: () => import("./walk/ReconcileScreen"),
    task: true,
  },
  { pattern: "/audits/:id/finish", title: "Finish the walk", load: () => import("./walk/FinishScreen"), task: true },
  { pattern: "/checklists", title: "Checklists", load: () => import("./checklists/ListScreen") },
  {
    pattern: "/checklists/import",
    title: "Bring in an XLSForm",
    load: () => import("./checklists/ImportScreen"),
    task: true,
  },
  { pattern: "/checklists/:code", title: "Checklist", load: () => import("./checklists/VersionScreen") },
  {
    pattern: "/checklists/:code/difference",
    title: "What changed",
    load: () => import("./checklists/DifferenceScreen"),
  },
  {
    pattern: "/checklists/:code/edit",
    title: "Change a checklist",
    load: () => import("./checklists/edit/EditScreen"),
    task: true,
  },
  { pattern: "/audits/:id/plan", title: "Action plan", load: () => import("./plan/PlanScreen"), task: true },
  { pattern: "/plans", title: "Action plans", load: () => import("./plan/ActionsScreen") },
  { pattern: "/plans/actions/:id", title: "Action", load: () => import("./plan/ActionScreen"), task: true },
  { pattern: "/audits/:id/result", title: "Result", load: () => import("./result/ResultScreen") },
  { pattern: "/audits/:id/report", title: "Report", load: () => import("./result/ReportScreen") },
  { pattern: "/calendar", title: "Calendar", load: () => import("./planning/CalendarScreen") },
  { pattern: "/calendar/new", title: "Book a walk", load: () => import("./planning/BookScreen"), task: true },
  { pattern: "/calendar/:id", title: "Walk", load: () => import("./planning/BookingScreen") },
  { pattern: "/calendar/:id/edit", title: "Change the walk", load: () => import("./planning/BookScreen"), task: true },
  { pattern: "/campaigns", title: "Campaigns", load: () => import("./planning/CampaignsScreen") },
  {
    pattern: "/campaigns/new",
    title: "Plan a campaign",
    load: () => import("./planning/PlanCampaignScreen"),
    task: true,
  },
  { pattern: "/campaigns/:id", title: "Campaign", load: () => import("./planning/CampaignScreen") },
  {
    pattern: "/campaigns/:id/edit",
    title: "Change the campaign",
    load: () => import("./planning/PlanCampaignScreen"),
    task: true,
  },
];

export default SCREENS;
