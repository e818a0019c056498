"""`manage.py import_parcels FILE`: whose land is where."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from places.actions import ParcelFields, import_parcels
from places.management.commands.import_areas import add_file_options
from places.models import LandType
from places.reading import BrokenFeatures, UnreadableFile, read


class Command(BaseCommand):
    help = "Take in land parcels from a file; all of them or none. Run it again after each new edition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_file_options(parser)
        land = parser.add_mutually_exclusive_group()
        land.add_argument("--land-type", default="", choices=["", *LandType.values], help="of the whole file")
        land.add_argument("--land-type-field", default="", metavar="COLUMN", help="says what kind of land it is")
        parser.add_argument(
            "--land-word",
            action="append",
            default=[],
            metavar="WORD=TYPE",
            help="what a word in that column means, such as 'HRA garage=council_housing'; may be repeated",
        )
        parser.add_argument("--owner-field", default="", metavar="COLUMN", help="names the owner")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        source = options["source"] or file.stem
        try:
            contents = read(file, crs=options["crs"], layer_name=options["layer"], encoding=options["encoding"])
            result = import_parcels(
                contents=contents,
                source=source,
                fields=ParcelFields(
                    reference=options["reference_field"],
                    owner=options["owner_field"],
                    land_type_column=options["land_type_field"],
                    land_type=options["land_type"],
                    land_words=_land_words(options["land_word"]),
                ),
            )
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        except BrokenFeatures as problem:
            raise CommandError(
                f"Nothing was changed. {file.name} has features that can't be taken:\n{problem}\n"
                "(Words for land can be explained with --land-word 'WORD=TYPE'.)"
            ) from None
        self.stdout.write(f"{file.name} ({contents.crs}), parcels of {source}: {result.in_words}.")
        if result.elsewhere:
            self.stdout.write(f"{result.elsewhere} of this source are not in the file any more; they were kept.")


def _land_words(given: list[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for each in given:
        word, _, land_type = each.rpartition("=")
        if land_type not in LandType.values:
            raise CommandError(f"--land-word {each!r}: the type must be one of {', '.join(LandType.values)}.")
        words[word.casefold()] = land_type
    return words
