"""Is it the same, and has it come back: what lies beside a new report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Defect, DefectNote
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from news.models import NewsItem
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def desk(path: str, body: dict[str, Any] | None = None, *, role: str = "dispatcher") -> Any:
    client = cast.client_of(cast.person(role))
    if body is None:
        return client.get(path)
    return client.post(path, body, content_type="application/json")


def numbered(defect: Defect) -> dict[str, str]:
    return {"id": str(defect.pk), "number": defect.reference}


def fixed(defect: Defect, days_ago: float = 0) -> Defect:
    """Carl closes its job; then it is as if all of it had been so much earlier."""
    job = Job.objects.get(defect=defect)
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    defect.refresh_from_db()
    earlier = dt.timedelta(days=days_ago, minutes=30)
    for name in ("observed_at", "received_at", "resolved_at"):
        setattr(defect, name, getattr(defect, name) - earlier)
    defect.save()
    return defect


def test_the_same_kind_within_thirty_metres_may_be_the_same_and_both_are_routed() -> None:
    first = defect_at(towns.ROAD)
    second = defect_at(towns.east_of(towns.ROAD, 25))

    assert second.possible_duplicate_of == first
    assert Job.objects.unfinished().count() == 2
    noted = Entry.objects.get(kind="defect.possible_duplicate")
    assert (noted.subject_id, noted.data) == (str(second.pk), {"of": str(first.pk), "distance_m": 25.0})
    row = desk(f"/api/defects/{second.pk}").json()
    assert row["possible_duplicate"] == numbered(first)
    assert [each["id"] for each in row["maybe_same"]] == [str(first.pk)]
    # From the other side too: whoever opens the older one is asked the same.
    older = desk(f"/api/defects/{first.pk}").json()
    assert (older["possible_duplicate"], [each["id"] for each in older["maybe_same"]]) == (None, [str(second.pk)])
    listed = desk("/api/defects?maybe_same=true").json()["results"]
    assert [each["id"] for each in listed] == [str(second.pk)]


@pytest.mark.parametrize(
    ("metres", "category", "why_not"),
    [
        (31, "FN-DAM", "too far away"),
        (5, "LI-OUT", "of another group"),
    ],
)
def test_what_lies_further_away_or_is_of_another_group_is_not_asked_about(
    metres: float, category: str, why_not: str
) -> None:
    defect_at(towns.ROAD)
    assert defect_at(towns.east_of(towns.ROAD, metres), category).possible_duplicate_of is None, why_not


def test_of_several_the_nearest_is_named() -> None:
    far, near = defect_at(towns.ROAD), defect_at(towns.east_of(towns.ROAD, 40))
    assert defect_at(towns.east_of(towns.ROAD, 28)).possible_duplicate_of == near
    assert far.possible_duplicate_of is None


def test_what_is_fixed_or_joined_is_no_duplicate() -> None:
    fixed(defect_at(towns.ROAD))
    second = defect_at(towns.ROAD)
    assert second.possible_duplicate_of is None
    third = defect_at(towns.ROAD)
    actions.merge_defects(person=cast.person("dispatcher"), defect_id=third.pk, into_id=second.pk)
    assert defect_at(towns.ROAD).possible_duplicate_of == second


def test_different_asks_nobody_again() -> None:
    first, second = defect_at(towns.ROAD), defect_at(towns.ROAD)
    answer = desk(f"/api/defects/{first.pk}/different", {"other": str(second.pk), "note": "Two sides of the road"})

    assert answer.status_code == 200, answer.content
    second.refresh_from_db()
    assert second.possible_duplicate_of is None
    told = Entry.objects.get(kind="defect.told_apart")
    assert (told.subject_id, told.data) == (str(second.pk), {"from": str(first.pk)})
    assert DefectNote.objects.get().text == "Two sides of the road"
    assert desk(f"/api/defects/{first.pk}").json()["maybe_same"] == []
    again = desk(f"/api/defects/{second.pk}/different", {"other": str(first.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "transition_not_allowed")
    alone = desk(f"/api/defects/{second.pk}/different", {"other": str(second.pk)})
    assert alone.json()["code"] == "transition_not_allowed"


def test_only_the_councils_desks_tell_reports_apart() -> None:
    first, second = defect_at(towns.ROAD), defect_at(towns.ROAD)
    ems = cast.client_of(cast.person("manager", of=cast.EMS))
    path = f"/api/defects/{second.pk}/different"
    answer = ems.post(path, {"other": str(first.pk)}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    # EMS has both, and is still not asked.
    assert ems.get(f"/api/defects/{second.pk}").json()["maybe_same"] == []


def test_same_joins_them_and_keeps_both_histories_and_reporters() -> None:
    first = defect_at(towns.ROAD, note="From the north")
    second, third = defect_at(towns.ROAD, note="From the south"), defect_at(towns.ROAD)
    Defect.objects.filter(pk=second.pk).update(raised_by=cast.person("officer"))
    NewsItem.objects.all().delete()
    answer = desk(f"/api/defects/{second.pk}/merge", {"into": str(first.pk)})
    work()

    assert answer.status_code == 200, answer.content
    for defect in (first, second, third):
        defect.refresh_from_db()
    assert (second.duplicate_of, second.possible_duplicate_of) == (first, None)
    # What was taken for the one that went may be the one that stays.
    assert third.possible_duplicate_of in {first}
    assert {first.note, second.note} == {"From the north", "From the south"}
    assert NewsItem.objects.of(cast.person("officer")).count() == 1
    for defect, words in ((first, "Seen again"), (second, "Joined to another report of the same thing")):
        story = [line["words"] for line in desk(f"/api/defects/{defect.pk}").json()["story"]]
        assert story[0] == "Seen and recorded"
        assert words in story


def test_what_was_fixed_here_not_long_before_has_come_back() -> None:
    first = fixed(defect_at(towns.ROAD), days_ago=20)
    again = fixed(defect_at(towns.east_of(towns.ROAD, 10)), days_ago=4)
    third = defect_at(towns.ROAD)

    assert (again.recurrence_of, again.recurrence_count) == (first, 1)
    assert (third.recurrence_of, third.recurrence_count) == (again, 2)
    row = desk(f"/api/defects/{third.pk}").json()
    assert row["recurrence"]["of"] == numbered(again)
    assert (row["recurrence"]["times"], row["recurrence"]["in_days"]) == (3, 21)
    assert desk(f"/api/jobs/{Job.objects.get(defect=third).pk}").json()["recurrence"] == row["recurrence"]
    listed = desk("/api/defects?came_back=true").json()["results"]
    assert [each["id"] for each in listed] == [str(third.pk), str(again.pk)]
    entry = Entry.objects.get(kind="defect.recurred", subject_id=str(third.pk))
    assert entry.data == {"of": str(again.pk), "before": 2, "days": 5}
    assert "It was fixed here before: it has come back" in [line["words"] for line in row["story"]]


@pytest.mark.parametrize(
    ("metres", "days_ago", "category"),
    [(16, 3, "FN-DAM"), (5, 29, "FN-DAM"), (5, 3, "LI-OUT")],
    ids=["too far away", "too long ago", "another kind"],
)
def test_what_is_something_else_has_not_come_back(metres: float, days_ago: float, category: str) -> None:
    fixed(defect_at(towns.ROAD), days_ago=days_ago)
    assert defect_at(towns.east_of(towns.ROAD, metres), category).recurrence_of is None


def test_what_was_seen_before_it_was_fixed_has_not_come_back() -> None:
    """A phone without signal brings it in when the crew has been there already."""
    fixed(defect_at(towns.ROAD))
    late = defect_at(towns.ROAD, observed_at=(timezone.now() - dt.timedelta(hours=2)).isoformat())
    assert (late.recurrence_of, late.recurrence_count) == (None, 0)


def test_not_fixed_after_four_weeks_is_a_new_decision_with_a_clock_of_its_own() -> None:
    job = job_at(towns.ROAD)
    defect = fixed(job.defect, days_ago=40)
    dina = cast.person("dispatcher")
    before = timezone.now()
    actions.dispute_defect(person=cast.person("warden"), defect_id=defect.pk, at=timezone.now(), note="Down again")
    work()

    job.refresh_from_db()
    defect.refresh_from_db()
    assert (job.status, defect.status) == ("done", "open")
    assert "40 days later. After 28 days the old job stays closed" in defect.triage_reason
    assert defect.triage_due_at is not None
    assert Entry.objects.get(kind="defect.triaged").data["reason"] == "reopened_late"
    assert [item.kind for item in NewsItem.objects.of(dina)] == ["defect_triaged"]
    actions.route_by_hand(
        person=dina, defect_id=defect.pk, organisation_id=job.organisation_id, service_level_code="wd-5"
    )
    new = Job.objects.unfinished().get()
    assert new.clock_started_at >= before
    assert new.due_at > timezone.now()
    # Fixed and again not fixed at once: that is the new job's.
    actions.close_job(person=cast.person("crew"), job_id=new.pk, at=timezone.now(), photos=[photo()])
    actions.dispute_defect(person=cast.person("warden"), defect_id=defect.pk, at=timezone.now())
    assert dict(Job.objects.values_list("number", "status")) == {job.number: "done", new.number: "open"}


def test_not_fixed_within_four_weeks_opens_the_job_again_and_its_clock_goes_on() -> None:
    job = job_at(towns.ROAD)
    defect = fixed(job.defect, days_ago=27)
    actions.dispute_defect(person=cast.person("warden"), defect_id=defect.pk, at=timezone.now())

    due_at = job.due_at
    job.refresh_from_db()
    assert (job.status, job.reopened_count, job.due_at) == ("open", 1, due_at)
    assert Defect.objects.get().disputed_late_at is None


@pytest.mark.parametrize(("days", "status"), [(3, "done"), (60, "open")])
def test_how_long_a_job_can_be_opened_again_is_a_setting(settings: Any, days: int, status: str) -> None:
    settings.REOPEN_DAYS = days
    job = job_at(towns.ROAD)
    fixed(job.defect, days_ago=10)
    actions.dispute_defect(person=cast.person("warden"), defect_id=job.defect_id, at=timezone.now())
    job.refresh_from_db()
    assert job.status == status
