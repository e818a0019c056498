"""Two people act on one job at one moment: one of them wins, and nobody waits for ever."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audits.models import Defect, DefectPhoto
from audits.nearby import tell_apart
from jobs import actions
from jobs.bulk import Outcome, change_jobs
from jobs.models import Job
from jobs.undoing import undo_change
from ledger.models import Entry
from ledger.problems import Problem
from routing import book
from tests import cast, towns
from tests.jobs.stories import job_at, photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def together(*verbs: Callable[[], Any]) -> list[str]:
    """Run the verbs at the same moment; "done" or the problem's code of each."""
    start, answers = threading.Barrier(len(verbs)), [""] * len(verbs)

    def run(place: int, verb: Callable[[], Any]) -> None:
        try:
            start.wait()
            verb()
            answers[place] = "done"
        except Problem as problem:
            answers[place] = problem.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, verb)) for n, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def test_two_crew_members_close_the_same_job() -> None:
    job = job_at(towns.ROAD)
    carl, cora = cast.person("crew"), cast.person("crew", of=cast.EMS, username="cora")

    def close(person: Any) -> Callable[[], Any]:
        return lambda: actions.close_job(person=person, job_id=job.pk, at=timezone.now(), photos=[photo()])

    assert sorted(together(close(carl), close(cora))) == ["done", "transition_not_allowed"]
    assert Entry.objects.filter(kind="job.done").count() == 1
    assert DefectPhoto.objects.count() == 1


