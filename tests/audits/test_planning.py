"""From what a walk found to a plan that the partnership agreed to: who writes it, who approves it, what holds it up."""

from __future__ import annotations

import pytest
from django.utils import timezone

from audits.models import Audit
from audits.plan_models import Action, Plan, PlanState, Recommendation
from ledger.models import Entry
from tests import cast, towns
from tests.audits.plans import an_audit, answered, approved, call, defect_of, problem, propose, said, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit() -> Audit:
    return an_audit(towns.testford().castle)


def plan_of(audit: Audit) -> Plan:
    return Plan.objects.get(pk=audit.pk)


def kinds(subject: object) -> list[str]:
    return list(Entry.objects.filter(subject_id=str(subject)).order_by("sequence").values_list("kind", flat=True))


# ── Recommendations ──────────────────────────────────────────────────────────


def test_an_officer_recommends_and_a_warden_cannot(audit: Audit) -> None:
    advice = {"attribute": "surveillance", "text": "Cut the laurel to one metre, so that the path is seen from homes."}
    path = f"/api/audits/{audit.pk}/recommendations"
    refused = call(cast.person("warden"), "post", path, advice)
    assert problem(refused) == (403, "not_allowed")
    assert not Recommendation.objects.exists()

    assert call(cast.person("officer"), "post", path, advice).status_code == 201
    read = call(cast.person("warden"), "get", path).json()
    assert [row["attribute_words"] for row in read["results"]] == ["Surveillance"]
    assert read["results"][0]["by"] == "Olu Officer"
    assert not read["may_recommend"]
    assert "recommendation.made" in kinds(audit.pk)


def test_managers_do_not_recommend_either(audit: Audit) -> None:
    advice = {"attribute": "activity", "text": "More street games"}
    assert problem(call(cast.person("manager"), "post", f"/api/audits/{audit.pk}/recommendations", advice)) == (
        403,
        "not_allowed",
    )


# ── Writing it ───────────────────────────────────────────────────────────────


def test_what_the_walk_found_is_proposed_and_one_tap_adds_it(audit: Audit) -> None:
    olu = cast.person("officer")
    fence = defect_of(audit)
    gate, seen = answered(audit, "B3", "fail", note="The lock is gone"), answered(audit, "B1", "yes")
    concern = said(audit, "The path is dark in winter")
    rows = call(olu, "get", f"/api/audits/{audit.pk}/plan/proposals").json()["results"]
    assert [(row["source"], row["source_id"]) for row in rows] == [
        ("defect", str(fence.pk)),
        ("answer", str(gate.pk)),
        ("concern", str(concern.pk)),
    ]
    assert str(seen.pk) not in {row["source_id"] for row in rows}
    assert rows[0]["owner"]["short_name"] == rows[0]["job"]["organisation"]["name"] == "EMS"
    assert rows[1]["words"] == "Alley gates closed and locked: fail"
    assert (rows[1]["detail"], rows[1]["attribute"]) == ("The lock is gone", "access_and_movement")

    for row in rows:
        added = call(
            olu,
            "post",
            f"/api/audits/{audit.pk}/actions",
            {name: row[name] for name in ("source", "source_id", "title", "detail", "attribute")},
        )
        assert added.status_code == 201, added.content
    assert call(olu, "get", f"/api/audits/{audit.pk}/plan/proposals").json()["results"] == []
    plan = call(olu, "get", f"/api/audits/{audit.pk}/plan").json()
    assert [row["source_words"] for row in plan["actions"]] == [
        f"{fence.reference}: damaged or leaning fence or wall, Mere Road",
        "Alley gates closed and locked: fail",
        "The path is dark in winter",
    ]
    assert [row["state"] for row in plan["actions"]] == ["proposed"] * 3


def test_a_second_action_about_the_same_defect_is_refused_by_its_number(audit: Audit) -> None:
    olu, fence = cast.person("officer"), defect_of(audit)
    first = propose(olu, audit, source="defect", source_id=str(fence.pk))
    again = call(
        olu,
        "post",
        f"/api/audits/{audit.pk}/actions",
        {"title": "The fence", "source": "defect", "source_id": str(fence.pk)},
    )
    assert problem(again) == (409, "already_planned")
    assert first.reference in again.json()["detail"]


def test_an_action_that_is_sent_twice_is_one(audit: Audit) -> None:
    olu, key = cast.person("officer"), cast.new_id()
    assert propose(olu, audit, id=key).pk == propose(olu, audit, id=key).pk
    assert plan_of(audit).actions.count() == 1


def test_a_failed_answer_that_became_a_defect_is_proposed_as_that_alone(audit: Audit) -> None:
    gate = answered(audit, "B3", "fail")
    fence = defect_of(audit)
    fence.answer_id = gate.pk
    fence.save(update_fields=["answer_id"])
    rows = call(cast.person("officer"), "get", f"/api/audits/{audit.pk}/plan/proposals").json()["results"]
    assert [row["source"] for row in rows] == ["defect"]


