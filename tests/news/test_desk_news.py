"""What desks and crews hear of clocks, decisions, changes by a desk, and what crews saw: each by its real verb."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Organisation, Person
from audits.models import Defect
from jobs import actions
from jobs.bulk import change_jobs
from jobs.deciding import decide_defect, settle
from jobs.models import Job
from jobs.undoing import undo_change
from jobs.watching import watch
from ledger.models import Delivery
from news.models import NewsItem
from places.models import Area, PatrolArea
from routing.models import Demarcation, ServiceLevel
from tests import cast, towns
from tests.jobs.stories import defect_at, job_at, opened_earlier, photo, work

pytestmark = pytest.mark.django_db
FENCE = "damaged or leaning fence or wall at Mere Road"


@pytest.fixture(autouse=True)
def town() -> towns.Town:
    return towns.testford()


@pytest.fixture
def emma() -> Person:
    """EMS' own dispatcher."""
    return cast.person("dispatcher", of=cast.EMS)


def told(somebody: Person, kind: str) -> list[str]:
    """What this person was told of this kind, newest first."""
    return list(NewsItem.objects.of(somebody).filter(kind=kind).values_list("words", flat=True))


def when(moment: dt.datetime) -> str:
    local = moment.astimezone(ZoneInfo("Europe/London"))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


# ── Clocks ───────────────────────────────────────────────────────────────────


def test_who_has_it_and_their_desk_hear_that_it_is_at_risk_late_and_passed_up(emma: Person) -> None:
    carl, erik = cast.person("crew"), cast.person("manager", of=cast.EMS)
    strangers = [cast.person("crew", of=cast.HOUSING), cast.person("warden"), cast.person("dispatcher")]
    job = job_at(towns.ROAD)
    watch(now=job.at_risk_at + dt.timedelta(minutes=1))
    work()
    for somebody in (carl, emma):
        assert told(somebody, "job_at_risk") == [f"At risk: {FENCE}. Due by {when(job.due_at)}."]
    assert told(erik, "job_at_risk") == []

    watch(now=job.due_at + dt.timedelta(minutes=1))
    work()
    for somebody in (carl, emma, erik):
        assert told(somebody, "job_breached") == [f"Late: {FENCE}. It was due by {when(job.due_at)}."]
    watch(now=job.due_at + dt.timedelta(hours=30))
    work()
    assert any(
        words == f"Escalated to you: {FENCE}, with EMS. It was due by {when(job.due_at)}."
        for words in told(erik, "job_escalated")
    )
    for somebody in strangers:
        assert told(somebody, "job_at_risk") + told(somebody, "job_breached") == []
    assert NewsItem.objects.of(erik).filter(kind="job_escalated").first().path == f"/jobs/{job.pk}"  # type: ignore[union-attr]


def test_after_an_outage_nobody_hears_of_the_risk_of_a_job_that_is_done(emma: Person) -> None:
    job = job_at(towns.ROAD)
    watch(now=job.at_risk_at + dt.timedelta(minutes=1))
    actions.close_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now(), photos=[photo()])
    work()
    assert told(emma, "job_at_risk") == []


def test_an_organisation_without_a_desk_is_spoken_for_by_the_councils_dispatchers() -> None:
    cast.person("crew")
    dina = cast.person("dispatcher")
    ServiceLevel.objects.update(acknowledge_clock="clock_hours", acknowledge_amount=1, updated_at=timezone.now())
    job = job_at(towns.ROAD)
    assert job.acknowledge_due_at is not None
    watch(now=job.acknowledge_due_at + dt.timedelta(minutes=1))
    work()
    assert told(dina, "job_acknowledge_missed") == [f"Not accepted in time: {FENCE}. Due by {when(job.due_at)}."]


def test_a_job_that_was_accepted_meanwhile_is_no_news(emma: Person) -> None:
    ServiceLevel.objects.update(acknowledge_clock="clock_hours", acknowledge_amount=1, updated_at=timezone.now())
    job = job_at(towns.ROAD)
    watch(now=job.acknowledge_due_at + dt.timedelta(minutes=1))  # type: ignore[operator]
    actions.accept_job(person=cast.person("crew"), job_id=job.pk, at=timezone.now())
    work()
    assert told(emma, "job_acknowledge_missed") == []


# ── Decisions ────────────────────────────────────────────────────────────────


