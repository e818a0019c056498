"""A whole audit in the demo borough: ``python -m tests.insight.in_demo DEFECTS PHOTOS`` prints its id.

Run with the environment of the servers that it is for.
"""

from __future__ import annotations

import os
import sys


def audit_in_demo(defects: int, photos: int) -> str:
    """Walked in the borough's first estate by its officer and its warden; its id."""
    from accounts.models import Organisation, Person
    from places.models import Area
    from tests.insight import audited

    people = {each.username: each for each in Person.objects.filter(username__in=["officer", "warden", "manager"])}
    area = Area.objects.estates().first() or Area.objects.wards().first()
    owner = Organisation.objects.exclude(is_council=True).first()
    if area is None or owner is None or len(people) < 3:
        raise RuntimeError("the demo borough has no area, no contractor or no people")
    place = audited.Place(area, people["officer"], people["warden"], people["manager"], owner)
    return str(audited.with_everything(defects=defects, photos=photos, place=place).audit.pk)


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    defects, photos = map(int, arguments)
    print(audit_in_demo(defects, photos))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
