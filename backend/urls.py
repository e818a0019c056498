"""Every address of the server: the API by room, health, the map, and the PWA for the rest."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from backend.health import alive, ready
from backend.shell import service_worker, shell
from jobs.link_pages import link_page
from news.unsubscribing import unsubscribe
from places.basemap import basemap

handler400 = "backend.errors.bad_request"
handler404 = "backend.errors.not_found"
handler500 = "backend.errors.server_fault"

ROOMS = ["accounts", "checklists", "places", "media", "audits", "routing", "jobs", "insight", "news", "sync"]

urlpatterns: list[URLPattern | URLResolver] = [
    *[path("api/", include(f"{room}.urls")) for room in ROOMS],
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("basemap/<str:name>", basemap, name="basemap"),
    path("healthz", alive),
    path("readyz", ready),
    path("admin/", admin.site.urls),
    path("sw.js", service_worker),
    path("unsubscribe/<str:token>", unsubscribe),
    path("l/<str:token>", link_page),
    re_path(r"^(?!api/|assets/|static/|basemap/|l/).*$", shell),
]
