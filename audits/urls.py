from django.urls import path

from audits.api import DefectPhotoView
from audits.audit_api import (
    AbandonView,
    AuditPeopleView,
    AuditsView,
    AuditView,
    CheckInSeenView,
    CoverageView,
    HeldAuditsView,
)
from audits.booking_api import (
    AnswerInvitationView,
    BookingIcsView,
    BookingsView,
    BookingView,
    CalendarChoicesView,
    CalendarFeedView,
    CalendarView,
    CancelBookingView,
    FeedIcsView,
)
from audits.campaign_api import (
    CampaignsView,
    CampaignView,
    StopOutputsView,
    StopOutputView,
    StopTasksView,
    StopTaskView,
    WorklistView,
)
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
from audits.result_api import ReopenView, ResultView, SignView
from audits.revisit_api import AreaAuditsView, CompareView, DueView, RevisitDueView
from audits.sighting_api import SightingsView

urlpatterns = [
    path("audits", AuditsView.as_view()),
    path("audits/mine", HeldAuditsView.as_view()),
    path("audits/people", AuditPeopleView.as_view()),
    path("audits/<uuid:audit_id>", AuditView.as_view()),
    path("audits/<uuid:audit_id>/coverage", CoverageView.as_view()),
    path("audits/<uuid:audit_id>/check-in-seen", CheckInSeenView.as_view()),
    path("audits/<uuid:audit_id>/abandon", AbandonView.as_view()),
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
    path("calendar", CalendarView.as_view()),
    path("calendar/choices", CalendarChoicesView.as_view()),
    path("calendar/feed", CalendarFeedView.as_view()),
    path("calendar/feed/<str:token>.ics", FeedIcsView.as_view()),
    path("bookings", BookingsView.as_view()),
    path("bookings/<uuid:booking_id>", BookingView.as_view()),
    path("bookings/<uuid:booking_id>.ics", BookingIcsView.as_view()),
    path("bookings/<uuid:booking_id>/cancel", CancelBookingView.as_view()),
    path("bookings/<uuid:booking_id>/answer", AnswerInvitationView.as_view()),
    path("campaigns", CampaignsView.as_view()),
    path("campaigns/<uuid:campaign_id>", CampaignView.as_view()),
    path("stops/<uuid:stop_id>/worklist", WorklistView.as_view()),
    path("stops/<uuid:stop_id>/tasks", StopTasksView.as_view()),
    path("stop-tasks/<uuid:task_id>", StopTaskView.as_view()),
    path("stops/<uuid:stop_id>/outputs", StopOutputsView.as_view()),
    path("stop-outputs/<uuid:output_id>", StopOutputView.as_view()),
]
