"""The book of routes is changed in a draft that people read together; what was published stays for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation
from checklists.models import Category
from jobs.models import Job
from ledger.models import Entry
from routing import book
from routing.actions import load_defaults
from routing.editions import Edition
from routing.models import Route, ServiceLevel
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at
from tests.routing.drafts import FENCES_ON_ROADS, FLY_TIPS_ON_ROADS, Desk, fields_of, live

pytestmark = pytest.mark.django_db

TODAY = book.council_day(timezone.now())
TOMORROW = (TODAY + dt.timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def desk() -> Desk:
    """The council's manager with an empty draft."""
    mine = Desk()
    mine.begin()
    return mine


def fences_to(organisation: Organisation, **more: Any) -> dict[str, Any]:
    return fields_of(FENCES_ON_ROADS, organisation_id=str(organisation.pk), **more)


# ── reading ──────────────────────────────────────────────────────────────────


def test_the_list_is_the_book_and_is_filtered_by_what_a_route_speaks_of(town: towns.Town) -> None:
    desk = Desk()
    everything = desk.call("get", "/api/routes")
    fences = desk.call("get", "/api/routes?category=FN-DAM&land=highway")
    housing = desk.call("get", f"/api/routes?organisation={town.housing.pk}")
    found = desk.call("get", "/api/routes?q=damaged fence streets")

    assert everything["count"] == Route.objects.count() == len(everything["results"])
    assert everything["edition"]["number"] == 1
    assert [each["code"] for each in fences["results"]] == [FENCES_ON_ROADS]
    assert {each["organisation"]["short_name"] for each in housing["results"]} == {"Housing"}
    assert FENCES_ON_ROADS in [each["code"] for each in found["results"]]
    positions = [each["position"] for each in everything["results"]]
    assert positions == sorted(positions)


def test_an_unknown_filter_and_an_unknown_route_are_refused() -> None:
    desk = Desk()
    assert desk.call("get", "/api/routes?colour=red", status=400)["code"] == "unknown_field"
    assert desk.call("get", "/api/routes/no-such-route", status=404)["code"] == "unknown_route"


# ── the draft ────────────────────────────────────────────────────────────────


def test_a_draft_changes_nothing_until_it_is_published(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))

    assert job_at(towns.ROAD).organisation == town.ems
    assert live(FENCES_ON_ROADS).version == 1

    desk.publish()

    assert job_at(towns.ROAD).organisation == town.housing


def test_a_change_reads_as_was_and_will_be(desk: Desk, town: towns.Town) -> None:
    team = cast.team("Repairs", cast.HOUSING)
    draft = desk.change(FENCES_ON_ROADS, fences_to(town.housing, service_level="wd-5", team_id=str(team.pk)))

    [change] = draft["changes"]
    assert change["changed_by"]["name"] == "Mo Manager"
    told = {each["label"]: (each["was"], each["will_be"]) for each in change["differences"]}
    assert told["Goes to"] == ("EMS", "Housing")
    assert told["Team"] == ("the whole organisation", "Repairs")
    assert set(told) == {"Goes to", "Team", "Service level"}
    assert change["summary"].endswith("→ Housing, 5 working days")


def test_setting_a_route_back_to_what_it_is_takes_the_change_out(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    draft = desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS))

    assert draft["changes"] == []


