"""`manage.py load_routes ems=EMS housing="Aldermere Homes"`: the routes that a council begins with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from accounts.models import Organisation
from routing.actions import load_defaults
from routing.library import read_library


class Command(BaseCommand):
    help = "Adds the library's service levels and routes that are not here yet. Load the categories first."

    def add_arguments(self, parser: CommandParser) -> None:
        known = ", ".join(read_library().organisations)
        parser.add_argument(
            "who",
            nargs="+",
            metavar="KEY=ORGANISATION",
            help=f"which organisation does what; keys: {known}; the organisation by its short or full name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_defaults(organisations=dict(self._named(each) for each in options["who"]))
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{loaded.routes_added} routes and {loaded.service_levels_added} service levels added, "
            f"{loaded.routes_kept} routes kept as they are."
        )
        for code in loaded.left_out:
            self.stdout.write(f"Left out, nobody was named for it: {code}")

    def _named(self, text: str) -> tuple[str, Organisation]:
        key, separator, name = text.partition("=")
        if not separator or not name:
            raise CommandError(f"{text!r} is not KEY=ORGANISATION, such as ems=EMS.")
        organisation = Organisation.objects.filter(Q(short_name__iexact=name) | Q(name__iexact=name)).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {name!r}.")
        return key, organisation
