from django.urls import path, re_path

from insight.api import BacklogView, HotspotDefectsView, HotspotsView, MapView
from insight.board_api import BoardChangesView, BoardCrewsView, BoardCsvView, BoardView, BoardXlsxView
from insight.plan_api import ActionsView, ActionView, PlanView, ProposalsView
from insight.report_api import AuditFilesView, ReportFileContentView, ReportFileView, ReportPageView

urlpatterns = [
    path("audits/<uuid:audit_id>/plan", PlanView.as_view()),
    path("audits/<uuid:audit_id>/plan/proposals", ProposalsView.as_view()),
    path("actions", ActionsView.as_view()),
    path("actions/<uuid:action_id>", ActionView.as_view()),
    path("board", BoardView.as_view()),
    path("board/changes", BoardChangesView.as_view()),
    path("board/crews", BoardCrewsView.as_view()),
    path("board/jobs.csv", BoardCsvView.as_view()),
    path("board/jobs.xlsx", BoardXlsxView.as_view()),
    path("insight/backlog", BacklogView.as_view()),
    path("insight/hotspots", HotspotsView.as_view()),
    re_path(r"^insight/hotspots/(?P<by>ward|cell)/(?P<key>[^/]{1,80})/defects$", HotspotDefectsView.as_view()),
    path("insight/map", MapView.as_view()),
    path("audits/<uuid:audit_id>/report", ReportPageView.as_view()),
    path("audits/<uuid:audit_id>/files", AuditFilesView.as_view()),
    path("files/<uuid:file_id>", ReportFileView.as_view()),
    path("files/<uuid:file_id>/content", ReportFileContentView.as_view()),
]
