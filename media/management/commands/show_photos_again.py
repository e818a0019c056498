"""``manage.py show_photos_again``: try once more to make pictures of photos that could not be shown."""

from django.core.management.base import BaseCommand

from ledger.problems import Problem
from media import actions
from media.models import Photo, PhotoState


class Command(BaseCommand):
    help = "Try once more to open the photos that are kept but can't be shown; after an upgrade of the decoders."

    def handle(self, *args: object, **options: object) -> None:
        ids = list(Photo.objects.filter(state=PhotoState.UNSHOWABLE).values_list("pk", flat=True))
        for photo_id in ids:
            Photo.objects.filter(pk=photo_id).update(tries=0)
            try:
                actions.make_renditions(photo_id=photo_id)
            except Problem as problem:
                self.stderr.write(f"{photo_id}: {problem.title}")
        shown = Photo.objects.filter(pk__in=ids, state=PhotoState.READY).count()
        self.stdout.write(f"{shown} of {len(ids)} photos can be shown now.")
