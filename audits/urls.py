from django.urls import path

from audits.api import DefectPhotoView
from audits.plan_api import (
    AddActionView,
    ApprovePlanView,
    CommentView,
    PlanOwnersView,
    ProgressView,
    RecommendationsView,
    ReturnPlanView,
    SubmitPlanView,
)
from audits.revisit_api import AreaAuditsView, CompareView, DueView, RevisitDueView
from audits.result_api import ReopenView, ResultView, SignView
from audits.sighting_api import SightingsView

urlpatterns = [
    path("audits/<uuid:audit_id>/plan/submit", SubmitPlanView.as_view()),
    path("audits/<uuid:audit_id>/plan/approve", ApprovePlanView.as_view()),
    path("audits/<uuid:audit_id>/plan/return", ReturnPlanView.as_view()),
    path("audits/<uuid:audit_id>/actions", AddActionView.as_view()),
    path("audits/<uuid:audit_id>/recommendations", RecommendationsView.as_view()),
    path("plan-owners", PlanOwnersView.as_view()),
    path("actions/<uuid:action_id>/progress", ProgressView.as_view()),
    path("actions/<uuid:action_id>/comments", CommentView.as_view()),
    path("photos/<uuid:photo_id>/<str:rendition>", DefectPhotoView.as_view()),
    path("sightings", SightingsView.as_view()),
    path("audits/due", DueView.as_view()),
    path("audits/compare", CompareView.as_view()),
    path("audits/<uuid:audit_id>/revisit-due", RevisitDueView.as_view()),
    path("areas/<uuid:area_id>/audits", AreaAuditsView.as_view()),
    path("audits/<uuid:audit_id>/result", ResultView.as_view()),
    path("audits/<uuid:audit_id>/sign", SignView.as_view()),
    path("audits/<uuid:audit_id>/reopen", ReopenView.as_view()),
]
