"""What a board hears between two looks: everything that was touched, nothing twice over, little work."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from insight import board_changes
from jobs.actions import accept_job, pause_job
from jobs.models import Job
from ledger.cursor import Cursor, head
from ledger.recording import record
from tests import cast, towns
from tests.jobs.stories import job_at, minutes_ago


def look(who: Person, since: str) -> dict[str, Any]:
    answer = cast.client_of(who).get("/api/board/changes", {"since": since})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def job(transactional_db: None) -> Job:
    towns.testford()
    return job_at()


def test_a_board_hears_once_of_what_a_crew_did(job: Job) -> None:
    dispatcher, crew = cast.person("dispatcher"), cast.person("crew", of=cast.EMS)
    Job.objects.filter(pk=job.pk).update(organisation=crew.organisation)
    since = cast.client_of(dispatcher).get("/api/board").json()["cursor"]
    assert look(dispatcher, since)["changed"] == []
    accept_job(person=crew, job_id=job.pk, at=minutes_ago(1))
    heard = look(dispatcher, since)
    assert (heard["all"], heard["changed"]) == (False, [str(job.pk)])
    assert look(dispatcher, heard["cursor"])["changed"] == []
    pause_job(person=crew, job_id=job.pk, at=minutes_ago(0), reason="weather")
    assert str(job.pk) in look(dispatcher, heard["cursor"])["changed"]


def test_an_organisations_desk_does_not_hear_of_anothers_work(job: Job) -> None:
    ems, housing = cast.person("dispatcher", of=cast.EMS), cast.person("dispatcher", of=cast.HOUSING)
    crew = cast.person("crew", of=cast.EMS)
    Job.objects.filter(pk=job.pk).update(organisation=crew.organisation)
    since = cast.client_of(ems).get("/api/board").json()["cursor"]
    accept_job(person=crew, job_id=job.pk, at=minutes_ago(1))
    assert look(ems, since)["changed"] == [str(job.pk)]
    assert look(housing, since)["changed"] == []


def test_after_a_long_absence_it_is_told_to_read_everything(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_changes, "MOST_CHANGES", 2)
    dispatcher = cast.person("dispatcher")
    since = str(head())
    with transaction.atomic():
        for _ in range(3):
            record(kind="job.cancelled", subject=("job", job.pk), organisation=job.organisation_id)
    heard = look(dispatcher, since)
    assert (heard["all"], heard["changed"]) == (True, [])
    after = look(dispatcher, heard["cursor"])
    assert (after["all"], after["changed"]) == (False, [])


def test_a_place_that_the_ledger_never_reached_means_read_everything(job: Job) -> None:
    ahead = Cursor(head().transaction_id + 1_000_000, 0)
    assert look(cast.person("dispatcher"), str(ahead))["all"] is True
    answer = cast.client_of(cast.person("dispatcher")).get("/api/board/changes", {"since": "nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_look_is_one_query_of_the_ledger(job: Job) -> None:
    client = cast.client_of(cast.person("dispatcher"))
    since = client.get("/api/board").json()["cursor"]
    client.get("/api/board/changes", {"since": since})
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/board/changes", {"since": since})
    of_the_ledger = [query["sql"] for query in queries if "ledger_entry" in query["sql"]]
    assert len(of_the_ledger) == 1
    assert len(queries) <= 3  # the others say who asks
