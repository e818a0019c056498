"""Two reports of one thing: one stands for both, nobody drives out twice, and everybody is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Person
from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from news.models import NewsItem
from tests import cast, towns
from tests.jobs.stories import defect_at, opened_earlier, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def two_reports() -> tuple[Defect, Defect]:
    """The warden's, and an officer's of the same fence."""
    first, second = defect_at(towns.ROAD), defect_at(towns.ROAD)
    Defect.objects.filter(pk=second.pk).update(raised_by=cast.person("officer"))
    NewsItem.objects.all().delete()
    return first, Defect.objects.get(pk=second.pk)


def told(somebody: Person) -> list[str]:
    return [item.words for item in NewsItem.objects.of(somebody)]


def test_the_desk_joins_two_reports_and_both_reporters_hear_of_it() -> None:
    first, second = two_reports()
    desk = cast.client_of(cast.person("dispatcher"))
    answer = desk.post(
        f"/api/defects/{second.pk}/merge",
        {"into": str(first.pk), "note": "Same fence, other side"},
        content_type="application/json",
    )
    work()

    assert answer.status_code == 200, answer.content
    row = answer.json()
    assert (row["status"], row["duplicate_of"]) == ("duplicate", {"id": str(first.pk), "number": first.reference})
    assert row["job"]["status"] == "cancelled"
    first.refresh_from_db()
    assert (first.status, first.seen_again) == ("routed", 1)
    assert Job.objects.get(defect=first).status == "open"
    assert Entry.objects.get(kind="defect.merged").data == {"into": str(first.pk)}
    assert told(cast.person("officer")) == [
        f"Already reported: damaged or leaning fence or wall at Mere Road. Yours was joined to {first.reference}; "
        "you are told when it is fixed."
    ]
    assert told(cast.person("warden")) == [
        "Somebody else reported it too: damaged or leaning fence or wall at Mere Road. Yours stands for both."
    ]


def test_when_it_is_fixed_both_reporters_are_told() -> None:
    first, second = two_reports()
    actions.merge_defects(person=cast.person("manager"), defect_id=second.pk, into_id=first.pk)
    actions.close_job(
        person=cast.person("crew"), job_id=Job.objects.get(defect=first).pk, at=timezone.now(), photos=[photo()]
    )
    work()
    fixed = "Fixed: damaged or leaning fence or wall at Mere Road."
    assert told(cast.person("warden"))[0] == f"{fixed} The photo is with your report. Have a look when you pass."
    # The photo hangs on the report that was kept.
    assert told(cast.person("officer"))[0] == f"{fixed} Have a look when you pass."


def test_the_clock_starts_with_the_earlier_report() -> None:
    """A merge into the later one would hide a breach otherwise."""
    first, second = two_reports()
    earlier = first.received_at - dt.timedelta(days=3)
    Defect.objects.filter(pk=first.pk).update(received_at=earlier)
    opened_earlier(Job.objects.get(defect=first), 72)
    due_before = Job.objects.get(defect=second).due_at
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=first.pk, into_id=second.pk)
    job = Job.objects.get(defect=second)
    assert job.clock_started_at == earlier
    assert job.due_at < due_before
    assert job.gross_due_at == job.due_at
    assert Entry.objects.filter(kind="job.clock_moved", subject_id=str(job.pk)).count() == 1


def test_a_merge_that_makes_no_sense_is_refused() -> None:
    desk = cast.person("dispatcher")
    first, second = two_reports()
    third = defect_at(towns.ROAD)

    def refusal(one: Defect, other: Defect, by: Person = desk) -> str:
        with pytest.raises(Problem) as refused:
            actions.merge_defects(person=by, defect_id=one.pk, into_id=other.pk)
        return refused.value.code

    assert refusal(first, first) == "invalid_input"
    assert refusal(first, second, cast.person("dispatcher", of=cast.EMS)) == "not_allowed"
    actions.merge_defects(person=desk, defect_id=second.pk, into_id=first.pk)
    assert refusal(third, second) == "defect_merged"
    assert refusal(second, third) == "transition_not_allowed"
    actions.close_job(
        person=cast.person("crew"), job_id=Job.objects.get(defect=third).pk, at=timezone.now(), photos=[photo()]
    )
    assert refusal(first, third) == "transition_not_allowed"
    assert Job.objects.get(defect=first).status == "open"
