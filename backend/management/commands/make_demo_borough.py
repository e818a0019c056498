"""`manage.py make_demo_borough`: an invented borough with three months of work in it."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from backend.demo import agreements, basemap, borough, conflicts, history, lives, loading, records, walks
from places.reading import BrokenFeatures, UnreadableFile


class Command(BaseCommand):
    help = "Make the demo borough where no council is yet; does nothing where one is."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--areas",
            type=Path,
            metavar="FILE",
            help="real wards instead of the invented: GeoJSON, GeoPackage …",
        )
        parser.add_argument("--seed", type=int, default=borough.SEED, help="another seed makes another borough")
        parser.add_argument("--defects", type=int, default=history.DEFECTS, metavar="N", help="how many were seen")
        parser.add_argument("--no-basemap", action="store_true", help="make no PMTiles file")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people have a known password: it is not for production.")
        seed, wards = options["seed"], options["areas"]
        if loading.is_there():
            self.stdout.write("A council is here already; nothing was added.")
        else:
            self._make(seed, wards, options["defects"])
        if wards is None and not options["no_basemap"]:
            self._draw_basemap(seed)

    def _make(self, seed: int, wards: Path | None, defects: int) -> None:
        started = time.monotonic()
        now = timezone.now().replace(second=0, microsecond=0)
        try:
            with transaction.atomic():
                actors = loading.cast()
                loading.load_libraries(actors)
                if wards is None:
                    _, place = loading.invented(seed)
                    loading.load_ground(place)
                else:
                    place = loading.real_wards(wards, seed)
                middle = loading.share_out_patrols(actors)
                loading.refresh_statistics()
                told = lives.tell_lives(place, actors, middle, seed, now, defects)
                photos = records.write(told, actors, middle, seed, now)
                disagreed = conflicts.make(actors, seed, now)
                agreements.agree(actors, now)
                agreements.say_what_fell_due(now)
                walked = walks.make(actors, seed, now)
                loading.refresh_statistics()
        except (UnreadableFile, BrokenFeatures) as problem:
            raise CommandError(f"Nothing was made: {problem}") from None
        made = lives.counts(told, now)
        self.stdout.write(
            f"Made {'Aldermere' if wards is None else wards.stem}: {len(place.parcels)} parcels, "
            f"{made['defects']} defects, {made['jobs']} jobs ({made['open']} open, {made['late']} late), "
            f"{made['triage']} in triage, {disagreed} conflicts, {walked} audits, {photos} photos, "
            f"in {time.monotonic() - started:.1f} s."
        )

    def _draw_basemap(self, seed: int) -> None:
        target = Path(settings.STATE_DIR) / "basemap" / "aldermere.pmtiles"
        if settings.BASEMAP or target.exists():
            return
        try:
            made = basemap.make(borough.draw_borough(seed), target)
        except basemap.NoTippecanoe as problem:
            self.stdout.write(f"There is no basemap: {problem}")
            return
        self.stdout.write(f"Drew its map: {made} ({made.stat().st_size // 1024} kB).")
