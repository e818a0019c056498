from django.urls import path

from media.api import PhotoFileView, PhotoUploadView

urlpatterns = [
    path("photos/<uuid:photo_id>", PhotoUploadView.as_view(), name="photo-upload"),
    path("photo-files/<str:signed>", PhotoFileView.as_view(), name="photo-file"),
]
