"""``manage.py load_checklists [--check] [--library FOLDER]``: the library's checklists into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checklists.checklist_library import CHECKLISTS, read_checklists
from checklists.editing import load_checklists
from checklists.library import LibraryNotGood
from ledger.problems import Problem


class Command(BaseCommand):
    """Says what was published and what was left as it is. With --check it reads the files and touches nothing."""

    help = "Publish the library's checklists, or their newer versions. Load the categories first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the library is good")
        parser.add_argument(
            "--library", type=Path, default=CHECKLISTS, help="a folder like checklists/library/checklists"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            library = read_checklists(options["library"])
            if options["check"]:
                self.stdout.write(f"The library is good: {len(library)} checklists.")
                return
            loaded = load_checklists(library=library)
        except LibraryNotGood as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        except Problem as problem:
            raise CommandError(f"{problem.detail}\nNothing was loaded. Are the categories loaded?") from problem
        for word, codes in (("published", loaded.published), ("kept, the council has its own", loaded.kept)):
            if codes:
                self.stdout.write(f"  {word}: {', '.join(codes)}")
        self.stdout.write(
            f"{len(library)} checklists: {len(loaded.published)} published, {len(loaded.unchanged)} unchanged, "
            f"{len(loaded.kept)} kept."
        )
