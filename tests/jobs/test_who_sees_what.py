"""Another organisation's work is nobody's business: no read shows it and no verb touches it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from audits.models import Defect, DefectNote, DefectPhoto
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from media.models import Photo
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def theirs() -> Job:
    """A job of Housing's, with a photo."""
    return job_at(towns.HOUSING_LAND, photos=[photo()])


def got(person: Any, path: str) -> Any:
    return cast.client_of(person).get(path)


OUTSIDERS = [("crew", None), ("manager", cast.EMS), ("dispatcher", cast.EMS)]


@pytest.mark.parametrize(("role", "of"), OUTSIDERS)
def test_no_read_shows_another_organisations_work(role: str, of: dict[str, Any] | None, theirs: Job) -> None:
    person, [picture] = cast.person(role, of=of), Photo.objects.all()
    assert got(person, "/api/jobs").json()["results"] == []
    assert got(person, "/api/defects").json()["results"] == []
    assert got(person, f"/api/jobs?organisation={theirs.organisation_id}").json()["count"] == 0
    near = "/api/defects/nearby?longitude=-0.9&latitude=52.243&radius_m=500"
    assert got(person, near).json()["results"] == []
    assert got(person, f"/api/jobs/{theirs.pk}").status_code == 403
    assert got(person, f"/api/defects/{theirs.defect_id}").status_code == 404
    for rendition in ("thumbnail", "view", "original"):
        assert got(person, f"/api/photos/{picture.pk}/{rendition}").status_code == 404
    assert got(person, "/api/news").json()["results"] == []


def test_a_councillor_reads_counts_and_nothing_else(theirs: Job) -> None:
    councillor, [picture] = cast.person("councillor"), Photo.objects.all()
    for path in (
        "/api/jobs",
        f"/api/jobs/{theirs.pk}",
        "/api/defects",
        f"/api/defects/{theirs.defect_id}",
        "/api/defects/nearby?longitude=-0.9&latitude=52.243",
        "/api/triage",
        f"/api/photos/{picture.pk}/view",
        f"/api/insight/hotspots/ward/{theirs.defect.ward_id}/defects",
    ):
        assert got(councillor, path).status_code == 403, path
    assert got(councillor, "/api/insight/backlog").json()["totals"]["open"] == 1


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("accept_job", {}),
        ("start_job", {}),
        ("pause_job", {"reason": "weather", "note": "wet"}),
        ("resume_job", {}),
        ("close_job", {"note": "done", "photos": True}),
        ("return_job", {"reason": "not_ours", "note": "no"}),
    ],
)
def test_no_verb_touches_another_organisations_job(kind: str, more: dict[str, Any], theirs: Job) -> None:
    entries, pictures = Entry.objects.count(), DefectPhoto.objects.count()
    if more.get("photos"):
        more = {**more, "photos": [{**photo(), "id": cast.new_id(), "taken_at": timezone.now().isoformat()}]}
    payload = {"job_id": str(theirs.pk), "at": timezone.now().isoformat(), **more}
    [result] = cast.push(cast.person("crew"), cast.operation(kind, payload))
    assert (result["status"], result["code"]) == ("rejected", "job_not_yours")
    theirs.refresh_from_db()
    assert (theirs.status, theirs.version, theirs.assigned_to) == ("open", 1, None)
    assert (Entry.objects.count(), DefectPhoto.objects.count(), DefectNote.objects.count()) == (entries, pictures, 0)


def test_a_crew_cannot_confirm_a_defect_that_it_cannot_see(theirs: Job) -> None:
    payload = {"defect_id": str(theirs.defect_id), "observed_at": timezone.now().isoformat(), "note": "seen"}
    [result] = cast.push(cast.person("crew"), cast.operation("confirm_defect", payload))
    assert (result["status"], result["code"]) == ("rejected", "unknown_defect")
    assert Defect.objects.get().seen_again == 0


def test_nobody_sends_the_bytes_of_somebody_elses_photo(theirs: Job) -> None:
    [picture] = Photo.objects.all()
    answer = cast.client_of(cast.person("officer")).put(
        f"/api/photos/{picture.pk}", b"x", content_type="image/jpeg", headers={"X-Content-SHA256": picture.sha256}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    picture.refresh_from_db()
    assert picture.state == "expected"


def test_who_handed_a_job_back_reads_no_more_of_the_defect_than_its_own_part(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    crew = cast.person("crew")
    actions.return_job(person=crew, job_id=job.pk, at=timezone.now(), reason="not_ours")
    actions.route_by_hand(
        person=cast.person("dispatcher"),
        defect_id=job.defect_id,
        organisation_id=town.housing.pk,
        service_level_code="clock-24h",
    )
    work()
    story = got(crew, f"/api/jobs/{job.pk}").json()["story"]
    assert [line["kind"] for line in story] == ["job.opened", "job.returned"]
    assert len(got(cast.person("manager"), f"/api/jobs/{job.pk}").json()["story"]) > 4


def test_outside_every_ward_and_on_private_land_a_person_decides() -> None:
    for place in (towns.ELSEWHERE, towns.PRIVATE_LAND):
        defect = defect_at(place)
        assert (defect.status, defect.owner_organisation) == ("open", None)
        assert defect.triage_reason
    assert not Job.objects.exists()