def test_nothing_restricted_reaches_an_action(audit: Audit) -> None:
    answered(audit, "F1", "fail", note="Needles behind number nine", restricted=True)
    said(audit, "My neighbour sells them", restricted=True)
    rows = call(cast.person("officer"), "get", f"/api/audits/{audit.pk}/plan/proposals").json()["results"]
    assert [(row["title"], row["detail"]) for row in rows] == [
        ("No signs of drug use", ""),
        ("A concern that was raised on the walk", ""),
    ]
    for row in rows:
        propose(cast.person("officer"), audit, source=row["source"], source_id=row["source_id"], title=row["title"])
    plan = call(cast.person("warden"), "get", f"/api/audits/{audit.pk}/plan").content.decode()
    assert "neighbour" not in plan
    assert "number nine" not in plan
    # A dispatcher may not read what is restricted, so it is not proposed to them at all.
    other = an_audit()
    said(other, "My neighbour sells them", restricted=True)
    assert call(cast.person("dispatcher"), "get", f"/api/audits/{other.pk}/plan/proposals").json()["results"] == []


def test_a_warden_writes_no_plan_and_neither_does_a_contractors_manager(audit: Audit) -> None:
    for somebody in (cast.person("warden"), cast.person("manager", of=cast.EMS), cast.person("councillor")):
        refused = call(somebody, "post", f"/api/audits/{audit.pk}/actions", {"title": "More bins"})
        assert problem(refused) == (403, "not_allowed")
    assert not Action.objects.exists()


def test_a_person_of_another_organisation_cannot_be_the_owner(audit: Audit) -> None:
    carl = cast.person("crew")
    refused = call(
        cast.person("officer"),
        "post",
        f"/api/audits/{audit.pk}/actions",
        {
            "title": "Lights",
            "owner_organisation_id": str(cast.organisation(cast.HOUSING).pk),
            "owner_person_id": str(carl.pk),
        },
    )
    assert problem(refused) == (422, "not_of_organisation")


def test_two_people_who_edit_the_same_action_do_not_overwrite_each_other(audit: Audit) -> None:
    olu = cast.person("officer")
    action = propose(olu, audit)
    path = f"/api/actions/{action.pk}"
    assert call(olu, "patch", path, {"version": 1, "funding": "Estates fund"}).status_code == 200
    late = call(cast.person("dispatcher"), "patch", path, {"version": 1, "funding": "Grant"})
    assert problem(late) == (409, "changed_meanwhile")
    assert Action.objects.get(pk=action.pk).funding == "Estates fund"


# ── Submitting and approving it ──────────────────────────────────────────────


def test_a_plan_without_owners_and_days_is_not_submitted_and_each_is_named(audit: Audit) -> None:
    olu = cast.person("officer")
    path = f"/api/audits/{audit.pk}/plan/submit"
    call(olu, "post", f"/api/audits/{audit.pk}/plan", {})
    assert problem(call(olu, "post", path, {})) == (422, "plan_empty")
    loose = propose(olu, audit, owner_organisation_id=None, due_on=None)
    whole = propose(olu, audit)
    refused = call(olu, "post", path, {})
    assert problem(refused) == (422, "action_incomplete")
    assert [error["field"] for error in refused.json()["errors"]] == [f"actions.{loose.pk}"]
    assert "an owner and a due day" in refused.json()["detail"]
    assert whole.reference not in refused.json()["detail"]
    assert plan_of(audit).state == PlanState.DRAFT


def test_what_stands_for_a_defect_needs_neither_owner_nor_day_because_its_job_has_both(audit: Audit) -> None:
    fence = defect_of(audit)
    propose(
        cast.person("officer"),
        audit,
        source="defect",
        source_id=str(fence.pk),
        owner_organisation_id=None,
        due_on=None,
    )
    approved(audit)
    [row] = call(cast.person("officer"), "get", f"/api/audits/{audit.pk}/plan").json()["actions"]
    assert row["owner"]["short_name"] == "EMS"
    assert row["due_by"] == row["job"]["due_at"][:10]
    assert row["job"]["number"] == fence.jobs.get().reference


