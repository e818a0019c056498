from django.urls import path

from audits.api import DefectPhotoView
from audits.sighting_api import SightingsView

urlpatterns = [
    path("photos/<uuid:photo_id>/<str:rendition>", DefectPhotoView.as_view()),
    path("sightings", SightingsView.as_view()),
]
