"""A contract ends and changes hands: its routes stop on the day, its open jobs stay or move by a stated choice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation
from jobs import actions
from jobs.changeover import ChangedOver, change_over_all
from jobs.models import Job
from ledger.models import Entry
from routing import book, contracting
from routing.contracting import Terms
from routing.models import Contract, Demarcation, Route
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, opened_earlier

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
ON_ROADS = "fences-on-streets-and-council-land-fn-dam"


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def next_firm() -> Organisation:
    return Organisation.objects.create(name="Next Firm Ltd", short_name="Next", kind="contractor")


def contract(organisation: Organisation, name: str, starts_in: int, ends_in: int, **more: Any) -> Contract:
    today = timezone.localdate()
    terms = Terms(organisation.pk, name, today + starts_in * DAY, today + ends_in * DAY, **more)
    return contracting.make_contract(person=cast.person("manager"), terms=terms)


def bind(code: str, to: Contract) -> None:
    route = Route.objects.get(code=code)
    route.contract = to
    route.save()


def a_route_of(firm: Organisation, to: Contract) -> None:
    old = Route.objects.get(code=ON_ROADS)
    Route.objects.create(
        code="fences-next",
        position=9000,
        name="Fences on streets",
        category=old.category,
        land_types=old.land_types,
        organisation=firm,
        contract=to,
        service_level=old.service_level,
        valid_from=dt.date(2000, 1, 1),
    )


def the_contract_ends_tonight(town: towns.Town, next_firm: Organisation, open_jobs: str) -> Contract:
    """EMS's routes hold until tonight, the next firm's from tomorrow."""
    after = contract(next_firm, "Streets from tomorrow", 1, 700)
    old = contract(town.ems, "Streets", -700, 0, successor_id=after.pk, open_jobs=open_jobs)
    bind(ON_ROADS, old)
    a_route_of(next_firm, after)
    return old


def tomorrow_comes(old: Contract) -> None:
    """The contracts' dates, one day earlier."""
    for each in Contract.objects.all():
        each.starts_on -= DAY
        each.ends_on -= DAY
        each.save()
    old.refresh_from_db()


def test_routes_of_a_contract_hold_to_its_last_day_and_the_next_ones_from_the_day_after(
    town: towns.Town, next_firm: Organisation
) -> None:
    old = the_contract_ends_tonight(town, next_firm, "stay")
    assert job_at(towns.ROAD).organisation == town.ems

    tomorrow_comes(old)

    assert job_at({**towns.ROAD, "longitude": -0.895}).organisation == next_firm


def test_before_its_end_nothing_changes_hands(town: towns.Town, next_firm: Organisation) -> None:
    the_contract_ends_tonight(town, next_firm, "move")
    job = job_at(towns.ROAD)

    assert change_over_all(now=timezone.now()) == []
    job.refresh_from_db()
    assert job.status == "open"


def test_open_jobs_stay_where_that_was_agreed(town: towns.Town, next_firm: Organisation) -> None:
    old = the_contract_ends_tonight(town, next_firm, "stay")
    job = job_at(towns.ROAD)
    tomorrow_comes(old)

    assert change_over_all(now=timezone.now()) == [ChangedOver(stayed=1)]

    job.refresh_from_db()
    assert (job.status, job.organisation) == ("open", town.ems)
    assert Entry.objects.get(kind="contract.changed_over").data["stayed"] == 1


def test_open_jobs_move_to_whoever_follows_and_their_clock_goes_on(town: towns.Town, next_firm: Organisation) -> None:
    old = the_contract_ends_tonight(town, next_firm, "move")
    job = opened_earlier(job_at(towns.ROAD), hours=30)
    done = job_at({**towns.ROAD, "longitude": -0.895})
    actions.cancel_job(job=done, person=None, at=timezone.now())
    tomorrow_comes(old)

    assert change_over_all(now=timezone.now()) == [ChangedOver(moved=1)]

    job.refresh_from_db()
    assert job.status == "cancelled"
    assert Entry.objects.filter(kind="job.cancelled", subject_id=job.pk).get().data["reason"] == "contract_ended"
    new = Job.objects.get(defect=job.defect, status="open")
    assert (new.organisation, new.clock_started_at) == (next_firm, job.clock_started_at)
    assert new.due_at == book.current().target(new.service_level, job.clock_started_at).due_at
    assert new.route_reason.startswith("The contract “Streets” ended on ")
    assert "→ Next, 20 working days" in new.route_reason
    old.refresh_from_db()
    assert old.changed_over_at is not None
    # Once: the next hour finds nothing to do.
    assert change_over_all(now=timezone.now()) == []


def test_a_job_that_nobody_takes_over_goes_before_a_person(town: towns.Town) -> None:
    old = contract(town.ems, "Streets", -700, 0, open_jobs="move")
    bind(ON_ROADS, old)
    job = job_at(towns.ROAD)
    tomorrow_comes(old)

    assert change_over_all(now=timezone.now()) == [ChangedOver(to_triage=1)]

    job.defect.refresh_from_db()
    assert job.defect.triage_reason.startswith("The contract “Streets” ended on ")
    assert "No route serves" in job.defect.triage_reason
    assert job.defect.triage_due_at is not None