def test_there_is_one_draft_and_the_others_find_it(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    ada = Desk(cast.person("administrator"))

    assert ada.begin()["id"] == desk.draft["id"]
    assert len(ada.draft["changes"]) == 1
    seen = Desk(cast.person("dispatcher")).call("get", "/api/route-drafts")
    assert seen["draft"]["id"] == desk.draft["id"]
    assert [each["number"] for each in seen["editions"]] == [1]


def test_a_new_route_gets_a_code_a_place_at_the_end_and_its_first_version(desk: Desk, town: towns.Town) -> None:
    fields = fields_of(
        FLY_TIPS_ON_ROADS, name="Fly-tips in Castle", area_id=str(town.castle.pk), service_level="clock-4h"
    )
    del fields["position"]
    desk.add(fields)
    desk.publish()

    route = live("fly-tips-in-castle")
    assert (route.version, route.area, route.edition and route.edition.number) == (1, town.castle, 2)
    assert route.position == max(Route.objects.live().values_list("position", flat=True))
    # The ward makes it more exact than the route for the whole town, wherever it stands.
    assert Job.objects.get(defect=defect_at(towns.ROAD, "FT-GEN")).route == route


# ── publishing ───────────────────────────────────────────────────────────────


def test_publishing_makes_a_new_version_and_open_jobs_keep_theirs(desk: Desk, town: towns.Town) -> None:
    job = job_at(towns.ROAD)
    before = (job.organisation_id, job.due_at, job.route_reason, job.version)
    first = live(FENCES_ON_ROADS)
    desk.change(FENCES_ON_ROADS, fences_to(town.housing, service_level="wd-5"))
    edition = desk.publish("Housing mends all fences from now on.")

    job.refresh_from_db()
    assert (job.organisation_id, job.due_at, job.route_reason, job.version) == before
    assert job.route == first
    first.refresh_from_db()
    second = live(FENCES_ON_ROADS)
    assert first.retired_at is not None and first.organisation == town.ems
    assert (second.version, second.organisation, second.position) == (2, town.housing, first.position)
    assert edition["number"] == 2
    later = job_at(towns.ROAD)
    assert (later.route, later.organisation) == (second, town.housing)


def test_a_routes_page_tells_every_version_and_why_it_was_made(desk: Desk, town: towns.Town) -> None:
    job_at(towns.ROAD)
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    desk.publish("Housing mends all fences from now on.")
    job_at(towns.ROAD)
    job_at(towns.ROAD, severity=2)

    told = desk.call("get", f"/api/routes/{FENCES_ON_ROADS}")
    newest, oldest = told["versions"]
    assert (newest["version"], newest["state"], oldest["version"], oldest["state"]) == (2, "holds", 1, "retired")
    assert newest["published"]["note"] == "Housing mends all fences from now on."
    assert newest["published"]["published_by"]["name"] == "Mo Manager"
    assert newest["changes"] == [{"field": "organisation_id", "label": "Goes to", "was": "EMS", "will_be": "Housing"}]
    counted = desk.call("get", f"/api/routes/{FENCES_ON_ROADS}/decisions")["versions"]
    assert [(each["version"], each["jobs"], each["unfinished"]) for each in counted] == [(2, 2, 2), (1, 1, 1)]


def test_what_was_published_is_a_fact_without_words_or_names(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    desk.end(FLY_TIPS_ON_ROADS)
    desk.publish("Mrs Smith complained.")

    kinds = Entry.objects.filter(subject_kind="edition").order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["routes.draft_begun", "routes.draft_changed", "routes.draft_changed", "routes.published"]
    told = Entry.objects.get(kind="routes.published")
    assert told.data["routes"] == {FENCES_ON_ROADS: 2, FLY_TIPS_ON_ROADS: None}
    assert "Smith" not in str(told.data)


def test_two_routes_may_change_places(desk: Desk) -> None:
    fences, fly_tips = live(FENCES_ON_ROADS).position, live(FLY_TIPS_ON_ROADS).position
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, position=fly_tips))
    [finding] = [each for each in desk.draft["findings"] if each["stops"]]
    assert finding["code"] == "position_taken"
    assert desk.publish(status=422)["code"] == "position_taken"

    desk.change(FLY_TIPS_ON_ROADS, fields_of(FLY_TIPS_ON_ROADS, position=fences))
    desk.publish()

    assert (live(FENCES_ON_ROADS).position, live(FLY_TIPS_ON_ROADS).position) == (fly_tips, fences)


def test_a_route_ends_on_a_day_or_at_once(desk: Desk) -> None:
    desk.end(FENCES_ON_ROADS, TOMORROW)
    [change] = desk.draft["changes"]
    assert [each["label"] for each in change["differences"]] == ["Holds until"]
    desk.publish()
    ending = live(FENCES_ON_ROADS)
    assert (ending.version, ending.valid_until and ending.valid_until.isoformat()) == (2, TOMORROW)
    assert Job.objects.filter(defect=defect_at(towns.ROAD)).exists()

    desk.begin()
    desk.end(FENCES_ON_ROADS)
    desk.publish()
    assert not Route.objects.live().filter(code=FENCES_ON_ROADS).exists()
    assert "No route serves" in defect_at(towns.ROAD).triage_reason
    told = desk.call("get", f"/api/routes/{FENCES_ON_ROADS}")
    assert (told["in_book"], len(told["versions"])) == (False, 2)
    assert FENCES_ON_ROADS not in [each["code"] for each in desk.call("get", "/api/routes")["results"]]
    assert FENCES_ON_ROADS in [each["code"] for each in desk.call("get", "/api/routes?state=all")["results"]]


