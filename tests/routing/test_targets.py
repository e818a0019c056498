"""Mo, who answers for the contracts, changes targets and calendars; what was promised stays promised."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.pausing import target_of
from ledger.models import Entry
from routing import book
from routing.clocks import LONDON
from routing.models import Calendar, Route, ServiceLevel
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, minutes_ago

pytestmark = pytest.mark.django_db

FLY_TIP, FENCE = "FT-GEN", "FN-DAM"
WEEK = [{"weekday": day, "opens": "08:00", "closes": "17:00"} for day in range(5)]
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


def today() -> dt.date:
    return book.council_day(timezone.now())


def ask(role: str, method: str, address: str, body: Any = None, **more: Any) -> Any:
    client = cast.client_of(cast.person(role, **more))
    if method == "get":
        return client.get(address, body or {})
    return getattr(client, method)(address, body, content_type="application/json")


def wanted(**more: Any) -> dict[str, Any]:
    """The library's 24 hours, as twelve from tomorrow on."""
    return {
        "code": "clock-24h",
        "name": "12 hours",
        "clock": "clock_hours",
        "amount": 12,
        "calendar": "england",
        "warn_before_minutes": 120,
        "valid_from": str(today() + ONE_DAY),
        **more,
    }


def calendar(**more: Any) -> dict[str, Any]:
    return {"name": "England, the depot", "region": "ENG", "hours": WEEK, "closures": [], **more}


def level(code: str = "clock-24h") -> dict[str, Any]:
    rows = ask("manager", "get", "/api/service-levels").json()["results"]
    return next(row for row in rows if row["code"] == code)


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (ServiceLevel, Calendar, Job, Route)] + [
        Entry.objects.count()
    ]


def refused(answer: Any, status: int, code: str, field: str | None = None) -> str:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    if field is not None:
        assert answer.json()["errors"][0]["field"] == field
    return str(answer.json()["detail"])


def test_a_new_version_begins_where_the_old_one_ends_and_says_so_in_the_ledger() -> None:
    answer = ask("manager", "post", "/api/service-levels", wanted(based_on=1))

    assert answer.status_code == 201, answer.content
    assert (answer.json()["version"], answer.json()["state"]) == (2, "waiting")
    row = level()
    assert (row["newest_version"], row["in_force"]["version"]) == (2, 1)
    assert row["in_force"]["valid_until"] == str(today() + ONE_DAY)
    entry = Entry.objects.get(kind="service_level.changed")
    assert (entry.subject_id, entry.actor_id) == ("clock-24h", cast.person("manager").pk)
    assert entry.data == {"code": "clock-24h", "version": 2, "valid_from": str(today() + ONE_DAY)}


def test_a_job_keeps_the_version_and_the_due_time_that_it_was_opened_with() -> None:
    job = job_at(towns.ROAD, FLY_TIP)
    before = Job.objects.values().get(pk=job.pk)

    ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today())))

    assert Job.objects.values().get(pk=job.pk) == before
    job = Job.objects.get(pk=job.pk)
    assert (job.service_level.version, job.service_level.amount) == (1, 24)
    assert target_of(job, job.clock_started_at).due_at == job.due_at, "also when it is worked out again"


def test_every_route_follows_the_new_version_from_the_day_on_which_it_begins() -> None:
    route = Route.objects.filter(service_level__code="clock-24h", category="FT-GEN").first()
    assert route is not None
    ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today())))

    job = job_at(towns.ROAD, FLY_TIP)

    assert (job.service_level.version, job.due_at - job.clock_started_at) == (2, dt.timedelta(hours=12))
    assert "12 clock hours" in job.route_reason
    assert Route.objects.get(pk=route.pk).service_level.version == 1, "nobody had to touch the route"


def test_a_version_that_begins_later_leaves_today_as_it_is() -> None:
    ask("manager", "post", "/api/service-levels", wanted())

    job = job_at(towns.ROAD, FLY_TIP)

    assert (job.service_level.version, job.due_at - job.clock_started_at) == (1, dt.timedelta(hours=24))


