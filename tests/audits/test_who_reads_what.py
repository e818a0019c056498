"""Who sees which audit, and who reads what is restricted in it; what belongs on which phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from audits.booking_models import Booking, Invitation
from audits.models import Audit
from places.models import PatrolArea
from tests import cast, towns
from tests.audits import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit() -> Audit:
    """Wendy's, with all that is restricted."""
    warden = cast.person("warden")
    audit = walks.begun(warden)
    walks.done(
        warden,
        walks.answer(audit, "S1", "fail", note="Step loose", restricted_note="A child is left alone here"),
        walks.answer(audit, "S3", "yes", photos=[walks.photo()]),
        walks.of(
            audit,
            "add_participant",
            participant_id=cast.new_id(),
            name="Rita Resident",
            consent=True,
            contact="01604 000000",
        ),
        walks.of(
            audit,
            "note_concern",
            concern_id=cast.new_id(),
            kind="concern",
            text="Dealing at number 9",
            restricted=True,
            photos=[walks.photo()],
        ),
        walks.of(audit, "note_concern", concern_id=cast.new_id(), kind="concern", text="Too dark"),
    )
    return audit


def read_by(somebody: Person, audit: Audit) -> dict[str, Any]:
    row = walks.seen_by(somebody, audit)
    return {
        "answers": {(each["question"], each["restricted_note"]) for each in row["answers"]},
        "contacts": [each["contact"] for each in row["participants"]],
        "concerns": [each["text"] for each in row["concerns"]],
        "told_so": row["may"]["read_restricted"],
    }


READERS = ["officer", "manager", "administrator"]
OTHERS = ["warden-housing", "dispatcher", "manager-ems"]


def somebody(name: str) -> Person:
    role, _, of = name.partition("-")
    about = {"": None, "ems": cast.EMS, "housing": cast.HOUSING}[of]
    return cast.person(role, of=about)


@pytest.mark.parametrize("name", [*READERS, "author"])
def test_officers_the_councils_managers_and_the_author_read_what_is_restricted(name: str, audit: Audit) -> None:
    reader = audit.led_by if name == "author" else somebody(name)
    assert read_by(reader, audit) == {
        "answers": {("S1", "A child is left alone here"), ("S3", "")},
        "contacts": ["01604 000000"],
        "concerns": ["Dealing at number 9", "Too dark"],
        "told_so": name != "author",
    }


@pytest.mark.parametrize("name", OTHERS)
def test_others_read_the_audit_without_it(name: str, audit: Audit) -> None:
    assert read_by(somebody(name), audit) == {
        "answers": {("S1", None)},
        "contacts": [None],
        "concerns": ["Too dark"],
        "told_so": False,
    }


@pytest.mark.parametrize("name", [*READERS, *OTHERS])
def test_the_photos_of_what_is_restricted_are_too(name: str, audit: Audit) -> None:
    answers = audit.answers.get(question="S3").photos.values_list("pk", flat=True)
    concerns = audit.concerns.get(restricted=True).photos.values_list("pk", flat=True)
    for photo in [*answers, *concerns]:
        found = cast.client_of(somebody(name)).get(f"/api/photos/{photo}/view").json()["code"]
        assert found == ("photo_not_ready" if name in READERS else "unknown_photo")


def test_two_who_differ_on_what_is_restricted_are_shown_to_few(audit: Audit) -> None:
    walks.done(cast.person("officer"), walks.answer(audit, "S3", "no"))
    assert [each["question"] for each in walks.seen_by(cast.person("manager"), audit)["differs"]] == ["S3"]
    assert walks.seen_by(cast.person("dispatcher"), audit)["differs"] == []


def test_crews_and_councillors_see_no_audit(audit: Audit) -> None:
    crew = cast.client_of(cast.person("crew"))
    assert crew.get("/api/audits").json()["results"] == []
    assert crew.get(f"/api/audits/{audit.pk}").json()["code"] == "unknown_audit"
    assert cast.client_of(cast.person("councillor")).get("/api/audits").json()["code"] == "not_allowed"


