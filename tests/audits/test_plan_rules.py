"""The life of a plan and of its actions, as tables that a person can review."""

from __future__ import annotations

import datetime as dt

import pytest

from audits import plan_rules as rules
from audits.plan_rules import ActionState, PlanState, Terms

TODAY = dt.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("state", "defect", "shown"),
    [
        ("agreed", None, "agreed"),
        ("agreed", "routed", "agreed"),
        ("agreed", "resolved", "done"),
        ("proposed", "verified", "done"),
        ("not_done", "resolved", "done"),
        ("dropped", "resolved", "dropped"),
        ("removed_on_purpose", "verified", "removed_on_purpose"),
        ("done", "routed", "done"),
        ("agreed", "rejected", "agreed"),
    ],
)
def test_an_action_is_shown_with_its_defect(state: str, defect: str | None, shown: str) -> None:
    assert rules.shown_state(state, defect) == shown


@pytest.mark.parametrize(
    ("state", "due_on", "overdue"),
    [
        ("agreed", TODAY, False),
        ("agreed", TODAY - dt.timedelta(days=1), True),
        ("started", TODAY - dt.timedelta(days=1), True),
        ("not_done", TODAY - dt.timedelta(days=1), True),
        ("proposed", TODAY - dt.timedelta(days=1), False),
        ("done", TODAY - dt.timedelta(days=1), False),
        ("dropped", TODAY - dt.timedelta(days=1), False),
        ("agreed", None, False),
    ],
)
def test_overdue_is_what_was_agreed_and_is_past_its_day(state: str, due_on: dt.date | None, overdue: bool) -> None:
    assert rules.is_overdue(state, due_on, TODAY) is overdue


@pytest.mark.parametrize(
    ("builds", "owner", "years", "reason", "is_missing"),
    [
        (False, "", None, "", False),
        (True, "", None, "", True),
        (True, "Housing", None, "", True),
        (True, "", 10, "", True),
        (True, "Housing", 10, "", False),
        (True, "  ", 10, "  ", True),
        (True, "", None, "Taken down in a year", False),
    ],
)
def test_what_is_built_is_kept_up_or_somebody_says_why_not(
    builds: bool, owner: str, years: int | None, reason: str, is_missing: bool
) -> None:
    terms = Terms("P-0001", True, True, builds, owner, years, reason)
    assert rules.maintenance_missing(terms) is is_missing


def test_an_action_says_what_it_lacks() -> None:
    assert rules.missing(Terms("P-0001", has_owner=True, has_due=True)) is None
    assert rules.missing(Terms("P-0001", has_owner=False, has_due=True)) == "P-0001 needs an owner."
    assert rules.missing(Terms("P-0001", has_owner=False, has_due=False)) == "P-0001 needs an owner and a due day."


def test_every_state_has_its_way_on_and_only_approval_agrees() -> None:
    assert set(rules.PLAN_TRANSITIONS) == set(PlanState)
    assert set(rules.ACTION_TRANSITIONS) == set(ActionState)
    assert all(ActionState.AGREED not in after for after in rules.ACTION_TRANSITIONS.values())
    assert not rules.plan_may_become("draft", "approved")
    assert rules.may_become("dropped", "proposed")
    assert set(rules.AFTER_REVISIT.values()) <= set(ActionState)


@pytest.mark.parametrize(
    ("title", "attribute"),
    [
        ("Access and movement", "access_and_movement"),
        ("Surveillance and lighting", "surveillance"),
        ("Physical protection", "physical_protection"),
        ("Management and maintenance", "management_and_maintenance"),
        ("Context", ""),
    ],
)
def test_a_section_suggests_its_attribute(title: str, attribute: str) -> None:
    assert rules.attribute_of(title) == attribute