def test_a_renewed_contract_of_the_same_firm_leaves_its_crews_alone(town: towns.Town) -> None:
    renewed = contract(town.ems, "Streets, renewed", 1, 700)
    old = contract(town.ems, "Streets", -700, 0, successor_id=renewed.pk, open_jobs="move")
    bind(ON_ROADS, old)
    a_route_of(town.ems, renewed)
    job = job_at(towns.ROAD)
    tomorrow_comes(old)

    assert change_over_all(now=timezone.now()) == [ChangedOver(stayed=1)]
    job.refresh_from_db()
    assert job.status == "open"


def test_what_the_register_gave_to_the_old_firm_goes_to_the_next(town: towns.Town, next_firm: Organisation) -> None:
    old = the_contract_ends_tonight(town, next_firm, "move")
    defect = defect_at(towns.PRIVATE_LAND)
    by_hand = actions.decide_defect(
        person=cast.person("manager"), defect_id=defect.pk, organisation_id=town.ems.pk, remember=True, note="Theirs"
    ).job
    tomorrow_comes(old)

    assert change_over_all(now=timezone.now()) == [ChangedOver(moved=1, decisions=1)]

    before, after = Demarcation.objects.order_by("pk")
    assert (before.superseded_by, after.organisation) == (after, next_firm)
    assert after.note == "Taken over at the end of “Streets”. Before: “Theirs”"
    by_hand.refresh_from_db()
    assert by_hand.status == "cancelled"
    assert Job.objects.get(defect=defect, status="open").demarcation == after


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    town: towns.Town, next_firm: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = the_contract_ends_tonight(town, next_firm, "move")
    jobs = [job_at({**towns.ROAD, "longitude": -0.9 + n / 100}) for n in range(3)]
    tomorrow_comes(old)
    from jobs import changeover

    move, moved = changeover._move, []

    def killed_after_one(job_id: Any, of: Contract) -> str:
        if moved:
            raise KeyboardInterrupt
        moved.append(job_id)
        return move(job_id, of)

    monkeypatch.setattr(changeover, "_move", killed_after_one)
    with pytest.raises(KeyboardInterrupt):
        change_over_all(now=timezone.now())
    monkeypatch.undo()

    assert change_over_all(now=timezone.now()) == [ChangedOver(moved=2)]
    assert Job.objects.filter(organisation=next_firm, status="open").count() == len(jobs)


# ── from a desk ──────────────────────────────────────────────────────────────


def test_a_manager_makes_and_changes_a_contract_and_a_dispatcher_reads(town: towns.Town) -> None:
    mo, dina = (cast.client_of(cast.person(role)) for role in ("manager", "dispatcher"))
    told = {
        "organisation_id": str(town.ems.pk),
        "name": "Streets 2026",
        "starts_on": "2026-04-01",
        "ends_on": "2033-03-31",
        "open_jobs": "move",
    }

    made = mo.post("/api/contracts", told, content_type="application/json")

    assert made.status_code == 201, made.content
    changed = mo.put(
        f"/api/contracts/{made.json()['id']}", {**told, "ends_on": "2034-03-31"}, content_type="application/json"
    )
    assert (changed.json()["ends_on"], changed.json()["routes"]) == ("2034-03-31", 0)
    [row] = dina.get("/api/contracts").json()["results"]
    assert (row["name"], row["open_jobs"]) == ("Streets 2026", "move")
    assert dina.post("/api/contracts", {**told, "name": "B"}, content_type="application/json").status_code == 403
    for wrong, code in [
        ({"name": "Streets 2026"}, "invalid_input"),
        ({"name": "C", "ends_on": "2020-01-01"}, "dates_out_of_order"),
        ({"name": "C", "successor_id": 999_999}, "unknown_contract"),
        ({"name": "C", "ends_on": "2040-01-01", "successor_id": row["id"]}, "dates_out_of_order"),
    ]:
        assert mo.post("/api/contracts", {**told, **wrong}, content_type="application/json").json()["code"] == code
    assert Contract.objects.count() == 1


def test_whoever_decides_in_the_end_is_named_by_a_manager(town: towns.Town) -> None:
    mo = cast.client_of(cast.person("manager"))
    dina, carl = cast.person("dispatcher"), cast.person("crew")
    named = {"deciders": [{"area_id": None, "person_id": str(dina.pk)}]}

    answer = mo.put("/api/deciders", named, content_type="application/json")

    assert [(row["area"], row["person"]["name"]) for row in answer.json()["results"]] == [(None, "Dina Dispatcher")]
    assert "Carl Crew" not in [each["name"] for each in answer.json()["people"]]
    theirs = {"deciders": [{"area_id": None, "person_id": str(carl.pk)}]}
    assert mo.put("/api/deciders", theirs, content_type="application/json").json()["code"] == "unknown_person"
    twice = {"deciders": [named["deciders"][0], named["deciders"][0]]}
    assert mo.put("/api/deciders", twice, content_type="application/json").json()["code"] == "invalid_input"
    assert len(mo.get("/api/deciders").json()["results"]) == 1
