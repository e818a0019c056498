"""Pictures of how it should and should not look, which stand beside a question. They hold no metadata."""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils import timezone

from accounts.models import Person
from checklists.jpeg import NotAPlainJpeg, plain_jpeg
from ledger.problems import Problem

# A phone shows an example beside the words: 800 px are sharp there, and 60 questions with one each stay small.
MOST_SIDE_PX = 1600
MOST_BYTES = 400_000


class ExamplePicture(models.Model):
    """One picture. Its name follows from its bytes, so that it never changes and is kept once."""

    name = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


def keep_picture(*, person: Person, data: bytes) -> ExamplePicture:
    """Keep a JPEG as an example for checklists; the same bytes again are the same picture.

    It is part of a draft, not a fact of its own: nothing is written in the ledger. Raises ``not_allowed``, and
    ``invalid_input`` where it is no JPEG or too large.
    """
    if not person.edits_checklists:
        raise Problem("not_allowed", detail="The council's managers and officers write checklists.")
    if len(data) > MOST_BYTES:
        raise Problem("invalid_input", detail=f"A picture has at most {MOST_BYTES // 1000} kB.", field="file")
    try:
        plain = plain_jpeg(data, most_side_px=MOST_SIDE_PX)
    except NotAPlainJpeg as error:
        raise Problem("invalid_input", detail=str(error), field="file") from error
    name = f"{hashlib.sha256(plain).hexdigest()[:32]}.jpg"
    picture, _ = ExamplePicture.objects.get_or_create(name=name, defaults={"data": plain, "made_by": person})
    return picture
