"""Puts the demo into the rooms: the ground, the people, the libraries."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection

from accounts.models import Organisation, Person, Team
from checklists.actions import load_categories
from checklists.checklist_library import read_checklists
from checklists.editing import load_checklists
from checklists.library import read_library
from places import actions as places
from places.models import Area, AreaKind, LandParcel, PatrolArea, Street
from places.reading import read
from routing.actions import load_defaults
from routing.models import Route

from . import borough, people, site

# What routing's library asks for; the other bodies do no jobs.
WORKING = ("ems", "housing", "highways", "environmental_health")


@dataclass
class Cast:
    """Everybody by key or username."""

    bodies: dict[str, Organisation]
    people: dict[str, Person]
    teams: dict[tuple[str, str], Team]

    def key_of(self, organisation_id: object) -> str:
        return next(key for key, body in self.bodies.items() if body.pk == organisation_id)


def is_there() -> bool:
    """Whether a council works here already, the demo's or a real one."""
    return Organisation.objects.filter(is_council=True).exists()


def cast() -> Cast:
    """Organisations, teams and people. They can sign in with `people.PASSWORD`."""
    bodies = {
        body.key: Organisation.objects.create(
            name=body.name, short_name=body.short_name, kind=body.kind, is_council=body.is_council
        )
        for body in people.BODIES
    }
    teams = {
        (body.key, team): Team.objects.create(organisation=bodies[body.key], name=team)
        for body in people.BODIES
        for team in body.teams
    }
    # One slow hash for all: they share the password anyway, and it opens a demo only.
    password = make_password(people.PASSWORD)
    everybody = {
        one.username: Person.objects.create(
            username=one.username,
            password=password,
            name=one.name,
            role=one.role,
            organisation=bodies[one.body],
            team=teams.get((one.body, one.team)),
        )
        for one in people.PEOPLE
    }
    return Cast(bodies, everybody, teams)


def load_libraries(actors: Cast) -> None:
    """Categories, service levels and routes, as any council begins with them."""
    load_categories(library=read_library())
    load_checklists(library=read_checklists())
    load_defaults(organisations={key: actors.bodies[key] for key in WORKING})
    Route.objects.filter(organisation=actors.bodies["housing"]).update(team=actors.teams["housing", "Repairs"])


def load_ground(place: site.Site) -> None:
    """Areas, parcels and streets of the invented borough."""
    areas: dict[str, Area] = {}
    for each in place.areas:
        areas[each.reference] = Area.objects.create(
            kind=each.kind,
            name=each.name,
            source=site.SOURCE,
            reference=each.reference,
            parent=areas.get(each.parent),
            boundary=_geos(each.boundary),
        )
    load_parcels(place.parcels)
    Street.objects.bulk_create(
        [
            Street(name=name, point=Point(longitude, latitude, srid=4326), source=site.SOURCE)
            for name, longitude, latitude in place.streets
        ]
    )


def load_parcels(parcels: Iterable[site.SiteParcel]) -> None:
    owners = {each.name: each.pk for each in Organisation.objects.all()}
    LandParcel.objects.bulk_create(
        [
            LandParcel(
                source=site.SOURCE,
                reference=each.reference,
                land_type=each.land_type,
                owner_id=owners.get(each.owner_name),
                owner_name=each.owner_name,
                boundary=_geos(each.boundary),
            )
            for each in parcels
        ],
        batch_size=1000,
    )


def invented(seed: int) -> tuple[borough.Borough, site.Site]:
    """Aldermere, drawn and placed."""
    drawn = borough.draw_borough(seed)
    return drawn, site.aldermere(drawn)


def real_wards(file: Path, seed: int) -> site.Site:
    """Import the wards of a file, and scatter invented parcels in them."""
    places.import_areas(contents=read(file), kind=AreaKind.WARD, source=file.stem)
    wards = Area.objects.wards().filter(source=file.stem).order_by("reference")
    place = site.elsewhere(
        [(ward.reference, site.many(shapely.from_wkb(bytes(ward.boundary.wkb)))) for ward in wards], seed
    )
    load_parcels(place.parcels)
    return place


def share_out_patrols(actors: Cast) -> float:
    """One warden walks the western half of the wards, the other the eastern half.

    Answers the longitude between them.
    """
    wards = sorted(Area.objects.wards(), key=lambda ward: ward.boundary.centroid.x)
    half = len(wards) // 2
    PatrolArea.objects.bulk_create(
        [
            PatrolArea(person=actors.people["warden" if index < half else "warden2"], area=ward)
            for index, ward in enumerate(wards)
        ]
    )
    return float(wards[half].boundary.centroid.x) if wards else 0.0


def refresh_statistics() -> None:
    """Tell the planner what is there now; it would otherwise walk whole tables for some minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def dice(seed: int, what: str) -> random.Random:
    """Dice of their own for each part, so that a change in one leaves the others alone."""
    return random.Random(f"{seed} {what}")


def new_id(rng: random.Random) -> uuid.UUID:
    """An id as a phone makes one, from these dice."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _geos(shape: shapely.MultiPolygon) -> MultiPolygon:
    made = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    assert isinstance(made, MultiPolygon)  # noqa: S101 - it is one by what it was made of
    return made
