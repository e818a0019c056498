"""A defect that arrives becomes a job at the right organisation, or waits for a person. Never nowhere."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Defect
from jobs import actions
from jobs.models import Job
from ledger.models import Entry
from routing.models import Route, ServiceLevel
from tests import cast, towns
from tests.jobs.stories import defect_at, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def test_a_fence_on_housing_land_is_housings_and_one_on_the_road_is_the_contractors(town: towns.Town) -> None:
    estate, road = defect_at(towns.HOUSING_LAND), defect_at(towns.ROAD)

    at_housing, at_ems = Job.objects.get(defect=estate), Job.objects.get(defect=road)
    assert (at_housing.organisation, at_ems.organisation) == (town.housing, town.ems)
    assert (at_housing.status, at_ems.status) == ("open", "open")
    for defect in (estate, road):
        assert defect.status == "routed"
        assert defect.ward == town.castle
    assert (estate.land_type, road.land_type) == ("council_housing", "highway")
    assert (estate.owner_organisation, road.owner_organisation) == (town.housing, town.ems)


def test_the_job_says_why_it_is_where_it_is() -> None:
    job = Job.objects.get(defect=defect_at(towns.HOUSING_LAND))
    route = Route.objects.get(code="fences-gates-and-garages-on-housing-land-fn-dam")

    assert job.route == route
    assert job.route_reason == (
        "Damaged or leaning fence or wall on council housing land in Castle → Housing, 20 working days, "
        f"because route {route.pk} “Damaged or leaning fence or wall on housing land” is the only one that fits; "
        "1 other considered."
    )


def test_a_fly_tip_on_public_land_is_due_24_clock_hours_after_receipt() -> None:
    for place in (towns.ROAD, towns.HOUSING_LAND):
        defect = defect_at(place, "FT-GEN")
        job = Job.objects.get(defect=defect)
        assert job.clock_started_at == defect.received_at
        assert job.due_at - defect.received_at == dt.timedelta(hours=24)
        assert job.gross_due_at == job.due_at
        assert job.due_at - job.at_risk_at == dt.timedelta(hours=4)


@pytest.mark.parametrize(
    ("place", "land"),
    [(towns.PRIVATE_LAND, "private land in Castle"), (towns.ELSEWHERE, "land of unknown owner")],
)
def test_land_that_nobody_serves_waits_for_a_person(place: dict[str, object], land: str) -> None:
    defect = defect_at(place)

    assert not Job.objects.exists()
    assert (defect.status, defect.owner_organisation) == ("open", None)
    assert f"on {land}" in defect.triage_reason
    assert list(Defect.objects.in_triage()) == [defect]
    assert Entry.objects.filter(kind="defect.triaged", subject_id=defect.pk).count() == 1


def test_routing_twice_makes_one_job() -> None:
    defect = defect_at(towns.ROAD)

    assert actions.route_defect(defect_id=defect.pk) is None
    assert Job.objects.count() == 1
    assert Entry.objects.filter(kind="job.opened").count() == 1

    waiting = defect_at(towns.PRIVATE_LAND)
    assert actions.route_defect(defect_id=waiting.pk) is None
    assert Entry.objects.filter(kind="defect.triaged").count() == 1


def test_the_ledger_tells_each_step_with_ids_and_measures_only() -> None:
    defect = defect_at(towns.ROAD)
    job = Job.objects.get()

    kinds = Entry.objects.filter(subject_id=defect.pk).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["defect.raised", "defect.located", "defect.routed"]
    opened = Entry.objects.get(kind="job.opened")
    assert opened.subject_id == str(job.pk)
    assert opened.organisation_id == job.organisation_id
    assert opened.data["service_level"] == "wd-20"
    assert opened.data["due_at"] == job.due_at.isoformat()
    assert job.route_reason not in str(opened.data)


def test_a_changed_route_is_obeyed_by_the_next_defect(town: towns.Town) -> None:
    assert Job.objects.get(defect=defect_at(towns.ROAD)).organisation == town.ems

    route = Route.objects.get(code="fences-on-streets-and-council-land-fn-dam")
    route.organisation = town.housing
    route.save()

    assert Job.objects.get(defect=defect_at(towns.ROAD)).organisation == town.housing


def test_a_contract_that_has_ended_leaves_the_work_to_a_person() -> None:
    Route.objects.filter(code="fences-on-streets-and-council-land-fn-dam").update(valid_until=dt.date(2020, 1, 1))
    Route.objects.get(code="fences-on-streets-and-council-land-fn-bre").save()

    assert defect_at(towns.ROAD).triage_reason != ""


def test_a_target_that_is_no_longer_in_force_is_named_not_used() -> None:
    level = ServiceLevel.objects.get(code="wd-20")
    level.valid_until = dt.date(2020, 1, 1)
    level.save()

    defect = defect_at(towns.ROAD)

    assert not Job.objects.exists()
    assert "its target of 20 working days is not in force" in defect.triage_reason


def test_the_wardens_severity_makes_a_job_more_urgent_never_less() -> None:
    assert Job.objects.get(defect=defect_at(towns.ROAD, severity=1)).priority == 1
    assert Job.objects.get(defect=defect_at(towns.ROAD, severity=4)).priority == 3


def test_routing_one_defect_takes_few_queries() -> None:
    defect_at(towns.ROAD)
    sent = cast.operation("raise_defect", cast.defect_payload(place=towns.HOUSING_LAND))
    cast.push(cast.person("warden"), sent)

    with CaptureQueriesContext(connection) as queries:
        actions.route_defect(defect_id=uuid.UUID(sent["payload"]["defect_id"]))

    # Three of them are entries of the ledger, one is what they owe, and one looks for what lies beside it.
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 14, "\n".join(asked)
    work()