def test_a_code_is_never_used_for_another_route(desk: Desk) -> None:
    fields = fields_of(FENCES_ON_ROADS)
    fields["name"] = FENCES_ON_ROADS
    desk.end(FENCES_ON_ROADS)
    desk.publish()
    desk.begin()
    draft = desk.add({name: value for name, value in fields.items() if name != "position"})

    assert [each["route_code"] for each in draft["changes"]] == [f"{FENCES_ON_ROADS}-2"]


# ── what is refused ──────────────────────────────────────────────────────────


def test_two_routes_for_the_same_at_the_same_time_are_not_published(desk: Desk, town: towns.Town) -> None:
    fields = fences_to(town.housing, name="Fences, the new contract", valid_from=TOMORROW)
    del fields["position"]
    desk.add(fields)

    [finding] = [each for each in desk.draft["findings"] if each["stops"]]
    assert finding["code"] == "overlapping_validity"
    assert finding["route_codes"] == ["fences-the-new-contract", FENCES_ON_ROADS]
    refused = desk.publish(status=422)
    assert refused["code"] == "overlapping_validity"
    assert "end one before the other begins" in refused["detail"]
    assert Edition.objects.current().number == 1  # type: ignore[union-attr]

    desk.end(FENCES_ON_ROADS, TOMORROW)
    assert [each for each in desk.draft["findings"] if each["stops"]] == []
    desk.publish()
    assert Route.objects.live().filter(category="FN-DAM", land_types__contains=["highway"]).count() == 2


def test_a_closed_organisation_gets_no_route(desk: Desk, town: towns.Town) -> None:
    town.housing.closed_on = TODAY - dt.timedelta(days=3)
    town.housing.save()

    refused = desk.change(FENCES_ON_ROADS, fences_to(town.housing), status=422)

    assert refused["code"] == "organisation_closed"
    assert refused["errors"][0]["field"] == "fields.organisation_id"
    assert desk.read()["changes"] == []


def test_an_organisation_that_closes_while_the_draft_lies_there_stops_it(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    town.housing.closed_on = TODAY + dt.timedelta(days=30)
    town.housing.save()

    assert desk.publish(status=422)["code"] == "organisation_closed"
    assert live(FENCES_ON_ROADS).version == 1

    until = (TODAY + dt.timedelta(days=30)).isoformat()
    desk.change(FENCES_ON_ROADS, fences_to(town.housing, valid_until=until))
    desk.publish()


def test_a_target_that_is_not_in_force_stops_it(desk: Desk) -> None:
    desk.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, service_level="wd-5"))
    ServiceLevel.objects.filter(code="wd-5").update(valid_until=TODAY)

    assert desk.publish(status=422)["code"] == "target_not_in_force"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"valid_until": "1999-01-01"}, "dates_out_of_order", "fields.valid_until"),
        ({"category": "FN-NONE"}, "unknown_category", "fields.category"),
        ({"group": "fences"}, "invalid_input", "fields.group"),
        ({"category": None, "group": "no-such-group"}, "unknown_category", "fields.group"),
        ({"organisation_id": cast.new_id()}, "unknown_organisation", "fields.organisation_id"),
        ({"land_owner_id": cast.new_id()}, "unknown_organisation", "fields.land_owner_id"),
        ({"team_id": cast.new_id()}, "invalid_input", "fields.team_id"),
        ({"area_id": cast.new_id()}, "invalid_input", "fields.area_id"),
        ({"contract_id": 4711}, "invalid_input", "fields.contract_id"),
        ({"service_level": "soon"}, "unknown_service_level", "fields.service_level"),
        ({"land_types": ["moon"]}, "invalid_input", "fields.land_types.0"),
        ({"severities": [5]}, "invalid_input", "fields.severities.0"),
        ({"priority": 0}, "invalid_input", "fields.priority"),
        ({"valid_from": "31 June"}, "invalid_input", "fields.valid_from"),
        ({"name": " "}, "invalid_input", "fields.name"),
        ({"colour": "red"}, "unknown_field", "fields.colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(desk: Desk, more: dict[str, Any], code: str, field: str) -> None:
    version = desk.draft["version"]
    refused = desk.change(
        FENCES_ON_ROADS,
        fields_of(FENCES_ON_ROADS, **more),
        status=400 if code in {"invalid_input", "unknown_field"} else 422,
    )

    assert (refused["code"], refused["errors"][0]["field"]) == (code, field)
    assert (desk.read()["changes"], desk.draft["version"]) == ([], version)


def test_an_end_before_its_beginning_is_refused(desk: Desk) -> None:
    assert desk.end(FENCES_ON_ROADS, "1999-01-01", status=422)["code"] == "dates_out_of_order"


def test_an_empty_draft_is_neither_tried_nor_published(desk: Desk) -> None:
    assert desk.publish(status=422)["code"] == "draft_empty"
    assert desk.try_it(status=422)["code"] == "draft_empty"


@pytest.mark.parametrize("note", ["", "   "])
def test_publishing_says_why(desk: Desk, town: towns.Town, note: str) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))

    assert desk.publish(note, status=400)["code"] == "invalid_input"


