"""``/api/photos/{id}/{rendition}``: the photo of a defect, a sighting or an audit, for whoever may see that."""

import uuid

from accounts.models import Person, Role
from accounts.permissions import may
from audits.audit_photos import photo_of_audit
from audits.models import Defect, Sighting
from ledger.problems import Problem
from media.api import RenditionView
from media.models import Photo


class DefectPhotoView(RenditionView):
    """Everyone but councillors, each for the defects, sightings and audits that they may see.

    A photo that was announced and hangs on none of these belongs to a record that was not applied: it is shown
    to whoever took it and to the desks that decide about it.
    """

    permission_classes = (may(*(set(Role) - {Role.COUNCILLOR})),)

    def visible_photo(self, person: Person, photo_id: uuid.UUID) -> Photo:
        visible = Defect.objects.visible_to(person).filter(photos=photo_id)
        photo = (
            Photo.objects.filter(pk=photo_id, defects__in=visible).first()
            or Photo.objects.filter(pk=photo_id, sightings__in=Sighting.objects.visible_to(person)).first()
            or photo_of_audit(person, photo_id)
            or _unapplied(person, photo_id)
        )
        if photo is None:
            raise Problem("unknown_photo")
        return photo


def _unapplied(person: Person, photo_id: uuid.UUID) -> Photo | None:
    hangs = {"defects": None, "sightings": None, "answers": None, "concerns": None, "judgements": None}
    photos = Photo.objects.filter(pk=photo_id, audit_photo=None, **hangs)
    if person.sees_all_work:
        return photos.first()
    if person.role in {Role.DISPATCHER, Role.MANAGER}:
        return photos.filter(organisation=person.organisation_id).first()
    return photos.filter(uploaded_by=person.pk).first()
