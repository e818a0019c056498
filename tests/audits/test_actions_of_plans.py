"""How the actions of a plan go: done by their owners, by jobs and at re-visits; late; read by those they concern."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import planning, reminding, tasks
from audits.models import Audit
from audits.plan_models import Action, ActionState
from jobs import actions as jobs
from jobs.looking_again import dispute_defect
from jobs.merging import merge_defects
from ledger.models import Entry
from news.models import NewsItem
from tests import cast, towns
from tests.audits.plans import an_audit, approved, call, defect_of, problem, propose, submitted
from tests.jobs.stories import photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit() -> Audit:
    return an_audit(towns.testford().castle)


def agreed(audit: Audit, **terms: Any) -> Action:
    action = propose(cast.person("officer"), audit, **terms)
    approved(audit)
    work()
    return action


def row_of(action: Action, reader: str = "officer") -> dict[str, Any]:
    row: dict[str, Any] = call(cast.person(reader), "get", f"/api/actions/{action.pk}").json()
    return row


def told(role: str, kind: str) -> list[str]:
    return list(NewsItem.objects.of(cast.person(role)).filter(kind=kind).values_list("words", flat=True))


def of(organisation: dict[str, Any]) -> str:
    return str(cast.organisation(organisation).pk)


# ── Jobs ─────────────────────────────────────────────────────────────────────


def test_the_crew_closes_the_job_and_the_plan_shows_it_done_by_itself(audit: Audit) -> None:
    fence = defect_of(audit)
    action = agreed(audit, source="defect", source_id=str(fence.pk), owner_organisation_id=None, due_on=None)
    job = fence.jobs.get()
    shown = row_of(action)
    assert (shown["state"], shown["job"]["status"], shown["job"]["breach"]) == ("agreed", "open", "on_time")
    # Nobody says by hand what the job says.
    refused = call(cast.person("officer"), "post", f"/api/actions/{action.pk}/progress", {"state": "done"})
    assert problem(refused) == (409, "transition_not_allowed")

    jobs.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    shown = row_of(action)
    assert (shown["state"], shown["job"]["status"]) == ("done", "done")
    assert shown["done_on"] == timezone.localdate().isoformat()
    assert shown["may"]["progress"] == ["not_done", "removed_on_purpose"]
    assert any(step["words"].startswith("Job closed") for step in shown["story"])
    listed = call(cast.person("officer"), "get", "/api/actions", {"state": "done"}).json()
    assert [row["number"] for row in listed["results"]] == [action.reference]
    assert call(cast.person("officer"), "get", "/api/actions", {"state": "open"}).json()["results"] == []


def test_a_fence_that_is_not_fixed_after_all_is_open_in_the_plan_again(audit: Audit) -> None:
    fence = defect_of(audit)
    action = agreed(audit, source="defect", source_id=str(fence.pk), owner_organisation_id=None, due_on=None)
    jobs.close_job(person=cast.person("crew"), job_id=fence.jobs.get().pk, at=timezone.now(), photos=[photo()])
    dispute_defect(
        person=cast.person("warden"), defect_id=fence.pk, at=timezone.now(), note="Still leaning", photos=[photo()]
    )
    work()
    assert row_of(action)["state"] == "agreed"


def test_the_owner_follows_the_job_unless_somebody_named_one(audit: Audit) -> None:
    fence = defect_of(audit, towns.HOUSING_LAND)
    action = agreed(audit, source="defect", source_id=str(fence.pk), owner_organisation_id=None, due_on=None)
    shown = row_of(action)
    assert shown["owner"]["short_name"] == fence.jobs.get().organisation.short_name == "Housing"
    assert not shown["owner_named"]
    manager = cast.person("manager", of=cast.HOUSING)
    assert [row["number"] for row in call(manager, "get", "/api/actions").json()["results"]] == [action.reference]


def test_what_was_joined_to_another_report_is_done_with_that(audit: Audit) -> None:
    fence, other = defect_of(audit), defect_of(audit, towns.east_of(towns.ROAD, 12))
    action = agreed(audit, source="defect", source_id=str(fence.pk), owner_organisation_id=None, due_on=None)
    merge_defects(person=cast.person("dispatcher"), defect_id=fence.pk, into_id=other.pk)
    work()
    shown = row_of(action)
    assert (shown["defect"]["number"], shown["state"]) == (other.reference, "agreed")
    assert (shown["owner"]["short_name"], shown["due_by"] is not None) == ("EMS", True)
    jobs.close_job(person=cast.person("crew"), job_id=other.jobs.get().pk, at=timezone.now(), photos=[photo()])
    assert row_of(action)["state"] == "done"
    assert call(cast.person("officer"), "get", "/api/actions").json()["results"] == []


# ── Progress ─────────────────────────────────────────────────────────────────


def test_the_owners_people_say_how_it_goes_and_the_story_tells_it(audit: Audit) -> None:
    carl = cast.person("crew")
    action = agreed(audit, owner_organisation_id=of(cast.EMS))
    path = f"/api/actions/{action.pk}/progress"
    assert call(carl, "post", path, {"state": "started", "note": "Bins ordered"}).status_code == 200
    assert problem(call(carl, "post", path, {"state": "not_done"})) == (400, "invalid_input")
    assert call(carl, "post", path, {"state": "done"}).status_code == 200
    shown = row_of(action)
    assert (shown["state"], shown["done_on"]) == ("done", timezone.localdate().isoformat())
    assert [step["words"] for step in shown["story"]] == [
        "Proposed, by Olu Officer",
        "Plan submitted for approval, by Olu Officer",
        "Plan approved by the partnership, by Mo Manager",
        "Started, by Carl Crew",
        "Done, by Carl Crew",
    ]
    assert [(note["text"], note["state"]) for note in shown["thread"]] == [("Bins ordered", "started")]
    entry = Entry.objects.filter(kind="action.progressed").latest("sequence")
    assert entry.data == {"state": "done", "before": "started", "revisit": False}


def test_what_is_only_proposed_cannot_be_started(audit: Audit) -> None:
    action = propose(cast.person("officer"), audit)
    refused = call(cast.person("officer"), "post", f"/api/actions/{action.pk}/progress", {"state": "started"})
    assert problem(refused) == (409, "transition_not_allowed")
    assert "approved first" in refused.json()["detail"]
    assert (
        call(cast.person("officer"), "post", f"/api/actions/{action.pk}/progress", {"state": "dropped"}).status_code
        == 200
    )


def test_a_stranger_says_nothing_of_it(audit: Audit) -> None:
    action = agreed(audit, owner_organisation_id=of(cast.HOUSING))
    path = f"/api/actions/{action.pk}/progress"
    assert problem(call(cast.person("crew"), "post", path, {"state": "done"})) == (404, "unknown_action")
    assert problem(call(cast.person("councillor"), "post", path, {"state": "done"})) == (403, "not_allowed")
    assert Action.objects.get(pk=action.pk).state == ActionState.AGREED


def test_what_was_agreed_is_dropped_by_those_who_agreed_to_it(audit: Audit) -> None:
    action = agreed(audit, owner_organisation_id=of(cast.EMS))
    path = f"/api/actions/{action.pk}/progress"
    for somebody in (cast.person("crew"), cast.person("officer")):
        refused = call(somebody, "post", path, {"state": "dropped", "note": "Too dear"})
        assert problem(refused) == (403, "not_allowed")
    assert call(cast.person("manager"), "post", path, {"state": "dropped", "note": "Too dear"}).status_code == 200
    assert row_of(action, "manager")["may"]["progress"] == ["proposed", "started"]
    # Proposed again it waits for approval, as what is new does.
    assert call(cast.person("officer"), "post", path, {"state": "proposed"}).status_code == 200
    plan = call(cast.person("officer"), "get", f"/api/audits/{audit.pk}/plan").json()
    assert (plan["state"], plan["may"]["submit"]) == ("draft", True)


def test_a_re_visit_has_the_last_word(audit: Audit) -> None:
    action = agreed(audit)
    call(cast.person("officer"), "post", f"/api/actions/{action.pk}/progress", {"state": "done"})
    wendy, now = cast.person("warden"), timezone.now()
    planning.follow_revisit(person=wendy, action_id=action.pk, outcome="worse", note="Nothing was built", at=now)
    shown = row_of(action)
    assert (shown["state"], shown["done_on"]) == ("not_done", None)
    assert shown["story"][-1]["words"] == "Not done, seen at a re-visit, by Wendy Warden"


def test_a_comment_reaches_whoever_has_it_and_who_wrote_before(audit: Audit) -> None:
    erik, carl = cast.person("manager", of=cast.EMS), cast.person("crew")
    action = agreed(audit, owner_organisation_id=of(cast.EMS))
    path = f"/api/actions/{action.pk}/comments"
    assert call(carl, "post", path, {"text": "The lid is on order"}).status_code == 201
    work()
    words = f"Carl Crew wrote about {action.reference}, {action.title}."
    assert list(NewsItem.objects.of(erik).filter(kind="action_commented").values_list("words", flat=True)) == [words]
    assert told("officer", "action_commented") == [words]
    assert told("crew", "action_commented") == []
    assert call(cast.person("officer"), "post", path, {"text": "Thank you"}).status_code == 201
    work()
    assert told("crew", "action_commented") == [f"Olu Officer wrote about {action.reference}, {action.title}."]
    assert [note["text"] for note in row_of(action)["thread"]] == ["The lid is on order", "Thank you"]
    assert row_of(action)["comments"] == 2


# ── Reminders ────────────────────────────────────────────────────────────────


def test_somebody_is_reminded_a_week_before_and_when_it_is_overdue_once_each(audit: Audit) -> None:
    today = timezone.localdate()
    due = today + dt.timedelta(days=20)
    action = agreed(audit, owner_organisation_id=of(cast.COUNCIL), due_on=due.isoformat())
    mo = cast.person("manager")

    def days_before(days: int) -> int:
        said = reminding.remind_of_actions(today=due - dt.timedelta(days=days))
        work()
        return said

    assert days_before(8) == 0
    assert (days_before(7), days_before(7), days_before(3), days_before(0)) == (1, 0, 0, 0)
    assert told("manager", "action_due_soon") == [f"Due by {due.day} {due:%B}: {action.reference}, {action.title}."]
    assert (days_before(-1), days_before(-2)) == (1, 0)
    assert told("officer", "action_overdue") == told("manager", "action_overdue")
    assert NewsItem.objects.of(mo).filter(kind="action_overdue").get().path == f"/plans/actions/{action.pk}"

    # Another day is another promise: it is reminded of anew.
    later = due + dt.timedelta(days=30)
    call(mo, "patch", f"/api/actions/{action.pk}", {"due_on": later.isoformat()})
    assert reminding.remind_of_actions(today=later - dt.timedelta(days=2)) == 1


def test_after_an_outage_what_is_overdue_is_said_once_and_not_that_it_is_due_soon(audit: Audit) -> None:
    due = timezone.localdate() + dt.timedelta(days=20)
    agreed(audit, due_on=due.isoformat())
    assert reminding.remind_of_actions(today=due + dt.timedelta(days=40)) == 1
    assert reminding.remind_of_actions(today=due + dt.timedelta(days=41)) == 0
    work()
    assert told("manager", "action_due_soon") == []
    assert len(told("manager", "action_overdue")) == 1


def test_what_was_done_while_the_workers_were_down_is_no_news(audit: Audit) -> None:
    due = timezone.localdate() + dt.timedelta(days=5)
    action = agreed(audit, due_on=due.isoformat())
    assert tasks.remind_of_actions() == 1
    call(cast.person("officer"), "post", f"/api/actions/{action.pk}/progress", {"state": "done"})
    work()
    assert told("manager", "action_due_soon") == []


def test_nobody_is_reminded_of_what_is_not_agreed_or_is_done(audit: Audit) -> None:
    late = (timezone.localdate() - dt.timedelta(days=3)).isoformat()
    propose(cast.person("officer"), audit, due_on=late)
    assert reminding.remind_of_actions(today=timezone.localdate()) == 0
    other = an_audit()
    done = agreed(other, due_on=late)
    call(cast.person("officer"), "post", f"/api/actions/{done.pk}/progress", {"state": "done"})
    assert reminding.remind_of_actions(today=timezone.localdate()) == 0


# ── Who is told ──────────────────────────────────────────────────────────────


def test_approvers_hear_of_a_plan_and_owners_of_what_became_theirs(audit: Audit) -> None:
    erik = cast.person("manager", of=cast.EMS)
    cast.person("manager")
    propose(cast.person("officer"), audit, owner_organisation_id=of(cast.EMS))
    submitted(audit)
    work()
    name = f"{audit_number(audit)}, Fairmead in autumn"
    assert told("manager", "plan_submitted") == [f"An action plan waits for your approval: {name}, with 1 action."]
    call(cast.person("manager"), "post", f"/api/audits/{audit.pk}/plan/approve", {})
    work()
    assert told("officer", "plan_decided") == [f"The action plan is approved: {name}."]
    words = list(NewsItem.objects.of(erik).filter(kind="plan_decided").values_list("words", flat=True))
    assert words == [f"The action plan is approved: {name}. 1 action is yours."]


def audit_number(audit: Audit) -> str:
    audit.refresh_from_db()
    return audit.reference


# ── Who sees what ────────────────────────────────────────────────────────────


def test_an_organisation_sees_its_own_actions_and_no_others(audit: Audit) -> None:
    olu, erik = cast.person("officer"), cast.person("manager", of=cast.EMS)
    ours = propose(olu, audit, title="Empty the bins twice a week", owner_organisation_id=of(cast.EMS))
    theirs = propose(olu, audit, title="Mend the rear doors", owner_organisation_id=of(cast.HOUSING))
    call(olu, "post", f"/api/audits/{audit.pk}/recommendations", {"attribute": "activity", "text": "Street games"})
    plan = call(erik, "get", f"/api/audits/{audit.pk}/plan").json()
    assert [row["number"] for row in plan["actions"]] == [ours.reference]
    assert (plan["whole"], plan["recommendations"]) == (False, [])
    assert problem(call(erik, "get", f"/api/actions/{theirs.pk}")) == (404, "unknown_action")
    comment = call(erik, "post", f"/api/actions/{theirs.pk}/comments", {"text": "Hello"})
    assert problem(comment) == (404, "unknown_action")
    # Who has nothing in it reads nothing of it.
    hetty = cast.person("crew", of={**cast.HOUSING, "name": "Another landlord", "short_name": "Other"})
    assert problem(call(hetty, "get", f"/api/audits/{audit.pk}/plan")) == (404, "not_found")


def test_a_councillor_reads_what_was_approved_and_nothing_before(audit: Audit) -> None:
    clive, olu = cast.person("councillor"), cast.person("officer")
    action = propose(olu, audit, detail="Call 01604 123456 about the van AB12 CDE")
    assert problem(call(clive, "get", f"/api/audits/{audit.pk}/plan")) == (404, "not_found")
    assert problem(call(clive, "get", f"/api/actions/{action.pk}")) == (404, "unknown_action")
    assert call(clive, "get", "/api/actions", {"state": "all"}).json()["results"] == []
    approved(audit)
    late = propose(olu, audit, title="Added since")
    plan = call(clive, "get", f"/api/audits/{audit.pk}/plan").json()
    assert [row["number"] for row in plan["actions"]] == [action.reference]
    assert plan["actions"][0]["may"] == {"change": False, "comment": False, "progress": []}
    assert problem(call(clive, "get", f"/api/actions/{late.pk}")) == (404, "unknown_action")
    call(olu, "post", f"/api/actions/{action.pk}/comments", {"text": "The shop is not helping"})
    read = call(clive, "get", f"/api/actions/{action.pk}").json()
    assert (read["thread"], read["story"], read["comments"]) == ([], [], 0)
    assert read["detail"] == "Call [left out] about the van [left out]"
    assert row_of(action)["detail"] == "Call 01604 123456 about the van AB12 CDE"
    comment = call(clive, "post", f"/api/actions/{action.pk}/comments", {"text": "Well done"})
    assert problem(comment) == (403, "not_allowed")


def test_the_list_begins_with_what_is_overdue_and_counts_by_owner(audit: Audit) -> None:
    today, olu = timezone.localdate(), cast.person("officer")

    def due_in(days: int, owner: dict[str, Any]) -> Action:
        day = (today + dt.timedelta(days=days)).isoformat()
        return propose(olu, audit, due_on=day, owner_organisation_id=of(owner))

    far, late, soon = due_in(90, cast.EMS), due_in(-4, cast.HOUSING), due_in(9, cast.EMS)
    approved(audit)
    page = call(olu, "get", "/api/actions").json()
    assert [row["number"] for row in page["results"]] == [late.reference, soon.reference, far.reference]
    assert [row["overdue"] for row in page["results"]] == [True, False, False]
    assert page["counts"] == {"overdue": 1, "due": 1, "open": 3, "done": 0}
    assert [(row["short_name"], row["open"], row["overdue"]) for row in page["organisations"]] == [
        ("Housing", 1, 1),
        ("EMS", 2, 0),
    ]
    asked = {"state": "overdue", "organisation": of(cast.HOUSING), "area": str(audit.area_id)}
    assert [row["number"] for row in call(olu, "get", "/api/actions", asked).json()["results"]] == [late.reference]
    two = call(olu, "get", "/api/actions", {"page_size": 2}).json()
    rest = call(olu, "get", "/api/actions", {"page_size": 2, "cursor": two["next"]}).json()
    assert (len(two["results"]), [row["number"] for row in rest["results"]], rest["next"]) == (2, [far.reference], None)
    mine = call(cast.person("manager", of=cast.EMS), "get", "/api/actions", {"mine": "yes"}).json()
    assert {row["number"] for row in mine["results"]} == {soon.reference, far.reference}


def test_a_list_of_actions_takes_the_same_queries_however_long_it_is(
    audit: Audit, django_assert_num_queries: Any
) -> None:
    fence = defect_of(audit)
    propose(cast.person("officer"), audit, source="defect", source_id=str(fence.pk))
    client = cast.client_of(cast.person("officer"))
    client.get("/api/actions?state=all")
    with CaptureQueriesContext(connection) as one:
        client.get("/api/actions?state=all")
    queries = len(one)
    for n in range(6):
        propose(cast.person("officer"), audit, title=f"Action {n}")
    with django_assert_num_queries(queries):
        client.get("/api/actions?state=all")
