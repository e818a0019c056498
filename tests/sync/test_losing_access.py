"""What a phone may not hold any more leaves it, and no cursor of yesterday's is ever a fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect
from jobs.models import Job
from ledger import cursor as ledger_cursor
from places.models import PatrolArea
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def asked(person: Person, cursor: str | None = None) -> Any:
    return cast.client_of(person).get("/api/sync/changes", {"cursor": cursor} if cursor else {})


def pulled(person: Person, cursor: str | None = None) -> dict[str, Any]:
    answer = asked(person, cursor)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_somebody_who_left_is_asked_to_sign_in_and_gets_nothing() -> None:
    warden = cast.person("warden")
    client = cast.client_of(warden)
    cursor = client.get("/api/sync/changes").json()["cursor"]
    Person.objects.filter(pk=warden.pk).update(is_active=False)
    for query in ({}, {"cursor": cursor}):
        answer = client.get("/api/sync/changes", query)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    body = {"device_id": cast.new_id(), "operations": [cast.operation("raise_defect", cast.defect_payload())]}
    assert client.post("/api/sync/push", body, "application/json").status_code == 401
    assert not Defect.objects.exists()


@pytest.mark.parametrize("change", ["role", "organisation", "patrol area"])
def test_another_role_organisation_or_patrol_area_is_a_fresh_start(change: str, town: towns.Town) -> None:
    crew, warden = cast.person("crew"), cast.person("warden")
    job = job_at(towns.ROAD)
    who = warden if change == "patrol area" else crew
    before = pulled(who)
    if change == "role":
        Person.objects.filter(pk=crew.pk).update(role="councillor")
    elif change == "organisation":
        Person.objects.filter(pk=crew.pk).update(organisation=cast.organisation(cast.HOUSING))
    else:
        PatrolArea.objects.create(person=warden, area=town.spencer)
    refused = asked(Person.objects.get(pk=who.pk), before["cursor"])
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")
    afresh = pulled(Person.objects.get(pk=who.pk))
    assert afresh["reset"] and str(job.pk) not in {row["id"] for row in afresh["jobs"]}


def test_what_was_fixed_on_somebody_elses_report_leaves_the_phone() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    job = job_at(towns.ROAD)
    before = pulled(officer)
    assert str(job.defect_id) in {row["id"] for row in before["defects"]}
    close = {"job_id": str(job.pk), "at": timezone.now().isoformat(), "photos": [_photo()]}
    [result] = cast.push(cast.person("crew"), cast.operation("close_job", close))
    assert result["status"] == "applied", result
    work()
    after = pulled(officer, before["cursor"])
    assert after["gone"]["defects"] == [str(job.defect_id)] and after["defects"] == []
    assert str(job.defect_id) in {row["id"] for row in pulled(warden)["defects"]}, "whose own report it is keeps it"


def _photo() -> dict[str, Any]:
    photo = {"id": cast.new_id(), "sha256": "ab" * 32, "size_bytes": 1234, "content_type": "image/jpeg"}
    return {**photo, "taken_at": timezone.now().isoformat()}


def test_a_defect_that_is_gone_altogether_is_gone_from_the_phone() -> None:
    officer = cast.person("officer")
    before = pulled(officer)
    defect = defect_at(towns.PRIVATE_LAND)
    Job.objects.filter(defect=defect).delete()
    Defect.objects.filter(pk=defect.pk).delete()
    after = pulled(officer, before["cursor"])
    assert str(defect.pk) in after["gone"]["defects"]


@pytest.mark.parametrize(
    "make",
    [
        lambda place, name: place,  # before a cursor named who reads
        lambda place, name: f"1.{place}.{name}",
        lambda place, name: place.rpartition(".")[2],  # a bare number
        lambda place, name: f"{place}.{name[:8]}",
        lambda place, name: f".{name}",
        lambda place, name: f"..{name}",
        lambda place, name: f"{place.partition('.')[0]}.x.y.{name}",
        lambda place, name: f"{place.partition('.')[0]}.-1.0.{name}",
        lambda place, name: f"{place.partition('.')[0]}.99999999999999999999.0.{name}",
        lambda place, name: f"{place.partition('.')[0]}.1.٣.{name}x",
        lambda place, name: "2026-11-01T10:00:00Z",
        lambda place, name: "null",
        lambda place, name: "\x00",
    ],
)
def test_a_cursor_of_another_release_or_of_nobodys_is_refused_and_never_a_fault(make: Any) -> None:
    warden = cast.person("warden")
    place, _, name = pulled(warden)["cursor"].rpartition(".")
    answer = asked(warden, make(place, name))
    assert answer.status_code == 400
    assert answer.json()["code"] in {"bad_cursor", "invalid_input"}
    assert "cursor" in {error["field"] for error in answer.json()["errors"]}


def test_the_cursor_belongs_to_the_person_not_to_the_phone() -> None:
    """A phone that kept its cursor and lost everything else goes on from there; so does a new phone."""
    warden = cast.person("warden")
    cursor = pulled(warden)["cursor"]
    defect = defect_at(towns.ROAD)
    first, second = pulled(warden, cursor), pulled(warden, cursor)
    assert [row["id"] for row in first["defects"]] == [row["id"] for row in second["defects"]] == [str(defect.pk)]
    assert str(ledger_cursor.head()).partition(".")[0] == first["cursor"].partition(".")[0]


@pytest.mark.parametrize("with_cursor", [False, True])
def test_a_wardens_pull_asks_for_the_patrol_areas_once(town: towns.Town, with_cursor: bool) -> None:
    warden = cast.person("warden")
    PatrolArea.objects.create(person=warden, area=town.castle)
    cursor = pulled(warden)["cursor"]
    client = cast.client_of(warden)
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/sync/changes", {"cursor": cursor} if with_cursor else {})
    assert sum("places_patrolarea" in query["sql"] for query in queries) == 1
