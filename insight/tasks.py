"""What follows from an entry, and what beat starts: files of reports are made, and thrown away when they are old.

The map of the reactions is backend/reactions.py.
"""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from insight import report_files
from ledger.models import Entry
from ledger.reactions import reaction


# Not in one transaction: whoever waits sees how far it is. With the photos' workers: it takes seconds of work.
@reaction("insight.render_file", queue="photos", atomic=False, lease_s=200)
def render_file(entry: Entry) -> None:
    """The file that `report.asked` tells of."""
    report_files.make_file(file_id=UUID(entry.data["file"]))


@shared_task(name="insight.forget_old_files")
def forget_old_files() -> int:
    """Throw away files of reports that nobody has to keep; returns how many."""
    return report_files.forget_old(timezone.now())
