"""``/api/photos/{id}/{rendition}``: the photo of a defect, for whoever may see the defect."""

import uuid

from accounts.models import Person, Role
from accounts.permissions import may
from audits.models import Defect
from ledger.problems import Problem
from media.api import RenditionView
from media.models import Photo


class DefectPhotoView(RenditionView):
    """Everyone but councillors, each for the defects that they may see."""

    permission_classes = (may(*(set(Role) - {Role.COUNCILLOR})),)

    def visible_photo(self, person: Person, photo_id: uuid.UUID) -> Photo:
        visible = Defect.objects.visible_to(person).filter(photos=photo_id)
        photo = Photo.objects.filter(pk=photo_id, defects__in=visible).first()
        if photo is None:
            raise Problem("unknown_photo")
        return photo
