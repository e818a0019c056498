from django.urls import path

from routing.contract_api import ContractsView, ContractView, DecidersView
from routing.draft_api import (
    DraftChangesView,
    DraftChangeView,
    DraftCheckView,
    DraftDiscardView,
    DraftDryRunView,
    DraftPublishView,
    DraftRenewView,
    DraftsView,
    DraftView,
    RouteChoicesView,
)
from routing.route_api import GapsView, RoutesView, RouteView
from routing.target_api import CalendarsView, CalendarView, ServiceLevelsView, TryCalendarView

urlpatterns = [
    path("contracts", ContractsView.as_view()),
    path("contracts/<int:contract_id>", ContractView.as_view()),
    path("deciders", DecidersView.as_view()),
    path("routes", RoutesView.as_view()),
    path("routes/gaps", GapsView.as_view()),
    path("routes/<slug:code>", RouteView.as_view()),
    path("route-choices", RouteChoicesView.as_view()),
    path("route-drafts", DraftsView.as_view()),
    path("route-drafts/<int:draft_id>", DraftView.as_view()),
    path("route-drafts/<int:draft_id>/changes", DraftChangesView.as_view()),
    path("route-drafts/<int:draft_id>/changes/<slug:code>", DraftChangeView.as_view()),
    path("route-drafts/<int:draft_id>/check", DraftCheckView.as_view()),
    path("route-drafts/<int:draft_id>/renew", DraftRenewView.as_view()),
    path("route-drafts/<int:draft_id>/discard", DraftDiscardView.as_view()),
    path("route-drafts/<int:draft_id>/dry-run", DraftDryRunView.as_view()),
    path("route-drafts/<int:draft_id>/publish", DraftPublishView.as_view()),
    path("service-levels", ServiceLevelsView.as_view()),
    path("calendars", CalendarsView.as_view()),
    path("calendars/<slug:code>", CalendarView.as_view()),
    path("calendars/<slug:code>/try", TryCalendarView.as_view()),
]
