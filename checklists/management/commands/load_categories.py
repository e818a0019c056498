"""``manage.py load_categories [--check] [--library FOLDER]``: the category library into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checklists.actions import load_categories
from checklists.library import LIBRARY, LibraryNotGood, read_library


class Command(BaseCommand):
    """Says what was added, changed and retired. With --check it reads the files and touches nothing."""

    help = "Load the library of defect categories, or upgrade to it in place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the library is good")
        parser.add_argument("--library", type=Path, default=LIBRARY, help="a folder like checklists/library")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            library = read_library(options["library"])
        except LibraryNotGood as error:
            count = len(error.errors)
            raise CommandError(
                f"{error}\nThe library has {count} error{'s' if count != 1 else ''}; nothing was loaded."
            ) from error
        counts = f"{len(library.categories)} categories in {len(library.groups)} groups, version {library.version}"
        if options["check"]:
            self.stdout.write(f"The library is good: {counts}.")
            return
        loaded = load_categories(library=library)
        for word, codes in (
            ("added", loaded.added),
            ("changed", loaded.changed),
            ("retired", loaded.retired),
        ):
            if codes:
                self.stdout.write(f"  {word}: {', '.join(codes)}")
        self.stdout.write(
            f"{counts}: {len(loaded.added)} added, {len(loaded.changed)} changed, "
            f"{len(loaded.retired)} retired, {loaded.unchanged} unchanged."
        )
