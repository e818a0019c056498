"""People hear of what concerns them, once, and only of that."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Person
from jobs import actions
from jobs.models import Job
from ledger.models import Delivery, Entry
from media.models import Photo
from news import rules, tasks
from news.models import NewsItem
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def told(person: Person) -> list[str]:
    return [item.words for item in NewsItem.objects.of(person)]


def closed(job: Job) -> Job:
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    work()
    return job


def test_the_crew_hears_of_a_new_job_and_other_crews_do_not() -> None:
    carl, hetty = cast.person("crew"), cast.person("crew", of=cast.HOUSING)
    job = job_at(towns.ROAD, "FT-GEN")

    assert told(carl) == ["New job: dumped waste (fly-tip) at Mere Road. Target: 24 clock hours."]
    assert told(hetty) == []
    item = NewsItem.objects.get(person=carl)
    assert (item.kind, item.job_id, item.defect_id, item.read_at) == (
        "job_opened",
        job.pk,
        job.defect_id,
        None,
    )


def test_only_the_team_of_a_job_hears_of_it(town: towns.Town) -> None:
    east = cast.team("East", cast.EMS)
    erin = cast.person("crew", of=cast.EMS, username="erin", team=east)
    wes = cast.person("crew", of=cast.EMS, username="wes", team=cast.team("West", cast.EMS))
    job = job_at(towns.ROAD)
    NewsItem.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(team=east)
    tasks.tell_crew_of_job(Entry.objects.get(kind="job.opened"))

    assert len(told(erin)) == 1
    assert told(wes) == []


def test_the_warden_hears_that_it_is_fixed() -> None:
    warden = cast.person("warden")
    job = closed(job_at(towns.ROAD, street_text="Mere Road by the alley"))

    assert told(warden)[0] == (
        "Fixed: damaged or leaning fence or wall at Mere Road by the alley. "
        "The photo is with your report. Have a look when you pass."
    )
    item = NewsItem.objects.get(person=warden, kind="defect_resolved")
    assert (item.job_id, item.path) == (job.pk, f"/reports/{job.defect_id}")
    shown = job.defect.defect_photos.get(role="after").photo
    assert item.photo_id == shown.pk


def test_the_photo_of_the_finished_work_comes_with_the_news_as_soon_as_it_can_be_seen() -> None:
    warden = cast.client_of(cast.person("warden"))
    job = closed(job_at(towns.ROAD))
    assert warden.get("/api/news?limit=1").json()["results"][0]["photo"] is None

    after = job.defect.defect_photos.get(role="after").photo
    Photo.objects.filter(pk=after.pk).update(
        state="ready",
        original_key="o",
        thumbnail_key="t",
        view_key="v",
        received_at=timezone.now(),
        ready_at=timezone.now(),
        stored_content_type="image/jpeg",
        width=4,
        height=3,
    )
    assert warden.get("/api/news?limit=1").json()["results"][0]["photo"] == {
        "id": str(after.pk),
        "thumbnail": f"/api/photos/{after.pk}/thumbnail",
        "view": f"/api/photos/{after.pk}/view",
    }


def test_the_warden_hears_who_has_it_and_by_when() -> None:
    warden = cast.person("warden")
    job = job_at(towns.ROAD, "FT-GEN")

    due = job.due_at.astimezone(ZoneInfo("Europe/London"))
    day = f"{due:%A} {due.day} {due:%B}, {due:%H:%M}"
    assert told(warden) == [f"EMS has it: dumped waste (fly-tip) at Mere Road. Due by {day}."]


def test_the_warden_hears_that_the_crew_did_not_find_it_and_of_no_other_hand_back() -> None:
    warden = cast.person("warden")
    plant, lost = job_at(towns.ROAD), job_at(towns.ROAD, "FT-GEN")
    for job, reason in ((plant, "needs_plant"), (lost, "not_found")):
        actions.return_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason=reason)
    work()

    [words] = NewsItem.objects.of(warden).exclude(kind="defect_routed").values_list("words", flat=True)
    assert words == (
        "The crew did not find it: dumped waste (fly-tip) at Mere Road. If it is still there, write where."
    )


def test_the_reporter_hears_that_another_warden_saw_it_unfixed() -> None:
    reporter = cast.person("warden")
    job = closed(job_at(towns.ROAD))
    another = cast.person("warden", of=cast.COUNCIL, username="wes-warden")
    actions.dispute_defect(person=another, defect_id=job.defect_id, at=timezone.now())
    work()

    assert told(reporter)[0].startswith("Not fixed yet: damaged or leaning fence or wall at Mere Road. The job is open")


def test_the_crew_hears_that_it_is_not_fixed() -> None:
    carl = cast.person("crew")
    job = closed(job_at(towns.ROAD))
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=timezone.now())
    work()

    assert told(carl)[0] == "Not fixed yet: damaged or leaning fence or wall at Mere Road. The job is open again."


def test_dispatchers_hear_of_a_hand_back_once_with_the_reason() -> None:
    dina = cast.person("dispatcher")
    elsewhere = cast.person("dispatcher", of=cast.EMS)
    job = job_at(towns.ROAD)
    actions.return_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason="needs_plant")
    work()

    assert told(dina) == ["Handed back: damaged or leaning fence or wall at Mere Road. Needs plant or machinery."]
    assert told(elsewhere) == []


def test_dispatchers_hear_of_what_no_route_serves() -> None:
    dina = cast.person("dispatcher")
    defect_at(towns.PRIVATE_LAND)

    [words] = told(dina)
    assert words.startswith("Whose job is it? Damaged or leaning fence or wall")
    assert "private land in Castle" in words


def test_nobody_is_told_what_they_did_themselves() -> None:
    carl = cast.person("crew")
    sent = cast.operation("raise_defect", cast.defect_payload(place=towns.ROAD))
    cast.push(carl, sent)
    work()
    closed(Job.objects.get())

    assert not NewsItem.objects.filter(person=carl, kind="defect_resolved").exists()


def test_who_has_left_is_not_told() -> None:
    carl = cast.person("crew")
    Person.objects.filter(pk=carl.pk).update(is_active=False)
    job_at(towns.ROAD)

    assert told(carl) == []


def test_one_event_makes_one_message_however_often_it_is_delivered() -> None:
    carl = cast.person("crew")
    job_at(towns.ROAD)
    Delivery.objects.update(done_at=None)
    work()
    tasks.tell_crew_of_job(Entry.objects.get(kind="job.opened"))

    assert len(told(carl)) == 1


def read(person: Person, ids: Any) -> Any:
    return cast.client_of(person).post("/api/news/read", {"ids": ids}, content_type="application/json")


def test_a_person_reads_their_own_news() -> None:
    carl = cast.person("crew")
    job_at(towns.ROAD)
    job_at(towns.ROAD, "FT-GEN")
    answer = cast.client_of(carl).get("/api/news?limit=1").json()

    assert answer["unread"] == 2
    [newest] = answer["results"]
    assert "dumped waste" in newest["words"]
    assert set(newest) == {
        *("id", "kind", "words", "defect_id", "job_id", "path", "photo", "created_at", "read_at"),
    }

    assert read(carl, [newest["id"]]).json() == {"unread": 1}
    first_read_at = NewsItem.objects.get(pk=newest["id"]).read_at
    assert read(carl, [newest["id"]]).json() == {"unread": 1}
    assert NewsItem.objects.get(pk=newest["id"]).read_at == first_read_at


def test_other_peoples_news_can_be_neither_read_nor_ticked_off() -> None:
    carl = cast.person("crew")
    job_at(towns.ROAD)
    carls = NewsItem.objects.get(person=carl)
    warden = cast.person("officer")

    assert cast.client_of(warden).get("/api/news").json() == {"unread": 0, "results": []}
    assert read(warden, [str(carls.pk), str(uuid.uuid4())]).status_code == 200
    carls.refresh_from_db()
    assert carls.read_at is None


def test_what_makes_no_sense_is_named(client: Any) -> None:
    carl = cast.client_of(cast.person("crew"))
    for path, field in (("/api/news?limit=100000", "limit"), ("/api/news?colour=red", "colour")):
        answer = carl.get(path)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    for ids in ([], ["x"], "x", None, [str(uuid.uuid4())] * 201):
        answer = read(cast.person("crew"), ids)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"].startswith("ids")
    assert client.get("/api/news").status_code == 401


def test_words_fit_their_column_whatever_the_street_is_called() -> None:
    words = rules.fixed("A" * 80, rules.place_in_words("B" * 400, ""))

    assert len(words) == rules.LONGEST
    assert words.endswith("…")
    assert rules.place_in_words("", "Castle") == " in Castle"
    assert rules.place_in_words("", "") == ""


def test_a_team_with_nobody_in_it_leaves_no_job_untold(town: towns.Town) -> None:
    carl = cast.person("crew")
    job = job_at(towns.ROAD)
    NewsItem.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(team=cast.team("Nobody", cast.EMS))
    tasks.tell_crew_of_job(Entry.objects.get(kind="job.opened"))
    assert len(told(carl)) == 1


def test_a_council_without_dispatchers_tells_its_managers_what_waits() -> None:
    mo, others = cast.person("manager"), cast.person("manager", of=cast.EMS)
    defect_at(towns.PRIVATE_LAND)
    assert len(told(mo)) == 1
    assert told(others) == []