def handed_back_as_not_ours(job: Job, by: Person) -> None:
    actions.return_job(person=by, job_id=job.pk, at=timezone.now(), reason="not_ours")
    work()


def test_the_second_not_ours_reaches_the_one_who_decides(town: towns.Town) -> None:
    mo, carl, hetty = cast.person("manager"), cast.person("crew"), cast.person("crew", of=cast.HOUSING)
    job = job_at(towns.ROAD)
    handed_back_as_not_ours(job, carl)
    assert told(mo, "defect_ping_pong") == []
    dina = cast.person("dispatcher")
    decide_defect(person=dina, defect_id=job.defect_id, organisation_id=town.housing.pk, note="Perhaps theirs.")
    work()
    handed_back_as_not_ours(Job.objects.get(defect=job.defect_id, status="open"), hetty)

    assert told(mo, "defect_ping_pong") == [f"You decide: {FENCE}. EMS and Housing both say that it is not theirs."]
    assert NewsItem.objects.get(kind="defect_ping_pong").path == "/triage"


def test_the_desk_that_a_decision_names_hears_of_it_and_of_how_it_was_settled(town: towns.Town, emma: Person) -> None:
    defect = defect_at(towns.PRIVATE_LAND)
    dina = cast.person("dispatcher")
    decide_defect(
        person=dina,
        defect_id=defect.pk,
        organisation_id=town.ems.pk,
        basis="clear_first",
        note="Children play there.",
        remember=True,
    )
    work()
    decision = Demarcation.objects.get()
    [words] = told(emma, "demarcation_decided")
    assert words.startswith(f"Decision {decision.reference}: damaged or leaning fence or wall")
    assert words.endswith("Clear it first; whose it is will be settled later.")

    settle(person=dina, demarcation_id=decision.pk, note="The deeds say so.")
    work()
    [words] = told(emma, "demarcation_settled")
    assert words.startswith(f"Settled: decision {decision.reference}") and words.endswith("names you for good.")


def test_managers_hear_once_of_a_route_that_can_not_be_used(town: towns.Town) -> None:
    mo, ada, dina = cast.person("manager"), cast.person("administrator"), cast.person("dispatcher")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Organisation.objects.filter(pk=town.ems.pk).update(closed_on=yesterday)
    for _ in "12":
        defect_at(towns.ROAD)
    for somebody in (mo, ada):
        items = NewsItem.objects.of(somebody).filter(kind="route_failed")
        assert items.count() == 1
        assert items[0].words.startswith("A route could not be used:")
        assert items[0].path == "/rules/routes"
    assert told(dina, "route_failed") == []


# ── What came back, what may be the same ─────────────────────────────────────


def test_managers_hear_that_it_came_back_and_dispatchers_that_two_may_be_one() -> None:
    mo, dina = cast.person("manager"), cast.person("dispatcher")
    first = job_at(towns.ROAD)
    actions.close_job(person=cast.person("crew"), job_id=first.pk, at=timezone.now(), photos=[photo()])
    work()
    again = defect_at(towns.ROAD, observed_at=timezone.now().isoformat())
    assert told(mo, "defect_recurred") == [f"The same place again: {FENCE}. It was fixed not long ago."]
    assert NewsItem.objects.get(kind="defect_recurred", person=mo).path == f"/defects/{again.pk}"

    defect_at(towns.ROAD)
    assert told(dina, "possible_duplicate") == [
        f"Perhaps reported twice: {FENCE}. {again.reference} lies a few steps away. Is it the same?"
    ]


# ── What a desk changes ──────────────────────────────────────────────────────


def test_both_crews_hear_when_a_job_changes_hands_and_when_that_is_taken_back(town: towns.Town) -> None:
    carl, hetty, mo = cast.person("crew"), cast.person("crew", of=cast.HOUSING), cast.person("manager")
    job = job_at(towns.ROAD)
    made = change_jobs(
        person=mo, action="reroute", job_ids=[job.pk], asked={"organisation_id": town.housing.pk, "note": "Estate."}
    )
    work()
    assert told(carl, "job_rerouted") == [f"Not yours any more: {FENCE}. Housing has it now."]
    assert len(told(hetty, "job_opened")) == 1 and told(hetty, "job_rerouted") == []

    undo_change(person=mo, change_id=made.change.pk)
    work()
    assert told(carl, "job_rerouted")[0].startswith(f"Yours again: {FENCE}. Due by ")
    assert told(hetty, "job_rerouted") == [f"Not yours any more: {FENCE}. EMS has it now."]