def test_the_list_is_found_by_number_place_state_and_page(audit: Audit) -> None:
    client = cast.client_of(cast.person("officer"))
    for _ in range(51):
        walks.begun(cast.person("officer"), area_id=None, title="Kings Heath")

    def found(**asked: Any) -> list[str]:
        return [row["number"] for row in client.get("/api/audits", asked).json()["results"]]

    assert found(q=audit.reference) == found(q="wendy") == found(area=str(audit.area_id)) == [audit.reference]
    assert len(found(q="kings")) == 50
    page = client.get("/api/audits", {"state": "open"}).json()
    rest = client.get("/api/audits", {"state": "open", "cursor": page["next_cursor"]}).json()
    numbers = [row["number"] for row in (*page["results"], *rest["results"])]
    assert len(numbers) == len(set(numbers)) == 52 and rest["next_cursor"] is None
    assert found(state="signed") == []
    assert client.get("/api/audits", {"cursor": "nonsense"}).json()["code"] == "bad_cursor"
    assert client.get("/api/audits", {"status": "open"}).json()["code"] == "unknown_field"


def test_what_was_not_applied_is_shown_to_desks_without_words_that_may_be_restricted(audit: Audit) -> None:
    Audit.objects.update(state="signed", signed_at=timezone.now(), signed_by=audit.led_by)
    answer = audit.answers.get(question="S3")
    note = "The dealer has gone"
    warden = audit.led_by
    refusal = walks.of(audit, "choose_answer", answer_id=str(answer.pk), note=note)
    assert walks.refused(warden, refusal)[0] == "audit_signed"

    def shown(name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = cast.client_of(somebody(name)).get("/api/conflicts").json()["results"]
        return rows

    [row] = shown("manager")
    assert row["theirs"]["title"] == f"Wendy Warden decided between answers of an audit {audit.reference}"
    assert row["theirs"]["facts"] == [{"label": "Note", "value": note}] and not row["can_take"]
    [row] = shown("dispatcher")
    assert row["theirs"]["facts"] == []
    assert shown("manager-ems") == shown("manager-housing") == []
    decide = f"/api/conflicts/{refusal['id']}/decide"
    kept = cast.client_of(somebody("dispatcher")).post(decide, {"decision": "keep"}, "application/json")
    assert kept.status_code == 200
    assert cast.push(warden, refusal)[0]["code"] == "conflict_kept"


def test_what_was_not_applied_shows_its_photos_to_few() -> None:
    """Its photos are kept, and nobody knows yet whether they are restricted."""
    warden = cast.person("warden")
    audit = walks.begun(warden)
    photo = walks.photo()
    assert walks.refused(warden, walks.answer(audit, "S3", "maybe", photos=[photo]))[0] == "invalid_input"
    path = f"/api/photos/{photo['id']}/view"
    assert cast.client_of(cast.person("manager")).get(path).json()["code"] == "photo_not_ready"
    assert cast.client_of(warden).get(path).json()["code"] == "photo_not_ready"
    [row] = cast.client_of(cast.person("dispatcher")).get("/api/conflicts", {"state": "refused"}).json()["results"]
    assert row["theirs"]["photos"] == []


# ── On the phone ─────────────────────────────────────────────────────────────


def held(somebody: Person) -> set[str]:
    answer = cast.client_of(somebody).get("/api/audits/mine").json()
    return {row["id"] for row in answer["audits"]}


def test_what_a_person_walks_is_on_their_phone_until_two_weeks_after_the_sign_off(audit: Audit) -> None:
    warden, officer = audit.led_by, cast.person("officer")
    assert (held(warden), held(officer)) == ({str(audit.pk)}, set())
    walks.done(officer, walks.answer(audit, "S2", 4))
    assert held(officer) == {str(audit.pk)}
    now = timezone.now()
    Audit.objects.update(state="signed", signed_at=now - dt.timedelta(days=13), signed_by=officer)
    assert held(warden) == {str(audit.pk)}
    Audit.objects.update(signed_at=now - dt.timedelta(days=15))
    assert held(warden) == set()


def test_who_was_asked_to_come_has_the_walk_on_their_phone(audit: Audit) -> None:
    officer = cast.person("officer")
    walk = Booking.objects.create(
        area=audit.area,
        checklist=walks.checklist().checklist,
        starts_at=timezone.now(),
        minutes=90,
        lead=audit.led_by,
        made_by=audit.led_by,
        audit=audit,
        state="walked",
    )
    asked = Invitation.objects.create(booking=walk, person=officer, name=officer.name, organisation_name="Council")
    assert held(officer) == {str(audit.pk)}
    Invitation.objects.filter(pk=asked.pk).update(answer="no", answered_at=timezone.now())
    assert held(officer) == set()


def test_what_is_due_again_is_on_the_phones_of_those_who_walk_there(audit: Audit) -> None:
    long_ago = timezone.now() - dt.timedelta(days=60)
    Audit.objects.update(state="signed", signed_at=long_ago, signed_by=audit.led_by, revisit_due_on=long_ago.date())
    wanda = cast.person("warden", username="wanda")
    assert held(wanda) == set()
    PatrolArea.objects.create(person=wanda, area=towns.testford().castle)
    assert held(wanda) == {str(audit.pk)}
    walks.begun(cast.person("officer"), revisit_of=str(audit.pk))
    assert held(wanda) == set(), "somebody walks it"


def test_a_phone_asks_again_only_for_what_changed(audit: Audit) -> None:
    client = cast.client_of(audit.led_by)
    first = client.get("/api/audits/mine")
    assert client.get("/api/audits/mine", headers={"if-none-match": first["ETag"]}).status_code == 304
    [row] = first.json()["audits"]
    assert row["version"] == walks.seen_by(audit.led_by, audit)["version"]
    walks.done(cast.person("officer"), walks.answer(audit, "S2", 4))
    again = client.get("/api/audits/mine", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200 and again.json()["audits"][0]["version"] > row["version"]


def test_it_changes_too_when_a_photo_can_be_shown_at_last(audit: Audit) -> None:
    before = walks.seen_by(audit.led_by, audit)["version"]
    photo = audit.answers.get(question="S3").photos.get()
    now = timezone.now()
    kept = {"original_key": "o", "thumbnail_key": "t", "view_key": "v", "width": 3, "height": 4}
    type(photo).objects.filter(pk=photo.pk).update(state="ready", received_at=now, ready_at=now, **kept)
    row = walks.seen_by(audit.led_by, audit)
    assert row["version"] == before + 1
    assert cast.client_of(audit.led_by).get("/api/audits/mine").json()["audits"][0]["version"] == before + 1


# ── The register ─────────────────────────────────────────────────────────────


def test_a_door_is_put_on_the_register_of_its_area() -> None:
    castle, spencer = towns.testford().castle, towns.testford().spencer
    client = cast.client_of(cast.person("warden"))
    door = {"id": cast.new_id(), "kind": "door_rear", "name": "Rear door, Fern Court", "area_id": str(castle.pk)}
    place = {"longitude": -0.9, "latitude": 52.24}
    made = client.post("/api/assets", {**door, "place": place}, "application/json")
    assert made.status_code == 201 and made.json()["area"]["name"] == "Castle"
    assert client.post("/api/assets", door, "application/json").status_code == 201, "the same again is fine"
    other = client.post("/api/assets", {**door, "name": "Another"}, "application/json")
    assert other.json()["code"] == "code_taken"

    def listed(area: Any, **more: str) -> list[str]:
        found = client.get("/api/assets", {"area": str(area.pk), **more}).json()["results"]
        return [each["name"] for each in found]

    assert listed(castle) == listed(castle, kind="door_rear") == ["Rear door, Fern Court"]
    assert listed(castle, kind="sign") == listed(spencer) == []


# ── A large one ──────────────────────────────────────────────────────────────


def test_a_large_audit_takes_no_more_questions_to_the_database_than_a_small_one(audit: Audit) -> None:
    officer = cast.person("officer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            walks.seen_by(officer, audit)
        return len(queries)

    def look_at(*doors: str) -> None:
        """Both look at each door, and don't agree."""
        for door in doors:
            one = {"label": door, "asset_id": None}
            found = cast.defect_payload(patrol_id=str(audit.pk), photos=[walks.photo()], note=door)
            walks.done(
                officer,
                walks.answer(audit, "D1", one, instance=door, photos=[walks.photo()]),
                walks.answer(audit, "D2", "fail", instance=door, place=towns.ROAD),
                cast.operation("raise_defect", found),
            )
        walks.done(audit.led_by, *(walks.answer(audit, "D2", "pass", instance=door) for door in doors))

    look_at("door-0")
    small = asked()
    look_at(*(f"door-{number}" for number in range(1, 20)))
    row = walks.seen_by(officer, audit)
    assert (len(row["answers"]), len(row["defects"]), len(row["differs"])) == (62, 20, 20)
    assert asked() == small