def test_a_version_that_has_not_begun_is_withdrawn_by_a_newer_one_and_leaves_no_gap() -> None:
    ask("manager", "post", "/api/service-levels", wanted(amount=240))
    answer = ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today() + 30 * ONE_DAY)))

    assert answer.status_code == 201, answer.content
    states = {row["version"]: (row["state"], row["valid_until"]) for row in level()["versions"]}
    assert states == {
        1: ("in_force", str(today() + 30 * ONE_DAY)),
        2: ("withdrawn", str(today() + ONE_DAY)),
        3: ("waiting", None),
    }
    for days in range(60):
        day = today() + days * ONE_DAY
        held = [each for each in ServiceLevel.objects.filter(code="clock-24h") if each.holds_on(day)]
        assert len(held) == 1, f"one version and no more holds on {day}"


@pytest.mark.parametrize(
    ("valid_from", "says"), [(-1, "from today at the earliest"), (-400, "from today at the earliest")]
)
def test_a_version_in_the_past_is_refused(valid_from: int, says: str) -> None:
    before = everything()
    answer = ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today() + valid_from * ONE_DAY)))

    assert says in refused(answer, 422, "dates_out_of_order", "valid_from")
    assert everything() == before


def test_two_versions_that_would_hold_at_once_are_refused() -> None:
    ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today())))
    before = everything()

    answer = ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today()), amount=6))

    assert "Version 2 began on" in refused(answer, 422, "dates_out_of_order", "valid_from")
    assert everything() == before


def test_somebody_who_saw_an_older_version_is_told() -> None:
    ask("manager", "post", "/api/service-levels", wanted(based_on=1))

    answer = ask("administrator", "post", "/api/service-levels", wanted(based_on=1, amount=6))

    refused(answer, 409, "changed_meanwhile", "based_on")
    assert ServiceLevel.objects.filter(code="clock-24h").count() == 2


def test_a_new_level_may_not_take_the_code_of_another() -> None:
    refused(ask("manager", "post", "/api/service-levels", wanted(based_on=0)), 409, "code_taken", "code")

    answer = ask("manager", "post", "/api/service-levels", wanted(based_on=0, code="clock-12h"))
    assert (answer.status_code, answer.json()["version"]) == (201, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -4}, "amount"),
        ({"amount": 87_600}, "amount"),
        ({"amount": 10**30}, "amount"),
        ({"clock": "working_days", "amount": 3650}, "amount"),
        ({"clock": "working_hours", "amount": 2929}, "amount"),
        ({"acknowledge": {"clock": "clock_hours", "amount": 0}}, "acknowledge.amount"),
        ({"make_safe": {"clock": "calendar_days", "amount": 3650}}, "make_safe.amount"),
    ],
)
def test_a_target_of_nothing_and_one_of_ten_years_are_refused(changes: dict[str, Any], field: str) -> None:
    before = everything()

    detail = refused(
        ask("manager", "post", "/api/service-levels", wanted(**changes)), 422, "target_out_of_range", field
    )

    assert detail.startswith("A target is 1 to ")
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"calendar": "moon"}, 422, "unknown_calendar"),
        ({"clock": "moon_phases"}, 400, "invalid_input"),
        ({"valid_from": "yesterday"}, 400, "invalid_input"),
        ({"warn_before_minutes": -1}, 400, "invalid_input"),
        ({"acknowledge": {"clock": "clock_hours"}}, 400, "invalid_input"),
        ({"colour": "red"}, 400, "unknown_field"),
    ],
)
def test_what_is_not_understood_is_refused(changes: dict[str, Any], status: int, code: str) -> None:
    before = everything()
    refused(ask("manager", "post", "/api/service-levels", wanted(**changes)), status, code)
    assert everything() == before


def test_dispatchers_and_contractors_read_and_do_not_write() -> None:
    before = everything()
    for role, of in (("dispatcher", cast.COUNCIL), ("manager", cast.EMS), ("dispatcher", cast.EMS)):
        row = ask(role, "get", "/api/service-levels", of=of).json()
        assert row["may_change"] is False and row["results"]
        for method, address, body in (
            ("post", "/api/service-levels", wanted()),
            ("post", "/api/calendars", {**calendar(), "code": "own"}),
            ("put", "/api/calendars/england", calendar()),
        ):
            refused(ask(role, method, address, body, of=of), 403, "not_allowed")
    assert everything() == before
    assert ask("administrator", "get", "/api/service-levels").json()["may_change"] is True


