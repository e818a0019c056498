"""The addresses that these tests call: the room's own, and a stand-in for the room above it."""

import uuid

from django.urls import include, path

from accounts.models import Person
from accounts.permissions import anyone_signed_in
from ledger.problems import Problem
from media.api import RenditionView
from media.models import Photo


class OwnPhotos(RenditionView):
    """Wardens see their own photos, everybody else sees all."""

    permission_classes = (anyone_signed_in,)

    def visible_photo(self, person: Person, photo_id: uuid.UUID) -> Photo:
        photos = Photo.objects.filter(pk=photo_id)
        if person.role == "warden":
            photos = photos.filter(uploaded_by=person)
        photo = photos.first()
        if photo is None:
            raise Problem("unknown_photo")
        return photo


urlpatterns = [
    path("api/", include("media.urls")),
    path("api/photos/<uuid:photo_id>/<str:rendition>", OwnPhotos.as_view()),
]
