"""Where a defect lies and whose land that is: the question that every route starts from."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from places.locating import locate
from places.models import Area, LandParcel, Street

pytestmark = pytest.mark.django_db


def box(west: float, south: float, size: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


@pytest.fixture
def homes() -> Organisation:
    return Organisation.objects.create(name="Fen Homes", short_name="Homes", kind="landlord")


@pytest.fixture
def town(homes: Organisation) -> dict[str, Any]:
    council = Area.objects.create(kind="council", name="Fen", source="t", reference="F", boundary=box(1, 53, 0.2))
    mill = Area.objects.create(
        kind="ward", name="Mill", source="t", reference="W1", parent=council, boundary=box(1, 53, 0.1)
    )
    weir = Area.objects.create(
        kind="ward", name="Weir", source="t", reference="W2", parent=council, boundary=box(1.1, 53, 0.1)
    )
    estate = Area.objects.create(
        kind="estate", name="Kiln", source="t", reference="E1", parent=mill, boundary=box(1.01, 53.01, 0.02)
    )
    land = LandParcel.objects.create(
        source="t", reference="T1", land_type="council_housing", owner=homes, boundary=box(1.01, 53.01, 0.02)
    )
    court = LandParcel.objects.create(
        source="t", reference="T2", land_type="private", owner_name="A. Trader", boundary=box(1.02, 53.02, 0.001)
    )
    Street.objects.create(name="Mill Lane", point=Point(1.0151, 53.015, srid=4326))
    Street.objects.create(name="Far Road", point=Point(1.09, 53.09, srid=4326))
    return {"council": council, "mill": mill, "weir": weir, "estate": estate, "land": land, "court": court}


def test_one_question_tells_ward_parcel_owner_and_street(
    town: dict[str, Any], homes: Organisation, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        found = locate(1.015, 53.015)

    assert found.ward is not None
    assert (found.ward.id, found.ward.name) == (town["mill"].pk, "Mill")
    assert found.parcel is not None
    assert found.parcel.id == town["land"].pk
    assert (found.land_type, found.owner_id) == ("council_housing", homes.pk)
    assert found.street_text == "Mill Lane"
    assert found.area_ids == {town["council"].pk, town["mill"].pk, town["estate"].pk}


def test_the_smallest_parcel_decides_where_two_lie_on_each_other(town: dict[str, Any]) -> None:
    found = locate(1.0205, 53.0205)

    assert found.parcel is not None
    assert (found.parcel.reference, found.land_type, found.owner_id) == ("T2", "private", None)
    assert found.parcel.owner_name == "A. Trader"
    by_query = LandParcel.objects.containing(Point(1.0205, 53.0205, srid=4326))
    assert [each.reference for each in by_query] == ["T2", "T1"]


def test_a_point_on_the_line_between_two_wards_lies_in_one_of_them_always_the_same(town: dict[str, Any]) -> None:
    answers = {found.ward.name if (found := locate(1.1, 53.05)).ward else None for _ in range(5)}

    assert len(answers) == 1
    assert answers <= {"Mill", "Weir"}


def test_nowhere_is_an_answer_too(town: dict[str, Any]) -> None:
    found = locate(-30, 10)

    assert (found.ward, found.parcel, found.owner_id, found.street_text) == (None, None, None, "")
    assert found.land_type == "unknown"
    assert found.area_ids == frozenset()


def test_a_street_too_far_away_does_not_name_the_place(town: dict[str, Any]) -> None:
    assert locate(1.05, 53.05).street_text == ""


def test_the_nearest_street_is_measured_in_metres_not_degrees(town: dict[str, Any]) -> None:
    # Both lie 0.001° to 0.0015° away, but a degree from east to west is only 60 % of one from south to north.
    Street.objects.create(name="North Street", point=Point(1.05, 53.0511, srid=4326))
    Street.objects.create(name="East Street", point=Point(1.0514, 53.05, srid=4326))

    assert locate(1.05, 53.05).street_text == "East Street"


def test_sizes_are_measured_on_the_ground(town: dict[str, Any]) -> None:
    # 0.1° by 0.1° at 53.05° north: 6.71 km by 11.13 km.
    assert Area.objects.get(pk=town["mill"].pk).area_m2 == pytest.approx(74.6e6, rel=0.01)


def test_a_branch_of_the_tree_is_an_area_and_all_under_it(town: dict[str, Any]) -> None:
    names = set(Area.objects.in_branch(town["mill"]).values_list("name", flat=True))

    assert names == {"Mill", "Kiln"}


def test_the_database_refuses_what_cannot_be(town: dict[str, Any]) -> None:
    shape = box(1, 53, 0.1)
    mill = town["mill"]
    for wrong in (
        lambda: Area.objects.create(kind="parish", name="P", source="t", reference="P", boundary=shape),
        lambda: Area.objects.create(kind="ward", name="Twice", source="t", reference="W1", boundary=shape),
        lambda: Area.objects.filter(pk=mill.pk).update(parent=mill.pk),
        lambda: LandParcel.objects.create(source="t", reference="T9", land_type="moon", boundary=shape),
        lambda: LandParcel.objects.create(source="t", reference="T1", boundary=shape, id=uuid.uuid4()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