def test_a_job_has_a_clock_for_being_taken_on_where_its_level_says_so() -> None:
    targets = {"acknowledge": {"clock": "clock_hours", "amount": 2}, "make_safe": {"clock": "clock_hours", "amount": 4}}
    answer = ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today()), **targets))
    assert answer.json()["acknowledge"]["words"] == "2 clock hours"

    job = job_at(towns.ROAD, FLY_TIP)

    assert job.acknowledge_due_at == job.clock_started_at + dt.timedelta(hours=2)
    current = book.current()
    safe = current.target(job.service_level, job.clock_started_at, kind="make_safe")
    assert safe is not None and safe.due_at == job.clock_started_at + dt.timedelta(hours=4)
    assert current.target(level_of("wd-20"), job.clock_started_at, kind="acknowledge") is None


def level_of(code: str) -> ServiceLevel:
    return ServiceLevel.objects.filter(code=code).latest("version")


def test_in_a_hotspot_the_time_is_halved() -> None:
    start = dt.datetime(2026, 6, 10, 9, 15, tzinfo=LONDON)

    target = book.current().target(level_of("clock-24h"), start, uplifted=True)

    assert target.due_at == dt.datetime(2026, 6, 10, 21, 15, tzinfo=LONDON)
    assert target.at_risk_at == dt.datetime(2026, 6, 10, 17, 15, tzinfo=LONDON)


def test_a_closure_that_is_added_counts_for_new_jobs_and_not_for_old_ones() -> None:
    old = job_at(towns.ROAD, FENCE)
    was_due = old.due_at
    shut = [{"date": str(today() + n * ONE_DAY), "name": "Depot move"} for n in range(1, 8)]

    answer = ask("manager", "put", "/api/calendars/england", calendar(closures=shut, based_on=1))

    assert answer.status_code == 200, answer.content
    assert (answer.json()["version"], len(answer.json()["closures"])) == (2, 7)
    old.refresh_from_db()
    assert target_of(old, old.clock_started_at).due_at == old.due_at == was_due
    assert job_at(towns.HOUSING_LAND, FENCE).due_at > was_due
    entry = Entry.objects.get(kind="calendar.changed")
    assert (entry.subject_id, entry.data) == ("england", {"code": "england", "version": 2})


def test_an_old_job_that_is_paused_and_resumed_still_goes_by_its_own_edition() -> None:
    from jobs import actions

    job = job_at(towns.ROAD, FENCE)
    was_due = job.due_at
    shut = [{"date": str(today() + n * ONE_DAY), "name": "Depot move"} for n in range(1, 8)]
    ask("manager", "put", "/api/calendars/england", calendar(closures=shut))

    carl = cast.person("crew")
    actions.pause_job(person=carl, job_id=job.pk, at=minutes_ago(0), reason="weather")
    actions.resume_job(person=carl, job_id=job.pk, at=minutes_ago(0))

    job.refresh_from_db()
    assert job.due_at == was_due


def test_hours_seasons_and_closures_are_kept_as_they_were_told() -> None:
    summer = [
        {"weekday": day, "opens": "07:00", "closes": "19:00", "season_from": "04-01", "season_until": "09-30"}
        for day in range(6)
    ]
    told = calendar(hours=WEEK + summer, closures=[{"date": "2026-12-24", "name": "Christmas"}], code="grounds")

    answer = ask("manager", "post", "/api/calendars", told)

    assert answer.status_code == 201, answer.content
    row = next(each for each in ask("manager", "get", "/api/calendars").json()["results"] if each["code"] == "grounds")
    assert len(row["hours"]) == 11
    assert {
        "weekday": 5,
        "opens": "07:00",
        "closes": "19:00",
        "valid_from": None,
        "valid_until": None,
        "season_from": "04-01",
        "season_until": "09-30",
    } in row["hours"]
    assert row["closures"] == [{"date": "2026-12-24", "name": "Christmas"}]
    assert {"date": f"{today().year}-12-25", "name": "Christmas Day"} in row["bank_holidays"]
    refused(ask("manager", "post", "/api/calendars", told), 409, "code_taken", "code")