def test_only_the_councils_managers_write_and_a_contractor_sees_no_draft(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    dispatcher = Desk(cast.person("dispatcher"))
    contractor = Desk(cast.person("manager", of=cast.EMS))
    for somebody in (dispatcher, contractor):
        somebody.draft = dict(desk.draft)
        assert somebody.publish(status=403)["code"] == "not_allowed"
        assert somebody.change(FENCES_ON_ROADS, fences_to(town.ems), status=403)["code"] == "not_allowed"

    assert dispatcher.read()["changes"]
    assert contractor.call("get", "/api/route-drafts", status=403)["code"] == "not_allowed"
    assert contractor.call("get", desk.address, status=403)["code"] == "not_allowed"
    # What holds is for everybody who works by it.
    assert contractor.call("get", "/api/routes")["count"] == Route.objects.count()


# ── two managers ─────────────────────────────────────────────────────────────


def test_nobody_publishes_what_somebody_else_changed_meanwhile(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    ada = Desk(cast.person("administrator"))
    ada.begin()
    ada.end(FLY_TIPS_ON_ROADS)

    refused = desk.publish(status=409)

    assert refused["code"] == "draft_out_of_date"
    assert "Ada Administrator" in refused["detail"]
    assert Edition.objects.current().number == 1  # type: ignore[union-attr]
    assert len(desk.read()["changes"]) == 2
    desk.publish()


def test_of_two_that_change_at_once_the_second_reads_first(desk: Desk, town: towns.Town) -> None:
    ada = Desk(cast.person("administrator"))
    ada.begin()
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))

    assert (
        ada.change(FENCES_ON_ROADS, fields_of(FENCES_ON_ROADS, priority=1), status=409)["code"] == "draft_out_of_date"
    )
    assert desk.read()["changes"][0]["fields"]["organisation_id"] == str(town.housing.pk)


