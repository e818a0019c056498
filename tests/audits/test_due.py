"""Which areas are to be walked again, how an area did over all its audits, and two beside each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from audits import revisiting
from audits.models import Audit, RevisitDay
from ledger.models import Entry
from places.models import Area, AreaKind
from tests import cast, towns
from tests.audits import walked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask(path: str, role: str = "officer") -> Any:
    answer = cast.client_of(cast.person(role)).get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def due_of(grade: str, *, days_ago: int, area: Area | None = None, **more: Any) -> Audit:
    """An audit that was graded so long ago, due again by the rule."""
    on = revisiting.default_due(grade, today(-days_ago))
    return walked.audit(area, days_ago=days_ago, result=walked.graded(grade, 50), revisit_due_on=on, **more)


def move(audit: Audit, on: dt.date, note: str = "The school is shut until then", role: str = "officer") -> Any:
    body = {"on": on.isoformat(), "note": note}
    client = cast.client_of(cast.person(role))
    return client.post(f"/api/audits/{audit.pk}/revisit-due", body, content_type="application/json")


# The due list


def test_a_red_area_is_due_before_an_amber_and_a_green_one(town: towns.Town) -> None:
    red, amber = due_of("red", days_ago=60), due_of("amber", days_ago=60, area=town.spencer)
    other = Area.objects.create(
        kind=AreaKind.ESTATE, name="Fern", source="t", reference="f", boundary=town.castle.boundary
    )
    green = due_of("green", days_ago=60, area=other)
    rows = ask("/api/audits/due")
    assert [row["id"] for row in rows["overdue"]] == [str(red.pk)]
    assert rows["overdue"][0]["days_late"] == 4
    found = {row["id"]: row["due_on"] for row in [*rows["this_month"], *rows["later"]]}
    assert found[str(amber.pk)] < found[str(green.pk)]
    assert rows["never"] == []


def test_areas_that_were_never_audited_are_listed(town: towns.Town) -> None:
    estate = Area.objects.create(
        kind=AreaKind.ESTATE, name="Fern", parent=town.castle, source="t", reference="f", boundary=town.castle.boundary
    )
    assert {row["name"] for row in ask("/api/audits/due")["never"]} == {"Castle", "Spencer", "Fern"}
    due_of("green", days_ago=3, area=estate)
    # The estate lies in Castle, so Castle was looked at; a walk that was given up is none.
    walked.audit(town.spencer, state="abandoned")
    assert [row["name"] for row in ask("/api/audits/due")["never"]] == ["Spencer"]


def test_a_changed_day_counts_and_tells_who_changed_it_and_why(town: towns.Town) -> None:
    red, amber = due_of("red", days_ago=60), due_of("amber", days_ago=60, area=town.spencer)
    assert move(red, today(100)).status_code == 200
    assert move(red, today(120), "The lights come in spring").json() == {"revisit_due_on": today(120).isoformat()}

    rows = ask("/api/audits/due")
    assert rows["overdue"] == []
    later = [*rows["this_month"], *rows["later"]]
    assert [row["id"] for row in later] == [str(amber.pk), str(red.pk)]
    changed = later[1]["changed"]
    assert (changed["was"], changed["note"]) == (today(100).isoformat(), "The lights come in spring")
    assert changed["by"]["name"] == "Olu Officer"
    assert RevisitDay.objects.count() == 2
    [_, entry] = Entry.objects.filter(kind="audit.revisit_due_changed").order_by("sequence")
    assert entry.data == {"was": today(100).isoformat(), "on": today(120).isoformat()}


@pytest.mark.parametrize(
    ("days", "note", "field"), [(-1, "Because", "on"), (3, "  ", "note")], ids=["past", "no reason"]
)
def test_a_day_that_is_past_or_without_a_reason_is_refused(days: int, note: str, field: str) -> None:
    audit = due_of("red", days_ago=60)
    answer = move(audit, today(days), note)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    audit.refresh_from_db()
    assert audit.revisit_due_on == today(-4)


def test_who_leads_an_officer_and_the_councils_managers_set_the_day() -> None:
    audit = due_of("red", days_ago=60, led_by=cast.person("warden"))
    other = cast.person("warden", username="other-warden")
    for role, status in (("officer", 200), ("manager", 200), ("warden", 200), ("dispatcher", 403)):
        assert move(audit, today(9), role=role).status_code == status, role
    body = {"on": today(9).isoformat(), "note": "I say so"}
    answer = cast.client_of(other).post(f"/api/audits/{audit.pk}/revisit-due", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    answer = cast.client_of(other).post(
        f"/api/audits/{cast.new_id()}/revisit-due", body, content_type="application/json"
    )
    assert answer.json()["code"] == "unknown_audit"


def test_an_area_is_off_the_list_while_its_revisit_is_walked_and_back_if_that_is_given_up() -> None:
    first = due_of("red", days_ago=60)
    second = walked.revisit(first)
    assert ask("/api/audits/due")["overdue"] == []
    Audit.objects.filter(pk=second.pk).update(state="abandoned")
    assert [row["id"] for row in ask("/api/audits/due")["overdue"]] == [str(first.pk)]


def test_a_later_audit_of_the_area_by_the_same_checklist_takes_the_place_of_an_earlier() -> None:
    due_of("red", days_ago=90)
    later = due_of("red", days_ago=60)
    doors = due_of("red", days_ago=80, checklist_version=walked.checklist("communal-block"))
    assert [row["id"] for row in ask("/api/audits/due")["overdue"]] == [str(doors.pk), str(later.pk)]


def test_the_list_can_be_of_one_area_and_what_lies_under_it(town: towns.Town) -> None:
    due_of("red", days_ago=60)
    spencer = due_of("red", days_ago=60, area=town.spencer)
    rows = ask(f"/api/audits/due?area={town.spencer.pk}")
    assert [row["id"] for row in rows["overdue"]] == [str(spencer.pk)]
    answer = cast.client_of(cast.person("officer")).get(f"/api/audits/due?area={cast.new_id()}")
    assert answer.json()["code"] == "unknown_area"


def test_the_row_says_what_is_still_open() -> None:
    audit = due_of("red", days_ago=60)
    walked.defect(audit)
    walked.defect(audit, place=towns.east_of(towns.ROAD, 80))
    [row] = ask("/api/audits/due", "manager")["overdue"]
    assert (row["open_defects"], row["grade"], row["percent"]) == (2, "red", 50)


# An area over all its audits


def test_an_area_tells_its_story_over_all_its_audits(town: towns.Town) -> None:
    hectares = town.castle.area_m2 / 10_000
    first = due_of("red", days_ago=200)
    first.result = walked.graded("red", 40, points=48, lighting=(30, "red"))
    first.save()
    fence = walked.defect(first)
    result = walked.graded("amber", 70, points=8, lighting=(85, "green"), signs=(55, "amber"))
    second = walked.revisit(first, days_ago=20, state="signed", result=result)
    revisiting.judge_carried(
        person=cast.person("officer"),
        audit_id=second.pk,
        source_kind="defect",
        source_id=fence.pk,
        outcome="worse",
        at=timezone.now(),
    )
    story = ask(f"/api/areas/{town.castle.pk}/audits")
    assert story["area"]["hectares"] == round(hectares, 1)
    assert [row["id"] for row in story["audits"]] == [str(first.pk), str(second.pk)]
    assert story["sections"] == [{"code": "lighting", "title": "Lighting"}, {"code": "signs", "title": "Signs"}]
    newest = story["audits"][1]
    assert (newest["points"], newest["index"]) == (8, round(8 / hectares, 2))
    assert newest["carried"] == {"asked": 1, "done": 0, "not_done": 0, "worse": 1, "removed_on_purpose": 0}
    assert newest["revisit_of"] == {"id": str(first.pk), "number": first.reference}
    assert story["audits"][0]["defects"] == 1
    assert story["sentences"][0].startswith("Better: Red, 40% in ")
    assert "Better than before: Lighting." in story["sentences"]
    assert story["sentences"][-1] == "Of 1 thing carried, 1 is worse."


def test_an_area_that_nobody_walked_has_no_story(town: towns.Town) -> None:
    story = ask(f"/api/areas/{town.spencer.pk}/audits")
    assert (story["audits"], story["sections"], story["sentences"]) == ([], [], [])
    answer = cast.client_of(cast.person("officer")).get(f"/api/areas/{cast.new_id()}/audits")
    assert answer.json()["code"] == "unknown_area"


# Two beside each other


def compare(left: Any, right: Any) -> Any:
    return ask(f"/api/audits/compare?left={left.pk}&right={right.pk}")


def test_of_two_audits_of_an_area_the_earlier_stands_left_whichever_was_chosen_first() -> None:
    first = walked.audit(days_ago=90, result=walked.graded("red", 40, points=40, lighting=(30, "red")))
    last = walked.audit(days_ago=5, result=walked.graded("green", 90, points=2, lighting=(95, "green")))
    walked.defect(first)
    for told in (compare(first, last), compare(last, first)):
        assert (told["kind"], told["change"], told["index_change"]) == ("over_time", "better", "better")
        assert (told["left"]["audit"]["id"], told["right"]["audit"]["id"]) == (str(first.pk), str(last.pk))
        assert [(row["code"], row["change"]) for row in told["sections"]] == [("lighting", "better")]
        assert [(row["left"], row["right"]) for row in told["categories"]] == [(1, 0)]
        assert told["cautions"] == []


def test_a_problem_area_is_compared_with_one_that_got_better(town: towns.Town) -> None:
    walked.audit(town.castle, days_ago=90, result=walked.graded("green", 90))
    castle = walked.audit(town.castle, days_ago=9, result=walked.graded("red", 40, lighting=(30, "red")))
    walked.audit(town.castle, days_ago=1, state="walking")
    walked.audit(town.spencer, days_ago=40, result=walked.graded("green", 90, lighting=(95, "green")))
    told = compare(town.castle, town.spencer)
    assert (told["kind"], told["left"]["name"], told["left"]["audit"]["id"]) == ("areas", "Castle", str(castle.pk))
    assert told["sentences"][:2] == ["Castle: Red, 40%. Spencer: Green, 90%.", "Castle is behind in Lighting."]


def test_what_makes_a_comparison_doubtful_is_said(town: towns.Town) -> None:
    one = walked.audit(town.castle, days_ago=9, result=walked.graded("red", 40), light="day")
    other = walked.audit(
        town.castle, days_ago=1, state="walked", light="dark", checklist_version=walked.checklist("communal-block")
    )
    words = compare(one, other)["cautions"]
    assert words == [
        f"{other.reference} is not signed off: its grades can still change.",
        "They were walked by different checklists: compare the sections, not the whole.",
        "One was walked in daylight, the other in dark.",
    ]
    assert compare(one, town.spencer)["right"]["audit"] is None


def test_one_and_the_same_or_nothing_known_is_refused(town: towns.Town) -> None:
    client = cast.client_of(cast.person("officer"))
    same = client.get(f"/api/audits/compare?left={town.castle.pk}&right={town.castle.pk}")
    assert (same.status_code, same.json()["code"]) == (400, "invalid_input")
    unknown = client.get(f"/api/audits/compare?left={town.castle.pk}&right={cast.new_id()}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_audit")
    assert unknown.json()["errors"][0]["field"] == "right"
