"""What follows when a photo has been received."""

from __future__ import annotations

from uuid import UUID

from ledger.models import Entry
from ledger.reactions import reaction
from media import actions


# Reads and writes the store, so not in one transaction with its delivery row.
@reaction("media.make_renditions", queue="photos", atomic=False, lease_s=180)
def make_renditions(entry: Entry) -> None:
    """Thumbnail and view of the photo that `photo.received` tells of."""
    actions.make_renditions(photo_id=UUID(entry.subject_id))
