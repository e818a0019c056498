"""Whose job it is, where a person has to say so: triage, the register of decisions, to and fro, failing routes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from ledger.problems import Problem
from routing import book
from routing.contracting import name_deciders
from routing.models import Demarcation, Route, ServiceLevel
from routing.targets import WantedLevel, change_service_level
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at

pytestmark = pytest.mark.django_db

NEXT_DOOR = {**towns.PRIVATE_LAND, "longitude": towns.PRIVATE_LAND["longitude"] + 0.0002}
DOWN_THE_ROAD = {**towns.PRIVATE_LAND, "longitude": towns.PRIVATE_LAND["longitude"] + 0.01}


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def decide(defect: Defect, organisation: Organisation, **more: Any) -> Job:
    told: dict[str, Any] = {"person": cast.person("manager"), **more}
    return actions.decide_defect(defect_id=defect.pk, organisation_id=organisation.pk, **told).job


def hand_back(job: Job, person: Person, *, suggested: Organisation | None = None) -> Defect:
    actions.return_job(
        person=person,
        job_id=job.pk,
        at=timezone.now(),
        reason="not_ours",
        note="Behind the fence",
        suggested_organisation_id=suggested.pk if suggested else None,
    )
    return Defect.objects.get(pk=job.defect_id)


# ── triage ───────────────────────────────────────────────────────────────────


def test_land_of_unknown_owner_is_decided_by_the_end_of_the_next_working_day() -> None:
    defect = defect_at(towns.ELSEWHERE)

    assert defect.triage_due_at is not None
    due = timezone.localtime(defect.triage_due_at)
    today = timezone.localdate()
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    assert today < due.date() <= today + dt.timedelta(days=6)
    assert due.weekday() < 5
    assert Entry.objects.get(kind="defect.triaged").data["due_at"] == defect.triage_due_at.isoformat()


def test_once_somebody_has_decided_nothing_waits_any_more(town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    job = decide(defect, town.ems, service_level_code="wd-20", note="They agreed to")
    defect.refresh_from_db()

    assert (defect.status, defect.triage_reason, defect.triage_due_at) == ("routed", "", None)
    assert job.clock_started_at == defect.received_at
    assert job.route_reason == "Given to EMS by Mo Manager, 20 working days."
    assert job.demarcation is None


def test_without_a_named_target_the_organisations_own_route_gives_it(town: towns.Town) -> None:
    job = decide(defect_at(towns.PRIVATE_LAND), town.housing)

    route = Route.objects.get(code="fences-gates-and-garages-on-housing-land-fn-dam")
    assert (job.route, job.service_level) == (route, route.service_level)


def test_the_organisations_own_route_gives_its_target_as_it_stands_today(town: towns.Town) -> None:
    route = Route.objects.get(code="fences-gates-and-garages-on-housing-land-fn-dam")
    change_service_level(
        person=cast.person("manager"),
        wanted=WantedLevel(
            code=route.service_level.code,
            name="10 working days",
            complete={"clock": "working_days", "amount": 10},
            acknowledge=None,
            make_safe=None,
            calendar=route.service_level.calendar.code,
            warn_before_minutes=1440,
            valid_from=book.council_day(timezone.now()),
        ),
    )

    job = decide(defect_at(towns.PRIVATE_LAND), town.housing)

    assert (job.route, job.service_level.version, job.service_level.amount) == (route, 2, 10)


def test_where_they_have_no_route_for_it_the_categorys_own_target_holds(town: towns.Town) -> None:
    job = decide(defect_at(towns.PRIVATE_LAND), town.council)

    assert job.route is None
    assert job.service_level.code == job.defect.category.default_service_level


def test_an_organisation_that_has_closed_gets_nothing(town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    town.ems.closed_on = timezone.localdate()
    town.ems.save()

    with pytest.raises(Problem) as refused:
        decide(defect, town.ems)

    assert refused.value.code == "organisation_closed"
    assert not Job.objects.exists()


def test_a_contractors_desk_does_not_choose_its_own_work(town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)

    with pytest.raises(Problem) as refused:
        decide(defect, town.ems, person=cast.person("manager", of=cast.EMS))

    assert refused.value.code == "not_allowed"


# ── the register ─────────────────────────────────────────────────────────────


def test_later_routing_at_the_same_place_follows_the_decision_and_cites_it(town: towns.Town) -> None:
    decide(defect_at(towns.PRIVATE_LAND), town.housing, remember=True, note="Their fence, by the deeds")
    decision = Demarcation.objects.get()

    beside = Job.objects.get(defect=defect_at(NEXT_DOOR))
    far_off = defect_at(DOWN_THE_ROAD)

    assert (beside.organisation, beside.demarcation) == (town.housing, decision)
    today = timezone.localdate()
    assert beside.route_reason == (
        "Damaged or leaning fence or wall on private land in Castle → Housing, 20 working days, "
        f"by decision {decision.reference} of {today.day} {today:%B %Y} by Mo Manager."
    )
    assert far_off.triage_reason != ""


def test_a_decision_about_fences_says_nothing_of_fly_tips(town: towns.Town) -> None:
    decide(defect_at(towns.PRIVATE_LAND), town.housing, remember=True)

    assert defect_at(towns.PRIVATE_LAND, "FT-GEN").triage_reason != ""


def test_a_decision_not_to_be_remembered_leaves_the_next_one_to_a_person(town: towns.Town) -> None:
    decide(defect_at(towns.PRIVATE_LAND), town.housing)

    assert not Demarcation.objects.exists()
    assert defect_at(NEXT_DOOR).triage_reason != ""


def test_the_newest_decision_at_a_place_holds(town: towns.Town) -> None:
    first = decide(defect_at(towns.PRIVATE_LAND), town.housing, remember=True)
    actions.cancel_job(job=first, person=None, at=timezone.now())
    decide(first.defect, town.ems, remember=True)
    old, new = Demarcation.objects.order_by("pk")

    assert old.superseded_by == new
    assert Job.objects.get(defect=defect_at(NEXT_DOOR)).organisation == town.ems


def test_a_decision_holds_for_a_small_parcel_as_a_whole(town: towns.Town) -> None:
    """An alley of 70 m by 20 m: its far end is beyond 25 m and the same alley."""
    towns._parcel("alley", "private", None, -0.9, -0.899, 52.2340, 52.2342)
    end, other_end = ({**towns.PRIVATE_LAND, "longitude": x, "latitude": 52.2341} for x in (-0.89995, -0.89905))
    decide(defect_at(end), town.housing, remember=True)

    assert Job.objects.get(defect=defect_at(other_end)).organisation == town.housing


def test_a_decision_that_names_a_closed_organisation_goes_before_a_person(town: towns.Town) -> None:
    decide(defect_at(towns.PRIVATE_LAND), town.housing, remember=True)
    town.housing.closed_on = timezone.localdate()
    town.housing.save()

    assert "which takes no work since" in defect_at(NEXT_DOOR).triage_reason


def test_clear_first_names_who_decided_and_waits_to_be_settled(town: towns.Town) -> None:
    job = decide(defect_at(towns.PRIVATE_LAND), town.ems, basis="clear_first", note="Needles by the school")
    decision = Demarcation.objects.get()

    assert f"clear first, settle later ({decision.reference})" in job.route_reason
    assert (decision.decided_by, decision.is_settled, decision.guides) == (cast.person("manager"), False, False)
    assert list(Demarcation.objects.unsettled()) == [decision]
    # Not to be remembered: the next one is decided anew.
    assert defect_at(NEXT_DOOR).triage_reason != ""


def test_clear_first_without_a_reason_is_refused_and_nothing_changes(town: towns.Town) -> None:
    defect = defect_at(towns.PRIVATE_LAND)

    with pytest.raises(Problem) as refused:
        decide(defect, town.ems, basis="clear_first", note="  ")

    assert refused.value.code == "invalid_input"
    assert not Job.objects.exists()
    assert not Demarcation.objects.exists()


def test_what_was_cleared_first_is_settled_as_anothers_and_later_routing_follows(town: towns.Town) -> None:
    decide(defect_at(towns.PRIVATE_LAND), town.ems, basis="clear_first", note="Needles", remember=True)
    decision = Demarcation.objects.get()
    assert "clear first, settle later" in Job.objects.get(defect=defect_at(NEXT_DOOR)).route_reason

    settled = actions.settle(
        person=cast.person("manager"), demarcation_id=decision.pk, note="By the lease", organisation_id=town.housing.pk
    )

    assert (settled.is_settled, settled.settled_note) == (True, "By the lease")
    assert settled.superseded_by is not None
    assert settled.superseded_by.organisation == town.housing
    assert Job.objects.get(defect=defect_at({**NEXT_DOOR, "latitude": 52.23501})).organisation == town.housing
    assert Entry.objects.filter(kind="demarcation.settled", subject_id=decision.pk).count() == 1
    with pytest.raises(Problem) as refused:
        actions.settle(person=cast.person("manager"), demarcation_id=decision.pk, note="Again")
    assert refused.value.code == "demarcation_settled"


# ── to and fro ───────────────────────────────────────────────────────────────


def test_the_first_not_ours_goes_to_triage_with_what_the_crew_suggests(town: towns.Town) -> None:
    defect = hand_back(job_at(towns.ROAD), cast.person("crew"), suggested=town.housing)

    assert defect.triage_reason == ("EMS handed it back: not ours. They think that it is Housing's. “Behind the fence”")
    assert (defect.decider, defect.triage_due_at is not None) == (None, True)
    [row] = cast.client_of(cast.person("dispatcher")).get("/api/triage").json()["results"]
    assert [(each["by"], each["organisation"]["short_name"]) for each in row["suggestions"]] == [("EMS", "Housing")]
    assert (row["triage_late"], row["decider"]) == (False, None)


def to_and_fro(town: towns.Town) -> Defect:
    defect = hand_back(job_at(towns.ROAD), cast.person("crew"))
    at_housing = decide(defect, town.housing)
    return hand_back(at_housing, cast.person("crew", of=cast.HOUSING, username="housing-crew"))


def test_at_the_second_not_ours_one_named_person_decides(town: towns.Town) -> None:
    mo = cast.person("manager")
    defect = to_and_fro(town)

    assert defect.decider == mo
    assert "It was handed back as “not ours” twice, by EMS and Housing: Mo Manager decides." in defect.triage_reason
    said = Entry.objects.get(kind="defect.ping_pong")
    assert (said.subject_id, said.data["decider"], said.data["returns"]) == (str(defect.pk), str(mo.pk), 2)
    with pytest.raises(Problem) as refused:
        decide(defect, town.ems, person=cast.person("dispatcher"))
    assert refused.value.code == "not_allowed"
    assert decide(defect, town.ems, remember=True).organisation == town.ems
    defect.refresh_from_db()
    assert defect.decider is None


def test_the_person_named_for_the_area_comes_before_the_one_for_everywhere(town: towns.Town) -> None:
    mo, dina, ada = (cast.person(role) for role in ("manager", "dispatcher", "administrator"))
    name_deciders(person=mo, deciders=[(None, ada.pk), (town.castle.pk, dina.pk)])

    defect = to_and_fro(town)

    assert defect.decider == dina
    assert decide(defect, town.ems, person=dina).organisation == town.ems


def test_other_reasons_are_no_to_and_fro(town: towns.Town) -> None:
    for _ in range(2):
        job = job_at(towns.ROAD)
        actions.return_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), reason="no_access")

    assert not Entry.objects.filter(kind="defect.ping_pong").exists()


# ── routes that can't be evaluated ───────────────────────────────────────────


def test_a_more_exact_route_that_fails_stops_nothing_and_its_managers_hear_of_it_once(town: towns.Town) -> None:
    level = ServiceLevel.objects.get(code="wd-20")
    ended = ServiceLevel.objects.create(
        code="old",
        name="Old",
        clock="working_days",
        amount=3,
        calendar=level.calendar,
        valid_from=dt.date(2000, 1, 1),
        valid_until=dt.date(2020, 1, 1),
    )
    broken = Route.objects.create(
        code="fences-in-castle",
        position=1,
        name="Fences in Castle",
        category_id="FN-DAM",
        area=town.castle,
        organisation=town.housing,
        service_level=ended,
        valid_from=dt.date(2000, 1, 1),
    )

    first, second = defect_at(towns.ROAD), defect_at({**towns.ROAD, "longitude": -0.895})

    for defect in (first, second):
        assert (defect.status, defect.owner_organisation) == ("open", None)
        assert "a more exact route could not be evaluated" in defect.triage_reason
        assert f"route {broken.pk} “Fences in Castle”: its target of 3 working days is not in force" in (
            defect.triage_reason
        )
    said = Entry.objects.get(kind="route.failed")
    assert said.subject_id == str(broken.pk)
    assert said.data == {"reason": "its target of 3 working days is not in force", "defect": str(first.pk)}


def test_a_route_to_an_organisation_that_has_closed_goes_before_a_person(town: towns.Town) -> None:
    town.ems.closed_on = timezone.localdate()
    town.ems.save()

    defect = defect_at(towns.ROAD)

    assert defect.triage_reason.startswith("No route serves Damaged or leaning fence or wall on the highway in Castle")
    assert "EMS takes no work since" in defect.triage_reason
    assert Entry.objects.filter(kind="route.failed").count() == 1


# ── from a desk ──────────────────────────────────────────────────────────────


def test_a_decision_from_the_desk_its_place_on_the_register_and_its_settling(town: towns.Town) -> None:
    desk = cast.client_of(cast.person("dispatcher"))
    defect = defect_at(towns.PRIVATE_LAND)
    told = {"organisation_id": str(town.ems.pk), "basis": "clear_first", "note": "By the school", "remember": True}

    answer = desk.post(f"/api/defects/{defect.pk}/decide", told, content_type="application/json")

    assert answer.status_code == 201, answer.content
    entered = answer.json()["demarcation"]
    assert (entered["state"], entered["place"], entered["group"]) == (
        "unsettled",
        "Castle",
        "Fences and gates",
    )
    listed = desk.get("/api/demarcations?state=unsettled&q=school").json()
    assert [each["reference"] for each in listed["results"]] == [entered["reference"]]
    assert listed["unsettled"] == 1
    assert desk.get("/api/demarcations?q=nowhere").json()["results"] == []

    settled = desk.post(
        f"/api/demarcations/{entered['id']}/settle", {"note": "Agreed"}, content_type="application/json"
    )
    assert settled.status_code == 200
    assert (settled.json()["state"], settled.json()["settled_by"]["name"]) == ("standing", "Dina Dispatcher")
    assert desk.get("/api/demarcations?state=unsettled").json()["results"] == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"organisation_id": str(uuid.uuid4())}, "unknown_organisation"),
        ({"service_level": "nonsense"}, "unknown_service_level"),
        ({"radius_m": 0}, "invalid_input"),
        ({"radius_m": 501}, "invalid_input"),
        ({"basis": "perhaps"}, "invalid_input"),
        ({"colour": "blue"}, "unknown_field"),
    ],
)
def test_a_decision_that_makes_no_sense_is_named_and_nothing_changes(
    town: towns.Town, told: dict[str, Any], code: str
) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    body = {"organisation_id": str(town.ems.pk), **told}

    answer = cast.client_of(cast.person("manager")).post(
        f"/api/defects/{defect.pk}/decide", body, content_type="application/json"
    )

    assert answer.json()["code"] == code
    assert not Job.objects.exists()
    assert not Demarcation.objects.exists()
