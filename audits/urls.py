from django.urls import path

from audits.api import DefectPhotoView

urlpatterns = [path("photos/<uuid:photo_id>/<str:rendition>", DefectPhotoView.as_view())]