def test_who_gets_a_job_from_the_desk_hears_of_it_and_of_its_day(emma: Person) -> None:
    carl, other = cast.person("crew"), cast.person("crew", of=cast.EMS, username="cora")
    job = job_at(towns.ROAD)
    change_jobs(person=emma, action="assign", job_ids=[job.pk], asked={"person_id": carl.pk})
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    change_jobs(person=emma, action="defer", job_ids=[job.pk], asked={"until": tomorrow})
    work()
    due = when(Job.objects.get().due_at)
    assert told(carl, "job_assigned") == [f"Given to you: {FENCE}. Due by {due}."]
    assert told(carl, "job_deferred") == [
        f"Planned for {tomorrow:%A} {tomorrow.day} {tomorrow:%B}: {FENCE}. Still due by {due}."
    ]
    assert told(other, "job_assigned") + told(other, "job_deferred") + told(emma, "job_assigned") == []


# ── Making safe ──────────────────────────────────────────────────────────────


def test_the_reporter_hears_that_the_danger_is_gone_with_the_photo_and_when_the_rest_is_due() -> None:
    ServiceLevel.objects.update(make_safe_clock="clock_hours", make_safe_amount=2, updated_at=timezone.now())
    warden, carl = cast.person("warden"), cast.person("crew")
    defect = defect_at(towns.ROAD, severity=1)
    safe = Job.objects.get(defect=defect, kind="make_safe")
    shows_it = photo()
    actions.close_job(person=carl, job_id=safe.pk, at=timezone.now(), photos=[shows_it])
    work()
    whole = Job.objects.get(defect=defect, kind="complete")
    assert told(warden, "defect_made_safe") == [f"Made safe: {FENCE}. The full repair is due by {when(whole.due_at)}."]
    assert NewsItem.objects.get(kind="defect_made_safe").photo_id == shows_it["id"]

    actions.close_job(person=carl, job_id=whole.pk, at=timezone.now(), photos=[photo()])
    work()
    assert len(told(warden, "defect_made_safe")) == 1 and len(told(warden, "defect_resolved")) == 1


# ── What crews saw ───────────────────────────────────────────────────────────


def crew_saw(kind: str, to: str) -> None:
    payload = {
        "sighting_id": cast.new_id(),
        "to": to,
        "kind": kind,
        "place": towns.ROAD,
        "at": timezone.now().isoformat(),
        "note": "By the bench where the man with the dog sleeps",
    }
    [result] = cast.push(cast.person("crew"), cast.operation("report_back", payload))
    assert result["status"] == "applied", result
    work()


def test_a_sighting_for_wardens_reaches_officers_and_the_warden_who_walks_there(town: towns.Town) -> None:
    here, elsewhere = cast.person("warden"), cast.person("warden", of=cast.COUNCIL, username="wes")
    officer, dina = cast.person("officer"), cast.person("dispatcher")
    PatrolArea.objects.create(person=here, area=Area.objects.get(name="Castle"))
    PatrolArea.objects.create(person=elsewhere, area=Area.objects.get(name="Spencer"))
    crew_saw("needles", "wardens")
    words = "A crew tells you what it saw: needles. Open Sightline for the place."
    assert told(here, "sighting_reported") == told(officer, "sighting_reported") == [words]
    assert told(elsewhere, "sighting_reported") + told(dina, "sighting_reported") == []


def test_a_sighting_for_the_police_reaches_officers_only() -> None:
    warden, officer = cast.person("warden"), cast.person("officer")
    crew_saw("drug_area", "police")
    assert len(told(officer, "sighting_reported")) == 1
    assert told(warden, "sighting_reported") == []


# ── Once ─────────────────────────────────────────────────────────────────────


def test_whatever_is_delivered_again_is_told_once(emma: Person, town: towns.Town) -> None:
    cast.person("manager"), cast.person("dispatcher"), cast.person("officer"), cast.person("crew")
    job = opened_earlier(job_at(towns.ROAD), 1)
    watch(now=job.due_at + dt.timedelta(hours=30))
    defect_at(towns.ROAD)
    crew_saw("needles", "wardens")
    work()
    before = NewsItem.objects.count()
    assert before > 8 and Defect.objects.count() == 2
    Delivery.objects.filter(reaction__startswith="news.").update(done_at=None)
    work()
    assert NewsItem.objects.count() == before
