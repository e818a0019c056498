from django.urls import path, re_path

from insight.api import BacklogView, HotspotDefectsView, HotspotsView, MapView

urlpatterns = [
    path("insight/backlog", BacklogView.as_view()),
    path("insight/hotspots", HotspotsView.as_view()),
    re_path(r"^insight/hotspots/(?P<by>ward|cell)/(?P<key>[^/]{1,80})/defects$", HotspotDefectsView.as_view()),
    path("insight/map", MapView.as_view()),
]
