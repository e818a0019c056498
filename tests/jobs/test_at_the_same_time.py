"""Two people act on one job at one moment: one of them wins, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audits.models import Defect, DefectPhoto
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
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