def test_a_fence_without_a_maintenance_plan_is_not_approved_without_a_reason(audit: Audit) -> None:
    olu, mo = cast.person("officer"), cast.person("manager")
    fence = propose(olu, audit, title="Build a fence along the garages", builds=True, cost_band="5000_to_25000")
    propose(olu, audit)
    submitted(audit)
    path = f"/api/audits/{audit.pk}/plan/approve"
    refused = call(mo, "post", path, {})
    assert problem(refused) == (422, "maintenance_not_planned")
    assert [error["field"] for error in refused.json()["errors"]] == [f"actions.{fence.pk}"]
    assert plan_of(audit).state == PlanState.SUBMITTED

    # Half of it is not enough: somebody, for no time.
    call(mo, "patch", f"/api/actions/{fence.pk}", {"maintenance_owner": "Testford Homes"})
    assert problem(call(mo, "post", path, {})) == (422, "maintenance_not_planned")
    call(mo, "patch", f"/api/actions/{fence.pk}", {"maintenance_owner": "", "no_maintenance_reason": "Down in a year"})
    assert call(mo, "post", path, {}).status_code == 200
    assert plan_of(audit).state == PlanState.APPROVED
    assert set(Action.objects.values_list("state", flat=True)) == {"agreed"}
    assert kinds(audit.pk)[-2:] == ["plan.submitted", "plan.approved"]


def test_a_fence_that_somebody_keeps_up_for_ten_years_is_approved(audit: Audit) -> None:
    propose(cast.person("officer"), audit, builds=True, maintenance_owner="Testford Homes", maintenance_years=10)
    assert approved(audit).approved_at is not None


def test_only_the_councils_managers_approve(audit: Audit) -> None:
    propose(cast.person("officer"), audit)
    submitted(audit)
    for role in ("officer", "dispatcher", "warden"):
        refused = call(cast.person(role), "post", f"/api/audits/{audit.pk}/plan/approve", {})
        assert problem(refused) == (403, "not_allowed")
    refused = call(cast.person("manager", of=cast.EMS), "post", f"/api/audits/{audit.pk}/plan/approve", {})
    assert problem(refused) == (403, "not_allowed")
    assert plan_of(audit).state == PlanState.SUBMITTED


def test_who_approves_approves_what_they_read(audit: Audit) -> None:
    mo = cast.person("manager")
    action = propose(cast.person("officer"), audit)
    submitted(audit)
    read = call(mo, "get", f"/api/audits/{audit.pk}/plan").json()["version"]
    call(cast.person("administrator"), "patch", f"/api/actions/{action.pk}", {"cost_band": "over_25000"})
    late = call(mo, "post", f"/api/audits/{audit.pk}/plan/approve", {"version": read})
    assert problem(late) == (409, "changed_meanwhile")


def test_a_plan_is_returned_with_words_changed_and_submitted_again(audit: Audit) -> None:
    olu, mo = cast.person("officer"), cast.person("manager")
    action = propose(olu, audit)
    submitted(audit)
    waits = call(olu, "patch", f"/api/actions/{action.pk}", {"funding": "Grant"})
    assert problem(waits) == (409, "transition_not_allowed")
    path = f"/api/audits/{audit.pk}/plan/return"
    assert problem(call(mo, "post", path, {"note": " "})) == (400, "invalid_input")
    assert call(mo, "post", path, {"note": "Say who pays."}).status_code == 200
    read = call(olu, "get", f"/api/audits/{audit.pk}/plan").json()
    assert (read["state"], read["note"], read["decided_by"]) == ("returned", "Say who pays.", "Mo Manager")
    assert call(olu, "patch", f"/api/actions/{action.pk}", {"funding": "Grant"}).status_code == 200
    assert approved(audit).state == PlanState.APPROVED


def test_what_is_added_to_an_approved_plan_waits_for_approval_and_the_rest_stays_agreed(audit: Audit) -> None:
    olu = cast.person("officer")
    first = propose(olu, audit)
    approved(audit)
    late = propose(olu, audit, title="A second bin")
    assert plan_of(audit).state == PlanState.DRAFT
    states = dict(Action.objects.values_list("pk", "state"))
    assert (states[first.pk], states[late.pk]) == ("agreed", "proposed")
    # What was agreed is changed by those who agreed to it.
    assert problem(call(olu, "patch", f"/api/actions/{first.pk}", {"funding": "Grant"})) == (403, "not_allowed")
    assert call(cast.person("manager"), "patch", f"/api/actions/{first.pk}", {"funding": "Grant"}).status_code == 200
    approved(audit)
    assert set(Action.objects.values_list("state", flat=True)) == {"agreed"}


def test_a_plan_is_not_approved_before_it_is_submitted(audit: Audit) -> None:
    propose(cast.person("officer"), audit)
    refused = call(cast.person("manager"), "post", f"/api/audits/{audit.pk}/plan/approve", {})
    assert problem(refused) == (409, "transition_not_allowed")
    assert plan_of(audit).decided_at is None


def test_a_patrol_has_no_plan() -> None:
    walk = Audit.objects.create(id=cast.new_id(), led_by=cast.person("warden"), started_at=timezone.now())
    refused = call(cast.person("officer"), "post", f"/api/audits/{walk.pk}/actions", {"title": "More bins"})
    assert problem(refused) == (404, "unknown_audit")