def test_a_close_against_a_re_route(town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    carl, dina = cast.person("crew"), cast.person("dispatcher")
    closed, routed = together(
        lambda: actions.close_job(person=carl, job_id=job.pk, at=timezone.now(), photos=[photo()]),
        lambda: actions.route_by_hand(
            person=dina, defect_id=job.defect_id, organisation_id=town.housing.pk, service_level_code="wd-5"
        ),
    )

    assert sorted([closed, routed]) == ["done", "transition_not_allowed"]
    statuses = sorted(Job.objects.values_list("status", flat=True))
    if closed == "done":
        assert (statuses, Defect.objects.get().status) == (["done"], "resolved")
    else:
        assert (statuses, Defect.objects.get().status) == (["cancelled", "open"], "routed")


def test_one_defect_routed_by_two_workers_gets_one_job() -> None:
    sent = cast.operation("raise_defect", cast.defect_payload(place=towns.ROAD))
    cast.push(cast.person("warden"), sent)
    defect = Defect.objects.get()

    assert together(*[lambda: actions.route_defect(defect_id=defect.pk)] * 4) == ["done"] * 4
    assert Job.objects.count() == 1
    assert Entry.objects.filter(kind="job.opened").count() == 1


def test_two_desks_give_the_same_jobs_away_at_once(town: towns.Town) -> None:
    """One of them gets each job, the other is told; no job is given away twice and neither waits for ever."""
    jobs = [job_at(towns.east_of(towns.ROAD, 100 * n)) for n in range(4)]
    dina, mo = cast.person("dispatcher"), cast.person("manager")
    police = cast.organisation({"name": "Police", "short_name": "Police", "kind": "police"})
    outcomes: list[Outcome] = []

    def give(person: Any, ids: list[uuid.UUID], to: Any) -> Callable[[], Any]:
        asked = {"organisation_id": to.pk}
        return lambda: outcomes.append(change_jobs(person=person, action="reroute", job_ids=ids, asked=asked))

    ids = [job.pk for job in jobs]
    assert together(give(dina, ids, town.housing), give(mo, ids[::-1], police)) == ["done", "done"]

    done = sorted(row["id"] for outcome in outcomes for row in outcome.done)
    refused = [row for outcome in outcomes for row in outcome.refused]
    assert done == sorted(map(str, ids))
    assert sorted(row["id"] for row in refused) == done
    assert {row["code"] for row in refused} == {"transition_not_allowed"}
    assert Job.objects.unfinished().count() == 4
    assert Entry.objects.filter(kind="job.rerouted").count() == 4
    # What one desk takes back, goes back; the other's stays.
    first = outcomes[0]
    undone = undo_change(person=mo, change_id=first.change.pk)
    assert (len(undone.done), undone.refused) == (len(first.done), [])
    assert Job.objects.unfinished().filter(organisation=town.ems).count() == len(first.done)


def test_a_crew_closes_a_job_while_the_desk_gives_all_away(town: towns.Town) -> None:
    first, second = job_at(towns.ROAD), job_at(towns.east_of(towns.ROAD, 100))
    carl, dina = cast.person("crew"), cast.person("dispatcher")
    asked = {"organisation_id": town.housing.pk}
    outcomes: list[Outcome] = []
    closed, given = together(
        lambda: actions.close_job(person=carl, job_id=first.pk, at=timezone.now(), photos=[photo()]),
        lambda: outcomes.append(change_jobs(person=dina, action="reroute", job_ids=[first.pk, second.pk], asked=asked)),
    )

    assert given == "done"
    [outcome] = outcomes
    first.refresh_from_db()
    if closed == "done":
        assert (first.status, first.defect.status) == ("done", "resolved")
        assert [row["id"] for row in outcome.refused] == [str(first.pk)]
        assert "“Done” by now" in outcome.refused[0]["detail"]
    else:
        assert (closed, first.status, first.defect.status) == ("transition_not_allowed", "cancelled", "routed")
        assert outcome.refused == []
    assert str(second.pk) in {row["id"] for row in outcome.done}
    assert Job.objects.unfinished().filter(defect=second.defect_id).get().organisation == town.housing


def test_an_undo_against_a_crew_that_takes_one_of_them_on(town: towns.Town) -> None:
    jobs = [job_at(towns.east_of(towns.ROAD, 100 * n)) for n in range(3)]
    dina, hetty = cast.person("dispatcher"), cast.person("crew", of=cast.HOUSING)
    made = change_jobs(
        person=dina,
        action="reroute",
        job_ids=[job.pk for job in jobs],
        asked={"organisation_id": town.housing.pk},
    )
    theirs = uuid.UUID(made.done[0]["new"]["id"])
    undone: list[Outcome] = []
    accepted, _ = together(
        lambda: actions.accept_job(person=hetty, job_id=theirs, at=timezone.now()),
        lambda: undone.append(undo_change(person=dina, change_id=made.change.pk)),
    )

    [outcome] = undone
    status = Job.objects.get(pk=theirs).status
    if accepted == "done":
        assert status == "accepted"
        assert [row["id"] for row in outcome.refused] == [made.done[0]["id"]]
        assert "was changed since. It stays as it is." in outcome.refused[0]["detail"]
    else:
        assert (accepted, status, outcome.refused) == ("transition_not_allowed", "cancelled", [])
    assert len(outcome.done) == 3 - len(outcome.refused)
    assert Job.objects.unfinished().count() == 3


def test_two_desks_take_the_same_change_back() -> None:
    jobs = [job_at(towns.east_of(towns.ROAD, 100 * n)) for n in range(3)]
    dina, mo = cast.person("dispatcher"), cast.person("manager")
    day = book.council_day(timezone.now())
    made = change_jobs(person=dina, action="defer", job_ids=[job.pk for job in jobs], asked={"until": day})

    def undo(person: Any) -> Callable[[], Any]:
        return lambda: undo_change(person=person, change_id=made.change.pk)

    assert together(undo(dina), undo(mo)) == ["done", "done"]
    assert Entry.objects.filter(kind="job.change_undone").count() == 3
    assert {job.version for job in Job.objects.all()} == {3}


def test_two_reports_of_one_thing_routed_at_once_are_both_routed_and_noticed() -> None:
    payloads = [cast.defect_payload(place=towns.ROAD) for _ in range(2)]
    cast.push(cast.person("warden"), *[cast.operation("raise_defect", payload) for payload in payloads])
    first, second = (uuid.UUID(payload["defect_id"]) for payload in payloads)

    assert together(lambda: actions.route_defect(defect_id=first), lambda: actions.route_defect(defect_id=second)) == [
        "done",
        "done",
    ]
    assert Job.objects.unfinished().count() == 2
    pointing = Defect.objects.filter(possible_duplicate_of__isnull=False)
    assert pointing.exists()
    dina, one = cast.person("dispatcher"), pointing[0]
    tell_apart(person=dina, defect_id=one.pk, from_id=one.possible_duplicate_of.pk)  # type: ignore[union-attr]
    assert not pointing.all().exists()
