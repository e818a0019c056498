from django.urls import path

from jobs.api import JobsView, JobView
from jobs.bulk_api import BulkUndoView, BulkView
from jobs.deciding_api import DecideView, DemarcationsView, RouteByHandView, SettleView, TriageView
from jobs.defect_api import DefectsView, DefectView, DifferentView, MergeView, NearbyView
from jobs.escalation_api import EscalationSeenView, EscalationsView, LaddersView, LadderView
from jobs.link_api import JobLinksView, RevokeLinkView
from jobs.rule_api import DryRunView, RouteDecisionsView

urlpatterns = [
    path("jobs", JobsView.as_view()),
    path("jobs/bulk", BulkView.as_view()),
    path("jobs/bulk/<uuid:change_id>/undo", BulkUndoView.as_view()),
    path("jobs/<uuid:job_id>", JobView.as_view()),
    path("jobs/<uuid:job_id>/links", JobLinksView.as_view()),
    path("links/<uuid:link_id>/revoke", RevokeLinkView.as_view()),
    path("escalations", EscalationsView.as_view()),
    path("escalations/<uuid:escalation_id>/seen", EscalationSeenView.as_view()),
    path("ladders", LaddersView.as_view()),
    path("ladders/<uuid:organisation_id>", LadderView.as_view()),
    path("triage", TriageView.as_view()),
    path("defects", DefectsView.as_view()),
    path("defects/nearby", NearbyView.as_view()),
    path("defects/<uuid:defect_id>", DefectView.as_view()),
    path("defects/<uuid:defect_id>/route", RouteByHandView.as_view()),
    path("defects/<uuid:defect_id>/decide", DecideView.as_view()),
    path("demarcations", DemarcationsView.as_view()),
    path("demarcations/<int:demarcation_id>/settle", SettleView.as_view()),
    path("defects/<uuid:defect_id>/merge", MergeView.as_view()),
    path("defects/<uuid:defect_id>/different", DifferentView.as_view()),
    path("dry-runs/<uuid:dry_run_id>", DryRunView.as_view()),
    path("routes/<slug:code>/decisions", RouteDecisionsView.as_view()),
]
