"""Phones pull what belongs on them: all of it, in order, and nothing of anybody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger import cursor as ledger_cursor
from media.models import Photo
from places.models import PatrolArea
from sync import pull
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, photo, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def asked(person: Person, cursor: str | None = None, **query: Any) -> Any:
    return cast.client_of(person).get("/api/sync/changes", {**query, **({"cursor": cursor} if cursor else {})})


def pulled(person: Person, cursor: str | None = None, **query: Any) -> dict[str, Any]:
    answer = asked(person, cursor, **query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def close(job: Job) -> None:
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    work()


def test_a_crew_gets_its_own_organisations_jobs_and_hears_of_no_others() -> None:
    crew, housing = cast.person("crew"), cast.person("crew", of=cast.HOUSING)
    before, theirs_before = pulled(crew)["cursor"], pulled(housing)["cursor"]
    at_ems, at_housing = job_at(towns.ROAD), job_at(towns.HOUSING_LAND)

    mine, theirs = pulled(crew, before), pulled(housing, theirs_before)
    assert (ids(mine["jobs"]), mine["defects"]) == ({str(at_ems.pk)}, [])
    assert (ids(theirs["jobs"]), theirs["defects"]) == ({str(at_housing.pk)}, [])
    # Not even an id of another organisation's work: these phones never held it.
    assert mine["gone"] == theirs["gone"] == {"defects": [], "jobs": []}


@pytest.mark.parametrize(("role", "of"), [("councillor", None), ("manager", None), ("manager", cast.EMS)])
def test_desks_and_councillors_hold_nothing_and_are_told_nothing(role: str, of: dict[str, Any] | None) -> None:
    person = cast.person(role, of=of)
    before = pulled(person)["cursor"]
    close(job_at(towns.ROAD))
    found = pulled(person, before)
    assert found["cursor"] != before
    assert (found["defects"], found["jobs"], found["gone"]) == ([], [], {"defects": [], "jobs": []})


def test_a_job_that_went_to_somebody_else_leaves_the_crews_phone(town: towns.Town) -> None:
    crew, job = cast.person("crew"), job_at(towns.ROAD)
    first = pulled(crew)
    assert ids(first["jobs"]) == {str(job.pk)}
    actions.route_by_hand(
        person=cast.person("dispatcher"),
        defect_id=job.defect_id,
        organisation_id=town.housing.pk,
        service_level_code="clock-24h",
    )
    then = pulled(crew, first["cursor"])
    assert (then["jobs"], then["gone"]["jobs"]) == ([], [str(job.pk)])


def test_a_warden_hears_of_each_step_and_keeps_what_was_fixed() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    job = job_at(towns.ROAD)
    mine, others = pulled(warden), pulled(officer)
    assert ids(mine["defects"]) == ids(others["defects"]) == {str(job.defect_id)}
    assert mine["jobs"] == []
    close(job)
    [row] = pulled(warden, mine["cursor"])["defects"]
    assert (row["status"], row["job"]["status"], row["mine"], row["photos_missing"]) == ("resolved", "done", True, 1)
    # The officer only held it because it was open; the warden's own stays, also in a fresh snapshot.
    assert pulled(officer, others["cursor"])["gone"]["defects"] == [str(job.defect_id)]
    assert ids(pulled(warden)["defects"]) == {str(job.defect_id)}


def test_a_photo_that_becomes_ready_sends_the_defect_and_the_job_again() -> None:
    warden, crew, told = cast.person("warden"), cast.person("crew"), photo()
    job = job_at(towns.ROAD, photos=[told])
    before, crews = pulled(warden)["cursor"], pulled(crew)["cursor"]
    made_ready(Photo.objects.get(pk=told["id"]))
    [defect] = pulled(warden, before)["defects"]
    [row] = pulled(crew, crews)["jobs"]
    assert row["id"] == str(job.pk)
    assert [p["state"] for p in (*defect["photos"], *row["photos"])] == ["ready", "ready"]
    assert defect["photos_missing"] == row["photos_missing"] == 0


def made_ready(picture: Photo) -> None:
    from django.db import transaction

    from ledger.recording import record

    with transaction.atomic():
        Photo.objects.filter(pk=picture.pk).update(
            state="ready",
            original_key="original/2026/11/x.jpg",
            thumbnail_key="t",
            view_key="v",
            received_at=timezone.now(),
            ready_at=timezone.now(),
            width=10,
            height=10,
        )
        record(kind="photo.ready", subject=("photo", picture.pk))


def test_pages_go_on_through_what_one_may_not_see_and_end() -> None:
    crew = cast.person("crew")
    cursor = pulled(crew)["cursor"]
    for _ in range(3):
        job_at(towns.HOUSING_LAND)
    mine = job_at(towns.ROAD)
    seen: set[str] = set()
    pages = 0
    while pages < 50:
        pages += 1
        found = pulled(crew, cursor, limit=2)
        assert found["cursor"] != cursor
        cursor, seen = found["cursor"], seen | ids(found["jobs"])
        if not found["more"]:
            break
    assert 3 < pages < 50
    assert seen == {str(mine.pk)}
    assert pulled(crew, cursor)["cursor"] == cursor


def test_a_cursor_from_a_time_yet_to_come_is_refused_so_that_the_phone_starts_afresh() -> None:
    warden = cast.person("warden")
    place = ledger_cursor.head()
    ahead = ledger_cursor.Cursor(place.transaction_id + 1_000_000, 0)
    answer = asked(warden, f"{ahead}.{pull.reader_of(warden).name}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_person_who_changes_sides_starts_afresh(town: towns.Town) -> None:
    crew = cast.person("crew")
    job_at(towns.ROAD)
    before = pulled(crew)["cursor"]
    crew.organisation = town.housing
    crew.save()
    assert asked(crew, before).json()["code"] == "bad_cursor"
    assert pulled(crew)["jobs"] == []


def test_a_warden_who_gets_a_patrol_area_starts_afresh_and_holds_that(town: towns.Town) -> None:
    officer = cast.person("officer")
    here, there = defect_at(towns.ROAD), defect_at(towns.IN_SPENCER)
    first = pulled(officer)
    assert ids(first["defects"]) == {str(here.pk), str(there.pk)}
    PatrolArea.objects.create(person=officer, area=town.spencer)
    assert asked(officer, first["cursor"]).json()["code"] == "bad_cursor"
    assert ids(pulled(officer)["defects"]) == {str(there.pk)}


def test_somebody_elses_cursor_is_refused() -> None:
    answer = asked(cast.person("officer"), pulled(cast.person("warden"))["cursor"])
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_phone_that_cannot_hold_all_holds_what_is_still_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    done, to_do = job_at(towns.ROAD), job_at(towns.IN_SPENCER)
    close(done)
    Job.objects.filter(pk=done.pk).update(due_at=timezone.now() + dt.timedelta(minutes=1))
    Defect.objects.filter(pk=to_do.defect_id).update(raised_by=cast.person("officer"))
    monkeypatch.setattr(pull, "_MOST_JOBS", 1)
    monkeypatch.setattr(pull, "_MOST_DEFECTS", 1)
    assert ids(pulled(cast.person("crew"))["jobs"]) == {str(to_do.pk)}
    # The officer's report is newer, but a warden's own come first.
    assert ids(pulled(cast.person("warden"))["defects"]) == {str(done.defect_id)}


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=1.2.3", "limit=0", "limit=100000", "limit=x", "page=2"])
def test_a_wrong_question_is_a_problem(query: str) -> None:
    answer = cast.client_of(cast.person("warden")).get(f"/api/sync/changes?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