def hours(**more: Any) -> dict[str, Any]:
    return {"weekday": 0, "opens": "08:00", "closes": "17:00", **more}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hours": [hours(valid_until="2020-01-01")]}, "calendar_never_open"),
        ({"hours": [hours(valid_until="2029-01-01")]}, "calendar_never_open"),
        ({"hours": [hours(opens="17:00", closes="08:00")]}, "dates_out_of_order"),
        ({"hours": [hours(valid_from="2027-01-01", valid_until="2026-01-01")]}, "dates_out_of_order"),
        ({"hours": [hours(season_from="02-30", season_until="03-31")]}, "dates_out_of_order"),
        ({"hours": [hours(season_from="04-01")]}, "invalid_input"),
        ({"hours": [hours(), hours(opens="16:00", closes="20:00")]}, "hours_overlap"),
        ({"hours": [hours(opens="08:00", closes="00:00"), hours(opens="20:00", closes="00:00")]}, "hours_overlap"),
        ({"hours": [hours(), hours(valid_from="2027-01-01")]}, "hours_overlap"),
        (
            {
                "hours": [
                    hours(season_from="04-01", season_until="09-30"),
                    hours(weekday=1, season_from="09-30", season_until="12-31"),
                ]
            },
            "hours_overlap",
        ),
        ({"hours": [hours(weekday=7)]}, "invalid_input"),
        ({"hours": [hours(opens="25:00")]}, "invalid_input"),
        ({"closures": [{"date": "2026-12-24", "name": "a"}, {"date": "2026-12-24", "name": "b"}]}, "invalid_input"),
        ({"region": "SCT"}, "invalid_input"),
        ({"based_on": 7}, "changed_meanwhile"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_and_nothing_is_changed(changes: dict[str, Any], code: str) -> None:
    before = everything()
    answer = ask("manager", "put", "/api/calendars/england", calendar(**changes))

    assert answer.json()["code"] == code, answer.content
    assert answer.status_code in (400, 409, 422)
    assert everything() == before


@pytest.mark.parametrize(
    "stands",
    [
        [hours(closes="12:00"), hours(opens="12:00")],
        [hours(), hours(weekday=1)],
        [hours(valid_until="2027-01-01"), hours(valid_from="2027-01-01")],
        [hours(season_from="04-01", season_until="09-30"), hours(season_from="10-01", season_until="03-31")],
        [hours(), hours(season_from="11-01", season_until="02-29")],
        [hours(opens="00:00", closes="00:00")],
    ],
)
def test_hours_that_only_touch_stand_together(stands: list[dict[str, Any]]) -> None:
    answer = ask("manager", "put", "/api/calendars/england", calendar(hours=stands))
    assert answer.status_code == 200, answer.content


def test_a_calendar_in_which_a_target_would_never_fall_due_is_refused() -> None:
    an_hour_a_week = [hours(closes="09:00")]
    body = {**calendar(hours=an_hour_a_week), "code": "seldom"}
    assert ask("manager", "post", "/api/calendars", body).status_code == 201
    before = everything()

    answer = ask(
        "manager", "post", "/api/service-levels", wanted(calendar="seldom", clock="working_hours", amount=2900)
    )

    assert "would never fall due" in refused(answer, 422, "calendar_never_open", "calendar")
    assert everything() == before


def test_an_unknown_calendar_is_not_changed_or_tried() -> None:
    refused(ask("manager", "put", "/api/calendars/moon", calendar()), 422, "unknown_calendar", "code")
    asked = {"clock": "clock_hours", "amount": 1, "start": "2026-06-10T09:00:00Z"}
    refused(ask("manager", "get", "/api/calendars/moon/try", asked), 422, "unknown_calendar", "code")


def tried(**more: Any) -> Any:
    asked = {"clock": "working_days", "amount": 1, "start": "2026-04-02T16:00:00+01:00", **more}
    return ask("dispatcher", "get", "/api/calendars/england/try", asked)


def test_trying_a_calendar_counts_the_days_out() -> None:
    told = tried().json()

    assert told["due_at"] == "2026-04-07T22:59:59Z"
    assert told["words"] == "1 working day from Thursday 2 April 2026 at 16:00: due Tuesday 7 April 2026 at 23:59:59."
    assert [(line["day"], line["words"], line["counts"]) for line in told["days"]] == [
        ("2026-04-02", "Received. The day of receipt is day 0.", False),
        ("2026-04-03", "Shut: Good Friday.", False),
        ("2026-04-04", "Not open on this day.", False),
        ("2026-04-05", "Not open on this day.", False),
        ("2026-04-06", "Shut: Easter Monday.", False),
        ("2026-04-07", "Day 1, due at its end.", True),
    ]


def test_trying_with_a_pause_says_which_day_does_not_count() -> None:
    told = tried(
        start="2026-06-10T10:00:00+01:00",
        amount=3,
        pause_from="2026-06-12T16:00:00+01:00",
        pause_until="2026-06-15T10:00:00+01:00",
    ).json()

    words = {line["day"]: line["words"] for line in told["days"]}
    assert words["2026-06-12"] == "The clock stood still at the end of this day: it does not count."
    assert words["2026-06-16"] == "Day 3, due at its end."


def test_trying_working_hours_tells_how_much_each_day_gave() -> None:
    told = tried(clock="working_hours", amount=8, start="2026-06-12T16:30:00+01:00").json()

    assert [line["words"] for line in told["days"]] == [
        "Open 08:00 to 17:00. 30 min counted, 30 min in all.",
        "Not open on this day.",
        "Not open on this day.",
        "Open 08:00 to 17:00. 7 h 30 min counted, 8 h in all.",
    ]
    assert told["due_at"] == "2026-06-15T14:30:00Z"


def test_trying_clock_hours_names_the_night_with_an_hour_more() -> None:
    told = tried(clock="clock_hours", amount=24, start="2026-10-24T12:00:00+01:00").json()

    assert told["days"][0]["words"] == "12 h counted, 12 h in all."
    assert told["days"][1]["words"] == (
        "12 h counted, 24 h in all. The clocks change in this night: the day has 25 hours."
    )


def test_a_long_target_is_told_without_every_day() -> None:
    told = tried(amount=366).json()

    assert len(told["days"]) == 51
    assert told["days"][40]["words"].endswith("more days, counted in the same way.")
    assert told["days"][-1]["words"] == "Day 366, due at its end."


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": 0}, 422, "target_out_of_range"),
        ({"amount": 3650}, 422, "target_out_of_range"),
        ({"clock": "moon_phases"}, 400, "invalid_input"),
        ({"start": "9999-12-31T00:00:00Z"}, 400, "invalid_input"),
        ({"start": "0001-01-01T00:00:00Z"}, 400, "invalid_input"),
        ({"start": "soon"}, 400, "invalid_input"),
        ({"pause_from": "2026-06-10T10:00:00Z"}, 400, "invalid_input"),
        (
            {"pause_from": "2026-06-10T10:00:00Z", "pause_until": "2026-06-10T09:00:00Z"},
            422,
            "pause_ends_before_start",
        ),
        ({"colour": "red"}, 400, "unknown_field"),
    ],
)
def test_a_try_that_makes_no_sense_is_refused(changes: dict[str, Any], status: int, code: str) -> None:
    refused(tried(**changes), status, code)


def test_a_defect_received_before_a_version_began_goes_by_the_one_before() -> None:
    defect = defect_at(towns.ELSEWHERE, FLY_TIP)
    ask("manager", "post", "/api/service-levels", wanted(valid_from=str(today())))
    route = next(each for each in book.current().candidates if each.category == FLY_TIP)

    yesterday = book.current().with_target_of(route, today() - ONE_DAY)
    now = book.current().with_target_of(route, today())

    assert (yesterday.target_words, now.target_words) == ("24 clock hours", "12 clock hours")
    assert defect.received_at.date() <= today()
