"""``manage.py verify_ledger``: recompute every hash; exit 1 and name the entries that do not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.chain import broken_links
from ledger.models import Entry


class Command(BaseCommand):
    """Checks the whole chain of evidence."""

    help = "Recompute the ledger's chain of hashes and name every entry that was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_links()
        if broken:
            lines = [f"entry {b.sequence} of {b.subject_kind} {b.subject_id}" for b in broken]
            raise CommandError("The ledger does not hold at:\n" + "\n".join(lines))
        self.stdout.write(f"The ledger holds: {Entry.objects.count():,} entries.")
