"""What follows when a photo has been received, and the clean-up of what never became one."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from ledger.models import Entry
from ledger.reactions import reaction
from media import actions, pieces


# Reads and writes the store, so not in one transaction with its delivery row.
@reaction("media.make_renditions", queue="photos", atomic=False, lease_s=180)
def make_renditions(entry: Entry) -> None:
    """Thumbnail and view of the photo that `photo.received` tells of."""
    actions.make_renditions(photo_id=UUID(entry.subject_id))


@shared_task(name="media.forget_old_pieces")
def forget_old_pieces() -> int:
    """Take away the beginnings of photos that nobody came back for; returns how many files had no row."""
    return pieces.forget_old(timezone.now())
