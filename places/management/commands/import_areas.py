"""`manage.py import_areas FILE --kind ward`: wards, estates, sectors or councils from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from places.actions import AreaFields, import_areas
from places.models import AreaKind
from places.reading import BrokenFeatures, UnreadableFile, read

# A hotspot is declared by a person, with dates; no file brings one.
_FROM_FILES = [kind for kind in AreaKind.values if kind != AreaKind.HOTSPOT]


def add_file_options(parser: ArgumentParser) -> None:
    """What reading any file of shapes may need."""
    parser.add_argument("file", type=Path, metavar="FILE", help="GeoJSON, GeoPackage, Shapefile or a zip of one")
    parser.add_argument("--source", default="", help="who publishes it; the file's name when left out")
    parser.add_argument("--reference-field", default="", metavar="COLUMN", help="holds the publisher's code")
    parser.add_argument("--crs", default="", help="where the file doesn't say its own: EPSG:27700")
    parser.add_argument("--layer", default="", help="which layer, where the file has several")
    parser.add_argument("--encoding", default="utf-8", help="of the text in an old Shapefile: cp1252")


class Command(BaseCommand):
    help = "Take in areas from a file; all of them or none. Run it again after each new edition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_file_options(parser)
        parser.add_argument("--kind", required=True, choices=_FROM_FILES)
        parser.add_argument("--name-field", default="", metavar="COLUMN", help="holds the area's name")
        parser.add_argument(
            "--parent-kind",
            default="",
            choices=["", *_FROM_FILES],
            help="put each under the area it lies in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        source = options["source"] or file.stem
        try:
            contents = read(file, crs=options["crs"], layer_name=options["layer"], encoding=options["encoding"])
            result = import_areas(
                contents=contents,
                kind=options["kind"],
                source=source,
                fields=AreaFields(name=options["name_field"], reference=options["reference_field"]),
                parent_kind=options["parent_kind"],
            )
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        except BrokenFeatures as problem:
            raise CommandError(f"Nothing was changed. {file.name} has broken features:\n{problem}") from None
        label = AreaKind(options["kind"]).label.lower()
        self.stdout.write(f"{file.name} ({contents.crs}), {label}s of {source}: {result.in_words}.")
        if result.elsewhere:
            self.stdout.write(f"{result.elsewhere} of this source are not in the file any more; they were kept.")
        if result.without_parent:
            self.stdout.write(f"{result.without_parent} lie in no {options['parent_kind']} and have no parent.")