def test_a_draft_that_was_published_or_thrown_away_is_no_draft_any_more(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    ada = Desk(cast.person("administrator"))
    ada.begin()
    ada.call("post", f"{ada.address}/discard", {"version": ada.draft["version"]})

    refused = desk.publish(status=409)
    assert refused["code"] == "transition_not_allowed"
    assert "thrown away" in refused["detail"]
    assert desk.begin()["id"] != ada.draft["id"]


def test_a_book_that_moved_under_the_draft_is_read_again_first(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    load_defaults(organisations={"highways": town.council})

    assert desk.publish(status=409)["code"] == "draft_out_of_date"
    assert desk.read()["is_out_of_date"]
    desk.call("post", f"{desk.address}/renew", {"version": desk.draft["version"]})
    assert not desk.draft["is_out_of_date"]
    desk.publish()
    assert live(FENCES_ON_ROADS).organisation == town.housing


def test_a_route_that_left_the_book_is_found_before_publishing(desk: Desk, town: towns.Town) -> None:
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    Route.objects.filter(code=FENCES_ON_ROADS).update(retired_at=dt.datetime.now(dt.UTC))

    assert [each["code"] for each in desk.read()["findings"]] == ["unknown_route"]
    desk.drop(FENCES_ON_ROADS)
    assert desk.draft["findings"] == []


# ── what nobody serves ───────────────────────────────────────────────────────


def cell(told: dict[str, Any], category: str, land: str) -> dict[str, Any]:
    [row] = [row for row in told["rows"] if row["category"]["code"] == category]
    [found] = [each for each in row["cells"] if each["land_type"] == land]
    return dict(found)


def test_gaps_are_listed_with_what_was_found_in_them(desk: Desk, town: towns.Town) -> None:
    defect_at(towns.PRIVATE_LAND)
    told = desk.call("get", "/api/routes/gaps")

    assert len(told["rows"]) == Category.objects.in_use().count()
    served = cell(told, "FN-DAM", "highway")
    assert (served["state"], served["organisations"], served["target"]) == ("served", ["EMS"], "20 working days")
    assert served["routes"] == [FENCES_ON_ROADS]
    gap = cell(told, "FN-DAM", "private")
    assert (gap["state"], gap["organisations"], gap["received"]) == ("nobody", [], 1)
    before = told["gaps"]

    fields = fences_to(
        town.housing, name="Private fences in Castle", land_types=["private"], area_id=str(town.castle.pk)
    )
    del fields["position"]
    desk.add(fields)
    desk.publish()
    told = desk.call("get", "/api/routes/gaps")
    partly = cell(told, "FN-DAM", "private")
    assert (partly["state"], partly["organisations"], told["gaps"]) == ("some_places", ["Housing"], before - 1)


def test_equally_exact_routes_are_listed_the_winner_first(desk: Desk, town: towns.Town) -> None:
    assert desk.call("get", "/api/routes/gaps")["overlaps"] == []
    fields = fences_to(town.housing, name="Fences on roads and railways", land_types=["highway", "railway"])
    del fields["position"]
    desk.add(fields)
    [finding] = desk.draft["findings"]
    assert (finding["code"], finding["stops"]) == ("equally_exact", False)
    desk.publish()

    [overlap] = desk.call("get", "/api/routes/gaps")["overlaps"]
    assert overlap["kind"] == "equally_exact"
    assert [each["code"] for each in overlap["routes"]] == [FENCES_ON_ROADS, "fences-on-roads-and-railways"]
    assert job_at(towns.ROAD).route == live(FENCES_ON_ROADS)


def test_the_choices_offer_only_what_can_be_chosen(town: towns.Town) -> None:
    told = Desk().call("get", "/api/route-choices")

    assert {each["short_name"] for each in told["organisations"]} == {"Council", "EMS", "Housing"}
    assert {each["name"] for each in told["areas"]} == {"Castle", "Spencer"}
    assert len(told["categories"]) == Category.objects.in_use().count()
    levels = ServiceLevel.objects.in_force(TODAY)
    assert {each["code"] for each in told["service_levels"]} == {level.code for level in levels}


def test_a_route_follows_its_service_level_to_the_next_version(desk: Desk, town: towns.Town) -> None:
    old = ServiceLevel.objects.get(code="wd-20")
    ServiceLevel.objects.filter(pk=old.pk).update(valid_until=TODAY, updated_at=timezone.now())
    old.pk, old.version, old.name, old.amount, old._state.adding = None, 2, "15 working days", 15, True
    old.valid_from, old.valid_until = TODAY, None
    old.save()

    shown = desk.call("get", f"/api/routes/{FENCES_ON_ROADS}")["versions"][0]["service_level"]
    assert (shown["version"], shown["in_words"]) == (2, "15 working days")
    # The draft changes the owner only; its target is in force, by the newer version.
    desk.change(FENCES_ON_ROADS, fences_to(town.housing))
    assert [each["label"] for each in desk.draft["changes"][0]["differences"]] == ["Goes to"]
    desk.publish()
    assert live(FENCES_ON_ROADS).service_level.version == 2
