from django.urls import path

from places.asset_api import AssetsView
from places.hotspot_api import DeclaredHotspotsView, EndHotspotView

urlpatterns = [
    path("assets", AssetsView.as_view()),
    path("declared-hotspots", DeclaredHotspotsView.as_view()),
    path("declared-hotspots/<int:hotspot_id>/end", EndHotspotView.as_view()),
]
